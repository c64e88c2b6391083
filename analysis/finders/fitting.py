"""Does provision fit those it is for? Harms that no service responds to, and ages at which provision stops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.facts.provision import current_services
from analysis.facts.supply import services_for
from analysis.finders.findings import FIND_OUT, NAMED, NOTHING, PARTIAL, Finding
from analysis.scene import Scene, services_by_area
from graphmodel.codes import code_list

_HARMS_UNSAID = "For {n} of {whole:services} here nobody recorded which harms they respond to"
_AGES_UNSAID = "For {n} of {whole:services} nobody recorded for which ages they are"
_SAID_BY = {"named_in_plans": "plans", "young_people_said": "young people", "parents_said": "parents"}

# Most provision for young people begins at 11 and ends at 18. It is a cliff where next to nothing goes on.
STOPPING_SHARE = 2 / 3
FEWEST_LEFT = 3


@dataclass(frozen=True, slots=True)
class Cliff:
    """An age at which provision stops: services for ``ages`` (both included) that take nobody of ``beyond``."""

    topic: str
    said: str
    ages: tuple[int, int]
    beyond: int


CLIFFS = (
    Cliff("below_11", "below 11", (11, 13), 10),
    Cliff("at_18", "at 18", (14, 17), 18),
)


def fitting(scene: Scene) -> Iterator[Finding]:
    """Yield harms without a response in their authority, and wards in which provision stops at an age."""
    yield from harms_unserved(scene)
    yield from age_cliffs(scene)


# Harms


def harms_unserved(scene: Scene) -> Iterator[Finding]:
    """Yield harms recorded of a place or in a need to which no current service of the authority responds.

    Where no service there says to which harms it responds, nobody can tell: that is to be found out.
    """
    asked: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for id, harm in _recorded_harms(scene):
        for scope in _scopes(scene, id):
            asked[scope, harm].append(id)
    told: set[str | None] = set()
    services_of = _ServicesOf(scene)
    for (scope, harm), ids in sorted(asked.items(), key=lambda item: (item[0][0] or "", item[0][1])):
        services = services_of(scope)
        says = [bool(harms) for harms in services["harms"]]
        if not any(says):
            if scope not in told:
                yield from _harms_unsaid(services.index, scope)
            told.add(scope)
        elif not any(harm in (harms or ()) for harms in services["harms"]):
            yield _harm_unserved(scene, scope, harm, ids, sum(says), len(says))


def _recorded_harms(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield (context or need inside, harm recorded of it)."""
    for id, harms in scene.inside("Context")["harms"].items():
        yield from ((str(id), harm) for harm in harms or ())
    for id, harm in scene.inside("Need")["harm"].items():
        if isinstance(harm, str):
            yield str(id), harm


def _scopes(scene: Scene, id: str) -> set[str | None]:
    """Return the authorities that a place, or a need's places and areas, lie in."""
    ends = scene.estimated_for.get(id, ()) if id.startswith("need:") else (id,)
    return {scene.authority(end) for end in ends} or {None}


