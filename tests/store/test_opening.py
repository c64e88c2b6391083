"""Which databases may be used, and what is said of the others. Every refusal is one sentence with exit code 3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from loader import SOURCES, before, contents, empty

from graphmodel import migrations, opening
from graphmodel.errors import InputError, StoreUnavailable
from graphmodel.settings import Settings
from graphmodel.store import GraphStore, open_store


@pytest.fixture(autouse=True)
def as_it_was(store_settings: Settings) -> Iterator[None]:
    yield
    empty(store_settings)


def refused(settings: Settings, *, write: bool = False) -> str:
    with pytest.raises(StoreUnavailable) as caught:
        open_store(settings, write=write)
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_new_store_is_empty_of_this_schema_and_takes_changes(store_settings: Settings) -> None:
    with open_store(store_settings, write=True) as store:
        assert (store.is_empty(), store.version()) == (True, "1.0-0-0")


def test_a_store_of_a_newer_schema_is_refused_and_left_alone(store_settings: Settings, store: GraphStore) -> None:
    store.change("MATCH (m:Meta) SET m.schema = 999")
    assert "newer program" in refused(store_settings)
    assert store.run("MATCH (m:Meta) RETURN m.schema AS schema") == [{"schema": 999}]


def test_a_store_of_the_schema_before_is_backed_up_and_migrated(store_settings: Settings, store: GraphStore) -> None:
    store.load(before(), sources=SOURCES)
    held = contents(store)
    store.change("MATCH (m:Meta) SET m.schema = 0")
    with open_store(store_settings) as migrated:
        assert migrated.version() == "1.2-63-120"
        assert contents(migrated) == held
    assert len(list((store_settings.data_dir / "backups").glob("*-before-schema-0-*.zip"))) == 1


def test_a_backup_of_the_schema_before_is_migrated_when_it_comes_back(store: GraphStore, tmp_path) -> None:
    store.load(before(), sources=SOURCES)
    store.change("MATCH (m:Meta) SET m.schema = 0")
    store.backup(tmp_path / "old.zip")
    empty(store.settings)
    store.restore(tmp_path / "old.zip")
    assert store.version().startswith("1.")
    assert store.counts()["Guardian"] == 60


def test_a_schema_with_no_way_here_is_refused(
    store_settings: Settings, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.change("MATCH (m:Meta) SET m.schema = 0")
    monkeypatch.setattr(migrations, "STEPS", {})
    assert "too old" in refused(store_settings)


def test_a_database_that_holds_something_else_is_refused_and_left_alone(
    store_settings: Settings, store: GraphStore
) -> None:
    store.change("MATCH (m:Meta) DELETE m")
    store.change("CREATE (n:Strange {name: 'x'})")
    assert "not a landscape" in refused(store_settings)
    assert store.run("MATCH (n) RETURN labels(n) AS labels") == [{"labels": ["Strange"]}]


def test_the_demo_never_joins_real_data_nor_real_data_the_demo(neo4j_only: Settings) -> None:
    demo = replace(neo4j_only, demo=True)
    with open_store(neo4j_only) as store:
        store.load(before(), sources=SOURCES)
    assert "real data" in refused(demo)
    empty(neo4j_only)
    with open_store(demo) as store:  # an empty database takes either
        store.load(before(), sources=SOURCES)
    with open_store(demo) as store:
        assert not store.is_empty()
    assert "holds the demo" in refused(neo4j_only)


def test_on_the_bundled_server_the_demo_has_a_database_of_its_own(bundled_settings: Settings) -> None:
    empty(bundled_settings)
    with open_store(bundled_settings) as store, open_store(replace(bundled_settings, demo=True)) as demo:
        store.load(before(), sources=SOURCES)
        assert (demo.name, demo.is_empty()) == ("demo", True)
    empty(bundled_settings)


def test_a_wrong_password_is_said(neo4j_only: Settings) -> None:
    assert "NEO4J_PASSWORD" in refused(replace(neo4j_only, neo4j_password="wrong"))


def test_a_database_that_is_not_there_is_said(neo4j_only: Settings) -> None:
    assert "NEO4J_DATABASE" in refused(replace(neo4j_only, neo4j_database="nowhere"))


@pytest.mark.parametrize("uri", ["bolt://127.0.0.1:9", "bolt://no-such-host.invalid", "nonsense", "http://127.0.0.1:9"])
def test_a_server_that_cannot_be_reached_is_said(tmp_path, uri: str) -> None:
    said = refused(Settings(data_dir=tmp_path, neo4j_uri=uri, neo4j_password="x"))
    assert uri in said


def test_a_half_recorded_load_of_nobody_is_thrown_away_at_opening(store_settings: Settings, store: GraphStore) -> None:
    store.change("CREATE (l:Load {id: 'load', state: 'writing'}), (c:LoadChunk {id: 'chunk-0', number: 0, data: 'x'})")
    with open_store(store_settings) as opened:
        assert opened.run("MATCH (c:LoadChunk) RETURN count(c) AS n") == [{"n": 0}]
        assert opened.version() == "1.0-0-0"


def test_only_what_the_program_needs_is_made_again_at_the_second_opening(
    store_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_constrain", lambda _store: pytest.fail("the constraints were there"))
    open_store(store_settings).close()


def test_an_id_is_unique_whoever_writes(store: GraphStore) -> None:
    store.load(before(), sources=SOURCES)
    with pytest.raises(InputError):
        store.change("CREATE (n:Guardian {id: 'guardian:1'})")
