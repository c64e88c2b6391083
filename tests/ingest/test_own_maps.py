"""A column map of one's own lies beside the data and is used by itself, before those that ship."""

from __future__ import annotations

import pytest
from town import codes

from graphmodel.errors import InputError
from graphmodel.settings import Settings
from ingest import own_maps

TABLE = "Club,Postcode\nThe Owls,M33 7ZF\n"
MAP = """
title: Clubs
licence: CC0-1.0
file: clubs *.csv
records:
  record:
    table: guardians
    slug: "{Club}"
    set: {sector: community, kind: community_centre}
    fields: {name: Club, postcode: Postcode}
"""


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data")


def test_the_same_file_is_recognised_at_the_next_load(write, load, store, settings):
    write("clubs 2026-11.csv", TABLE)
    assert codes(load(settings=settings)) == ["file_unknown"]

    own_maps.keep("Clubs", MAP, settings)
    report = load(settings=settings)

    assert [each.adapter for each in report.files] == ["clubs"]
    assert store.node["guardian:the-owls"]["licence"] == "CC0-1.0"
    assert store.node["source:town/clubs-2026-11.csv"]["adapter"] == "column_map:clubs"


def test_columns_alone_only_suggest_until_it_is_confirmed(write, load, settings):
    own_maps.keep("clubs", MAP, settings)
    write("other.csv", TABLE)
    assert codes(load(settings=settings)) == ["file_suggested"]
    own_maps.confirm("clubs", "other.csv", settings)
    assert [each.adapter for each in load(settings=settings).files] == ["clubs"]
    assert own_maps.own_maps(settings)[0].known.files == ("clubs *.csv", "other.csv")


def test_it_comes_before_a_shipped_map_and_map_names_it(write, load, store, settings, trafford):
    name = "metrolink_stops.csv"
    write(name, (trafford / name).read_bytes())
    assert [each.adapter for each in load(settings=settings).files] == ["metrolink_stops"]
    own = own_maps.confirm("metrolink_stops", name, settings)
    assert [each.adapter for each in load(settings=settings).files] == ["metrolink-stops-metrolink-stops"]
    assert load(settings=settings, column_map=own.name).exit_code == 0


def test_a_map_that_cannot_be_used_is_said_and_the_rest_is_loaded(write, load, store, settings):
    own_maps.folder(settings).mkdir(parents=True)
    (own_maps.folder(settings) / "broken.yaml").write_text("records: {it: {table: nothing}}")
    write("organisations.csv", "id,name,sector\na,A,voluntary\n")
    assert codes(load(settings=settings)) == ["map_unusable"]
    assert "org:a" in store.node


def test_a_bad_map_is_not_kept_and_leaves_the_good_one(settings):
    own_maps.keep("clubs", MAP, settings)
    with pytest.raises(InputError, match="table"):
        own_maps.keep("clubs", MAP.replace("guardians", "gardens"), settings)
    assert [(each.name, each.fault) for each in own_maps.own_maps(settings)] == [("clubs", "")]


def test_a_name_is_never_a_path(settings):
    kept = own_maps.keep("../../etc/passwd", MAP, settings)
    assert kept.path == own_maps.folder(settings) / "etc-passwd.yaml"


def test_a_deleted_map_is_gone(settings):
    own_maps.keep("clubs", MAP, settings)
    own_maps.remove("clubs", settings)
    assert own_maps.own_maps(settings) == ()
    with pytest.raises(InputError, match="no column map"):
        own_maps.remove("clubs", settings)


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("Offer 2026-11.csv", "offer *.csv"),
        ("clubs_v2.csv", "clubs_v*.csv"),
        ("clubs.csv", "clubs.csv"),
        ("[a]?.csv", "[[]a[]][?].csv"),
    ],
)
def test_numbers_in_a_files_name_may_differ_next_time(file, pattern):
    assert own_maps.pattern_of(file) == pattern
