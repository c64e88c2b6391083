"""Do the parts of the Data page show, decide, compare, export, back up and restore what they say?"""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from made_up_town import HOSTILE, RecordsBackend, link, town

from graphmodel import kept
from graphmodel.edits import Edit
from graphmodel.errors import InputError
from graphmodel.export import export_package
from graphmodel.landscape import Landscape
from graphmodel.records import NodeRecord, Point
from views import changes, differences, exporting, session
from views.differences import Side


def told(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


def open_part(open_app, part: str, records=None):
    return open_app(records, data="own", data_part=part).switch_page("views/pages/data.py").run()


# --- identity ---------------------------------------------------------------------------------------------------


def twins() -> list:
    """The town, and the Anchor once more from a register, 11 metres away; the second knows its hours."""
    register = {"source": "register/venues.csv", "source_row": "fhrs-7", "name": "the anchor", "stage": "agreed"}
    place = Point(0.0051, 0.005)
    twin = NodeRecord(
        "Guardian", "guardian:fhrs-7", {"sector": "commercial", "kind": "restaurant", "location": place, **register}
    )
    within = [link("WITHIN", "guardian:fhrs-7", f"area:{area}") for area in ("W1", "T1")]
    return [*town(), twin, *within]


class Decided:
    """A store that takes down what it is told to decide."""

    def __init__(self, records: list) -> None:
        self.records = records

    def decide(self, one: str, other: str, verdict: str, team: str) -> None:
        self.records.append(link("SAME_AS", one, other, verdict=verdict, source="edit"))


@pytest.fixture
def decidable(monkeypatch):
    @contextmanager
    def writing(self):
        yield Decided(self.records)

    monkeypatch.setattr(RecordsBackend, "writing", writing)


def test_two_records_of_one_name_and_place_are_shown_side_by_side(open_app):
    page = open_part(open_app, "Identity", twins())
    assert not page.exception and not page.error
    words = told(page)
    assert "1 to decide" in words
    assert "One name and one place, 11 m apart." in words
    assert "the anchor / The Anchor" in words
    # Name, kind, stage, and what young people say (of the twin they were not asked). The file is another, which is no
    # difference of the thing; the hours are known to one alone.
    assert words.count("<td>differs</td>") == 4
    assert "register/venues.csv" in words or "fhrs-7" in words


def test_without_a_team_nothing_can_be_decided(open_app):
    page = open_part(open_app, "Identity", twins())
    assert [button.disabled for button in page.button if button.label in ("The same", "Not the same")] == [True, True]


def test_a_confirmed_pair_counts_once_and_moves_to_its_list(open_app, decidable):
    page = open_part(open_app, "Identity", twins())
    page.text_input(key="team_typed").set_value("Licensing team").run()
    next(button for button in page.button if button.label == "The same").click().run()
    assert not page.exception and not page.error
    assert "0 to decide · 1 the same" in told(page)
    assert "Licensing team said so" in page.success[0].value
    # Two guardians can be shown before (one is confidential), and two after: the twin is the Anchor.
    seen = session.backend(session.OWN).landscape(None, None)
    assert sorted(seen.nodes("Guardian").index) == ["guardian:fhrs-7", "guardian:g2", "guardian:g3"]


def test_a_refused_pair_is_not_suggested_again(open_app, decidable):
    page = open_part(open_app, "Identity", twins())
    page.text_input(key="team_typed").set_value("Licensing team").run()
    next(button for button in page.button if button.label == "Not the same").click().run()
    assert "0 to decide · 0 the same, counted once · 1 not the same" in told(page)
    assert "No two records here look like one thing" in page.info[0].value
    page.segmented_control(key="identity_list").set_value("Not the same").run()
    assert "the anchor / The Anchor" in told(page)


def test_nothing_confidential_is_compared(open_app):
    hidden = NodeRecord(
        "Guardian", "guardian:g9", {"name": "The refuge", "sector": "community", "kind": "other", "source": "b"}
    )
    page = open_part(open_app, "Identity", [*town(), hidden])
    assert "0 to decide" in told(page)


def test_hostile_names_are_text_side_by_side(open_app):
    twin = NodeRecord(
        "Guardian", "guardian:z", {"name": HOSTILE, "sector": "community", "kind": "faith", "source": "b",
                                   "location": Point(0.015, 0.005)},
    )  # fmt: skip
    within = [link("WITHIN", "guardian:z", f"area:{area}") for area in ("W2", "T1")]
    page = open_part(open_app, "Identity", [*town(), twin, *within])
    assert "1 to decide" in told(page)
    assert "<script>document" not in told(page)


# --- snapshots and differences ----------------------------------------------------------------------------------


def wait_for(page, name: str, seconds: float = 60):
    until = time.monotonic() + seconds
    area = f"_{page.session_state['selection'].area}" if name == "compare_job" else ""
    key = f"{name}_{session.OWN}{area}"
    while not page.session_state[key].ended and time.monotonic() < until:
        time.sleep(0.05)
    return page.run()


def grown() -> list:
    """The town a year on: the Anchor is no longer active, and a kiosk has opened."""
    records = [
        NodeRecord(r.label, r.id, {**r.properties, "stage": "lapsed"})
        if isinstance(r, NodeRecord) and r.id == "guardian:g1" else r
        for r in town()
    ]  # fmt: skip
    kiosk = {"name": "Kiosk", "sector": "commercial", "kind": "shop", "source": "town/guardian.csv"}
    within = [link("WITHIN", "guardian:g4", f"area:{area}") for area in ("W1", "T1")]
    return [*records, NodeRecord("Guardian", "guardian:g4", kiosk), *within]


def of(records: list) -> Landscape:
    return Landscape.from_records(records, "area:T1", date(2026, 11, 23))


@pytest.fixture
def package(tmp_path) -> Path:
    return export_package(Landscape.from_records(town(), None, date(2026, 11, 23)), tmp_path / "before.zip")


def test_the_difference_of_a_file_and_the_store_is_told_in_words(package, tmp_path):
    now = of(grown())
    told: list[tuple[str, int, int]] = []
    before, after = Side("before", "before.zip", file=package), Side("now", "store")
    found = differences.difference(before, after, now, now.settings, lambda *step: told.append(step), now.as_of)
    assert [stage for stage, _, _ in told] == ["read", "read", "compare"]
    lines = differences.summary(found.result)
    assert any(line.startswith("Guardians: 1 new") for line in lines)
    rows = differences.table(found.result.rows, ["node"], ["changed"])
    stage = rows[rows["Field"] == "stage"][["Name", "Before", "After"]].values.tolist()
    assert stage == [["The Anchor", "active", "lapsed"]]
    # The refuge is confidential: it is in no package, and so it came; neither its id nor its name is told.
    assert "refuge" not in str(found.result.rows) and "guardian:g3" not in str(found.result.rows)
    assert "What is confidential is not in the package before.zip." in found.result.caveats
    said = differences.command(found, as_of=None, demo=True, area_code="T1")
    assert said == "landscape diff before.zip store --area T1 --demo"


def test_a_gap_that_grew_is_wider_and_one_that_shrank_is_narrower():
    row = {"about": "gap", "change": "changed", "field": "shortfall", "before": 0.25, "after": 0.5}
    assert differences.kind_of(row) == "wider"
    assert differences.kind_of({**row, "after": 0.0}) == "narrower"
    assert differences.kind_of({**row, "field": "band"}) == "another band"
    assert differences.kind_of({**row, "about": "node"}) == "changed"


def test_without_snapshots_the_page_says_what_one_is_for(open_app):
    page = open_part(open_app, "Snapshots")
    assert not page.exception and not page.error
    assert "No snapshot has been kept yet" in page.info[0].value
    assert page.selectbox(key="compare_before").value == "The same on another day"


def test_two_days_of_one_store_are_compared(open_app):
    opened = NodeRecord("Service", "service:new", {"name": "Opened in May", "kind": "youth_work", "source": "t",
                                                   "valid_from": date(2026, 5, 1)})  # fmt: skip
    page = open_part(open_app, "Snapshots", [*town(), opened, link("SERVES", "service:new", "area:T1")])
    page.button(key="compare_go").click().run()
    page = wait_for(page, "compare_job")
    assert not page.exception and not page.error
    assert "Services: 1 new." in told(page)
    table = next(frame.value for frame in page.dataframe if "Before" in frame.value.columns)
    assert "Opened in May" in set(table["Name"])
    page.multiselect(key="compare_about").set_value(["gap"]).run()
    table = next(frame.value for frame in page.dataframe if "Before" in frame.value.columns)
    assert set(table["About"]) <= {"Gaps"}
    assert any("landscape diff 20" in code.value for code in page.code)


def test_no_name_no_snapshot(open_app):
    page = open_part(open_app, "Snapshots")
    page.button(key="snapshot_keep").click().run()
    assert "Give the snapshot a name" in page.error[0].value


def test_what_cannot_be_written_is_one_sentence(open_app):
    page = open_part(open_app, "Snapshots")
    page.text_input(key="snapshot_name").set_value("one").run()
    page.button(key="snapshot_keep").click().run()
    page = wait_for(page, "keep_job")
    assert "Made\\-up records cannot be changed" in page.error[0].value


# --- exports ----------------------------------------------------------------------------------------------------


def test_a_source_without_a_licence_is_named_before_anything_is_made(open_app):
    page = open_part(open_app, "Exports")
    assert not page.exception
    assert "No licence is known of" in page.warning[0].value
    page.button(key="export_go").click().run()
    page = wait_for(page, "export_job")
    assert "Nothing may be published from sources of unknown licence" in page.error[0].value
    page.radio(key="export_profile").set_value("internal").run()
    assert not page.warning
    assert any("--as-of" in code.value and "--publishable" not in code.value for code in page.code)


@pytest.mark.parametrize("format", list(exporting.FORMATS))
def test_every_format_is_made_as_one_file_with_its_progress(format, tmp_path):
    told: list[tuple[str, int, int]] = []
    path = tmp_path / exporting.file_name(format, "T1", "internal")
    made = exporting.make(of(town()), format, path, publishable=False, progress=lambda *step: told.append(step))
    assert made == path and path.stat().st_size > 0
    steps = [done for _, done, _ in told]
    assert steps == sorted(steps) and steps[-1] <= told[-1][2]
    assert b"The refuge" not in path.read_bytes()
    if format == "parquet":
        assert {"guardians.parquet", "about.json"} <= set(zipfile.ZipFile(io.BytesIO(path.read_bytes())).namelist())


def test_the_command_line_says_the_same():
    asked = {"area_code": "T1", "as_of": date(2026, 11, 23), "demo": False}
    said = exporting.command("gpkg", "publishable", **asked, everything=False)
    assert said == "landscape export --format gpkg -o landscape.gpkg --area T1 --as-of 2026-11-23 --publishable"
    said = exporting.command("parquet", "internal", **{**asked, "demo": True}, everything=True)
    assert said == "landscape export --format parquet -o landscape --demo"


# --- backup and changes -----------------------------------------------------------------------------------------


def test_an_empty_store_can_only_be_restored(open_app):
    page = open_part(open_app, "Backup", [])
    assert not page.exception and not page.error
    assert [button.label for button in page.button if button.label in ("Back up", "Look into it")] == ["Look into it"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b'{"format": 1}'])
