"""Does anyone measure the context? What services report, what moved since the baseline, who says so, and after what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analysis.facts.provision import current_services
from analysis.facts.refusals import refuse
from analysis.results import Result, known
from analysis.scene import Scene
from graphmodel.codes import code_list, read_table
from graphmodel.disclosure import round_people
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

NOT_RECORDED = "not_recorded"
BETTER, WORSE, SAME, CHANGED = "better", "worse", "same", "changed"
NO_BASELINE, NOTHING_SINCE, WITHHELD = "no_baseline", "nothing_since", "withheld"
TOO_FEW, NOT_COUNTED, SMALL_COUNT = "too_few_answers", "answers_not_counted", "small_count"

_CONTEXTUAL = ("contextual", "both")
_ASKED = ("young_people", "parents")
_LABELS = ("Context", "Service", "Guardian", "Area", "Programme")
_WAYS = {"up_is_better": 1, "down_is_better": -1}


@dataclass(frozen=True, slots=True)
class Observation:
    """One value as it may be said: ``value`` is None where too few answered (``withheld`` says why)."""

    day: date | None
    point: str | None
    value: float | None
    n: int | None
    withheld: str | None


def outcomes(landscape: Landscape) -> Result:
    """Return who measures contexts, and what is known to have changed.

    Rows, told apart by ``about``: ``service`` (what services report, by code), ``series`` (one measure at one place as
    one sort of person says it: baseline to latest, and which way it went), ``said_by``, ``guardian`` and ``context``
    (hours of work put in, beside the change measured there) and ``goal`` (is the path from measure to assessment
    whole). Answers of fewer people than the threshold stay out.
    """
    refuse(landscape.links("OBSERVED_IN"), "value", signed=True)
    refuse(landscape.links("OBSERVED_IN"), "n")
    refuse(landscape.nodes("Action"), "effort")
    scene = Scene(landscape, within_m=400, k=1)
    series = list(_series(scene))
    rows = [*_services(landscape), *series, *_said_by(series), *_guardians(scene, series), *_contexts(scene, series)]
    goals = list(_goals(scene))
    return Result(
        name="outcomes",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(rows, series),
        sources=tuple(
            landscape.sources(
                ["Service", "Measure", "Goal", "Assessment", "Action"],
                ["OBSERVED_IN", "MEASURES", "TOWARDS", "SETS", "ASSESSES", "DONE_WITH", "TARGETS"],
            )
        ),
        summary=_summary(scene, rows, series, goals),
        rows=(*rows, *goals),
    )


def _services(landscape: Landscape) -> Iterator[dict[str, Any]]:
    """Yield how many services report which sort of outcome; what nobody recorded is a row of its own."""
    services = current_services(landscape)
    reported = services.loc[services["inside"], "outcome_measures"].fillna(NOT_RECORDED)
    said = int((reported != NOT_RECORDED).sum())
    for code in [*code_list("outcome_measures"), NOT_RECORDED]:
        n = int((reported == code).sum())
        yield {
            "about": "service",
            "outcome_measures": code,
            "services": n,
            "share_of_all": _share(n, len(reported)),
            "share_of_recorded": None if code == NOT_RECORDED else _share(n, said),
        }


def _series(scene: Scene) -> Iterator[dict[str, Any]]:
    """Yield one row per measure, place and who says it, by place: what one group says is not set against another's."""
    landscape = scene.landscape
    links = landscape.links("OBSERVED_IN")
    measures = scene.frame("Measure")
    of_people = _units_of_people()
    gathered: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for row in links.to_dict("records"):
        day = row["date"] if isinstance(row["date"], date) else None
        if _is_inside(scene, row["end"]) and (day is None or day <= scene.as_of):
            said_by = row["said_by"] if isinstance(row["said_by"], str) else NOT_RECORDED
            counts = measures["unit"].get(row["start"]) in of_people
            one = _observation(row, day, landscape.settings.threshold, counts)
            gathered[row["end"], row["start"], said_by].append(one)
    for (place, measure, said_by), observations in sorted(gathered.items()):
        facts = {name: known(measures[name].get(measure)) for name in ("kind", "unit", "direction")}
        yield {
            "about": "series",
            "place": place,
            "place_name": scene.name(place),
            "area": scene.home(place),
            "measure": measure,
            "measure_name": scene.name(measure),
            **facts,
            "said_by": said_by,
            "observations": len(observations),
            **_change(observations, facts["direction"]),
        }


def _is_inside(scene: Scene, place: str) -> bool:
    label = label_of(place)
    return label in _LABELS and bool(scene.frame(label)["inside"].get(place, False))


