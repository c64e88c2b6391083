"""Is the demo loaded once, again for another generator, and never into other people's data?"""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from demo import loader
from graphmodel.errors import InputError
from graphmodel.settings import Settings


class Store:
    """A store that only knows whether it is empty, and its sources."""

    def __init__(self) -> None:
        self.sources: list[str] = []

    def is_empty(self) -> bool:
        return not self.sources

    def nodes(self, label: str):
        return iter({"name": name} for name in self.sources)

    def change(self, text: str) -> list[dict[str, int]]:
        removed, self.sources = len(self.sources), []
        return [{"n": removed}]


@pytest.fixture
def store(monkeypatch):
    held = Store()
    loads: list[dict[str, object]] = []

    @contextmanager
    def opened(settings, *, write):
        assert settings.demo and write
        yield held

    def ingest(paths, into, settings, **options):
        loads.append(options)
        into.sources = [f"{paths[0].name}/services.csv"]

    monkeypatch.setattr(loader, "open_store", opened)
    monkeypatch.setattr(loader, "write_demo", lambda folder: folder.mkdir())
    monkeypatch.setattr(loader, "ingest", ingest)
    held.loads = loads
    return held


def test_an_empty_database_is_filled_once(store, tmp_path):
    settings = Settings(data_dir=tmp_path)
    assert loader.ensure_demo(settings) is True
    assert loader.ensure_demo(settings) is False
    assert len(store.loads) == 1


def test_another_generator_makes_another_borough(store, tmp_path, monkeypatch):
    settings = Settings(data_dir=tmp_path)
    loader.ensure_demo(settings)
    store.sources.append("demo/of-the-older-generator.csv")
    monkeypatch.setattr(loader, "generator_version", lambda: "another")
    assert loader.ensure_demo(settings) is True
    assert store.sources == ["demo/services.csv"]


def test_other_peoples_data_are_left_alone(store, tmp_path):
    store.sources = ["trafford/schools.csv"]
    with pytest.raises(InputError, match="only into an empty database"):
        loader.ensure_demo(Settings(data_dir=tmp_path, neo4j_uri="bolt://somewhere"))
    assert store.loads == []


def test_a_demo_on_a_shared_server_is_not_loaded_again(store, tmp_path):
    store.sources = ["demo/services.csv"]
    assert loader.ensure_demo(Settings(data_dir=tmp_path, neo4j_uri="bolt://somewhere")) is False


def test_the_generator_is_known_by_its_text():
    assert loader.generator_version() == loader.generator_version()
    assert len(loader.generator_version()) == 16
