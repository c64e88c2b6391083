"""An area somebody drew: is it one like any other, and can it be renamed, removed and brought back?"""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.settings import Settings
from graphmodel.store import GraphStore, open_store
from ingest import own_areas
from ingest.own_areas import OwnArea
from ingest.pipeline import ingest
from views.profile import residents
from views.session import StoreBackend

TODAY = date(2026, 11, 24)
TEAM = "Youth work, north"


def box(west: float, east: float) -> dict:
    return {
        "type": "Polygon",
        "coordinates": [[[west, 50.0], [east, 50.0], [east, 50.1], [west, 50.1], [west, 50.0]]],
    }


def write(folder: Path, name: str, rows: list[dict]) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder / name


@pytest.fixture
def town(store_settings: Settings, tmp_path: Path) -> Settings:
    """A district from 10.0 to 10.4 east of four quarters; 100, 200, 300 and 400 young people; a park in each third."""
    for kept_before in (store_settings.data_dir / "areas").rglob("*.geojson"):
        kept_before.unlink()
    folder = tmp_path / "town"
    quarters = [
        {"id": f"Q{n + 1}", "name": f"Quarter {n + 1}", "level": "lsoa", "population_10_17": (n + 1) * 100,
         "boundary": json.dumps(box(10 + n / 10, 10.1 + n / 10))}
        for n in range(4)
    ]  # fmt: skip
    district = {"id": "D1", "name": "Town", "level": "local_authority", "boundary": json.dumps(box(10.0, 10.4))}
    write(folder, "areas.csv", [{**district, "population_10_17": ""}, *quarters])
    parks = ((1, 10.03), (2, 10.07), (3, 10.13), (4, 10.3))
    write(folder, "contexts.csv", [
        {"id": n, "name": f"Park {n}", "kind": "park", "longitude": x, "latitude": 50.05} for n, x in parks
    ])  # fmt: skip
    with open_store(store_settings, write=True) as store:
        ingest([folder], store, store_settings, licence="OGL-UK-3.0")
    return store_settings


def kept(settings: Settings, name: str = "Quay pilot", outline: dict | None = None) -> str:
    with open_store(settings, write=True) as store:
        return own_areas.keep(store, OwnArea(name, outline or box(10.05, 10.15)), TEAM)


def parks_in(settings: Settings, area: str, day: date = TODAY) -> list[str]:
    with open_store(settings) as store:
        frame = Landscape.load(store, area, day).nodes("Context")
    return sorted(frame.loc[frame["inside"], "name"])


def source_of(store: GraphStore) -> dict:
    return next(iter(store.nodes("Source", ["source:areas/quay-pilot"])))


def test_places_already_stored_lie_in_the_new_area(town):
    assert kept(town) == "area:quay-pilot"
    assert parks_in(town, "quay-pilot") == ["Park 2", "Park 3"]


def test_residents_are_those_of_its_parts_by_share(town):
    # It holds half of quarter 1 (100) and half of quarter 2 (200): 50 + 100.
    area = kept(town)
    with open_store(town) as store:
        told = residents(Landscape.load(store, area, TODAY), "population_10_17")
    assert told.people == pytest.approx(150, rel=0.002) and told.unknown == 0


def test_the_team_is_kept_with_it_and_in_the_log(town):
    kept(town)
    with open_store(town) as store:
        assert (source_of(store)["publisher"], source_of(store)["licence"]) == (TEAM, "own work")
        (entry,) = store.history("source:areas/quay-pilot")
    assert (entry.team, entry.field, entry.after) == (TEAM, "publisher", TEAM)


def test_it_is_in_the_area_search_inside_what_holds_it(town):
    kept(town)
    backend = StoreBackend(town)
    catalogue = backend.catalogue()
    backend.close()
    assert [area.name for area in catalogue.path("area:quay-pilot")] == ["Town"]
    assert catalogue.parts("area:quay-pilot") == ["lsoa"]


