"""From paths to a report: which files are read, what is wrong with them, and loading twice."""

import json
import zipfile
from pathlib import Path

import pytest
from town import codes, collection, feature, square

from graphmodel.errors import InputError
from ingest.pipeline import ingest
from ingest.recognise import adapters

PLACES = "id,name,kind\na,Example Park,park\n"


def issue_of(report, code):
    return next(each for each in report.issues if each.code == code)


def test_every_adapter_has_a_name_and_keeps_the_protocol():
    names = [module.NAME for module in adapters()]

    assert len(set(names)) == len(names)
    assert {"package", "boundaries", "lookups", "postcodes", "population", "deprivation"} <= set(names)
    assert names[-1] == "column_map"
    assert all(callable(module.sniff) and callable(module.read) for module in adapters())


def test_the_report_has_its_documented_shape(town, write, load):
    write("contexts.csv", PLACES)

    shape = json.loads(json.dumps(load().as_dict()))

    assert list(shape) == [
        "files", "created", "updated", "unchanged", "ended", "quarantined", "issues", "seconds"]  # fmt: skip
    (package,) = [each for each in shape["files"] if each["path"] == "contexts.csv"]
    assert package == {"path": "contexts.csv", "adapter": "package", "rows": 1, "nodes": 1, "links": 0, "issues": 2}
    assert list(shape["issues"][0]) == ["file", "line", "field", "code", "value", "message", "severity"]


def test_a_check_writes_nothing_and_reports_the_same(town, write, load, store):
    write("contexts.csv", PLACES)

    checked = load(check=True)

    assert store.node == {}
    assert store.loads == []
    assert checked.check
    loaded = load()
    assert [i.as_dict() for i in checked.issues] == [i.as_dict() for i in loaded.issues]
    assert [f.as_dict() for f in checked.files] == [f.as_dict() for f in loaded.files]


def test_a_check_needs_no_store(town, tmp_path):
    assert ingest([tmp_path / "town"], None, check=True).exit_code == 0


def test_loading_twice_says_the_same_records(town, write, load, store):
    write("contexts.csv", "id,name,kind,longitude,latitude\na,Example Park,park,10.05,50.05\n")
    write("links.csv", "type,from,to\nADJACENT_TO,context:a,context:gone\n")
    load()
    nodes, links = {k: dict(v) for k, v in store.node.items()}, dict(store.link)

    load()

    assert store.node == nodes
    assert store.link == links


def test_a_changed_file_is_a_new_loading_of_its_source(write, load, store):
    write("contexts.csv", PLACES)
    load()
    before = dict(store.node["source:town/contexts.csv"])

    write("contexts.csv", PLACES + "b,Other Park,park\n")
    load()

    after = store.node["source:town/contexts.csv"]
    assert (before["rows"], after["rows"]) == (1, 2)
    assert before["checksum"] != after["checksum"]
    assert after["loaded_at"] >= before["loaded_at"]


def test_a_source_is_named_for_folder_and_file_or_as_told(write, load, store, tmp_path):
    write("contexts.csv", PLACES)
    write("sub/contexts.csv", "id,name,kind\nb,B,park\n")

    load()
    assert sorted(store.loads[0]) == ["town/contexts.csv", "town/sub/contexts.csv"]

    load(tmp_path / "town" / "contexts.csv")
    assert store.loads[1] == ["town/contexts.csv"]

    load(tmp_path / "town" / "contexts.csv", source="my own")
    assert store.loads[2] == ["my own"]
    assert store.node["source:my-own"]["name"] == "my own"


def test_a_missing_path_an_empty_and_an_unknown_file_are_issues(write, load, store, tmp_path):
    write("contexts.csv", PLACES)
    write("empty.csv", "")
    write("shopping.csv", "item,price\nbread,2\n")
    write("picture.png", b"\x89PNG")

    report = load(tmp_path / "town", tmp_path / "nowhere")

    assert {i.file: i.code for i in report.issues if i.code.startswith("file_")} == {
        str(tmp_path / "nowhere"): "file_missing", "empty.csv": "file_empty", "shopping.csv": "file_unknown",
        "picture.png": "file_unknown"}  # fmt: skip
    assert report.exit_code == 1
    assert "context:a" in store.node


