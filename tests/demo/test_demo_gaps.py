"""Does each hand-placed example show the gap it is there for? Checked by its facts, not by the analyses."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import networkx as nx
import pytest
from pyproj import Transformer

from demo import AS_OF
from graphmodel import schema
from graphmodel.codes import code_list
from ingest.hours import parse_hours

BUS_STATION = "context:quay-bus-station"
HALF_A_YEAR = AS_OF + timedelta(days=182)
POLICE = "org:quayford-police"


@cache
def open_hours(text: str) -> set[int]:
    week = parse_hours(text).week
    assert week is not None, text
    return {hour for hour, flag in enumerate(week) if flag == "1"}


def hours_of(day: int, first: int, last: int) -> range:
    return range(24 * day + first, 24 * day + last)


def counts_as_cover(row) -> bool:
    """Active, trained and in date, caring, and not said to be unwelcoming."""
    return (
        row["stage"] == "active"
        and row["stance"] == "care"
        and row["young_people_say"] != "unwelcoming"
        and bool(row["staff_trained"])
        and date.fromisoformat(row["trained_until"]) >= AS_OF
    )


def covering(demo, context):
    near = set(demo.near(context, "guardian", 404)) | demo.starts("GUARDIAN_OF", context)
    return [demo.by_id[id] for id in sorted(near) if counts_as_cover(demo.by_id[id])]


def covered_hours(demo, context):
    return {hour for row in covering(demo, context) if row["hours"] for hour in open_hours(row["hours"])}


def covers_all(demo, context):
    return open_hours(demo.by_id[context]["active_hours"]) <= covered_hours(demo, context)


def level_2(demo, context):
    return {row["from"] for row in demo.links("TARGETS", end=context) if row["level"] in ("L2", "both")}


def is_concern(row):
    return row["concern"] == "of_concern" and date.fromisoformat(row["concern_review"]) >= AS_OF


# Who is present?


def test_uncovered_hours_quay_bus_station_has_guardians_by_day_and_none_after_18(demo):
    covered = covered_hours(demo, BUS_STATION)
    assert {row["id"] for row in covering(demo, BUS_STATION)} == {"quay-kiosk", "ferry-office"}
    for day in range(7):
        assert set(hours_of(day, 15, 17)) & covered
        assert not set(hours_of(day, 18, 24)) & covered
    assert is_concern(demo.by_id[BUS_STATION])
    assert all(demo.by_id[id]["stage"] for id in demo.near(BUS_STATION, "guardian", 404))
    assert demo.by_id["guardian:quay-security"]["stance"] == "enforce"


def test_uncovered_context_mill_lane_park_has_eleven_venues_near_and_none_engaged(demo):
    near = [demo.by_id[id] for id in demo.near("context:mill-lane-park", "guardian", 400)]
    assert len(near) == len(demo.near("context:mill-lane-park", "guardian", 404)) == 11
    assert {row["stage"] for row in near} == {"identified", "approached"}
    assert not demo.starts("GUARDIAN_OF", "context:mill-lane-park")


def test_ropewalk_market_square_is_covered_whenever_young_people_are_there(demo):
    assert covers_all(demo, "context:market-square")
    assert level_2(demo, "context:market-square")


def test_the_anchor_would_help_the_bus_station_at_night(demo):
    anchor = demo.by_id["guardian:the-anchor"]
    assert "guardian:the-anchor" in demo.near(BUS_STATION, "guardian", 400)
    assert (anchor["stage"], anchor["staff_trained"]) == ("approached", "0")
    assert set(hours_of(4, 18, 24)) <= open_hours(anchor["hours"])


# Does anything change the context?


def test_no_level_2_saltings_estate_has_only_individual_work(demo):
    links = demo.links("TARGETS", end="context:saltings-estate")
    working = [(row["from"], row["level"]) for row in links if row["from"].startswith("service:")]
    assert working == [("service:saltings-mentoring", "L1")]
    assert {demo.by_id[id]["level"] for id in demo.services_in("X05000003")} == {"L1"}


def test_behaviour_only_every_coded_service_of_castern_hill_is_behaviour_based(demo):
    services = [demo.by_id[id] for id in demo.services_in("X05000006")]
    assert len(services) == 7
    assert {row["approach"] for row in services} == {"behaviour_based"}
    working_there = {
        row["approach"] for row in demo.links("TARGETS")
        if demo.wards.get(row["to"]) == "X05000006" and row["from"].startswith("service:")
    }  # fmt: skip
    assert working_there == {"behaviour_based"}


# Can young people reach help?


def test_low_access_an_lsoa_of_larkmoss_has_no_session_within_35_minutes(demo):
    sessions = [id for id in demo.ids("session") if id in demo.metres]
    assert not [id for id in sessions if demo.wards[id] == "X05000008"]
    ward = demo.shapes["X05000008"]
    lsoas = [row["code"] for row in demo.tables["areas"] if row["level"] == "lsoa"]
    own = [code for code in lsoas if ward.covers(demo.shapes[code].representative_point())]
    assert len(own) == 7
    assert sum(reach(demo, code) > 2154 for code in own) >= 4
    assert not demo.near("context:larkmoss-crossroads", "session", 2154)


def reach(demo, code):
    """Metres from an area's inner point to the nearest session."""
    point = demo.shapes[code].representative_point()
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True).transform(point.x, point.y)
    places = (demo.metres[id] for id in demo.ids("session") if id in demo.metres)
    return min(((x - x2) ** 2 + (y - y2) ** 2) ** 0.5 for x2, y2 in places)


