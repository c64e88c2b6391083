"""What is there, for whom, when, and how full is it? Services one by one, as far as they are recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.provision import current_services
from analysis.facts.supply import left_out, services_for
from analysis.finders.fitting import CLIFFS, Ages, Beyond, Cliff, beyond, is_cliff
from analysis.results import ORDINARY_WEEK, Result, known
from analysis.scene import Scene, services_by_area
from graphmodel.codes import code_list
from graphmodel.disclosure import round_people
from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import HOURS, Landscape

FOUR_WEEKS = 28

YES, NO, NOT_KNOWN = "yes", "no", "not_known"

_FIELDS = (
    "minimum_age", "maximum_age", "made_for", "for_whom", "languages", "access", "open_access", "tier", "level",
    "approach", "harms", "purposes", "wait_days",
)  # fmt: skip
_COUNTED = ("access", "level", "approach", "made_for", "languages", "purposes")
_UNSAID = (
    "A service of which nobody recorded ages, groups or harms is listed, for it may be for them, and marked unsaid; "
    "where language, level, access, kind or purpose is asked for, it must be recorded."
)
_WHERE_UNKNOWN = "A service of which nobody said where it is counts in every area."
_FIGURES = "Figures are the services' own, each of its own period; places are a year's."
_WITHHELD = "Counts of people below {threshold} are withheld; shares made of them are not given."


def availability(
    landscape: Landscape,
    *,
    group: str | None = None,
    age: int | None = None,
    harm: str | None = None,
    language: str | None = None,
    level: str | None = None,
    kind: str | None = None,
    access: str | None = None,
    purpose: str | None = None,
) -> Result:
    """Return the current services here that young people with these needs could use, one row each.

    Those of which all that is asked for is recorded come first, then by id. Rows say for whom, when (``after_school``:
    weekdays 15:00-19:00, ``weekend``, ``holidays``: yes, no, not_known), how long the wait is, in which areas, and
    ``unsaid``: something asked for was not recorded. Raises UnknownName for a code that is in no list, InputError for
    an age below 0.
    """
    if age is not None and age < 0:
        raise InputError(f"age = {age} is no age; give 0 or more.")
    asked: dict[str, Any] = {"group": group, "age": age, "harm": harm, "language": language}
    asked |= {"level": level, "kind": kind, "access": access}
    services = services_for(landscape, **asked)
    services = services[services.index.isin(services_here(landscape).index)]
    without = left_out(landscape, **asked)
    if purpose is not None:
        fits = _with_purpose(landscape, services, purpose)
        without += int(services["purposes"].isna().sum())
        services = services[fits]
    rows = _rows(Scene(landscape, within_m=400, k=1), services)
    return Result(
        name="availability",
        parameters={**asked, "purpose": purpose},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(_UNSAID, ORDINARY_WEEK, _WHERE_UNKNOWN),
        sources=tuple(landscape.sources(("Service", "Session"), ("DELIVERS", "SERVES", "TARGETS", "RUNS"))),
        summary=_counts(rows, without),
        rows=tuple(rows),
    )


def services_here(landscape: Landscape) -> pd.DataFrame:
    """Return the current services of the landscape's area, and those of which nobody said where they are."""
    services = current_services(landscape)
    if landscape.area is None:
        return services
    whole = landscape.subset(None, halo_m=0)
    placed = {id for type in ("DELIVERS", "SERVES", "TARGETS") for id in whole.links(type)["start"]}
    return services[services["inside"] | ~services.index.isin(placed)]


def _with_purpose(landscape: Landscape, services: pd.DataFrame, purpose: str) -> np.ndarray:
    recorded = {code for codes in landscape.nodes("Service")["purposes"] for code in codes or ()}
    if purpose not in recorded | code_list("purposes").keys():
        raise UnknownName(f"No purpose is called '{purpose}'; there are {', '.join(code_list('purposes'))}.")
    return np.array([purpose in (codes or ()) for codes in services["purposes"]], bool)


