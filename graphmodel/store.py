"""Where is the landscape kept, and how is it read and written? One code path over Bolt for both servers.

The only module that imports ``neo4j``.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConstraintError,
    DriverError,
    Forbidden,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)
from neo4j.spatial import WGS84Point
from neo4j.time import Date, DateTime

from graphmodel import backup, cypher, durable, edits, embedded, locking, migrations, opening
from graphmodel.cypher import Run
from graphmodel.errors import InputError, LandscapeError, Refused, StoreUnavailable
from graphmodel.loading import LoadCounts, load_records
from graphmodel.reader import Table, run_query
from graphmodel.records import LinkRecord, Point, Record
from graphmodel.schema import SCHEMA_VERSION
from graphmodel.settings import Settings, load_settings

Row = dict[str, Any]
T = TypeVar("T")

CONNECT_SECONDS = 10.0
_LOST = (ServiceUnavailable, SessionExpired)
_SCHEMES = tuple(f"{name}{security}://" for name in ("bolt", "neo4j") for security in ("", "+s", "+ssc"))
_TIMED_OUT = "TransactionTimedOut"
# Before each new attempt of a statement that met another one's.
_PAUSES = (0.05, 0.2, 0.8)

# Reading a label or a type that has no nodes yet is no fault of the person who runs the program.
logging.getLogger("neo4j.notifications").setLevel(logging.ERROR)
logging.getLogger("neo4j").addHandler(logging.NullHandler())


def open_store(settings: Settings | None = None, *, write: bool = False) -> GraphStore:
    """Return the store that ``settings`` name: the bundled server's, started if need be, or Neo4j's.

    A load that was cut short is finished first. ``write`` says that the caller means to change it: a Neo4j that
    only reads is then refused at once. Raises StoreUnavailable in one sentence.
    """
    settings = settings or load_settings()
    store = GraphStore(settings)
    try:
        store.prepare(write=write)
    except BaseException:
        store.close()
        raise
    return store


class GraphStore:
    """The landscape in a database. A context manager; ``open_store`` makes it ready."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.kind = "neo4j" if settings.neo4j_uri else "bundled"
        self.name = settings.neo4j_database if settings.neo4j_uri else settings.store_name
        self._driver: neo4j.Driver | None = None
        self._reader: neo4j.Driver | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections; the bundled server runs on."""
        for driver in (self._driver, self._reader):
            if driver is not None:
                driver.close()
        self._driver = self._reader = None

    def prepare(self, *, write: bool = False) -> None:
        """Make the database ready: ours, of this schema, whole. ``open_store`` calls it."""
        opening.prepare(self, write=write)

    # Reading

    def version(self) -> str:
        """Return ``<schema>.<counter>-<nodes>-<links>``: it changes with each load and edit, and with the counts."""
        return self.steady(self._version)

    def born(self) -> str:
        """Return what tells this database from one that stood in its place and was emptied."""
        return str(self.run("MATCH (m:Meta {id: 'meta'}) RETURN m.born AS born")[0]["born"])

    def pulse(self) -> tuple[str, int] | None:
        """Return what each load, edit and restore changes, None while a load is merged: one statement, nothing counted.

        What others change behind the program's back it does not tell; ``version`` does.
        """
        rows = self.run(
            "OPTIONAL MATCH (m:Meta {id: 'meta'}) OPTIONAL MATCH (l:Load {id: 'load'}) "
            "RETURN m.born AS born, m.counter AS counter, l.state AS state"
        )
        return None if rows[0]["state"] == "ready" else (str(rows[0]["born"]), rows[0]["counter"] or 0)

    def is_empty(self) -> bool:
        """Return whether no node of the landscape is stored."""
        return self.steady(lambda: not any(row["n"] for row in self.run(cypher.count_nodes())))

    def counts(self) -> dict[str, int]:
        """Return how many nodes each label and how many links each type has, those without any left out."""
        return self.steady(self._counts)

    def ids(self, label: str) -> set[str]:
        """Return the ids of a label."""
        return {row["id"] for row in self.read(f"MATCH (n:{cypher.known_label(label)}) RETURN n.id AS id")}

    def nodes(self, label: str, ids: Iterable[str] | None = None) -> Iterator[Row]:
        """Yield the known properties of each node of a label, ``id`` among them, in the types of records."""
        if ids is None:
            rows = self.read(cypher.read_nodes(label))
        else:
            rows = self.read(cypher.read_nodes(label, by_id=True), ids=sorted(set(ids)))
        for row in rows:
            yield cypher.shown(row["p"].items())

    def links(self, type: str) -> Iterator[Row]:
        """Yield the known properties of each link of a type, ``id``, ``start`` and ``end`` (ids) among them.

        The fields ``start`` and ``end`` of a link that has such (FUNDS: dates) come as ``start_date``, ``end_date``.
        """
        for row in self.read(cypher.read_links(type)):
            yield cypher.link_row(row["p"], row["start"], row["end"])

    def read(self, text: str, /, **parameters: Any) -> list[Row]:
        """Return the rows of a query of the program's own, values in the types of records."""
        return self.steady(lambda: self.run(text, **parameters))

    def steady(self, read: Callable[[], T], *, seconds: float = locking.WAIT_SECONDS) -> T:
        """Return what ``read`` returns, read wholly before a load or wholly after it.

        Waits while a load is being merged; finishes one whose holder is gone. Raises StoreLocked after ``seconds``.
        """
        deadline = time.monotonic() + seconds
        while True:
            before = self._settled(deadline)
            result = read()
            if durable.state(self) == (before, False):
                return result
            if time.monotonic() > deadline:
                raise locking.locked_by(locking.holder_of(self))

    def _settled(self, deadline: float) -> int:
        """Wait until no load is being merged, and return the version's counter."""
        while True:
            counter, merging = durable.state(self)
            if not merging:
                return counter
            holder = locking.holder_of(self)
            if holder is None or locking.is_dead(holder):
                opening.finish_unfinished(self)
            elif time.monotonic() > deadline:
                raise locking.locked_by(holder)
            else:
                time.sleep(locking.POLL_SECONDS)

    def _version(self) -> str:
        meta = self.run("MATCH (m:Meta {id: 'meta'}) RETURN m.schema AS schema, m.counter AS counter")[0]
        nodes = sum(row["n"] for row in self.run(cypher.count_nodes()))
        links = self.run("MATCH ()-[r]->() RETURN count(r) AS n")[0]["n"]
        return f"{meta['schema']}.{meta['counter']}-{nodes}-{links}"

    def _counts(self) -> dict[str, int]:
        rows = [*self.run(cypher.count_nodes()), *self.run(cypher.count_links())]
        return {row["name"]: row["n"] for row in rows if row["n"]}

    def query(
        self, text: str, parameters: Mapping[str, Any], *, rows: int | None = None, seconds: float | None = None
    ) -> Table:
        """Run a person's query as the reader, who cannot change anything. Raises Refused or InputError."""
        return self.steady(lambda: run_query(self, text, parameters, rows=rows, seconds=seconds))

    # Writing

    def load(
        self,
        records: Iterable[Record],
        *,
        sources: Sequence[str],
        allow_removals: bool = False,
        progress: durable.Progress | None = None,
        wait_seconds: float = locking.WAIT_SECONDS,
    ) -> LoadCounts:
        """Load all records or none, and end what ``sources`` no longer say; return what that did.

        Loading the same again changes nothing. Derived WITHIN links (source ``derived``) replace those their starts
        had. A link whose end is not known waits for it (``waiting``). ``progress`` is called with stage, done, total.
        Raises StoreLocked when another holder does not finish in ``wait_seconds``, InputError when more than a fifth
        of a source's rows would end and ``allow_removals`` is not given, and StoreUnavailable.
        """
        return load_records(
            self,
            records,
            sources=sources,
            allow_removals=allow_removals,
            progress=progress,
            wait_seconds=wait_seconds,
        )

    def edit(
        self, id: str, changes: Mapping[str, Any], team: str, *, seen: Mapping[str, Any] | None = None
    ) -> list[edits.Edit]:
        """Change fields of a node or link as a person; see ``edits.edit``."""
        return edits.edit(self, id, changes, team, seen=seen)

    def create(
        self, label: str, key: str, fields: Mapping[str, Any], team: str, *, within: Iterable[LinkRecord] = ()
    ) -> list[edits.Edit]:
        """Make a node as a person; see ``edits.create``."""
        return edits.create(self, label, key, fields, team, within=within)

    def join(self, type: str, start: str, end: str, fields: Mapping[str, Any], team: str) -> list[edits.Edit]:
        """Say as a person that a link is there; see ``edits.join``."""
        return edits.join(self, type, start, end, fields, team)

    def kind_of(self, id: str) -> str:
        """Return the label or the link type of what has this id; raises UnknownName."""
        return edits.kind_of(self, id)

    def decide(self, one: str, other: str, verdict: str, team: str) -> list[edits.Edit]:
        """Keep what a team says of two nodes: that they are one thing, or two; see ``edits.decide``."""
        return edits.decide(self, one, other, verdict, team)

    def changes(self) -> list[edits.Edit]:
        """Return all that people changed, the first first."""
        return [entry for _, entry in edits.log_of(self, "")]

    def history(self, id: str) -> list[edits.Edit]:
        """Return what people changed of a node or link, the first first."""
        return edits.history(self, id)

    def undo(self, team: str, *, of: str | None = None) -> list[edits.Edit]:
        """Take back the last change that still holds, of anything or of one id; return the entries that say so."""
        return edits.undo(self, team, of=of)

    def remarks(self) -> int:
        """Return a count that moves on with each remark on what is no node: these leave the version as it is."""
        return int(self.run("MATCH (m:Meta {id: 'meta'}) RETURN m.remarks AS n")[0]["n"] or 0)

    def backup(
        self, path: Path | str, *, name: str | None = None, progress: durable.Progress = durable.nobody_asks
    ) -> dict[str, Any]:
        """Write everything into one file and return its manifest; see ``backup.write``."""
        return backup.write(self, Path(path), name=name, progress=progress)

    def restore(self, path: Path | str, *, progress: durable.Progress = durable.nobody_asks) -> dict[str, Any]:
        """Replace everything by what a backup holds and return its manifest; see ``backup.restore``."""
        manifest = backup.restore(self, Path(path), progress=progress)
        if manifest["schema"] < SCHEMA_VERSION:
            self.change("MATCH (m:Meta {id: 'meta'}) SET m.schema = $schema", schema=manifest["schema"])
            migrations.migrate(self, manifest["schema"])
        return manifest

    # Talking to the server

    def run(self, text: str, /, **parameters: Any) -> list[Row]:
        """Run one statement that reads, as it is: no waiting for loads.

        A bundled server that is gone is started again, once. Not for writing: the bundled server keeps half of a
        statement that ran out of time outside a transaction.
        """
        return self._again_if_lost(lambda: self._run(text, parameters))

    def change(self, text: str, /, **parameters: Any) -> list[Row]:
        """Run one statement that writes, whole or not at all, and return its rows."""
        for pause in _PAUSES:
            try:
                with self.transaction() as run:
                    return run(text, **parameters)
            except StoreUnavailable as error:
                if not isinstance(error.__cause__, TransientError):
                    raise
                time.sleep(pause)
        with self.transaction() as run:
            return run(text, **parameters)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Run]:
        """Yield a function that runs statements in one transaction, committed when the block ends well."""
        with _plainly(self), self._session() as session, session.begin_transaction() as unit:

            def run(text: str, /, **parameters: Any) -> list[Row]:
                return _rows(unit.run(text, _outward(parameters)))

            yield run
            unit.commit()

    def _run(self, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        with _plainly(self), self._session() as session:
            return _rows(session.run(text, _outward(parameters)))

    def _again_if_lost(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except StoreUnavailable as error:
            if not isinstance(error.__cause__, _LOST):
                raise
        self.close()
        return act()

    @contextlib.contextmanager
    def reader_session(self, *, seconds: float | None = None) -> Iterator[ReaderSession]:
        """Yield a session of the reader, who may only read: one transaction with a time-out, never run again.

        On the bundled server it is an account that cannot write; on Neo4j a transaction with access mode READ.
        """
        limit = seconds or self.settings.query_seconds
        with (
            _plainly(self, person=True),
            self._reader_driver().session(
                database=self.name, default_access_mode=neo4j.READ_ACCESS, fetch_size=1000
            ) as session,
        ):
            yield ReaderSession(self, session, limit)

    def _session(self) -> neo4j.Session:
        return self._connected().session(database=self.name, fetch_size=5000)

    def _connected(self) -> neo4j.Driver:
        if self._driver is None:
            self._driver = self._connect(embedded.ADMINISTRATOR)
        return self._driver

    def _reader_driver(self) -> neo4j.Driver:
        if self.kind == "neo4j":
            return self._connected()
        if self._reader is None:
            self._reader = self._connect(embedded.READER)
        return self._reader

    def _connect(self, user: str) -> neo4j.Driver:
        if self.kind == "neo4j":
            uri = self.settings.neo4j_uri
            if not uri.startswith(_SCHEMES):
                raise StoreUnavailable(
                    f"NEO4J_URI is {uri}; it must begin with bolt:// or neo4j://, +s for encryption."
                )
            if "@" in uri:  # never repeated: it would show in logs and on the screen
                raise StoreUnavailable(
                    "NEO4J_URI holds a user or password; give them as NEO4J_USERNAME and NEO4J_PASSWORD."
                )
            auth = (self.settings.neo4j_username, self.settings.neo4j_password)
        else:
            server = embedded.start(self.settings)
            uri, auth = server.uri, (user, server.passwords[user])
        return neo4j.GraphDatabase.driver(
            uri,
            auth=auth,
            connection_timeout=CONNECT_SECONDS,
            max_transaction_retry_time=0,
            keep_alive=True,
            liveness_check_timeout=30,
        )


class ReaderSession:
    """Statements of a person, each in a transaction of its own that ends with the block or the time-out."""

    def __init__(self, store: GraphStore, session: neo4j.Session, seconds: float) -> None:
        self.store = store
        self._session = session
        self._seconds = seconds

    @contextlib.contextmanager
    def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Answer]:
        """Yield the answer of one statement; its transaction is rolled back when the block ends."""
        with _plainly(self.store, person=True), self._session.begin_transaction(timeout=self._seconds) as transaction:
            yield Answer(transaction.run(text, _outward(parameters or {})))
            transaction.rollback()


class Answer:
    """Columns and rows of a statement, fetched as they are asked for. Values are in the types of records."""

    def __init__(self, result: neo4j.Result) -> None:
        self._result = result

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self._result.keys())

    def __iter__(self) -> Iterator[list[Any]]:
        for record in self._result:
            yield [inward(value) for value in record.values()]

    def summary(self) -> neo4j.ResultSummary:
        """Return the driver's summary (statement type, plan), the rest of the rows thrown away."""
        return self._result.consume()


