"""How does a person's query run without harm? Checked, read-only, ended in time, cut at N rows, never retried.

Four walls, each of which holds alone against most attempts: the words of the statement (``statement.py``); the plan,
where the server can be asked for one before it runs anything (Neo4j); the reader, an account that may only read
(bundled) or a transaction of access mode READ (Neo4j); and the time-out. A statement that doubles a string until
the memory is gone can still end the bundled server: it is started again, and the person is told.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from graphmodel.errors import InputError, LandscapeError, Refused, StoreUnavailable
from graphmodel.records import Point
from graphmodel.statement import PROCEDURES, check_reads
from graphmodel.statement import parameters as used_parameters

if TYPE_CHECKING:
    from graphmodel.store import GraphStore

STATEMENTS_AT_ONCE = 2

# Beginnings of the operators of Neo4j's plans that do more than read the landscape.
_BEYOND_READING = (
    "AdministrationCommand", "Create", "Delete", "DetachDelete", "Foreach", "LoadCSV", "Merge", "Remove", "RunQueryAt",
    "Set", "Show", "SubqueryForeach", "Terminate", "Transaction",
)  # fmt: skip
_ENDED = ("terminated", "timedout", "timed out", "command.timeout", "command exceeded")
_TOO_LARGE = ("heap", "outofmemory", "memorypool", "memory", "querymaxrangesize")

_running = threading.BoundedSemaphore(STATEMENTS_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Table:
    """Answer to a query. ``truncated``: there were more rows; ``types``: of each column, "mixed" or "empty" too."""

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool
    types: list[str]

    def dicts(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def run_query(
    store: GraphStore,
    cypher: str,
    parameters: Mapping[str, Any],
    *,
    rows: int | None = None,
    seconds: float | None = None,
) -> Table:
    """Run a person's statement as the reader and return at most ``rows`` of its rows.

    ``rows`` and ``seconds`` default to the settings ``query_rows`` and ``query_seconds``. Raises Refused for anything
    but reading, InputError where the store does not understand it or it took too long or too much memory, and
    StoreUnavailable.
    """
    text = check_reads(cypher)
    if missing := sorted(used_parameters(text) - set(parameters)):
        # Neo4j would refuse it, the bundled server would take it for null.
        raise InputError(f"The query uses ${missing[0]}, which was not given; give it with -p {missing[0]}=...")
    limit = store.settings.query_rows if rows is None else rows
    longest = float(store.settings.query_seconds if seconds is None else seconds)
    with _one_of_few(longest), _explained(store, longest):
        if store.kind == "neo4j":
            _check_plan(store, text, parameters, longest)
            return _fetch(store, text, parameters, limit, longest)
        tag = f"reader-{token_hex(8)}"
        with _ended_in_time(store, tag, longest):
            # The line end closes a comment in the last line of the text.
            return _fetch(store, f"/* {tag} */ {text}\n", parameters, limit, longest)


def probe(store: GraphStore) -> str | None:
    """Return None when this server refuses its reader a write and a LOAD CSV, else what it did not refuse.

    The statements go to the server as they are, past the look at their words: it is the last wall that is tried.
    """
    attempts = {"a write": "CREATE (n:Probe) RETURN 1 AS x"}
    if store.kind == "bundled":
        # On Neo4j the plan is what stops this one.
        attempts["LOAD CSV"] = "LOAD CSV FROM 'file:///landscape-probe.csv' AS line RETURN line"
    for name, text in attempts.items():
        with contextlib.suppress(Refused, InputError), store.reader_session(seconds=5) as session:
            with session.run(text) as answer:
                list(answer)
            return f"The server did not refuse its reader {name}."
    if store.kind == "neo4j":
        with contextlib.suppress(Refused):
            _check_plan(store, "LOAD CSV FROM 'file:///landscape-probe.csv' AS line RETURN line", {}, 5)
            return "The server's plan does not show LOAD CSV."
    return None


def _fetch(store: GraphStore, text: str, parameters: Mapping[str, Any], limit: int, seconds: float) -> Table:
    with store.reader_session(seconds=seconds) as session, session.run(text, parameters) as answer:
        columns = answer.columns
        found = [[_plain(value) for value in row] for row in islice(answer, limit + 1)]
    kept = found[:limit]
    return Table(columns, kept, len(found) > limit, [_type(row[i] for row in kept) for i in range(len(columns))])


def _check_plan(store: GraphStore, text: str, parameters: Mapping[str, Any], seconds: float) -> None:
    """Ask the server how it would run the statement; raise Refused unless that is reading the landscape only."""
    with store.reader_session(seconds=seconds) as session, session.run(f"EXPLAIN {text}", parameters) as answer:
        summary = answer.summary()
    if summary.query_type != "r":
        raise Refused("The statement would do more than read; queries here only read.")
    for operator, details in _operators(summary.plan or {}):
        if operator.startswith(_BEYOND_READING):
            raise Refused(f"The statement would do more than read the landscape ({operator}).")
        if operator == "ProcedureCall" and details.partition("(")[0].strip().lower() not in PROCEDURES:
            raise Refused(
                f"The procedure {details.partition('(')[0]} is not on the short list of those that only read."
            )


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the operators of a plan with their details; Neo4j writes them as ``LoadCSV@neo4j``."""
    yield str(plan.get("operatorType", "")).partition("@")[0], str((plan.get("args") or {}).get("Details", ""))
    for child in plan.get("children") or ():
        yield from _operators(child)