class _ServicesOf:
    """The current services for an area, a part of it, or what holds it: the links are gone through once.

    A service without a session in an area, and without an area it serves, counts everywhere: nobody said where it ends.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._services = current_services(scene.landscape)
        self._within: dict[str, set[str]] = defaultdict(set)
        self._serving: dict[str, set[str]] = defaultdict(set)
        for type in ("DELIVERS", "SERVES"):
            links = scene.landscape.links(type)
            for service, end in zip(links["start"], links["end"], strict=True):
                at = scene.home(end)
                for area in () if at is None else {at} | scene.wholes(at):
                    self._within[area].add(service)
                if type == "SERVES" and at is not None:
                    self._serving[at].add(service)
        self._anywhere = set(self._services.index) - set().union(*self._within.values())

    def __call__(self, area: str | None) -> pd.DataFrame:
        """Return the services for an area; all, where it is None."""
        if area is None:
            return self._services
        wider = (self._serving.get(whole, set()) for whole in self._scene.wholes(area))
        found = self._anywhere.union(self._within.get(area, set()), *wider)
        return self._services[self._services.index.isin(found)]


def _harm_unserved(scene: Scene, scope: str | None, harm: str, ids: list[str], say: int, all_: int) -> Finding:
    needs = [id for id in ids if id.startswith("need:")]
    places = [id for id in ids if not id.startswith("need:")]
    # Only a need says of whom and of what it is; a place may be named for another of its harms.
    named = _named(scene, needs)
    recorded = " and ".join(
        f"{said} {len(them)} {noun if len(them) == 1 else noun + 's'}"
        for said, them, noun in (("in", needs, "need"), ("at", places, "place"))
        if them
    )
    silent = f"; {all_ - say} more do not say to which they respond" if all_ > say else ""
    because = (
        f"It is recorded {recorded}, and none of the {say} services here whose harms are recorded responds to it"
        f"{silent}{f'; {named}' if named else ''}"
    )
    return Finding(
        kind="harm_unserved",
        topic=harm,
        about=scope or ids[0],
        area=scope,
        band=NAMED if named else NOTHING,
        because=because,
        alone=True,
        members=tuple(sorted(ids)),
        words={"harm": code_list("harms").get(harm, harm).lower()},
        cites=tuple(sorted(ids)),
        concerns=tuple(_largest(scene, needs)) or tuple(sorted(places)),
    )


def _harms_unsaid(services: pd.Index, scope: str | None) -> Iterator[Finding]:
    for id in services:
        yield Finding(
            kind="missing_data",
            topic="harms",
            about=str(id),
            area=scope,
            band=FIND_OUT,
            because=_HARMS_UNSAID,
            words={"what": "harms that services respond to"},
        )


def _named(scene: Scene, needs: Iterable[str]) -> str | None:
    """Return who named one of these needs, if plans, young people or parents did."""
    for need in sorted(needs):
        said = _SAID_BY.get(str(scene.frame("Need")["basis"][need]))
        if said:
            return f"named by {said}"
    return None


def _largest(scene: Scene, needs: Iterable[str]) -> list[str]:
    """Return the need of most people, for needs may overlap; counts too small to keep are least."""
    return sorted(needs, key=lambda need: (-(scene.people_of_need(need) or 0), need))[:1]


# Ages


@dataclass(frozen=True, slots=True)
class Beyond:
    """Services for the ages before a cliff, by id: who takes nobody beyond it, who goes on, of whom nobody knows."""

    stop: tuple[str, ...]
    go_on: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Ages:
    """Services by id with the lowest and the highest age they take, (n,), NaN where nobody recorded it."""

    ids: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray

    @cached_property
    def _row(self) -> dict[str, int]:
        return {id: row for row, id in enumerate(self.ids)}

    @classmethod
    def of(cls, services: pd.DataFrame) -> Ages:
        """Return the ages of these services."""
        lowest, highest = (services[name].to_numpy(float) for name in ("minimum_age", "maximum_age"))
        return cls(services.index.to_numpy(object), lowest, highest)

    def among(self, ids: set[str]) -> Ages:
        """Return those of these services, in the order they have."""
        rows = np.array(sorted(self._row[id] for id in ids if id in self._row), np.int64)
        return Ages(self.ids[rows], self.lowest[rows], self.highest[rows])


def beyond(services: Ages, cliff: Cliff) -> Beyond:
    """Return which of the services for the ages before a cliff take people beyond it.

    The bound that decides is the highest age for a cliff above, the lowest for one below; the other, if unknown, is
    held to exclude nobody.
    """
    before = ~(services.lowest > cliff.ages[1]) & ~(services.highest < cliff.ages[0])
    above = cliff.beyond > cliff.ages[1]
    bound = services.highest if above else services.lowest
    takes = bound >= cliff.beyond if above else bound <= cliff.beyond
    unknown = np.isnan(bound)
    return Beyond(*(tuple(services.ids[before & mask]) for mask in (~takes & ~unknown, takes, unknown)))


def is_cliff(stop: int, go_on: int) -> bool:
    """Return whether provision stops: two services or more, two thirds of them, and fewer than three go on."""
    return stop >= 2 and go_on < FEWEST_LEFT and stop >= STOPPING_SHARE * (stop + go_on)


def age_cliffs(scene: Scene) -> Iterator[Finding]:
    """Yield wards in which provision stops below 11 or at 18, even if every service of unknown ages went on.

    Where it would only if those stopped too, their ages are to be found out.
    """
    young = Ages.of(services_for(scene.landscape))
    undecided: set[str | None] = set()
    known: dict[str | None, dict[str, bool]] = defaultdict(dict)
    for area, ids in sorted(services_by_area(scene).items()):
        services, scope = young.among(ids), scene.authority(area)
        for cliff in CLIFFS:
            found = beyond(services, cliff)
            stop, go_on, unknown = len(found.stop), len(found.go_on), len(found.unknown)
            if is_cliff(stop, go_on + unknown):
                yield _age_cliff(scene, area, cliff, found)
            elif is_cliff(stop + unknown, go_on):
                undecided.add(scope)
        told = ~(np.isnan(services.lowest) | np.isnan(services.highest))
        known[scope].update(zip(services.ids.tolist(), told.tolist(), strict=True))
    for scope in sorted(undecided, key=str):
        yield from (_ages_unsaid(id, scope, not told) for id, told in sorted(known[scope].items()))


def _age_cliff(scene: Scene, area: str, cliff: Cliff, found: Beyond) -> Finding:
    stop, whole = len(found.stop), len(found.stop) + len(found.go_on) + len(found.unknown)
    needs = [need for need in _needs_beyond(scene, cliff) if area in scene.estimated_for.get(need, ())]
    named = _named(scene, needs)
    unknown = f"; of {len(found.unknown)} nobody recorded it" if found.unknown else ""
    left = f"{len(found.go_on)} go on" if len(found.go_on) != 1 else "1 goes on"
    because = (
        f"Of {whole} services for ages {cliff.ages[0]} to {cliff.ages[1]}, {stop} take nobody aged {cliff.beyond}, "
        f"and {left if found.go_on else 'none goes on'}{unknown}{f'; {named}' if named else ''}"
    )
    return Finding(
        kind="age_cliff",
        topic=cliff.topic,
        about=area,
        area=area,
        band=NAMED if named else NOTHING if stop == whole else PARTIAL,
        because=because,
        short=stop,
        whole=whole,
        alone=True,
        members=found.stop,
        words={"age": cliff.said},
        cites=(*needs, *found.stop),
        concerns=tuple(_largest(scene, needs)),
    )


def _needs_beyond(scene: Scene, cliff: Cliff) -> list[str]:
    """Return the needs of people who are wholly beyond a cliff, by id."""
    from analysis.facts.needs import ages_of

    found = []
    for id, text in scene.inside("Need")["ages"].items():
        ages = ages_of(text)
        if ages and (ages[0] >= cliff.beyond if cliff.beyond > cliff.ages[1] else ages[1] <= cliff.beyond):
            found.append(str(id))
    return found


def _ages_unsaid(id: str, scope: str | None, unknown: bool) -> Finding:
    return Finding(
        kind="missing_data",
        topic="ages",
        about=id,
        area=scope,
        band=FIND_OUT,
        because=_AGES_UNSAID,
        short=float(unknown),
        words={"what": "ages of services"},
    )