def _rows(scene: Scene, services: pd.DataFrame) -> list[dict[str, Any]]:
    times = opening_times(scene.landscape, services)
    runs = scene.landscape.links("RUNS").sort_values("start").drop_duplicates("end").set_index("end")["start"]
    areas: dict[str, list[str]] = {id: [] for id in services.index}
    for area, ids in sorted(services_by_area(scene).items()):
        for id in ids & areas.keys():
            areas[id].append(area)
    rows = []
    for row in services.reset_index().to_dict("records"):
        id = str(row["id"])
        wait = known(row["wait_days"])
        rows.append(
            {
                "service": id,
                "name": row["name"],
                "kind": row["kind"],
                "organisation": scene.name(runs[id]) if id in runs.index else None,
                **{name: _whole(known(row[name])) for name in _FIELDS},
                **times[id],
                "wait_over_four_weeks": NOT_KNOWN if wait is None else YES if wait > FOUR_WEEKS else NO,
                "areas": [scene.name(area) for area in areas[id]],
                "unsaid": bool(row["unsaid"]),
            }
        )
    return sorted(rows, key=lambda row: (row["unsaid"], row["service"]))


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) else value


def opening_times(landscape: Landscape, services: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return service -> whether a session of it is open after school, at a weekend, in holidays: yes, no, not_known.

    ``no`` only where the hours of every session are known, and there is one.
    """
    hour, day = np.arange(HOURS) % 24, np.arange(HOURS) // 24
    asked = {
        "after_school": ("hours", (day < 5) & (hour >= 15) & (hour < 19)),
        "weekend": ("hours", day >= 5),
        "holidays": ("hours_holiday", np.ones(HOURS, bool)),
    }
    links = landscape.links("DELIVERS")
    links = links[links["start"].isin(services.index)]
    at = landscape.nodes("Session").index.get_indexer(pd.Index(links["end"]))
    found: dict[str, dict[str, str]] = {str(id): dict.fromkeys(asked, NOT_KNOWN) for id in services.index}
    for name, (field, hours) in asked.items():
        sets = landscape.hours("Session", field)
        open_ = (sets.flags[at][:, hours] == 1).any(axis=1)
        told = pd.DataFrame({"open": open_, "known": sets.known[at]}, index=links["start"]).groupby(level=0)
        answers = np.where(told["open"].any(), YES, np.where(told["known"].all(), NO, NOT_KNOWN))
        for id, answer in zip(told.groups, answers.tolist(), strict=True):
            found[str(id)][name] = answer
    return found


def _counts(rows: list[dict[str, Any]], without: int) -> dict[str, Any]:
    """Return how many of the services are open when, for whom, in which language."""
    summary: dict[str, Any] = {
        "services": len(rows),
        "unsaid": sum(row["unsaid"] for row in rows),
        "left_out_not_recorded": without,
    }
    for name in ("after_school", "weekend", "holidays", "wait_over_four_weeks"):
        summary[name] = {answer: sum(row[name] == answer for row in rows) for answer in (YES, NO, NOT_KNOWN)}
    for name in _COUNTED:
        counts = Counter(code for row in rows for code in _codes(row[name]))
        summary[f"by_{name}"] = dict(sorted(counts.items()))
    return summary


def _codes(value: Any) -> Iterable[str]:
    """Return the codes of a field; ``not_recorded`` where there are none."""
    return value if isinstance(value, list) and value else [value or "not_recorded"]


# Ages


def age_cliffs(landscape: Landscape) -> Result:
    """Return for each ward how many services for ages 11-13 take nobody of 10, and for ages 14-17 nobody of 18.

    Rows by ward and cliff: ``services`` for the ages before it, of which ``stop``, ``go_on`` and ``not_known``;
    ``cliff`` (yes, no, not_known) by the threshold of the gap list.
    """
    young = Ages.of(services_for(landscape))
    scene = Scene(landscape, within_m=400, k=1)
    rows = [
        _cliff_row(scene, area, cliff, beyond(young.among(ids), cliff))
        for area, ids in sorted(services_by_area(scene).items())
        for cliff in CLIFFS
    ]
    return Result(
        name="age_cliffs",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=("A service counts in every ward it is for; one for parents or professionals only is left out.",),
        sources=tuple(landscape.sources(("Service", "Session"), ("DELIVERS", "SERVES", "TARGETS"))),
        summary={answer: sum(row["cliff"] == answer for row in rows) for answer in (YES, NO, NOT_KNOWN)},
        rows=tuple(rows),
    )


def _cliff_row(scene: Scene, area: str, cliff: Cliff, found: Beyond) -> dict[str, Any]:
    stop, go_on, unknown = len(found.stop), len(found.go_on), len(found.unknown)
    certain, possible = is_cliff(stop, go_on + unknown), is_cliff(stop + unknown, go_on)
    told = stop + go_on
    return {
        "area": area,
        "name": scene.name(area),
        "boundary": cliff.topic,
        "ages": f"{cliff.ages[0]}-{cliff.ages[1]}",
        "services": told + unknown,
        "stop": stop,
        "go_on": go_on,
        "not_known": unknown,
        "share_stopping": round(stop / told, 4) if told else None,
        "cliff": YES if certain else NOT_KNOWN if possible or not told else NO,
        "stopping": list(found.stop),
    }


# Demand against capacity


def demand(landscape: Landscape, *, wait_over_days: int = FOUR_WEEKS) -> Result:
    """Return what is asked of each current service here against its places: use, referrals, turned away, waits.

    Rows by service, those with the most referrals a place first, then by id. Counts of people pass the disclosure gate;
    None is not recorded, or ``withheld``. Raises InputError for a negative number of days.
    """
    if wait_over_days < 0:
        raise InputError(f"wait_over_days = {wait_over_days} is no wait; give 0 or more.")
    threshold = landscape.settings.threshold
    services = services_here(landscape).reset_index().to_dict("records")
    rows = [_demand_row(row, wait_over_days, threshold) for row in services]
    rows.sort(key=lambda row: (row["referrals_per_place"] is None, -(row["referrals_per_place"] or 0), row["service"]))
    withheld = [_WITHHELD.format(threshold=threshold)] if any(row["withheld"] for row in rows) else []
    return Result(
        name="demand",
        parameters={"wait_over_days": wait_over_days},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(_FIGURES, _WHERE_UNKNOWN, *withheld),
        sources=tuple(landscape.sources(("Service",), ())),
        summary=_demand_summary(rows, threshold),
        rows=tuple(rows),
    )


_PEOPLE = ("in_use", "referrals", "turned_away")


def _demand_row(service: Mapping[Any, Any], wait_over_days: int, threshold: int) -> dict[str, Any]:
    hidden = set(service["suppressed"] or ())
    counts: dict[str, int | None] = {}
    for name in _PEOPLE:
        value = known(service[name])
        counts[name] = None if value is None or name in hidden else round_people(int(value), threshold).people
        if value is not None and counts[name] is None:
            hidden.add(name)
    capacity, wait = known(service["capacity"]), known(service["wait_days"])
    return {
        "service": service["id"],
        "name": service["name"],
        "kind": service["kind"],
        "capacity": None if capacity is None else int(capacity),
        **counts,
        "figures_period": known(service["figures_period"]),
        "use_share": _ratio(counts["in_use"], capacity),
        "referrals_per_place": _ratio(counts["referrals"], capacity),
        "turned_away_share": _ratio(counts["turned_away"], counts["referrals"]),
        "wait_days": None if wait is None else int(wait),
        "long_wait": NOT_KNOWN if wait is None else YES if wait > wait_over_days else NO,
        "withheld": sorted(hidden & set(_PEOPLE)),
    }


def _ratio(part: float | None, whole: float | None) -> float | None:
    return round(part / whole, 4) if part is not None and whole else None


def _demand_summary(rows: list[dict[str, Any]], threshold: int) -> dict[str, Any]:
    """Return totals of what is recorded, of how many services, and of how many it is withheld or not recorded."""
    summary: dict[str, Any] = {"services": len(rows)}
    for name in ("capacity", *_PEOPLE):
        told = [row[name] for row in rows if row[name] is not None]
        total = sum(told) if name == "capacity" else round_people(sum(told), threshold).people
        withheld = sum(name in row["withheld"] for row in rows)
        summary[name] = {
            "total": total if told else None,
            "services": len(told),
            "withheld": withheld,
            "not_recorded": len(rows) - len(told) - withheld,
        }
    summary["long_wait"] = {answer: sum(row["long_wait"] == answer for row in rows) for answer in (YES, NO, NOT_KNOWN)}
    return summary
