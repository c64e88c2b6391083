"""Loaded like anybody's files: are the first questions answered and the hand-placed gaps listed?"""

from __future__ import annotations

import pytest

import queries
from analysis.gaps import gaps
from demo import AS_OF
from graphmodel import embedded
from graphmodel.landscape import Landscape
from graphmodel.settings import Settings
from graphmodel.store import open_store
from ingest.pipeline import ingest

pytestmark = pytest.mark.store

EXAMPLES = {
    "uncovered_context": "context:mill-lane-park",
    "uncovered_hours": "context:quay-bus-station",
    "no_level_2": "context:saltings-estate",
    "behaviour_only": "context:cannery-underpass",
    "funding_ends": "service:night-youth",
    "review_overdue": "context:gasworks-green",
    "training_lapses": "guardian:the-compass",
    "single_point": "org:larkmoss-link",
    "no_escalation": "guardian:kelp-cafe",
    "police_only": "guardian:the-signal-box",
}


@pytest.fixture(scope="module")
def store(demo, tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("demo-data"), demo=True)
    try:
        with open_store(settings, write=True) as opened:
            ingest([demo.folder], opened, settings)
            yield opened
    finally:
        embedded.stop(settings)


@pytest.fixture(scope="module")
def found(store):
    return gaps(Landscape.load(store, area="X08000001", as_of=AS_OF)).gaps


def test_loading_it_again_changes_nothing(store, demo):
    report = ingest([demo.folder], store, Settings()).as_dict()
    assert (report["created"], report["updated"], report["ended"]) == (0, 0, 0)


@pytest.mark.parametrize("name", list(queries.library()))
def test_every_question_of_the_library_has_an_answer(store, name):
    query = queries.library()[name]
    given = {"area": "X08000001", "as_of": AS_OF}
    known = {parameter.name for parameter in query.parameters}
    table = store.query(query.text, query.values({key: value for key, value in given.items() if key in known}))
    assert table.rows


def test_castern_hill_is_the_one_ward_whose_provision_is_all_behaviour_based(store):
    query = queries.get("C3")
    rows = store.query(query.text, query.values({"area": "X08000001", "as_of": AS_OF})).dicts()
    assert [(row["area"], row["basis"]) for row in rows] == [("X05000006", "evidenced")]


def test_brightwater_foundation_cuts_most_contexts_off(store):
    query = queries.get("C6")
    rows = store.query(query.text, query.values({"area": "X08000001", "as_of": AS_OF})).dicts()
    assert rows[0]["funder"] == "org:brightwater"


@pytest.mark.parametrize(("kind", "example"), EXAMPLES.items())
def test_every_hand_placed_gap_is_listed_as_evidenced(found, kind, example):
    rows = [gap for gap in found if gap.kind == kind and gap.basis == "evidenced"]
    assert any(example in (gap.about, *gap.members) for gap in rows)


def test_tollgate_is_to_be_found_out_about(found):
    unknown = [gap for gap in found if gap.basis == "missing_data" and gap.area == "area:X05000005"]
    assert any("No engagement recorded" in gap.because for gap in unknown)


def test_the_list_is_one_a_person_can_read(found):
    assert len(found) < 220


def test_the_count_below_the_threshold_is_not_in_the_store(store):
    [row] = store.read("MATCH (n:Need {id: 'need:young-parents-care'}) RETURN n.people AS people, n.upper AS upper")
    assert row == {"people": None, "upper": 9}
