"""How does an area stand beside another, beside a pilot, or beside the whole? The facts of the profile, side by side.

Nothing is ranked: the same facts are counted for both by the same rules, and what is not known is apart from none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from graphmodel.codes import code_list
from graphmodel.landscape import Landscape
from views.hours import open_at
from views.places import label
from views.profile import FUNNEL, residents

LABELS = ("Service", "Guardian", "Context")
# Links that make something part of a programme, and which end it is.
_MEMBERSHIP = (("PART_OF", "start", "end"), ("MEMBER_OF", "start", "end"), ("FUNDS", "end", "start"))
METHOD = (
    "Both sides are counted by the same rules, as in the profiles. An area holds what lies in it; a pilot or programme "
    "what is part of it, a member of it or funded by it, wherever that is; what its member organisations run besides "
    "is not counted as its own. Rates are per 1,000 residents aged 10-17, and left out where these are not known. "
    "Confidential places are not counted."
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a side: its value (None: not known), of how many it is not known, and whether it has a rate."""

    group: str
    name: str
    value: float | None
    unknown: int = 0
    rated: bool = False
    share: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """All that is told of one side: its name, its residents aged 10-17 (None: not known), and its facts."""

    id: str
    name: str
    young: float | None
    facts: tuple[Fact, ...]


def of_area(landscape: Landscape, hour: int | None = None, complete: float | None = None) -> Side:
    """Return the facts of the landscape's area (or of everything); ``complete`` is its completeness, if known."""
    frames = {name: _shown(landscape.nodes(name)) for name in LABELS}
    frames = {name: frame[frame["inside"].to_numpy(bool)] for name, frame in frames.items()}
    young = residents(landscape, "population_10_17")
    people = [Fact("People", "Residents aged 10-17", young.people, young.unknown)]
    recorded = [Fact("Completeness", "Recorded, of what the gaps rest on", complete, share=True)]
    facts = (*_facts(landscape, frames, hour), *people, *recorded)
    return Side(landscape.area or "", landscape.area_name or "Everything loaded", young.people, facts)


def of_programme(landscape: Landscape, programme: str, hour: int | None = None) -> Side:
    """Return the facts of what is part of a programme, wherever it is; it has no residents and no rates.

    ``landscape`` is of everything.
    """
    held = members(landscape, programme)
    frames = {name: _shown(landscape.nodes(name)) for name in LABELS}
    frames = {name: frame[frame.index.isin(held)] for name, frame in frames.items()}
    name = str(landscape.nodes("Programme").at[programme, "name"])
    return Side(programme, name, None, tuple(_facts(landscape, frames, hour)))


def members(landscape: Landscape, programme: str) -> set[str]:
    """Return the ids of what is part of a programme, a member of it, or funded by it."""
    held: set[str] = set()
    for type, part, whole in _MEMBERSHIP:
        links = landscape.links(type)
        held |= {str(id) for id in links.loc[links[whole] == programme, part]}
    return held


def programmes(landscape: Landscape) -> dict[str, str]:
    """Return id -> name of the programmes there are, by name."""
    frame = _shown(landscape.nodes("Programme"))
    named = sorted((str(name), str(id)) for id, name in frame["name"].items())
    return {id: name for name, id in named}


def table(sides: Sequence[Side]) -> pd.DataFrame:
    """Return a row for each fact: its group, its name, and for each side the value in words, with its rate if known."""
    rows = []
    for fact in _all_facts(sides):
        row = {"Group": fact.group, "Fact": fact.name}
        for position, side in enumerate(sides):
            held = _fact_of(side, fact)
            row[_column(sides, position)] = "—" if held is None else f"{words(held)}{rate_words(held, side)}"
        rows.append(row)
    return pd.DataFrame(rows)


def rows(sides: Sequence[Side]) -> pd.DataFrame:
    """Return a row for each fact and side with bare numbers, for a file; a blank is not known."""
    found = [
        {
            "side": side.name, "group": fact.group, "fact": fact.name, "value": fact.value,
            "not_known_of": fact.unknown, "per_1000_aged_10_17": _rate(fact, side),
        }
        for side in sides
        for fact in side.facts
    ]  # fmt: skip
    return pd.DataFrame(found)


def words(fact: Fact) -> str:
    """Return a value as people read it: unknown apart from zero."""
    if fact.value is None:
        return "not known"
    told = f"{fact.value:.0%}" if fact.share else f"{fact.value:,.0f}"
    return f"{told} (not known: {fact.unknown:,})" if fact.unknown else told


def rate_words(fact: Fact, side: Side) -> str:
    """Return a rate per 1,000 residents aged 10-17 as people read it after its value; nothing where there is none."""
    rate = _rate(fact, side)
    return "" if rate is None else f", {rate:,.2f} per 1,000"


def _rate(fact: Fact, side: Side) -> float | None:
    if not fact.rated or fact.value is None or not side.young:
        return None
    return round(fact.value / side.young * 1000, 2)


