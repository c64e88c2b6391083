"""What does a landscape hold as of a date, for an area with what surrounds it? Columns, or a graph."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphmodel.columns import Tables, tables_of
from graphmodel.errors import InputError, UnknownName
from graphmodel.identity import as_one, verdicts
from graphmodel.records import Record
from graphmodel.schema import LINK_TYPES, NODE_TYPES, Field, link_fields, node_fields
from graphmodel.selection import Selection, alive, members, select
from graphmodel.settings import Settings

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx
    import pyproj

    from graphmodel.store import GraphStore

WALK_M = 2_154.0
"""35 minutes at 4.8 km/h over a detour factor of 1.3, in straight-line metres: how far people are held to walk."""

HALO_M = 3 * WALK_M
"""Twice the demand catchment and once the supply catchment: with it, an area's edges are exact."""

HOURS = 168
REVIEW_OVERDUE = "review_overdue"


@dataclass(frozen=True, slots=True)
class HourSets:
    """Hours of the week per row.

    ``flags`` is uint8 (n, 168), Monday 00:00 first; ``known`` is False where none were given.
    """

    flags: np.ndarray
    known: np.ndarray


class Landscape:
    """Nodes and links as of a day, for an area with its halo, as pandas columns or a NetworkX graph.

    Read only. Records that people confirmed to be one thing are one row (``identity``). ``area`` is the id of the area
    or None for all that is loaded; ``as_of`` the day; ``crs`` the projected CRS of x and y. Text that is missing is NaN
    (pandas ``str``), a missing number NaN, anything else missing None.
    """

    def __init__(
        self,
        tables: Tables,
        *,
        area: str | None,
        as_of: date | None,
        settings: Settings,
        halo_m: float,
        apart: bool = False,
    ) -> None:
        self.settings = settings
        self.as_of = as_of or today(settings)
        self.halo_m = halo_m
        self._recorded, self._apart = tables, apart
        self._alone: Landscape | None = None
        self._tables = tables if apart else as_one(tables, self.as_of)
        self._selection: Selection = select(self._tables, self.as_of, area, halo_m)
        self.area = self._selection.area
        self._gone = pa.array([], pa.string())
        self._frames: dict[str, pd.DataFrame] = {}
        self._hours: dict[tuple[str, str], HourSets] = {}

    @classmethod
    def from_records(
        cls,
        records: Iterable[Record],
        area: str | None = None,
        as_of: date | None = None,
        settings: Settings | None = None,
        *,
        halo_m: float = HALO_M,
    ) -> Landscape:
        """Return the landscape of these records, without a store.

        Raises UnknownName for an area that is not among them.
        """
        held = settings or Settings()
        return cls(tables_of(records, held), area=area, as_of=as_of, settings=held, halo_m=halo_m)

    @classmethod
    def load(
        cls, store: GraphStore, area: str | None = None, as_of: date | None = None, *, halo_m: float = HALO_M
    ) -> Landscape:
        """Return the landscape of a store, from its columnar snapshot, which is written first if need be.

        ``area`` is a code or an id; None is everything. Raises UnknownName, and StoreUnavailable as the store does.
        """
        from graphmodel.snapshot import open_snapshot

        return cls(open_snapshot(store), area=area, as_of=as_of, settings=store.settings, halo_m=halo_m)

    def subset(self, area: str | None, *, halo_m: float | None = None) -> Landscape:
        """Return the landscape of another area from the same columns, as of the same day."""
        return self._like_this(area, self.as_of, halo_m=halo_m)

    def at(self, day: date) -> Landscape:
        """Return the landscape of the same area from the same columns as of another day.

        Fields are as they are now: the columns say when something held, not what was once said of it. Raises
        UnknownName where the area did not hold then.
        """
        return self._like_this(self.area, day)

    def apart(self) -> Landscape:
        """Return this landscape with every record on its own, those too that people confirmed to be one thing."""
        if self._alone is None:
            nothing_joined = self._tables is self._recorded
            self._alone = self if nothing_joined else self._like_this(self.area, self.as_of, apart=True)
        return self._alone

    def verdicts(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return what is said of pairs of records, one or two things; see ``identity.verdicts``."""
        return verdicts(self._recorded, self.as_of)

    def joined(self) -> int:
        """Return how many records are left out because another speaks for them: people confirmed that they are one."""
        return len(getattr(self._tables, "stays", ()))

    def also_from(self) -> dict[str, set[str]]:
        """Return id -> sources of the records that it speaks for beside its own, where people confirmed so."""
        also: dict[str, set[str]] = getattr(self._tables, "also", {})
        return also

    def without(self, ids: Collection[str]) -> Landscape:
        """Return this landscape without these nodes and links, and without the links of these nodes.

        What remains is inside or around the area as before. Nothing is written; ids that are not here change nothing.
        """
        found = copy.copy(self)
        found._alone = None
        found._gone = pa.array(sorted({*ids, *self._gone.to_pylist()}), pa.string())
        found._selection = self._selection.without(found._gone)
        same = {label for label, table in self._selection.nodes.items() if found._selection.nodes[label] is table}
        found._frames = {name: frame for name, frame in self._frames.items() if name in same}
        found._hours = {key: hours for key, hours in self._hours.items() if key[0] in same}
        return found

    @property
    def area_name(self) -> str | None:
        """Name of the area, or None where everything is meant."""
        return None if self.area is None else str(self.nodes("Area")["name"].get(self.area))

    @property
    def crs(self) -> pyproj.CRS:
        """The projected CRS in which x, y and all distances are: EPSG:27700 in Great Britain."""
        import pyproj

        return pyproj.CRS.from_user_input(self._tables.crs)

    def count(self, label: str) -> int:
        """Return how many nodes of the label are inside the area."""
        return int(self._selection.inside[label].sum())

    def nodes(self, label: str) -> pd.DataFrame:
        """Return the nodes of a label, sorted and indexed by id: a column per field, and ``inside`` (False: around it).

        Places also have longitude and latitude (WGS-84), x and y (metres in ``crs``). Contexts have ``concern_now``:
        the concern as of the day, ``review_overdue`` once its review date is past. An Area's boundary is given by
        ``areas`` only. Raises UnknownName for a label that does not exist.
        """
        if label not in self._frames:
            self._frames[label] = self._node_frame(label)
        return self._frames[label].copy(deep=False)

    def links(self, type: str) -> pd.DataFrame:
        """Return the links of a type whose ends are both here: id, start, end (ids) and a column per field.

        The dates a grant starts and ends on are ``start_date`` and ``end_date``.
        """
        if type not in LINK_TYPES:
            raise UnknownName(f"No link is called '{type}'; the links are {', '.join(LINK_TYPES)}.")
        if type not in self._frames:
            self._frames[type] = _frame(self._link_table(type))
        return self._frames[type].copy(deep=False)

    def hours(self, label: str, field: str = "hours") -> HourSets:
        """Return the hour-of-week sets of a label or a link type, in the order of ``nodes`` or ``links``."""
        key = (label, field)
        if key not in self._hours:
            table = self._link_table(label) if label in LINK_TYPES else self._node_table(label)
            self._hours[key] = hour_sets(table[f"{field}_week"])
        return self._hours[key]

    def within(self, label: str, level: str) -> pd.Series:
        """Return node id -> id of the area of this level it lies in; nodes without one are left out.

        Of an area, the one that holds most of it; of a peer group in several, the first by id
        (``links("WITHIN")`` has all).
        """
        found = self._within(label)
        at_level = found[found["level"] == level].drop_duplicates("start")
        return pd.Series(
            at_level["end"].to_numpy(), index=pd.Index(at_level["start"].to_numpy(), name="id"), name=level
        )

    def areas(self, level: str | None = None) -> gpd.GeoDataFrame:
        """Return the areas inside, with their boundary as geometry (EPSG:4326; None without one), indexed by id."""
        import geopandas as gpd
        import shapely

        frame = self.nodes("Area")
        chosen = frame["inside"].to_numpy(bool)
        if level is not None:
            chosen = chosen & (frame["level"] == level).to_numpy(bool)
        boundary = self._node_table("Area")["boundary"].filter(pa.array(chosen))
        shapes = shapely.from_geojson(np.array(boundary.to_pylist(), object))
        return gpd.GeoDataFrame(frame[chosen], geometry=shapes, crs="EPSG:4326")

    def graph(self) -> nx.MultiDiGraph[str]:
        """Return all nodes but postcodes and sources, and the links among them, as a NetworkX graph.

        A node's attributes are ``label``, ``inside`` and its known fields; a link's key is its id, its attributes
        ``type`` and its known fields. Missing values are left out; dates are dates, lists are lists.
        """
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(area=self.area, as_of=self.as_of)
        for label in NODE_TYPES:
            if label not in ("Postcode", "Source"):
                for id, fields in _known(self.nodes(label).reset_index(), node_fields(label)):
                    graph.add_node(id, label=label, **fields)
        for type in LINK_TYPES:
            for id, fields in _known(self.links(type), link_fields(type)):
                start, end = fields.pop("start"), fields.pop("end")
                if start in graph and end in graph:
                    graph.add_edge(start, end, key=id, type=type, **fields)
        return graph

    def sources(self, labels: Iterable[str] | None = None, types: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """Return the datasets behind these labels and link types (all, by default), sorted by name.

        Each has name, title, publisher, licence, attribution, url and retrieved (ISO date), as far as known.
        """
        names: set[str] = set()
        for label in NODE_TYPES if labels is None else labels:
            if label != "Source":
                table = self._node_table(label)
                names |= set(pc.unique(table["source"]).to_pylist())
                if also := self.also_from():
                    names |= {name for id in table["id"].to_pylist() for name in also.get(id, ())}
        for type in LINK_TYPES if types is None else types:
            names |= set(pc.unique(self._link_table(type)["source"]).to_pylist())
        known = {row["name"]: row for _, row in _known(self.nodes("Source").reset_index(), node_fields("Source"))}
        keys = ("title", "publisher", "licence", "attribution", "url", "retrieved")
        found = []
        for name in sorted(n for n in names if n and n != "derived"):
            row = known.get(name, {})
            found.append({"name": name, **{k: _plain(row[k]) for k in keys if k in row}})
        return found

    def _like_this(self, area: str | None, day: date, *, halo_m: float | None = None, apart: bool = False) -> Landscape:
        found = Landscape(
            self._recorded,
            area=area,
            as_of=day,
            settings=self.settings,
            halo_m=self.halo_m if halo_m is None else halo_m,
            apart=apart or self._apart,
        )
        return found.without(self._gone.to_pylist()) if len(self._gone) else found

    def _node_table(self, label: str) -> pa.Table:
        if label not in NODE_TYPES:
            raise UnknownName(f"No node is called '{label}'; the nodes are {', '.join(NODE_TYPES)}.")
        return self._selection.nodes[label]

    def _node_frame(self, label: str) -> pd.DataFrame:
        table = self._node_table(label)
        frame = _frame(table.drop_columns(["boundary"]) if label == "Area" else table).set_index("id")
        frame["inside"] = self._selection.inside[label]
        if label == "Context":
            frame["concern_now"] = concern_now(frame, self.as_of)
        return frame

    def _link_table(self, type: str) -> pa.Table:
        table = alive(self._tables.links(type), self.as_of)
        link = LINK_TYPES[type]
        mask = ~members(table["id"], self._gone) if len(self._gone) else np.ones(len(table), bool)
        for side, labels in (("start", link.starts), ("end", link.ends)):
            here = [self._selection.nodes[label]["id"] for label in labels]
            mask &= members(table[side], pa.chunked_array([c for column in here for c in column.chunks], pa.string()))
        return table if mask.all() else table.filter(pa.array(mask))

    def _within(self, label: str) -> pd.DataFrame:
        if f"WITHIN {label}" not in self._frames:
            links = self.links("WITHIN")
            of_label = links["start"].str.startswith(f"{NODE_TYPES[label].prefix}:")
            found = links.loc[of_label, ["start", "end", "share"]]
            found = found.assign(level=found["end"].map(self.nodes("Area")["level"]), share=found["share"].fillna(1.0))
            order = found.sort_values(["start", "level", "share", "end"], ascending=[True, True, False, True])
            self._frames[f"WITHIN {label}"] = order.reset_index(drop=True)
        return self._frames[f"WITHIN {label}"]


def today(settings: Settings) -> date:
    """Return today in the landscape's time zone; raises InputError where the setting names none."""
    try:
        zone = ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        said = f"The setting timezone = {settings.timezone!r} is no time zone; give one such as Europe/London."
        raise InputError(said) from None
    return datetime.now(zone).date()


def concern_now(contexts: pd.DataFrame, as_of: date) -> pd.Series:
    """Return the concern that holds as of the day: past its review date it reads ``review_overdue``."""
    review, concern = contexts["concern_review"], contexts["concern"]
    past = np.array([isinstance(day, date) and day < as_of for day in review], bool)
    stands = concern.notna().to_numpy() & (concern != "none_known").to_numpy(bool)
    return concern.mask(pd.Series(past & stands, index=contexts.index), REVIEW_OVERDUE)


def hour_sets(weeks: pa.ChunkedArray) -> HourSets:
    """Return the hour sets of a column of 168-character texts; null is unknown."""
    known = np.asarray(pc.is_valid(weeks).to_numpy(), bool)
    text = "".join(pc.fill_null(weeks, "0" * HOURS).to_pylist()).encode()
    flags = np.frombuffer(text, np.uint8).reshape(len(known), HOURS) - np.uint8(ord("0"))
    return HourSets(flags, known)


def _frame(table: pa.Table) -> pd.DataFrame:
    lists = [field.name for field in table.schema if pa.types.is_list(field.type)]
    frame = table.drop_columns(lists).to_pandas() if lists else table.to_pandas()
    # A column of whole numbers is float in any case, so that its type does not hang on whether one is missing.
    frame = frame.astype({name: float for name, dtype in frame.dtypes.items() if dtype.kind == "i"})
    for name in lists:
        frame[name] = pd.Series(table[name].to_pylist(), index=frame.index, dtype=object)
    return cast("pd.DataFrame", frame[table.column_names])


def _known(frame: pd.DataFrame, fields_of: dict[str, Field]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield id and known fields of each row as plain Python values."""
    columns = {name: frame[name].tolist() for name in frame.columns if name != "id"}
    for name, values in columns.items():
        if name in fields_of and fields_of[name].kind == "integer":
            columns[name] = [None if _missing(value) else int(value) for value in values]
    for position, id in enumerate(frame["id"].tolist()):
        fields = ((name, values[position]) for name, values in columns.items())
        yield id, {name: value for name, value in fields if not _missing(value)}


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and value != value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
