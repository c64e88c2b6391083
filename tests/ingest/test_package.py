"""The landscape package: made-up tables, through the whole pipeline into a store in memory."""

from datetime import date

import pytest
from town import codes

from graphmodel.records import Point


def issue_of(report, code):
    return next(each for each in report.issues if each.code == code)


def test_a_package_becomes_nodes_and_links(town, write, load, store):
    write(
        "contexts.csv",
        "id,name,kind,longitude,latitude,active_hours,strengths\n"
        "park,Example Park,park,10.05,50.05,Mo-Fr 15:00-18:00,near homes; well lit\n",
    )
    write("guardians.csv", "id,name,sector,kind,hours\nguardian:cafe,Example Cafe,commercial,cafe,closed\n")
    write("links.csv", "type,from,to,basis\nGUARDIAN_OF,guardian:cafe,context:park,declared\n")

    report = load()

    park = store.node["context:park"]
    assert park["location"] == Point(10.05, 50.05)
    assert park["strengths"] == ["near homes", "well lit"]
    assert park["active_hours_week"][15:18] == "111"
    assert park["active_hours_week"].count("1") == 15
    assert park["source"] == "town/contexts.csv"
    assert park["source_row"] == "contexts.csv:2"
    assert park["sensitivity"] == "internal"
    assert store.within("context:park") == {"Q1", "W1", "D1"}
    assert store.node["guardian:cafe"]["hours_week"] == "0" * 168
    (link,) = store.of("GUARDIAN_OF")
    assert (link.start, link.end, link.properties["basis"]) == ("guardian:cafe", "context:park", "declared")
    assert report.exit_code == 0
    assert "point_missing" not in codes(report)


def test_columns_are_known_in_any_order_and_case_and_unknown_ones_are_said_once(write, load, store):
    write("contexts.csv", "\ufeff Kind ,NAME,Colour,ID\npark,Example Park,green,a\npark,Other Park,red,b\n")

    report = load()

    assert store.node["context:a"]["kind"] == "park"
    assert codes(report).count("column_unknown") == 1
    assert issue_of(report, "column_unknown").field == "colour"


def test_labels_are_taken_for_codes_and_a_near_miss_is_suggested(write, load, store):
    write(
        "contexts.csv",
        "id,name,kind,concern\na,A,Peer Group,\nb,B,  ALTERNATIVE provision ,\nc,C,parc,\nd,D,park,none knwn\n",
    )

    report = load()

    assert store.node["context:b"]["kind"] == "alternative_provision"
    assert "context:c" not in store.node
    required = issue_of(report, "code_required")
    assert (required.line, required.severity) == (4, "error")
    assert "did you mean 'park'" in required.message
    assert "concern" not in store.node["context:d"]
    assert "none_known" in issue_of(report, "code_unknown").message
    assert report.exit_code == 1


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("minimum_age", "400", "value_range"),
        ("minimum_age", "-1", "value_range"),
        ("minimum_age", "young", "value_bad"),
        ("minimum_age", "10.5", "value_bad"),
        ("capacity", "-3", "value_range"),
        ("coded_on", "03/04/2026", "value_bad"),
        ("coded_on", "2026-02-30", "value_bad"),
        ("open_access", "perhaps", "value_bad"),
        ("cost_per_year", "1e999", "value_bad"),
    ],
)
def test_a_cell_that_cannot_be_is_left_blank_and_said(write, load, store, column, cell, code):
    write("services.csv", f"id,name,kind,{column}\na,A,mentoring,{cell}\n")

    report = load()

    assert column not in store.node["service:a"]
    found = issue_of(report, code)
    assert (found.file, found.line, found.field) == ("services.csv", 2, column)


def test_numbers_may_have_thousands_separators_and_missing_tokens_are_blank(write, load, store):
    write(
        "services.csv",
        'id,name,kind,capacity,cost_per_year,wait_days,eligibility\na,A,mentoring,"1,954","£12,000.50",n/a,-\n',
    )

    report = load()

    service = store.node["service:a"]
    assert service["capacity"] == 1954
    assert service["cost_per_year"] == 12000.5
    assert not {"wait_days", "eligibility"} & service.keys()
    assert codes(report) == []


