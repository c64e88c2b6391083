"""States of a store that are kept by name, listed, compared and deleted."""

from __future__ import annotations

import pytest

from graphmodel import kept
from graphmodel.errors import InputError
from graphmodel.records import NodeRecord
from graphmodel.store import GraphStore

FILE = "town/venues.csv"


@pytest.fixture
def loaded(store: GraphStore) -> GraphStore:
    place = {"name": "Kiosk", "sector": "commercial", "kind": "shop", "source": FILE}
    store.load([NodeRecord("Guardian", "guardian:1", place)], sources=[FILE])
    return store


def test_a_snapshot_has_its_name_and_what_it_holds(loaded: GraphStore) -> None:
    told: list[tuple[str, int, int]] = []
    one = kept.keep(loaded, "  Before the\nreview ../<b> ", progress=lambda *step: told.append(step))
    assert (one.name, one.nodes, one.links, one.edits) == ("Before the review ../<b>", 1, 0, 0)
    assert one.path.parent == kept.folder_of(loaded.settings)
    assert one.path.stat().st_size == one.bytes
    assert told[-1][0] == "writing" and told[-1][1] == told[-1][2]
    kept.remove(loaded.settings, one.path)


def test_the_newest_is_first_and_a_file_of_somebody_else_is_left_out(loaded: GraphStore) -> None:
    first = kept.keep(loaded, "one")
    loaded.edit("guardian:1", {"staff": 4}, "Youth team")
    second = kept.keep(loaded, "two")
    (first.path.parent / "z-notes.zip").write_text("not a zip")
    found = kept.kept(loaded.settings)
    assert [(each.name, each.edits) for each in found] == [("two", 1), ("one", 0)]
    for each in (first, second):
        kept.remove(loaded.settings, each.path)
    assert kept.kept(loaded.settings) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_that_says_nothing_is_refused(loaded: GraphStore, name: str) -> None:
    with pytest.raises(InputError, match="1 to 80"):
        kept.keep(loaded, name)


def test_only_what_was_kept_can_be_deleted(loaded: GraphStore, tmp_path) -> None:
    other = tmp_path / "other.zip"
    other.write_text("mine")
    with pytest.raises(InputError, match="not among"):
        kept.remove(loaded.settings, other)
    assert other.exists()
