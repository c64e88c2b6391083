"""Does the Data page take a file of one's own from opening to the report, and say what it shows and what to do?"""

from __future__ import annotations

import contextlib
import time

import pytest

import views.components.data_load as data_load
from graphmodel.issues import issue
from graphmodel.settings import Settings
from ingest.quarantine import keep_report
from ingest.report import FileReport, LoadReport
from views import jobs

CLUBS = """Project title,Post code,What it is,Open,Ages from,Provider,Contact name,Notes
Night Owls,M33 7ZF,Youth work,Mo-Fr 18:00-21:00,11,Example Trust,Jo Bloggs,
Girls Space,M33 7ZE,Mentoring,,13,Bright CIC,Al Green,write to jo@example.org
"""


def told(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


def frame_with(app, column):
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


@pytest.fixture
def data_page(open_app):
    return open_app().switch_page("views/pages/data.py").run()


@pytest.fixture
def load_part(data_page):
    return data_page.segmented_control(key="data_part").set_value("Load").run()


@pytest.fixture
def no_store(monkeypatch):
    """Let a check run without a store."""

    @contextlib.contextmanager
    def nothing(settings, *, write=False):
        yield None

    monkeypatch.setattr(data_load, "open_store", nothing)


def ended(app):
    until = time.monotonic() + 20
    while not app.session_state["load_job"].ended and time.monotonic() < until:
        time.sleep(0.05)
    return app.run()


def part_of(app, start):
    """Return the widgets of a kind whose label begins so."""
    return [each for each in app.selectbox if each.label.replace("\\", "").startswith(start)]


def test_it_opens_with_sources_where_something_is_loaded(data_page):
    assert not data_page.exception and not data_page.error
    assert data_page.segmented_control(key="data_part").value == "Sources"
    sources = data_page.dataframe[0].value
    assert list(sources["Licence"]) == ["OGL"]
    assert "Retrieved" in sources.columns


def test_completeness_is_shown_by_area(data_page):
    data_page.segmented_control(key="data_part").set_value("Completeness").run()
    names = [set(frame.value.columns) for frame in data_page.dataframe]
    assert any("Complete" in columns for columns in names)


def test_an_empty_store_offers_the_form_first(open_app):
    app = open_app([]).switch_page("views/pages/data.py").run()
    assert not app.exception
    assert "Nothing is loaded yet" in told(app)
    assert "at most 50 MB" in app.get("file_uploader")[0].label


def test_nothing_given_is_said(load_part):
    load_part.button(key="load_check").click().run()
    assert "Give a folder" in load_part.error[0].value


def test_a_known_file_is_recognised_with_its_source(load_part, tmp_path):
    (tmp_path / "contexts.csv").write_text("id,name,kind\na,A park,park\n")
    load_part.text_input(key="load_path").set_value(str(tmp_path / "contexts.csv")).run()
    assert "1 file: 1 recognised." in told(load_part)
    row = frame_with(load_part, "Recognised as").iloc[0]
    assert (row["Recognised as"], row["Source"]) == ("package", f"{tmp_path.name}/contexts.csv")


def test_a_file_that_was_corrected_is_looked_at_again(load_part, tmp_path):
    (tmp_path / "contexts.csv").write_text("name,kind\nA park,park\n")
    load_part.text_input(key="load_path").set_value(str(tmp_path / "contexts.csv")).run()
    assert "1 not recognised" in told(load_part)
    (tmp_path / "contexts.csv").write_text("id,name,kind\na,A park,park\n")
    load_part.button(key="load_again").click().run()
    assert "1 file: 1 recognised." in told(load_part)


def test_columns_are_guessed_and_five_rows_shown_once_a_row_can_be_kept(load_part, tmp_path):
    path = tmp_path / "offer 2026-11.csv"
    path.write_text(CLUBS)
    load_part.text_input(key="load_path").set_value(str(path)).run()
    assert not load_part.exception and not load_part.error
    assert "1 not recognised" in told(load_part)
    assert [part_of(load_part, name)[0].value for name in ("project title", "post code", "open", "provider")] == [
        "name", "postcode", "hours", "_run_by"]  # fmt: skip
    assert "Never read, because they may hold personal data: contact name" in told(load_part)
    assert "sector of those who run it is not chosen" in load_part.warning[0].value

    part_of(load_part, "Sector of those")[0].set_value("voluntary").run()

    rows = frame_with(load_part, "Kind")
    assert list(rows["Name"]) == ["Night Owls", "Girls Space"]
    assert list(rows["Kind"]) == ["youth_work", "mentoring"]
    assert rows["Place"].tolist() == ["M33 7ZF", "M33 7ZE"]


def test_a_cell_that_looks_personal_is_said_and_nowhere_shown(load_part, tmp_path):
    path = tmp_path / "offer.csv"
    path.write_text(CLUBS)
    load_part.text_input(key="load_path").set_value(str(path)).run()
    part_of(load_part, "notes")[0].set_value("eligibility").run()
    part_of(load_part, "Sector of those")[0].set_value("voluntary").run()
    wrong = frame_with(load_part, "What")
    assert wrong[["Row", "Field"]].values.tolist()[-1] == ["3", "eligibility"]
    everything = told(load_part) + "".join(frame.value.to_csv() for frame in load_part.dataframe)
    everything += "".join(each.label for each in load_part.selectbox)
    assert [name for name in ("jo@example.org", "Jo Bloggs", "Al Green") if name in everything] == []


def test_a_map_that_is_kept_reads_the_next_file_of_its_kind_and_can_be_deleted(load_part, tmp_path):
    path = tmp_path / "offer 2026-11.csv"
    path.write_text(CLUBS)
    load_part.text_input(key="load_path").set_value(str(path)).run()
    part_of(load_part, "Sector of those")[0].set_value("voluntary").run()
    next(each for each in load_part.button if each.label == "Keep the map").click().run()
    assert not load_part.error and not load_part.exception
    assert "1 file: 1 recognised." in told(load_part)
    assert frame_with(load_part, "Recognised as")["Recognised as"][0] == "offer-2026-11 (your column map)"

    again = tmp_path / "offer 2026-12.csv"
    again.write_text(CLUBS)
    load_part.text_input(key="load_path").set_value(str(again)).run()
    assert "1 file: 1 recognised." in told(load_part)

    load_part.segmented_control(key="load_section").set_value("Your column maps").run()
    assert list(load_part.dataframe[0].value["Files called"]) == ["offer *.csv"]
    load_part.button(key="own_map_delete").click().run()
    assert "There is none yet" in told(load_part)


def test_a_map_that_lacks_what_is_needed_is_not_kept(load_part, tmp_path):
    path = tmp_path / "offer.csv"
    path.write_text(CLUBS)
    load_part.text_input(key="load_path").set_value(str(path)).run()
    next(each for each in load_part.button if each.label == "Keep the map").click().run()
    assert "not kept yet" in load_part.error[0].value
    assert not (tmp_path / "column_maps").exists()


def test_a_word_that_is_no_code_is_asked_for(load_part, tmp_path):
    path = tmp_path / "venues.csv"
    path.write_text("Venue,Category,Postcode\nThe Bell,Boozer,M33 1AA\nThe Cup,Cafe,M33 1AB\n")
    load_part.text_input(key="load_path").set_value(str(path)).run()
    part_of(load_part, "Sector of every row")[0].set_value("commercial").run()
    # Of the two words only one is a code.
    assert [each.label for each in part_of(load_part, "“")] == ["“Boozer” is"]
    part_of(load_part, "“Boozer”")[0].set_value("pub").run()
    assert list(frame_with(load_part, "Kind")["Kind"]) == ["pub", "cafe"]


def test_hostile_names_of_columns_and_words_are_shown_as_text_and_can_be_mapped(load_part, tmp_path):
    path = tmp_path / "offer <script>.csv"
    path.write_text("Name,{Run} by![x](http://x),<b>Kind</b>,:red[Post]code\n=1+1,Trust,![y](http://y),M33 7ZF\n")
    load_part.text_input(key="load_path").set_value(str(path)).run()
    part_of(load_part, "<b>kind")[0].set_value("kind").run()
    assert not load_part.exception and not load_part.error
    assert load_part.multiselect[-2].label.startswith("Also the same")
    assert "_run_by" not in part_of(load_part, "{run} by")[0].options
    assert "![x](" not in "".join(each.label for each in load_part.selectbox)
    assert frame_with(load_part, "Kind")["Name"].tolist() == ["=1+1"]


def test_a_sheet_of_a_workbook_is_mapped_like_any_table(load_part, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Youth offer, November"], [], ["Project title", "What it is"], ["Night Owls", "Mentoring"]):
        book.active.append(row)
    book.save(tmp_path / "offer.xlsx")
    load_part.text_input(key="load_path").set_value(str(tmp_path / "offer.xlsx")).run()
    assert frame_with(load_part, "Recognised as")["File"].tolist() == ["offer.xlsx/Sheet"]
    assert frame_with(load_part, "Kind")[["Row", "Name", "Kind"]].values.tolist() == [["4", "Night Owls", "mentoring"]]


def test_a_suggestion_is_confirmed_for_good(load_part, tmp_path, trafford):
    path = tmp_path / "my stops.csv"
    path.write_bytes((trafford / "metrolink_stops.csv").read_bytes())
    load_part.text_input(key="load_path").set_value(str(path)).run()
    assert "1 only suggested" in told(load_part)
    next(each for each in load_part.button if each.label.startswith("Read my stops")).click().run()
    assert "1 file: 1 recognised." in told(load_part)
    assert [each.name for each in (tmp_path / "column_maps").iterdir()] == ["metrolink-stops-my-stops.yaml"]


def test_what_was_refused_is_shown_after_a_restart_without_values(open_app, tmp_path):
    report = LoadReport(
        files=(FileReport("offer.csv", "offer", 3, 2),),
        issues=(
            issue("personal_value", "offer.csv", line=3, field="eligibility", what="an e-mail address"),
            issue("value_bad", "offer.csv", line=4, field="capacity", value="many", expected="a whole number"),
        ),
        quarantined=1,
    )
    keep_report(report, Settings(data_dir=tmp_path))
    app = open_app().switch_page("views/pages/data.py").run()
    app.segmented_control(key="data_part").set_value("Load").run()
    app.segmented_control(key="load_section").set_value("Quarantine").run()
    rows = app.dataframe[0].value
    assert rows[["Kind", "File", "Line", "Field", "Code"]].values.tolist() == [
        ["personal data", "offer.csv", "3", "eligibility", "personal_value"],
        ["part left out", "offer.csv", "4", "capacity", "value_bad"],
    ]
    assert "many" not in rows.to_csv()
    app.multiselect(key="refused_kind").set_value(["part left out"]).run()
    assert list(app.dataframe[0].value["Code"]) == ["value_bad"]


def test_without_a_load_the_quarantine_says_what_to_do(load_part):
    load_part.segmented_control(key="load_section").set_value("Quarantine").run()
    assert "No load has been kept yet" in told(load_part)


def test_a_report_lists_issues_by_file_and_line_and_filters_them(load_part):
    report = LoadReport(
        files=(FileReport("town/a.csv", "package", 3, 2, 0, 2), FileReport("town/b.txt", None)),
        issues=(
            issue("file_empty", "town/b.txt"),
            issue("file_unreadable", "town/a.csv", line=7, reason="<b>![x](http://evil)</b>"),
        ),
        created=2,
        check=True,
    )
    job = jobs.Job("Check", result=report, ended=True)
    load_part.session_state["load_job"] = job
    load_part.run()
    assert not load_part.exception and not load_part.error
    assert "Checked; nothing was written" in told(load_part)
    issues = frame_with(load_part, "place")
    assert list(issues["place"]) == ["town/b.txt", "town/a.csv:7"]
    load_part.multiselect(key="issue_file").set_value(["town/a.csv"]).run()
    issues = frame_with(load_part, "place")
    assert list(issues["place"]) == ["town/a.csv:7"]


def test_a_load_that_failed_is_one_sentence(load_part):
    load_part.session_state["load_job"] = jobs.Job("Load", error="Somebody else is loading; try again.", ended=True)
    load_part.run()
    assert "Somebody else is loading" in load_part.error[0].value


def test_a_missing_folder_ends_as_an_issue_not_a_crash(load_part, tmp_path, no_store):
    load_part.text_input(key="load_path").set_value(str(tmp_path / "nothing here"))
    load_part.button(key="load_check").click().run()
    ended(load_part)
    issues = frame_with(load_part, "place")
    assert list(issues["code"]) == ["file_missing"]
