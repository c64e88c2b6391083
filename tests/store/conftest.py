"""A store to test with: the bundled server always, Neo4j too when NEO4J_TEST_URI is set. Emptied before each test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from loader import empty

from graphmodel import durable, embedded
from graphmodel.errors import LandscapeError
from graphmodel.settings import Settings
from graphmodel.store import GraphStore, open_store


def neo4j_settings(folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        neo4j_uri=os.environ["NEO4J_TEST_URI"],
        neo4j_username=os.environ.get("NEO4J_TEST_USERNAME", "neo4j"),
        neo4j_password=os.environ.get("NEO4J_TEST_PASSWORD", ""),
    )


@pytest.fixture(autouse=True)
def _plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    # Streamlit's tests leave the app as the main module, and a child process would import that first.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.fixture(scope="session")
def bundled_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a bundled server of the tests' own, stopped at the end."""
    if not embedded.available():
        pytest.skip("there is no bundled server for this machine")
    settings = Settings(data_dir=tmp_path_factory.mktemp("bundled"))
    yield settings
    with suppress(LandscapeError):
        embedded.stop(settings)


@pytest.fixture(params=["bundled", "neo4j"])
def store_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an emptied store of each kind, with a data directory of the test's own for Neo4j."""
    if request.param == "bundled":
        settings: Settings = request.getfixturevalue("bundled_settings")
    elif "NEO4J_TEST_URI" in os.environ:
        settings = neo4j_settings(tmp_path)
    else:
        pytest.skip("NEO4J_TEST_URI is not set")
    empty(settings)
    return settings


@pytest.fixture
def neo4j_only(tmp_path: Path) -> Settings:
    """Settings of an emptied Neo4j."""
    if "NEO4J_TEST_URI" not in os.environ:
        pytest.skip("NEO4J_TEST_URI is not set")
    settings = neo4j_settings(tmp_path)
    empty(settings)
    return settings


@pytest.fixture
def store(store_settings: Settings) -> Iterator[GraphStore]:
    """An empty store of each kind."""
    with open_store(store_settings) as opened:
        yield opened


@pytest.fixture
def demo_of(store_settings: Settings) -> Settings:
    """The settings that mean the demo on the same server."""
    return replace(store_settings, demo=True)


@pytest.fixture(autouse=True)
def no_step_watched() -> Iterator[None]:
    yield
    durable.on_step = durable.nobody_listens
