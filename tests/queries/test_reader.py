"""People's queries: every attempt that quality.md lists is made for real, on both servers."""

import time
from contextlib import suppress

import pytest
from small_landscape import Graph

from graphmodel.errors import InputError, Refused
from graphmodel.reader import probe

pytestmark = pytest.mark.store

REFUSED = [
    "CREATE (n:Hack) RETURN n",
    "MATCH (a:Area) CREATE (:Hack)",
    "MERGE (n:Hack {id: 'x'}) RETURN n",
    "MATCH (a:Area) SET a.name = 'x' RETURN a",
    "MATCH (a:Area) REMOVE a.name RETURN a",
    "MATCH (a:Area) DELETE a",
    "MATCH (a:Area) DETACH DELETE a RETURN 1 AS x",
    "FOREACH (i IN [1] | CREATE (:Hack))",
    "DROP CONSTRAINT area_id",
    "DROP DATABASE neo4j",
    "CREATE INDEX FOR (n:Hack) ON (n.id)",
    "CREATE USER hack SET PASSWORD 'hackhackhack'",
    "SHOW USERS",
    "SHOW SETTINGS",
    "SHOW TRANSACTIONS",
    "SHOW PROCEDURES",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "STOP DATABASE neo4j",
    "MATCH (a:Area) CALL { WITH a SET a.name = 'x' } IN TRANSACTIONS",
    "MATCH (a:Area) CALL (a) { DETACH DELETE a } IN TRANSACTIONS OF 1 ROWS",
    "CALL db.createLabel('Hack')",
    "CALL dbms.listConfig() YIELD name RETURN name",
    "CALL dbms.killConnections(['x'])",
    "CALL db.index.fulltext.queryNodes('x', 'y')",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "UNWIND [1] AS i LOAD CSV FROM 'http://127.0.0.1:1/x' AS line RETURN line",
    "USE system MATCH (n) RETURN n",
    "CALL { USE system MATCH (n) RETURN n } RETURN n",
    "MATCH (a:Area) RETURN a; CREATE (:Hack)",
    "EXPLAIN CREATE (:Hack)",
    "PROFILE CREATE (:Hack)",
    "CYPHER runtime=slotted CREATE (:Hack)",
    "/* MATCH */ CREATE (:Hack)",
    "MATCH (a:Area) WHERE a.name <> '\\u0027 CREATE (:Hack) //' RETURN a",
    "RETURN `apoc`.`cypher`.runFirstColumn('CREATE (:Hack)', {})",
]

# What gets past the look at the words must be refused by the server's own means too: nothing rests on one wall.
PAST_THE_WORDS = [
    "CREATE (n:Hack) RETURN n",
    "MATCH (a:Area) DETACH DELETE a",
    "CREATE INDEX FOR (n:Hack) ON (n.id)",
    "CREATE USER hack SET PASSWORD 'hackhackhack'",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV FROM 'http://127.0.0.1:1/x' AS line RETURN line",
    "SHOW USERS",
    "SHOW SETTINGS",
    "STOP DATABASE neo4j",
    "CALL db.createLabel('Hack')",
    "MATCH (a:Area) CALL (a) { DETACH DELETE a } IN TRANSACTIONS",
]

ENDLESS = [
    "MATCH (a:Need), (b:Need), (c:Need), (d:Need) WHERE a.id <> b.id + c.id + d.id RETURN count(*) AS n",
    "MATCH p = (:Organisation)-[:REFERS_TO*]-(:Organisation) RETURN count(p) AS n",
]

TOO_LARGE = [
    "RETURN size(reduce(s = 'x', i IN range(1, 40) | s + s)) AS n",
    "WITH range(1, 100000000) AS l RETURN size([x IN l | x + l[0]]) AS n",
]


@pytest.fixture(scope="module")
def borough(opened):
    opened.run("MATCH (n) WHERE NOT n:Meta DETACH DELETE n")
    graph = Graph(opened)
    graph.borough()
    return graph, contents(graph.store)


@pytest.fixture
def stored(borough):
    graph, before = borough
    yield graph
    assert contents(graph.store) == before, "the store answers afterwards and is unchanged"


def contents(store):
    return store.read("MATCH (n) WHERE NOT n:Meta OPTIONAL MATCH (n)-[l]->(m) "
                      "RETURN n.id AS id, n.name AS name, l.id AS link, m.id AS other ORDER BY id, link")  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_a_statement_that_does_more_than_read_is_refused_in_a_sentence(stored, text):
    with pytest.raises(Refused, match=r"^[A-Z].*[.]$"):
        stored.store.query(text, {})


