"""Do the Network and Data pages say what they show, what is missing and what to do?"""

from __future__ import annotations

import time

import pytest

from graphmodel.issues import issue
from ingest.report import FileReport, LoadReport
from views import jobs


def told(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


@pytest.fixture
def network_page(open_app):
    return open_app().switch_page("views/pages/network.py").run()


@pytest.fixture
def data_page(open_app):
    return open_app().switch_page("views/pages/data.py").run()


def test_the_network_opens_on_who_has_most_partners(network_page):
    assert not network_page.exception and not network_page.error
    # the Anchor and the Trust are in two partner links each that count; the first id is taken
    assert network_page.selectbox(key="around").value == "guardian:g1"
    rows = network_page.dataframe[0].value
    assert ["Example Trust", "refers young people to", "The Anchor"] in rows[["From", "Link", "To"]].values.tolist()
    assert "links.csv:3" in list(rows["Source"])


def test_another_node_can_be_searched(network_page):
    network_page.selectbox(key="around").set_value("org:o1").run()
    assert list(network_page.dataframe[0].value["To"]) == ["Night youth"]


def test_confidential_bodies_cannot_be_searched(network_page):
    assert not any("refuge" in option for option in network_page.selectbox(key="around").options)


def test_without_any_kind_of_link_the_node_stands_alone(network_page):
    network_page.pills(key="kinds").set_value([]).run()
    assert not network_page.error
    assert "No link of these kinds" in told(network_page)


def test_the_data_page_lists_sources_with_licence_and_date(data_page):
    assert not data_page.exception and not data_page.error
    sources = data_page.dataframe[0].value
    assert list(sources["Licence"]) == ["OGL"]
    assert "Retrieved" in sources.columns


def test_completeness_is_shown_by_area(data_page):
    names = [set(frame.value.columns) for frame in data_page.dataframe]
    assert any("Complete" in columns for columns in names)


def test_nothing_given_is_said(data_page):
    data_page.button(key="load_check").click().run()
    assert "Give a folder" in data_page.error[0].value


def test_an_empty_store_offers_the_form_first(open_app):
    app = open_app([]).switch_page("views/pages/data.py").run()
    assert not app.exception
    assert "Nothing is loaded yet" in told(app)
    assert "at most 50 MB" in app.get("file_uploader")[0].label


def test_a_report_lists_issues_by_file_and_line_and_filters_them(data_page):
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
    data_page.session_state["load_job"] = job
    data_page.run()
    assert not data_page.exception and not data_page.error
    assert "Checked; nothing was written" in told(data_page)
    issues = next(f.value for f in data_page.dataframe if "place" in f.value.columns)
    assert list(issues["place"]) == ["town/b.txt", "town/a.csv:7"]
    data_page.multiselect(key="issue_file").set_value(["town/a.csv"]).run()
    issues = next(f.value for f in data_page.dataframe if "place" in f.value.columns)
    assert list(issues["place"]) == ["town/a.csv:7"]


def test_a_load_that_failed_is_one_sentence(data_page):
    data_page.session_state["load_job"] = jobs.Job("Load", error="Somebody else is loading; try again.", ended=True)
    data_page.run()
    assert "Somebody else is loading" in data_page.error[0].value


def test_a_missing_folder_ends_as_an_issue_not_a_crash(data_page, tmp_path, monkeypatch):
    import contextlib

    import views.components.data_load as data_load

    @contextlib.contextmanager
    def no_store(settings, *, write=False):
        yield None

    monkeypatch.setattr(data_load, "open_store", no_store)
    data_page.text_input(key="load_path").set_value(str(tmp_path / "nothing here"))
    data_page.button(key="load_check").click().run()
    until = time.monotonic() + 20
    while not data_page.session_state["load_job"].ended and time.monotonic() < until:
        time.sleep(0.05)
    data_page.run()
    issues = next(f.value for f in data_page.dataframe if "place" in f.value.columns)
    assert list(issues["code"]) == ["file_missing"]


def test_measures_of_the_partners_are_shown_with_their_ranks(network_page):
    network_page.segmented_control(key="show").set_value("Measures").run()
    assert not network_page.exception and not network_page.error
    table = network_page.dataframe[0].value
    assert {"Name", "Betweenness", "Rank best", "Rank worst"} <= set(table.columns)
    assert "Example Trust" in set(table["Name"])


def test_what_if_shows_what_is_lost_with_a_body(network_page):
    network_page.segmented_control(key="show").set_value("What if one goes").run()
    network_page.selectbox(key="without").set_value("org:o1").run()
    assert not network_page.exception and not network_page.error
    # The town council alone runs Night youth: it ends.
    lost = [row for frame in network_page.dataframe for row in frame.value["Name"]]
    assert "Night youth" in lost


def test_confidential_bodies_cannot_be_taken_out(network_page):
    network_page.segmented_control(key="show").set_value("What if one goes").run()
    assert not any("refuge" in option for option in network_page.selectbox(key="without").options)


@pytest.mark.parametrize("section", ["What ends when", "Forums"])
def test_a_section_without_anything_recorded_says_so(network_page, section):
    network_page.segmented_control(key="show").set_value(section).run()
    assert not network_page.exception and not network_page.error
    assert "recorded" in told(network_page)
