"""Column maps: any table read as a YAML says, and the maps that ship for Trafford's local files."""

import json
from collections import Counter
from pathlib import Path

import pytest

from graphmodel.errors import InputError
from graphmodel.schema import NODE_TYPES, label_of_table
from ingest import mapping
from ingest.adapters import column_map
from ingest.mapping import load_map, parse_map, shipped, slug
from ingest.rows import ReadContext

VENUES = """
title: Venues of Exampleborough
publisher: Exampleborough Council
licence: OGL-UK-3.0
file: venues*.csv
skip: {Status: [closed, n/a yet]}
ignore: [Notes]
drop: [Owner Name]
records:
  venue:
    table: guardians
    slug: "{Name} {Postcode}"
    set: {sector: commercial}
    fields:
      name: Name
      kind:
        column: Type
        values: {Café: cafe, Public house: pub}
        otherwise: other
      longitude: Lon
      latitude: Lat
      postcode: Postcode
      hours: {monday: Mon, tuesday: Tue}
  firm:
    table: organisations
    slug: "{Licence}"
    once: true
    when: {company: Licence}
    set: {sector: private}
    fields: {name: Licence}
links:
  - {type: RUNS, from: firm, to: venue}
"""
TABLE = """Name,Type,Status,Lon,Lat,Postcode,Mon,Tue,Licence,Owner Name,Notes
The Bell,public house,open,-2.3,53.4,ZZ1 1AA,10:00-12:00,CLOSED,Example Inns Ltd,Jo Bloggs,x
Café Éclair,CAFÉ,open,,,ZZ1 1AB,,,Example Inns Ltd,Jo Bloggs,x
The Bell,Arcade,open,NA,-,ZZ1 1AC,,,Jo Bloggs,Jo Bloggs,x
The Gone,Arcade,Closed,,,ZZ1 1AD,,,,,x
"""


