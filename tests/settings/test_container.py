"""The container files say what the program can do: no engine is at hand here, so their words are checked."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from cli import command_parser
from graphmodel.settings import Settings, load_settings
from views import server

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def steps():
    """Instruction and words of each line of the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]


def test_ports_are_published_on_this_machine_only(compose):
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert published
    assert [port for port in published if not str(port).startswith("127.0.0.1:")] == []


def test_no_password_is_written_down(compose):
    told = [
        str(v)
        for service in compose["services"].values()
        for k, v in service["environment"].items()
        if "AUTH" in k or "PASS" in k
    ]
    assert len(told) == 2
    assert all("${NEO4J_PASSWORD:?" in value for value in told)


def test_the_app_is_told_where_neo4j_is(compose, monkeypatch, tmp_path):
    for name, value in compose["services"]["landscape"]["environment"].items():
        monkeypatch.setenv(name, value)
    held = load_settings(folder=tmp_path)
    assert (held.neo4j_uri, held.neo4j_username) == ("bolt://neo4j:7687", "neo4j")
    assert compose["services"]["landscape"]["depends_on"]["neo4j"]["condition"] == "service_healthy"


def test_everything_the_wheel_holds_is_copied(steps):
    copied = {name for step, words in steps if step == "COPY" for name in words.split()[:-1]}
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = set(built["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"])
    assert wanted | {"pyproject.toml", "constraints.txt", "README.md", "LICENSE", "docs"} == copied
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert [name for name in copied if not any(fnmatch(f"!{name}", line) for line in ignored)] == []
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_what_the_container_sets_and_runs_is_known(steps, monkeypatch, tmp_path):
    (variables,) = [words for step, words in steps if step == "ENV"]
    for name, value in re.findall(r"(\w+)=(\S+)", variables):
        monkeypatch.setenv(name, value)
    held = load_settings(folder=tmp_path)
    assert (held.listen, held.port, str(held.data_dir)) == ("0.0.0.0", 8501, "/data")
    (command,) = [words for step, words in steps if step == "CMD"]
    assert command_parser().parse_args(yaml.safe_load(command)[1:]).no_browser
    (user,) = [words for step, words in steps if step == "USER"]
    assert user != "root"


def test_only_in_a_container_does_it_listen_to_others(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(server, "_CONTAINER_MARKS", (tmp_path,))
    monkeypatch.setattr(server, "_taken", lambda host, port: False)
    monkeypatch.setattr(
        server, "build_app", lambda settings: type("App", (), {"run": lambda self, config: started.append(config)})()
    )
    server.serve(Settings(data_dir=tmp_path, listen="0.0.0.0"), port=8999)
    assert started[0]["server.address"] == "0.0.0.0"
