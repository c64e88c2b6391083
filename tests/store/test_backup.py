"""A backup brings everything back, to either server, or is refused."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from loader import SOURCES, after, before, contents, empty

from graphmodel import backup, durable
from graphmodel.errors import InputError
from graphmodel.records import LinkRecord, NodeRecord, Point
from graphmodel.schema import LINK_TYPES, NODE_TYPES
from graphmodel.settings import Settings
from graphmodel.snapshot import open_snapshot
from graphmodel.store import GraphStore, open_store

RICH = [
    NodeRecord(
        "Area", "area:R",
        {
            "name": "Łąka", "level": "ward", "population": 12, "deprivation_score": 3.0,
            "population_by_age": [1.0, 2.0], "inner_point": Point(-2.25, 53.5), "boundary": "{}",
            "retrieved": date(2026, 10, 1), "source": "rich",
        },
    ),
    NodeRecord(
        "Source", "source:rich",
        {"name": "rich", "loaded_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "source": "rich"},
    ),
    LinkRecord("WITHIN", "link:r", "area:R", "area:R", {"share": 1.0, "source": "rich"}),
]  # fmt: skip


@pytest.fixture
def full(store: GraphStore) -> GraphStore:
    store.load([*after(), *RICH], sources=[*SOURCES, "rich"])
    store.edit("guardian:20", {"name": "Corner"}, "Youth team")
    store.edit("link:t30", {"strength": 1.0}, "Youth team")
    store.undo("Youth team")
    return store


def test_a_backup_restored_elsewhere_is_equal_in_every_property_and_type(full: GraphStore, tmp_path: Path) -> None:
    held = contents(full)
    manifest = full.backup(tmp_path / "b.zip")
    assert {name: member["rows"] for name, member in manifest["members"].items() if member["rows"]} == {
        "Area": 4, "Guardian": 80, "Source": 1, "TRAINS": 80, "WITHIN": 81, "Edit": 3, "Waiting": 1,
    }  # fmt: skip
    for label in ("Area", "Guardian", "Source", "Edit", "Waiting"):
        full.change(f"MATCH (n:{label}) DETACH DELETE n")
    full.restore(tmp_path / "b.zip")
    assert contents(full) == held
    assert [entry.after for entry in full.history("guardian:20")] == ["Corner"]


def test_a_backup_has_the_same_columns_as_the_store_without_one(full: GraphStore, tmp_path: Path) -> None:
    manifest = full.backup(tmp_path / "b.zip")
    tables, written = backup.columns(tmp_path / "b.zip", full.settings)
    held = open_snapshot(full)
    assert written.isoformat() == manifest["written"]
    assert all(tables.nodes(label).equals(held.nodes(label)) for label in NODE_TYPES)
    assert all(tables.links(type).equals(held.links(type)) for type in LINK_TYPES)


def test_a_restore_replaces_what_is_there_and_keeps_a_backup_of_it(full: GraphStore, tmp_path: Path) -> None:
    held = contents(full)
    full.backup(tmp_path / "b.zip")
    full.load(before(), sources=SOURCES, allow_removals=True)
    full.edit("guardian:1", {"name": "New"}, "Youth team")
    changed = contents(full)
    full.restore(tmp_path / "b.zip")
    assert contents(full) == held
    kept = sorted((full.settings.data_dir / "backups").glob("*-before-restore-*.zip"))[-1]
    full.restore(kept)
    assert contents(full) == changed


def test_a_restore_of_what_is_there_changes_nothing(full: GraphStore, tmp_path: Path) -> None:
    full.backup(tmp_path / "b.zip")
    version = full.version()
    full.restore(tmp_path / "b.zip")
    assert full.version() == version


def test_a_backup_of_one_server_restores_on_the_other(
    neo4j_only: Settings, bundled_settings: Settings, tmp_path: Path
) -> None:
    empty(bundled_settings)
    with open_store(neo4j_only) as there, open_store(bundled_settings) as here:
        there.load([*after(), *RICH], sources=[*SOURCES, "rich"])
        there.edit("guardian:20", {"name": "Corner"}, "Youth team")
        there.backup(tmp_path / "b.zip")
        here.restore(tmp_path / "b.zip")
        held = contents(there)
        assert contents(here) == held
        here.backup(tmp_path / "c.zip")
        empty(neo4j_only)
        there.restore(tmp_path / "c.zip")
        assert contents(there) == held


def test_a_restore_that_is_cut_short_is_finished(full: GraphStore, store_settings: Settings, tmp_path: Path) -> None:
    held = contents(full)
    full.backup(tmp_path / "b.zip")
    full.load(before(), sources=SOURCES, allow_removals=True)

    def fail(step: str) -> None:
        if step == "merging":
            raise KeyboardInterrupt

    durable.on_step = fail
    with pytest.raises(KeyboardInterrupt):
        full.restore(tmp_path / "b.zip")
    durable.on_step = durable.nobody_listens
    with open_store(store_settings) as again:
        assert contents(again) == held


def test_a_backup_leaves_no_half_file_where_it_cannot_write(full: GraphStore, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        full.backup(tmp_path / "none" / "b.zip")
    (tmp_path / "folder.zip").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        full.backup(tmp_path / "folder.zip")
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".part"] == []


def rewritten(path: Path, to: Path, change: object) -> Path:
    """Copy a backup; ``change`` takes name and content of each member and returns the content, or None to leave out."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))  # type: ignore[operator]
            if content is not None:
                new.writestr(name, content)
    return to


def _manifest(**values: object) -> object:
    def change(name: str, content: bytes) -> bytes:
        return json.dumps({**json.loads(content), **values}).encode() if name == "manifest.json" else content

    return change


def test_a_file_that_is_not_a_whole_backup_is_refused_and_the_store_is_as_it_was(
    full: GraphStore, tmp_path: Path
) -> None:
    good = tmp_path / "b.zip"
    full.backup(good)
    held, version = contents(full), full.version()
    text = tmp_path / "text.zip"
    text.write_text("no zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(good.read_bytes()[:-300])
    bad = [
        tmp_path / "absent.zip", text, cut,
        rewritten(good, tmp_path / "1.zip", lambda name, data: None if name == "manifest.json" else data),
        rewritten(good, tmp_path / "2.zip", lambda name, data: None if name == "nodes/Guardian.jsonl" else data),
        rewritten(good, tmp_path / "3.zip", lambda name, data: data.replace(b"second 20", b"another 2")),
        rewritten(good, tmp_path / "4.zip", _manifest(format=2)),
        rewritten(good, tmp_path / "5.zip", _manifest(schema=999)),
        rewritten(good, tmp_path / "6.zip", _manifest(members={"Area": {"file": "../x", "rows": 0, "sha256": ""}})),
    ]  # fmt: skip
    for path in bad:
        with pytest.raises(InputError):
            full.restore(path)
    assert contents(full) == held
    assert full.version() == version


def test_a_backup_of_the_demo_is_not_restored_as_real_data(full: GraphStore, tmp_path: Path) -> None:
    full.backup(tmp_path / "b.zip")
    demo = rewritten(tmp_path / "b.zip", tmp_path / "demo.zip", _manifest(kind="demo"))
    with pytest.raises(InputError, match="demo"):
        full.restore(demo)
    assert replace(full.settings, demo=True).store_name == "demo"