def _observation(row: Mapping[Any, Any], day: date | None, threshold: int, counts_people: bool) -> Observation:
    """Return an observation as it may be said."""
    hidden = set(row.get("suppressed") or ())
    asked, value = (None if known(row[name]) is None else float(row[name]) for name in ("n", "value"))
    n = None if asked is None else round_people(int(asked), threshold).people
    if counts_people and value is not None:
        value = round_people(round(value), threshold).people
        hidden |= {"value"} if value is None else set()
    withheld = None
    if "n" in hidden or (asked is not None and not n):
        withheld = TOO_FEW
    elif asked is None and row["said_by"] in _ASKED:
        withheld = NOT_COUNTED
    elif value is None and "value" in hidden:
        withheld = SMALL_COUNT
    return Observation(day, known(row["point"]), None if withheld else value, n or None, withheld)


def _units_of_people() -> set[str]:
    """Return the units that count people: their values were rounded at the door."""
    return {row["code"] for row in read_table("units") if "count of people" in row.get("definition", "")}


def _change(observations: list[Observation], direction: str | None) -> dict[str, Any]:
    """Return the first baseline, the latest value since, and which way it went."""
    by_day = sorted(observations, key=lambda one: one.day or date.min)
    first = next((one for one in by_day if one.point == "baseline"), None)
    later = [one for one in by_day if one.point != "baseline" and (one.day or date.min) >= _day(first)]
    latest = later[-1] if later else None
    change = None
    if first and latest and first.value is not None and latest.value is not None:
        change = round(latest.value - first.value, 6)
    return {
        **_shown("baseline", first),
        **_shown("latest", latest),
        "latest_point": latest.point if latest else None,
        "change": change,
        "went": _went(first, latest, change, direction),
    }


def _day(one: Observation | None) -> date:
    return (one.day if one else None) or date.min


def _shown(name: str, one: Observation | None) -> dict[str, Any]:
    return {
        f"{name}_date": one.day if one else None,
        name: one.value if one else None,
        f"{name}_n": one.n if one else None,
        f"{name}_withheld": one.withheld if one else None,
    }


def _went(first: Observation | None, latest: Observation | None, change: float | None, direction: str | None) -> str:
    """Return better, worse, same or changed (nobody said which way is better), or why that is not known."""
    if first is None:
        return NO_BASELINE
    if latest is None:
        return NOTHING_SINCE
    if change is None:
        return WITHHELD if first.withheld or latest.withheld else NOT_RECORDED
    if change == 0:
        return SAME
    way = _WAYS.get(direction or "")
    return CHANGED if way is None else BETTER if change * way > 0 else WORSE