def make(folder: Path, text: str = VENUES, name: str = "venues.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def read(path: Path, chosen: Path | str | None = None):
    issues = []
    context = ReadContext(path.name, report=issues.append, column_map=Path(chosen) if chosen else None)
    reading = column_map.read(path, context)
    return reading.info, list(reading.rows), issues


@pytest.fixture
def venues(tmp_path):
    table = tmp_path / "anything.csv"
    table.write_text(TABLE, "utf-8")
    return read(table, make(tmp_path))


def of(rows, table):
    return [row.values for row in rows if row.table == table]


# --- reading ------------------------------------------------------------------------------------------------------


def test_columns_become_fields(venues):
    info, rows, _ = venues
    assert of(rows, "guardians")[0] == {
        "id": "the-bell-zz1-1aa",
        "name": "The Bell",
        "sector": "commercial",
        "kind": "pub",
        "longitude": "-2.3",
        "latitude": "53.4",
        "postcode": "ZZ1 1AA",
        "hours": {"monday": "10:00-12:00", "tuesday": "CLOSED"},
    }
    assert (info.title, info.licence, info.adapter) == (
        "Venues of Exampleborough",
        "OGL-UK-3.0",
        "column_map:venues",
    )


def test_two_places_of_one_name_keep_two_ids(venues):
    _, rows, _ = venues
    assert [row["id"] for row in of(rows, "guardians")] == [
        "the-bell-zz1-1aa",
        "cafe-eclair-zz1-1ab",
        "the-bell-zz1-1ac",
    ]


def test_words_become_codes_whatever_their_case_and_others_the_given_one(venues):
    _, rows, _ = venues
    assert [row["kind"] for row in of(rows, "guardians")] == ["pub", "cafe", "other"]


def test_missing_cells_are_blank(venues):
    _, rows, _ = venues
    assert (of(rows, "guardians")[2]["longitude"], of(rows, "guardians")[2]["hours"]) == (None, None)


def test_rows_that_the_map_skips_are_counted(venues):
    _, rows, issues = venues
    assert "The Gone" not in str(rows)
    assert [issue.message for issue in issues if issue.code == "rows_skipped"] == [
        "1 rows are passed over: left out by the column map (status)."
    ]


def test_a_company_runs_the_venue_once_and_a_person_is_dropped(venues):
    _, rows, issues = venues
    assert [row["id"] for row in of(rows, "organisations")] == ["example-inns-ltd"]
    assert of(rows, "links") == [
        {"type": "RUNS", "from": "org:example-inns-ltd", "to": "guardian:the-bell-zz1-1aa"},
        {"type": "RUNS", "from": "org:example-inns-ltd", "to": "guardian:cafe-eclair-zz1-1ab"},
    ]
    assert sum(issue.code == "person_dropped" for issue in issues) == 1
    assert "Bloggs" not in str(rows) + str(issues)


def test_dropped_columns_are_reported(venues):
    _, _, issues = venues
    assert [issue.field for issue in issues if issue.code == "column_personal"] == ["owner name"]


def test_an_unknown_column_is_reported_once_and_a_needed_one_that_is_absent_ends_it(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("Name,Type,Status,Postcode,Colour\nThe Bell,Pub,open,ZZ1 1AA,red\n", "utf-8")
    _, rows, issues = read(table, make(tmp_path))
    assert len(rows) == 1
    assert [issue.field for issue in issues if issue.code == "column_unknown"] == ["colour"]
    table.write_text("Type,Status\nPub,open\n", "utf-8")
    _, rows, issues = read(table, make(tmp_path))
    assert rows == []
    assert {issue.field for issue in issues if issue.code == "column_missing"} == {"name", "postcode"}


def feature(properties, geometry):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(path: Path, *features) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}
HALL = """
records:
  hall: {table: guardians, id: "hall-{ID}", set: {sector: community, kind: faith}, fields: {name: NAME}}
"""


def test_a_geometry_beats_coordinate_columns_and_polygons_need_the_maps_word(tmp_path):
    table = geojson(tmp_path / "halls.geojson", feature({"ID": 1, "NAME": "Hall"}, SQUARE))
    _, rows, _ = read(table, make(tmp_path, HALL))
    assert "geometry" not in rows[0].values
    _, rows, _ = read(table, make(tmp_path, HALL + "geometry: inner_point\n"))
    assert rows[0].values["geometry"] == SQUARE


def test_an_id_can_be_made_of_the_place_and_repeats_are_one(tmp_path):
    text = """
records:
  gate:
    table: contexts
    id: "gate-{longitude}_{latitude}"
    once: true
    set: {kind: park}
    fields: {name: {text: "Gate ({use})"}}
"""
    point = {"type": "Point", "coordinates": [-2.5, 53.25]}
    table = geojson(tmp_path / "g.geojson", feature({"use": "Foot"}, point), feature({"use": "Foot"}, point))
    _, rows, _ = read(table, make(tmp_path, text))
    assert [row.values["id"] for row in rows] == ["gate--2.500000_53.250000"]
    assert rows[0].values["name"] == "Gate (Foot)"


def test_the_first_part_of_a_cell_can_be_the_name(tmp_path):
    text = HALL.replace("{name: NAME}", '{name: {column: NAME, before: ","}}')
    table = geojson(tmp_path / "h.geojson", feature({"ID": "a b", "NAME": "Hall, 1 Example Street"}, None))
    _, rows, _ = read(table, make(tmp_path, text))
    assert (rows[0].values["id"], rows[0].values["name"]) == ("hall-a-b", "Hall")


def test_a_row_without_a_key_has_no_id(tmp_path):
    table = geojson(tmp_path / "h.geojson", feature({"ID": None, "NAME": "Hall"}, None))
    _, rows, _ = read(table, make(tmp_path, HALL))
    assert rows[0].values["id"] is None  # the validator says so, with its line


def test_ids_are_readable_in_any_script():
    assert slug("St. John's Café & Bar, 1A") == "st-johns-cafe-and-bar-1a"
    assert slug("مسجد المثال") == "مسجد-المثال"
    assert slug(" ,. ") is None


# --- maps that cannot be used --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("table: guardians", "table: venues"), "records.venue.table: 'venues' is none of"),
        (("name: Name\n", "nmae: Name\n"), "records.venue.fields.nmae: Guardian has no such field"),
        (("sector: commercial", "sector: trade"), "records.venue.set.sector: 'trade' is none of the codes"),
        (("otherwise: other", "otherwise: thing"), "records.venue.fields.kind: 'thing' is none of the codes"),
        (("skip:", "skipp:"), "skipp: there is no such key"),
        (("type: RUNS", "type: OWNS"), "links.1.type: 'OWNS' is none of"),
        (("from: firm", "from: shop"), "links.1.from: 'shop' is none of"),
        (("from: firm, to: venue", "from: venue, to: firm"), "links.1: RUNS cannot join Guardian to Organisation"),
        (("company: Licence", "company: {}"), "records.firm.when.company: it is a text"),
        (("column: Type", "column: [Type]"), "records.venue.fields.kind.column: it is a text"),
        (("monday: Mon", "monday: [Mon]"), "records.venue.fields.hours.monday: it is a text"),
        (("to: venue}", "to: venue, set: {pay: 3}}"), "links.1.set.pay: RUNS has no such field"),
        (('slug: "{Licence}"', "slug: Licence"), "records.firm.slug: it names columns in braces"),
        (("once: true", "once: maybe"), "records.firm.once"),
        (("longitude: Lon", "longitude: [Lon]"), "records.venue.fields.longitude: it is a table"),
        (("ignore: [Notes]", "ignore: {a: b}"), "ignore: it is a text or a list"),
        (("records:", "record:"), "record: there is no such key"),
        (("title: Venues", "title: [Venues"), "this is not YAML"),
        (("ignore: [Notes]", "ignore: &a [*a]"), "aliases are not used"),
    ],
)
def test_a_map_that_cannot_be_used_is_one_sentence_with_file_and_key(change, says):
    assert change[0] in VENUES
    with pytest.raises(InputError) as error:
        parse_map(VENUES.replace(*change), "venues", "my/venues.yaml")
    assert str(error.value).startswith("my/venues.yaml")
    assert says in str(error.value)
    assert str(error.value).count("\n") == 0


