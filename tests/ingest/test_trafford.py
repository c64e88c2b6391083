"""One whole local authority, as its data lab publishes it: the facts its files must come to."""

from __future__ import annotations

import csv
import re
from collections import Counter

import numpy as np
import pytest
from scipy.spatial import cKDTree
from town import MemoryStore

from graphmodel.geography import local_crs, to_metres
from graphmodel.settings import Settings
from ingest.pipeline import ingest
from ingest.privacy import looks_like_person_name, personal_value

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def loaded(trafford):
    """Return the store and the report after the whole folder was loaded."""
    store = MemoryStore()
    return store, ingest([trafford], store, Settings())


@pytest.fixture(scope="module")
def store(loaded):
    return loaded[0]


@pytest.fixture(scope="module")
def report(loaded):
    return loaded[1]


def nodes(store, prefix, **where):
    return [
        node
        for id, node in store.node.items()
        if id.startswith(f"{prefix}:") and all(node.get(name) == value for name, value in where.items())
    ]


def from_file(store, prefix, file):
    return [node for node in nodes(store, prefix) if node["source"] == f"trafford/{file}"]


def issues(report, code, file=None):
    return [each for each in report.issues if each.code == code and file in (None, each.file)]


def test_every_file_is_recognised_and_none_is_in_error(report, trafford):
    assert {each.path for each in report.files} == {path.name for path in trafford.iterdir()}
    assert [each.path for each in report.files if each.adapter is None] == []
    assert report.exit_code == 0
    assert [i for i in report.issues if i.code in ("file_unknown", "file_suggested", "column_unknown")] == []


def test_areas_and_people(store):
    levels = Counter(node["level"] for node in nodes(store, "area"))
    assert levels == {"lsoa": 139, "msoa": 28, "ward": 21, "local_authority": 1}

    lsoas = nodes(store, "area", level="lsoa")
    assert sum(node["population"] for node in lsoas) == 241_025
    assert sum(node["population_10_17"] for node in lsoas) == 27_821
    assert all(sum(node["population_by_age"]) == node["population"] for node in lsoas)


def test_37_lsoas_lie_less_than_nine_tenths_in_one_ward(store):
    wards: dict[str, list[float]] = {}
    for link in store.of("WITHIN"):
        if link.start.startswith("area:E01") and link.end.startswith("area:E05"):
            wards.setdefault(link.start, []).append(link.properties.get("share", 1.0))

    assert len(wards) == 139
    assert sum(max(shares) < 0.9 for shares in wards.values()) == 37
    assert all(sum(shares) == pytest.approx(1, abs=0.001) for shares in wards.values())


def test_lsoas_nest_in_msoas_and_all_in_the_authority(store):
    for link in store.of("WITHIN"):
        if link.start.startswith("area:") and link.end.startswith(("area:E02", "area:E08")):
            assert "share" not in link.properties

    ends = Counter(link.start[:8] + link.end[:8] for link in store.of("WITHIN") if link.start.startswith("area:"))
    assert ends["area:E01area:E02"] == 139
    assert ends["area:E05area:E08"] == 21


def test_a_place_takes_every_level_from_its_own_point(store):
    schools = from_file(store, "context", "schools_and_colleges.csv")

    assert len(schools) == 103
    assert all({code[:3] for code in store.within(node["id"])} == {"E01", "E02", "E05", "E08"} for node in schools)


@pytest.mark.parametrize(
    ("file", "prefix", "count"),
    [("schools_and_colleges.csv", "context", 103), ("bus_stops.geojson", "context", 1025),
     ("metrolink_stops.csv", "context", 18), ("train_stops.csv", "context", 9),
     ("sports_facilities.csv", "context", 171), ("fast_food_outlets.csv", "guardian", 291),
     ("pharmacies.geojson", "guardian", 57), ("libraries.geojson", "guardian", 13),
     ("places_of_worship.geojson", "guardian", 118), ("sports_clubs.geojson", "guardian", 137),
     ("gambling_premises.csv", "guardian", 27), ("food_banks_greater_manchester.geojson", "service", 7),
     ("mental_health_services.geojson", "service", 45), ("probation_offices_greater_manchester.geojson", "service", 2),
     ("postcodes.csv", "postcode", 11_264)],
)  # fmt: skip
def test_what_each_file_becomes(store, file, prefix, count):
    assert len(from_file(store, prefix, file)) == count


@pytest.mark.parametrize(
    ("file", "outside"),
    [("food_banks_greater_manchester.geojson", 164), ("mental_health_services.geojson", 15),
     ("probation_offices_greater_manchester.geojson", 10)],
)  # fmt: skip
def test_what_lies_outside_the_borough_is_one_issue(report, file, outside):
    (said,) = issues(report, "points_outside", file)
    assert said.message.startswith(f"{outside} of ")


