"""How does the store run where nobody installed a database? As a child process of its own, found again by a file.

The Bolt server inside the ``arcadedb-embedded`` wheel runs with the wheel's own Java runtime, on loopback, with
random passwords, its data under ``<data_dir>/store``. The app, the command line and a notebook share one process:
``server.json`` says where it listens. The Python module of the wheel is never imported, for it would start a JVM here.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import pbkdf2_hmac
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psutil

from graphmodel.errors import StoreUnavailable
from graphmodel.settings import Settings

DATABASES = ("landscape", "demo")
ADMINISTRATOR = "root"
READER = "reader"
START_SECONDS = 60.0
LOG_BYTES = 5_000_000
LEAST_ROOM = 20_000_000

# Most of a short life would go into the second compiler: a borough's load takes 9 s of processor time, not 16.
_JIT = "-XX:TieredStopAtLevel=1"

# Plugins and tools of the wheel that this program has no use for: less to load, less to attack.
_UNUSED_JARS = ("arcadedb-mcp", "arcadedb-postgresw", "arcadedb-redisw", "arcadedb-graphql", "arcadedb-console",
                "arcadedb-integration")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """A running bundled server: where it listens, and with which passwords."""

    pid: int
    created: float
    port: int
    http_port: int
    passwords: dict[str, str] = field(repr=False)

    @property
    def uri(self) -> str:
        """Address for the driver."""
        return f"bolt://127.0.0.1:{self.port}"

    def is_running(self) -> bool:
        """Return whether this very process still lives; its number may have gone to another one since."""
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.created) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def connections(self) -> int:
        """Return how many connections are open to it: each program that uses the store has at least one."""
        try:
            open_now = psutil.Process(self.pid).net_connections(kind="tcp")
        except psutil.Error:
            return 0
        return sum(c.status == psutil.CONN_ESTABLISHED and c.laddr.port == self.port for c in open_now)

    def others(self) -> int:
        """Return how many connections are open to it from programs other than this one."""
        own = sum(
            c.status == psutil.CONN_ESTABLISHED and c.raddr and c.raddr.port == self.port
            for c in psutil.Process().net_connections(kind="tcp")
        )
        return max(self.connections() - own, 0)


def start(settings: Settings) -> Server:
    """Find the running server of ``settings.data_dir``, or start one; return when it answers.

    Three starters at once get one server. Raises StoreUnavailable: no bundled server for this machine, an unwritable
    directory, a full disk, or a server that did not come up.
    """
    folder = _folder(settings)
    with _locked(folder):
        server = _recorded(folder)
        if server is None or not server.is_running():
            server = _launch(folder)
        _wait(server, folder)
    return server


def stop(settings: Settings) -> bool:
    """Stop the bundled server; return whether one was running."""
    folder = store_folder(settings)
    if not folder.is_dir():
        return False
    with _locked(folder):
        server = _recorded(folder)
        (folder / "server.json").unlink(missing_ok=True)
        if server is None or not server.is_running():
            return False
        _end(server)
        return True


def stop_if_unused(settings: Settings) -> bool:
    """Stop the bundled server unless another program is connected to it; return whether it was stopped."""
    server = _recorded(store_folder(settings))
    return server is not None and not server.others() and stop(settings)


def status(settings: Settings) -> dict[str, Any] | None:
    """Return pid, uri, connections, memory (bytes) and folder of the running server, or None."""
    folder = store_folder(settings)
    server = _recorded(folder)
    if server is None or not server.is_running():
        return None
    process = psutil.Process(server.pid)
    return {
        "pid": server.pid,
        "uri": server.uri,
        "connections": server.connections(),
        "memory": process.memory_info().rss,
        "started": server.created,
        "folder": str(folder),
    }


def store_folder(settings: Settings) -> Path:
    """Return the folder that holds the bundled server's data, accounts and logs."""
    return settings.data_dir / "store"


