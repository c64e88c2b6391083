"""Who is present? Contexts without an active guardian, at all or at some hours, and what nobody recorded of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.facts.context_hours import when
from analysis.finders.findings import FIND_OUT, NAMED, NOTHING, PARTIAL, Finding
from analysis.scene import Scene

_NOBODY = "Engagement is recorded for venues or guardians here, and none of them counts as an active guardian"
_WATCHED = "Only guardians who report or enforce are active here"
_SOME_HOURS = "An active guardian is here, but not in {short} of the {whole:hours} a week of use"
_NOT_RECORDED = "No venue or other guardian is recorded within {within} metres of {{n}} of {{whole:places}}, nor linked"


def presence(scene: Scene) -> Iterator[Finding]:
    """Yield contexts without cover, at all (uncovered_context) or at some hours (uncovered_hours).

    A context is held to be without cover only where somebody recorded engagement with a guardian who is near or linked:
    else nobody knows. A guardian whose stance nobody recorded leaves it open too.
    """
    result = scene.coverage
    for i, row in enumerate(result.rows):
        yield _guardians_recorded(scene, row)
        if row["guardians_stance_unknown"]:
            continue  # the stance is what to find out first
        if row["guardians_here"] > row["guardians_no_engagement_recorded"]:
            yield from _short_of_cover(scene, row, when(result.uncovered[i], result.used[i]))


def _short_of_cover(scene: Scene, row: Mapping[str, Any], words: str) -> Iterator[Finding]:
    used, short = row["hours_used"], row["hours_uncovered"]
    alone_online = not used and not row["guardians_active"]
    if alone_online or (used and short == used):
        watched = row["guardians_report_or_enforce"] > 0
        because, topic = (_WATCHED, "watched") if watched else (_NOBODY, "nobody")
        yield _finding(scene, row, "uncovered_context", topic, NOTHING, because)
    elif short:
        yield _finding(scene, row, "uncovered_hours", words, PARTIAL, _SOME_HOURS, when=words)


def _finding(
    scene: Scene, row: Mapping[str, Any], kind: str, topic: str, band: str, because: str, **words: str
) -> Finding:
    context = row["context"]
    named, basis = scene.named.get(context, (None, None))
    return Finding(
        kind=kind,
        topic=topic,
        about=context,
        area=row["area"],
        band=NAMED if named else band,
        because=f"{because}; {named}" if named else because,
        short=row["hours_uncovered"] if row["hours_used"] else 1,
        whole=row["hours_used"] or 1,
        alone=bool(named) or context in scene.needs,
        words=words,
        cites=(context, basis) if basis else (context,),
    )


def _guardians_recorded(scene: Scene, row: Mapping[str, Any]) -> Finding:
    return Finding(
        kind="missing_data",
        topic="guardians",
        about=row["context"],
        area=row["area"],
        band=FIND_OUT,
        because=_NOT_RECORDED.format(within=f"{scene.within_m:g}"),
        short=float(not row["guardians_here"]),
        words={"what": "guardians"},
    )
