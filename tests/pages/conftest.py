"""Pages on a made-up town, without a store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from made_up_town import RecordsBackend, town
from streamlit.testing.v1 import AppTest

from graphmodel.gap_status import GapStatus
from graphmodel.landscape import Landscape
from graphmodel.records import Record
from graphmodel.settings import Settings
from views import session

ROOT = Path(__file__).parents[2]


@pytest.fixture
def town_landscape() -> Landscape:
    return Landscape.from_records(town(), "area:T1", date(2026, 11, 23))


@pytest.fixture
def open_app(tmp_path):
    """Return a function that opens the app on records (the demo empty) and runs it once."""

    def start(
        records: list[Record] | None = None, *, said: dict[str, GapStatus] | None = None, **address: str
    ) -> AppTest:
        own = town() if records is None else records
        session.use_settings(Settings(data_dir=tmp_path))
        told = {} if said is None else said
        session.use_backend(lambda settings: RecordsBackend(settings, [] if settings.demo else own, told))
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        return app.run()

    yield start
    session.use_backend(session.StoreBackend)
