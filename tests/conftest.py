"""What all tests share: where the real data is, if it is here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
