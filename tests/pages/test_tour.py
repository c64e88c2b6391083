"""The three steps through the demo are shown until dismissed, and never on data of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_town import RecordsBackend, town
from streamlit.testing.v1 import AppTest

from graphmodel.settings import Settings
from views import session

ROOT = Path(__file__).parents[2]


def told(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


@pytest.fixture
def open_demo(open_app, tmp_path):
    """Return a function that opens the app with the town as its demo."""

    def start(**address: str):
        session.use_settings(Settings(data_dir=tmp_path))
        open_app([])
        session.use_backend(lambda settings: RecordsBackend(settings, town()))
        return open_again(**address)

    def open_again(**address: str):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        return app.run()

    return start


def test_the_demo_opens_with_three_steps_and_a_way_to_data_of_ones_own(open_demo):
    app = open_demo(data="demo")
    assert not app.exception
    assert "A look around the demo borough" in told(app)
    assert app.button(key="tour_done").label.startswith("Enough")


def test_once_dismissed_it_stays_so_for_the_next_person_on_this_machine(open_demo):
    app = open_demo(data="demo")
    app.button(key="tour_done").click().run()
    assert "A look around" not in told(app)
    assert "A look around" not in told(open_demo(data="demo"))


def test_data_of_ones_own_has_no_tour(open_demo):
    assert "A look around" not in told(open_demo(data="own"))