@contextlib.contextmanager
def _one_of_few(seconds: float) -> Iterator[None]:
    if not _running.acquire(timeout=seconds):
        raise InputError(f"{STATEMENTS_AT_ONCE} queries are running already; try again when one has ended.")
    try:
        yield
    finally:
        _running.release()


@contextlib.contextmanager
def _ended_in_time(store: GraphStore, tag: str, seconds: float) -> Iterator[None]:
    """End the statement with ``tag`` in its text when it outlives its time: the bundled server has no such limit."""
    timer = threading.Timer(seconds, _terminate, (store, tag))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _terminate(store: GraphStore, tag: str) -> None:
    # A server that is gone has ended the statement too.
    with contextlib.suppress(LandscapeError):
        for row in store.run("SHOW TRANSACTIONS"):
            if tag in str(row.get("currentQuery")):
                store.run("TERMINATE TRANSACTIONS $id", id=row["transactionId"])


@contextlib.contextmanager
def _explained(store: GraphStore, seconds: float) -> Iterator[None]:
    """Say time and memory in plain words; a bundled server that went down with the statement is started again."""
    try:
        yield
    except Refused:
        raise
    except LandscapeError as error:
        said = f"{getattr(error.__cause__, 'code', '')} {error}".lower()
        if any(sign in said for sign in _ENDED):
            raise InputError(f"The query took longer than {seconds:g} seconds and was ended; ask for less.") from None
        if any(sign in said for sign in _TOO_LARGE):
            raise InputError("The query needs more memory than one query may use; ask for less.") from None
        if isinstance(error, StoreUnavailable) and store.kind == "bundled":
            store.read("RETURN 1 AS x")
            raise InputError("The store went down with this query and was started again; ask for less.") from None
        raise


def _plain(value: Any) -> Any:
    """Return a value in the types of records, of JSON lists and maps; a path becomes its nodes and links."""
    if value is None or isinstance(value, str | bool | int | float | date | Point):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if hasattr(value, "nodes") and hasattr(value, "relationships"):
        return {
            "nodes": [dict(n.items()) for n in value.nodes],
            "links": [dict(r.items()) for r in value.relationships],
        }
    return str(value)


_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"), (int, "integer"), (float, "number"), (datetime, "datetime"), (date, "date"), (Point, "point"),
    (list, "list"), (dict, "map"),
)  # fmt: skip


def _type(values: Iterator[Any]) -> str:
    found = {next((name for kind, name in _TYPES if isinstance(v, kind)), "text") for v in values if v is not None}
    if found == {"integer", "number"}:
        return "number"
    return found.pop() if len(found) == 1 else "mixed" if found else "empty"
