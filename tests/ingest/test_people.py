"""Counts of people below the threshold go no further than the door: not into the store, an issue or a log."""

import logging

import pytest
from town import codes

from graphmodel.settings import Settings

EXACT = "7"


def everything(store, report, caplog) -> str:
    """Return all that came of a load, as text; a source's checksum and moment of loading may hold any digit."""
    nodes = {id: node for id, node in store.node.items() if not id.startswith("source:")}
    links = [(link.id, link.start, link.end, sorted(link.properties.items())) for link in store.link.values()]
    issues = [(i.value, i.message) for i in report.issues]
    return repr((nodes, links, issues, caplog.messages))


@pytest.mark.parametrize(("given", "people"), [("0", 0), ("12", 10), ("13", 15), ("241", 240), ("1,003", 1005)])
def test_larger_counts_are_rounded_to_five(write, load, store, given, people):
    write("needs.csv", f'id,name,people\nn,Need,"{given}"\n')

    load()

    assert store.node["need:n"]["people"] == people


def test_a_small_need_keeps_only_its_bounds(write, load, store, caplog):
    caplog.set_level(logging.DEBUG)
    write("needs.csv", f"id,name,people,lower,upper\nn,Need,{EXACT},6,8\n")

    report = load()

    need = store.node["need:n"]
    assert "people" not in need
    assert (need["lower"], need["upper"]) == (1, 9)
    assert need["suppressed"] == ["people"]
    assert "people_suppressed" in codes(report)
    assert all(i.value is None for i in report.issues)
    assert EXACT not in " ".join(caplog.messages)


def test_bounds_alone_are_widened(write, load, store):
    write("needs.csv", "id,name,lower,upper\nn,Need,23,41\nm,Small,4,6\n")

    load()

    assert (store.node["need:n"]["lower"], store.node["need:n"]["upper"]) == (20, 45)
    assert (store.node["need:m"]["lower"], store.node["need:m"]["upper"]) == (1, 9)


def test_other_counts_are_null_and_named(write, load, store):
    write("services.csv", "id,name,kind,in_use,referrals,turned_away\ns,S,mentoring,7,23,0\n")
    write("guardians.csv", "id,name,sector,kind,young_people_asked\ng,G,community,library,4\n")

    report = load()

    service = store.node["service:s"]
    assert "in_use" not in service
    assert (service["referrals"], service["turned_away"], service["suppressed"]) == (25, 0, ["in_use"])
    assert "young_people_asked" not in store.node["guardian:g"]
    assert store.node["guardian:g"]["suppressed"] == ["young_people_asked"]
    assert codes(report).count("people_rounded") == 1


def test_what_was_observed_is_rounded_where_its_measure_counts_people(write, load, store):
    write(
        "measures.csv",
        "id,name,kind,unit\nplans,Young people with plans,individual,young_people\nfeel,Feels safe,contextual,score\n",
    )
    write("contexts.csv", "id,name,kind\nc,C,park\n")
    write(
        "links.csv",
        "type,from,to,date,value,n\n"
        "OBSERVED_IN,measure:plans,context:c,2026-01-01,7,\n"
        "OBSERVED_IN,measure:plans,context:c,2026-02-01,23,\n"
        "OBSERVED_IN,measure:feel,context:c,2026-01-01,3.4,8\n"
        "OBSERVED_IN,measure:unheard-of,context:c,2026-01-01,4,\n"
        "OBSERVED_IN,measure:unheard-of,context:c,2026-02-01,0.4,\n",
    )

    load()

    observed = {link.properties["source_row"]: link.properties for link in store.of("OBSERVED_IN")}
    assert "value" not in observed["links.csv:2"]
    assert observed["links.csv:2"]["suppressed"] == ["value"]
    assert observed["links.csv:3"]["value"] == 25.0
    assert observed["links.csv:4"]["value"] == 3.4
    assert observed["links.csv:4"]["suppressed"] == ["n"]
    # Nobody said what the last one counts: it may be people.
    assert "value" not in observed["links.csv:5"]
    # No count of people has a fraction.
    assert observed["links.csv:6"]["value"] == 0.4


def test_two_small_counts_cannot_be_told_apart_by_the_links_id(write, load, store, tmp_path):
    def id_for(count: int) -> str:
        write("links.csv", f"type,from,to,people\nSERVES,service:s,area:a,{count}\n")
        store.link.clear()
        load(tmp_path / "town" / "links.csv")
        return next(iter(store.link))

    assert id_for(3) == id_for(8)
    assert id_for(3) != id_for(40)


@pytest.mark.parametrize("cell", ["7 people", "-7", "7.5", "seven: 7"])
def test_a_count_that_cannot_be_read_is_not_repeated(write, load, store, caplog, cell):
    caplog.set_level(logging.DEBUG)
    write("needs.csv", f"id,name,people\nn,Need,{cell}\n")

    report = load()

    assert "need:n" not in store.node
    assert "7" not in everything(store, report, caplog)


def test_the_threshold_is_a_setting(write, load, store):
    write("needs.csv", "id,name,people\nn,Need,7\n")

    load(settings=Settings(threshold=5))

    assert store.node["need:n"]["people"] == 5


def test_official_population_is_not_such_a_count(write, load, store):
    write("areas.csv", "id,name,level,population_10_17\na,A,ward,7\n")

    load()

    assert store.node["area:a"]["population_10_17"] == 7
