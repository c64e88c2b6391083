"""A hand-made landscape on each server: `graph.node(...)`, `graph.link(...)`, then `graph.ask("C1", area="L")`."""

import os
from datetime import date
from itertools import count

import pytest

import queries
from graphmodel import embedded
from graphmodel.records import Point
from graphmodel.schema import label_of
from graphmodel.settings import Settings
from graphmodel.store import open_store

AS_OF = date(2026, 6, 1)
NEO4J = os.environ.get("NEO4J_TEST_URI")


class Graph:
    """Nodes and links are written as given; queries run as the reader, as a person's do."""

    def __init__(self, store):
        self.store = store
        self._numbers = count(1)

    def node(self, id, /, **properties):
        self.store.run(f"CREATE (n:{label_of(id)} {{id: $id}}) SET n += $p", id=id, p={"name": id, **properties})
        return id

    def link(self, type, start, end, /, **properties):
        p = {"id": f"link:{next(self._numbers)}", **properties}
        self.store.run(
            f"MATCH (a:{label_of(start)} {{id: $a}}), (b:{label_of(end)} {{id: $b}}) "
            f"CREATE (a)-[l:{type}]->(b) SET l += $p",
            a=start,
            b=end,
            p=p,
        )
        return p["id"]

    def borough(self):
        """Borough L with wards A and B, and an LSOA that lies in both; borough M with ward Z."""
        for code, level in (("L", "local_authority"), ("M", "local_authority"), ("A", "ward"), ("B", "ward"),
                            ("Z", "ward"), ("S", "lsoa")):  # fmt: skip
            self.node(f"area:{code}", code=code, level=level, inner_point=at(0, 5000))
        for part, whole in (("A", "L"), ("B", "L"), ("S", "L"), ("Z", "M")):
            self.link("WITHIN", f"area:{part}", f"area:{whole}")
        self.link("WITHIN", "area:S", "area:A", share=0.6)
        self.link("WITHIN", "area:S", "area:B", share=0.4)

    def place(self, id, ward, /, **properties):
        """A node in a ward and in the borough of that ward."""
        self.node(id, **properties)
        for area in (ward, "M" if ward == "Z" else "L"):
            self.link("WITHIN", id, f"area:{area}")
        return id

    def ask(self, name, **given):
        query = queries.get(name)
        as_of = {"as_of": AS_OF} if any(p.name == "as_of" for p in query.parameters) else {}
        table = self.store.query(query.text, query.values(as_of | given))
        # The bundled server names no columns where there are no rows.
        assert tuple(table.columns) == query.returns or not table.rows
        return table.dicts()


def at(east_m, north_m):
    """A point metres east and north of 53.4 N 2.3 W: a degree is 111.2 km to the north and 66.3 km to the east."""
    return Point(-2.3 + east_m / 66_300, 53.4 + north_m / 111_200)


def week(**days):
    """168 flags from hours per day: week(fri="17-22") is Friday 17:00 to 22:00."""
    flags = ["0"] * 168
    for day, hours in days.items():
        start, end = map(int, hours.split("-"))
        first = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(day) * 24
        flags[first + start : first + end] = "1" * (end - start)
    return "".join(flags)


@pytest.fixture(scope="session", params=["bundled", pytest.param("neo4j", marks=pytest.mark.skipif(
    not NEO4J, reason="NEO4J_TEST_URI is not set"))])  # fmt: skip
def server(request, tmp_path_factory):
    """Settings of a server of its own for these tests."""
    data = tmp_path_factory.mktemp("queries-data")
    if request.param == "neo4j":
        yield Settings(data_dir=data, neo4j_uri=NEO4J, neo4j_username=os.environ["NEO4J_TEST_USERNAME"],
                       neo4j_password=os.environ["NEO4J_TEST_PASSWORD"])  # fmt: skip
        return
    settings = Settings(data_dir=data)
    yield settings
    embedded.stop(settings)


@pytest.fixture
def graph(server):
    """An empty landscape on the server."""
    with open_store(server, write=True) as store:
        store.run("MATCH (n) WHERE NOT n:Meta DETACH DELETE n")
        yield Graph(store)
        store.run("MATCH (n) WHERE NOT n:Meta DETACH DELETE n")
