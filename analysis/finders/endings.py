"""What is about to end? Funding, the review of a concern, the training of a guardian."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from analysis.facts.agreements import Agreement, agreements
from analysis.facts.days import months_after, said
from analysis.facts.provision import current_services
from analysis.finders.findings import AHEAD_MONTHS, ENDS_SOON, FIND_OUT, NAMED, PARTIAL, SOON_MONTHS, Finding, overdue
from analysis.scene import Scene
from graphmodel.schema import label_of

_NO_FUNDING = "No current funding recorded for {n} of {whole:services}"
_CONCERN_OVERDUE = "The day by which its concern was to be looked at again has passed"
_ASSESSMENT_OVERDUE = "The day by which its assessment was to be looked at again has passed"
_LAPSED = "Its training has lapsed, so that it no longer counts as an active guardian"
_LAPSES = "Its training lapses within {months} months"


def endings(scene: Scene) -> Iterator[Finding]:
    """Yield what ends within twelve months, or is overdue, as of the landscape's day."""
    yield from funding(scene)
    yield from reviews(scene)
    yield from training(scene)


def current_money(scene: Scene) -> dict[str, list[Agreement]]:
    """Return service, organisation, programme or guardian -> the agreements that are current as of the day."""
    found: dict[str, list[Agreement]] = defaultdict(list)
    for agreement in agreements(scene.landscape):
        if agreement.current(scene.as_of):
            found[agreement.recipient].append(agreement)
    return found


def funding(scene: Scene) -> Iterator[Finding]:
    """Yield bodies whose current funding ends within twelve months, and services without any recorded."""
    money = current_money(scene)
    last = months_after(scene.as_of, AHEAD_MONTHS)
    runners = set(scene.landscape.links("RUNS")["start"])
    for id in sorted(money):
        ending = [m for m in money[id] if m.end is not None and m.end <= last]
        label = label_of(id) or ""
        if ending and bool(scene.frame(label)["inside"].get(id, False)) and (label != "Organisation" or id in runners):
            yield _ends(scene, id, money[id], ending)
    yield from _unfunded(scene, money)


def _ends(scene: Scene, id: str, current: list[Agreement], ending: list[Agreement]) -> Finding:
    first = min(m.end for m in ending if m.end)
    soon = first <= months_after(scene.as_of, SOON_MONTHS)
    short, whole = _ending_share(current, ending)
    extended = [m.extend_to for m in ending if m.extend_to and m.extend_to > first]
    more = f"; it may be extended to {said(max(extended))}" if extended else ""
    by = f"by {said(max(m.end for m in ending if m.end))}"
    if len(ending) < len(current):
        what = f"{len(ending)} of {len(current)} current agreements {'ends' if len(ending) == 1 else 'end'} {by}"
    else:
        all_of_it = f"All {len(current)} current agreements end" if len(current) > 1 else "Its agreement ends"
        what = f"{all_of_it} {by}, and nothing that follows is recorded"
    targets = scene.landscape.links("TARGETS")
    places = tuple(sorted(set(targets["end"][targets["start"] == id])))
    named = next((scene.named[p][0] for p in places if p in scene.named), None)
    return Finding(
        kind="funding_ends",
        topic="",
        about=id,
        area=scene.home(id),
        band=ENDS_SOON if soon else PARTIAL,
        because=what + more + (f"; it works on a place that is {named}" if named else ""),
        short=short,
        whole=whole,
        alone=True,
        members=places,
        words={"when": f"on {said(first)}"},
        cites=(id,),
        source_rows=tuple(sorted({m.source_row for m in ending if m.source_row})),
        sources=tuple(sorted({m.source for m in ending if m.source})),
    )


def _ending_share(current: list[Agreement], ending: list[Agreement]) -> tuple[float, float]:
    """Return what ends and the whole: in pounds if all are known, else in shares of cost, else in agreements."""
    for field in ("amount", "share"):
        values = [getattr(m, field) for m in current]
        if all(v is not None for v in values) and sum(values) > 0:
            return sum(getattr(m, field) for m in ending), sum(values)
    return len(ending), len(current)


def _unfunded(scene: Scene, money: dict[str, list[Agreement]]) -> Iterator[Finding]:
    """Yield services of which no current funding is recorded: their own, their organisation's or their programme's."""
    behind: dict[str, set[str]] = defaultdict(set)
    for type, service_side in (("RUNS", "end"), ("PART_OF", "start")):
        links = scene.landscape.links(type)
        other = "start" if service_side == "end" else "end"
        for service, body in zip(links[service_side], links[other], strict=True):
            behind[service].add(body)
    services = current_services(scene.landscape)
    for id in services.index[services["inside"]]:
        yield Finding(
            kind="missing_data",
            topic="funding",
            about=id,
            area=scene.home(id),
            band=FIND_OUT,
            because=_NO_FUNDING,
            short=float(id not in money and not any(body in money for body in behind[id])),
            words={"what": "current funding"},
        )


def reviews(scene: Scene) -> Iterator[Finding]:
    """Yield contexts whose concern, and contexts whose latest assessment, is overdue for review."""
    contexts = scene.inside("Context")
    for id, due in contexts["concern_review"][overdue(scene)].items():
        yield _review(scene, str(id), due, "concern", _CONCERN_OVERDUE, (str(id),))
    assessments = scene.frame("Assessment")
    latest: dict[str, tuple[date, str]] = {}
    links = scene.landscape.links("ASSESSES")
    for id, context in zip(links["start"], links["end"], strict=True):
        held = _day(assessments["date"].get(id)) or date.min
        if held <= scene.as_of and context in contexts.index:
            latest[context] = max(latest.get(context, (date.min, "")), (held, id))
    for context, (_, id) in sorted(latest.items()):
        due = _day(assessments["review_due"].get(id))
        if due and due < scene.as_of:
            yield _review(scene, context, due, "assessment", _ASSESSMENT_OVERDUE, (context, id))


def _review(scene: Scene, context: str, due: date, topic: str, because: str, cited: tuple[str, ...]) -> Finding:
    named, _ = scene.named.get(context, (None, None))
    return Finding(
        kind="review_overdue",
        topic=topic,
        about=context,
        area=scene.home(context),
        band=NAMED if named else ENDS_SOON,
        because=f"{because}; {named}" if named else because,
        alone=bool(named),
        words={"when": due},
        cites=cited,
    )


def training(scene: Scene) -> Iterator[Finding]:
    """Yield active guardians whose training has lapsed, or lapses within twelve months."""
    guardians = scene.inside("Guardian")
    active = guardians[guardians["stage"] == "active"]
    for id, until in active["trained_until"].items():
        day = _day(until)
        if day is None or day > months_after(scene.as_of, AHEAD_MONTHS):
            continue
        soon = day <= months_after(scene.as_of, SOON_MONTHS)
        topic = "lapsed" if day < scene.as_of else "soon" if soon else "later"
        because = _LAPSED if topic == "lapsed" else _LAPSES.format(months=SOON_MONTHS if soon else AHEAD_MONTHS)
        yield Finding(
            kind="training_lapses",
            topic=topic,
            about=str(id),
            area=scene.home(str(id)),
            band=ENDS_SOON if soon else PARTIAL,
            because=because,
            words={"when": day},
        )


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None
