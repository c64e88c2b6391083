"""Who is recorded to need a response, where, and which services could serve them?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array, eye_array

from analysis.facts.provision import current_services, home_level, homes, positions
from analysis.facts.supply import AGES, CELL_LEVELS, cell_areas, cells_of, services_for, sites_of
from analysis.kernels.flow import apportion
from analysis.kernels.pairs import Pairs, from_rows, pairs_within
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of
from graphmodel.selection import LEAST_SHARE

_FROM_TO = re.compile(r"\s*(\d{1,3})\s*(?:(?:-|–|to)\s*(\d{1,3})|(\+))?\s*")
_OLDEST = 119


@dataclass(frozen=True, slots=True)
class Demand:
    """People at places: one row per need and spot, by id of both.

    ``needs`` (ids) and ``spots`` (ids of areas and contexts) are what ``need`` and ``spot`` (k,) point to. ``people``
    (3, k) whole numbers: the least, the figure given (or the least, where only bounds were), and the most.
    """

    needs: tuple[str, ...]
    spots: tuple[str, ...]
    need: np.ndarray
    spot: np.ndarray
    people: np.ndarray

    def take(self, rows: np.ndarray) -> Demand:
        """Return some of the rows, by mask or position."""
        return Demand(self.needs, self.spots, self.need[rows], self.spot[rows], self.people[:, rows])


class Ground:
    """The spots people can be at: areas, by population, and contexts; and which areas hold which."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self.areas = landscape.nodes("Area")
        self.contexts = landscape.nodes("Context")
        self.cells, level = cell_areas(landscape)
        self.has_population = level is not None
        if level is None:
            level = next((x for x in CELL_LEVELS if (self.areas["level"] == x).any()), None)
            self.cells = self.areas[self.areas["level"] == level]
        self._ids = [str(id) for id in self.cells.index]
        self._people: dict[tuple[int, int], np.ndarray] = {}

    def spots_of(self, ends: list[str], ages: tuple[int, int]) -> dict[str, float]:
        """Return spot -> weight for what a need is estimated for: cells of its areas by their people, or its contexts.

        A context without a point has the cells of its areas. Where areas are named, they are the whole of it.
        """
        areas = [end for end in ends if label_of(end) == "Area"]
        placed = [end for end in ends if label_of(end) == "Context" and self._has_point.get(end)]
        for context in () if areas or placed else ends:
            areas += self._areas_of.get(context, [])
        return self._cells_in(areas, ages) if areas else dict.fromkeys(placed, 1.0)

    def _cells_in(self, areas: list[str], ages: tuple[int, int]) -> dict[str, float]:
        share: dict[int, float] = {}
        whole: dict[str, float] = {}
        for area in areas:
            parts = self._parts.get(area)
            if parts is None:
                whole[area] = 1.0
            for cell, part in parts or ():
                share[cell] = max(part, share.get(cell, 0.0))
        people = self.people(ages)
        cells = sorted(share)
        weights = [share[cell] * float(people[cell]) for cell in cells]
        if not any(weights):
            weights = [share[cell] for cell in cells]
        return dict(zip((self._ids[cell] for cell in cells), weights, strict=True)) or whole

    def people(self, ages: tuple[int, int]) -> np.ndarray:
        """Return the people of these ages in every cell; 0 where no population is loaded."""
        if ages not in self._people:
            found = cells_of(self._landscape, minimum_age=ages[0], maximum_age=ages[1]).people
            self._people[ages] = np.nan_to_num(found) if self.has_population else np.zeros(len(self.cells))
        return self._people[ages]

    @cached_property
    def _parts(self) -> dict[str, list[tuple[int, float]]]:
        """Area -> its cells with the share that lies in it."""
        found: dict[str, list[tuple[int, float]]] = {id: [(i, 1.0)] for i, id in enumerate(self._ids)}
        links = self._landscape.links("WITHIN")
        at = self.cells.index.get_indexer(pd.Index(links["start"]))
        links = links.assign(at=at, share=links["share"].fillna(1.0))[at >= 0]
        for end, cell, share in zip(*(links[name].tolist() for name in ("end", "at", "share")), strict=True):
            found.setdefault(end, []).append((cell, share))
        return found

    @cached_property
    def _has_point(self) -> dict[str, bool]:
        points, _ = positions(self._landscape, "Context")
        return dict(zip(self.contexts.index, ~np.isnan(points[:, 0]), strict=True))

    @cached_property
    def _areas_of(self) -> dict[str, list[str]]:
        """Context without a point -> the smallest of its areas."""
        links = self._landscape.links("WITHIN")
        links = links[links["start"].isin(self.contexts.index)]
        rank = links["end"].map(self.areas["level"]).map({level: i for i, level in enumerate(CELL_LEVELS)})
        smallest = links[rank == rank.groupby(links["start"]).transform("min")]
        return {str(id): sorted(ends) for id, ends in smallest.groupby("start")["end"]}

    def points(self, spots: tuple[str, ...]) -> np.ndarray:
        """Return (n, 2) metres of the spots; NaN where one has no point."""
        found = np.full((len(spots), 2), np.nan)
        for frame, points in (
            (self.areas, self.areas[["x", "y"]].to_numpy(float)),
            (self.contexts, positions(self._landscape, "Context")[0]),
        ):
            at = frame.index.get_indexer(pd.Index(list(spots), dtype=object))
            found[at >= 0] = points[at[at >= 0]]
        return found

    def inside(self, spots: tuple[str, ...]) -> np.ndarray:
        """Return which spots belong to the landscape's area."""
        here = {*self.areas.index[self.areas["inside"]], *self.contexts.index[self.contexts["inside"]]}
        return np.array([spot in here for spot in spots], bool)

    def homes(self, spots: tuple[str, ...]) -> list[str]:
        """Return for each spot the ward it is in, or what stands for it; itself, where it is in none."""
        level = home_level(self._landscape)
        above = {**homes(self._landscape, "Area"), **homes(self._landscape, "Context")}
        own = set(self.areas.index[self.areas["level"] == level])
        return [spot if spot in own else above.get(spot) or spot for spot in spots]

    def lying_in(self, spots: tuple[str, ...]) -> csr_array:
        """Return (spots, areas): the areas that hold a spot or, of an area, are a part of it. Slivers do not count."""
        width = len(self.areas)
        links = self._landscape.links("WITHIN")
        links = links[links["share"].fillna(1.0) >= LEAST_SHARE]
        start, end = (self.areas.index.get_indexer(pd.Index(links[side])) for side in ("start", "end"))
        both = (start >= 0) & (end >= 0)
        above = _matrix(start[both], end[both], (width, width)) + eye_array(width, format="csr", dtype=np.int32)
        known = 0
        while above.nnz > known:  # what holds what holds it
            known = above.nnz
            above = _ones(above @ above)
        ids = pd.Index(list(spots), dtype=object)
        area = self.areas.index.get_indexer(ids)
        rows = np.flatnonzero(area >= 0)
        of_areas = _matrix(rows, area[rows], (len(spots), width))
        placed = ids.get_indexer(pd.Index(links["start"]))
        of_context = (placed >= 0) & (end >= 0) & (start < 0)
        of_contexts = _matrix(placed[of_context], end[of_context], (len(spots), width))
        return _ones((of_areas + of_contexts) @ above + of_areas @ csr_array(above.T))


