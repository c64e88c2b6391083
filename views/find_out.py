"""What did nobody record, and what is there to do? One task for each thing, with the rows to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.gaps import Gap
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

HOLDS_AGAIN = (
    "What is left blank stays unknown. Add to the same file: loading a shorter one takes back what it no longer says."
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a thing is recorded: how many are without it, the table of a package and its columns to fill in.

    Where ``link`` is set the table is ``links``: one row a place with that type, ``end`` is the side that is known.
    """

    one: str
    many: str
    table: str
    columns: tuple[str, ...]
    link: str = ""
    end: str = ""


_LINK = ("type", "from", "to", "basis")
WAYS: dict[str, Way] = {
    "engagement": Way(
        "No engagement recorded for 1 venue", "No engagement recorded for {n} venues", "guardians", ("stage",)
    ),
    "hours": Way("Hours unknown for 1 place", "Hours unknown for {n} places", "guardians", ("hours",)),
    "stance": Way(
        "Whether 1 active guardian cares, reports or enforces is not recorded",
        "Whether {n} active guardians care, report or enforce is not recorded",
        "guardians",
        ("stance",),
    ),
    "training": Way(
        "No training date recorded for 1 active guardian",
        "No training date recorded for {n} active guardians",
        "guardians",
        ("staff_trained", "trained_until"),
    ),
    "guardians": Way(
        "Nobody recorded who is present at 1 place",
        "Nobody recorded who is present at {n} places",
        "links",
        _LINK,
        "GUARDIAN_OF",
        "to",
    ),
    "responses": Way(
        "No response recorded for 1 place", "No response recorded for {n} places", "links", _LINK, "TARGETS", "to"
    ),
    "coding": Way(
        "1 service not yet coded",
        "{n} services not yet coded",
        "services",
        ("level", "approach", "lens", "coded_by", "coded_on"),
    ),
    "capacity": Way(
        "Places a year unknown for 1 service", "Places a year unknown for {n} services", "services", ("capacity",)
    ),
    "reach": Way(
        "Where 1 service is, or which areas it serves, is not recorded",
        "Where {n} services are, or which areas they serve, is not recorded",
        "links",
        _LINK,
        "SERVES",
        "from",
    ),
    "places": Way(
        "Where 1 service meets young people is not recorded",
        "Where {n} services meet young people is not recorded",
        "services",
        ("postcode", "hours"),
    ),
    "funding": Way(
        "No current funding recorded for 1 service",
        "No current funding recorded for {n} services",
        "links",
        ("type", "from", "to", "amount_gbp", "start", "end"),
        "FUNDS",
        "to",
    ),
    "harms": Way(
        "To which harms 1 service responds is not recorded",
        "To which harms {n} services respond is not recorded",
        "services",
        ("harms",),
    ),
    "ages": Way(
        "For which ages 1 service is, is not recorded",
        "For which ages {n} services are, is not recorded",
        "services",
        ("minimum_age", "maximum_age"),
    ),
    "access": Way(
        "Who can refer to 1 service is not recorded",
        "Who can refer to {n} services is not recorded",
        "services",
        ("access",),
    ),
    "escalation": Way(
        "Whom 1 active guardian turns to is not recorded",
        "Whom {n} active guardians turn to is not recorded",
        "links",
        _LINK,
        "ESCALATES_TO",
        "from",
    ),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to find out: its sentence, what to do, the gaps it gathers, and the nodes without it."""

    topic: str
    sentence: str
    todo: str
    gaps: tuple[Gap, ...]
    members: tuple[str, ...]


def tasks(gaps: Iterable[Gap]) -> list[Task]:
    """Return a task for each thing not recorded, in the order of the list."""
    held: dict[str, list[Gap]] = {}
    for gap in gaps:
        held.setdefault(gap.topic, []).append(gap)
    return [_task(topic, found) for topic, found in held.items()]


def _task(topic: str, gaps: Sequence[Gap]) -> Task:
    members = tuple(dict.fromkeys(id for gap in gaps for id in gap.members))
    way = WAYS[topic]
    sentence = way.one if len(members) == 1 else way.many.format(n=f"{len(members):,}")
    return Task(topic, sentence, gaps[0].closes[0]["text"], tuple(gaps), members)


def file_name(topic: str) -> str:
    """Return the name of the file to fill in: a table of a package is known by its name."""
    return f"{WAYS[topic].table}.csv"


def columns_words(topic: str) -> str:
    """Return which columns there are to fill in."""
    way = WAYS[topic]
    if way.link:
        other = "from" if way.end == "to" else "to"
        return f"{other}: who or what it is (type {way.link}; a row left without it is left out)"
    return ", ".join(way.columns)


def to_fill_in(landscape: Landscape, task: Task) -> pd.DataFrame:
    """Return the rows to fill in, as a table of a package; what is confidential is left to those who hold it."""
    way = WAYS[task.topic]
    frame = landscape.nodes(label_of(task.members[0]) or "Area")
    kept = frame.index.isin(task.members) & (frame["sensitivity"] != "confidential").to_numpy(bool)
    held = frame.loc[kept, [name for name in ("name", "sector", "kind") if name in frame]].reset_index(names="id")
    blank = held.assign(**dict.fromkeys(way.columns, ""))
    if not way.link:
        return blank
    blank["type"], blank[way.end], blank["about"] = way.link, held["id"], held["name"]
    return blank[[*way.columns, "about"]]
