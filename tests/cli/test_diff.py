"""landscape diff: two packages, a package against itself zipped, and what cannot be compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cli
from graphmodel.export import export_package
from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point


def town(stage: str, *, with_service: bool = False) -> Landscape:
    square = '{"type":"Polygon","coordinates":[[[-2.4,53.3],[-2.2,53.3],[-2.2,53.5],[-2.4,53.5],[-2.4,53.3]]]}'
    facts = {"source": "made/up.csv", "licence": "CC0-1.0", "sensitivity": "open"}
    cafe = {"name": "Kelp cafe", "kind": "cafe", "sector": "commercial", "location": Point(-2.3, 53.4), "stage": stage}
    records: list[NodeRecord | LinkRecord] = [
        NodeRecord("Area", "area:X1", {"name": "North", "code": "X1", "level": "ward", "boundary": square, **facts}),
        NodeRecord("Guardian", "guardian:cafe", {**cafe, **facts}),
        NodeRecord("Source", "source:made/up.csv", {"name": "made/up.csv", **facts}),
    ]
    if with_service:
        records.append(NodeRecord("Service", "service:s", {"name": "Night youth", "kind": "youth_work", **facts}))
    records.append(LinkRecord("WITHIN", "link:1", "guardian:cafe", "area:X1", {"share": 1.0}))
    return Landscape.from_records(records)


@pytest.fixture
def packages(tmp_path) -> tuple[Path, Path]:
    before = export_package(town("approached"), tmp_path / "before")
    after = export_package(town("agreed"), tmp_path / "after.zip")
    return before, after


def diff(capsys, tmp_path, *arguments: object) -> dict:
    code = cli.main(["diff", *map(str, arguments), "--format", "json", "--data-dir", str(tmp_path / "data")])
    said = capsys.readouterr()
    assert code == 0, said.err
    return json.loads(said.out)


def test_two_packages_differ_by_what_was_changed(capsys, tmp_path, packages):
    rows = diff(capsys, tmp_path, *packages)["rows"]
    said = [(r["change"], r["id"], r["field"], r["before"], r["after"]) for r in rows if r["about"] == "node"]
    assert said == [("changed", "guardian:cafe", "stage", "approached", "agreed")]


def test_a_package_does_not_differ_from_itself(capsys, tmp_path, packages):
    content = diff(capsys, tmp_path, packages[1], packages[1])
    assert content["rows"] == []
    assert "What is confidential is not in the package after.zip." in content["caveats"]


def test_no_store_is_started_to_compare_two_files(capsys, tmp_path, packages):
    diff(capsys, tmp_path, *packages)
    assert not (tmp_path / "data" / "store").exists()


def test_of_an_area_and_as_a_table(capsys, tmp_path, packages):
    code = cli.main(["diff", *map(str, packages), "--area", "X1", "--data-dir", str(tmp_path / "data")])
    said = capsys.readouterr().out
    assert code == 0
    assert "Kelp cafe" in said and "approached" in said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("nowhere", "There is no file or folder nowhere; give a package, a backup, a date, or store."),
        ("picture.zip", "picture.zip holds no landscape; give a package that landscape export wrote, or a backup."),
        ("torn.zip", "torn.zip is not a backup of this program, or not whole."),
        ("before", "No area 'X9' is loaded. Did you mean X1?"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(capsys, tmp_path, monkeypatch, packages, before, said):
    import zipfile

    monkeypatch.chdir(tmp_path)
    for name, member in (("picture.zip", "picture.png"), ("torn.zip", "manifest.json")):
        with zipfile.ZipFile(name, "w") as archive:
            archive.writestr(member, "{")

    code = cli.main(["diff", before, "after.zip", "--area", "X9", "--data-dir", str(tmp_path / "data")])

    assert code == 2
    assert capsys.readouterr().err == f"landscape: {said}\n"


@pytest.mark.store
def test_a_store_against_its_backup_and_an_earlier_day(capsys, tmp_path, packages):
    from graphmodel import embedded
    from graphmodel.settings import Settings

    data = ["--data-dir", str(tmp_path / "data")]
    try:
        assert cli.main(["ingest", str(packages[0]), *data]) == 0
        assert cli.main(["store", "backup", str(tmp_path / "before.zip"), *data]) == 0
        assert cli.main(["ingest", str(packages[1]), *data]) in (0, 1)
        capsys.readouterr()
        changed = diff(capsys, tmp_path, tmp_path / "before.zip", "store")["rows"]
        assert [(r["field"], r["before"], r["after"]) for r in changed if r["about"] == "node"] == [
            ("stage", "approached", "agreed")
        ]
        earlier = diff(capsys, tmp_path, "2026-01-01", "store")
        assert [r for r in earlier["rows"] if r["about"] != "gap"] == []
        assert any("history of edits" in caveat for caveat in earlier["caveats"])
    finally:
        embedded.stop(Settings(data_dir=tmp_path / "data"))