def _said_by(series: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for code in [*code_list("said_by"), NOT_RECORDED]:
        rows = [row for row in series if row["said_by"] == code]
        yield {
            "about": "said_by",
            "said_by": code,
            "series": len(rows),
            "observations": sum(row["observations"] for row in rows),
            "places": len({row["place"] for row in rows}),
            **_tally(rows),
        }


def _tally(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {f"series_{way}": sum(row["went"] == way for row in rows) for way in (BETTER, WORSE, SAME)}


def _done(scene: Scene, type: str) -> dict[str, list[tuple[date, str, float | None]]]:
    """Return guardian, organisation or context -> (day, kind, hours of work) of what was done there, by day."""
    actions = scene.frame("Action")
    done = actions[actions["status"] == "done"]
    found: dict[str, list[tuple[date, str, float | None]]] = defaultdict(list)
    links = scene.landscape.links(type)
    for start, end in zip(links["start"], links["end"], strict=True):
        if start in done.index:
            day, kind, hours = (done[name][start] for name in ("date", "kind", "effort"))
            if isinstance(day, date) and day <= scene.as_of:
                found[end].append((day, str(kind), None if pd.isna(hours) else float(hours)))
    return {id: sorted(rows, key=lambda row: row[:2]) for id, rows in found.items()}


def _effort(rows: list[tuple[date, str, float | None]]) -> dict[str, Any]:
    hours = [hours for *_, hours in rows if hours is not None]
    return {
        "actions": len(rows),
        "effort_hours": round(sum(hours), 2) if hours or not rows else None,
        "actions_effort_unknown": len(rows) - len(hours),
    }


def _guardians(scene: Scene, series: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each guardian with a training done: work since the first, where it stands now, and what moved there."""
    guardians = scene.inside("Guardian")
    covers = dict(zip(scene.frame("Guardian").index, scene.states.cover.tolist(), strict=True))
    linked = scene.landscape.links("GUARDIAN_OF")
    linked = linked[(linked["basis"] != "perceived") | linked["asked"].notna()]
    contexts: dict[str, set[str]] = defaultdict(set)
    for start, end in zip(linked["start"], linked["end"], strict=True):
        contexts[start].add(end)
    for id, rows in sorted(_done(scene, "DONE_WITH").items()):
        trained = [day for day, kind, _ in rows if kind == "training"]
        if id in guardians.index and trained:
            places = {id, *contexts[id]}
            yield {
                "about": "guardian",
                "place": id,
                "place_name": scene.name(id),
                "area": scene.home(id),
                "trained_on": trained[0],
                **_effort([row for row in rows if row[0] >= trained[0]]),
                "stage": known(guardians["stage"][id]),
                "counts_as_cover": covers[id],
                **_tally([row for row in series if row["place"] in places]),
            }


def _contexts(scene: Scene, series: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each context that something was done in, or that is measured."""
    done = _done(scene, "TARGETS")
    measured: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in series:
        measured[row["place"]].append(row)
    for id in sorted(set(scene.inside("Context").index) & {*done, *measured}):
        yield {
            "about": "context",
            "place": id,
            "place_name": scene.name(id),
            "area": scene.home(id),
            **_effort(done.get(id, [])),
            "measured_as_a_context": any(row["kind"] == "contextual" for row in measured[id]),
            "series": len(measured[id]),
            **_tally(measured[id]),
        }


def _goals(scene: Scene) -> Iterator[dict[str, Any]]:
    """Yield each goal set for a context inside: measures, responses, assessments, and the paths through all of them.

    A path is measure -> goal <- response, and goal <- assessment -> context.
    """
    ends = {type: scene.landscape.links(type) for type in ("MEASURES", "TOWARDS", "SETS", "ASSESSES")}
    to_goal = {
        type: links.groupby("end")["start"].agg(lambda ids: sorted(set(ids))).to_dict()
        for type, links in ends.items()
        if type != "ASSESSES"
    }
    looked_at = ends["ASSESSES"].groupby("start")["end"].agg(lambda ids: sorted(set(ids))).to_dict()
    inside = set(scene.inside("Context").index)
    observed = set(zip(*(scene.landscape.links("OBSERVED_IN")[end] for end in ("start", "end")), strict=True))
    goals = scene.frame("Goal")
    for goal in goals.index:
        measures, responses, assessments = (to_goal[type].get(goal, []) for type in ("MEASURES", "TOWARDS", "SETS"))
        pairs = [(a, c) for a in assessments for c in looked_at.get(a, ())]
        contexts = sorted({context for _, context in pairs})
        if contexts and not inside.intersection(contexts):
            continue
        parts = {"measure": measures, "response": responses, "context": contexts}
        yield {
            "about": "goal",
            "goal": goal,
            "goal_name": scene.name(goal),
            "domain": known(goals["domain"][goal]),
            "status": known(goals["status"][goal]),
            **{f"{name}s": len(ids) for name, ids in parts.items()},
            "paths": len(measures) * len(responses) * len(pairs),
            "missing": [name for name, ids in parts.items() if not ids],
            "observed_there": any((m, c) in observed for m in measures for c in contexts),
        }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _summary(
    scene: Scene, rows: list[dict[str, Any]], series: list[dict[str, Any]], goals: list[dict[str, Any]]
) -> dict[str, Any]:
    services = {row["outcome_measures"]: row["services"] for row in rows if row["about"] == "service"}
    contextual = sum(services.get(code, 0) for code in _CONTEXTUAL)
    recorded = sum(services.values()) - services[NOT_RECORDED]
    contexts = scene.inside("Context").index
    measured = {row["place"] for row in series if row["kind"] == "contextual"} & set(contexts)
    trained = [row for row in rows if row["about"] == "guardian"]
    return {
        "services": sum(services.values()),
        "services_contextual_measures": contextual,
        "services_outcomes_not_recorded": services[NOT_RECORDED],
        "share_contextual_at_least": _share(contextual, sum(services.values())),
        "share_contextual_of_recorded": _share(contextual, recorded),
        "contexts": len(contexts),
        "contexts_measured": len(measured),
        "series": len(series),
        "series_with_change": sum(row["change"] is not None for row in series),
        **_tally(series),
        "series_withheld": sum(row["went"] == WITHHELD for row in series),
        "guardians_trained": len(trained),
        "effort_hours_since_training": round(sum(row["effort_hours"] or 0.0 for row in trained), 2),
        "goals": len(goals),
        "goals_whole_path": sum(row["paths"] > 0 for row in goals),
        "paths": sum(row["paths"] for row in goals),
    }


def _caveats(rows: list[dict[str, Any]], series: list[dict[str, Any]]) -> tuple[str, ...]:
    said = ["A change after work is not yet a change because of it: nothing here is compared with places without it."]
    reported = [row for row in rows if row["about"] == "service"]
    silent = sum(row["services"] for row in reported if row["outcome_measures"] == NOT_RECORDED)
    if silent:
        of = sum(row["services"] for row in reported)
        said.append(
            f"What {silent} of {of} services report is not recorded: the share that measures contexts is a least."
        )
    if not series:
        said.append("No observation is recorded: nobody can tell what has changed.")
    if any(row["baseline_withheld"] or row["latest_withheld"] for row in series):
        said.append(
            "What fewer people answered than the threshold, or what nobody counted the answers of, stays out; so does "
            "the change that would be made of it."
        )
    if any(row["unit"] in _units_of_people() for row in series):
        said.append("Counts of people were rounded to 5 before they were kept: a change of 5 may be one of 1.")
    return tuple(said)
