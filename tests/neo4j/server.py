"""A throw-away Neo4j Community for the tests, from Maven Central.

    python tests/neo4j/server.py start --home DIR    # prints NEO4J_TEST_URI=..., one environment line each
    python tests/neo4j/server.py stop --home DIR

The jars are fetched once into ``.neo4j/`` of the checkout. The server listens on free loopback ports, with a random
password, in DIR; ``stop`` ends only the process that ``start`` began. Exit code 3 and one sentence when Java or Maven
is missing, or when the server does not come up.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".neo4j"
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")
MAIN_CLASS = "org.neo4j.server.CommunityEntryPoint"
USER = "neo4j"
MINIMUM_JAVA = 17
START_SECONDS = 180


class NotStarted(Exception):
    """Why there is no server, in one sentence."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 3 no server."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=("start", "stop", "status"))
    parser.add_argument("--home", type=Path, default=CACHE / "home", help="folder of the server (default: .neo4j/home)")
    given = parser.parse_args(arguments)
    try:
        found = {"start": start, "stop": stop, "status": status}[given.command](given.home.absolute())
    except NotStarted as error:
        print(error, file=sys.stderr)
        return 3
    if found:
        print("\n".join(f"{name}={value}" for name, value in found.items()))
    return 0 if found or given.command == "stop" else 3


def start(home: Path) -> dict[str, str]:
    """Start a server in ``home``, or find the one that runs there; return its environment lines."""
    if running := status(home):
        return running
    jars = fetch_jars()
    shutil.rmtree(home, ignore_errors=True)
    (home / "conf").mkdir(parents=True)
    bolt, http = _free_ports(2)
    (home / "conf" / "neo4j.conf").write_text(_config(bolt, http), "utf-8")
    process = _launch(home, jars)
    password = secrets.token_urlsafe(16)
    lines = {
        "NEO4J_TEST_URI": f"bolt://127.0.0.1:{bolt}",
        "NEO4J_TEST_USERNAME": USER,
        "NEO4J_TEST_PASSWORD": password,
    }
    _wait_until_ready(process, home, lines["NEO4J_TEST_URI"], password)
    record = {"pid": process.pid, "created": psutil.Process(process.pid).create_time(), "environment": lines}
    _record(home).touch(mode=0o600)
    _record(home).write_text(json.dumps(record), "utf-8")
    return lines


def stop(home: Path) -> dict[str, str]:
    """End the server that ``start`` began in ``home`` and remove its data; return {}."""
    process = _process(home)
    if process is not None:
        process.terminate()
        try:
            process.wait(30)
        except psutil.TimeoutExpired:
            process.kill()
    if _record(home).is_file():
        shutil.rmtree(home, ignore_errors=True)
    return {}


def status(home: Path) -> dict[str, str]:
    """Return the environment lines of the server that runs in ``home``, or {}."""
    return json.loads(_record(home).read_text("utf-8"))["environment"] if _process(home) else {}


def fetch_jars() -> Path:
    """Return the folder of the server's jars, fetched by Maven the first time."""
    pom = (HERE / "pom.xml").read_text("utf-8")
    version = re.search(r"<neo4j\.version>(.+?)<", pom)[1]  # type: ignore[index]  # the pom beside this file has it
    jars = CACHE / f"lib-{version}"
    if jars.is_dir():
        return jars
    if shutil.which("mvn") is None:
        raise NotStarted("Maven is missing: install it (Debian: maven) to fetch Neo4j for the tests.")
    CACHE.mkdir(exist_ok=True)
    fresh = CACHE / f"fetching-{os.getpid()}"
    command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
    done = subprocess.run(
        [*command, f"-DoutputDirectory={fresh}", "-DincludeScope=runtime"], capture_output=True, text=True
    )
    if done.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise NotStarted(f"Maven could not fetch Neo4j {version}: {_first_error(done.stdout + done.stderr)}")
    # Renamed only when whole: a fetch that was broken off is not taken for the jars.
    with suppress(OSError):
        fresh.rename(jars)
    shutil.rmtree(fresh, ignore_errors=True)
    return jars


def _launch(home: Path, jars: Path) -> subprocess.Popen[bytes]:
    java = shutil.which("java")
    if java is None:
        raise NotStarted("Java is missing: install Java 17 or later (Debian: default-jdk-headless) to test with Neo4j.")
    opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    command = [java, "-Xms256m", "-Xmx768m", *opened, "-cp", f"{jars}/*", MAIN_CLASS]
    with (home / "out.log").open("wb") as log:
        return subprocess.Popen(
            [*command, f"--home-dir={home}", f"--config-dir={home / 'conf'}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _config(bolt: int, http: int) -> str:
    return "\n".join(
        (
            f"server.bolt.listen_address=127.0.0.1:{bolt}",
            f"server.http.listen_address=127.0.0.1:{http}",
            "server.https.enabled=false",
            "dbms.security.auth_enabled=true",
            "server.memory.pagecache.size=128m",
            "dbms.usage_report.enabled=false",
            "dbms.tx_log.rotation.retention_policy=keep_none",
            "",
        )
    )


def _wait_until_ready(process: subprocess.Popen[bytes], home: Path, uri: str, password: str) -> None:
    """Change the first password and wait for the database; ends the process when it takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(Neo4jError, DriverError, OSError):
            _change_password(uri, password)
            _run(uri, password, "RETURN 1", database="neo4j")
            return
        time.sleep(0.5)
    process.kill()
    log = (home / "out.log").read_text("utf-8", "replace").strip().splitlines()
    raise NotStarted(f"Neo4j did not come up (Java {MINIMUM_JAVA} or later is needed); its log ends: {log[-1:]}")


def _change_password(uri: str, password: str) -> None:
    """Give the first account its password; done already is fine."""
    change = "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password"
    with suppress(AuthError):
        _run(uri, "neo4j", change, database="system", password=password)


def _run(uri: str, secret: str, cypher: str, *, database: str, **parameters: str) -> None:
    """Run one statement in an auto-commit transaction: the driver does not retry these."""
    with GraphDatabase.driver(uri, auth=(USER, secret)) as driver, driver.session(database=database) as session:
        session.run(cypher, parameters).consume()


def _process(home: Path) -> psutil.Process | None:
    """Return the process that ``start`` began here, if it still runs; a pid that was given away again is not it."""
    try:
        record = json.loads(_record(home).read_text("utf-8"))
        process = psutil.Process(record["pid"])
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None
    ours = abs(process.create_time() - record["created"]) < 1 and process.status() != psutil.STATUS_ZOMBIE
    return process if ours else None


def _record(home: Path) -> Path:
    return home / "server.json"


def _free_ports(number: int) -> list[int]:
    """Return ports that are free now; held together so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def _first_error(output: str) -> str:
    errors = [line for line in output.splitlines() if "ERROR" in line]
    return errors[0][:300] if errors else "no reason given"


if __name__ == "__main__":
    sys.exit(main())
