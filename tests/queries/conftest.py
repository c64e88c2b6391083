"""The servers these tests run on, each with a landscape of its own."""

import os

import pytest
from small_landscape import Graph

from graphmodel import embedded
from graphmodel.settings import Settings
from graphmodel.store import open_store

NEO4J = os.environ.get("NEO4J_TEST_URI")


@pytest.fixture(scope="session", params=["bundled", pytest.param("neo4j", marks=pytest.mark.skipif(
    not NEO4J, reason="NEO4J_TEST_URI is not set"))])  # fmt: skip
def server(request, tmp_path_factory):
    """Settings of a server of its own for these tests."""
    data = tmp_path_factory.mktemp("queries-data")
    if request.param == "neo4j":
        yield Settings(data_dir=data, neo4j_uri=NEO4J, neo4j_username=os.environ["NEO4J_TEST_USERNAME"],
                       neo4j_password=os.environ["NEO4J_TEST_PASSWORD"])  # fmt: skip
        return
    settings = Settings(data_dir=data)
    yield settings
    embedded.stop(settings)


@pytest.fixture(scope="session")
def opened(server):
    """The store of the server, open for all tests."""
    with open_store(server, write=True) as store:
        yield store


@pytest.fixture
def graph(opened):
    """An empty landscape on the server."""
    opened.run("MATCH (n) WHERE NOT n:Meta DETACH DELETE n")
    return Graph(opened)
