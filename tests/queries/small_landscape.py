"""A hand-made landscape: `graph.node(...)`, `graph.link(...)`, then `graph.ask("C1", area="L")`."""

from collections import defaultdict
from datetime import date
from itertools import count

import queries
from graphmodel.records import Point
from graphmodel.schema import label_of

AS_OF = date(2026, 6, 1)


class Graph:
    """Nodes and links are written as given, all at once before they are asked for; queries run as the reader."""

    def __init__(self, store):
        self._store = store
        self._numbers = count(1)
        self._nodes = defaultdict(list)
        self._links = defaultdict(list)

    @property
    def store(self):
        """The store, with all that was given."""
        for label, rows in self._nodes.items():
            self._store.run(f"UNWIND $rows AS r CREATE (n:{label} {{id: r.id}}) SET n += r.p", rows=rows)
        for (type, start, end), rows in self._links.items():
            self._store.run(
                f"UNWIND $rows AS r MATCH (a:{start} {{id: r.a}}), (b:{end} {{id: r.b}}) "
                f"CREATE (a)-[l:{type}]->(b) SET l += r.p",
                rows=rows,
            )
        self._nodes.clear()
        self._links.clear()
        return self._store

    def node(self, id, /, **properties):
        self._nodes[label_of(id)].append({"id": id, "p": {"name": id, **properties}})
        return id

    def link(self, type, start, end, /, **properties):
        p = {"id": f"link:{next(self._numbers)}", **properties}
        self._links[type, label_of(start), label_of(end)].append({"a": start, "b": end, "p": p})
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