def test_dates_and_ages_the_wrong_way_round_lose_their_end(write, load, store):
    write(
        "services.csv",
        "id,name,kind,valid_from,valid_to,minimum_age,maximum_age\na,A,mentoring,2026-05-01,2026-04-01,16,11\n",
    )

    report = load()

    assert store.node["service:a"]["valid_from"] == date(2026, 5, 1)
    assert not {"valid_to", "maximum_age"} & store.node["service:a"].keys()
    assert codes(report) == ["dates_reversed", "value_range"]


def test_a_row_without_what_is_required_is_set_aside(write, load, store):
    write(
        "guardians.csv", "id,name,sector,kind\na,,commercial,cafe\n,B,commercial,cafe\nc,C,,cafe\nd,D,community,faith\n"
    )

    report = load()

    assert [id for id in store.node if id.startswith("guardian:")] == ["guardian:d"]
    assert [(i.line, i.field) for i in report.issues if i.code == "required_missing"] == [
        (2, "name"), (3, "id"), (4, "sector")]  # fmt: skip


def test_a_missing_required_column_is_one_issue_and_nothing_of_the_file_is_ended(write, load, store):
    write("guardians.csv", "id,name,hours\na,A,24/7\n")

    report = load()

    assert codes(report) == ["column_missing", "column_missing"]
    assert report.exit_code == 2
    assert store.loads == []


def test_an_id_twice_in_one_source_keeps_the_first(write, load, store):
    write("contexts.csv", "id,name,kind\na,First,park\na,Second,park\ncontext:a,Third,park\n")

    report = load()

    assert store.node["context:a"]["name"] == "First"
    found = [i for i in report.issues if i.code == "id_duplicate"]
    assert [i.line for i in found] == [3, 4]
    assert "already given at 2" in found[0].message


@pytest.mark.parametrize("key", ["guardian:a", "has blank", "context:", "x" * 201])
def test_ids_that_cannot_be_used_are_refused(write, load, store, key):
    write("contexts.csv", f"id,name,kind\n{key},A,park\n")

    assert codes(load()) == ["id_bad"]
    assert not [id for id in store.node if id.startswith("context:")]


def test_links_are_checked_against_the_schema(write, load, store):
    write("contexts.csv", "id,name,kind\na,A,park\n")
    write("organisations.csv", "id,name,sector\no,O,voluntary\n")
    write(
        "links.csv",
        "type,from,to,amount_gbp\n"
        "FUNDS,org:o,context:a,10\n"
        "ADORES,org:o,context:a,\n"
        "RUNS,o,context:a,\n"
        "RUNS,org:o,,\n"
        "RUNS,org:o,service:elsewhere,\n"
        "runs,org:o,context:a,\n",
    )

    report = load()

    found = {i.line: i.code for i in report.issues if i.file == "links.csv" and i.line}
    assert found == {
        2: "link_not_allowed", 3: "label_unknown", 4: "id_bad", 5: "required_missing", 6: "link_dangling"}  # fmt: skip
    # The link to nothing is handed over all the same: the store keeps it waiting.
    assert {(link.start, link.end) for link in store.of("RUNS")} == {
        ("org:o", "service:elsewhere"), ("org:o", "context:a")}  # fmt: skip


def test_two_grants_between_the_same_two_are_two_links(write, load, store):
    write("organisations.csv", "id,name,sector\na,A,statutory\nb,B,voluntary\n")
    write(
        "links.csv",
        "type,from,to,amount_gbp,start,id\n"
        "FUNDS,org:a,org:b,100,2026-01-01,\n"
        "FUNDS,org:a,org:b,200,2026-01-01,\n"
        "FUNDS,org:a,org:b,200,2026-01-01,grant-7\n",
    )

    report = load()

    assert sorted(link.properties["amount_gbp"] for link in store.of("FUNDS")) == [100, 200, 200]
    assert "link:grant-7" in store.link
    assert codes(report) == []


def test_a_service_may_carry_its_session(town, write, load, store):
    write(
        "services.csv",
        "id,name,kind,delivery,longitude,latitude,hours\n"
        "night,Night youth club,youth_work,centre,10.35,50.05,Fr 18:00-21:00\n",
    )

    load()

    session = store.node["session:night"]
    assert (session["name"], session["kind"]) == ("Night youth club", "centre")
    # Friday is the fifth day: hours 4 * 24 + 18 to 20.
    assert [hour for hour, flag in enumerate(session["hours_week"]) if flag == "1"] == [114, 115, 116]
    assert "location" not in store.node["service:night"]
    assert [(link.start, link.end) for link in store.of("DELIVERS")] == [("service:night", "session:night")]
    assert store.within("session:night") == {"Q4", "W2", "D1"}


