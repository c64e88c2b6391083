"""A data directory for the commands of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphmodel import embedded
from graphmodel.settings import Settings


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory) -> Iterator[Path]:
    """Yield a data directory whose bundled store is stopped when the module is done."""
    folder = tmp_path_factory.mktemp("data")
    yield folder
    embedded.stop(Settings(data_dir=folder))