def test_bus_stops_are_not_where_the_files_one_coordinate_is(store):
    stops = from_file(store, "context", "bus_stops.geojson")

    assert len({node["location"] for node in stops}) > 1_000


def test_72_of_103_schools_have_a_fast_food_outlet_within_400_m(store):
    def metres(places):
        points = np.array([node["location"] for node in places])
        crs = local_crs(points[:, 0], points[:, 1], Settings())
        assert crs.to_epsg() == 27700
        return np.column_stack(to_metres(crs, points[:, 0], points[:, 1]))

    schools = metres(from_file(store, "context", "schools_and_colleges.csv"))
    outlets = metres(from_file(store, "guardian", "fast_food_outlets.csv"))

    assert (cKDTree(outlets).query(schools)[0] <= 400).sum() == 72


def test_charities_lie_in_wards_without_a_point(store, report, trafford):
    register = {f"org:charity-{row['registered_charity_number']}" for row in rows(trafford / "charities.csv")}
    charities = [node for node in nodes(store, "org") if node["id"] in register]
    placed = [node for node in charities if store.within(node["id"])]

    assert len(charities) == 736
    assert len(placed) == 278
    assert {code[:3] for node in placed for code in store.within(node["id"])} == {"E05", "E08"}
    assert not any("location" in node for node in charities)
    (said,) = issues(report, "points_missing", "charities.csv")
    assert said.message.startswith("458 of 736")


def test_grants(store):
    funds = store.of("FUNDS")

    assert len(funds) == 555
    assert sum(link.properties["amount_gbp"] for link in funds) == pytest.approx(1_291_436.54)
    assert len({link.end for link in funds}) == 323
    assert {link.properties["end_basis"] for link in funds} == {"award_plus_duration"}
    assert max(link.properties["end"] for link in funds).isoformat() == "2025-06-19"


def test_the_csv_and_the_json_of_grants_are_the_same_links(trafford):
    def links(name):
        store = MemoryStore()
        ingest([trafford / name], store, Settings())
        own = ("amount_gbp", "start", "end", "title")
        return {
            (id, link.start, link.end, *(link.properties.get(name) for name in own)) for id, link in store.link.items()
            if link.type == "FUNDS"
        }  # fmt: skip

    assert links("grants_360giving.csv") == links("grants_360giving.json")


def test_organisations_of_register_and_grants(trafford):
    store = MemoryStore()
    ingest([trafford / "charities.csv", trafford / "grants_360giving.csv"], store, Settings())
    charities = {node["id"] for node in from_file(store, "org", "charities.csv")}

    # A grant's word of a charity is laid over the register's: count those both have by their ids.
    everyone = {node["id"] for node in nodes(store, "org")}
    recipients = {link.end for link in store.of("FUNDS")}
    register = {f"org:charity-{row['registered_charity_number']}" for row in rows(trafford / "charities.csv")}
    assert len(everyone) == 1_024
    assert len(recipients & register) == 36
    assert charities <= register


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_one_recipient_that_reads_as_a_person_is_withheld(store, report, trafford):
    recipients = {
        row["Recipient Org:Identifier"]: row["Recipient Org:Name"]
        for row in rows(trafford / "grants_360giving.csv")
        if not row["Recipient Org:Charity Number"] and not row["Recipient Org:Company Number"]
    }
    persons = {name for name in recipients.values() if looks_like_person_name(name)}

    assert len(persons) == 1
    words = persons.pop().casefold().split()
    everything = repr((store.node, store.link, report.as_dict())).casefold()
    assert not re.search(r"\W*".join(map(re.escape, words)), everything)
    assert len(issues(report, "person_name_withheld", "grants_360giving.csv")) == 1


def test_ward_codes_of_2022_are_one_issue(report):
    (said,) = issues(report, "area_vintage")

    assert (said.file, said.field) == ("lookup_lsoa_to_ward.csv", "wd22cd")
    assert "(2022)" in said.message


def test_nothing_personal_is_in_the_store(store):
    for id, node in store.node.items():
        for name, value in node.items():
            if isinstance(value, str) and name not in ("boundary", "checksum", "url", "id", "source_row"):
                assert personal_value(value, names=False) is None, (id, name)


def test_nobody_is_said_to_have_been_approached_and_nothing_is_coded(store):
    assert not any(node.keys() & {"stage", "stance"} for node in nodes(store, "guardian"))
    assert not any(node.keys() & {"level", "approach"} for node in nodes(store, "service"))


def test_a_second_load_says_the_same(loaded, trafford):
    store, report = loaded
    nodes_before, links_before = {id: dict(node) for id, node in store.node.items()}, dict(store.link)

    again = ingest([trafford], store, Settings())

    assert store.node == nodes_before
    assert store.link == links_before
    assert [i.as_dict() for i in again.issues] == [i.as_dict() for i in report.issues]
