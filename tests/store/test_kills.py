"""A loader or the server killed at any moment: the store is as before the load, or as after it, and never between."""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
from typing import Any

import psutil
import pytest
from loader import SOURCES, after, before, contents, load_after

from graphmodel import durable, embedded
from graphmodel.errors import StoreUnavailable
from graphmodel.settings import Settings
from graphmodel.store import GraphStore, open_store

pytestmark = [pytest.mark.store, pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")]

# The steps before the load is ready, and those after: from there on it will be finished by whoever comes.
UNSEEN = [
    ("locked", 1),
    ("planned", 1),
    ("recording", 1),
    ("recorded a chunk", 1),
    ("recorded a chunk", 4),
    ("recorded", 1),
]
SEEN = [("ready", 1), ("merging", 1), ("merging", 2), ("merging", 5), ("merged", 1), ("finished", 1), ("unlocked", 1)]


@pytest.fixture(scope="module")
def processes() -> Any:
    """A server that makes processes quickly, for it has the modules loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["graphmodel.store", "loader"])
    return context


@pytest.fixture
def loaded(store: GraphStore) -> GraphStore:
    store.load(before(), sources=SOURCES)
    return store


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """What a store holds before and after, by its kind: filled by the first test that needs it."""
    return {}


@pytest.fixture
def whole(loaded: GraphStore, expected: dict[str, Any]) -> tuple[Any, Any]:
    """Contents before the load, and after one that was not killed."""
    if loaded.kind not in expected:
        first = contents(loaded)
        loaded.load(after(), sources=SOURCES)
        expected[loaded.kind] = (first, contents(loaded))
        for label in ("Area", "Guardian", "Waiting"):
            loaded.change(f"MATCH (n:{label}) DETACH DELETE n")
        loaded.load(before(), sources=SOURCES)
    return expected[loaded.kind]  # type: ignore[no-any-return]


@pytest.mark.parametrize(("step", "nth"), UNSEEN)
def test_killed_before_it_was_ready_a_load_leaves_nothing(
    store_settings: Settings, loaded: GraphStore, whole: tuple[Any, Any], processes: Any, step: str, nth: int
) -> None:
    version = loaded.version()
    _killed_at(processes, store_settings, step, nth)
    with open_store(store_settings) as store:
        assert contents(store) == whole[0]
        assert store.version() == version
        store.load(after(), sources=SOURCES)
        assert contents(store) == whole[1]
        assert store.run("MATCH (c:LoadChunk) RETURN count(c) AS n") == [{"n": 0}]


@pytest.mark.parametrize(("step", "nth"), SEEN)
def test_killed_after_it_was_ready_a_load_is_finished_by_the_next(
    store_settings: Settings, loaded: GraphStore, whole: tuple[Any, Any], processes: Any, step: str, nth: int
) -> None:
    version = loaded.version()
    _killed_at(processes, store_settings, step, nth)
    with open_store(store_settings) as store:
        assert contents(store) == whole[1]
        assert store.version() != version
        again = store.load(after(), sources=SOURCES)
        assert (again.created, again.updated, again.ended) == (0, 0, 0)


def test_a_store_that_was_open_all_the_time_finishes_it_too(
    store_settings: Settings, loaded: GraphStore, whole: tuple[Any, Any], processes: Any
) -> None:
    _killed_at(processes, store_settings, "merging", 3)
    assert len(list(loaded.nodes("Guardian"))) == 90
    assert contents(loaded) == whole[1]


def test_killed_at_twenty_random_moments_it_is_one_or_the_other(
    store_settings: Settings, loaded: GraphStore, whole: tuple[Any, Any], processes: Any
) -> None:
    longest = _seconds_of_a_load(processes, store_settings)
    moments = random.Random(20261123)
    for _ in range(20):
        _reset(loaded)
        child = processes.Process(target=load_after, args=(store_settings,))
        child.start()
        time.sleep(moments.uniform(0, longest))
        child.kill()
        child.join()
        with open_store(store_settings) as store:
            assert contents(store) in whole
            store.load(after(), sources=SOURCES)
            assert contents(store) == whole[1]


@pytest.mark.parametrize("nth", [1, 4])
def test_a_server_killed_while_a_load_is_merged_comes_back_and_the_load_goes_on(
    bundled_loaded: GraphStore, bundled_settings: Settings, whole_bundled: Any, nth: int
) -> None:
    _kill_server_at(bundled_settings, "merging", nth)
    bundled_loaded.load(after(), sources=SOURCES)
    assert contents(bundled_loaded) == whole_bundled


def test_a_server_killed_before_the_load_was_ready_loses_nothing(
    bundled_loaded: GraphStore, bundled_settings: Settings, whole_bundled: Any
) -> None:
    first = contents(bundled_loaded)
    _kill_server_at(bundled_settings, "recorded a chunk", 2)
    with pytest.raises(StoreUnavailable):
        bundled_loaded.load(after(), sources=SOURCES)
    durable.on_step = durable.nobody_listens
    assert contents(bundled_loaded) == first
    bundled_loaded.load(after(), sources=SOURCES)
    assert contents(bundled_loaded) == whole_bundled


def test_a_server_killed_between_two_calls_is_started_again(
    bundled_loaded: GraphStore, bundled_settings: Settings
) -> None:
    version = bundled_loaded.version()
    _kill_server(bundled_settings)
    assert bundled_loaded.version() == version


@pytest.fixture
def bundled_loaded(bundled_settings: Settings) -> Any:
    with open_store(bundled_settings) as store:
        _reset(store)
        yield store


@pytest.fixture
def whole_bundled(bundled_loaded: GraphStore) -> Any:
    bundled_loaded.load(after(), sources=SOURCES)
    found = contents(bundled_loaded)
    _reset(bundled_loaded)
    return found


def _reset(store: GraphStore) -> None:
    for label in ("Area", "Guardian", "Waiting"):
        store.change(f"MATCH (n:{label}) DETACH DELETE n")
    store.load(before(), sources=SOURCES)


def _killed_at(processes: Any, settings: Settings, step: str, nth: int) -> None:
    child = processes.Process(target=load_after, args=(settings, step, nth))
    child.start()
    child.join(60)
    assert child.exitcode == -9, f"the loader never came to '{step}'"


def _seconds_of_a_load(processes: Any, settings: Settings) -> float:
    child = processes.Process(target=load_after, args=(settings,))
    begun = time.monotonic()
    child.start()
    child.join(60)
    assert child.exitcode == 0
    return time.monotonic() - begun


def _kill_server_at(settings: Settings, step: str, nth: int) -> None:
    seen = 0

    def watch(name: str) -> None:
        nonlocal seen
        seen += name == step
        if name == step and seen == nth:
            _kill_server(settings)

    durable.on_step = watch


def _kill_server(settings: Settings) -> None:
    running = embedded.status(settings)
    assert running is not None
    server = psutil.Process(running["pid"])
    server.kill()
    server.wait(10)
