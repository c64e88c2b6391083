"""When does a page read the store anew?"""

from __future__ import annotations

import pytest

from graphmodel.settings import Settings
from views import session


class CountedStore:
    """A store that says how often all of it was counted."""

    def __init__(self) -> None:
        self.counted = 0
        self.beat: tuple[str, int] | None = ("born", 1)
        self.nodes = 10

    def pulse(self) -> tuple[str, int] | None:
        return self.beat

    def version(self) -> str:
        self.counted += 1
        return f"{self.beat}-{self.nodes}"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> CountedStore:
    store = CountedStore()
    monkeypatch.setattr(session, "open_store", lambda settings: store)
    return store


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(session.time, "monotonic", lambda: now[0])
    return now


def test_a_load_is_noticed_at_once_and_nothing_is_counted_meanwhile(tmp_path, store, clock):
    backend = session.StoreBackend(Settings(data_dir=tmp_path))
    first = backend.version()
    assert [backend.version() for _ in range(20)] == [first] * 20
    assert store.counted == 1
    store.beat = ("born", 2)
    assert backend.version() != first


def test_what_others_change_is_noticed_in_ten_seconds(tmp_path, store, clock):
    backend = session.StoreBackend(Settings(data_dir=tmp_path))
    first = backend.version()
    store.nodes = 11
    clock[0] += 9
    assert backend.version() == first
    clock[0] += 2
    assert backend.version() != first
    assert store.counted == 2


def test_while_a_load_is_merged_the_store_is_asked_each_time(tmp_path, store, clock):
    backend = session.StoreBackend(Settings(data_dir=tmp_path))
    store.beat = None
    assert [backend.version(), backend.version()] and store.counted == 2