def test_notes_and_hidden_files_are_passed_over(write, load):
    write("contexts.csv", PLACES)
    for name in (".hidden.csv", "README.md", "readme.txt", "LICENCE", ".git/x.csv", "__MACOSX/contexts.csv"):
        write(name, "id,name,kind\nz,Z,park\n")

    report = load()

    assert [each.path for each in report.files] == ["contexts.csv"]
    assert not [i for i in report.issues if i.code.startswith("file_")]


def test_a_file_in_another_encoding_is_read_as_windows_1252(write, load, store):
    write("contexts.csv", "id,name,kind\na,Caf\u00e9 \u2013 Park,park\n".encode("cp1252"))

    report = load()

    assert store.node["context:a"]["name"] == "Café – Park"
    assert issue_of(report, "encoding").message == "Not UTF-8: read as Windows-1252."


def test_some_windows_bytes_in_a_utf8_file(write, load, store):
    write("contexts.csv", "id,name,kind\na,Café,park\n".encode() + b"b,Caf\xe9,park\n")

    load()

    assert [store.node[f"context:{id}"]["name"] for id in "ab"] == ["Café", "Café"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(write, load, store, encoding):
    write("contexts.csv", "id,name,kind\na,Café,park\n".encode(encoding))

    load()

    assert store.node["context:a"]["name"] == "Café"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_delimiters_are_understood(write, load, store, mark):
    write("contexts.csv", PLACES.replace(",", mark))

    load()

    assert store.node["context:a"]["name"] == "Example Park"


def test_ragged_rows_blank_lines_unnamed_columns_and_quotes(write, load, store):
    write(
        "contexts.csv",
        'id,name,kind,\n\na,"A ""quoted"" name, with a comma",park,x\n,,,\nb,B,park,,too,many\nc,C\nd,D,park\n',
    )

    report = load()

    assert store.node["context:a"]["name"] == 'A "quoted" name, with a comma'
    assert "context:d" in store.node
    found = {(i.code, i.line) for i in report.issues if i.line}
    assert found == {("column_unnamed", 1), ("row_ragged", 5), ("required_missing", 6)}


def test_a_million_columns_are_refused(write, load):
    write("contexts.csv", "id,name,kind" + ",x" * 1_000_000 + "\na,A,park\n")

    report = load()

    assert "file_too_large" in codes(report)
    assert report.exit_code == 2


def test_a_cell_beyond_any_measure_is_refused(write, load, store, monkeypatch):
    import csv

    before = csv.field_size_limit(100_000)
    try:
        write("contexts.csv", f"id,name,kind,strengths\na,A,park,{'x' * 200_000}\n")
        report = load()
    finally:
        csv.field_size_limit(before)

    assert "file_unreadable" in codes(report)
    assert "town/contexts.csv" not in (store.loads[0] if store.loads else [])


def test_bytes_that_are_not_text_are_refused(write, load):
    write("contexts.csv", bytes(range(256)) * 4 + b"\x00" * 4096)

    assert codes(load())[0] in ("file_unreadable", "file_unknown")


@pytest.mark.parametrize(
    "text",
    ['{"type": "FeatureCollection", "features": [{"type": "Feature"', '{"features": [1, 2]}', "[]", "{",
     '{"type":"FeatureCollection","features":' + "[" * 100_000, '{"a":' + "1" * 5000 + "}"],
)  # fmt: skip
def test_broken_geojson_is_one_issue(write, load, store, text):
    write("boundaries_wards.geojson", text)

    report = load()

    assert len(report.issues) == 1
    assert codes(report)[0] in ("file_unreadable", "file_unknown")
    assert store.node == {}


def test_geojson_that_breaks_half_way_loads_nothing_and_ends_nothing(write, load, store):
    good = json.dumps(collection(*(feature(square(i, 0), code=f"B{i}", name="B", level="ward") for i in range(3))))
    write("boundaries_wards.geojson", good[:-40])

    report = load()

    assert codes(report)[0] == "file_unreadable"
    assert store.loads == []


def test_a_zip_of_a_package_is_read(tmp_path, load, store):
    with zipfile.ZipFile(tmp_path / "borough.zip", "w") as packed:
        packed.writestr("contexts.csv", PLACES)

    report = load(tmp_path / "borough.zip")

    assert store.node["context:a"]["name"] == "Example Park"
    assert [each.path for each in report.files] == ["borough.zip/contexts.csv"]
    assert report.exit_code == 0


@pytest.mark.parametrize(
    "name", ["../contexts.csv", "/contexts.csv", "a/../../contexts.csv", "..\\contexts.csv", "C:/x.csv"]
)
def test_a_zip_whose_paths_lead_out_is_refused(tmp_path, load, store, name):
    with zipfile.ZipFile(tmp_path / "town.zip", "w") as packed:
        packed.writestr(name, PLACES)

    report = load(tmp_path / "town.zip")

    assert codes(report) == ["file_unreadable"]
    assert store.node == {}
    assert not (tmp_path / "contexts.csv").exists()


def test_a_zip_bomb_is_refused(tmp_path, load):
    with zipfile.ZipFile(tmp_path / "town.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("contexts.csv", PLACES + " " * 50_000_000)

    assert codes(load(tmp_path / "town.zip")) == ["file_too_large"]


def test_a_zip_that_is_none_is_refused(write, load):
    write("package.zip", "not a zip")

    assert codes(load()) == ["file_unreadable"]


def test_a_map_that_is_not_there_is_one_sentence(write, load):
    write("contexts.csv", PLACES)

    with pytest.raises(InputError, match="no column map"):
        load(column_map="nothing_of_that_name")


def test_very_many_issues_of_a_kind_are_counted(write, load):
    rows = "".join(f"p{i},P,park,old\n" for i in range(700))
    write("contexts.csv", f"id,name,kind,minimum_age\n{rows}")

    report = load()

    bad = [i for i in report.issues if i.code == "value_bad"]
    assert len(bad) == 501
    assert bad[-1].message == "200 more of this kind."
    assert next(f for f in report.files if f.path == "contexts.csv").issues >= 700


def test_progress_is_told(town, load):
    steps = []

    load(progress=lambda stage, done, total: steps.append((stage, done, total)))

    assert {stage for stage, _, _ in steps} >= {"recognise", "read", "areas"}
    assert all(done <= total for _, done, total in steps)


SHOPS_MAP = """\
title: Shops of a town
licence: CC-BY-4.0
file: ["corner_shops*.csv"]
records:
  shop:
    table: guardians
    id: "{item}"
    set: {sector: commercial, kind: shop}
    fields: {name: item}
"""


def test_a_map_of_ones_own_reads_what_nothing_else_knows(write, load, store, tmp_path):
    write("stalls.csv", "item\nApples\n")
    write("contexts.csv", PLACES)
    (tmp_path / "shops.yaml").write_text(SHOPS_MAP, encoding="utf-8")

    report = load(column_map=tmp_path / "shops.yaml")

    assert {f.path: f.adapter.rpartition("/")[2] for f in report.files} == {
        "stalls.csv": "shops.yaml", "contexts.csv": "package"}  # fmt: skip
    assert [node["name"] for id, node in store.node.items() if id.startswith("guardian:")] == ["Apples"]


def test_a_level_that_is_none_is_one_sentence(town, load):
    with pytest.raises(InputError, match="no area level 'parish'"):
        load(level="parish")


def test_a_file_that_breaks_half_way_is_set_aside_whole_and_the_others_are_loaded(write, load, store):
    write("contexts.csv", PLACES)
    good = json.dumps(collection(*(feature(square(i, 0), code=f"B{i}", name="B", level="ward") for i in range(3))))
    write("boundaries_wards.geojson", good[:-40])

    report = load()

    assert "context:a" in store.node
    assert not [id for id in store.node if id.startswith("area:")]
    assert [(f.nodes, f.adapter) for f in report.files if f.path == "boundaries_wards.geojson"] == [(0, None)]
    assert report.exit_code == 1


def test_a_folder_that_may_not_be_read_is_an_issue(write, load, store, monkeypatch):
    write("contexts.csv", PLACES)
    write("inner/contexts.csv", PLACES)
    listed = Path.iterdir

    def refusing(folder: Path):
        if folder.name == "inner":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", refusing)

    report = load()

    assert [(i.file, i.message) for i in report.issues if i.code == "file_unreadable"] == [
        ("inner", "The file cannot be read: Permission denied.")]  # fmt: skip
    assert "context:a" in store.node
