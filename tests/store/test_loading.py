"""What a load makes of records: a made-up quarter with a park, a kiosk and the wards they lie in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from graphmodel.errors import InputError
from graphmodel.records import LinkRecord, NodeRecord, Point, Record
from graphmodel.store import GraphStore

FILE = "folder/places.csv"
WARD = NodeRecord("Area", "area:W1", {"name": "Ash", "level": "ward", "source": "folder/wards"})
OTHER_WARD = NodeRecord("Area", "area:W2", {"name": "Birch", "level": "ward", "source": "folder/wards"})


def park(**properties: object) -> NodeRecord:
    known = {"name": "Green", "kind": "park", "source": FILE, "source_row": "places.csv:2", **properties}
    return NodeRecord("Context", "context:green", {k: v for k, v in known.items() if v is not None})


def kiosk(number: int, **properties: object) -> NodeRecord:
    said = {"name": f"Kiosk {number}", "sector": "commercial", "source": FILE, **properties}
    return NodeRecord("Guardian", f"guardian:{number}", said)


def within(start: str, end: str, **properties: object) -> LinkRecord:
    return LinkRecord("WITHIN", f"link:{start}>{end}", start, end, {"source": "derived", **properties})


def source(name: str, adapter: str) -> NodeRecord:
    return NodeRecord("Source", f"source:{name}", {"name": name, "adapter": adapter, "source": name})


def one(store: GraphStore, id: str = "context:green", label: str = "Context") -> dict[str, object]:
    return next(store.nodes(label, [id]))


def test_every_kind_of_value_comes_back_as_it_went_in(store: GraphStore) -> None:
    moment = datetime(2026, 10, 1, 12, 30, 15, tzinfo=UTC)
    area = {
        "name": 'Łąka "by the" \'water\' \u200f<b>', "level": "ward", "population": 12, "deprivation_score": 3.0,
        "population_by_age": [1.0, 2.5], "indicators": ["a=1", "b=2"], "inner_point": Point(-2.25, 53.5),
        "boundary": '{"type": "Polygon"}', "source": FILE, "retrieved": date(2026, 10, 1),
        "valid_to": date(1999, 12, 31),
    }  # fmt: skip
    consent = {"name": "K", "sector": "community", "display_consent": False, "source": FILE}
    told = {"name": FILE, "source": FILE, "loaded_at": moment}
    records = [
        NodeRecord("Area", "area:W1", area),
        NodeRecord("Guardian", "guardian:1", consent),
        NodeRecord("Source", "source:x", told),
    ]
    store.load(records, sources=[FILE])
    found = one(store, "area:W1", "Area")
    assert found == {**area, "id": "area:W1", "sources": [FILE]}
    assert {name: type(found[name]) for name in area} == {name: type(value) for name, value in area.items()}
    assert one(store, "guardian:1", "Guardian")["display_consent"] is False
    assert one(store, "source:x", "Source")["loaded_at"] == moment


def test_a_whole_number_in_a_float_field_is_kept_as_a_float(store: GraphStore) -> None:
    store.load([NodeRecord("Area", "area:W1", {**WARD.properties, "deprivation_score": 3})], sources=["folder/wards"])
    assert repr(one(store, "area:W1", "Area")["deprivation_score"]) == "3.0"


def test_loading_the_same_twice_changes_nothing_not_even_the_version(store: GraphStore) -> None:
    records = [WARD, park(), within("context:green", "area:W1")]
    first = store.load(records, sources=[FILE, "folder/wards"])
    before = store.version()
    second = store.load(records, sources=[FILE, "folder/wards"])
    assert (first.created, first.nodes, first.links) == (3, 2, 1)
    assert (second.created, second.updated, second.ended, second.unchanged) == (0, 0, 0, 3)
    assert store.version() == before


def test_a_second_load_at_another_moment_leaves_a_source_as_it_was(store: GraphStore) -> None:
    def at(hour: int) -> NodeRecord:
        moment = datetime(2026, 10, 1, hour, tzinfo=UTC)
        return NodeRecord("Source", "source:x", {"name": FILE, "source": FILE, "loaded_at": moment})

    store.load([at(9)], sources=[FILE])
    assert store.load([at(10)], sources=[FILE]).unchanged == 1


def test_the_version_tells_schema_loads_nodes_and_links(store: GraphStore) -> None:
    assert store.version() == "1.0-0-0"
    store.load([WARD, park(), within("context:green", "area:W1")], sources=[FILE, "folder/wards"])
    assert store.version() == "1.1-2-1"
    store.change("CREATE (n:Area {id: 'area:outside'})")
    assert store.version() == "1.1-3-1"


def test_counts_name_what_is_there_and_nothing_of_the_store_itself(store: GraphStore) -> None:
    assert store.is_empty()
    assert store.counts() == {}
    store.load([WARD, park(), within("context:green", "area:W1")], sources=[FILE])
    assert store.counts() == {"Area": 1, "Context": 1, "WITHIN": 1}
    assert not store.is_empty()
    assert store.ids("Area") == {"area:W1"}


def test_a_changed_row_replaces_the_old_one_whole(store: GraphStore) -> None:
    store.load([park(concern="none_known", maximum_age=17)], sources=[FILE])
    counts = store.load([park(concern="of_concern")], sources=[FILE])
    assert counts.updated == 1
    assert one(store)["concern"] == "of_concern"
    assert "maximum_age" not in one(store)


def test_a_row_gone_from_its_source_ends_the_day_before_the_new_file(store: GraphStore) -> None:
    kiosks = [kiosk(n, retrieved=date(2026, 9, 1)) for n in range(10)]
    store.load(kiosks, sources=[FILE])
    counts = store.load([replace_date(each) for each in kiosks[1:]], sources=[FILE])
    assert (counts.ended, counts.updated) == (1, 9)
    gone = one(store, "guardian:0", "Guardian")
    assert gone["valid_to"] == date(2026, 9, 30)
    assert gone["sources"] == []
    assert gone["name"] == "Kiosk 0"
    assert store.load([replace_date(each) for each in kiosks[1:]], sources=[FILE]).ended == 0


def replace_date(record: NodeRecord) -> NodeRecord:
    return replace(record, properties={**record.properties, "retrieved": date(2026, 10, 1)})


def test_a_row_that_comes_back_has_not_ended(store: GraphStore) -> None:
    kiosks = [kiosk(n) for n in range(10)]
    store.load(kiosks, sources=[FILE])
    store.load(kiosks[1:], sources=[FILE])
    assert "valid_to" in one(store, "guardian:0", "Guardian")
    store.load(kiosks, sources=[FILE])
    assert "valid_to" not in one(store, "guardian:0", "Guardian")


def test_an_end_the_source_gave_itself_is_not_put_off(store: GraphStore) -> None:
    kiosks = [kiosk(n, valid_to=date(2020, 1, 1)) for n in range(10)]
    store.load(kiosks, sources=[FILE])
    store.load(kiosks[1:], sources=[FILE])
    assert one(store, "guardian:0", "Guardian")["valid_to"] == date(2020, 1, 1)


def test_losing_more_than_a_fifth_of_a_source_is_refused_and_the_store_is_as_it_was(store: GraphStore) -> None:
    kiosks = [kiosk(n) for n in range(10)]
    store.load(kiosks, sources=[FILE])
    before = store.version()
    with pytest.raises(InputError, match="3 of 10 rows of 'folder/places"):
        store.load(kiosks[3:], sources=[FILE])
    assert store.version() == before
    assert store.load(kiosks[2:], sources=[FILE]).ended == 2  # exactly a fifth
    assert store.load([], sources=[FILE], allow_removals=True).ended == 8


def test_another_source_is_not_touched_by_a_load(store: GraphStore) -> None:
    store.load([park(), kiosk(1, source="folder/other.csv")], sources=[FILE, "folder/other.csv"])
    store.load([park(), kiosk(2)], sources=[FILE])
    assert "valid_to" not in one(store, "guardian:1", "Guardian")


def test_what_two_sources_say_lives_on_with_the_one_that_is_left(store: GraphStore) -> None:
    other = park(source="folder/zoo.csv", concern="improving", name="Zoo")
    filler = [kiosk(n) for n in range(10)]
    store.load([park(), *filler], sources=[FILE])
    store.load([other], sources=["folder/zoo.csv"])
    assert one(store)["sources"] == [FILE, "folder/zoo.csv"]
    counts = store.load(filler, sources=[FILE])
    assert (counts.ended, counts.updated) == (0, 1)
    left = one(store)
    assert (left["name"], left["sources"], "valid_to" in left) == ("Zoo", ["folder/zoo.csv"], False)


def test_sources_count_by_rank_in_whatever_order_they_come(store_settings, store: GraphStore) -> None:
    # The package names it and knows no age; the register knows the youngest age; the file by name knows the rest.
    loads: dict[str, list[Record]] = {
        "a/file.csv": [
            park(source="a/file.csv", name="From file", minimum_age=1, maximum_age=99, source_row="f:1"),
            source("a/file.csv", "column_map"),
        ],
        "b/register": [
            park(source="b/register", name="From register", minimum_age=5, kind="school", source_row="r:1"),
            source("b/register", "schools"),
        ],
        "c/package": [park(source="c/package", name="From package", source_row="p:1"), source("c/package", "package")],
    }
    seen = []
    for order in permutations(loads):
        for label in ("Context", "Source"):
            store.change(f"MATCH (n:{label}) DETACH DELETE n")
        for name in order:
            store.load(loads[name], sources=[name])
        stored = store.run("MATCH (n:Context) RETURN properties(n) AS p")[0]["p"]
        seen.append(stored)
    assert all(each == seen[0] for each in seen)
    shown = {name: seen[0][name] for name in ("name", "kind", "minimum_age", "maximum_age", "source", "source_row")}
    assert shown == {
        "name": "From package", "kind": "park", "minimum_age": 5, "maximum_age": 99, "source": "c/package",
        "source_row": "p:1",
    }  # fmt: skip
    assert seen[0]["sources"] == ["c/package", "b/register", "a/file.csv"]


def test_hours_and_their_week_are_one_word(store: GraphStore) -> None:
    week = "1" * 168
    store.load([park(active_hours="24/7", active_hours_week=week)], sources=[FILE])
    first = park(source="a/first.csv", active_hours="by appointment")
    store.load([first], sources=["a/first.csv"])  # a/ counts before folder/
    assert one(store)["active_hours"] == "by appointment"
    assert "active_hours_week" not in one(store)


def test_confidential_in_one_source_is_confidential_and_without_a_point(store: GraphStore) -> None:
    store.load([park(sensitivity="open", location=Point(-2.3, 53.4))], sources=[FILE])
    assert one(store)["location"] == Point(-2.3, 53.4)
    store.load([park(source="z/list.csv", sensitivity="confidential")], sources=["z/list.csv"])
    assert one(store)["sensitivity"] == "confidential"
    assert "location" not in one(store)


def test_two_sources_in_one_load_may_say_the_same_link(store: GraphStore) -> None:
    funder = NodeRecord("Organisation", "org:1", {"name": "Fund", "sector": "community", "source": "g.csv"})
    links = [
        LinkRecord("FUNDS", "link:g1", "org:1", "org:1", {"amount_gbp": 10, "start": date(2026, 1, 1), "source": name})
        for name in ("g.csv", "g.json")
    ]
    counts = store.load([funder, *links], sources=["g.csv", "g.json"])
    assert (counts.created, counts.links) == (2, 2)
    (found,) = store.links("FUNDS")
    assert (found["start"], found["end"], found["start_date"], found["amount_gbp"]) == (
        "org:1", "org:1", date(2026, 1, 1), 10.0,
    )  # fmt: skip
    assert found["sources"] == ["g.csv", "g.json"]


def test_two_links_between_the_same_two_are_two(store: GraphStore) -> None:
    funder = NodeRecord("Organisation", "org:1", {"name": "Fund", "sector": "community", "source": FILE})
    links = [LinkRecord("FUNDS", f"link:{n}", "org:1", "org:1", {"amount_gbp": n, "source": FILE}) for n in (1, 2)]
    store.load([funder, *links], sources=[FILE])
    assert sorted(each["amount_gbp"] for each in store.links("FUNDS")) == [1.0, 2.0]


def test_a_link_whose_ends_change_moves(store: GraphStore) -> None:
    def grant(end: str) -> list[Record]:
        said = {"name": "x", "sector": "community", "source": FILE}
        bodies = [NodeRecord("Organisation", f"org:{n}", said) for n in (1, 2)]
        return [*bodies, LinkRecord("FUNDS", "link:g", "org:1", end, {"source": FILE})]

    store.load(grant("org:1"), sources=[FILE])
    assert store.load(grant("org:2"), sources=[FILE]).updated == 1
    assert [(each["start"], each["end"]) for each in store.links("FUNDS")] == [("org:1", "org:2")]


def test_a_link_gone_from_its_source_ends(store: GraphStore) -> None:
    links = [
        LinkRecord("ADJACENT_TO", f"link:{n}", "context:green", "context:green", {"source": FILE}) for n in range(9)
    ]
    store.load([park(), *links], sources=[FILE])
    assert store.load([park(), *links[1:]], sources=[FILE]).ended == 1
    ended = {each["id"]: each.get("valid_to") for each in store.links("ADJACENT_TO")}
    assert ended.pop("link:0") is not None
    assert set(ended.values()) == {None}


def test_a_link_to_nothing_waits_until_its_end_is_loaded(store: GraphStore) -> None:
    link = LinkRecord("GUARDIAN_OF", "link:w", "guardian:1", "context:green", {"source": FILE, "basis": "declared"})
    counts = store.load([kiosk(1), link], sources=[FILE])
    assert [each.id for each in counts.waiting] == ["link:w"]
    assert store.counts() == {"Guardian": 1}
    again = store.load([kiosk(1), link], sources=[FILE])
    assert (again.created, again.updated, [each.id for each in again.waiting]) == (0, 0, ["link:w"])
    brought = store.load([park(source="folder/parks.csv")], sources=["folder/parks.csv"])
    assert (brought.created, brought.links, brought.waiting) == (2, 0, ())
    (found,) = store.links("GUARDIAN_OF")
    assert (found["start"], found["end"], found["basis"], found["source"]) == (
        "guardian:1", "context:green", "declared", FILE,
    )  # fmt: skip
    assert store.run("MATCH (w:Waiting) RETURN count(w) AS n") == [{"n": 0}]


def test_a_waiting_link_gone_from_its_file_waits_no_longer(store: GraphStore) -> None:
    link = LinkRecord("GUARDIAN_OF", "link:w", "guardian:1", "context:green", {"source": FILE})
    store.load([kiosk(1), link], sources=[FILE])
    store.load([kiosk(1)], sources=[FILE])
    store.load([park(source="folder/parks.csv")], sources=["folder/parks.csv"])
    assert list(store.links("GUARDIAN_OF")) == []


def test_a_place_that_moves_is_within_its_new_ward_only(store: GraphStore) -> None:
    both = ["folder/wards", FILE]
    store.load([WARD, OTHER_WARD, park(location=Point(-2, 53)), within("context:green", "area:W1")], sources=both)
    store.load([WARD, OTHER_WARD, park(location=Point(-2, 54)), within("context:green", "area:W2")], sources=both)
    assert [(each["start"], each["end"]) for each in store.links("WITHIN")] == [("context:green", "area:W2")]


def test_a_place_without_a_point_any_more_is_nowhere(store: GraphStore) -> None:
    both = ["folder/wards", FILE]
    store.load([WARD, park(location=Point(-2, 53)), within("context:green", "area:W1")], sources=both)
    store.load([WARD, park()], sources=both)
    assert list(store.links("WITHIN")) == []


@pytest.mark.parametrize("package_first", [True, False])
def test_the_source_that_counts_says_where_a_place_lies(store: GraphStore, *, package_first: bool) -> None:
    wards = [WARD, OTHER_WARD]
    packed = [
        park(source="p", location=Point(-2, 53)), source("p", "package"), within("context:green", "area:W1"),
    ]  # fmt: skip
    listed = [park(source="r", location=Point(-2, 54)), source("r", "schools"), within("context:green", "area:W2")]
    store.load(wards, sources=["folder/wards"])
    for records, name in [(packed, "p"), (listed, "r")][:: 1 if package_first else -1]:
        store.load(records, sources=[name])
    assert one(store)["location"] == Point(-2, 53)
    assert [each["end"] for each in store.links("WITHIN")] == ["area:W1"]


def test_a_load_of_areas_may_place_again_what_is_there(store: GraphStore) -> None:
    store.load([WARD, park(), within("context:green", "area:W1")], sources=["folder/wards", FILE])
    store.load([WARD, OTHER_WARD, within("context:green", "area:W2")], sources=["folder/wards"])
    assert [each["end"] for each in store.links("WITHIN")] == ["area:W2"]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (park(colour="red"), "colour"),
        (park(source=None), "source"),
        (park(maximum_age=2**70), "cannot be stored"),
        (park(name="half \ud800"), "cannot be stored"),
        (NodeRecord("Context", "context:" + "x" * 2000, {"name": "x", "kind": "park", "source": FILE}), "cannot be"),
        (NodeRecord("Context", "area:1", {"name": "x", "kind": "park", "source": FILE}), "not an id of a Context"),
    ],
)
def test_what_no_store_could_keep_is_refused_before_anything_is_written(
    store: GraphStore, record: NodeRecord, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        store.load([WARD, record], sources=[FILE])
    assert store.is_empty()


def test_what_looks_like_cypher_is_text(store: GraphStore) -> None:
    name = "x'}) DETACH DELETE n //`"
    store.load([park(name=name)], sources=[FILE])
    assert one(store)["name"] == name


def test_progress_is_told_in_stages(store: GraphStore) -> None:
    seen: list[tuple[str, int, int]] = []
    store.load([park()], sources=[FILE], progress=lambda *each: seen.append(each))
    assert {stage for stage, _, _ in seen} == {"planning", "recording", "loading"}
    assert all(done <= total for _, done, total in seen)


def test_a_confidential_place_is_in_no_small_area_whichever_source_says_so(store: GraphStore) -> None:
    small = NodeRecord("Area", "area:L1", {"name": "L1", "level": "lsoa", "source": "folder/wards"})
    listed = [park(location=Point(-2, 53)), within("context:green", "area:W1"), within("context:green", "area:L1")]
    store.load([WARD, small, *listed], sources=["folder/wards", FILE])
    kept_back = park(source="z/list.csv", sensitivity="confidential")
    for records, sources in [([kept_back], ["z/list.csv"]), *[([WARD, small, *listed], ["folder/wards", FILE])] * 2]:
        store.load(records, sources=sources)
        assert [each["end"] for each in store.links("WITHIN")] == ["area:W1"]
        assert "point" not in store.run("MATCH (n:Context) RETURN n.claims AS said")[0]["said"]
