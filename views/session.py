"""What does a page look at? The store, the landscape and the results, shared between people; the choices of one."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar

import streamlit as st

import analysis
from graphmodel import gap_status
from graphmodel.edits import Edit
from graphmodel.gap_status import GapStatus
from graphmodel.landscape import Landscape, today
from graphmodel.schema import NODE_TYPES
from graphmodel.settings import Settings, load_settings
from graphmodel.store import GraphStore, open_store
from ingest.place import postcode_key
from views.areas import Catalogue, PostcodeSpot
from views.asking import without_confidential
from views.outlines import outline_file

log = logging.getLogger(__name__)

T = TypeVar("T")

PLACED_OR_NAMED = tuple(label for label in NODE_TYPES if label not in ("Area", "Postcode", "Source"))
DEMO, OWN = "demo", "own"
_LOOK_AGAIN_SECONDS = 10.0
# As the ``area`` of ``derived``: all that is loaded, whatever is chosen.
EVERYWHERE = ""
DATABASE_NAMES = {DEMO: "Demo borough", OWN: "Your data"}


class Backend(Protocol):
    """Where pages get their data from: the store in the app, made-up records in tests."""

    settings: Settings

    def version(self) -> str:
        """Return a text that changes with every load and edit."""

    def is_empty(self) -> bool:
        """Return whether nothing has been loaded."""

    def catalogue(self) -> Catalogue:
        """Return the areas there are."""

    def landscape(self, area: str | None, as_of: date | None) -> Landscape:
        """Return the landscape of an area (None: everything) as of a date."""

    def answer(self, query: str, values: Mapping[str, str]) -> dict[str, Any]:
        """Return what a query of the library answers, in the documented shape; runs as the reader."""

    def confidential(self) -> list[str]:
        """Return the ids and names of everything confidential, wherever it is."""

    def postcode(self, key: str) -> PostcodeSpot | None:
        """Return where a postcode (letters and digits, capitals) is, or None where it is not loaded."""

    def remarks(self) -> int:
        """Return a number that changes with each remark on a gap: these leave the version as it is."""

    def statuses(self) -> dict[str, GapStatus]:
        """Return gap id -> what people said of it."""

    def changes(self) -> list[Edit]:
        """Return all that people changed, the first first."""

    def writing(self) -> AbstractContextManager[GraphStore]:
        """Open the store to change it; raises StoreUnavailable and Refused."""

    def close(self) -> None:
        """Let go of the store."""


class StoreBackend:
    """The store of these settings, opened once."""

    def __init__(self, settings: Settings) -> None:
        """Open the store, and fill the demo's if it is not there yet; raises StoreUnavailable."""
        self.settings = settings
        if settings.demo:
            from demo.loader import ensure_demo

            ensure_demo(settings)
        self.store: GraphStore = open_store(settings)
        self._known: tuple[tuple[str, int], str, float] | None = None
        self._looking = threading.Lock()

    def version(self) -> str:
        """Return the store's version.

        A load, an edit and a restore are noticed at once. To notice what others change behind the program's back,
        everything is counted, which takes long: one person waits for that every ``_LOOK_AGAIN_SECONDS``.
        """
        pulse, known = self.store.pulse(), self._known
        if known is None or pulse is None or pulse != known[0]:
            return self._look(pulse)
        if time.monotonic() - known[2] > _LOOK_AGAIN_SECONDS and self._looking.acquire(blocking=False):
            try:
                return self._look(pulse)
            finally:
                self._looking.release()
        return known[1]

    def _look(self, pulse: tuple[str, int] | None) -> str:
        found = self.store.version()
        # A change between the two questions shows at the next rerun: the pulse is the older one.
        self._known = (pulse, found, time.monotonic()) if pulse else None
        return found

    def is_empty(self) -> bool:
        """Return whether the store holds nothing."""
        return self.store.is_empty()

    def catalogue(self) -> Catalogue:
        """Return the areas of the store that have not ended, without their outlines."""
        return Catalogue.from_rows(
            self.store.read(
                "MATCH (a:Area) WHERE a.valid_to IS NULL OR a.valid_to >= $today "
                "RETURN a.id AS id, a.name AS name, a.code AS code, a.level AS level",
                today=today(self.settings),
            ),
            self.store.read("MATCH (a:Area)-[w:WITHIN]->(b:Area) RETURN a.id AS start, b.id AS end, w.share AS share"),
        )

    def landscape(self, area: str | None, as_of: date | None) -> Landscape:
        """Return the landscape from the store's snapshot."""
        return Landscape.load(self.store, area, as_of)

    def answer(self, query: str, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the answer of the store."""
        from views.answers import answer

        return answer(self.store, query, values)

    def confidential(self) -> list[str]:
        """Return the ids and names of what is confidential in the store."""
        asked = "MATCH (n:{}) WHERE n.sensitivity = 'confidential' RETURN n.id AS id, n.name AS name"
        rows = [row for label in PLACED_OR_NAMED for row in self.store.read(asked.format(label))]
        return [str(row[name]) for row in rows for name in ("id", "name") if row[name]]

    def postcode(self, key: str) -> PostcodeSpot | None:
        """Return where the store has a postcode."""
        for row in self.store.nodes("Postcode", [f"postcode:{key}"]):
            if (point := row.get("location")) is not None:
                asked = "MATCH (:Postcode {id: $id})-[:WITHIN]->(a:Area) RETURN a.id AS id"
                held = [str(area["id"]) for area in self.store.read(asked, id=row["id"])]
                return PostcodeSpot(str(row["name"]), point.longitude, point.latitude, tuple(sorted(held)))
        return None

    def remarks(self) -> int:
        """Return the store's count of remarks."""
        return self.store.remarks()

    def statuses(self) -> dict[str, GapStatus]:
        """Return what the store's log says of gaps."""
        return gap_status.statuses(self.store)

    def changes(self) -> list[Edit]:
        """Return the log of edits."""
        return self.store.changes()

    def writing(self) -> AbstractContextManager[GraphStore]:
        """Open the store a second time, to change it: what reads it goes on reading."""
        return open_store(self.settings, write=True)

    def close(self) -> None:
        """Close the connection; the bundled server lives on."""
        self.store.close()


@dataclass(frozen=True, slots=True)
class Selection:
    """What one person looks at: which database as it is now, area (None: all), date, hour of the week (None: any)."""

    database: str
    version: str
    area: str | None
    as_of: date
    when: int | None


_settings: Settings | None = None
_make_backend: type[StoreBackend] | Any = StoreBackend
_backends: dict[str, Backend] = {}
_opening = threading.RLock()


def use_settings(settings: Settings) -> None:
    """Let all pages of this process use these settings from now on."""
    global _settings
    _settings = settings


def use_backend(make: Any) -> None:
    """Let pages get their data from ``make(settings)`` from now on; tests give made-up records so."""
    global _make_backend
    close_stores()
    _make_backend = make


def base_settings() -> Settings:
    """Return the settings the program was started with."""
    if _settings is None:
        use_settings(load_settings())
    assert _settings is not None
    return _settings


def databases() -> list[str]:
    """Return the databases a person may choose between; a shared Neo4j has one."""
    base = base_settings()
    if base.neo4j_uri:
        return [DEMO if base.demo else OWN]
    return [DEMO, OWN]


def first_database() -> str:
    """Return the database to open with: the demo if asked for, or if no data of one's own is loaded."""
    names = databases()
    if len(names) == 1 or base_settings().demo:
        return names[0]
    return DEMO if backend(OWN).is_empty() else OWN


def is_open() -> bool:
    """Return whether a database has been opened, so that nobody has to wait for that."""
    return bool(_backends)


def backend(database: str) -> Backend:
    """Return the opened database; raises StoreUnavailable."""
    with _opening:
        if database not in _backends:
            _backends[database] = _make_backend(replace(base_settings(), demo=database == DEMO))
        return _backends[database]


def close_stores() -> None:
    """Close what was opened and forget what was read from it."""
    with _opening:
        for opened in _backends.values():
            opened.close()
        _backends.clear()
    _empty.clear()
    _changes.clear()
    _statuses.clear()
    _catalogue.clear()
    _landscape.clear()
    _result.clear()
    _derived.clear()
    _answer.clear()


def selection() -> Selection:
    """Return what this person looks at; the sidebar has set it."""
    chosen: Selection = st.session_state["selection"]
    return chosen


def current() -> Backend:
    """Return the database this person looks at."""
    return backend(selection().database)


def writing() -> AbstractContextManager[GraphStore]:
    """Open the database this person looks at to change it; what was read from it is read anew afterwards."""
    return current().writing()


def catalogue(database: str, version: str) -> Catalogue:
    """Return the areas of a database, shared and never changed."""
    return _catalogue(database, version, backend(database))


def areas() -> Catalogue:
    """Return the areas of the database this person looks at."""
    return catalogue(selection().database, selection().version)


def is_empty() -> bool:
    """Return whether nothing is loaded in the database this person looks at."""
    return _empty(selection().database, selection().version, current())


def key() -> tuple[str, str, str | None, date]:
    """Return what a result depends on: database, its version, area and date."""
    chosen = selection()
    return chosen.database, chosen.version, chosen.area, chosen.as_of


def landscape() -> Landscape:
    """Return the landscape this person looks at, shared and never changed."""
    return _landscape(*key(), current())


def result(name: str, parameters: Mapping[str, Any] | None = None, *, area: str | None = None) -> Any:
    """Return the result of the analysis ``name`` for what this person looks at, shared and never changed.

    ``area`` is as in ``derived``.
    """
    database, version, chosen, as_of = key()
    given = tuple(sorted((parameters or {}).items()))
    where = chosen if area is None else area or None
    return _result(database, version, where, as_of, name, given, current())


def derived(make: Callable[..., T], *arguments: Hashable, area: str | None = None) -> T:
    """Return ``make(landscape, *arguments)``, worked out once for all who look at the same; never changed.

    ``area`` looks at another area than the one chosen; ``EVERYWHERE`` at all that is loaded.
    """
    database, version, chosen, as_of = key()
    name = f"{make.__module__}.{make.__qualname__}"
    where = chosen if area is None else area or None
    found: T = _derived(database, version, where, as_of, name, arguments, make, current())
    return found


def answer(query: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Return what a query of the library answers for these values, shared and never changed.

    What is confidential is taken out of its rows, wherever it is: a query need not ask for the area looked at.
    """
    chosen = selection()
    return _answer(chosen.database, chosen.version, query, tuple(sorted(values.items())), current())


def postcode(text: str) -> PostcodeSpot | None:
    """Return where a postcode is, however it is typed, or None where it is not loaded."""
    return current().postcode(postcode_key(text))


def geometry(level: str, ids: tuple[str, ...]) -> str:
    """Return the address from which the browser fetches the outlines of these areas, once."""
    database, version, *_ = key()
    folder = geometry_dir(current().settings)
    return "/geometry/" + outline_file(folder, database, version, level, landscape(), list(ids))


def statuses() -> dict[str, GapStatus]:
    """Return gap id -> what people said of it, shared and never changed; a remark made just now is in it."""
    chosen, held = selection(), current()
    return _statuses(chosen.database, chosen.version, held.remarks(), held)


def gap_counts() -> tuple[int, int]:
    """Return how many gaps are evidenced, and how many are data missing."""
    found = result("gaps")
    return len(found.evidenced), len(found.find_out)


def geometry_dir(settings: Settings) -> Path:
    """Return the folder whose files the browser may read; it holds open outlines only."""
    return settings.data_dir / "geometry"


def changes() -> list[Edit]:
    """Return all that people changed in the database this person looks at, the first first; never changed."""
    chosen, held = selection(), current()
    return _changes(chosen.database, chosen.version, held.remarks(), held)


@st.cache_resource(show_spinner=False, max_entries=4)
def _empty(database: str, version: str, _backend: Backend) -> bool:
    return _backend.is_empty()


@st.cache_resource(show_spinner=False, max_entries=4)
def _statuses(database: str, version: str, remarks: int, _backend: Backend) -> dict[str, GapStatus]:
    return _backend.statuses()


@st.cache_resource(show_spinner=False, max_entries=4)
def _changes(database: str, version: str, remarks: int, _backend: Backend) -> list[Edit]:
    return _backend.changes()


@st.cache_resource(show_spinner=False, max_entries=4)
def _catalogue(database: str, version: str, _backend: Backend) -> Catalogue:
    return _backend.catalogue()


@st.cache_resource(show_spinner="Reading the landscape …", max_entries=24)
def _landscape(database: str, version: str, area: str | None, as_of: date, _backend: Backend) -> Landscape:
    loaded = _backend.landscape(area, as_of)
    # What was just read stays: the collector need not look at it at every rerun.
    gc.collect()
    gc.freeze()
    return loaded


@st.cache_resource(show_spinner="Working it out …", max_entries=64)
def _result(
    database: str,
    version: str,
    area: str | None,
    as_of: date,
    name: str,
    parameters: tuple[tuple[str, Any], ...],
    _backend: Backend,
) -> Any:
    return analysis.ANALYSES[name](_landscape(database, version, area, as_of, _backend), **dict(parameters))


@st.cache_resource(show_spinner=False, max_entries=256)
def _derived(
    database: str,
    version: str,
    area: str | None,
    as_of: date,
    name: str,
    arguments: tuple[Hashable, ...],
    _make: Callable[..., Any],
    _backend: Backend,
) -> Any:
    return _make(_landscape(database, version, area, as_of, _backend), *arguments)


@st.cache_resource(show_spinner="Asking the store …", max_entries=32)
def _answer(
    database: str, version: str, query: str, values: tuple[tuple[str, str], ...], _backend: Backend
) -> dict[str, Any]:
    found = _backend.answer(query, dict(values))
    return {**found, "rows": without_confidential(found["rows"], _backend.confidential())}
