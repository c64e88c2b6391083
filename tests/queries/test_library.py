"""The query files: their headers, their words, and how parameters are given."""

from datetime import date

import pytest

import queries
from graphmodel.errors import InputError, UnknownName
from graphmodel.schema import NODE_TYPES
from graphmodel.statement import check_reads, labels_and_types, parameters
from queries.document import queries_markdown

FIRST_TWELVE = ["C1", "C2", "C3", "C4", "C6", "C7", "C14", "P2", "P5", "P6", "R1", "R3"]

GOOD = """\
// @title Parks
// @audience researcher
// @param area area = none  code of an area
// @returns id
// @reading One row per park.
// It goes on.
MATCH (c:Context {kind: 'park'}) WHERE $area IS NULL RETURN c.id AS id
"""


def test_the_first_twelve_are_there_in_order():
    assert list(queries.library()) == FIRST_TWELVE


@pytest.mark.parametrize("name", FIRST_TWELVE)
def test_each_query_only_reads_and_needs_no_parameter(name):
    query = queries.get(name)
    check_reads(query.text)
    assert query.values({}).keys() == parameters(query.text)
    assert "as_of" in query.values({}), "what holds depends on the day"


def test_a_query_is_found_by_id_file_name_or_path(tmp_path):
    own = tmp_path / "mine.cypher"
    own.write_text("MATCH (c:Context {kind: $kind}) RETURN c.id", encoding="utf-8")
    assert queries.get("c1").id == queries.get("c1_contexts_without_active_guardian").id == "C1"
    assert queries.get(own).values({"kind": "park"}) == {"kind": "park"}
    with pytest.raises(UnknownName, match="C1, C2"):
        queries.get("C99")


def test_reading_goes_on_over_comment_lines():
    assert queries.parse(GOOD, "x1_parks.cypher", strict=True).reading == "One row per park. It goes on."


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("// @title Parks\n", "", "@title is missing"),
        ("researcher", "everybody", "audience everybody"),
        ("Context", "Contxt", "Contxt is neither"),
        ("$area IS", "$arae IS", "area is declared but not used"),
        ("area area = none", "area place = none", "type it knows"),
        ("area area = none", "area code:nothing = none", "no code list nothing"),
    ],
)
def test_a_wrong_library_file_fails_in_a_sentence_that_names_it(old, new, says):
    with pytest.raises(InputError, match=says) as error:
        queries.parse(GOOD.replace(old, new), "x1_parks.cypher", strict=True)
    assert str(error.value).startswith("x1_parks.cypher: ")


@pytest.mark.parametrize(
    ("type", "given", "value"),
    [
        ("integer", "12", 12),
        ("float", "1.5", 1.5),
        ("boolean", "yes", True),
        ("date", "2026-06-01", date(2026, 6, 1)),
        ("area", " X08000001 ", "X08000001"),
        ("code:levels", "L2", "L2"),
        ("codes:levels", "L1,L2", ["L1", "L2"]),
        ("codes:levels", "all", ["L1", "L2", "both"]),
        ("string", "none", None),
        ("any", "12", 12),
        ("any", "2026-06-01", date(2026, 6, 1)),
        ("any", "12 High Street", "12 High Street"),
    ],
)
def test_a_parameter_is_converted_by_its_type(type, given, value):
    assert queries.Parameter("p", type).value(given) == value


def test_today_is_the_day_it_is_asked_on():
    before = date.today()
    found = queries.Parameter("p", "date").value("today")
    # Midnight may pass in between.
    assert before <= found <= date.today()


@pytest.mark.parametrize(
    ("type", "given", "says"),
    [
        ("integer", "twelve", "not a whole number"),
        ("date", "01/06/2026", "not a date"),
        ("code:levels", "L3", "the codes are L1, L2, both"),
        ("boolean", "perhaps", "not true or false"),
    ],
)
def test_a_value_of_another_type_is_said_in_a_sentence(type, given, says):
    with pytest.raises(InputError, match=says):
        queries.Parameter("p", type).value(given)


def test_an_unknown_and_a_missing_parameter_are_said():
    with pytest.raises(InputError, match="has no parameter ward; it has area, as_of"):
        queries.get("C2").values({"ward": "A"})
    needs = queries.parse("// @param n integer  how many\nRETURN $n AS n", "own.cypher")
    with pytest.raises(InputError, match="needs n: how many"):
        needs.values({})


def test_labels_and_types_are_told_from_maps_and_strings():
    text = "MATCH (a:Area)-[:WITHIN|RUNS*1..2]->(b:Context|Service) WHERE a.x = ':Nothing' RETURN {k: CASE, l: B}"
    assert labels_and_types(text) == {"Area", "WITHIN", "RUNS", "Context", "Service"}


def test_words_in_strings_comments_names_and_properties_are_no_clauses():
    for text in (
        "RETURN 'CREATE; DROP'",
        "RETURN 1 // SET",
        "MATCH (n:`DELETE`) RETURN n.set, n.`create`",
        "RETURN 1;",
    ):
        check_reads(text)


def test_every_label_of_the_library_is_in_the_schema():
    named = set().union(*(labels_and_types(q.text) for q in queries.library().values()))
    assert {name for name in named if not name.isupper()} <= set(NODE_TYPES)


def test_the_page_names_every_query_with_parameters_and_reading():
    page = queries_markdown()
    for query in queries.library().values():
        assert f"### {query.id}: {query.title}" in page
        assert query.reading in page
        assert all(f"`-p {parameter.name}=`" in page for parameter in query.parameters)