def recorded_demand(landscape: Landscape, ground: Ground, needs: pd.DataFrame) -> tuple[Demand, list[str]]:
    """Return the people of these needs at their spots, and the needs of which nobody can say where they are.

    A need is shared out over the cells of what it is estimated for by the people of its ages who live there, in whole
    numbers: first its least, then what is more.
    """
    links = landscape.links("ESTIMATED_FOR")
    ends: dict[str, list[str]] = {}
    for start, end in zip(links["start"], links["end"], strict=True):
        ends.setdefault(start, []).append(end)
    rows: list[tuple[int, str, int, int, int]] = []
    nowhere = []
    columns = [needs[name].tolist() for name in ("ages", "lower", "people", "upper")]
    for n, (id, ages, *counts) in enumerate(zip(needs.index, *columns, strict=True)):
        weights = ground.spots_of(sorted(ends.get(id, [])), ages_of(ages) or AGES)
        if not weights:
            nowhere.append(str(id))
            continue
        weight = np.array(list(weights.values()))
        least, given, most = bounds(*counts)
        first = apportion(least, weight)
        second = first + apportion(given - least, weight)
        third = second + apportion(most - given, weight)
        rows += [(n, *row) for row in zip(weights, first, second, third, strict=True) if row[-1]]
    return _demand(tuple(map(str, needs.index)), rows), nowhere


