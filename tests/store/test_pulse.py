"""Is a change noticed by one cheap question? The pages ask it at every click."""

from __future__ import annotations

from pathlib import Path

from graphmodel.records import NodeRecord
from graphmodel.store import GraphStore

FILE = "folder/places.csv"


def kiosk(name: str) -> NodeRecord:
    return NodeRecord("Guardian", "guardian:1", {"name": name, "sector": "commercial", "source": FILE})


def test_the_pulse_moves_with_each_load_edit_and_restore_and_at_no_other_time(
    store: GraphStore, tmp_path: Path
) -> None:
    seen = [store.pulse()]
    store.load([kiosk("Kiosk")], sources=[FILE])
    seen.append(store.pulse())
    store.edit("guardian:1", {"stage": "engaged"}, "Licensing team")
    seen.append(store.pulse())
    store.backup(tmp_path / "b.zip")
    store.undo("Licensing team")
    seen.append(store.pulse())
    store.restore(tmp_path / "b.zip")
    seen.append(store.pulse())
    assert len(set(seen)) == 5 and None not in seen
    store.load([kiosk("Kiosk")], sources=[FILE])
    assert list(store.nodes("Guardian")) and store.version()
    assert store.pulse() == seen[-1]  # reading, and loading the same again, change nothing
