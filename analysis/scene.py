"""What do several questions look at? The landscape with coverage, states, areas and names, each worked out once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from analysis.coverage import Coverage, Reach, coverage, reach_of
from analysis.facts.days import said
from analysis.facts.people import Residents, named_needs, need_people
from analysis.facts.provision import (
    GuardianStates,
    current_services,
    guardian_states,
    home_level,
    homes,
    may_become_active,
)
from analysis.kernels.pairs import Pairs
from graphmodel.disclosure import round_people
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

if TYPE_CHECKING:
    from analysis.accessibility import Accessibility
    from analysis.facts.shortfall import Problem, Shortfall

_SAID = {
    "named_in_plans": "plans",
    "young_people_said": "young people",
    "parents_said": "parents",
    "young_people": "young people",
    "parents": "parents",
}
_BY_LINKS = ("SERVES", "DELIVERS", "TARGETS")


class Scene:
    """What several questions look at: the landscape with coverage, states and names, each worked out once."""

    def __init__(self, landscape: Landscape, *, within_m: float, k: int) -> None:
        self.landscape = landscape
        self.within_m = within_m
        self.k = k
        self._homes: dict[str, dict[str, str | None]] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._columns: dict[tuple[str, str], dict[str, Any]] = {}

    @property
    def as_of(self) -> date:
        """The day the landscape is looked at."""
        return self.landscape.as_of

    @cached_property
    def coverage(self) -> Coverage:
        """Coverage of the contexts inside."""
        return coverage(self.landscape, within_m=self.within_m, k=self.k)

    @cached_property
    def reach(self) -> Reach:
        """Guardians near or linked to each context inside."""
        return reach_of(self.landscape, self.within_m)

    @cached_property
    def accessibility(self) -> Accessibility:
        """What young people reach on foot, by cell and ward."""
        from analysis.accessibility import accessibility

        return accessibility(self.landscape)

    @cached_property
    def approachable(self) -> Pairs:
        """Venues that may be suggested as a next guardian, near or linked to each context inside."""
        return self.reach.of(may_become_active(self.frame("Guardian")))

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Context inside -> its row in coverage and reach."""
        return {id: row for row, id in enumerate(self.coverage.contexts)}

    @cached_property
    def states(self) -> GuardianStates:
        """Which guardians count."""
        return guardian_states(self.landscape)

    @cached_property
    def residents(self) -> Residents:
        """People near places and in areas."""
        return Residents(self.landscape)

    @cached_property
    def needs(self) -> dict[str, tuple[int | None, str, str | None]]:
        """Needs estimated for single contexts."""
        return named_needs(self.landscape)

    def people_of_need(self, need: str) -> int | None:
        """Return the people a Need is an estimate of; None where the count is too small to keep."""
        people = need_people(cast("pd.Series", self.frame("Need").loc[need]))
        return None if people is None else round_people(people, self.landscape.settings.threshold).people

    @cached_property
    def unmet(self) -> tuple[Problem, dict[str, Shortfall]]:
        """Needs with the services they could use, and the shortfall of each by itself."""
        from analysis.facts.shortfall import each_need, problem_of_needs

        problem = problem_of_needs(self.landscape)
        return problem, each_need(problem)

    @cached_property
    def home_level(self) -> str:
        """Level of the areas that findings are gathered in."""
        return home_level(self.landscape)

    def frame(self, label: str) -> pd.DataFrame:
        """Return the nodes of a label."""
        if label not in self._frames:
            self._frames[label] = self.landscape.nodes(label)
        return self._frames[label]

    def inside(self, label: str) -> pd.DataFrame:
        """Return the nodes of a label that belong to the area."""
        frame = self.frame(label)
        return frame[frame["inside"]]

    def home(self, id: str) -> str | None:
        """Return the area a node is gathered in: its ward, or for a body that reaches several what holds them all."""
        label = label_of(id) or ""
        if label == "Area":
            return id
        if label in ("Context", "Guardian", "Session", "Organisation"):
            if label not in self._homes:
                self._homes[label] = dict(homes(self.landscape, label))
            return self._homes[label].get(id)
        return self._common_area(self._reached.get(id, ()))

    def authority(self, id: str) -> str | None:
        """Return the local authority a node is in, or what it is gathered in where no authority is loaded."""
        home = self.home(id)
        if home is None:
            return None
        level = self._column("Area", "level")
        held = sorted({home} | self.wholes(home))
        for wanted in ("local_authority", self.home_level):
            if found := [area for area in held if level[area] == wanted]:
                return found[0]
        return home

    def name(self, id: str) -> str:
        """Return the name of a node, or its id."""
        return str(self._column(label_of(id) or "", "name").get(id, id))

    def cite(self, ids: Iterable[str]) -> tuple[list[str], set[str]]:
        """Return where these nodes were recorded: source rows in their order, each once, and the datasets."""
        rows: dict[str, None] = {}
        datasets: set[str] = set()
        for id in ids:
            label = label_of(id) or ""
            row, dataset = (self._column(label, name).get(id) for name in ("source_row", "source"))
            if isinstance(row, str):
                rows[row] = None
            if isinstance(dataset, str):
                datasets.add(dataset)
        return list(rows), datasets

    def _column(self, label: str, name: str) -> dict[str, Any]:
        """Return id -> value of a field: a look-up in a data frame is a hundred times dearer than one in a dict."""
        if (label, name) not in self._columns:
            self._columns[label, name] = dict(zip(self.frame(label).index, self.frame(label)[name], strict=True))
        return self._columns[label, name]

    @cached_property
    def areas_inside(self) -> set[str]:
        """Ids of the areas that belong to the area, itself among them; all, where everything is looked at."""
        return set(self.inside("Area").index)

    @cached_property
    def named(self) -> dict[str, tuple[str, str]]:
        """Context -> (who named it, id of what says so).

        A forum's weighting, young people, parents, plans, or the partnership by its concern.
        """
        found: dict[str, tuple[str, str]] = {}
        for id, concern in self.frame("Context")["concern_now"].items():
            if concern == "of_concern":
                found[str(id)] = (self._concern_words(str(id)), str(id))
        for context, (_, basis, need) in self.needs.items():
            if basis and need:
                found[context] = (f"named by {_SAID[basis]}", need)
        assessments = self.frame("Assessment")
        links = self.landscape.links("ASSESSES")
        for id, context in zip(links["start"], links["end"], strict=True):
            words = _assessed(assessments.loc[id], self.as_of)
            if words:
                found[context] = (words, id)
        return found

    def _concern_words(self, id: str) -> str:
        review = self.frame("Context")["concern_review"].get(id)
        return f"context of concern, review due {said(review)}" if isinstance(review, date) else "context of concern"

    @cached_property
    def _reached(self) -> dict[str, list[str]]:
        """Service, action, assessment, need -> the places and areas it is about."""
        found: dict[str, list[str]] = {}
        for type in ("DELIVERS", "SERVES", "TARGETS", "ASSESSES", "ESTIMATED_FOR"):
            links = self.landscape.links(type)
            for start, end in zip(links["start"], links["end"], strict=True):
                found.setdefault(start, []).append(end)
        return found

    @cached_property
    def estimated_for(self) -> dict[str, list[str]]:
        """Need -> the places and areas it is an estimate for."""
        return {id: ends for id, ends in self._reached.items() if label_of(id) == "Need"}

    def _common_area(self, ids: Iterable[str]) -> str | None:
        """Return the one area all of these lie in: their ward if it is one, else the smallest that holds every one."""
        areas = {area for area in (self.home(id) for id in ids) if area}
        if len(areas) <= 1:
            return next(iter(areas), None)
        shared = set.intersection(*(self.wholes(area) | {area} for area in areas))
        return min(shared, key=lambda area: (self._parts[area], area), default=None)

    def wholes(self, area: str) -> set[str]:
        """Return the areas that ``area`` belongs to."""
        return self._wholes.get(area, set())

    @cached_property
    def _parts(self) -> Counter[str]:
        """Area -> how many areas belong to it."""
        return Counter(whole for wholes in self._wholes.values() for whole in wholes)

    @cached_property
    def _wholes(self) -> dict[str, set[str]]:
        levels = self.frame("Area")["level"].unique().tolist()
        up: dict[str, set[str]] = {str(id): set() for id in self.frame("Area").index}
        for level in levels:
            for id, parent in self.landscape.within("Area", level).items():
                up[str(id)].add(str(parent))
        return up


