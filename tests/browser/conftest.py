"""The app as a person meets it: a process of its own on a free port, the demo loaded, and a headless Chromium."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hostile import hostile_package

from demo.loader import ensure_demo
from graphmodel import embedded
from graphmodel.settings import Settings
from graphmodel.store import open_store
from ingest.pipeline import ingest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
EVIL_FOLDER = "hostile <img src=x onerror=window.canary=1>"
# Streamlit asks for these beside a deep link as well, and does not need them there.
HARMLESS = re.compile(r"/_stcore/(health|host-config)$")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests here, and skip them with a reason where there is no browser."""
    required = "browser" in os.environ.get("LANDSCAPE_REQUIRE", "")
    here = [item for item in items if Path(item.path).is_relative_to(Path(__file__).parent)]
    for item in here:
        item.add_marker(pytest.mark.browser)
        if not Path(CHROMIUM).exists() and not required:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@dataclass
class App:
    """A running app: its address and where its data lie."""

    address: str
    settings: Settings

    def url(self, path: str = "", **query: str) -> str:
        from urllib.parse import urlencode

        return f"{self.address}/{path}" + (f"?{urlencode(query)}" if query else "")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Start the app on the demo, and on data of one's own whose every name is hostile."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("landscape-data"))
    port = _free_port()
    try:
        ensure_demo(settings)
        with open_store(settings, write=True) as store:
            report = ingest([hostile_package(tmp_path_factory.mktemp("files") / EVIL_FOLDER)], store, settings)
        assert not [issue for issue in report.issues if issue.severity == "error"], report.issues
        log = (settings.data_dir / "app.log").open("w")
        process = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(settings.data_dir), str(port)], cwd=ROOT,
                                   stdout=log, stderr=subprocess.STDOUT)  # fmt: skip
        try:
            _wait_for(port, process, Path(log.name))
            yield App(f"http://127.0.0.1:{port}", settings)
        finally:
            process.terminate()
            process.wait(20)
            log.close()
    finally:
        embedded.stop(settings)


_PROGRAM = """
import pathlib, sys
from graphmodel.settings import Settings
from views.server import serve
serve(Settings(data_dir=pathlib.Path(sys.argv[1])), port=int(sys.argv[2]))
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        pytest.fail("LANDSCAPE_REQUIRE asks for the browser, and there is no Chromium on this machine.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Visit:
    """A fresh browser profile, with all it complained of and all it asked other hosts for."""

    page: object
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser) -> Iterator[object]:
    """Return a function that opens a fresh profile; nothing may be complained of or asked of another host."""
    opened: list[tuple[Visit, object]] = []

    def start(width: int = 1280, height: int = 900, **options) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        page.set_default_timeout(90_000)
        found = Visit(page)
        page.on("console", lambda m: _take(found, m))
        page.on("pageerror", lambda error: found.errors.append(str(error)))
        page.on("dialog", lambda dialog: (found.errors.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: _foreign(found, request.url))
        opened.append((found, context))
        return found

    yield start
    for found, context in opened:
        context.close()
        assert found.errors == []
        assert found.foreign == []


def _take(found: Visit, message) -> None:
    if message.type == "error" and not HARMLESS.search(message.location.get("url", "")):
        found.errors.append(f"{message.text} ({message.location.get('url')})")


def _foreign(found: Visit, url: str) -> None:
    if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:", url):
        found.foreign.append(url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen, log: Path, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return
        time.sleep(0.3)
    pytest.fail(f"the app did not come up:\n{log.read_text()[-2000:]}")