@contextlib.contextmanager
def _plainly(store: GraphStore, *, person: bool = False) -> Iterator[None]:
    """Say the driver's errors in the program's own. ``person``: the statement is somebody's, and may be wrong."""
    try:
        yield
    except (DriverError, Neo4jError, OSError, ValueError) as error:
        if isinstance(error, LandscapeError):
            raise
        raise _plain_error(error, store, person=person) from error


def _plain_error(error: Exception, store: GraphStore, *, person: bool) -> LandscapeError:
    """Return the program's own error for one of the driver's, in one sentence."""
    code, said = getattr(error, "code", None) or "", _first_line(error)
    if isinstance(error, AuthError):
        return StoreUnavailable(
            f"{_where(store)} refused the user name or the password: set NEO4J_USERNAME and NEO4J_PASSWORD."
        )
    if isinstance(error, Forbidden) or code.endswith("AccessMode"):
        return Refused(f"The store refused it: {said}")
    if "DatabaseNotFound" in code:
        return StoreUnavailable(f"{_where(store)} has no database '{store.name}': set NEO4J_DATABASE.")
    if isinstance(error, ConstraintError) or _TIMED_OUT in code or (person and isinstance(error, ClientError)):
        return InputError(f"The store did not understand it: {said}")
    if isinstance(error, TransientError):
        return StoreUnavailable(f"{_where(store)} is busy; try again. ({said})")
    if isinstance(error, _LOST):
        return StoreUnavailable(f"{_where(store)} does not answer: see that it runs and can be reached. ({said})")
    if isinstance(error, DriverError | ValueError | OSError):
        return StoreUnavailable(f"{_where(store)} cannot be used; see NEO4J_URI. ({said})")
    return StoreUnavailable(_broken(store, said))


