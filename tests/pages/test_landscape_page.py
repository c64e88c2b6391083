"""What does the Landscape page say of the made-up town, and what does the address do?"""

from __future__ import annotations

from pathlib import Path

from made_up_town import HOSTILE, town
from streamlit.testing.v1 import AppTest

from graphmodel.errors import StoreUnavailable
from graphmodel.records import NodeRecord
from graphmodel.settings import Settings
from views import session
from views.components import landscape_blocks

ROOT = Path(__file__).parents[2]


def told(app) -> str:
    """Return the HTML blocks of a page as one text."""
    return "\n".join(element.value for element in app.get("html"))


def test_the_first_view_is_the_area_with_strengths_first(open_app):
    app = open_app()
    assert not app.exception and not app.error
    page = told(app)
    headings = [page.index(f">{name}</h3>") for name in ("Strengths", "Provision", "Guardians", "Contexts")]
    assert headings == sorted(headings)
    assert "Guardians young people trust" in page


def test_legends_count_what_is_unknown_apart(open_app):
    page = told(open_app())
    assert "not known <span" in page
    assert "no engagement recorded <span" in page


def test_hostile_names_are_escaped_in_html_and_whole_in_the_table(open_app):
    app = open_app()
    assert "<script>" not in told(app).replace("<style>", "")
    assert HOSTILE in list(app.dataframe[0].value["Name"])


def test_confidential_places_are_not_on_the_page(open_app):
    app = open_app()
    assert "The refuge" not in told(app)
    assert "The refuge" not in app.dataframe[0].value.to_csv()


def test_a_layer_is_turned_on(open_app):
    app = open_app()
    app.pills(key="layers").set_value(["contexts"]).run()
    assert list(app.dataframe[0].value["Name"]) == ["Quay"]


def test_at_an_hour_open_closed_and_unknown_are_three_things(open_app):
    app = open_app(when="Fri 20:00")
    table = app.dataframe[0].value.set_index("Name")["Open then"]
    assert table["The Anchor"] == "closed"
    assert table["Night youth"] == "open"
    assert table[HOSTILE] == "not known"
    assert "Guardians closed then, not drawn: 1." in told(app)
    assert "Hours not known" in told(app)


def test_the_address_restores_area_date_and_hour(open_app):
    app = open_app(area="W2", as_of="2026-05-01", when="Sat 10:00")
    chosen = app.session_state["selection"]
    assert (chosen.area, chosen.as_of.isoformat(), chosen.when) == ("area:W2", "2026-05-01", 5 * 24 + 10)
    assert not app.sidebar.warning
    assert "as of 01 May 2026 · Sat 10:00" in told(app)


def test_a_chosen_area_is_written_to_the_address_by_its_code(open_app):
    app = open_app()
    app.sidebar.selectbox(key="area_choice").set_value("area:W1").run()
    assert app.query_params["area"] in ("W1", ["W1"])
    assert app.session_state["selection"].area == "area:W1"
    app.sidebar.button(key="area_up").click().run()
    assert app.session_state["selection"].area == "area:T1"
    assert "area" not in app.query_params


def test_what_the_address_asks_in_vain_is_said_as_text(open_app):
    app = open_app(area="![x](http://evil)", as_of="soon", when="tea")
    said = " ".join(warning.value for warning in app.sidebar.warning)
    assert "soon" in said and "tea" in said
    assert "![x](" not in said
    assert len(app.sidebar.warning) == 3
    assert app.session_state["selection"].area == "area:T1"


def test_partner_links_without_a_place_are_listed(open_app):
    app = open_app()
    app.pills(key="layers").set_value(["guardians", "links"]).run()
    assert "Partner links: 1 drawn, 2 without a place" in told(app)


def test_a_picked_place_shows_its_profile_with_its_source(open_app):
    app = open_app()
    app.session_state["picked"] = "guardian:g1"
    app.run()
    page = told(app)
    assert "The Anchor" in page and "guardian:g1.csv:2" in page and "closed all week" in page
    app.button(key="close_profile").click().run()
    assert "Strengths" in told(app)


def test_an_empty_store_says_what_to_do(open_app):
    app = open_app([])
    app.sidebar.selectbox(key="database_choice").set_value("own").run()
    assert not app.exception and not app.error
    assert "Load a folder" in app.info[0].value


def test_places_without_areas_still_open(open_app):
    bare = [r for r in town() if isinstance(r, NodeRecord) and r.label in ("Guardian", "Organisation")]
    app = open_app(bare)
    assert not app.exception and not app.error
    assert "The Anchor" in list(app.dataframe[0].value["Name"])


def test_one_view_that_fails_leaves_the_others(open_app, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(landscape_blocks, "draw_legends", broken)
    app = open_app()
    assert not app.exception
    assert any("cannot be shown" in error.value for error in app.error)
    assert "secret" not in " ".join(error.value for error in app.error)
    assert app.dataframe


def test_a_store_that_is_not_there_is_one_sentence(open_app, tmp_path):
    open_app()

    def refuse(settings: Settings):
        raise StoreUnavailable("The store does not answer; start it with `landscape store start`.")

    session.use_backend(refuse)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not app.exception
    assert "does not answer" in app.sidebar.error[0].value


def test_a_place_is_found_by_name(open_app):
    app = open_app()
    find = app.selectbox(key="find")
    assert "The Anchor · guardian" in find.options
    assert not any("refuge" in option for option in find.options)
    find.set_value("guardian:g1").run()
    assert not app.exception and "closed all week" in told(app)
    app.button(key="close_profile").click().run()
    assert app.selectbox(key="find").value is None


def test_the_view_can_be_cited(open_app):
    app = open_app()
    assert "landscape, landscape(shade=provision" in app.code[0].value


def test_a_shade_or_layer_the_address_asks_in_vain_is_said(open_app):
    app = open_app(shade="Danger", layers="Contexts")
    (warning,) = app.main.warning
    assert "Danger" in warning.value and "layers" not in warning.value
    assert list(app.dataframe[0].value["Name"]) == ["Quay"]