def test_areas_that_lie_over_one_another_each_have_their_parts(town):
    kept(town, "One", box(10.0, 10.2))
    kept(town, "Two", box(10.0, 10.3))
    backend = StoreBackend(town)
    catalogue = backend.catalogue()
    for area, quarters in (("area:one", 2), ("area:two", 3)):
        assert len(catalogue.inside(area, "lsoa")) == quarters
        # With the area itself.
        assert backend.landscape(area, TODAY).count("Area") == quarters + 1
    backend.close()


def test_a_place_loaded_later_lies_in_it_too(town, tmp_path):
    kept(town)
    later = [{"id": 9, "name": "Park 9", "kind": "park", "longitude": 10.1, "latitude": 50.05}]
    with open_store(town, write=True) as store:
        ingest([write(tmp_path / "later", "contexts.csv", later)], store, town)
    assert parks_in(town, "quay-pilot") == ["Park 2", "Park 3", "Park 9"]


def test_two_of_one_name_have_codes_of_their_own(town):
    assert [kept(town), kept(town, outline=box(10.2, 10.4))] == ["area:quay-pilot", "area:quay-pilot-2"]
    assert parks_in(town, "quay-pilot-2") == ["Park 4"]


def test_renamed_it_keeps_its_code_also_when_its_file_is_loaded_again(town):
    area = kept(town)
    with open_store(town, write=True) as store:
        own_areas.rename(store, area, "Harbour pilot", TEAM)
        path = town.data_dir / "areas" / town.store_name / "quay-pilot.geojson"
        ingest([path], store, town, column_map="boundaries", source="areas/quay-pilot", licence="own work")
        (found,) = store.nodes("Area", [area])
    assert found["name"] == "Harbour pilot"


def test_removed_it_is_gone_from_today_and_comes_back_when_that_is_undone(town):
    area = kept(town)
    with open_store(town, write=True) as store:
        own_areas.remove(store, area, TEAM, TODAY)
    with pytest.raises(UnknownName):
        parks_in(town, area)
    assert parks_in(town, area, TODAY - timedelta(days=1)) == ["Park 2", "Park 3"]
    with open_store(town, write=True) as store:
        store.undo(TEAM, of=area)
    assert parks_in(town, area) == ["Park 2", "Park 3"]


def test_removed_it_is_in_no_search_and_its_code_is_not_given_again(town):
    area = kept(town)
    backend = StoreBackend(town)
    with open_store(town, write=True) as store:
        own_areas.remove(store, area, TEAM, date(2020, 1, 1))
    assert area not in backend.catalogue()
    backend.close()
    assert kept(town) == "area:quay-pilot-2"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_that_cannot_be_used_changes_nothing(town, name):
    with open_store(town, write=True) as store:
        before = store.version()
        with pytest.raises(InputError):
            own_areas.keep(store, OwnArea(name, box(10.0, 10.1)), TEAM)
        assert store.version() == before
    assert not list((town.data_dir / "areas").rglob("*.geojson"))


def test_an_outline_that_is_none_is_told_and_leaves_no_file(town):
    with pytest.raises(InputError, match="cannot be used: it is empty"):
        kept(town, outline={"type": "Polygon", "coordinates": []})
    assert not list((town.data_dir / "areas").rglob("*.geojson"))


def test_an_official_area_is_neither_renamed_nor_removed(town):
    with open_store(town, write=True) as store:
        with pytest.raises(InputError):
            own_areas.rename(store, "area:D1", "Mine", TEAM)
        with pytest.raises(InputError):
            own_areas.remove(store, "area:D1", TEAM, TODAY)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Quay pilot", "quay-pilot"),
        ("Cwmbrân / nos Wener!", "cwmbran-nos-wener"),
        ("夜", "own"),
        ("E08000009", "own-e08000009"),
    ],
)
def test_a_name_becomes_a_code_for_addresses_and_files(name, code):
    assert own_areas.code_of(name) == code
