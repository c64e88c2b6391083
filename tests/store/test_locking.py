"""One loader at a time, on one machine or on several; nobody reads half of a load."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import psutil
import pytest
from loader import SOURCES, after, before, contents

from graphmodel import durable, locking
from graphmodel.errors import StoreLocked
from graphmodel.settings import Settings
from graphmodel.store import GraphStore, open_store


@pytest.fixture
def loaded(store: GraphStore) -> GraphStore:
    store.load(before(), sources=SOURCES)
    return store


@pytest.fixture
def other(store_settings: Settings, loaded: GraphStore) -> Iterator[GraphStore]:
    with open_store(store_settings) as opened:
        yield opened


class Paused:
    """A load that stands still at a step until it is let go."""

    def __init__(self, store: GraphStore, step: str) -> None:
        self.there, self._go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: store.load(after(), sources=SOURCES))
        self._loader: int | None = None

        def watch(name: str) -> None:
            if name == step and threading.get_ident() == self._thread.ident:
                self.there.set()
                self._go.wait(60)

        durable.on_step = watch

    def __enter__(self) -> Paused:
        self._thread.start()
        assert self.there.wait(60)
        return self

    def go_on(self) -> None:
        self._go.set()

    def __exit__(self, *_: object) -> None:
        self.go_on()
        self._thread.join(60)


def test_a_second_loader_waits_and_is_told_who_holds_the_store(loaded: GraphStore, other: GraphStore) -> None:
    with Paused(loaded, "planned"):
        begun = time.monotonic()
        with pytest.raises(StoreLocked, match=f"A load by process {os.getpid()} on") as caught:
            other.load(before(), sources=SOURCES, wait_seconds=0.5)
        assert time.monotonic() - begun >= 0.5
        assert caught.value.exit_code == 3
    assert other.counts()["Guardian"] == 90


def test_a_second_loader_goes_on_when_the_first_has_finished(loaded: GraphStore, other: GraphStore) -> None:
    with Paused(loaded, "planned") as first:
        threading.Timer(0.5, first.go_on).start()
        counts = other.load(after(), sources=SOURCES)
    assert (counts.created, counts.updated, counts.ended) == (0, 0, 0)


def test_readers_see_the_old_until_the_load_is_ready_and_then_wait_for_the_new(
    loaded: GraphStore, other: GraphStore
) -> None:
    with Paused(loaded, "recorded a chunk"):
        assert {each["name"] for each in other.nodes("Guardian", ["guardian:20"])} == {"first 20"}
    with Paused_again(loaded, other) as first:
        with pytest.raises(StoreLocked, match="A load by process"):
            other.steady(lambda: None, seconds=0.5)
        threading.Timer(0.5, first.go_on).start()
        assert len(list(other.nodes("Guardian"))) == 90


def Paused_again(loaded: GraphStore, other: GraphStore) -> Paused:
    durable.on_step = durable.nobody_listens
    other.load(before(), sources=SOURCES, allow_removals=True)
    return Paused(loaded, "merging")


def test_what_is_read_over_the_start_of_a_load_is_read_again(loaded: GraphStore, other: GraphStore) -> None:
    reads = 0

    def read() -> int:
        nonlocal reads
        reads += 1
        if reads == 1:
            loaded.load(after(), sources=SOURCES)
        return len(other.run("MATCH (n:Guardian) RETURN n.id"))

    assert (other.steady(read), reads) == (90, 2)


def _hold(store: GraphStore, *, host: str, pid: int, born: float, silent_seconds: float) -> None:
    store.change(
        "CREATE (l:Lock {id: 'lock', holder: 'x', host: $host, pid: $pid, born: $born, what: 'a load', "
        "since: timestamp(), beat: timestamp() - $silent})",
        host=host, pid=pid, born=born, silent=int(silent_seconds * 1000),
    )  # fmt: skip


def test_the_lock_of_a_dead_process_here_is_taken_at_once(loaded: GraphStore) -> None:
    # The number lives, but it was given to another process since.
    _hold(loaded, host=locking.socket.gethostname(), pid=os.getpid(), born=1.0, silent_seconds=0)
    assert loaded.load(before(), sources=SOURCES, wait_seconds=1).unchanged == 183
    assert locking.holder_of(loaded) is None


def test_the_lock_of_another_machine_is_taken_after_a_minute_of_silence(loaded: GraphStore) -> None:
    born = psutil.Process().create_time()
    _hold(loaded, host="elsewhere", pid=os.getpid(), born=born, silent_seconds=50)
    with pytest.raises(StoreLocked, match="on elsewhere"):
        loaded.load(before(), sources=SOURCES, wait_seconds=0)
    loaded.change("MATCH (l:Lock) DELETE l")
    _hold(loaded, host="elsewhere", pid=os.getpid(), born=born, silent_seconds=61)
    assert loaded.load(before(), sources=SOURCES, wait_seconds=0).unchanged == 183


def test_the_holder_beats_while_it_holds(loaded: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "BEAT_SECONDS", 0.1)
    with locking.held(loaded, "a load"):
        loaded.change("MATCH (l:Lock) SET l.beat = timestamp() - 50000")
        time.sleep(1.5)
        holder = locking.holder_of(loaded)
        assert holder is not None
        assert holder["silent"] < 10_000


def test_a_loader_whose_lock_was_taken_stops_and_changes_nothing_more(loaded: GraphStore) -> None:
    held = contents(loaded)

    def lose(step: str) -> None:
        if step == "recorded":
            loaded.change("MATCH (l:Lock) SET l.holder = 'another'")

    durable.on_step = lose
    with pytest.raises(StoreLocked, match="took over"):
        loaded.load(after(), sources=SOURCES)
    durable.on_step = durable.nobody_listens
    loaded.change("MATCH (l:Lock) DELETE l")
    assert contents(loaded) == held


def test_of_many_who_want_the_lock_each_has_it_alone(loaded: GraphStore) -> None:
    inside: list[int] = []
    together: list[int] = []

    def work() -> None:
        with locking.held(loaded, "a load"):
            inside.append(1)
            together.append(len(inside))
            time.sleep(0.05)
            inside.pop()

    # The first of them find the lock of somebody dead and take it over, all at once.
    _hold(loaded, host=locking.socket.gethostname(), pid=os.getpid(), born=1.0, silent_seconds=0)
    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert together == [1] * 6
