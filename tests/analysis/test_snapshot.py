"""The columnar snapshot: written once per version, in one step, rebuilt when broken, safe for two at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections import defaultdict

import pytest
from made_up import AS_OF, Place, week

from graphmodel import snapshot
from graphmodel.columns import link_column
from graphmodel.landscape import Landscape
from graphmodel.records import NodeRecord
from graphmodel.settings import Settings


class MadeUpStore:
    """A store of records that counts how often it is read."""

    kind, name, first_made = "bundled", "landscape", "1"

    def __init__(self, folder, place, version="1.1-2-1") -> None:
        self.settings = Settings(data_dir=folder)
        self.reads = 0
        self._version = version
        self._rows = defaultdict(list)
        for record in place.records:
            if isinstance(record, NodeRecord):
                self._rows[record.label].append({**record.properties, "id": record.id})
            else:
                fields = {link_column(name): value for name, value in record.properties.items()}
                self._rows[record.type].append({**fields, "id": record.id, "start": record.start, "end": record.end})

    def version(self):
        return self._version

    def born(self):
        return self.first_made

    def nodes(self, label, ids=None):
        self.reads += 1
        return iter(self._rows[label])

    links = nodes


def town() -> Place:
    place = Place()
    place.node("area:north", (0, 0), population_by_age=[1.0, 2.0])
    place.node("context:park", (0, 0), "area:north", harms=["online_harm"], concern_review=AS_OF)
    place.node("guardian:cafe", (30, 40), "area:north", hours="Mo 09:00-10:00", hours_week=week((0, 9, 10)), staff=3)
    place.node("org:funder", income=12.5)
    place.link("FUNDS", "org:funder", "guardian:cafe", start=AS_OF, amount_gbp=10.0, onward=False)
    return place


def folder_of(store):
    return snapshot.snapshot_folder(store, store.version())


def test_what_is_read_back_equals_what_was_in_the_store(tmp_path):
    place = town()
    loaded = Landscape.load(MadeUpStore(tmp_path, place), as_of=AS_OF)
    direct = place.landscape()
    for label in ("Area", "Context", "Guardian", "Organisation"):
        assert loaded.nodes(label).equals(direct.nodes(label))
    for type in ("WITHIN", "FUNDS"):
        assert loaded.links(type).equals(direct.links(type))
    assert loaded.crs == direct.crs


def test_a_database_emptied_and_filled_anew_is_another_one(tmp_path):
    before, after = MadeUpStore(tmp_path, town()), MadeUpStore(tmp_path, town())
    Landscape.load(before, as_of=AS_OF)

    after.first_made = "2"
    Landscape.load(after, as_of=AS_OF)

    assert after.version() == before.version() and after.reads > 0


def test_a_second_landscape_does_not_read_the_store(tmp_path):
    store = MadeUpStore(tmp_path, town())
    Landscape.load(store, as_of=AS_OF)
    reads = store.reads
    Landscape.load(store, as_of=AS_OF)
    assert store.reads == reads


def test_another_version_is_written_anew_and_old_ones_are_pruned(tmp_path):
    for n in range(6):
        store = MadeUpStore(tmp_path, town(), version=f"1.{n}-2-1")
        Landscape.load(store, as_of=AS_OF)
        assert store.reads > 0
    kept = [p.name for p in folder_of(store).parent.iterdir()]
    assert len(kept) == snapshot.KEPT
    assert folder_of(store).name in kept


def test_another_crs_is_another_snapshot(tmp_path):
    store = MadeUpStore(tmp_path, town())
    Landscape.load(store, as_of=AS_OF)
    store.settings = Settings(data_dir=tmp_path, crs="EPSG:32630")
    assert Landscape.load(store, as_of=AS_OF).crs.to_epsg() == 32630


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "nodes-Context.arrow").unlink(),
        lambda folder: os.truncate(folder / "nodes-Context.arrow", 40),
        lambda folder: (folder / "nodes-Context.arrow").write_bytes(
            b"x" * (folder / "nodes-Context.arrow").stat().st_size
        ),
        lambda folder: (folder / snapshot.MANIFEST).write_text("{"),
        lambda folder: (folder / snapshot.MANIFEST).write_text(json.dumps({"crs": "EPSG:27700", "files": {}})),
        lambda folder: (folder / snapshot.MANIFEST).unlink(),
    ],
)
def test_a_broken_snapshot_is_rebuilt(tmp_path, harm):
    store = MadeUpStore(tmp_path, town())
    Landscape.load(store, as_of=AS_OF)
    harm(folder_of(store))
    assert Landscape.load(store, as_of=AS_OF).nodes("Context").index.tolist() == ["context:park"]


def test_what_a_killed_writer_left_is_not_read_and_goes_after_an_hour(tmp_path):
    store = MadeUpStore(tmp_path, town())
    parent = folder_of(store).parent
    fresh, old = parent / ".1.1.99-abc", parent / ".1.1.98-abc"
    for left in (fresh, old):
        left.mkdir(parents=True)
        (left / "nodes-Context.arrow").write_bytes(b"half")
    os.utime(old, (time.time() - 4000, time.time() - 4000))
    assert len(Landscape.load(store, as_of=AS_OF).nodes("Context")) == 1
    assert fresh.exists()
    assert not old.exists()


def test_a_store_that_moves_on_while_it_is_read_is_read_again(tmp_path):
    store = MadeUpStore(tmp_path, town())
    versions = iter(["1.1-a", "1.2-a", "1.2-a"])
    store.version = lambda: next(versions)
    snapshot.open_snapshot(store)
    (folder,) = (p for p in (tmp_path / "snapshots" / "bundled-landscape").iterdir())
    assert folder.name.startswith("1.2-a")


def test_where_it_cannot_be_written_the_landscape_is_there_all_the_same(tmp_path, monkeypatch, caplog):
    def full(path, table):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "_write", full)
    store = MadeUpStore(tmp_path, town())
    assert len(Landscape.load(store, as_of=AS_OF).nodes("Guardian")) == 1
    assert "No space left" in caplog.text
    assert not list((tmp_path / "snapshots" / "bundled-landscape").iterdir())


def _load(folder, start, results):
    start.wait()
    store = MadeUpStore(folder, town())
    results.put(len(Landscape.load(store, as_of=AS_OF).nodes("Guardian")))


def test_two_processes_may_write_at_once(tmp_path):
    context = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")
    start, results = context.Event(), context.Queue()
    writers = [context.Process(target=_load, args=(tmp_path, start, results)) for _ in range(3)]
    for writer in writers:
        writer.start()
    start.set()
    assert [results.get(timeout=60) for _ in writers] == [1, 1, 1]
    for writer in writers:
        writer.join(timeout=60)
    left = [p.name for p in (tmp_path / "snapshots" / "bundled-landscape").iterdir()]
    assert len(left) == 1
