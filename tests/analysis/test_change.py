"""What changed: things that came, went or read otherwise, gaps that opened and closed. Two small places, by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import ACTIVE, AS_OF, Place, week

from analysis import run
from analysis.change import change, compare
from graphmodel.errors import InputError

EVENING = week((4, 16, 20))
YEAR_BEFORE = date(2025, 11, 1)


def town() -> Place:
    place = Place()
    place.node("area:town", (0, 0), level="local_authority")
    for ward, y in (("north", 0), ("south", 9000)):
        place.node(f"area:{ward}", (0, y), "area:town")
    place.node("context:park", (0, 0), "area:north area:town", active_hours_week=EVENING)
    return place


def with_cafe(**fields) -> Place:
    place = town()
    place.node("guardian:cafe", (100, 0), "area:north area:town", **{**ACTIVE, **fields})
    return place


def rows(result, about):
    return [row for row in result.rows if row["about"] == about]


def short(row):
    return tuple(row[name] for name in ("change", "label", "id", "field", "before", "after"))


# --- one store, two days


def test_what_began_and_ended_between_two_days_is_told():
    place = town()
    place.node("service:new", valid_from=date(2026, 3, 1))
    place.node("service:old", valid_to=date(2026, 3, 31))
    place.node("service:always")
    place.node("service:over", valid_to=date(2025, 3, 31))  # before either day
    result = change(place.landscape(), since=YEAR_BEFORE)
    assert [short(row)[:3] for row in rows(result, "node")] == [
        ("added", "Service", "service:new"),
        ("ended", "Service", "service:old"),
    ]
    assert result.summary["nodes"] == {"added": 1, "ended": 1}


def test_a_day_counts_from_its_first_to_its_last():
    place = town()
    place.node("service:s", valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31))
    looked_at = place.landscape(as_of=date(2026, 3, 31))
    assert len(rows(change(looked_at, since=date(2026, 2, 28)), "node")) == 1
    assert rows(change(looked_at, since=date(2026, 3, 1)), "node") == []


def test_a_guardian_that_came_closes_a_gap_in_the_same_gap_id():
    place = town()
    place.node("guardian:shop", (50, 0), "area:north area:town", stage="approached")
    place.node("guardian:cafe", (100, 0), "area:north area:town", valid_from=date(2026, 3, 1), **ACTIVE)
    result = change(place.landscape(), since=YEAR_BEFORE)
    closed = [row for row in rows(result, "gap") if row["label"] == "uncovered_context"]
    assert [(row["change"], row["before"], row["after"]) for row in closed] == [("closed", 1.0, None)]
    before = {gap["id"] for gap in run("gaps", place.landscape(as_of=YEAR_BEFORE)).rows}
    assert closed[0]["id"] in before


def test_a_gap_opens_because_days_go_by_and_that_is_said():
    place = with_cafe(trained_until=date(2026, 6, 30))
    result = change(place.landscape(), since=YEAR_BEFORE)
    # A year ago the training was to lapse within twelve months, now it has lapsed: a gap of another topic.
    told = {(row["label"], row["change"]) for row in rows(result, "gap")}
    assert {("uncovered_context", "new"), ("training_lapses", "new"), ("training_lapses", "closed")} <= told
    assert rows(result, "node") == []
    assert any("days went by" in caveat for caveat in result.caveats)


def test_twelve_months_are_looked_back_if_no_day_is_given():
    assert change(town().landscape()).parameters == {"since": YEAR_BEFORE}


def test_one_store_says_that_it_keeps_no_earlier_values():
    assert any("history of edits" in caveat for caveat in change(town().landscape()).caveats)


@pytest.mark.parametrize("day", [AS_OF, date(2027, 1, 1)])
def test_a_day_that_is_not_before_is_refused(day):
    with pytest.raises(InputError, match="give a day before it"):
        change(town().landscape(), since=day)


def test_an_area_that_did_not_hold_then_is_refused_by_name():
    place = town()
    place.node("area:pilot", (0, 0), level="custom", valid_from=date(2026, 5, 1))
    with pytest.raises(InputError, match="pilot did not hold on 2025-11-01"):
        change(place.landscape(area="area:pilot"), since=YEAR_BEFORE)


# --- two landscapes


def test_a_field_that_reads_otherwise_is_told_with_both_values():
    result = compare(with_cafe(stage="approached").landscape(), with_cafe(stage="active").landscape())
    assert [short(row) for row in rows(result, "node")] == [
        ("changed", "Guardian", "guardian:cafe", "stage", "approached", "active")
    ]
    (row,) = rows(result, "node")
    assert (row["name"], row["area"], row["area_name"]) == ("cafe", "area:north", "north")


def test_lists_are_equal_in_any_order_and_unknown_is_none():
    before, after = town(), town()
    before.node("service:s", harms=["online_harm", "serious_violence"], minimum_age=11)
    after.node("service:s", harms=["serious_violence", "online_harm"])
    (row,) = rows(compare(before.landscape(), after.landscape()), "node")
    assert short(row)[3:] == ("minimum_age", 11, None)


def test_a_place_that_moved_is_told_and_one_that_did_not_is_not():
    before, after = town(), town()
    for place, x in ((before, 0.0), (after, 0.01), (before, 500.0), (after, 900.0)):
        place.node(f"context:{'still' if x < 1 else 'moved'}", (x, 0), "area:north")
    changed = rows(compare(before.landscape(), after.landscape()), "node")
    assert [(row["id"], row["field"]) for row in changed] == [("context:moved", "location")]


def test_where_it_was_read_from_is_no_change():
    before, after = with_cafe(source="a.csv", source_row="a.csv:2"), with_cafe(source="b.csv", source_row="b.csv:9")
    assert compare(before.landscape(), after.landscape()).rows == ()


def test_what_is_confidential_on_either_side_does_not_say_what_it_was():
    before = with_cafe()
    after = town()
    after.node("guardian:cafe", None, "area:north area:town", sensitivity="confidential", **ACTIVE)
    result = compare(before.landscape(), after.landscape())
    assert [short(row) for row in rows(result, "node")] == [("changed", "Guardian", "guardian:cafe", None, None, None)]
    assert any("confidential" in caveat for caveat in result.caveats)


def test_small_counts_of_people_are_not_given_away_by_the_difference():
    before, after = town(), town()
    before.node("service:s", in_use=40)
    after.node("service:s", suppressed=["in_use"])
    result = compare(before.landscape(), after.landscape())
    assert [short(row)[3:] for row in rows(result, "node")] == [("in_use", 40, "fewer than 10")]
    assert any("below 10" in caveat for caveat in result.caveats)


def test_a_link_with_another_id_between_the_same_two_is_the_same_changed():
    before, after = town(), town()
    for place, level in ((before, "L1"), (after, "L2")):
        place.node("service:s")
        place.link("TARGETS", "service:s", "context:park", level=level)  # its id is made of its fields
    (row,) = rows(compare(before.landscape(), after.landscape()), "link")
    assert short(row)[:2] + short(row)[3:] == ("changed", "TARGETS", "level", "L1", "L2")
    assert (row["name"], row["area"]) == ("s -> park", "area:north")


def test_two_grants_between_the_same_two_are_told_apart():
    before, after = town(), town()
    for place, amounts in ((before, (100.0, 200.0)), (after, (100.0, 300.0, 400.0))):
        place.node("org:giver")
        place.node("service:s")
        for amount in amounts:
            place.link("FUNDS", "org:giver", "service:s", amount_gbp=amount, valid_from=date(2020, 1, 1))
            place.link("DELIVERS", "service:s", place.node("session:s", (0, 0), "area:north"))
    said = [short(row)[:2] for row in rows(compare(before.landscape(), after.landscape()), "link")]
    # 200 went, 300 and 400 came: nobody can say which of the two it became
    assert sorted(said) == [("added", "FUNDS"), ("added", "FUNDS"), ("ended", "FUNDS")]


def test_a_grants_own_dates_are_compared():
    before, after = town(), town()
    for place, end in ((before, date(2027, 3, 31)), (after, date(2028, 3, 31))):
        place.node("org:giver")
        place.node("service:s")
        place.link("FUNDS", "org:giver", "service:s", end=end)
    (row,) = rows(compare(before.landscape(), after.landscape()), "link")
    assert short(row)[3:] == ("end", "2027-03-31", "2028-03-31")


def test_nothing_changed_is_no_row_and_backwards_mirrors():
    here, there = town().landscape(), with_cafe().landscape()
    assert compare(here, here).rows == ()
    forth, back = compare(here, there), compare(there, here)
    mirrored = {"added": "ended", "ended": "added", "new": "closed", "closed": "new", "changed": "changed"}

    def turned(result):
        return {(mirrored[row["change"]], row["id"], row["field"], row["after"], row["before"]) for row in result.rows}

    assert {(r["change"], r["id"], r["field"], r["before"], r["after"]) for r in forth.rows} == turned(back)


def test_of_an_area_what_belongs_to_it_in_either():
    before, after = with_cafe(), with_cafe(stance="report")
    after.node("guardian:far", (0, 9000), "area:south area:town", **ACTIVE)
    for area, ids in (("area:north", {"guardian:cafe"}), ("area:south", {"guardian:far"}), ("area:town", None)):
        result = compare(before.landscape(area=area), after.landscape(area=area))
        assert {row["id"] for row in rows(result, "node")} == (ids or {"guardian:cafe", "guardian:far"})


def test_two_areas_are_not_compared():
    with pytest.raises(InputError, match="take the same for both"):
        compare(town().landscape(area="area:north"), town().landscape(area="area:south"))


def test_a_landscape_at_another_day_has_the_same_area():
    part = town().landscape(area="area:north").at(YEAR_BEFORE)
    assert (part.area, part.as_of) == ("area:north", YEAR_BEFORE)


# --- against a plain difference of two sets

stages = st.none() | st.sampled_from(["identified", "approached", "active"])
bodies = st.dictionaries(st.integers(0, 9), st.tuples(stages, st.none() | st.integers(1, 5)), max_size=8)


def place_of(held: dict[int, tuple[str | None, int | None]], prefix: str = "g") -> Place:
    place = town()
    for n, (stage, staff) in held.items():
        place.node(f"guardian:{prefix}{n}", None, "area:north area:town", stage=stage, staff=staff)
    return place


@settings(max_examples=8, deadline=None)
@given(bodies, bodies)
def test_rows_are_the_difference_of_two_sets(before, after):
    expected = {("added", n, None, None, None) for n in after.keys() - before.keys()}
    expected |= {("ended", n, None, None, None) for n in before.keys() - after.keys()}
    for n in before.keys() & after.keys():
        for i, field in enumerate(("stage", "staff")):
            if before[n][i] != after[n][i]:
                expected.add(("changed", n, field, before[n][i], after[n][i]))
    result = compare(place_of(before).landscape(), place_of(after).landscape())
    found = {
        (row["change"], int(row["id"].removeprefix("guardian:g")), row["field"], row["before"], row["after"])
        for row in rows(result, "node")
    }
    assert found == expected


@settings(max_examples=3, deadline=None)
@given(bodies, bodies)
def test_other_ids_change_no_count(before, after):
    counts = [
        compare(place_of(before, prefix).landscape(), place_of(after, prefix).landscape()).summary["nodes"]
        for prefix in ("g", "z")
    ]
    assert counts[0] == counts[1]
