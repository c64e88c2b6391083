"""What does a page look at? The store, the landscape and the results, shared between people; the choices of one."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext
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
from ingest.place import postcode_key, spelled_postcode
from views.areas import Catalogue, PostcodeSpot
from views.asking import without_confidential
from views.outlines import outline_file
from views.sharing import Shared

log = logging.getLogger(__name__)

T = TypeVar("T")

PLACED_OR_NAMED = tuple(label for label in NODE_TYPES if label not in ("Area", "Postcode", "Source"))
DEMO, OWN = "demo", "own"
_LOOK_AGAIN_SECONDS = 10.0
# Areas and days that are kept ready, and results for each of them.
_MOST_VIEWS, _MOST_OF_A_VIEW = 12, 128
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
        asked = (
            "MATCH (p:Postcode) WHERE {} AND p.location IS NOT NULL RETURN p.id AS id, p.name AS name, p.location AS at"
        )
        # A package may have ids of its own; by name the store has to look through all.
        found = self.store.read(asked.format("p.id = $id"), id=f"postcode:{key}") or self.store.read(
            asked.format("p.name = $name"), name=spelled_postcode(key)
        )
        if not found:
            return None
        row, point = found[0], found[0]["at"]
        within = "MATCH (:Postcode {id: $id})-[:WITHIN]->(a:Area) RETURN a.id AS id"
        held = [str(area["id"]) for area in self.store.read(within, id=row["id"])]
        return PostcodeSpot(str(row["name"]), point.longitude, point.latitude, tuple(sorted(held)))

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
    return DEMO if _is_empty(OWN, backend(OWN).version()) else OWN


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
    for kept in (_views, _answers, _of_version):
        kept.clear()


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
    return _of_version.get(("areas", database, version), backend(database).catalogue)


def areas() -> Catalogue:
    """Return the areas of the database this person looks at."""
    return catalogue(selection().database, selection().version)


def is_empty() -> bool:
    """Return whether nothing is loaded in the database this person looks at."""
    return _is_empty(selection().database, selection().version)


def _is_empty(database: str, version: str) -> bool:
    return _of_version.get(("empty", database, version), backend(database).is_empty)


def key() -> tuple[str, str, str | None, date]:
    """Return what a result depends on: database, its version, area and date."""
    chosen = selection()
    return chosen.database, chosen.version, chosen.area, chosen.as_of


def landscape() -> Landscape:
    """Return the landscape this person looks at, shared and never changed."""
    return _view(*key()).landscape()


def result(name: str, parameters: Mapping[str, Any] | None = None, *, area: str | None = None) -> Any:
    """Return the result of the analysis ``name`` for what this person looks at, shared and never changed.

    ``area`` is as in ``derived``.
    """
    database, version, chosen, as_of = key()
    given = tuple(sorted((parameters or {}).items()))
    where = chosen if area is None else area or None
    view = _view(database, version, where, as_of)
    return view.get(
        ("result", name, given), lambda: analysis.ANALYSES[name](view.landscape(), **dict(given)), "Working it out …"
    )


def derived(make: Callable[..., T], *arguments: Hashable, area: str | None = None) -> T:
    """Return ``make(landscape, *arguments)``, worked out once for all who look at the same; never changed.

    ``area`` looks at another area than the one chosen; ``EVERYWHERE`` at all that is loaded.
    """
    database, version, chosen, as_of = key()
    name = f"{make.__module__}.{make.__qualname__}"
    where = chosen if area is None else area or None
    view = _view(database, version, where, as_of)
    return view.get((name, arguments), lambda: make(view.landscape(), *arguments))


def answer(query: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Return what a query of the library answers for these values, shared and never changed.

    What is confidential is taken out of its rows, wherever it is: a query need not ask for the area looked at.
    """
    chosen = selection()
    held = current()

    def ask() -> dict[str, Any]:
        with st.spinner("Asking the store …"):
            found = held.answer(query, dict(values))
            return {**found, "rows": without_confidential(found["rows"], held.confidential())}

    return _answers.get((chosen.database, chosen.version, query, tuple(sorted(values.items()))), ask)


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
    return _of_version.get(("statuses", chosen.database, chosen.version, held.remarks()), held.statuses)


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
    return _of_version.get(("changes", chosen.database, chosen.version, held.remarks()), held.changes)


class _View:
    """The landscape of an area on a day, and what was worked out from it: kept, and forgotten, together."""

    def __init__(self, backend: Backend, area: str | None, as_of: date) -> None:
        self._backend, self._area, self._as_of = backend, area, as_of
        self._kept = Shared(_MOST_OF_A_VIEW)

    def landscape(self) -> Landscape:
        """Return the landscape, read from the store the first time."""
        return self.get("landscape", self._read, "Reading the landscape …")

    def get(self, name: Hashable, make: Callable[[], T], saying: str | None = None) -> T:
        """Return what has this name, made now if it is not there, ``saying`` so to the person who waits."""

        def made() -> T:
            with st.spinner(saying) if saying else nullcontext():
                return make()

        return self._kept.get(name, made)

    def _read(self) -> Landscape:
        loaded = self._backend.landscape(self._area, self._as_of)
        _settle()
        return loaded


_views, _answers, _of_version = Shared(_MOST_VIEWS), Shared(32), Shared(16)


def _view(database: str, version: str, area: str | None, as_of: date) -> _View:
    held = backend(database)
    # What the collector was told to pass over is looked at again once some of it is wanted no more.
    return _views.get((database, version, area, as_of), lambda: _View(held, area, as_of), forgotten=gc.unfreeze)


def _settle() -> None:
    """Let the collector pass over what was just read at every rerun: it stays."""
    gc.collect()
    gc.freeze()