def _column(sides: Sequence[Side], position: int) -> str:
    name = sides[position].name
    return f"{name} (compared)" if any(other.name == name for other in sides[:position]) else name


def _all_facts(sides: Sequence[Side]) -> list[Fact]:
    """Return each fact once, those of a group together, in the order of the first side that has it."""
    first: dict[tuple[str, str], Fact] = {}
    for side in sides:
        for fact in side.facts:
            first.setdefault((fact.group, fact.name), fact)
    groups = list(dict.fromkeys(group for group, _ in first))
    return sorted(first.values(), key=lambda fact: groups.index(fact.group))


def _fact_of(side: Side, wanted: Fact) -> Fact | None:
    """Return the side's fact; a kind of place that a side has none of is 0 there, other facts are not asked of it."""
    for fact in side.facts:
        if (fact.group, fact.name) == (wanted.group, wanted.name):
            return fact
    return Fact(wanted.group, wanted.name, 0, rated=wanted.rated) if wanted.group == "Contexts" else None


def _facts(landscape: Landscape, frames: Mapping[str, pd.DataFrame], hour: int | None) -> list[Fact]:
    services, guardians, contexts = (frames[name] for name in LABELS)
    return [
        *_strengths(services, guardians, contexts),
        *_provision(landscape, services, hour),
        *_guardians(guardians),
        *_contexts(contexts),
    ]


def _strengths(services: pd.DataFrame, guardians: pd.DataFrame, contexts: pd.DataFrame) -> list[Fact]:
    asked = guardians["young_people_say"].where(guardians["young_people_say"].ne("not_asked"))
    strong = int(contexts["strengths"].map(lambda held: isinstance(held, list) and bool(held)).sum())
    return [
        _counted("Strengths", "Guardians young people trust", asked, ("trusted",)),
        _counted("Strengths", "Level 2 services", services["level"], ("L2", "both")),
        _counted("Strengths", "Services made with young people", services["co_produced"], (True,)),
        Fact("Strengths", "Contexts with strengths recorded", float(strong) if strong else None),
    ]


def _provision(landscape: Landscape, services: pd.DataFrame, hour: int | None) -> list[Fact]:
    capacity = services["capacity"].astype(float)
    known = float(capacity.sum()) if capacity.notna().any() else None if len(services) else 0.0
    unknown = int(capacity.isna().sum()) if known is not None else 0
    facts = [
        Fact("Provision", "Services", float(len(services)), rated=True),
        Fact("Provision", "Places a year", known, unknown, rated=True),
        Fact("Provision", "Services not yet coded", float(services["level"].isna().sum())),
    ]
    if hour is not None:
        facts.insert(1, _open_then(landscape, services, hour))
    return facts


def _open_then(landscape: Landscape, services: pd.DataFrame, hour: int) -> Fact:
    """Return how many sessions of these services are open at an hour of the week."""
    links, sessions = landscape.links("DELIVERS"), _shown(landscape.nodes("Session"))
    held = sessions[sessions.index.isin(links.loc[links["start"].isin(services.index), "end"])]
    states = [open_at(week if isinstance(week, str) else None, hour) for week in held["hours_week"]]
    unknown = sum(state is None for state in states)
    known = None if states and unknown == len(states) else float(sum(state is True for state in states))
    return Fact("Provision", "Sessions open then", known, unknown if known is not None else 0)


def _guardians(guardians: pd.DataFrame) -> list[Fact]:
    stages = Counter(str(stage) for stage in guardians["stage"].dropna())
    names = code_list("stages")
    unrecorded = int(guardians["stage"].isna().sum())
    known = len(guardians) - unrecorded
    facts = [Fact("Guardians", "Places known", float(len(guardians)), rated=True)]
    for rank, stage in enumerate(FUNNEL):
        reached = float(sum(stages[later] for later in FUNNEL[rank:])) if known or not len(guardians) else None
        told = names[stage] if stage == FUNNEL[-1] else f"{names[stage]} or further"
        facts.append(Fact("Guardians", told, reached, rated=stage == FUNNEL[-1]))
    return [*facts, Fact("Guardians", "No engagement recorded", float(unrecorded))]


def _contexts(contexts: pd.DataFrame) -> list[Fact]:
    kinds = Counter(str(kind) for kind in contexts["kind"])
    ordered = sorted(kinds.items(), key=lambda each: (-each[1], each[0]))
    facts = [Fact("Contexts", label("context_kinds", kind) or kind, float(count)) for kind, count in ordered]
    return [Fact("Contexts", "All kinds", float(len(contexts)), rated=True), *facts]


def _counted(group: str, name: str, values: pd.Series, wanted: tuple[Any, ...]) -> Fact:
    """Return how many have a wanted value; not known where nothing is known of any, none where there is nothing."""
    unknown = int(values.isna().sum())
    if len(values) and unknown == len(values):
        return Fact(group, name, None)
    return Fact(group, name, float(values.isin(wanted).sum()), unknown)


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame["sensitivity"] != "confidential").to_numpy(bool)]
