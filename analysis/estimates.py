"""How many people is a need estimated for, in an area? Estimates overlap, so those of one place are never added up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.supply import AGES
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
    """Needs of people aged 10-17 (of any age where none was given), or of one group or for one harm, by place.

    An area has the largest of its own estimates and those of contexts in it, or the sum over the areas of one level
    that lie in it, whichever is more. A need for what holds an area is not divided.
    """

    def __init__(self, landscape: Landscape, *, group: str | None = None, harm: str | None = None) -> None:
        self._needs = landscape.nodes("Need")
        self._threshold = landscape.settings.threshold
        self._level = landscape.nodes("Area")["level"]
        asked = self._needs if harm is None else self._needs[self._needs["harm"] == harm]
        chosen = {
            str(id)
            for id, groups, ages in zip(asked.index, asked["groups"], asked["ages"], strict=True)
            if (group is None or group in (groups or ())) and _young(ages)
        }
        places: dict[str, list[Estimate]] = defaultdict(list)
        links = landscape.links("ESTIMATED_FOR")
        for need, place in zip(links["start"], links["end"], strict=True):
            if need in chosen:
                places[place].append(self._one(need))
        self._own = {place: largest(found) for place, found in sorted(places.items())}
        self._contexts = self._held(landscape, "Context", self._own)
        self._areas = self._held(landscape, "Area", {*self._own, *self._contexts})

    def of(self, area: str) -> Estimate:
        """Return the people in need in an area."""
        return largest([self._direct(area), *self._by_level(self._areas.get(area, ()))])

    def everywhere(self) -> Estimate:
        """Return the people in need in all areas that are loaded."""
        known = {place for place in (*self._own, *self._contexts, *self._areas) if label_of(place) == "Area"}
        return largest(self._by_level(sorted(known), whole=True))

    def _by_level(self, areas: Iterable[str], *, whole: bool = False) -> list[Estimate]:
        """Return for each level the people in its areas together."""
        found: dict[str, list[Estimate]] = defaultdict(list)
        for area in areas:
            found[str(self._level[area])].append(self.of(area) if whole else self._direct(area))
        return [largest(some) if level == _OVERLAPPING else total(some) for level, some in sorted(found.items())]

    def _direct(self, area: str) -> Estimate:
        return largest(self._own.get(place, Estimate()) for place in (area, *self._contexts.get(area, ())))

    def _one(self, need: str) -> Estimate:
        row = self._needs.loc[need]
        hidden = bool(row["suppressed"]) and "people" in row["suppressed"]
        count, lower = _number(row["people"]), _number(row["lower"])
        if hidden or (count is None and lower is None):
            return Estimate(None, True, withheld=hidden)
        people = round_people(int(count if count is not None else lower or 0), self._threshold).people
        return Estimate(people, True, withheld=people is None, at_least=count is None)

    def _held(self, landscape: Landscape, label: str, places: Iterable[str]) -> dict[str, list[str]]:
        """Return area -> those of these places, of one label, that lie in it; one in several is in the first by id."""
        found: dict[str, list[str]] = defaultdict(list)
        for level in sorted(set(self._level)):
            holder = landscape.within(label, level)
            for place in sorted(places):
                if label_of(place) == label and place in holder.index:
                    found[str(holder[place])].append(place)
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
    numbers = [int(number) for number in re.findall(r"\d+", ages)] if isinstance(ages, str) else []
    return not numbers or (numbers[0] <= AGES[1] and (len(numbers) < 2 or numbers[1] >= AGES[0]))


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
