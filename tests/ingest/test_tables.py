"""Lookups, postcodes, population and deprivation: made-up tables in the shapes of the real ones."""

from datetime import date

import pytest
from town import codes, collection, feature, square

from graphmodel.records import Point


def issue_of(report, code):
    return next(each for each in report.issues if each.code == code)


@pytest.fixture
def english(write):
    """Write two LSOAs without outlines, and one ward and one authority with them."""
    write("areas.csv", "id,name\nE01000001,One\nE01000002,Two\n")
    write("boundaries_wd.geojson", collection(feature(square(-2, 53), WD25CD="E05000001", WD25NM="Ward")))
    write("boundaries_lad.geojson", collection(feature(square(-2, 53), LAD25CD="E08000001", LAD25NM="Borough")))


def test_a_lookup_says_where_areas_without_outlines_lie(english, write, load, store):
    write(
        "lookup.csv",
        "LSOA21CD,LSOA21NM,WD25CD,WD25NM,LAD25CD\n"
        "E01000001,One,E05000001,Ward,E08000001\nE01000002,Two,E05000001,Ward,E08000001\n",
    )

    report = load()

    assert store.within("area:E01000001") == {"E05000001", "E08000001"}
    assert codes(report) == []


def test_codes_of_another_vintage_are_one_issue_and_make_nothing(english, write, load, store):
    write(
        "lookup.csv",
        "lsoa21cd,wd22cd,lad22cd\nE01000001,E05999991,E08000001\nE01000002,E05999992,E08000001\n",
    )

    report = load()

    assert codes(report) == ["area_vintage"]
    said = issue_of(report, "area_vintage")
    assert said.field == "wd22cd"
    assert said.message.startswith("2 of 2 codes in 'wd22cd' (2022)")
    assert store.within("area:E01000001") == {"E08000001"}
    assert not any("E0599999" in id for id in store.node)


def test_postcodes_in_degrees(write, load, store):
    write("postcodes.csv", "pcds,lat,long\nEX1 1AA,53.5,-1.5\nex11ab,53.6,-1.6\nEX1 1AC,0,0\nEX1 1AD,99.999999,0\n")

    report = load()

    assert store.node["postcode:EX11AA"]["name"] == "EX1 1AA"
    assert store.node["postcode:EX11AB"]["name"] == "EX1 1AB"
    assert store.node["postcode:EX11AB"]["location"] == Point(-1.6, 53.6)
    assert "postcode:EX11AC" not in store.node
    assert "point_zero" in codes(report)
    assert "postcode:EX11AD" not in store.node


def test_postcodes_on_the_national_grid_and_one_that_has_ended(write, load, store):
    # The Ordnance Survey's worked example: E 651409.903, N 313177.270 is 52.657570 N, 1.717922 E (on Airy, about
    # 100 m from WGS-84).
    write("nspl.csv", "pcd,doterm,oseast1m,osnrth1m\nEX1 1AA,202403,651409.903,313177.270\n")
    write("contexts.csv", "id,name,kind,postcode\na,A,park,ex1 1aa\nb,B,park,EX9 9ZZ\nc,C,park,none of it\n")

    report = load()

    point = store.node["postcode:EX11AA"]["location"]
    assert point == pytest.approx((1.7179, 52.6576), abs=0.003)
    assert store.node["postcode:EX11AA"]["valid_to"] == date(2024, 3, 31)
    assert store.node["context:a"]["location"] == point
    assert issue_of(report, "postcode_ended").line == 2
    assert "location" not in store.node["context:b"]
    assert issue_of(report, "points_missing").message.startswith("2 of 3 rows have no place")
    assert issue_of(report, "postcode_bad").line == 4


def test_population_by_single_year_takes_persons_only(english, write, load, store):
    ages = [*map(str, range(90)), "90+"]
    header = ",".join(["area_code", "sex", "all_ages", *ages])
    # Every age has 10 persons: 91 columns make 910; ages 10 to 17 are 8 columns, 18 to 25 are 8.
    rows = [["E01000001", "Persons", "910", *["10"] * 91], ["E01000001", "Females", "455", *["5"] * 91],
            ["E01999999", "Persons", '"1,820"', *["20"] * 91]]  # fmt: skip
    write("population.csv", "\n".join([header, *map(",".join, rows)]))

    report = load()

    area = store.node["area:E01000001"]
    assert area["population"] == 910
    assert area["population_10_17"] == 80
    assert area["population_18_25"] == 80
    assert area["population_by_age"] == [10.0] * 91
    assert area["name"] == "One"
    assert "area:E01999999" not in store.node
    assert codes(report) == ["area_unknown"]
    assert "E01999999" in issue_of(report, "area_unknown").message


def test_population_by_bands_gives_only_what_they_cover_exactly(english, write, load, store):
    write(
        "population_bands.csv",
        "area_code,total,aged 0-9,aged 10-15,aged 16-17,aged 18-24,aged 25-64,aged 65+\n"
        "E01000001,210,10,20,30,40,50,60\n",
    )

    load()

    area = store.node["area:E01000001"]
    assert area["population"] == 210
    assert area["population_10_17"] == 50
    assert not {"population_18_25", "population_by_age"} & area.keys()


def test_deprivation_by_prefixes_of_its_columns(english, write, load, store):
    write(
        "File_7_IoD2019.csv",
        "LSOA code (2011),LSOA name (2011),Index of Multiple Deprivation (IMD) Score,"
        "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),"
        "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs),"
        "Income Deprivation Affecting Children Index (IDACI) Score (rate)\n"
        "E01000001,One,31.5,5000,2,0.21\n"
        "E01000002,Two,1.5,30000,11,0.01\n"
        "E01999999,Redrawn,9.9,20000,5,0.1\n",
    )

    report = load()

    one, two = store.node["area:E01000001"], store.node["area:E01000002"]
    assert (one["deprivation_score"], one["deprivation_decile"]) == (31.5, 2)
    assert one["indicators"] == ["idaci=0.21"]
    assert "deprivation_decile" not in two
    assert codes(report) == ["value_range", "area_unknown"]
    assert "area:E01999999" not in store.node


def test_files_of_these_shapes_by_other_names_are_suggested(write, load):
    write("numbers.csv", "area_code,0,1,2,3\nE01000001,1,1,1,1\n")
    write("scores.csv", "lsoa code,imd score\nE01000001,1\n")
    write("pairs.csv", "lsoa21cd,wd25cd\nE01000001,E05000001\n")

    report = load()

    assert {i.file: i.code for i in report.issues} == dict.fromkeys(
        ["numbers.csv", "scores.csv", "pairs.csv"], "file_suggested"
    )


def test_official_data_has_its_licence_and_nobody_elses_is_guessed(english, write, load, store):
    write("population.csv", "area_code,total\nE01000001,100\n")
    write("population_abroad.csv", "area_code,total\n09162,100\n")
    write("postcodes.csv", "postcode,lat,lon\nEX1 1AA,53.5,-1.5\n")
    write("postcodes_abroad.csv", "postcode,lat,lon\n80331,53.5,-1.5\n")

    load()

    licences = {name.rpartition("/")[2]: node.get("licence") for name, node in store.node.items() if "source:" in name}
    assert licences["population.csv"] == licences["postcodes.csv"] == licences["boundaries_wd.geojson"] == "OGL-UK-3.0"
    assert licences["population_abroad.csv"] is licences["postcodes_abroad.csv"] is licences["areas.csv"] is None