def resident_demand(ground: Ground) -> Demand:
    """Return the residents aged 10-17 of every cell, who stand in where no need is recorded."""
    people = np.round(ground.people(AGES)).astype(int).tolist()
    rows = [(0, str(id), n, n, n) for id, n in zip(ground.cells.index, people, strict=True) if n]
    return _demand(("",), rows)


def _demand(needs: tuple[str, ...], rows: list[tuple[int, str, int, int, int]]) -> Demand:
    rows.sort()
    spots = tuple(sorted({row[1] for row in rows}))
    at = {spot: i for i, spot in enumerate(spots)}
    counts = np.array([row[2:] for row in rows], np.int64).reshape(-1, 3)
    need, spot = np.array([row[0] for row in rows], np.int64), np.array([at[row[1]] for row in rows], np.int64)
    return Demand(needs, spots, need, spot, counts.T)


def ages_of(text: Any) -> tuple[int, int] | None:
    """Return the ages meant by ``10-17``, ``16`` or ``16+``, both included; None where nobody can tell."""
    found = _FROM_TO.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return None
    first = int(found[1])
    last = _OLDEST if found[3] else int(found[2] or first)
    return (first, last) if first <= last <= _OLDEST else None


def bounds(lower: float, people: float, upper: float) -> tuple[int, int, int]:
    """Return the least, the figure and the most people of a need (NaN: not given).

    Where only bounds are given the lower is the figure: so it is for a count too small to keep, whose bounds are 1 and
    one below the threshold.
    """
    stated = [int(n) for n in (people, lower) if n == n]
    figure = stated[0] if stated else 0
    return min([figure, *stated]), figure, max(figure, int(upper) if upper == upper else 0)


# --- which services -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Eligible:
    """Which services could serve which need: those of need n are ``fits[asks[n]]``, for many needs ask the same.

    ``fits`` and ``unsaid`` (kinds of asking, services) bool; ``unsaid``: they fit, but ages or harms were not recorded.
    """

    asks: np.ndarray
    fits: np.ndarray
    unsaid: np.ndarray


def eligible(landscape: Landscape, needs: pd.DataFrame, *, match_kind: bool) -> tuple[pd.DataFrame, Eligible]:
    """Return the current services and which of them could serve each need.

    Ages overlap, it responds to the need's harm or to none in particular, it is made for nobody in particular or for
    one of the need's groups, and, with ``match_kind``, it is of the kind the need asks for. What nobody recorded of
    ages and harms excludes no service. One that is not for young people themselves serves a need only of its kind.
    """
    services = current_services(landscape)
    offer = _Offer(services, services.index.isin(services_for(landscape).index))
    columns = [needs[name].tolist() for name in ("ages", "harm", "response_kind")]
    groups = [tuple(sorted(codes or ())) for codes in needs["groups"]]
    asked = [
        (ages_of(ages), *(code if isinstance(code, str) else None for code in (harm, kind)), group)
        for ages, harm, kind, group in zip(*columns, groups, strict=True)
    ]
    number = {asking: n for n, asking in enumerate(dict.fromkeys(asked))}
    fits = np.zeros((len(number), len(services)), bool)
    unsaid = np.zeros_like(fits)
    for asking, n in number.items():
        fits[n], unsaid[n] = offer.to(*asking, match_kind=match_kind)
    return services, Eligible(np.array([number[asking] for asking in asked], np.int64), fits, unsaid)


