"""What may never be kept, whoever says it: rules for peer groups, concern, confidential places and persons."""

import logging
import re

import pytest
from town import codes


def test_a_peer_group_has_areas_but_no_point_and_no_name_people_gave_it(town, write, load, store):
    write(
        "contexts.csv",
        "id,name,kind,longitude,latitude,area,precision\n"
        "p1,The Example Crew,peer_group,10.05,50.05,,point\n"
        "p2,Other Crew,peer_group,,,Q3; W1,\n",
    )

    report = load()

    first, second = store.node["context:p1"], store.node["context:p2"]
    assert "Crew" not in repr(store.node)
    assert first["name"] == "Peer group in D1 town, W1 town"
    assert not {"location", "precision"} & first.keys()
    assert store.within("context:p1") == {"W1", "D1"}
    # The quarter is finer than may be said; what it nests in stands for it.
    assert store.within("context:p2") == {"W1", "W2", "D1"}
    assert "location" not in second
    assert codes(report).count("peer_group_point") == 1
    assert not any("Crew" in (i.value or "") + i.message for i in report.issues)


def test_a_confidential_place_keeps_no_coordinates_and_only_coarse_areas(town, write, load, store):
    write(
        "guardians.csv",
        "id,name,sector,kind,longitude,latitude,sensitivity\nrefuge,Refuge,community,other,10.05,50.05,confidential\n",
    )

    load()

    assert "location" not in store.node["guardian:refuge"]
    assert store.within("guardian:refuge") == {"W1", "D1"}
    assert "10.05" not in repr([store.node["guardian:refuge"], store.of("WITHIN")])


def test_a_concern_needs_a_review_date(write, load, store):
    write(
        "contexts.csv",
        "id,name,kind,concern,concern_review\n"
        "a,A,park,of_concern,2026-12-01\n"
        "b,B,park,of_concern,\n"
        "c,C,park,none_known,\n",
    )

    report = load()

    assert store.node["context:a"]["concern"] == "of_concern"
    assert "concern" not in store.node["context:b"]
    assert store.node["context:c"]["concern"] == "none_known"
    assert codes(report) == ["concern_no_review", "points_missing"]


@pytest.mark.parametrize(("precision", "kept"), [("point", False), ("", False), ("street", True), ("area", True)])
def test_a_concern_is_not_put_on_one_named_business(write, load, store, precision, kept):
    write(
        "contexts.csv",
        "id,name,kind,precision,concern,concern_review\n"
        f"a,Example Arcade,commercial,{precision},improving,2026-12-01\n",
    )

    report = load()

    assert ("concern" in store.node["context:a"]) == kept
    assert ("concern_on_business" in codes(report)) != kept


def test_personal_columns_are_dropped_and_said_once(write, load, store):
    write("contexts.csv", "id,name,kind,Head Teacher,Telephone\na,A,school,Ada Example,0161 496 0000\n")

    report = load()

    assert [i.field for i in report.issues if i.code == "column_personal"] == ["head teacher", "telephone"]
    assert "Ada" not in repr(store.node)


@pytest.mark.parametrize(
    "value",
    ["ring 07700 900123", "ask Mrs Ada Example", "ada@example.org", "NHS 943 476 5919", "DOB 01/02/2012"],
)
def test_a_personal_value_is_quarantined_and_never_repeated(write, load, store, caplog, value):
    caplog.set_level(logging.DEBUG)
    write("guardians.csv", f"id,name,sector,kind,next_step\ng,Example Cafe,commercial,cafe,{value}\n")

    report = load()

    assert "next_step" not in store.node["guardian:g"]
    assert report.quarantined == 1
    (found,) = [i for i in report.issues if i.code == "personal_value"]
    assert (found.line, found.field, found.value) == (2, "next_step", None)
    assert value not in repr(report.as_dict()) + caplog.text + repr(store.node)


def test_a_person_where_a_code_or_number_belongs_is_not_repeated_either(write, load, store):
    write("guardians.csv", "id,name,sector,kind,staff\ng,Example Cafe,commercial,cafe,Emma Example\n")
    write("contexts.csv", "id,name,kind\nc,C,ring 07700 900123\n")

    report = load()

    assert "Emma" not in repr(report.as_dict())
    assert "07700" not in repr(report.as_dict())
    assert "value_bad" in codes(report)
    assert "code_required" in codes(report)


def test_a_role_is_a_role_and_not_a_name(write, load, store):
    write(
        "guardians.csv",
        "id,name,sector,kind,lead_role\na,A,commercial,cafe,Emma Example\nb,B,commercial,cafe,Duty manager\n",
    )

    load()

    assert "lead_role" not in store.node["guardian:a"]
    assert store.node["guardian:b"]["lead_role"] == "Duty manager"


def test_businesses_may_be_called_after_somebody(write, load, store):
    write("guardians.csv", "id,name,sector,kind\na,Mrs Miggins Pie Shop,commercial,cafe\n")

    load()

    assert store.node["guardian:a"]["name"] == "Mrs Miggins Pie Shop"


def test_an_id_or_a_packages_description_is_no_way_round_the_gate(write, load, store):
    write(
        "datapackage.json",
        {
            "title": "Made-up borough, ask ada@example.org",
            "contributors": [{"title": "Emma Example", "role": "publisher"}],
            "resources": [],
        },
    )
    write("contexts.csv", "id,name,kind\nada@example.org,A,park\nb,B,park\n")

    report = load()

    assert codes(report)[0] == "id_bad"
    assert not re.search("ada@|emma", repr((store.node, report.as_dict())), re.IGNORECASE)
