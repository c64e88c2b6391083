"""Can a question of the library be asked, read and taken elsewhere, and is each method explained?"""

from __future__ import annotations

import io
from datetime import date

import networkx as nx
import pandas as pd
import pytest
from made_up_town import RecordsBackend

from analysis import ANALYSES
from graphmodel.settings import Settings
from graphmodel.statement import parameters
from queries import library
from views import asking, methods

ROWS = [
    {"guardian": "guardian:g1", "name": "The Anchor", "partners": ["org:o2", "guardian:g2"], "routes": 2},
    {"guardian": "guardian:g3", "name": "The refuge", "partners": [], "routes": 0},
]


@pytest.fixture
def query_page(open_app, monkeypatch):
    asked = []

    def answer(self, query, values):
        asked.append((query, values))
        return {"rows": ROWS, "caveats": ["Read it with care."]}

    monkeypatch.setattr(RecordsBackend, "answer", answer, raising=False)
    monkeypatch.setattr(RecordsBackend, "confidential", lambda self: ["guardian:g3", "The refuge"], raising=False)
    page = open_app(area="area:T1", as_of="2026-11-01").switch_page("views/pages/query.py").run()
    page.asked = asked
    return page


def test_the_first_question_is_asked_for_the_area_and_day_of_the_sidebar(query_page):
    assert not query_page.exception and not query_page.error
    query, values = query_page.asked[0]
    assert query == "C1"
    assert values["as_of"] == "2026-11-01"
    assert values["within_m"] == "400"
    assert list(query_page.dataframe[0].value["Guardian"]) == ["guardian:g1", asking.WITHHELD]


def test_a_confidential_place_is_not_named(query_page):
    assert list(query_page.dataframe[0].value["Name"]) == ["The Anchor", asking.WITHHELD]


def test_another_question_has_a_form_of_its_own(query_page):
    (chosen,) = [o for o in query_page.selectbox(key="query").options if o.startswith("C14")]
    query_page.selectbox(key="query").set_value(chosen).run()
    assert query_page.asked[-1][0] == "C14"
    assert [each.label for each in query_page.multiselect] == ["Harms"]


def test_what_was_asked_with_stands_in_the_address_and_comes_back(query_page, open_app):
    (hour,) = [field for field in query_page.number_input if field.label == "From hour"]
    hour.set_value(20)
    query_page.button[0].click().run()
    assert query_page.asked[-1][1]["from_hour"] == "20"
    assert {name: value for name, value in query_page.query_params.items() if name.startswith("p_")} == {
        "p_from_hour": "20"  # the other values are those the form opens with
    }
    fresh = open_app(area="area:T1", as_of="2026-11-01", p_from_hour="20")
    fresh.switch_page("views/pages/query.py").run()
    assert [field.value for field in fresh.number_input if field.label == "From hour"] == [20]


def test_an_address_that_asks_with_no_number_is_told(open_app, query_page):
    page = open_app(area="area:T1", p_within_m="far").switch_page("views/pages/query.py").run()
    assert not page.exception and "within" in page.error[0].value
    assert "A question ends after 20 seconds" in "".join(each.value for each in page.get("html"))


def test_an_audience_shows_its_own_questions(query_page):
    query_page.segmented_control(key="audience").set_value("pilot").run()
    assert {o[0] for o in query_page.selectbox(key="query").options} == {"P"}


def test_the_answer_names_its_nodes_places_and_links(town_landscape):
    assert asking.named_in(ROWS) == ["guardian:g1", "org:o2", "guardian:g2", "guardian:g3"]
    assert [mark.id for mark in asking.on_map(ROWS, town_landscape)] == ["guardian:g1", "guardian:g2"]
    linked = asking.as_network(ROWS, town_landscape)
    assert {link["type"] for *_, link in linked.edges(data=True)} == {"REFERS_TO", "SHARES_INFORMATION_WITH"}
    assert nx.read_graphml(io.BytesIO(asking.graphml_bytes(linked))).nodes["guardian:g1"]["label"] == "Guardian"


def test_the_table_leaves_as_parquet():
    frame = pd.read_parquet(io.BytesIO(asking.parquet_bytes(asking.table(ROWS))))
    assert frame["partners"].tolist() == ["org:o2; guardian:g2", ""]


@pytest.mark.parametrize("id", list(library()))
def test_each_question_can_be_taken_to_a_cypher_tool_a_shell_and_a_notebook(id):
    query = library()[id]
    values = asking.first_values(query, "X05000001", date(2026, 11, 1))
    text = asking.cypher(query, values)
    assert [name for name in parameters(query.text) if f":param {name} => " not in text] == []
    assert asking.command(query, values, demo=True).startswith(f"landscape query {id} ")
    compile(asking.notebook(query, values, settings=Settings()), "notebook", "exec")


def test_a_notebook_asks_the_same_store_and_no_password_is_shown(tmp_path):
    own = Settings(data_dir=tmp_path, demo=True, neo4j_password="secret", origins={"data_dir": "option"})
    text = asking.notebook(library()["C2"], {}, settings=own)
    assert f"load_settings({{'demo': True, 'data_dir': '{tmp_path}'}})" in text and "secret" not in text
    assert "load_settings()" in asking.notebook(library()["C2"], {}, settings=Settings())


def test_how_to_go_on_in_cypher_depends_on_the_store():
    (told,) = asking.connection(Settings(neo4j_uri="bolt://example:7687"))
    assert "bolt://example:7687" in told and "only read" in told
    assert "landscape query question.cypher --demo" in asking.connection(Settings(demo=True))[0]


def test_a_text_is_written_so_that_cypher_reads_it_as_text():
    assert asking._literal('a "b" \\ c') == '"a \\"b\\" \\\\ c"'
    assert asking._literal(["x", 1, None, True, date(2026, 1, 2)]) == '["x", 1, null, true, date("2026-01-02")]'


def test_every_analysis_has_its_method_on_the_page():
    described = {name for page in methods.pages() for name, _ in methods.analyses_on(page)}
    assert described == set(ANALYSES)
    assert next(iter(methods.pages())) == methods.VALUES


def test_links_between_methods_lead_to_one_another():
    text = methods.shown("coverage")
    assert "](methods?method=Completeness)" in text
    assert ".md)" not in "".join(methods.shown(name) for name in methods.pages())


def test_the_methods_page_shows_the_values_first_and_any_other(open_app):
    page = open_app().switch_page("views/pages/methods.py").run()
    assert not page.exception and not page.error
    assert "Care, not surveillance" in page.markdown[0].value
    page.selectbox(key="method").set_value("coverage").run()
    assert "cover(c, h)" in page.markdown[0].value


def test_the_methods_can_be_read_before_anything_is_loaded(open_app):
    page = open_app([]).switch_page("views/pages/methods.py").run()
    assert not page.exception and "Care, not surveillance" in page.markdown[0].value
