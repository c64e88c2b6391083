"""What would close a gap? Venues to engage, hours to extend, services to fund, things to find out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.provision import NO_ENGAGEMENT, STAGES_BEFORE_ACTIVE, current_services
from analysis.scene import Scene
from graphmodel.codes import code_list

MOST = 3

_FIND_OUT = {
    "engagement": "Record for each venue whether the pilot has met it, and at which stage it is",
    "hours": "Record the opening hours",
    "stance": "Record whether these guardians care, report or enforce",
    "training": "Record until when their training holds",
    "guardians": "Record who is present here: venues, community places, park or school staff",
    "coding": "Code level, approach and lens of these services",
    "responses": "Record which services and actions work on these places",
    "capacity": "Record how many places a year these services have",
    "reach": "Record where these services are, or which areas they serve",
    "funding": "Record who pays for these services, and until when",
    "harms": "Record to which harms these services respond",
    "ages": "Record for which ages these services are",
    "places": "Record where these services meet young people",
    "access": "Record who can refer to these services: young people themselves, friends, school, professionals",
    "escalation": "Record whom these guardians turn to with a worry",
}


def closes(scene: Scene, kind: str, topic: str, members: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return up to three ways to close a gap: action, about (id or None), name, covers (places), hours, text.

    ``hours`` are the uncovered hours a week it would cover, over all these places; None where that is no question.

    Venues that declined or lapsed, are said to be unwelcoming, or are confidential are not suggested.
    """
    if kind == "missing_data":
        return [_step("find_out", _FIND_OUT[topic])]
    return _BY_KIND[kind](scene, members)


def _step(
    action: str,
    text: str,
    about: str | None = None,
    name: str | None = None,
    covers: int = 0,
    hours: int | None = None,
) -> dict[str, Any]:
    return {"action": action, "about": about, "name": name, "covers": covers, "hours": hours, "text": text}