def is_disk_full(settings: Settings) -> bool:
    """Return whether so little room is left for the store that writing fails."""
    try:
        return shutil.disk_usage(store_folder(settings)).free < LEAST_ROOM
    except OSError:
        return False


def available() -> bool:
    """Return whether this machine has the bundled server."""
    return find_spec("arcadedb_embedded") is not None


def _package() -> Path:
    spec = find_spec("arcadedb_embedded")
    places = None if spec is None else spec.submodule_search_locations
    if not places:
        raise StoreUnavailable(
            "The bundled store does not exist for this machine: start a Neo4j server and set NEO4J_URI, "
            "NEO4J_USERNAME and NEO4J_PASSWORD."
        )
    return Path(next(iter(places)))


def _folder(settings: Settings) -> Path:
    _package()
    folder = store_folder(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise _unusable(folder, error) from None
    return folder


def _unusable(folder: Path, error: OSError) -> StoreUnavailable:
    reason = error.strerror or str(error)
    return StoreUnavailable(
        f"The data directory {folder} cannot be used ({reason}): make room or give another one with --data-dir."
    )


@contextlib.contextmanager
def _locked(folder: Path, seconds: float = START_SECONDS * 1.5) -> Iterator[None]:
    """Hold the file lock around "find or start"; the system lets go of it when its holder dies."""
    try:
        handle = (folder / "server.lock").open("a+b")
    except OSError as error:
        raise _unusable(folder, error) from None
    with handle:
        deadline = time.monotonic() + seconds
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise StoreUnavailable(f"Another program has been starting the store in {folder} for too long.")
            time.sleep(0.05)
        try:
            yield
        finally:
            _unlock(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: IO[bytes]) -> bool:
        try:
            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(handle: IO[bytes]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _recorded(folder: Path) -> Server | None:
    try:
        return Server(**json.loads((folder / "server.json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    except OSError as error:
        raise _unusable(folder, error) from None


def _launch(folder: Path) -> Server:
    try:
        passwords = _accounts(folder)
        port, http_port = _free_ports(2)
        process = _spawn(folder, port, http_port)
        server = Server(process.pid, psutil.Process(process.pid).create_time(), port, http_port, passwords)
        _write_private(folder / "server.json", json.dumps(asdict(server)))
    except psutil.NoSuchProcess:
        raise _failed(folder) from None
    except OSError as error:
        raise _unusable(folder, error) from None
    return server


def _spawn(folder: Path, port: int, http_port: int) -> subprocess.Popen[bytes]:
    log = folder / "logs" / "server.out"
    log.parent.mkdir(exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".out.1"))
    detached: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        detached = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    with log.open("ab") as output:
        return subprocess.Popen(
            _command(folder, port, http_port), cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, **detached,
        )  # fmt: skip


def _command(folder: Path, port: int, http_port: int) -> list[str]:
    package = _package()
    jars = [str(jar) for jar in sorted((package / "jars").glob("*.jar")) if not jar.name.startswith(_UNUSED_JARS)]
    flags = {
        "server.name": "landscape",
        "server.rootPath": folder,
        "server.mode": "development",  # production hides the texts of errors
        "server.host": "127.0.0.1",
        "server.httpIncomingHost": "127.0.0.1",
        "server.httpIncomingPort": http_port,
        "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "bolt.host": "127.0.0.1",
        "bolt.port": port,
        "server.defaultDatabases": ";".join(f"{name}[{ADMINISTRATOR}]" for name in DATABASES),
        "server.logsDirectory": folder / "logs",
        "command.timeout": 20000,
        "opencypher.loadCsv.allowFileUrls": "false",
        "opencypher.loadCsv.allowRemoteUrls": "false",
        "txWalFlush": 2,
        "queryMaxHeapElementsAllowedPerOp": 500000,
        "queryMaxHeapRAM": 192,
        "queryMaxConcurrent": 8,
        "cypher.maxExpressionDepth": 100,
        "polyglotEngineEnabled": "false",
    }
    java = package / "jre" / "bin" / ("java.exe" if sys.platform == "win32" else "java")
    return [
        str(java), "-Xmx512m", _JIT, "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true", "-Dfile.encoding=UTF-8",
        "--add-exports=java.management/sun.management=ALL-UNNAMED",
        "--add-opens=java.base/java.nio.channels.spi=ALL-UNNAMED",
        *(f"-Darcadedb.{name}={value}" for name, value in flags.items()),
        "-cp", os.pathsep.join(jars), "com.arcadedb.server.ArcadeDBServer",
    ]  # fmt: skip


def _accounts(folder: Path) -> dict[str, str]:
    """Write the two account files before the first start, and return the passwords by user."""
    kept = folder / "accounts.json"
    if kept.exists():
        return dict(json.loads(kept.read_text("utf-8")))
    passwords = {ADMINISTRATOR: secrets.token_urlsafe(24), READER: secrets.token_urlsafe(24)}
    config = folder / "config"
    config.mkdir(exist_ok=True)
    _write_private(config / "server-groups.json", json.dumps(_groups()))
    _write_private(config / "server-users.jsonl", "".join(f"{json.dumps(u)}\n" for u in _users(passwords)))
    _write_private(kept, json.dumps(passwords))
    return passwords


def _users(passwords: dict[str, str]) -> list[dict[str, Any]]:
    access = {ADMINISTRATOR: {"*": ["admin"]}, READER: {name: ["reader"] for name in DATABASES}}
    return [
        {"name": name, "databases": access[name], "password": _encoded(password)}
        for name, password in passwords.items()
    ]


def _groups() -> dict[str, Any]:
    def group(access: list[str], records: list[str]) -> dict[str, Any]:
        return {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": {"*": {"access": records}}}

    every = ["createRecord", "readRecord", "updateRecord", "deleteRecord"]
    groups = {
        "admin": group(["updateSecurity", "updateSchema", "updateDatabaseSettings"], every),
        "reader": group([], ["readRecord"]),
        "*": group([], []),
    }
    return {"version": 2, "databases": {"*": {"groups": groups}}}


def _encoded(password: str, rounds: int = 65536) -> str:
    salt = b64encode(secrets.token_bytes(32)).decode()
    digest = b64encode(pbkdf2_hmac("sha256", password.encode(), salt.encode(), rounds, 32)).decode()
    return f"PBKDF2WithHmacSHA256${rounds}${salt}${digest}"


def _write_private(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(path)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _answers(server: Server) -> bool:
    """Whether both databases answer a query: the server listens before they exist. Over HTTP, to need no driver."""
    login = b64encode(f"{ADMINISTRATOR}:{server.passwords[ADMINISTRATOR]}".encode()).decode()
    body = json.dumps({"language": "opencypher", "command": "RETURN 1 AS one"}).encode()
    for name in DATABASES:
        connection = HTTPConnection("127.0.0.1", server.http_port, timeout=5)
        try:
            connection.request("POST", f"/api/v1/query/{name}", body, {"Authorization": f"Basic {login}"})
            if connection.getresponse().status != HTTPStatus.OK:
                return False
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
    return True


def _wait(server: Server, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(server):
        if not server.is_running():
            raise _failed(folder)
        if time.monotonic() > deadline:
            _end(server)
            raise _failed(folder)
        time.sleep(0.1)


def _failed(folder: Path) -> StoreUnavailable:
    (folder / "server.json").unlink(missing_ok=True)
    log = folder / "logs" / "server.out"
    if shutil.disk_usage(folder).free < LEAST_ROOM:
        return StoreUnavailable(f"The bundled store could not start: the disk of {folder} is full; make room.")
    return StoreUnavailable(
        f"The bundled store could not start; see {log}, or restore a backup into another --data-dir."
    )


def _end(server: Server) -> None:
    try:
        process = psutil.Process(server.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(15)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(5)
    except psutil.NoSuchProcess:
        return
