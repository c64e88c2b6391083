"""Can this be believed? How much is filled in, how old it is, and which areas nobody has surveyed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.days import months_after
from analysis.facts.network import PARTNERS, dealings
from analysis.facts.provision import current_services, home_level
from analysis.results import Result
from analysis.scene import Scene
from graphmodel.columns import LOCATED
from graphmodel.landscape import Landscape
from graphmodel.schema import NODE_TYPES, PARTNER_LINKS

# Fields that every node has, or that say nothing about how well it is known.
_NOT_COUNTED = {"name", "suppressed", "geometry", "boundary"}
_LABELS = tuple(label for label in NODE_TYPES if label not in ("Postcode", "Source"))

_OF_LINKS = ["start", "end", "formality", "basis", "last_contact", "asked"]


def completeness(landscape: Landscape) -> Result:
    """Return how much of what could be recorded is recorded, by kind of node, by link and by area.

    Rows have ``about``: *label* (share of each field filled, how many were verified, when), *link* (share of nodes with
    the link they would be expected to have, and of partner links that say what they are), *area* (ward by ward: shares
    of what coverage and the gap list rest on, and of what was verified within twelve months; ``surveyed`` is False
    where no engagement and no coding is recorded at all). Shares are of what is inside; None where there is nothing to
    share. ``complete`` in the summary is the plain mean of the shares in ``rests_on``.
    """
    scene = Scene(landscape, within_m=400, k=1)
    facts, verified = _facts(scene), _verified(scene)
    rests_on = {name: _share(known) for name, known in sorted(facts.items())}
    told = [share for share in rests_on.values() if share is not None]
    rows = [*_labels(landscape), *_links(landscape), *_areas(scene, facts, verified)]
    areas = [row for row in rows if row["about"] == "area"]
    return Result(
        name="completeness",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(
            "A share says how much was recorded, not whether it is right.",
            "A place without a record is not counted: what nobody listed cannot be missing here.",
            "Verified is what somebody dated as checked; what was loaded lately may have been checked long ago.",
        ),
        sources=tuple(landscape.sources()),
        summary={
            "complete": round(sum(told) / len(told), 4) if told else None,
            "rests_on": rests_on,
            "areas": len(areas),
            "areas_not_surveyed": sum(not row["surveyed"] for row in areas),
            "not_surveyed": [row["name"] for row in areas if not row["surveyed"]],
            "verified_within_12_months": {label: _share(_lately(landscape, days)) for label, days in verified.items()},
            "never_verified": {label: int(days.isna().sum()) for label, days in verified.items()},
        },
        rows=tuple(rows),
    )


def _facts(scene: Scene) -> dict[str, pd.Series]:
    """Return the facts that coverage and the gap list rest on: node inside -> whether it is recorded (bool)."""
    landscape = scene.landscape
    guardians, contexts = scene.frame("Guardian"), scene.frame("Context")
    services = current_services(landscape)
    sessions = scene.frame("Session")
    timed = pd.Series(landscape.hours("Session").known, index=sessions.index)
    delivered = landscape.links("DELIVERS")
    with_hours = set(delivered["start"][delivered["end"].map(timed).fillna(False).astype(bool)])
    all_facts = {
        "engagement": guardians["stage"].notna(),
        "guardian_hours": pd.Series(landscape.hours("Guardian").known, index=guardians.index),
        "context_hours": pd.Series(landscape.hours("Context", "active_hours").known, index=contexts.index),
        "service_coding": services[["level", "approach", "lens"]].notna().all(axis=1),
        "service_hours": pd.Series(services.index.isin(with_hours), index=services.index),
        "service_capacity": services["capacity"].notna(),
    }
    inside = {label: set(scene.inside(label).index) for label in ("Guardian", "Context", "Service")}
    ids = set().union(*inside.values())
    return {name: known[known.index.isin(ids)] for name, known in all_facts.items()}


def _verified(scene: Scene) -> dict[str, pd.Series]:
    """Return label -> day on which each context, guardian and current service inside was last checked, or None."""
    current = set(current_services(scene.landscape).index)
    found = {}
    for label in ("Context", "Guardian", "Service"):
        days = scene.inside(label)["verified"].astype(object)
        if label == "Service":
            days = days[days.index.isin(current)]
        told = [isinstance(day, date) and day <= scene.as_of for day in days]
        found[label] = days.where(np.array(told, bool), None)
    return found


def _lately(landscape: Landscape, days: Iterable[Any]) -> np.ndarray:
    """Return which of these days lie within the last twelve months."""
    first = months_after(landscape.as_of, -12)
    return np.array([isinstance(day, date) and day >= first for day in days], bool)


def _share(known: pd.Series | np.ndarray) -> float | None:
    return round(float(np.mean(known)), 4) if len(known) else None


def _labels(landscape: Landscape) -> list[dict[str, Any]]:
    rows = []
    for label in _LABELS:
        frame = landscape.nodes(label)
        frame = frame[frame["inside"]]
        fields = _fields(landscape, label, frame)
        days = [day for day in frame["verified"] if isinstance(day, date) and day <= landscape.as_of]
        ages = [(landscape.as_of - day).days for day in days]
        rows.append(
            {
                "about": "label",
                "label": label,
                "nodes": len(frame),
                "filled": round(sum(fields.values()) / len(fields), 4) if fields and len(frame) else None,
                "verified": round(len(ages) / len(frame), 4) if len(frame) else None,
                "verified_within_12_months": round(_lately(landscape, days).sum() / len(frame), 4)
                if len(frame)
                else None,
                "never_verified": len(frame) - len(days),
                "median_days_since_verified": float(np.median(ages)) if ages else None,
                "fields": fields,
            }
        )
    return rows


def _fields(landscape: Landscape, label: str, frame: pd.DataFrame) -> dict[str, float]:
    """Return field -> share filled. Hours count where they could be read, a point where there is one."""
    shares: dict[str, float] = {}
    if not len(frame):
        return shares
    for field in NODE_TYPES[label].fields:
        if field.name not in _NOT_COUNTED and field.kind not in ("point", "geometry"):
            column = f"{field.name}_week" if field.kind == "hours" else field.name
            shares[field.name] = round(float(frame[column].notna().mean()), 4)
    if label in LOCATED:
        shares["point"] = round(float(frame["x"].notna().mean()), 4)
    return shares


def _links(landscape: Landscape) -> list[dict[str, Any]]:
    """Return the links that could be expected of a node, and the share of the nodes inside that have one."""
    deals = dealings(landscape)
    partners = set(deals["start"]) | set(deals["end"])
    ends = {
        type: landscape.links(type) for type in ("RUNS", "DELIVERS", "TARGETS", "GUARDIAN_OF", "FUNDS", "COMMISSIONS")
    }
    guardians = landscape.nodes("Guardian")
    services = current_services(landscape)
    contexts = landscape.nodes("Context")
    organisations = landscape.nodes("Organisation")
    active = guardians[guardians["stage"] == "active"]
    expected: tuple[tuple[str, pd.DataFrame, set[str]], ...] = (
        ("service is run by an organisation", services, set(ends["RUNS"]["end"])),
        ("service has a session", services, set(ends["DELIVERS"]["start"])),
        ("service is funded or commissioned", services, set(ends["FUNDS"]["end"]) | set(ends["COMMISSIONS"]["end"])),
        (
            "context has a guardian or a response linked",
            contexts,
            set(ends["GUARDIAN_OF"]["end"]) | set(ends["TARGETS"]["end"]),
        ),
        ("active guardian has a partner", active, partners),
        ("organisation has a partner", organisations, partners),
    )
    rows = []
    for link, frame, linked in expected:
        inside = frame.index[frame["inside"]]
        rows.append({"about": "link", "link": link, "nodes": len(inside), "linked": _share(inside.isin(linked))})
    return [*rows, *_partner_links(landscape)]


def _partner_links(landscape: Landscape) -> list[dict[str, Any]]:
    """Return what of the partner links with an end inside is recorded: a network of bare lines says little."""
    inside = {id for label in PARTNERS for id, here in landscape.nodes(label)["inside"].items() if here}
    links = pd.concat([landscape.links(type)[_OF_LINKS] for type in PARTNER_LINKS], ignore_index=True)
    links = links[links["start"].isin(inside) | links["end"].isin(inside)]
    perceived = links[links["basis"] == "perceived"]
    told: tuple[tuple[str, pd.DataFrame, Any], ...] = (
        ("partner link says how firm it is", links, links["formality"].notna()),
        ("partner link says whether it is declared or perceived", links, links["basis"].notna()),
        ("partner link says when they last worked together", links, links["last_contact"].notna()),
        ("partner link was in use within twelve months", links, _lately(landscape, links["last_contact"])),
        ("perceived link says who was asked", perceived, perceived["asked"].notna()),
    )
    return [
        {"about": "link", "link": name, "nodes": len(frame), "linked": _share(known)} for name, frame, known in told
    ]


def _areas(scene: Scene, facts: Mapping[str, pd.Series], verified: Mapping[str, pd.Series]) -> list[dict[str, Any]]:
    """Return a row for every area inside at the level gaps are gathered at."""
    areas = scene.inside("Area")
    level = home_level(scene.landscape)
    gathered: dict[str, dict[str, list[bool]]] = {str(id): {} for id in areas.index[areas["level"] == level]}
    for name, known in facts.items():
        for id, is_known in known.items():
            home = scene.home(str(id))
            if home in gathered:
                gathered[home].setdefault(name, []).append(bool(is_known))
    checked = _checked(scene, verified)
    rows = []
    for area, found in sorted(gathered.items()):
        shares = {name: _share(np.array(found.get(name, []), bool)) for name in sorted(facts)}
        told = [share for share in shares.values() if share is not None]
        rows.append(
            {
                "about": "area",
                "area": area,
                "name": scene.name(area),
                "guardians": len(found.get("engagement", [])),
                "contexts": len(found.get("context_hours", [])),
                "services": len(found.get("service_coding", [])),
                **shares,
                **_freshness(scene, checked.get(area, {})),
                "complete": round(sum(told) / len(told), 4) if told else None,
                "surveyed": any(found.get("engagement", [])) or any(found.get("service_coding", [])),
            }
        )
    return rows


def _checked(scene: Scene, verified: Mapping[str, pd.Series]) -> dict[str, dict[str, list[date | None]]]:
    """Return area -> label -> days on which what is gathered there was checked."""
    found: dict[str, dict[str, list[date | None]]] = {}
    for label, days in verified.items():
        for id, day in days.items():
            home = scene.home(str(id))
            if home is not None:
                found.setdefault(home, {}).setdefault(label, []).append(day)
    return found


def _freshness(scene: Scene, checked: Mapping[str, list[date | None]]) -> dict[str, Any]:
    """Return the shares verified within twelve months, who never was, and the last day anything here was."""
    shares = {
        f"{label.lower()}s_verified": _share(_lately(scene.landscape, checked.get(label, ())))
        for label in ("Context", "Guardian", "Service")
    }
    days = [day for each in checked.values() for day in each if day is not None]
    never = sum(day is None for day in checked.get("Service", ()))
    return {**shares, "services_never_verified": never, "last_verified": max(days, default=None)}