def _engage(scene: Scene, members: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the venues that would cover most of the hours these contexts lack, then most of the contexts."""
    guardians = scene.frame("Guardian")
    stage = guardians["stage"]
    covers: dict[int, int] = defaultdict(int)
    hours: dict[int, int] = defaultdict(int)
    pairs = scene.approachable
    for member in members:
        i = scene.row_of[member]
        short = scene.coverage.uncovered[i]
        near = pairs.indices[pairs.indptr[i] : pairs.indptr[i + 1]]
        gained = (scene.reach.flags[near].astype(bool) & short).sum(axis=1)
        # One whose hours nobody gave may help; one that is shut in all these hours does not.
        for row, hours_gained in zip(near, gained, strict=True):
            if hours_gained or not scene.reach.known[row]:
                guardian = int(scene.reach.guardian[row])
                covers[guardian] += 1
                hours[guardian] += int(hours_gained)
    ranked = sorted(covers, key=lambda g: (-hours[g], -covers[g], _progress(stage.iloc[g]), guardians.index[g]))
    return [_engage_step(guardians, g, covers[g], hours[g], len(members)) for g in ranked[:MOST]]


def _progress(stage: Any) -> int:
    return STAGES_BEFORE_ACTIVE.index(stage) if stage in STAGES_BEFORE_ACTIVE else len(STAGES_BEFORE_ACTIVE)


def _engage_step(guardians: pd.DataFrame, position: int, covers: int, hours: int, places: int) -> dict[str, Any]:
    row = guardians.iloc[position]
    said = row["stage"] if isinstance(row["stage"], str) else NO_ENGAGEMENT
    opened = f"open in {hours} of these hours a week" if hours else "its hours are not known"
    among = f", near or linked to {covers} of these {places} places" if places > 1 else ""
    text = f"Engage {row['name']} ({said}; {opened}{among})"
    return _step("engage", text, str(guardians.index[position]), str(row["name"]), covers, hours)


def _extend_hours(scene: Scene, members: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the active guardian of most of these contexts, whose hours could be extended, and venues to engage."""
    pairs = scene.reach.of(scene.states.cover)
    covers: dict[int, int] = defaultdict(int)
    for member in members:
        i = scene.row_of[member]
        for guardian in np.unique(scene.reach.guardian[pairs.indices[pairs.indptr[i] : pairs.indptr[i + 1]]]):
            covers[int(guardian)] += 1
    guardians = scene.frame("Guardian")
    shown = [g for g in covers if guardians["sensitivity"].iloc[g] != "confidential"]
    ranked = sorted(shown, key=lambda g: (-covers[g], guardians.index[g]))[:1]
    steps = []
    for g in ranked:
        id, name = str(guardians.index[g]), str(guardians["name"].iloc[g])
        steps.append(_step("extend_hours", f"Extend the hours of {name}, active here", id, name, covers[g]))
    return (steps + _engage(scene, members))[:MOST]


def _level_2(scene: Scene, members: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return Level 2 services that work on places of these kinds elsewhere in what is loaded."""
    contexts = scene.frame("Context")
    kinds = set(contexts["kind"].reindex(list(members)).dropna())
    services = current_services(scene.landscape)
    fitting = [
        id
        for id, level, targets in zip(services.index, services["level"], services["target_kinds"], strict=True)
        if level in ("L2", "both") and kinds & set(targets or ())
    ]
    steps = [
        _step("extend_service", f"Extend {services['name'][id]}, which works on such places", id, services["name"][id])
        for id in fitting[: MOST - 1]
    ]
    return [*steps, _step("commission", "Commission a Level 2 response for these places")]


def _reach(scene: Scene, members: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the services nearest to these areas that say for which ages they are: they could hold a session there."""
    services = scene.frame("Service")
    aged, names = services["minimum_age"].notna() | services["maximum_age"].notna(), services["name"]
    nearest: dict[str, int] = defaultdict(int)
    for row in scene.accessibility.cells:
        if row["cell"] in members and row["nearest_service"] and aged[row["nearest_service"]]:
            nearest[row["nearest_service"]] += 1
    steps = []
    for id in sorted(nearest, key=lambda id: (-nearest[id], id))[: MOST - 1]:
        among = f"to {nearest[id]} of these {len(members)} areas" if len(members) > 1 else "to it"
        text = f"Ask {names[id]} to hold a session here: it is the nearest {among}"
        steps.append(_step("extend_service", text, id, names[id], nearest[id]))
    return [*steps, _step("commission", "Fund a session within a walk of here, or the way to one")]


def _more_places(scene: Scene, members: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the services that fit a need, the full ones first: they could have more places, the others come nearer."""
    problem, found = scene.unmet
    (need,) = members
    row = problem.needs.index.get_loc(need)
    full = {int(n) for part in found[need].parts for n in part.services}
    # A confidential place is nobody's suggestion.
    shown = (problem.services["sensitivity"] != "confidential").to_numpy(bool)
    fitting = problem.choice.fits[problem.choice.asks[row]] & shown
    steps = []
    for n in sorted(np.flatnonzero(fitting).tolist(), key=lambda n: (n not in full, n))[: MOST - 1]:
        id, name = str(problem.services.index[n]), str(problem.services["name"].iloc[n])
        what = "Extend the places of {}" if n in full else "Extend {}, which fits, to where these people live"
        steps.append(_step("extend_service", what.format(name), id, name))
    wanted = problem.needs["response_kind"].iloc[row]
    kind = code_list("service_kinds").get(wanted, wanted).lower() if isinstance(wanted, str) else "a response"
    return [*steps, _step("commission", f"Fund {kind} for them")]


def _renew(scene: Scene, members: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_step("renew", "Renew the agreement, use its extension, or fund what is to follow")]


def _one(action: str, text: str) -> Callable[[Scene, tuple[str, ...]], list[dict[str, Any]]]:
    return lambda scene, members: [_step(action, text)]


_BY_KIND: dict[str, Callable[[Scene, tuple[str, ...]], list[dict[str, Any]]]] = {
    "uncovered_context": _engage,
    "uncovered_hours": _extend_hours,
    "no_level_2": _level_2,
    "behaviour_only": _one("commission", "Commission a contextual or structural response here"),
    "low_access": _reach,
    "self_referral": _one("open_referral", "Ask one of these services to take young people who come by themselves"),
    "harm_unserved": _one("commission", "Commission a response to this harm, or ask services whether theirs covers it"),
    "age_cliff": _one("extend_ages", "Fund a service here to go on beyond this age, or agree who takes over, and when"),
    "unmet_need": _more_places,
    "funding_ends": _renew,
    "review_overdue": _one("review", "Hold the review, with young people and those who know the place"),
    "training_lapses": _one("train", "Offer the training again"),
    "single_point": _one("link", "Bring those who would be cut off together with a second partner"),
    "no_escalation": _one("link", "Agree with these guardians whom they turn to, beside the police"),
    "police_only": _one("link", "Agree a way to help that does not lead through police"),
}
