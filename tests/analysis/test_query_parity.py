"""What a query and the gap list both answer, they answer alike: on the demo, on the bundled store."""

from __future__ import annotations

import pytest

import queries
from analysis.availability import availability
from analysis.contracts import contracts_ending
from analysis.dependence import MONEY, dependence
from analysis.gaps import gaps
from analysis.harms import harms
from analysis.schools import school_routes
from graphmodel import embedded
from graphmodel.landscape import Landscape
from graphmodel.settings import Settings
from graphmodel.store import open_store

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    from demo.generate import write_demo
    from ingest.pipeline import ingest

    settings = Settings(data_dir=tmp_path_factory.mktemp("parity"), demo=True)
    folder = tmp_path_factory.mktemp("parity-demo")
    write_demo(folder)
    try:
        with open_store(settings, write=True) as opened:
            ingest([folder], opened, settings)
            yield opened
    finally:
        embedded.stop(settings)


@pytest.fixture(scope="module")
def landscape(store):
    from demo import AS_OF

    return Landscape.load(store, as_of=AS_OF)


@pytest.fixture(scope="module")
def found(landscape):
    return gaps(landscape).gaps


def answer(store, name, as_of, column, **wanted):
    query = queries.get(name)
    rows = store.query(query.text, query.values({"as_of": as_of})).dicts()
    return {row[column] for row in rows if all(row[key] == value for key, value in wanted.items())}


def members(found, kind, **wanted):
    rows = [gap for gap in found if gap.kind == kind and all(getattr(gap, k) == v for k, v in wanted.items())]
    return {member for gap in rows for member in gap.members}


def test_c2_contexts_with_no_level_2_response(store, landscape, found):
    assert answer(store, "C2", landscape.as_of, "context", basis="evidenced") == members(found, "no_level_2")


def test_c3_areas_with_behaviour_based_provision_only(store, landscape, found):
    areas = landscape.nodes("Area")["code"]
    listed = {areas[gap.about] for gap in found if gap.kind == "behaviour_only" and gap.about.startswith("area:")
              and gap.topic == ""}  # fmt: skip
    assert answer(store, "C3", landscape.as_of, "area", basis="evidenced") == listed
    assert listed


def test_p5_active_venues_with_no_escalation_route(store, landscape, found):
    assert answer(store, "P5", landscape.as_of, "guardian", basis="evidenced") == members(found, "no_escalation")
    to_ask = members(found, "missing_data", topic="escalation")
    assert answer(store, "P5", landscape.as_of, "guardian", basis="missing_data") == to_ask


def test_p6_venues_whose_only_escalation_is_the_police(store, landscape, found):
    # The gap list follows every step and looks at active guardians; here nobody refers past the police.
    listed = members(found, "police_only", topic="guardian")
    assert answer(store, "P6", landscape.as_of, "guardian", basis="evidenced", stage="active") == listed


def test_c6_the_organisation_whose_grant_ending_cuts_most_contexts_off(store, landscape):
    query = queries.get("C6")
    asked = store.query(query.text, query.values({"as_of": landscape.as_of})).dicts()
    rows = [row for row in dependence(landscape).rows if row["how"] == MONEY and row["contexts_cut_off"]]
    assert {row["funder"]: row["contexts_cut_off"] for row in asked} == {
        row["about"]: row["contexts_cut_off"] for row in rows
    }
    assert asked[0]["funder"] == rows[0]["about"] == "org:brightwater"


def test_c7_contracts_ending_and_what_is_then_uncovered(store, landscape):
    query = queries.get("C7")
    asked = store.query(query.text, query.values({"as_of": landscape.as_of})).dicts()
    columns = ("services_ending", "contexts_uncovered", "needs", "people_from", "people_to")
    rows = {
        row["agreement"]: (len(row["services"]), len(row["contexts"]), *(row[name] for name in columns[2:]))
        for row in contracts_ending(landscape).rows
    }
    assert {row["agreement"]: tuple(row[name] for name in columns) for row in asked} == rows
    assert rows


def test_r3_hands_from_schools_to_statutory_help(store, landscape):
    query = queries.get("R3")
    asked = store.query(query.text, query.values({"as_of": landscape.as_of})).dicts()
    rows = {row["school"]: (row["hand_offs"], row["path"], row["evidence"]) for row in school_routes(landscape).rows}
    assert {row["school"]: (row["hand_offs"], row["path"], row["basis"]) for row in asked} == rows


def test_c4_self_referral_by_language(store, landscape):
    asked = answer(store, "C4", landscape.as_of, "service", referral="self")
    listed = {
        row["service"]
        for age in (16, 17)
        for row in availability(landscape, group="asylum_seeking", age=age, access="self").rows
    }
    for_parents = {id for id, whom in landscape.nodes("Service")["for_whom"].items() if whom == ["parents_carers"]}
    assert (
        asked - for_parents == listed
    )  # the query lists every service; those for parents alone are not for a 16-year-old
    assert listed


@pytest.mark.parametrize("area", [None, "X08000001"])  # a need of the borough is no need of a ward to the query
def test_c14_harms_without_provision(store, landscape, area):
    query = queries.get("C14")
    values = {"as_of": landscape.as_of, **({"area": area} if area else {})}
    columns = ("contexts", "needs", "services_of_unknown_harms")
    asked = {r["harm"]: tuple(r[c] for c in columns) for r in store.query(query.text, query.values(values)).dicts()}
    rows = harms(landscape.subset(area)).rows
    assert {r["harm"]: tuple(r[c] for c in columns) for r in rows if not r["services"]} == asked
    assert asked


def test_a_store_and_its_own_records_give_the_same_list(store, landscape):
    from graphmodel.records import LinkRecord, NodeRecord
    from graphmodel.schema import LINK_TYPES, NODE_TYPES

    records = [NodeRecord(label, row.pop("id"), row) for label in NODE_TYPES for row in store.nodes(label)]
    for type in LINK_TYPES:
        for row in store.links(type):
            id, start, end = (row.pop(key) for key in ("id", "start", "end"))
            dates = {"start_date": "start", "end_date": "end"}
            fields = {dates.get(key, key): value for key, value in row.items()}
            records.append(LinkRecord(type, id, start, end, fields))
    direct = Landscape.from_records(records, as_of=landscape.as_of)
    assert gaps(direct).as_dict() == gaps(landscape).as_dict()
