"""How does the app reach a browser? One ASGI program: the pages, our own files, and what the browser may do."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import socket
import threading
import time
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphmodel.errors import InputError, StoreUnavailable
from graphmodel.settings import Settings
from views import session, theme

SCRIPT = Path(__file__).resolve().parent.parent / "app.py"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# What the browser draws with: address, package it lies in, and where there.
LIBRARIES = {
    "/vendor/plotly.min.js": ("plotly", "package_data/plotly.min.js"),
    "/vis/vis-network.min.js": ("pyvis", "templates/lib/vis-9.1.2/vis-network.min.js"),
}
# The pages that draw as soon as they open, and with what: the browser fetches it while Streamlit is starting.
DRAWN_WITH = dict.fromkeys(("/", "/gaps", "/services", "/need"), "/vendor/plotly.min.js") | {
    "/network": "/vis/vis-network.min.js"
}
# Files by which Docker and Podman tell a program that it runs in a container.
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def build_app(settings: Settings) -> st.App:
    """Return the ASGI program for these settings; pages read the settings from ``views.session``."""
    session.use_settings(settings)
    geometry = session.geometry_dir(settings)
    geometry.mkdir(parents=True, exist_ok=True)
    return st.App(
        SCRIPT,
        lifespan=_lifespan,
        middleware=[
            # Streamlit's own check does not cover our routes: another site's name must not reach them.
            Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK),
            Middleware(Headers, policy=content_security_policy()),
        ],
        routes=[
            Route("/healthz", _healthz),
            Mount("/geometry", StaticFiles(directory=geometry)),
            *(Route(path, _library) for path in LIBRARIES),
        ],
    )


def serve(settings: Settings, *, port: int, open_browser: bool = False) -> None:
    """Serve the app on ``settings.listen`` and ``port`` until it is stopped.

    In a container any address will do: there the host decides who reaches the port, and requests by another name than
    this machine's are refused all the same. Raises InputError for an address beyond this machine elsewhere (there is no
    sign-in yet) and StoreUnavailable for a port that is taken.
    """
    if settings.listen not in LOOPBACK and not any(mark.exists() for mark in _CONTAINER_MARKS):
        raise InputError(f"The app has no sign-in, so it listens on this machine only, not on {settings.listen}.")
    if _taken(settings.listen, port):
        raise StoreUnavailable(f"Port {port} is in use; choose another with --port.")
    app = build_app(settings)
    if open_browser:
        threading.Thread(target=_open_when_up, args=(settings.listen, port), daemon=True).start()
    app.run(config=streamlit_config(settings, port))


def streamlit_config(settings: Settings, port: int) -> dict[str, Any]:
    """Return Streamlit's configuration: this machine only, nothing sent out, no traces shown, our colours."""
    return {
        "server.address": settings.listen,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": settings.upload_mb,
        "server.enableAgentApi": False,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        "client.disableDataExport": True,
        **theme.streamlit_options(),
    }


def content_security_policy() -> str:
    """Return the policy under which the pages run: nothing from another host, no inline script but Streamlit's own."""
    page = (_package("streamlit") / "static/index.html").read_text("utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return (
        f"default-src 'self'; script-src 'self' blob: {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src blob:; frame-src 'self'; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


class Headers:
    """Middleware that adds the security headers to every response that has none of its own."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.headers = {
            b"content-security-policy": policy.encode(),
            b"x-content-type-options": b"nosniff",
            b"referrer-policy": b"no-referrer",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete the headers of the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = dict(self.headers)
        if scope["path"].startswith("/geometry/") or scope["path"] in LIBRARIES:
            # The name of a geometry file changes with its content; the libraries change with their wheels.
            wanted[b"cache-control"] = b"public, max-age=86400"
        if scope["path"] in DRAWN_WITH:
            wanted[b"link"] = f"<{DRAWN_WITH[scope['path']]}>; rel=preload; as=script".encode()

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                missing = [(name, value) for name, value in wanted.items() if name not in given]
                message = {**message, "headers": [*message["headers"], *missing]}
            await send(message)

        await self.app(scope, receive, with_headers)


async def _library(request: Request) -> Response:
    packed = await run_in_threadpool(_packed, request.url.path)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(packed), media_type="text/javascript")
    return Response(
        packed, media_type="text/javascript", headers={"content-encoding": "gzip", "vary": "accept-encoding"}
    )


@cache
def _packed(path: str) -> bytes:
    """Return a library compressed: once, not for every browser as Streamlit would."""
    package, file = LIBRARIES[path]
    return gzip.compress((_package(package) / file).read_bytes(), 6)


async def _healthz(request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


@asynccontextmanager
async def _lifespan(app: st.App) -> AsyncIterator[None]:
    try:
        yield
    finally:
        session.close_stores()


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise InputError(f"The package {name} is not installed; install the project again.")
    return Path(spec.origin).parent


def _taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _open_when_up(host: str, port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            webbrowser.open(f"http://{host}:{port}")
            return
        time.sleep(0.2)
