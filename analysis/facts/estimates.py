"""How many people is a need estimated for, in an area? Estimates overlap, so those of one place are never added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.needs import ages_of
from analysis.facts.supply import AGES
from graphmodel.disclosure import round_people
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

# Drawn areas may lie over one another, so that their people are not added up either.
_OVERLAPPING = "custom"


@dataclass(frozen=True, slots=True)
class Estimate:
    """People in need in an area, as they may be kept; None where all was withheld, or nothing was recorded.

    ``recorded``: some need is estimated for it; ``withheld``: a count too small to keep is part of it; ``at_least``:
    only a lower bound was given for some.
    """

    people: int | None = None
    recorded: bool = False
    withheld: bool = False
    at_least: bool = False


class Estimates:
    """Needs of people aged 10-17 (of any age where none was given), or those for one harm, by place.

    An area has the largest of its own estimates and those of contexts in it, or the sum over the areas of one level
    that lie in it, whichever is more. A need for what holds an area is not divided. ``group``: needs that name it.
    """

    def __init__(self, landscape: Landscape, *, harm: str | None = None) -> None:
        needs = landscape.nodes("Need")
        self._threshold = landscape.settings.threshold
        self._level = landscape.nodes("Area")["level"]
        asked = needs if harm is None else needs[needs["harm"] == harm]
        young = asked[np.fromiter((_young(ages) for ages in asked["ages"]), bool, len(asked))]
        found = {str(id): (row["groups"] or (), self._one(row)) for id, row in young.iterrows()}
        self._at: dict[str, list[tuple[Iterable[str], Estimate]]] = defaultdict(list)
        links = landscape.links("ESTIMATED_FOR")
        for need, place in zip(links["start"], links["end"], strict=True):
            if need in found:
                self._at[place].append(found[need])
        self._contexts = self._held(landscape, "Context", self._at)
        self._areas = self._held(landscape, "Area", {*self._at, *self._contexts})

    def of(self, area: str, group: str | None = None) -> Estimate:
        """Return the people in need in an area."""
        return largest([self._direct(area, group), *self._by_level(self._areas.get(area, ()), group)])

    def everywhere(self, group: str | None = None) -> Estimate:
        """Return the people in need in all areas that are loaded."""
        known = {place for place in (*self._at, *self._contexts, *self._areas) if label_of(place) == "Area"}
        return largest(self._by_level(sorted(known), group, whole=True))

    def _by_level(self, areas: Iterable[str], group: str | None, *, whole: bool = False) -> list[Estimate]:
        """Return for each level the people in its areas together."""
        found: dict[str, list[Estimate]] = defaultdict(list)
        for area in areas:
            found[str(self._level[area])].append(self.of(area, group) if whole else self._direct(area, group))
        return [largest(some) if level == _OVERLAPPING else total(some) for level, some in sorted(found.items())]

    def _direct(self, area: str, group: str | None) -> Estimate:
        return largest(
            estimate
            for place in (area, *self._contexts.get(area, ()))
            for groups, estimate in self._at.get(place, ())
            if group is None or group in groups
        )

    def _one(self, need: pd.Series) -> Estimate:
        hidden = bool(need["suppressed"]) and "people" in need["suppressed"]
        count, lower = _number(need["people"]), _number(need["lower"])
        if hidden or (count is None and lower is None):
            return Estimate(None, True, withheld=hidden)
        people = round_people(int(count if count is not None else lower or 0), self._threshold).people
        return Estimate(people, True, withheld=people is None, at_least=count is None)

    def _held(self, landscape: Landscape, label: str, places: Iterable[str]) -> dict[str, list[str]]:
        """Return area -> those of these places, of one label, that lie in it; one in several is in the first by id."""
        found: dict[str, list[str]] = defaultdict(list)
        asked = sorted(place for place in places if label_of(place) == label)
        for level in sorted(set(self._level)) if asked else ():
            holder = landscape.within(label, level).reindex(asked)
            for place, area in holder[holder.notna()].items():
                found[str(area)].append(str(place))
        return dict(found)


def largest(found: Iterable[Estimate]) -> Estimate:
    """Return the largest of several estimates that may be of the same people; one withheld is smaller than any kept."""
    recorded = [one for one in found if one.recorded]
    kept = [one for one in recorded if one.people is not None]
    if not kept:
        return Estimate(None, bool(recorded), withheld=any(one.withheld for one in recorded))
    return max(kept, key=lambda one: (one.people or 0, one.at_least, one.withheld))


def total(found: Iterable[Estimate]) -> Estimate:
    """Return the sum of estimates of different people; what was withheld is left out, and said."""
    recorded = [one for one in found if one.recorded]
    kept = [one.people for one in recorded if one.people is not None]
    return Estimate(
        sum(kept) if kept else None,
        bool(recorded),
        withheld=any(one.withheld for one in recorded),
        at_least=any(one.at_least for one in recorded),
    )


def _young(ages: Any) -> bool:
    """Return whether ages such as 16-19 or 10+ meet 10-17; what cannot be read does."""
    found = ages_of(ages)
    return found is None or (found[0] <= AGES[1] and found[1] >= AGES[0])


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
