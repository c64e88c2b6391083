"""Hostile text in every field of every node and link is stored as text, and leaves as text in every format."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pyarrow.parquet as pq
import pyogrio
import pytest
from defusedxml import ElementTree
from hostile import OURS, TEXTS, hostile_package, is_text, token

from graphmodel import embedded
from graphmodel.export import EXPORTS
from graphmodel.schema import LINK_TYPES, NODE_TYPES, link_fields, node_fields
from graphmodel.settings import Settings
from graphmodel.store import open_store
from ingest.pipeline import ingest
from views import tables

pytestmark = pytest.mark.store

# Codes of open lists keep letters alone.
ONLY_LETTERS = ("code", "codes")
SPELLED_ANEW = {"Postcode.name"}
FIELDS = {
    f"{owner}.{name}": field
    for owner, fields in [
        *((label, node_fields(label)) for label in NODE_TYPES),
        *((type, link_fields(type)) for type in LINK_TYPES if not LINK_TYPES[type].derived),
    ]
    for name, field in fields.items()
    if is_text(field) and name not in OURS
}
WORDS = {at: field for at, field in FIELDS.items() if field.kind not in ONLY_LETTERS and at not in SPELLED_ANEW}
FORMULA = re.compile(r"\s*[=+@\t\r-]")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The store and what the load reported."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("hostile-data"))
    folder = tmp_path_factory.mktemp("files") / "hostile <img src=x onerror=window.canary=1>"
    try:
        with open_store(settings, write=True) as store:
            yield store, ingest([hostile_package(folder)], store, settings)
    finally:
        embedded.stop(settings)


def test_every_row_is_loaded_and_what_cannot_be_kept_is_an_issue(loaded):
    store, report = loaded
    assert [issue for issue in report.issues if issue.severity == "error"] == []
    assert {label: sum(1 for _ in store.nodes(label)) >= len(TEXTS) for label in NODE_TYPES} == dict.fromkeys(
        NODE_TYPES, True
    )
    # Hostile dates, numbers and codes are said, not stored: fields of every kind but words.
    told = {issue.field for issue in report.issues if issue.code in ("value_bad", "code_unknown", "hours_unread")}
    others = {name for label in NODE_TYPES for name, field in node_fields(label).items() if not is_text(field)}
    assert {"valid_from", "capacity", "tier", "harms", "open_access"} <= told & others


def test_every_field_that_takes_words_holds_each_hostile_text(loaded):
    """A field that is new in the schema is asked for here without further ado."""
    store, _ = loaded
    held = {f"{label}.{name}": [row.get(name) for row in store.nodes(label)] for label, name in _split(NODE_TYPES)}
    held |= {f"{type}.{name}": [row.get(name) for row in store.links(type)] for type, name in _split(LINK_TYPES)}
    least = {at: len(TEXTS) // 2 if field.kind == "hours" else len(TEXTS) - 1 for at, field in WORDS.items()}
    found = {at: sum(token(*at.split(".")) in str(value) for value in held[at]) for at in WORDS}
    assert {at: n for at, n in found.items() if n < least[at]} == {}
    assert all(held[at] and any(held[at]) for at in FIELDS)


def _split(owners) -> Iterator[list[str]]:
    return (at.split(".") for at in FIELDS if at.split(".")[0] in owners)


@pytest.mark.parametrize("format", sorted(EXPORTS))
def test_it_leaves_as_text_in_every_format(format, loaded, tmp_path):
    path = EXPORTS[format](loaded[0], tmp_path / (f"t.{format}" if format not in ("package", "parquet") else "t"))
    cells = [str(cell) for cell in _cells(path)]
    text = "\n".join(cells)
    assert [at for at in WORDS if token(*at.split(".")) not in text] == []
    if format in ("package", "xlsx"):
        assert [cell for cell in cells if FORMULA.match(cell) and not NUMBER.fullmatch(cell)] == []
    assert TEXTS["script"] in text and TEXTS["cypher"].split("\\")[0] in text and "\u202eexe.canary" in text


def test_a_workbook_has_no_formula_no_link_and_no_markup(loaded, tmp_path):
    with zipfile.ZipFile(EXPORTS["xlsx"](loaded[0], tmp_path / "t.xlsx")) as archive:
        assert [name for name in archive.namelist() if "externalLink" in name or "vba" in name] == []
        for name in archive.namelist():
            tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(archive.read(name)).iter()}
            assert not tags & {"f", "hyperlink", "script", "img", "svg"}, name


def test_what_a_page_offers_as_csv_and_geojson_is_text_too(loaded, tmp_path):
    import pandas as pd

    rows = pd.DataFrame([{at: f"{text} {at}" for at in ("name", "=title")} for text in TEXTS.values()])
    (tmp_path / "t.csv").write_bytes(tables.csv_bytes(rows.assign(many=[[text] for text in TEXTS.values()])))
    cells = list(_cells(tmp_path / "t.csv"))
    assert len(cells) == 3 * (len(TEXTS) + 1)
    assert [cell for cell in cells if FORMULA.match(cell)] == []
    (tmp_path / "t.geojson").write_bytes(tables.geojson_bytes(rows.assign(longitude=0.1, latitude=50.1)))
    assert len(pyogrio.read_dataframe(tmp_path / "t.geojson")) == len(TEXTS)


def _cells(path: Path) -> Iterator[object]:
    """Yield every cell of an export as another program reads it."""
    if path.is_dir():
        for file in sorted(path.iterdir()):
            yield from _cells(file) if file.suffix in (".csv", ".parquet") else ()
    elif path.suffix == ".csv":
        csv.field_size_limit(10_000_000)
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (cell for row in csv.reader(file) for cell in row)
    elif path.suffix == ".parquet":
        yield from (cell for column in pq.read_table(path).columns for cell in column.to_pylist())
    elif path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            sheets = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
            yield from (element.text for sheet in sheets for element in ElementTree.fromstring(sheet).iter()
                        if element.tag.endswith("}t"))  # fmt: skip
    elif path.suffix == ".gpkg":
        for name, _ in pyogrio.list_layers(path):
            yield from pyogrio.read_dataframe(path, layer=name).to_numpy().ravel()
    else:
        graph = (nx.read_gexf if path.suffix == ".gexf" else nx.read_graphml)(path)
        yield from (value for _, fields in graph.nodes(data=True) for value in fields.values())
        yield from (value for *_, fields in graph.edges(data=True) for value in fields.values())