def _where(store: GraphStore) -> str:
    return f"The store at {store.settings.neo4j_uri}" if store.kind == "neo4j" else "The bundled store"


def _broken(store: GraphStore, said: str) -> str:
    if store.kind == "bundled" and embedded.is_disk_full(store.settings):
        return f"The disk of {store.settings.data_dir} is full: make room; nothing that was loaded is lost."
    return f"{_where(store)} failed; where that happens again, restore a backup into another --data-dir. ({said})"


def _first_line(error: Exception) -> str:
    text = getattr(error, "message", None) or str(error)
    return text.strip().partition("\n")[0][:300]


def _rows(result: neo4j.Result) -> list[Row]:
    keys = result.keys()
    return [dict(zip(keys, map(inward, record.values()), strict=True)) for record in result]


def inward(value: Any) -> Any:
    """Return a value of the driver in the types of records; nodes and links become their properties."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list):
        return [inward(each) for each in value]
    if isinstance(value, dict):
        return {name: inward(each) for name, each in value.items()}
    if isinstance(value, WGS84Point):
        return Point(value.x, value.y)
    if isinstance(value, Date):
        return value.to_native()
    if isinstance(value, DateTime):
        native = value.to_native()
        return native.replace(tzinfo=UTC) if native.tzinfo is None else native.astimezone(UTC)
    if isinstance(value, neo4j.graph.Entity):
        return {name: inward(each) for name, each in value.items()}
    return value


# What the driver takes as it is; looked up first, for of a million values nearly all are these.
_TAKEN = frozenset({str, int, float, bool, type(None), date, datetime})


def _outward(value: Any) -> Any:
    kind = type(value)
    if kind in _TAKEN:
        return value
    if kind is Point:
        return WGS84Point((value.longitude, value.latitude))
    if isinstance(value, Mapping):
        return {name: each if type(each) in _TAKEN else _outward(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [each if type(each) in _TAKEN else _outward(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(_outward(each) for each in value)
    return value
