"""What would a file become? Recognised without loading, columns guessed, five rows as they would be stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphmodel.settings import Settings
from ingest.draft_map import MapDraft, draft_of, guess, unknown_words
from ingest.mapping import load_map, parse_map
from ingest.preview import Column, describe, look, preview

OFFER = """Project title,Where (postal code),What it is,Open,Ages from,Ages to,Provider,Contact name,About
Night Owls,M33 7ZF,Mentoring,Mo-Fr 18:00-21:00,11,18,Example Trust,Jo Bloggs,free
Girls Space,M33 7ZF,Mentoring,by appointment,13,19,Bright CIC,Al Green,write to jo@example.org
Boxing,M32 0TH,Counselling,,400,18,Jane Smith,,
Late Bus,,Youth work,Fr 20:00-23:00,13,25,Example Trust,,
,M32 0TH,Mentoring,,,,,,
Sixth,M32 0TH,Mentoring,,,,,,
"""


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def offer(write, settings):
    looked = look([write("offer 2026.csv", OFFER)], settings)
    yield looked.seen[0]
    looked.close()


def read_by(draft, offer):
    columns = describe(offer.path)
    personal = [each.name for each in columns if each.personal]
    text = draft.yaml([each.name for each in columns], personal, offer.path.name)
    return parse_map(text, "offer", "offer.yaml")


def columns(*names):
    return [Column(name, unique=True) for name in names]


def test_a_file_nobody_knows_can_be_mapped(offer):
    assert (offer.how, offer.can_be_mapped) == ("unknown", True)


def test_samples_never_show_what_looks_personal(offer):
    found = {each.name: each for each in describe(offer.path)}
    assert found["contact name"].personal
    assert found["contact name"].sample == ""
    assert "Jane Smith" not in found["provider"].words
    assert found["about"].words == ("free",)


def test_columns_are_guessed_from_similar_names_and_from_words_that_are_codes(offer):
    draft = guess(describe(offer.path), "offer 2026.csv")
    assert draft.table == "services"
    assert draft.fields == {
        "name": "project title", "postcode": "where (postal code)", "hours": "open", "minimum_age": "ages from",
        "maximum_age": "ages to", "kind": "what it is",
    }  # fmt: skip
    assert (draft.run_by, draft.key) == ("provider", ("project title", "where (postal code)"))
    assert draft.missing() == ["the sector of those who run it is not chosen"]


def test_five_rows_are_shown_as_they_would_be_stored(offer, settings):
    draft = guess(describe(offer.path), offer.file)
    draft = MapDraft(draft.table, {**draft.fields, "eligibility": "about"}, key=draft.key, run_by="provider",
                     run_by_sector="voluntary")  # fmt: skip
    found = preview(offer, read_by(draft, offer), settings)
    services = [row for row in found.rows if row.table == "services"]
    assert [row.values["name"] for row in services] == ["Night Owls", "Girls Space", "Boxing", "Late Bus"]
    first, second, third, _ = (row.values for row in services)
    assert (first["hours understood"], second["hours understood"]) == (True, False)
    assert first["place"] == "M33 7ZF"
    assert "eligibility" not in second  # an e-mail address
    assert "minimum_age" not in third  # 400
    assert found.refused == 1  # the fifth row has no name
    bodies = [row.values["name"] for row in found.rows if row.table == "organisations"]
    assert bodies == ["Example Trust", "Bright CIC"]  # who runs the boxing reads as a person
    assert "jo@example.org" not in str(found)
    assert ("personal_value", 3) in [(each.code, each.line) for each in found.issues]


def test_a_small_count_of_people_is_withheld_in_the_preview_too(write, settings):
    path = write("offer.csv", "Service,In use\nClub,7\n")
    seen = look([path], settings).seen[0]
    draft = MapDraft("services", {"name": "service", "in_use": "in use"}, {"kind": "mentoring"}, key=("service",))
    values = preview(seen, read_by(draft, seen), settings).rows[0].values
    assert values["in_use"] == "withheld"


def test_an_id_that_looks_personal_sets_the_row_aside(write, load, store, settings, tmp_path):
    path = write("offer.csv", "Ref,Name\nask jo@example.org,Club\n2,Other\n")
    draft = MapDraft("services", {"name": "name"}, {"kind": "mentoring"}, key=("ref",))
    seen = look([path], settings).seen[0]
    found = preview(seen, read_by(draft, seen), settings)
    assert [row.values["id"] for row in found.rows] == ["service:2"]
    assert [(each.code, each.field) for each in found.issues] == [("personal_value", "id")]


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Club name", "name"), ("post-code", "postcode"), ("LONG", "longitude"), ("Opening Times", "hours"),
        ("Min. age", "minimum_age"), ("Upper age", "maximum_age"), ("Contract end", "valid_to"),
        ("Languages", "languages"),
    ],
)  # fmt: skip
def test_usual_names_of_columns_are_understood(column, field):
    assert guess(columns(column.casefold()), "offer.csv", "services").fields == {field: column.casefold()}


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("Youth offer 2026.csv", "services"),
        ("charities.csv", "organisations"),
        ("Our places of worship.geojson", "guardians"),
        ("schools_2026.csv", "contexts"),
        ("services.csv", "services"),
        ("safety forums.xlsx", "forums"),
    ],
)
def test_the_name_of_a_file_tells_what_a_row_may_be(file, table):
    assert guess(columns("name"), file).table == table


@pytest.mark.parametrize("column", ["ward name", "notes", "x9", "", "comments (internal)"])
def test_other_columns_stay_unread(column):
    assert guess(columns(column), "offer.csv", "services").fields == {}


def test_a_number_of_ones_own_becomes_the_id():
    draft = guess(columns("ref", "service"), "offer.csv")
    assert draft.key == ("ref",)
    assert draft.entry(["ref", "service"], [], "offer.csv")["records"]["record"]["id"] == "{ref}"


def test_words_that_are_no_codes_are_told_from_those_that_are():
    assert unknown_words("guardians", "kind", Column("type", words=("PUB", "Café", "Boozer"))) == ["Boozer"]


def test_a_kept_map_opens_in_the_form_again(offer):
    draft = MapDraft("services", {"name": "project title", "kind": "what it is"}, {"status": "active"},
                     {"kind": {"mentoring": "counselling"}}, ("project title",), "provider", "voluntary",
                     {"title": "Offer"})  # fmt: skip
    assert draft_of(read_by(draft, offer)) == draft


@pytest.mark.shared
def test_a_folder_of_real_files_is_recognised_without_a_store(trafford, settings):
    looked = look([trafford], settings)
    assert {each.file for each in looked.seen} == {path.name for path in trafford.iterdir()}
    assert {each.how for each in looked.seen} == {"exact"}
    assert next(each.adapter for each in looked.seen if each.file == "charities.csv") == "charity_register"


@pytest.mark.shared
def test_real_rows_are_previewed_by_the_map_that_ships(trafford, settings):
    seen = next(each for each in look([trafford / "libraries.geojson"], settings).seen)
    found = preview(seen, load_map("libraries"), settings)
    assert len(found.rows) == 5
    assert all(row.values["kind"] == "library" and row.values["place"] for row in found.rows)


@pytest.mark.shared
def test_a_real_file_under_another_name_is_guessed_well(trafford, write, settings):
    path = write("our sports.csv", (trafford / "sports_clubs.geojson").read_text("utf-8"))
    path = path.rename(path.with_name("our clubs.geojson"))
    seen = look([path], settings).seen[0]
    assert seen.how == "suggested"
    draft = guess(describe(seen.path), seen.file)
    assert draft.table == "guardians"
    assert draft.fields["name"] == "name"


@pytest.mark.shared
def test_polygons_of_a_real_file_become_points_inside(trafford, write, settings):
    path = write("worship.geojson", (trafford / "places_of_worship.geojson").read_text("utf-8"))
    seen = look([path], settings).seen[0]
    draft = guess(describe(seen.path), seen.file, "guardians")
    draft = replace(draft, fields={"name": "distname"}, constants={"sector": "community", "kind": "faith"})
    rows = preview(seen, read_by(draft, seen), settings).rows
    assert len(rows) == 5
    assert all(row.values["place"].startswith("53.") for row in rows)
