"""The wheel carries everything: unpacked into a read-only folder, it runs the demo from another directory."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest
from command_runs import bare_environment

from graphmodel import embedded
from graphmodel.settings import Settings

ROOT = Path(__file__).parents[2]
START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import cli; print(cli.__file__); sys.exit(cli.main(sys.argv[1:]))"
)
pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    for path in (folder / "site").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder / "site"


def test_it_holds_the_app_queries_pages_codes_demo_and_column_maps(unpacked):
    for pattern in (
        "app.py",
        "cli.py",
        "queries/*/*.cypher",
        "views/pages/*.py",
        "views/components/*.js",
        "graphmodel/codes/*.csv",
        "demo/*.py",
        "ingest/column_maps/*.yaml",
    ):
        shipped = {path.name for path in ROOT.glob(pattern)}
        assert shipped and {path.name for path in unpacked.glob(pattern)} == shipped, pattern


def test_it_runs_the_demo_from_another_directory(unpacked, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    up = subprocess.Popen(
        [sys.executable, "-c", START, str(unpacked), "up", "--demo", "--no-browser", "--port", str(port)],
        cwd=tmp_path,
        env=bare_environment(LANDSCAPE_DATA_DIR=str(tmp_path / "data")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert answers(f"http://127.0.0.1:{port}/healthz", up)
    finally:
        up.send_signal(signal.SIGINT)
        said = up.communicate(timeout=60)[0]
        embedded.stop(Settings(data_dir=tmp_path / "data"))
    assert said.startswith(str(unpacked)), "another copy of the program ran"


def answers(address: str, process: subprocess.Popen, seconds: float = 120) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return response.status == 200
        except OSError:
            time.sleep(0.5)
    return False