@pytest.mark.parametrize(
    "text", ["", "3", "- a", "records: {}", "records: {a: 3}", "[" * 5000, "\x00", "a: !!python/name:os.system x"]
)
def test_any_other_text_is_refused(text):
    with pytest.raises(InputError):
        parse_map(text, "x", "x.yaml")


def test_a_map_that_is_not_there_names_those_that_are():
    with pytest.raises(InputError, match="pharmacies"):
        load_map("no_such_map")


# --- the documentation ----------------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "docs" / "column_maps.md").read_text("utf-8")


def test_the_documented_example_reads_a_table(tmp_path):
    example = PAGE.partition("```yaml\n")[2].partition("```")[0]
    table = tmp_path / "youth_clubs.csv"
    table.write_text(
        "Club,Postcode,Opening times,Run by,Status,Remarks,Contact\n"
        "Example Club,ZZ1 1AA,Mondays 6-8pm,Example Trust,open,,\n",
        "utf-8",
    )
    _, rows, _ = read(table, make(tmp_path, example))
    assert [row.table for row in rows] == ["guardians", "organisations", "links"]


def test_the_page_names_every_key_and_every_map():
    assert [name for name in shipped() if f"`{name}`" not in PAGE] == []
    keys = mapping._TOP | mapping._RECORD | mapping._TESTS
    assert [key for key in sorted(keys) if f"`{key}" not in PAGE and f"{{{key}:" not in PAGE] == []


# --- the maps that ship ---------------------------------------------------------------------------------------------

