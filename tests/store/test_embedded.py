"""The bundled server: found or started once, kept private, stopped when told, and plain words when it cannot be."""

from __future__ import annotations

import json
import multiprocessing
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from graphmodel import embedded
from graphmodel.errors import Refused, StoreUnavailable
from graphmodel.settings import Settings
from graphmodel.store import open_store

pytestmark = pytest.mark.store


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings with a data directory of the test's own; its server is stopped."""
    if not embedded.available():
        pytest.skip("there is no bundled server for this machine")
    own = Settings(data_dir=tmp_path / "data with space")
    yield own
    embedded.stop(own)


def started(settings: Settings, found: Any) -> None:
    """Start the server and open a store, in a process of its own."""
    with open_store(settings) as store:
        version = store.version()
    found.put((embedded.start(settings).pid, version))


@pytest.mark.skipif(sys.platform == "win32", reason="forkserver")
def test_three_who_start_at_once_get_one_server(settings: Settings) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["graphmodel.store"])
    found = context.Queue()
    starters = [context.Process(target=started, args=(settings, found)) for _ in range(3)]
    for each in starters:
        each.start()
    answers = {found.get(timeout=120) for _ in starters}
    for each in starters:
        each.join()
    assert len(answers) == 1
    assert {version for _, version in answers} == {"1.0-0-0"}


def test_its_life_from_start_to_stop(settings: Settings) -> None:
    assert embedded.status(settings) is None
    assert embedded.stop(settings) is False
    server = embedded.start(settings)
    assert embedded.start(settings) == server
    with open_store(settings):
        found = embedded.status(settings)
        assert found is not None
        assert (found["pid"], found["uri"]) == (server.pid, server.uri)
        assert found["connections"] >= 1
    assert embedded.stop(settings) is True
    assert not server.is_running()
    assert embedded.status(settings) is None


def test_it_listens_on_loopback_only_and_tells_its_passwords_to_its_owner_only(settings: Settings) -> None:
    server = embedded.start(settings)
    process = psutil.Process(server.pid)
    listening = [c for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert {c.laddr.ip.removeprefix("::ffff:") for c in listening} == {"127.0.0.1"}
    folder = embedded.store_folder(settings)
    for name in ("server.json", "accounts.json", "config/server-users.jsonl"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    shown = " ".join(process.cmdline()) + repr(server)
    users = (folder / "config/server-users.jsonl").read_text()
    for password in server.passwords.values():
        assert password not in shown
        assert password not in users


def test_its_data_is_there_after_stop_and_start_and_a_stale_file_is_no_server(settings: Settings) -> None:
    with open_store(settings) as store:
        store.change("CREATE (n:Area {id: 'area:1'})")
    embedded.stop(settings)
    # The number of a process that is not the server, as after a restart of the machine.
    stale = {"pid": 1, "created": 1.0, "port": 1, "http_port": 1, "passwords": {}}
    (embedded.store_folder(settings) / "server.json").write_text(json.dumps(stale))
    assert embedded.status(settings) is None
    with open_store(settings) as store:
        assert store.counts() == {"Area": 1}


def test_its_reader_cannot_change_anything(settings: Settings) -> None:
    with open_store(settings) as store:
        store.change("CREATE (n:Area {id: 'area:1'})")
        for text in (
            "CREATE (n:Area {id: 'area:2'})", "CREATE (n:Hack)", "MATCH (n) DELETE n",
            "CREATE INDEX hack IF NOT EXISTS FOR (n:Area) ON (n.name)",
            "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
        ):  # fmt: skip
            with pytest.raises(Refused), store.reader_session(seconds=5) as session, session.run(text) as answer:
                list(answer)
        # This one the server would refuse at its commit, which never comes.
        with store.reader_session(seconds=5) as session, session.run("MATCH (n:Area) SET n.name = 'x'") as answer:
            list(answer)
        assert store.run("MATCH (n) WHERE NOT n:Meta RETURN properties(n) AS p") == [{"p": {"id": "area:1"}}]


def test_taken_ports_are_passed_by(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 7687))
        taken.listen()
        assert embedded.start(settings).port != 7687


def test_a_data_directory_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreUnavailable, match="--data-dir"):
        open_store(Settings(data_dir=blocked / "data"))


def test_a_store_whose_files_are_spoilt_is_said_in_one_sentence(settings: Settings) -> None:
    open_store(settings).close()
    embedded.stop(settings)
    for file in (embedded.store_folder(settings) / "databases" / "landscape").glob("Meta_*.bucket"):
        file.write_bytes(b"x" * file.stat().st_size)
    with pytest.raises(StoreUnavailable) as caught:
        open_store(settings)
    assert "restore a backup" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_does_not_come_up_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    command = embedded._command
    monkeypatch.setattr(embedded, "_command", lambda *given: [*command(*given)[:-1], "no.such.Server"])
    with pytest.raises(StoreUnavailable, match="could not start"):
        embedded.start(settings)


def test_where_there_is_no_bundled_server_neo4j_is_asked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda _name: None)
    assert not embedded.available()
    with pytest.raises(StoreUnavailable, match="NEO4J_URI"):
        open_store(settings)