def _assessed(assessment: pd.Series, as_of: date) -> str | None:
    """Return how an assessment that still holds names its context, or None."""
    day, due, weighted = (assessment[f] for f in ("date", "review_due", "weighting_date"))
    if (isinstance(day, date) and day > as_of) or (isinstance(due, date) and due < as_of):
        return None
    if isinstance(assessment["weighting"], str):
        forum = assessment["weighting_forum"] if isinstance(assessment["weighting_forum"], str) else "a forum"
        return f"weighted by {forum}" + (f" on {said(weighted)}" if isinstance(weighted, date) else "")
    with_whom = [_SAID[code] for code in assessment["co_produced_with"] or () if code in _SAID]
    return f"named by {' and '.join(with_whom)}" if with_whom else None


def services_by_area(scene: Scene, types: tuple[str, ...] = _BY_LINKS) -> dict[str, set[str]]:
    """Return area inside, at the level gaps are gathered at -> current services there.

    They serve the area, a part of it or what holds it, have a session there, or work on a context there: a service for
    the whole borough is one of each of its wards.
    """
    areas = scene.inside("Area")
    found: dict[str, set[str]] = {str(id): set() for id in areas.index[areas["level"] == scene.home_level]}
    running = set(current_services(scene.landscape).index)
    served: dict[str, set[str]] = defaultdict(set)
    for type in types:
        links = scene.landscape.links(type)
        for service, end in zip(links["start"], links["end"], strict=True):
            if service not in running:
                continue
            if type == "SERVES":
                served[end].add(service)
            for area in scene.wholes(end) if type == "SERVES" else (scene.home(end),):
                if area in found:
                    found[area].add(service)
    for area, services in found.items():
        for whole in {area} | scene.wholes(area):
            services |= served.get(whole, set())
    return found
