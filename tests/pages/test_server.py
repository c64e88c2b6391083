"""What does the server let a browser do, and whom does it answer?"""

from __future__ import annotations

import socket

import pytest
from starlette.testclient import TestClient
from streamlit.runtime import Runtime

from graphmodel.errors import InputError, StoreUnavailable
from graphmodel.settings import Settings
from views import server, session


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    # Streamlit allows one server in a process, so all tests here share it.
    tmp_path = tmp_path_factory.mktemp("data")
    app = server.build_app(Settings(data_dir=tmp_path))
    (session.geometry_dir(Settings(data_dir=tmp_path)) / "x.geojson").write_text("{}")
    (tmp_path / "secret.txt").write_text("no")
    with TestClient(app, base_url="http://127.0.0.1:8501") as opened:
        yield opened
    Runtime._instance = None


def test_it_says_that_it_lives(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_every_answer_carries_the_policy(client):
    for path in ("/healthz", "/", "/geometry/x.geojson", "/vendor/plotly.min.js", "/vis/vis-network.min.js"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "'sha256-" in policy and "unsafe-eval" not in policy
        assert "script-src 'self' blob: 'sha256-" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_libraries_come_whole_packed_or_not(client):
    for path, (package, file) in server.LIBRARIES.items():
        there = (server._package(package) / file).read_bytes()
        packed = client.get(path, headers={"accept-encoding": "gzip"})
        assert packed.content == there and packed.headers["content-encoding"] == "gzip"
        bare = client.get(path, headers={"accept-encoding": "identity"})
        assert bare.content == there and "content-encoding" not in bare.headers
        assert "max-age=86400" in packed.headers["cache-control"]


def test_a_page_that_draws_says_at_once_what_with(client):
    assert client.get("/gaps").headers["link"] == "</vendor/plotly.min.js>; rel=preload; as=script"
    assert "link" not in client.get("/methods").headers
    assert set(server.DRAWN_WITH.values()) == set(server.LIBRARIES)


def test_another_sites_name_is_refused_on_every_route(client):
    for path in ("/healthz", "/geometry/x.geojson", "/"):
        assert client.get(path, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/geometry/../secret.txt", "/geometry/%2e%2e/secret.txt", "/geometry/..%2fsecret.txt"]
)
def test_only_the_geometry_folder_is_served(client, path):
    assert client.get(f"/geometry/{path}").text != "no"


def test_a_taken_port_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StoreUnavailable, match=f"Port {port} is in use"):
            server.serve(Settings(data_dir=tmp_path), port=port)


def test_it_listens_on_this_machine_only(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "_CONTAINER_MARKS", ())
    with pytest.raises(InputError, match="this machine only"):
        server.serve(Settings(data_dir=tmp_path, listen="0.0.0.0"), port=8999)


def test_the_configuration_is_one_streamlit_knows_and_tells_nobody(tmp_path):
    from streamlit import config

    options = server.streamlit_config(Settings(data_dir=tmp_path, upload_mb=7), 8999)
    assert options["browser.gatherUsageStats"] is False
    assert options["server.maxUploadSize"] == 7
    assert set(options) <= set(config._config_options_template)
