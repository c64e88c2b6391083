"""A landscape leaves as a package or as GraphML, and a package reads back to what it was."""

import json
import zipfile
from dataclasses import replace
from datetime import date

import networkx as nx
import pytest

from graphmodel import embedded
from graphmodel.errors import InputError
from graphmodel.export import export_graphml, export_package
from graphmodel.export_formats import export_workbook
from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point
from graphmodel.schema import BOOKKEEPING, LINK_TYPES, NODE_TYPES
from graphmodel.settings import Settings
from graphmodel.store import open_store
from ingest.pipeline import ingest

SQUARE = [[0.0, 51.0], [0.1, 51.0], [0.1, 51.1], [0.0, 51.1], [0.0, 51.0]]
BOUNDARY = json.dumps({"type": "Polygon", "coordinates": [SQUARE]})

TABLES = {
    "areas.csv": [
        ["id", "name", "code", "level", "boundary", "population_by_age"],
        ["T1", "Town", "T1", "local_authority", BOUNDARY, ""],
        ["W1", "North", "W1", "ward", BOUNDARY, "10;12;8.5"],
    ],
    "contexts.csv": [
        ["id", "name", "kind", "longitude", "latitude", "area", "harms", "concern", "strengths", "active_hours"],
        ["park", "Mill Park", "park", "0.05", "51.05", "", "online_harm;serious_violence", "of_concern", "lit", ""],
        ["group", "", "peer_group", "", "", "W1", "", "", "", ""],
        ["formula", "=HYPERLINK(1)", "park", "0.06", "51.05", "", "", "", "", "Mo-Fr 15:00-18:00"],
    ],
    "guardians.csv": [
        ["id", "name", "sector", "kind", "longitude", "latitude", "hours", "stage", "display_consent", "stage_since"],
        ["cafe", "Café Ünal, \"the\" corner", "commercial", "cafe", "0.05", "51.051", "Mo-Su 09:00-26:00", "active",
         "true", "2026-01-31"],
        ["pub", "The Anchor", "commercial", "pub", "0.05", "51.052", "", "declined", "true", ""],
    ],
    "services.csv": [
        ["id", "name", "kind", "level", "capacity", "cost_per_year", "sensitivity"],
        ["club", "Night Club", "youth_work", "L2", "40", "12500.5", ""],
        ["refuge", "Refuge", "youth_work", "L1", "", "", "confidential"],
    ],
    "organisations.csv": [["id", "name", "sector"], ["council", "Town Council", "statutory"]],
    "needs.csv": [["id", "name", "people"], ["n1", "Young parents", "7"]],
    "links.csv": [
        ["type", "from", "to", "amount_gbp", "start", "end", "basis", "hours"],
        ["FUNDS", "org:council", "service:club", "1000", "2026-01-01", "2026-12-31", "", ""],
        ["TARGETS", "service:club", "context:park", "", "", "", "", ""],
        ["TARGETS", "service:refuge", "context:park", "", "", "", "", ""],
        ["GUARDIAN_OF", "guardian:cafe", "context:group", "", "", "", "declared", "Fr 18:00-22:00"],
        ["GUARDIAN_OF", "guardian:pub", "context:park", "", "", "", "declared", ""],
        ["ESTIMATED_FOR", "need:n1", "area:W1", "", "", "", "", ""],
    ],
}  # fmt: skip