class _Offer:
    """What services are for, column by column, so that many ways of asking can be answered."""

    def __init__(self, services: pd.DataFrame, young: np.ndarray) -> None:
        self._young = young
        self._kind = services["kind"].to_numpy(object)
        self._lowest, self._highest = (services[name].to_numpy(float) for name in ("minimum_age", "maximum_age"))
        self._lists = {name: [frozenset(codes or ()) for codes in services[name]] for name in ("harms", "made_for")}
        self._having: dict[tuple[str, str | None], np.ndarray] = {}

    def to(
        self,
        ages: tuple[int, int] | None,
        harm: str | None,
        kind: str | None,
        groups: tuple[str, ...],
        *,
        match_kind: bool,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return which services fit, and which of these only because ages or harms are not recorded, (m,) bool each."""
        of_kind = self._kind == kind
        fits = self._young | of_kind
        unsaid = np.zeros(len(fits), bool)
        if ages:
            fits &= ~((self._lowest > ages[1]) | (self._highest < ages[0]))
            unsaid |= np.isnan(self._lowest) | np.isnan(self._highest)
        if harm:
            fits &= self._has("harms", None) | self._has("harms", harm)
            unsaid |= self._has("harms", None)
        fits &= np.logical_or.reduce([self._has("made_for", code) for code in (None, *groups)])
        if match_kind and kind:
            fits &= of_kind
        return fits, unsaid & fits

    def _has(self, name: str, code: str | None) -> np.ndarray:
        """Return which services name the code, or (None) no code at all."""
        if (name, code) not in self._having:
            lists = self._lists[name]
            self._having[name, code] = np.array([code in codes if code else not codes for codes in lists], bool)
        return self._having[name, code]


def reach(
    landscape: Landscape,
    ground: Ground,
    spots: tuple[str, ...],
    services: pd.DataFrame,
    *,
    catchment_m: float,
    served_areas: bool,
) -> tuple[Pairs, np.ndarray]:
    """Return the pairs (spot, service) in reach, and the services of which nobody recorded a place or an area (bool).

    A service is in reach of a spot if one of its located sessions is within ``catchment_m`` (straight line), or if an
    area it serves, or one its sessions without a point are in, holds the spot or is a part of it. Without
    ``served_areas`` areas speak only for services that have no located session.
    """
    sites = sites_of(landscape, services)
    near = pairs_within(ground.points(spots), sites.points, catchment_m)
    unplaced = np.ones(len(services), bool)
    unplaced[sites.service_index] = False
    service, area = _served(landscape, ground, services, set(sites.sessions))
    nowhere = unplaced.copy()
    nowhere[service] = False
    if not served_areas:
        service, area = service[unplaced[service]], area[unplaced[service]]
    serves = _matrix(area, service, (len(ground.areas), len(services)))
    by_area = coo_array(ground.lying_in(spots) @ serves)
    width = max(len(services), 1)
    keys = np.concatenate(
        [near.rows * width + sites.service_index[near.indices], by_area.row.astype(np.int64) * width + by_area.col]
    )
    keys = np.unique(keys.astype(np.int64))
    return from_rows(keys // width, keys % width, len(spots)), nowhere


def _served(
    landscape: Landscape, ground: Ground, services: pd.DataFrame, located: set[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return (service, area) positions: areas a service serves, and areas of its sessions that have no point."""
    delivers = landscape.links("DELIVERS")[["start", "end"]]
    held = landscape.links("WITHIN")[["start", "end"]].rename(columns={"start": "session", "end": "area"})
    held = delivers[~delivers["end"].isin(located)].merge(held, left_on="end", right_on="session")
    serves = landscape.links("SERVES")
    service = services.index.get_indexer(pd.Index([*serves["start"], *held["start"]], dtype=object))
    area = ground.areas.index.get_indexer(pd.Index([*serves["end"], *held["area"]], dtype=object))
    known = (service >= 0) & (area >= 0)
    return service[known], area[known]


def options_of(demand: Demand, in_reach: Pairs, choice: Eligible) -> Pairs:
    """Return for each row of the demand the services it could use: in reach of its spot, and eligible for its need."""
    row, service = rows_of(in_reach, demand.spot)
    keep = choice.fits[choice.asks[demand.need[row]], service]
    return from_rows(row[keep], service[keep], len(demand.need))


def rows_of(pairs: Pairs, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of these rows, in their order: position among ``rows``, and target."""
    length = pairs.counts[rows]
    row = np.repeat(np.arange(len(rows)), length)
    offset = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    return row, pairs.indices[np.repeat(pairs.indptr[:-1][rows], length) + offset]


def _matrix(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> csr_array:
    return _ones(csr_array(coo_array((np.ones(len(rows), np.int32), (rows, columns)), shape=shape)))


def _ones(matrix: csr_array) -> csr_array:
    found = csr_array(matrix)
    found.sum_duplicates()
    found.data[:] = 1
    return found
