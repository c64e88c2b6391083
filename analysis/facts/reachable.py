"""What do the people of each cell reach? Services within a walk, shared catchments, and what needs no travel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.facts.serving import Serving
from analysis.facts.supply import REMOTE, Cells, Sites, sites_of, unplaced
from analysis.kernels.floating_catchment import gaussian_weights, step_weights, three_step, two_step
from analysis.kernels.pairs import Pairs, closest, distinct, kept, pairs_within
from graphmodel.landscape import Landscape

METHODS = ("two_step", "enhanced", "three_step")
DECAYS = {"step": step_weights, "gaussian": gaussian_weights}

# Counted by the areas a cell lies in: it needs no point for that.
BY_AREA = ("services_without_travel", "services_place_not_recorded")

# The nearest service is looked for up to so many times the distance of a walk.
_FURTHER = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catchment:
    """How far people go, how what they share is weighed, and at which hour of the week (None: whenever it is open)."""

    method: str
    decay: str
    catchment_m: float
    within_m: float
    hour: int | None


class Reachable:
    """What the cells inside reach. Arrays are by cell inside, in their order; pairs have indices of sites."""

    def __init__(self, landscape: Landscape, services: pd.DataFrame, cells: Cells, how: Catchment) -> None:
        self.services, self.cells, self.how = services, cells, how
        self.everywhere = sites_of(landscape, services)
        self.sites = self.everywhere if how.hour is None else sites_of(landscape, services, hour=how.hour)
        self.serving = Serving(landscape, services, cells)
        self.inside = np.flatnonzero(cells.inside)
        self.people = cells.people[self.inside]
        self.located = ~np.isnan(cells.points[self.inside, 0])
        self.without_place = services.index.get_indexer(unplaced(landscape, services).index)
        self.remote = self.without_place[_remote(landscape, services)[self.without_place]]
        self.not_placed = np.setdiff1d(self.without_place, self.remote)

    def pairs(self, rows: np.ndarray, sites: Sites, within_m: float) -> Pairs:
        """Return the sites within the distance of these cells whose services their people may use."""
        pairs = pairs_within(self.cells.points[rows], sites.points, within_m)
        return kept(pairs, self.serving.may_use(rows[pairs.rows], sites.service_index[pairs.indices]))

    @cached_property
    def walks(self) -> Pairs:
        """Cells inside and the sites within the distance whose services their people may use."""
        return self.pairs(self.inside, self.sites, self.how.within_m)

    @cached_property
    def within(self) -> Pairs:
        """Cells inside and the services (rows of the frame) within the distance, each once."""
        return self._services(self.walks, self.sites)

    @cached_property
    def catchment(self) -> Pairs:
        """Cells inside and the services in their catchment, each once."""
        if self.how.catchment_m == self.how.within_m:
            return self.within
        return self._services(self.pairs(self.inside, self.sites, self.how.catchment_m), self.sites)

    @cached_property
    def perhaps(self) -> Pairs:
        """Cells inside and services within the distance of which nobody recorded whether they are open at the hour."""
        if self.how.hour is None:
            return distinct(np.empty(0, np.int64), np.empty(0, np.int64), len(self.inside))
        unsaid = self.everywhere.take(~self.everywhere.known)
        doubtful = self._services(self.pairs(self.inside, unsaid, self.how.within_m), unsaid)
        width = max(len(self.services), 1)
        sure = self.within.rows * width + self.within.indices
        return kept(doubtful, ~np.isin(doubtful.rows * width + doubtful.indices, sure))

    def _services(self, pairs: Pairs, sites: Sites) -> Pairs:
        return distinct(pairs.rows, sites.service_index[pairs.indices], len(self.inside))

    @cached_property
    def maybe(self) -> np.ndarray:
        """Cells inside with nothing known to be open within the distance, and something that may be, (n,) bool."""
        return np.asarray((self.within.counts == 0) & (self.perhaps.counts > 0))

    @cached_property
    def capacity_unknown(self) -> Pairs:
        """Cells inside and those services in their catchment whose capacity nobody recorded."""
        missing = self.services["capacity"].isna().to_numpy(bool)
        return kept(self.catchment, missing[self.catchment.indices])

    @cached_property
    def found(self) -> dict[str, Pairs]:
        """Cells inside and services, by what the service is to the cell."""
        unsaid = self.services["unsaid"].to_numpy(bool)
        return {
            "services_within": self.within,
            "services_unsaid": kept(self.within, unsaid[self.within.indices]),
            "services_hours_unknown": self.perhaps,
            "services_without_travel": self.served(self.remote),
            "services_place_not_recorded": self.served(self.not_placed),
        }

    def served(self, services: np.ndarray) -> Pairs:
        """Return cells inside and those of ``services`` that serve an area they lie in."""
        rows, found = self.serving.serving(self.inside, services)
        return distinct(rows, found, len(self.inside))

    @cached_property
    def nearest(self) -> tuple[np.ndarray, np.ndarray]:
        """Site that is nearest to each cell and may be named, -1 for none, and its metres."""
        found, metres = np.full(len(self.inside), -1), np.full(len(self.inside), np.nan)
        sites = np.flatnonzero(self.sites.exact)
        named = self.sites.take(sites)
        for times in _FURTHER:
            left = np.flatnonzero(found < 0)
            pairs = self.pairs(self.inside[left], named, self.how.within_m * times)
            some, first = closest(pairs)
            found[left[some]] = sites[pairs.indices[first]]
            metres[left[some]] = pairs.metres[first]
        return found, metres

    @cached_property
    def reached(self) -> tuple[np.ndarray, np.ndarray]:
        """Services, and places, per person of each cell inside."""
        rows = self._sharing()
        same = rows is self.inside and self.how.catchment_m == self.how.within_m
        pairs = self.walks if same else self.pairs(rows, self.sites, self.how.catchment_m)
        people = self.cells.people[rows]
        mine = np.searchsorted(rows, self.inside)
        services, places = (
            self._measure(pairs, people, supply)[mine]
            for supply in (self.sites.share, np.nan_to_num(self.sites.capacity))
        )
        return services, places

    def _sharing(self) -> np.ndarray:
        """Return the cells inside and those that share a site with them; no other makes a difference."""
        if len(self.inside) == len(self.cells.ids):
            return self.inside
        catchment_m = self.how.catchment_m
        used = np.unique(pairs_within(self.cells.points[self.inside], self.sites.points, catchment_m).indices)
        others = pairs_within(self.cells.points, self.sites.points[used], catchment_m)
        return np.union1d(self.inside, np.flatnonzero(others.counts))

    def _measure(self, pairs: Pairs, people: np.ndarray, supply: np.ndarray) -> np.ndarray:
        if self.how.method == "two_step":
            return two_step(pairs, people, supply)
        weights = DECAYS[self.how.decay](pairs.metres, self.how.catchment_m)
        measure = three_step if self.how.method == "three_step" else two_step
        return measure(pairs, people, supply, weights)


def _remote(landscape: Landscape, services: pd.DataFrame) -> np.ndarray:
    """Return which services have a session online or at home."""
    links = landscape.links("DELIVERS")
    kinds = landscape.nodes("Session")["kind"].reindex(links["end"]).to_numpy(object)
    return services.index.isin(links["start"][np.isin(kinds, REMOTE)])