def write(folder, tables=TABLES, licence="CC0-1.0"):
    import csv

    folder.mkdir()
    for name, rows in tables.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    licences = [{"name": licence}] if licence else []
    about = {"title": "A town", "licenses": licences, "attribution": "Made-up town"}
    (folder / "datapackage.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def contents(store):
    """Every node and link but those of the files themselves, without the program's book-keeping."""
    left_out = {each.name for each in BOOKKEEPING}
    rows = [row for label in NODE_TYPES if label != "Source" for row in store.nodes(label)]
    rows += [row for type in LINK_TYPES for row in store.links(type)]
    return {row["id"]: {k: v for k, v in row.items() if k not in left_out} for row in rows}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    held = Settings(data_dir=tmp_path_factory.mktemp("export-data"))
    yield held
    embedded.stop(held)


@pytest.fixture(scope="module")
def town(settings, tmp_path_factory):
    """The town in the store."""
    with open_store(settings, write=True) as store:
        report = ingest([write(tmp_path_factory.mktemp("made") / "town")], store, settings)
        assert [issue for issue in report.as_dict()["issues"] if issue["severity"] == "error"] == []
        yield store


@pytest.mark.store
def test_a_package_reads_back_to_equal_nodes_and_links(town, settings, tmp_path):
    before = contents(town)
    export_package(town, tmp_path / "package")
    # The other database of the same server stands in for another machine.
    with open_store(replace(settings, demo=True), write=True) as other:
        ingest([tmp_path / "package"], other, settings)
        after = contents(other)
    confidential = {id for id, row in before.items() if "service:refuge" in (id, row.get("start"), row.get("end"))}
    assert confidential
    assert after == {id: row for id, row in before.items() if id not in confidential}
    assert after["context:formula"]["name"] == "=HYPERLINK(1)"


@pytest.mark.store
def test_a_workbook_reads_back_to_equal_nodes_and_links_and_a_second_time_to_no_change(town, settings, tmp_path):
    before = contents(town)
    path = export_workbook(town, tmp_path / "town.xlsx")
    with open_store(replace(settings, demo=True), write=True) as other:
        ingest([path], other, settings)
        after = contents(other)
        again = ingest([path], other, settings)
    confidential = {id for id, row in before.items() if "service:refuge" in (id, row.get("start"), row.get("end"))}
    assert after == {id: row for id, row in before.items() if id not in confidential}
    assert (again.created, again.updated, again.ended) == (0, 0, 0)
    assert again.unchanged == len(after) + len(again.files) + 7  # the sheets, and the seven files they came from


@pytest.mark.store
def test_a_package_neutralises_formulas_and_carries_the_attribution(town, tmp_path):
    path = export_package(town, tmp_path / "package.zip")
    with zipfile.ZipFile(path) as archive:
        assert "'=HYPERLINK(1)" in archive.read("contexts.csv").decode()
        assert archive.read("ATTRIBUTION.txt").decode() == "Made-up town, CC0-1.0\n"
        about = json.loads(archive.read("datapackage.json"))
    assert about["attribution"] == "Made-up town, CC0-1.0"
    assert {"name": "id", "type": "string", "description": "key, with its prefix"} in about["resources"][0]["schema"][
        "fields"
    ]
    assert about["landscape_profile"] == "internal"


@pytest.mark.store
def test_what_is_published_holds_no_concern_no_harm_and_no_unnamed_venue(town, tmp_path):
    export_package(town, tmp_path / "public", publishable=True)
    export_graphml(town, tmp_path / "public.graphml", publishable=True)
    text = "".join(file.read_text("utf-8") for file in (tmp_path / "public").glob("*.csv"))
    text += (tmp_path / "public.graphml").read_text("utf-8")
    assert [
        word for word in ("of_concern", "online_harm", "Anchor", "Refuge", "peer", "Young parents") if word in text
    ] == []
    assert "Ünal" in text
    counts = (tmp_path / "public" / "engagement_counts.csv").read_text("utf-8").splitlines()
    assert "area:W1,commercial,declined,1" in counts


@pytest.mark.store
def test_graphml_is_read_by_networkx_with_lists_and_dates_as_text(town, tmp_path):
    graph = nx.read_graphml(export_graphml(town, tmp_path / "town.graphml"), force_multigraph=True)
    assert graph.nodes["context:park"]["harms"] == "online_harm; serious_violence"
    assert graph.nodes["context:park"]["longitude"] == 0.05
    assert graph.nodes["guardian:cafe"]["stage_since"] == "2026-01-31"
    (funds,) = graph.get_edge_data("org:council", "service:club").values()
    assert (funds["type"], funds["amount_gbp"], funds["end_date"]) == ("FUNDS", 1000.0, "2026-12-31")
    assert graph.graph["attribution"] == "Made-up town, CC0-1.0"


@pytest.mark.store
def test_a_landscape_leaves_with_what_is_inside_its_area(town, tmp_path):
    landscape = Landscape.load(town, area="W1", as_of=date(2026, 6, 1))
    graph = nx.read_graphml(export_graphml(landscape, tmp_path / "ward.graphml"))
    assert {"context:park", "guardian:cafe", "area:W1"} <= set(graph)
    export_package(landscape, tmp_path / "ward")
    assert "Polygon" in (tmp_path / "ward" / "areas.csv").read_text("utf-8")


def records(licence="CC0-1.0"):
    common = (
        {"source": "town/x.csv", "sensitivity": "open", "licence": licence} if licence else {"source": "town/x.csv"}
    )
    yield NodeRecord("Area", "area:W1", {"name": "North", "code": "W1", "level": "ward", **common})
    yield NodeRecord(
        "Context", "context:1", {"name": "Park\x0b", "kind": "park", "location": Point(0.0, 51.0), **common}
    )
    yield LinkRecord("WITHIN", "link:1", "context:1", "area:W1", dict(common))
    yield NodeRecord("Source", "source:x", {"name": "town/x.csv", **({"licence": licence} if licence else {})})


def test_what_xml_cannot_hold_is_left_out(tmp_path):
    graph = nx.read_graphml(export_graphml(Landscape.from_records(records()), tmp_path / "town.graphml"))
    assert graph.nodes["context:1"]["name"] == "Park"


def test_a_source_of_unknown_licence_is_not_published(tmp_path):
    landscape = Landscape.from_records(records(licence=None))
    for export in (export_package, export_graphml):
        with pytest.raises(InputError, match=r"unknown licence: town/x\.csv"):
            export(landscape, tmp_path / "public", publishable=True)
    assert not (tmp_path / "public").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else"):
        export_package(Landscape.from_records(records()), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_an_earlier_package_is_replaced_whole(tmp_path):
    folder = tmp_path / "package"
    export_package(Landscape.from_records(records()), folder)
    (folder / "guardians.csv").write_text("id,name\n")
    (folder / "notes.txt").write_text("mine")
    export_package(Landscape.from_records(records()), folder)
    assert not (folder / "guardians.csv").exists()
    assert (folder / "notes.txt").exists()


def test_a_path_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        export_graphml(Landscape.from_records(records()), tmp_path / "file" / "town.graphml")
