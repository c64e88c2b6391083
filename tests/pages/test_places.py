"""Are the rows of a landscape complete, honest about what is unknown, and free of confidential places?"""

from __future__ import annotations

import json
from datetime import date

from made_up_town import town

from graphmodel.landscape import Landscape
from views import outlines, overview, places, profile
from views.areas import Catalogue
from views.theme import FAINT, FULL


def row(frame, id):
    (found,) = frame[frame["id"] == id].to_dict("records")
    return found


FRIDAY_20 = 4 * 24 + 20


def test_a_guardian_row_says_stage_hours_and_source(town_landscape):
    rows = places.at(places.place_rows(town_landscape, "guardians"), FRIDAY_20)
    anchor = row(rows, "guardian:g1")
    assert (anchor["stage"], anchor["fill"], anchor["hours"], anchor["open"]) == (
        "Active",
        FULL,
        "closed all week",
        False,
    )
    assert (anchor["area"], anchor["source"]) == ("West", "guardian:g1.csv:2")
    other = row(rows, "guardian:g2")
    assert (other["stage"], other["fill"], other["open"]) == ("no engagement recorded", FAINT, None)


def test_confidential_places_are_in_no_row(town_landscape):
    assert "guardian:g3" not in set(places.place_rows(town_landscape, "guardians")["id"])
    assert profile.place_profile(town_landscape, "guardian:g3") is None


def test_services_stand_where_they_are_delivered(town_landscape):
    service = row(places.at(places.place_rows(town_landscape, "services"), FRIDAY_20), "service:s1")
    assert (service["longitude"], service["latitude"], service["open"]) == (0.005, 0.005, True)
    assert (service["group"], service["stage"]) == ("level_2", "Level 2")


def test_open_closed_and_unknown_are_counted_apart(town_landscape):
    assert places.open_counts(places.at(places.place_rows(town_landscape, "guardians"), FRIDAY_20)) == (0, 1, 1)


def test_at_an_hour_the_closed_are_gone_and_the_unknown_are_marked(town_landscape):
    kept = places.at_hour(places.at(places.place_rows(town_landscape, "guardians"), FRIDAY_20))
    assert list(kept["id"]) == ["guardian:g2"]
    assert list(kept["group"]) == ["unknown"]


def test_partner_links_are_drawn_where_both_ends_have_a_place(town_landscape):
    found = places.partner_links(town_landscape)
    # the council runs a service at West, but has no partner link; the trust has no place at all
    assert [(line.start, line.end) for line in found.lines] == [((0.005, 0.005), (0.015, 0.005))]
    assert list(found.without_place["from"]) == ["Example Trust", found.rows["from"].iloc[2]]


def test_provision_by_ward_knows_zero_from_nothing_loaded(town_landscape):
    assert overview.services_by_area(town_landscape, "ward") == {"area:W1": 1.0, "area:W2": 0.0}
    bare = Landscape.from_records([r for r in town() if getattr(r, "label", "") == "Area"], None, date(2026, 1, 1))
    assert overview.services_by_area(bare, "ward") == {"area:W1": None, "area:W2": None}


def test_young_people_nobody_counted_are_unknown(town_landscape):
    assert overview.young_people_by_area(town_landscape, "ward") == {"area:W1": 1200.0, "area:W2": None}


def test_an_overdue_concern_no_longer_reads_as_one(town_landscape):
    told = profile.place_profile(town_landscape, "context:c1")
    assert ("Concern", "Review overdue") in told.sections[0].facts


def test_what_young_people_say_needs_enough_of_them(town_landscape):
    anchor = profile.place_profile(town_landscape, "guardian:g1")
    assert ("Young people say", "Trusted (asked: about 20)") in anchor.sections[0].facts
    other = profile.place_profile(town_landscape, "guardian:g2")
    assert ("Stage", "no engagement recorded") in other.sections[0].facts


def test_the_area_profile_begins_with_strengths(town_landscape):
    told = profile.area_profile(town_landscape)
    assert [section.title for section in told.sections] == ["Strengths", "Provision", "Guardians", "Contexts", "People"]
    assert told.sections[0].facts[:2] == [
        ("Guardians young people trust", "1 (not known: 1)"),
        ("Active guardians", "1 (not known: 1)"),
    ]


def test_where_nothing_is_recorded_no_strength_is_said_to_be_missing():
    nobody_asked = [r for r in town() if r.id != "guardian:g1"]
    told = dict(profile.area_profile(Landscape.from_records(nobody_asked, "area:T1")).sections[0].facts)
    assert told["Guardians young people trust"] is None
    assert told["Active guardians"] is None


def test_places_known_and_engagement_stand_in_the_profile(town_landscape):
    told = profile.area_profile(town_landscape)
    assert ("No engagement recorded", "1") in told.sections[2].facts


def test_outlines_hold_shape_and_id_and_nothing_else(town_landscape):
    first, second = json.loads(outlines.outlines(town_landscape, "ward", ["area:W1", "area:W2"]))["features"]
    assert first["id"] == "area:W1" and first["properties"] == {}
    assert second["geometry"]["type"] == "Polygon"


def test_an_outline_file_is_written_once_and_older_versions_go(tmp_path, town_landscape):
    old = outlines.outline_file(tmp_path, "own", "1.1", "ward", town_landscape, ["area:W1"])
    assert outlines.outline_file(tmp_path, "own", "1.1", "ward", town_landscape, ["area:W1"]) == old
    new = outlines.outline_file(tmp_path, "own", "1.2", "ward", town_landscape, ["area:W1"])
    assert [path.name for path in tmp_path.iterdir()] == [new]


def catalogue() -> Catalogue:
    names = [
        ("area:L", "Town", "L", "local_authority"),
        ("area:W", "West", "W", "ward"),
        ("area:S", "West 1", "S", "lsoa"),
    ]
    links = [("area:W", "area:L", 1.0), ("area:S", "area:W", 0.9), ("area:S", "area:L", None)]
    return Catalogue.from_rows(
        [dict(zip(("id", "name", "code", "level"), values, strict=True)) for values in names],
        [dict(zip(("start", "end", "share"), values, strict=True)) for values in links],
    )


def test_an_area_is_found_by_code_id_or_name():
    for text in ("W", "w", "area:W", "west"):
        assert catalogue().resolve(text) == "area:W"
    assert catalogue().resolve("nowhere") is None


def test_the_only_large_area_is_where_one_begins():
    assert catalogue().default == "area:L"
    assert [area.name for area in catalogue().path("area:S")] == ["Town", "West"]
    assert catalogue().parts("area:L") == ["ward", "lsoa"]
    assert catalogue().inside("area:W", "lsoa") == ["area:S"]


def test_of_no_rows_none_are_open_at_an_hour(town_landscape):
    none = places.at(places.place_rows(town_landscape, "guardians").head(0), FRIDAY_20)
    assert places.marks(places.at_hour(none)) == []
