"""What all tests share: no data of one's own is touched, what must run is not skipped, where the real data is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def _no_data_of_ones_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    # No test may touch what the person who runs it has loaded.
    os.environ["LANDSCAPE_DATA_DIR"] = str(tmp_path_factory.mktemp("landscape-data"))


@pytest.fixture(scope="session")
def trafford() -> Path:
    """Return the folder of Trafford's real files; skips where they are not beside the checkout."""
    folder = SHARED / "trafford"
    if not folder.is_dir():
        pytest.skip("the real data is not beside the checkout (../shared/data/trafford)")
    return folder


@pytest.fixture(scope="session")
def known_answers() -> Path:
    """Return the folder of data whose answers are published; skips where it is not beside the checkout."""
    folder = SHARED / "known_answers"
    if not folder.is_dir():
        pytest.skip("the published data is not beside the checkout (../shared/data/known_answers)")
    return folder


# Folders whose tests empty the one Neo4j there is; they run in one process, after one another.
ON_ONE_STORE = frozenset({"neo4j", "queries", "store", "whole"})


class ByFolder(LoadScopeScheduling):
    """Keeps the tests of a folder in one process: what they share (an app, a store, the demo) is made once."""

    def _split_scope(self, nodeid: str) -> str:
        folder = Path(nodeid.partition("::")[0]).parts[1]
        return "store" if folder in ON_ONE_STORE else folder


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFolder:
    """Return how tests are shared among processes (``make test`` uses as many as there are processors)."""
    return ByFolder(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let a test that was skipped for want of Neo4j fail where LANDSCAPE_REQUIRE asks for it."""
    report = yield
    if (
        report.skipped
        and "neo4j" in os.environ.get("LANDSCAPE_REQUIRE", "")
        and "NEO4J_TEST_URI" in str(report.longrepr)
    ):
        report.outcome = "failed"
        report.longrepr = "LANDSCAPE_REQUIRE asks for Neo4j, and NEO4J_TEST_URI is not set."
    return report