def test_a_service_outside_the_loaded_areas_is_left_out_with_its_session_and_links(town, write, load, store):
    write(
        "services.csv",
        "id,name,kind,longitude,latitude\nfar,Far,mentoring,12.0,50.05\nnear,Near,mentoring,10.05,50.05\n",
    )
    write("organisations.csv", "id,name,sector\no,O,voluntary\n")
    write("links.csv", "type,from,to\nRUNS,org:o,service:far\nRUNS,org:o,service:near\n")

    report = load()

    assert {id for id in store.node if id.startswith(("service:", "session:"))} == {"service:near", "session:near"}
    assert [link.end for link in store.of("RUNS")] == ["service:near"]
    (found,) = [i for i in report.issues if i.code == "points_outside"]
    assert found.message.startswith("1 of 2 places")
    assert report.exit_code == 0


def test_areas_of_a_package_are_located_in_each_other_and_hold_places(write, load, store):
    outline = '{""type"":""Polygon"",""coordinates"":[[[7,50],[8,50],[8,51],[7,51],[7,50]]]}'
    write(
        "areas.csv",
        f'id,name,level,boundary,area\nX1,Little,ward,"{outline}",\nX2,Large,local_authority,,\nX3,Drawn,custom,,X2\n',
    )
    write("contexts.csv", "id,name,kind,longitude,latitude,area\na,A,park,7.5,50.5,\nb,B,park,,,X3\n")

    load()

    assert store.node["area:X1"]["inner_point"] == Point(7.5, 50.5)
    assert store.within("area:X3") == {"X2"}
    assert store.within("context:a") == {"X1"}
    assert store.within("context:b") == {"X3", "X2"}


def test_an_area_whose_code_tells_no_level_needs_one(write, load, store):
    write("areas.csv", "id,name,level\nX1,Little,\nE05015239,Known by its prefix,\n")

    report = load()

    assert issue_of(report, "area_level_unknown").line == 2
    assert store.node["area:E05015239"]["level"] == "ward"
    assert "area:X1" not in store.node

    load(level="custom")
    assert store.node["area:X1"]["level"] == "custom"


def test_datapackage_json_gives_licence_and_title_and_is_not_data_itself(write, load, store):
    write(
        "datapackage.json",
        {"title": "Made-up borough", "licenses": [{"name": "CC-BY-4.0"}], "resources": [{"path": "contexts.csv"}]},
    )
    write("contexts.csv", "id,name,kind\na,A,park\n")

    report = load()

    assert store.node["context:a"]["licence"] == "CC-BY-4.0"
    assert store.node["source:town/contexts.csv"]["title"] == "Made-up borough: contexts"
    assert [each.path for each in report.files] == ["contexts.csv"]


def test_an_exported_package_keeps_each_rows_own_source(write, load, store):
    write("sources.csv", "id,name,licence\nregister/schools.csv,register/schools.csv,OGL-UK-3.0\n")
    write(
        "contexts.csv",
        "id,name,kind,source,source_row,licence,retrieved\n"
        "a,A,school,register/schools.csv,schools.csv:9,OGL-UK-3.0,2026-01-02\n"
        "b,B,school,somewhere else,x:1,,\n",
    )

    load()

    kept = store.node["context:a"]
    assert (kept["source"], kept["source_row"], kept["retrieved"]) == (
        "register/schools.csv", "schools.csv:9", date(2026, 1, 2))  # fmt: skip
    assert store.node["context:b"]["source"] == "town/contexts.csv"
    assert "register/schools.csv" in store.loads[0]


def test_hostile_texts_are_stored_as_text(write, load, store):
    name = '<script>alert(1)</script> \u202e=HYPERLINK("http://example.org") ![x](y) MATCH (n) DETACH DELETE n'
    quoted = name.replace('"', '""')
    write("contexts.csv", f'id,name,kind\na,"{quoted}",park\nb,"two\nlines\x00\x07",park\n')

    load()

    assert store.node["context:a"]["name"] == name
    assert store.node["context:b"]["name"] == "two lines"


def test_a_huge_text_is_cut(write, load, store):
    write("contexts.csv", f"id,name,kind,strengths\na,A,park,{'x' * 50_000}\n")

    report = load()

    assert len(store.node["context:a"]["strengths"][0]) == 10_000
    assert "text_long" in codes(report)