FILES = {
    "bus_stops.geojson": ("contexts", 1025),
    "childrens_centres.geojson": ("services", 2),
    "community_hubs.geojson": ("guardians", 6),
    "fast_food_outlets.csv": ("guardians", 291),
    "food_banks_greater_manchester.geojson": ("services", 171),
    "gambling_premises.csv": ("guardians", 27),
    "general_practices.geojson": ("services", 26),
    "leisure_centres.geojson": ("guardians", 9),
    "libraries.geojson": ("guardians", 13),
    "mental_health_services.geojson": ("services", 60),
    "metrolink_stops.csv": ("contexts", 18),
    "pharmacies.geojson": ("guardians", 57),
    "places_of_worship.geojson": ("guardians", 118),
    "probation_offices_greater_manchester.geojson": ("services", 12),
    "schools_and_colleges.csv": ("contexts", 103),
    "sports_clubs.geojson": ("guardians", 137),
    "sports_facilities.csv": ("contexts", 171),
    "train_stops.csv": ("contexts", 9),
}


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_map_says_where_its_data_come_from(name):
    known = load_map(name)
    assert {"title", "publisher", "licence", "attribution"} <= set(known.known)
    assert known.files


def made_up(name: str, folder: Path) -> Path:
    """A file of one fictional row with the columns of a shipped map; each cell says its column."""
    shipped_map = load_map(name)
    suffix = "." + shipped_map.files[0].rpartition(".")[2]
    path = folder / shipped_map.files[0].lstrip("*").replace("*", "x")
    cells = {column: f"example {column}" for column in sorted(shipped_map.all_columns())}
    if suffix == ".csv":
        path.write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n", "utf-8")
        return path
    place = SQUARE if shipped_map.geometry == "inner_point" else {"type": "Point", "coordinates": [-2.5, 53.25]}
    return geojson(path, feature(cells, place))


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_map_knows_its_own_file_and_reads_what_is_required(name, tmp_path):
    path = made_up(name, tmp_path)
    match = column_map.sniff(path)
    assert (match.adapter, match.strength) == (name, "exact")
    _, rows, issues = read(path)
    assert rows[0].values["id"]
    for row in rows:
        if row.table != "links":
            required = {f.name for f in NODE_TYPES[label_of_table(row.table)].fields if f.required}
            assert required <= {key for key, value in row.values.items() if value}
    assert not [issue for issue in issues if issue.code in ("column_unknown", "column_missing")]


@pytest.mark.shared
@pytest.mark.parametrize("name", FILES)
def test_the_real_files_are_recognised_and_read_whole(trafford, name):
    table, count = FILES[name]
    assert column_map.sniff(trafford / name).strength == "exact"
    _, rows, issues = read(trafford / name)
    ids = Counter(row["id"] for row in of(rows, table))
    assert len(ids) == count
    assert set(ids.values()) == {1}
    assert [issue for issue in issues if issue.severity == "error"] == []


@pytest.mark.shared
def test_real_food_outlets_by_kind(trafford):
    _, rows, _ = read(trafford / "fast_food_outlets.csv")
    assert Counter(row.values["kind"] for row in rows) == {"takeaway": 265, "restaurant": 24, "other": 2}


@pytest.mark.shared
def test_real_gambling_premises_are_named_by_their_address_and_run_by_companies(trafford):
    _, rows, _ = read(trafford / "gambling_premises.csv")
    premises = of(rows, "guardians")
    assert Counter(row["kind"] for row in premises) == {"other": 24, "arcade": 3}
    assert not any("Limited" in row["name"] for row in premises)
    assert len(of(rows, "organisations")) == 9
    assert len(of(rows, "links")) == 27


@pytest.mark.shared
def test_real_park_entrances_without_those_for_motor_vehicles_only(trafford):
    _, rows, issues = read(trafford / "greenspace_access_points.geojson")
    # 893 points, of them one for motor vehicles only, and eleven that another point repeats.
    assert len(rows) == 893 - 1 - 11
    assert [issue.code for issue in issues] == ["rows_skipped"]