@pytest.mark.parametrize("text", PAST_THE_WORDS)
def test_the_server_refuses_it_too_when_its_words_are_not_looked_at(stored, text, monkeypatch):
    monkeypatch.setattr("graphmodel.reader.check_reads", lambda text: text)
    with pytest.raises((Refused, InputError)):
        stored.store.query(text, {})


def test_a_property_is_not_changed_when_the_words_are_not_looked_at(stored, monkeypatch):
    """The bundled server refuses SET only when the transaction is committed, and the reader's never is."""
    monkeypatch.setattr("graphmodel.reader.check_reads", lambda text: text)
    with suppress(Refused):
        stored.store.query("MATCH (a:Area) SET a.name = 'x' RETURN a", {})


def test_the_probes_find_that_the_reader_cannot_write(stored):
    assert probe(stored.store) is None


@pytest.mark.parametrize("text", TOO_LARGE)
def test_a_statement_that_wants_all_memory_is_ended_and_the_store_answers_afterwards(stored, text):
    with pytest.raises(InputError, match="ask for less"):
        stored.store.query(text, {}, seconds=10)
    assert stored.store.query("MATCH (a:Area) RETURN count(a) AS n", {}).rows == [[6]]


def test_a_million_rows_are_cut_at_the_number_asked_for(stored):
    table = stored.store.query("UNWIND range(1, 1000000) AS i RETURN i", {}, rows=100)
    assert (len(table.rows), table.truncated) == (100, True)


def test_exactly_as_many_rows_as_allowed_are_not_called_cut(stored):
    table = stored.store.query("UNWIND range(1, 100) AS i RETURN i", {}, rows=100)
    assert (len(table.rows), table.truncated) == (100, False)


def test_values_are_parameters_and_never_become_cypher(stored):
    table = stored.store.query("MATCH (a:Area {code: $code}) RETURN a.id", {"code": "A'}) DETACH DELETE a //"})
    assert table.rows == []


def test_a_parameter_that_was_not_given_is_said(stored):
    with pytest.raises(InputError, match=r"\$code"):
        stored.store.query("MATCH (a:Area {code: $code}) RETURN a.id", {})


def test_a_mistake_in_the_text_is_an_input_error(stored):
    with pytest.raises(InputError):
        stored.store.query("MATCH (a:Area RETURN a", {})


def test_the_answer_has_columns_types_and_plain_values(stored):
    table = stored.store.query(
        "MATCH (a:Area {code: 'A'}) RETURN a.id AS id, 1 AS n, 0.5 AS x, true AS yes, date('2026-06-01') AS day, "
        "a.inner_point AS point, [1, 2] AS list, {k: 'v'} AS map, null AS nothing",
        {},
    )
    assert table.types == ["text", "integer", "number", "boolean", "date", "point", "list", "map", "empty"]
    assert table.dicts()[0]["map"] == {"k": "v"}


def test_labels_and_types_can_be_listed(stored):
    assert ["Area"] in stored.store.query("CALL db.labels() YIELD label RETURN label", {}).rows


def test_a_path_becomes_its_nodes_and_links(stored):
    table = stored.store.query("MATCH p = (:Area {code: 'A'})-[:WITHIN]->(:Area {code: 'L'}) RETURN p", {})
    assert [n["id"] for n in table.rows[0][0]["nodes"]] == ["area:A", "area:L"]


def test_two_statements_run_at_a_time_and_a_third_is_told_to_wait(stored, monkeypatch):
    from graphmodel import reader

    with reader._one_of_few(1), reader._one_of_few(1), pytest.raises(InputError, match="running already"):
        stored.store.query("RETURN 1 AS x", {}, seconds=0.1)


@pytest.fixture
def crowded(graph):
    """Many needs and a dense network; the last tests here, for it empties the store first."""
    for i in range(1500):
        graph.node(f"need:{i}")
    for i in range(12):
        graph.node(f"org:{i}")
        for j in range(i):
            graph.link("REFERS_TO", f"org:{i}", f"org:{j}")
    return graph.store


@pytest.mark.parametrize("text", ENDLESS)
def test_a_statement_that_never_ends_is_ended_in_time(crowded, text):
    started = time.monotonic()
    with pytest.raises(InputError, match="took longer than 2 seconds"):
        crowded.query(text, {}, seconds=2)
    assert time.monotonic() - started < 15
    assert crowded.query("RETURN 1 AS x", {}).rows == [[1]]
