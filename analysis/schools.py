"""How many hands does a worry at a school pass through before it reaches a statutory body?"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from analysis.facts.network import NETWORK_CAVEAT, PASSING_ON, dealings
from analysis.pathways import HELP, Ways, ways_to
from analysis.results import Result, known
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

EVIDENCED, MISSING = "evidenced", "missing_data"


def school_routes(landscape: Landscape) -> Result:
    """Return one row per school: the fewest hand-offs from who is present there to a statutory body, and the way.

    Present are who runs it, its guardians and the services that work on it. A way follows at least one referral or
    escalation, to a statutory organisation or a service that one runs; police among them are said, not barred.
    No way is ``evidenced`` where partner links of those present are recorded, else ``missing_data``.
    """
    organisations, contexts = landscape.nodes("Organisation"), landscape.nodes("Context")
    statutory = set(organisations.index[organisations["sector"] == "statutory"])
    runs = landscape.links("RUNS")
    run_by_them = runs["end"][runs["start"].isin(statutory)]
    goals = statutory | {id for id in run_by_them if label_of(id) == "Service"}
    present = _present(landscape)
    ways = ways_to(landscape, goals, (), (id for ids in present.values() for id in ids))
    onward: dict[str, set[str]] = defaultdict(set)
    links = dealings(landscape, PASSING_ON)
    for start, end in zip(links["start"], links["end"], strict=True):
        onward[start].add(end)
    rows: list[dict[str, Any]] = []
    schools = contexts[contexts["inside"] & (contexts["kind"] == "school")]
    for id, name in zip(schools.index, schools["name"], strict=True):
        here = present.get(id, [])
        first = [(body, following) for body in here for following in sorted(onward.get(body, ()))]
        rows.append({"school": id, "name": known(name), "present": here, **_shortest(ways, first, organisations)})
    rows.sort(key=lambda row: (row["hand_offs"] is None, -(row["hand_offs"] or 0), row["school"]))
    reached = [row["hand_offs"] for row in rows if row["hand_offs"] is not None]
    return Result(
        name="school_routes",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(NETWORK_CAVEAT,),
        sources=tuple(landscape.sources(["Context"], [*PASSING_ON, "RUNS", "GUARDIAN_OF", "TARGETS"])),
        summary={
            "schools": len(rows),
            "schools_with_a_way": len(reached),
            "most_hand_offs": max(reached, default=None),
            "no_way_recorded": sum(row["hand_offs"] is None and row["evidence"] == EVIDENCED for row in rows),
            "nobody_recorded": sum(row["evidence"] == MISSING for row in rows),
        },
        rows=tuple(rows),
    )


def _present(landscape: Landscape) -> dict[str, list[str]]:
    """Return context -> who runs it, its guardians by link, and the services that work on it."""
    found: dict[str, set[str]] = defaultdict(set)
    for type in ("RUNS", "GUARDIAN_OF", "TARGETS"):
        links = landscape.links(type)
        for start, end in zip(links["start"], links["end"], strict=True):
            if label_of(end) == "Context" and label_of(start) != "Action":
                found[end].add(start)
    return {context: sorted(ids) for context, ids in found.items()}


def _shortest(ways: Ways, first: list[tuple[str, str]], organisations: pd.DataFrame) -> dict[str, Any]:
    """Return the way with the fewest hand-offs that begins with one of these links; of several the first by id."""
    answers = []
    for body, following in first:
        answer = ways.route([following])
        if answer["route"] == HELP:
            answers.append((answer["hand_offs"] + 1, [body, *answer["path"]]))
    row: dict[str, Any] = dict.fromkeys(("hand_offs", "reached", "police", "path", "formality", "basis"))
    if answers:
        hand_offs, path = min(answers)
        roles = organisations["role_codes"].get(path[-1])
        row = {"hand_offs": hand_offs, "reached": path[-1], "police": "police" in (roles or ()), "path": path}
        row["formality"], row["basis"] = ways.firmness(path)
    return {**row, "evidence": EVIDENCED if first else MISSING}
