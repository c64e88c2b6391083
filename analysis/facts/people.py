"""How many young people live near a place, or in an area? Each is counted once, however many places are named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.facts.provision import positions
from analysis.facts.supply import AGES, CELL_LEVELS, TOP_AGE, cell_areas, people_by_age
from analysis.kernels.pairs import Pairs, pairs_within
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

NEAR_M = 800.0
# A leisure centre is for all ages; young people are counted up to this one.
OLDEST = 25
RESIDENT, NEEDED = "resident", "need"

_SAID = ("named_in_plans", "young_people_said", "parents_said")
_PLACES = ("Context", "Guardian", "Session")


class Residents:
    """People aged 10-17, or of a context's own ages, by official statistics, in cells (LSOAs where they are loaded).

    A place has the cells whose inner point is within 800 m; an area has its cells by the share that lies in it; a
    place without a point has those of its areas; a service those of its sessions, the places it works on and the areas
    it serves.
    """

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape
        cells, _ = cell_areas(landscape)
        self._cells = {id: i for i, id in enumerate(cells.index)}
        self._points = cells[["x", "y"]].to_numpy(float)
        self._total = cells["population_10_17"].to_numpy(float)
        self._by_age = people_by_age(cells)
        self._near: dict[str, Pairs] = {}

    def of(self, ids: Iterable[str]) -> int | None:
        """Return the people who live near or in any of these, whole; None where no population is loaded.

        Where a cell has no single years of age its 10-17 stand in for any range.
        """
        if not self._cells:
            return None
        weight: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(TOP_AGE))
        for id in ids:
            ages = self._ages(id)
            for cell, share in self.cells_of(id):
                weight[cell][ages] = np.maximum(weight[cell][ages], share)
        people = 0.0
        for cell in sorted(weight):
            if not np.isnan(self._by_age[cell, 0]):
                people += float(weight[cell] @ self._by_age[cell])
            elif not np.isnan(self._total[cell]):
                people += float(weight[cell].max() * self._total[cell])
        return round(people)

    def cells_of(self, id: str) -> list[tuple[int, float]]:
        """Return (cell, share of it) for a node of any label that has a place, or serves one."""
        label = label_of(id)
        if label == "Area":
            return self._in_area.get(id, [])
        if label in _PLACES:
            near = self._places_near(label)
            position = self._position[label].get(id)
            if position is None:
                return []
            if not np.isnan(self._located[label][position]):
                cells = near.indices[near.indptr[position] : near.indptr[position + 1]]
                return [(int(cell), 1.0) for cell in cells]
            return self._widest(self._areas_of.get(id, []))
        return self._widest(self._served.get(id, []))

    def _widest(self, ids: Iterable[str]) -> list[tuple[int, float]]:
        shares: dict[int, float] = {}
        for id in ids:
            for cell, share in self.cells_of(id):
                shares[cell] = max(share, shares.get(cell, 0.0))
        return sorted(shares.items())

    def _places_near(self, label: str) -> Pairs:
        if label not in self._near:
            points, _ = positions(self._landscape, label)
            self._near[label] = pairs_within(points, self._points, NEAR_M)
            self._located[label] = points[:, 0]
            self._position[label] = {id: row for row, id in enumerate(self._landscape.nodes(label).index)}
        return self._near[label]

    @cached_property
    def _located(self) -> dict[str, np.ndarray]:
        return {}

    @cached_property
    def _position(self) -> dict[str, dict[str, int]]:
        return {}

    def _ages(self, id: str) -> slice:
        lowest, highest = AGES
        if label_of(id) == "Context" and id in self._context_ages:
            lowest, highest = self._context_ages[id]
        return slice(lowest, highest + 1)

    @cached_property
    def _context_ages(self) -> dict[str, tuple[int, int]]:
        contexts = self._landscape.nodes("Context")
        both = contexts[contexts["minimum_age"].notna() & contexts["maximum_age"].notna()]
        pairs = zip(both.index, both["minimum_age"].astype(int), both["maximum_age"].astype(int), strict=True)
        return {id: (max(low, 0), min(high, OLDEST)) for id, low, high in pairs}

    @cached_property
    def _in_area(self) -> dict[str, list[tuple[int, float]]]:
        """Area -> its cells with the share that lies in it."""
        found: dict[str, dict[int, float]] = defaultdict(dict)
        for id, cell in self._cells.items():
            found[id][cell] = 1.0
        links = self._landscape.links("WITHIN")
        for start, end, share in zip(links["start"], links["end"], links["share"].fillna(1.0), strict=True):
            if start in self._cells:
                found[end][self._cells[start]] = float(share)
        return {id: sorted(cells.items()) for id, cells in found.items()}

    @cached_property
    def _areas_of(self) -> dict[str, list[str]]:
        """Place without a point -> the smallest of its areas; a peer group in several wards has them all."""
        links = self._landscape.links("WITHIN")
        level = self._landscape.nodes("Area")["level"]
        order = {name: i for i, name in enumerate(CELL_LEVELS)}
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for start, end in zip(links["start"], links["end"], strict=True):
            if label_of(start) in _PLACES:
                found[start].append((order.get(str(level.get(end)), len(order)), end))
        return {id: [end for rank, end in sorted(ends) if rank == min(ends)[0]] for id, ends in found.items()}

    @cached_property
    def _served(self) -> dict[str, list[str]]:
        """Service or organisation -> places and areas it is there for."""
        found: dict[str, list[str]] = defaultdict(list)
        for type in ("TARGETS", "SERVES", "DELIVERS"):
            links = self._landscape.links(type)
            for start, end in zip(links["start"], links["end"], strict=True):
                found[start].append(end)
        links = self._landscape.links("RUNS")
        for start, end in zip(links["start"], links["end"], strict=True):
            found[start].append(end)
        return found


def named_needs(landscape: Landscape) -> dict[str, tuple[int | None, str, str | None]]:
    """Return context -> (people, basis, need's id) of the largest need that is estimated for it.

    ``people`` is None where the count was too small to keep. Needs may overlap, so they are never added up.
    """
    needs = landscape.nodes("Need")
    links = landscape.links("ESTIMATED_FOR")
    found: dict[str, tuple[int | None, str, str | None]] = {}
    for start, end in zip(links["start"], links["end"], strict=True):
        if label_of(end) == "Context" and start in needs.index:
            need = needs.loc[start]
            people = need_people(need)
            said = str(need["basis"]) if need["basis"] in _SAID else ""
            here = found.get(end)
            if here is None or (people or 0, start) > (here[0] or 0, here[2] or ""):
                found[end] = (people, said or (here[1] if here else ""), start)
            elif said and not here[1]:
                found[end] = (here[0], said, here[2])
    return found


def need_people(need: pd.Series) -> int | None:
    """Return the people a need is an estimate of, or the least there are; None where that is too small to keep."""
    hidden = need["suppressed"] is not None and "people" in need["suppressed"]
    count = next((need[f] for f in ("people", "lower") if need[f] == need[f]), None)
    return None if hidden or count is None else int(count)