def test_unmet_need_sixty_people_and_twenty_places_for_modern_slavery(demo):
    offering = [row for row in demo.tables["services"] if "modern_slavery" in row["harms"].split(";")]
    assert [(row["id"], row["capacity"]) for row in offering] == [("turnpike-exploitation", "20")]
    assert demo.by_id["need:modern-slavery"]["people"] == "60"


def test_harm_unserved_only_relationship_abuse_has_no_service(demo):
    served = {harm for row in demo.tables["services"] for harm in row["harms"].split(";")}
    assert set(code_list("harms")) - served == {"teenage_relationship_abuse"}
    assert all(row["harms"] for row in demo.tables["services"])
    assert demo.by_id["need:relationship-abuse"]["harm"] == "teenage_relationship_abuse"


def test_age_cliff_seven_of_eight_services_of_millrace_stop_at_17(demo):
    oldest = sorted(int(demo.by_id[id]["maximum_age"]) for id in demo.services_in("X05000007"))
    assert len(oldest) == 8 and oldest[6] <= 17 and oldest[7] == 25


def test_self_referral_nothing_in_netherwharf_can_be_asked_for_by_young_people(demo):
    services = [demo.by_id[id] for id in demo.services_in("X05000004")]
    public = [row for row in services if row["id"] != "harbour-house"]
    assert len(public) == 9
    assert not {row["access"] for row in services} & {"self", "peer"}
    assert {row["open_access"] for row in services} == {"false"}


# What is about to end?


def test_funding_ends_night_youth_the_only_level_2_of_northern_quay(demo):
    [grant] = demo.links("FUNDS", end="service:night-youth")
    assert (grant["from"], grant["amount_gbp"], grant["end"]) == ("org:brightwater", "85000.0", "2027-03-31")
    coded = {id for id in demo.services_in("X05000001") if demo.by_id[id]["level"] in ("L2", "both")}
    assert coded == {"service:night-youth"}
    worked_on = {row["to"] for row in demo.links("TARGETS", start="service:night-youth")}
    assert len(worked_on) == 4 and BUS_STATION in worked_on
    assert all(level_2(demo, context) - {"action:quay-shelter", "action:quay-visit", "action:quay-training"}
               == {"service:night-youth"} for context in worked_on)  # fmt: skip


@pytest.mark.parametrize(("after", "before"), [(0, 100), (100, 190), (190, 373), (373, 2000)])
def test_funds_end_within_three_six_twelve_months_and_later(demo, after, before):
    left = [(date.fromisoformat(row["end"]) - AS_OF).days for row in demo.links("FUNDS") if row["end"]]
    assert [days for days in left if after < days <= before]
    assert any(not row["end"] and row["end_basis"] == "unknown" for row in demo.links("FUNDS"))


def test_review_overdue_gasworks_green_and_its_assessment(demo):
    row = demo.by_id["context:gasworks-green"]
    assert row["concern"] == "of_concern" and not is_concern(row)
    assert date.fromisoformat(demo.by_id["assessment:gasworks-green"]["review_due"]) < AS_OF


def test_training_lapses_the_compass_soon_and_gasworks_cafe_already(demo):
    compass, cafe = demo.by_id["guardian:the-compass"], demo.by_id["guardian:gasworks-cafe"]
    assert AS_OF < date.fromisoformat(compass["trained_until"]) < HALF_A_YEAR
    assert date.fromisoformat(cafe["trained_until"]) < AS_OF
    assert compass["stage"] == cafe["stage"] == "active"


# What hangs by one thread?


def test_single_point_larkmoss_link_is_the_only_way_to_four_bodies(demo):
    network = nx.Graph((row["from"], row["to"]) for type in schema.PARTNER_LINKS for row in demo.links(type))
    assert "org:larkmoss-link" in set(nx.articulation_points(network))
    assert nx.is_connected(network)
    network.remove_node("org:larkmoss-link")
    cut_off = [part for part in nx.connected_components(network) if "org:children-services" not in part]
    assert sum(len(part) for part in cut_off) == 4
    assert {id.partition(":")[2].split("-")[0] for part in cut_off for id in part} == {"larkmoss"}


def test_no_escalation_kelp_cafe_is_active_and_turns_to_nobody(demo):
    row = demo.by_id["guardian:kelp-cafe"]
    assert counts_as_cover(row)
    assert not demo.ends("ESCALATES_TO", "guardian:kelp-cafe")
    assert demo.starts("TRAINS", "guardian:kelp-cafe") == {"org:tideline-youth"}


def test_police_only_the_signal_box_and_the_underpass(demo):
    assert demo.ends("ESCALATES_TO", "guardian:the-signal-box") == {POLICE}
    assert demo.starts("GUARDIAN_OF", "context:cannery-underpass") == {"guardian:underpass-cabs"}
    assert demo.ends("ESCALATES_TO", "guardian:underpass-cabs") == {POLICE}
    services = {id for id in demo.starts("TARGETS", "context:cannery-underpass") if id.startswith("service:")}
    assert services == {"service:safer-streets-diversion"}
    assert demo.by_id["service:safer-streets-diversion"]["access"] == "police_only"
    assert demo.starts("RUNS", "service:safer-streets-diversion") == {POLICE}
    assert {row["id"] for row in covering(demo, "context:cannery-underpass")} == {"underpass-cabs"}


# Does anyone know?


def test_missing_data_no_engagement_was_recorded_in_tollgate(demo):
    stages = {demo.by_id[id]["stage"] for id in demo.ids("guardian") if demo.wards[id] == "X05000005"}
    assert stages == {""}
    assert sum(not row["level"] for row in demo.tables["services"]) >= 10
    assert sum(not row["hours"] for row in demo.tables["guardians"]) > 50
