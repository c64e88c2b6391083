"""What does the Landscape page say of the made-up town, and what does the address do?"""

from __future__ import annotations

from pathlib import Path

from made_up_town import HOSTILE, link, town
from streamlit.testing.v1 import AppTest

from graphmodel.errors import StoreUnavailable
from graphmodel.records import NodeRecord, Point, Record
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


def test_a_place_is_found_by_words_of_its_name(open_app):
    app = open_app()
    app.text_input(key="find").set_value("anchor the").run()
    app.button(key="found_guardian:g1").click().run()
    assert not app.exception and "closed all week" in told(app)
    app.button(key="close_profile").click().run()
    assert "Strengths" in told(app)


def test_what_is_confidential_is_not_found(open_app):
    app = open_app()
    app.text_input(key="find").set_value("refuge").run()
    assert "Nothing that is loaded is called “refuge”." in told(app)


def test_an_organisation_is_found_with_what_it_runs_and_where(open_app):
    app = open_app(find="town council")
    app.button(key="found_org:o1").click().run()
    page = told(app)
    assert "<li>Night youth (service)</li>" in page
    assert "<li>Night youth: Fridays, West</li>" in page
    assert page.index(">Runs</h3>") < page.index(">Delivers</h3>") < page.index(">Where</h3>")


def test_an_area_is_found_by_name_and_leads_there(open_app):
    app = open_app(find="east")
    app.button(key="found_area:W2").click().run()
    app.button(key="look_at").click().run()
    assert app.session_state["selection"].area == "area:W2"


def test_a_name_elsewhere_is_found_and_said_to_be_elsewhere(open_app):
    app = open_app(area="W2", find="Anchor")
    assert "Nothing in East is called “Anchor”; this is elsewhere." in told(app)
    app.button(key="found_guardian:g1").click().run()
    assert "closed all week" in told(app)


def test_a_postcode_tells_its_ward_and_leads_there(open_app):
    app = open_app(with_postcode(), find="m33 2ab")
    assert "M33 2AB is on the map, ringed. It lies in West (Town)." in told(app)
    app.button(key="look_at_postcode").click().run()
    assert app.session_state["selection"].area == "area:W1"


def with_postcode() -> list[Record]:
    place = {"name": "M33 2AB", "location": Point(0.005, 0.004)}
    return [*town(), NodeRecord("Postcode", "postcode:M332AB", place), link("WITHIN", "postcode:M332AB", "area:W1")]


def test_the_sidebar_takes_a_postcode_for_its_ward(open_app):
    app = open_app(with_postcode())
    app.sidebar.text_input(key="area_postcode").set_value("m33 2ab").run()
    assert app.session_state["selection"].area == "area:W1"
    assert app.sidebar.text_input(key="area_postcode").value == ""
    app.sidebar.text_input(key="area_postcode").set_value("M33 9ZZ").run()
    assert "M33 9ZZ is not loaded" in app.sidebar.warning[0].value
    assert app.session_state["selection"].area == "area:W1"


def test_the_address_may_name_an_area_by_a_postcode(open_app):
    app = open_app(with_postcode(), area="M33 2AB")
    assert app.session_state["selection"].area == "area:W1" and not app.sidebar.warning


def test_a_postcode_that_is_not_loaded_is_said(open_app):
    page = told(open_app(find="M33 2ZZ"))
    assert "The postcode M33 2ZZ is not loaded: check it, or load a postcode file on Data." in page


def test_the_address_to_share_has_all_that_was_chosen(open_app):
    app = open_app(area="W1", as_of="2026-05-01", when="Fri 20:00")
    shared = next(code.value for code in app.code if code.value.startswith("?") or "?data=" in code.value)
    assert shared.endswith("?data=own&area=W1&as_of=2026-05-01&when=Fri+20%3A00")


def test_the_profile_tells_how_much_is_recorded(open_app):
    page = told(open_app())
    # Hours of guardians: The Anchor's are recorded, the other's are not. What is confidential counts in completeness.
    assert ">Completeness</h3>" in page and "<dt>Services coded</dt><dd>0%</dd>" in page


def test_residents_that_are_not_known_are_told_apart(open_app):
    assert "1,200 (not known for 1 of 2 small areas)" in told(open_app())


def test_the_view_can_be_cited(open_app):
    app = open_app()
    assert any("landscape, landscape(shade=provision" in code.value for code in app.code)


def test_a_shade_or_layer_the_address_asks_in_vain_is_said(open_app):
    app = open_app(shade="Danger", layers="Contexts")
    (warning,) = app.main.warning
    assert "Danger" in warning.value and "layers" not in warning.value
    assert list(app.dataframe[0].value["Name"]) == ["Quay"]