def test_a_file_that_is_no_backup_is_one_sentence(open_app, tmp_path, content):
    path = tmp_path / "broken.zip"
    path.write_bytes(content)
    page = open_part(open_app, "Backup")
    page.text_input(key="restore_path").set_value(str(path)).run()
    page.button(key="restore_look").click().run()
    page = wait_for(page, "look_job")
    assert not page.exception
    assert "broken.zip is not a backup of this program, or not whole. Nothing was changed." in unescaped(page.error[0])
    assert not any(button.label == "Restore" for button in page.button)


def unescaped(element) -> str:
    return element.value.replace("\\", "").replace("\u2060", "")


def test_a_backup_says_what_it_is_only_if_it_is_one(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("manifest.json", '{"format": 1, "schema": 1, "kind": "landscape", "members": {}}')
    with pytest.raises(InputError, match=r"a\.zip is not a backup"):
        kept.described(tmp_path / "a.zip")


def entry(number: int, team: str, node: str, field: str, before: object, after: object, undoes: str | None = None):
    return Edit(
        f"edit:{number}", datetime(2026, 11, number, 9, 30, tzinfo=UTC), team, node, field, before, after, undoes
    )


LOG = [
    entry(1, "Youth team", "guardian:g1", "stage", "approached", "active"),
    entry(2, "Licensing", "guardian:g3", "name", "Refuge", "House"),
    entry(3, "Licensing", "guardian:g1", "stage", "active", "approached", "edit:1"),
]


def test_the_log_is_read_the_last_first_and_without_the_confidential():
    whole = Landscape.from_records(town(), None, date(2026, 11, 23))
    rows = changes.change_rows(LOG, changes.names(whole), changes.confidential_ids(whole))
    assert rows[["When (UTC)", "Team", "What", "Before", "After", "Undo"]].values.tolist() == [
        ["2026-11-03 09:30", "Licensing", "The Anchor", "active", "approached", "takes back"],
        ["2026-11-01 09:30", "Youth team", "The Anchor", "approached", "active", ""],
    ]


def test_a_link_of_something_confidential_is_confidential_too():
    records = [*town(), link("REFERS_TO", "guardian:g3", "org:o1")]
    whole = Landscape.from_records(records, None, date(2026, 11, 23))
    assert "link:REFERS_TO-guardian:g3-org:o1" in changes.confidential_ids(whole)


def test_the_page_shows_the_log_filters_it_and_says_what_is_left_out(open_app, monkeypatch):
    monkeypatch.setattr(RecordsBackend, "changes", lambda self: LOG)
    page = open_part(open_app, "Backup")
    assert not page.exception and not page.error
    assert "2 changes, the last first" in told(page)
    assert "1 changes of what is confidential are not shown" in told(page)
    page.multiselect(key="changes_team").set_value(["Youth team"]).run()
    table = next(frame.value for frame in page.dataframe if "Undo" in frame.value.columns)
    assert list(table["Team"]) == ["Youth team"]
