"""Which agreements end in the coming months, and what is then without a response? By agreement, and by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from analysis.facts.agreements import Agreement, Backing, agreements, backing, pounds
from analysis.facts.days import months_after
from analysis.facts.provision import current_services, targeting
from analysis.results import Result, known
from graphmodel.errors import InputError
from graphmodel.landscape import Landscape

MOST_MONTHS = 120

NOTHING_FOLLOWS = (
    "A service is taken to end when nothing recorded for it, or for who runs it, runs longer. An extension is an "
    "option, not a promise; an agreement nobody recorded may follow."
)
NO_END = "{n} agreements say no end: they are taken to run on."


def contracts_ending(landscape: Landscape, *, months: int = 12) -> Result:
    """Return the agreements that end within so many months, with what would end with each, if it alone ended.

    ``services``: those it pays for, itself or through who runs them, for which nothing recorded runs longer;
    ``contexts``: those no other running service works on; ``level_2``: those without any response at Level 2 then.
    Raises InputError for months that are not 1 to 120.
    """
    scope = _scope(landscape, months)
    rows = []
    for m in scope.ending:
        lost = [s for s in scope.paid_by[m.id] if not _longer(scope.backing.agreements[s], m.end)]
        after = scope.after(lost)
        if landscape.area is None or after["contexts"] or m.recipient in scope.inside:
            rows.append({**_agreement_row(m, scope), **after, **_need(landscape, after["contexts"])})
    return _result(landscape, "contracts_ending", months, scope, rows)


def contract_calendar(landscape: Landscape, *, months: int = 12) -> Result:
    """Return by month what ends in it, and what has ended by its last day: services, places, pounds, contexts.

    Agreements and pounds are those that end in the month; ``services``, ``places``, ``contexts`` and ``level_2`` count
    all that is gone by then, if nothing follows. ``names`` says which come to it in this month. Raises InputError for
    months that are not 1 to 120.
    """
    scope = _scope(landscape, months)
    rows, before = [], scope.after([])
    for day in _month_ends(landscape.as_of, months):
        ends = [m for m in scope.ending if m.end and (m.end.year, m.end.month) == (day.year, day.month)]
        gone = [s for s in scope.backing.services if _over(scope.backing.agreements[s], day)]
        after = scope.after(gone)
        rows.append(
            {
                "month": f"{day:%Y-%m}",
                "agreements": len(ends),
                "amount_gbp": pounds(ends),
                "amounts_unknown": sum(m.amount is None and not m.onward for m in ends if m.type == "FUNDS"),
                "may_be_extended": sum(m.extend_to is not None and m.extend_to > day for m in ends),
                "services": len(after["services"]),
                "places": after["places"],
                "contexts": len(after["contexts"]),
                "level_2": len(after["level_2"]),
                "names": {
                    "agreements": [m.id for m in ends],
                    **{key: sorted(set(after[key]) - set(before[key])) for key in ("services", "contexts", "level_2")},
                },
            }
        )
        before = after
    return _result(landscape, "contract_calendar", months, scope, rows)


@dataclass(frozen=True)
class _Scope:
    """What both questions look at: agreements that end in time, whom they pay, and who works on which context."""

    backing: Backing
    ending: list[Agreement]
    unknown_ends: int
    paid_by: Mapping[str, list[str]]
    workers: Mapping[str, set[str]]
    level_2: Mapping[str, set[str]]
    capacity: Mapping[str, float]
    names: Mapping[str, str]
    inside: Collection[str]

    def after(self, ended: Collection[str]) -> dict[str, Any]:
        """Return what is lost when these services have ended; places of services that say how many."""
        gone = set(ended)
        known_places = [self.capacity[s] for s in sorted(gone) if self.capacity[s] == self.capacity[s]]
        return {
            "services": sorted(gone),
            "places": round(sum(known_places)),
            "places_unknown": len(gone) - len(known_places),
            "contexts": [c for c, services in self.workers.items() if services and services <= gone],
            "level_2": [c for c, workers in self.level_2.items() if workers and workers <= gone],
        }


def _scope(landscape: Landscape, months: int) -> _Scope:
    if not 1 <= months <= MOST_MONTHS:
        raise InputError(f"Give a number of months from 1 to {MOST_MONTHS}.")
    last = months_after(landscape.as_of, months)
    stands_on = backing(landscape)
    paid_by: dict[str, list[str]] = defaultdict(list)
    for service in stands_on.services:
        for m in stands_on.agreements[service]:
            paid_by[m.id].append(service)
    contexts = landscape.nodes("Context")
    work = targeting(landscape)
    work = work[work["context"].isin(contexts.index[contexts["inside"]])].sort_values(["context", "id"])
    workers: dict[str, set[str]] = defaultdict(set)
    level_2: dict[str, set[str]] = defaultdict(set)
    for id, context, level in work[["id", "context", "level"]].itertuples(index=False):
        if id.startswith("service:"):
            workers[context].add(id)
        if level in ("L2", "both"):
            level_2[context].add(id)
    held, services = agreements(landscape), current_services(landscape)
    frames = [landscape.nodes(label) for label in ("Organisation", "Programme", "Service", "Guardian")]
    return _Scope(
        backing=stands_on,
        ending=sorted((m for m in held if m.end and m.end <= last), key=lambda m: (m.end, m.id)),
        unknown_ends=sum(m.end is None for m in held),
        paid_by=paid_by,
        workers=workers,
        level_2=level_2,
        capacity=dict(zip(services.index, services["capacity"].astype(float), strict=True)),
        names={str(id): name for frame in frames for id, name in frame["name"].items()},
        inside={id for frame in frames for id in frame.index[frame["inside"]]},
    )


def _longer(held: Collection[Agreement], end: date | None) -> bool:
    """Return whether one of these runs on after the day on which another ends, or begins on the day after."""
    next_day = end + timedelta(days=1) if end else date.max
    return any((m.start is None or m.start <= next_day) and (m.end is None or m.end >= next_day) for m in held if end)


def _over(held: Collection[Agreement], day: date) -> bool:
    return any(m.end and m.end <= day for m in held) and not _longer(held, day)


def _month_ends(as_of: date, months: int) -> list[date]:
    """Return the last day of this month and of those that follow; the last one is so many months after the day."""
    first = date(as_of.year, as_of.month, 1)
    ends = [months_after(first, n + 1) - timedelta(days=1) for n in range(months)]
    return [*ends, months_after(as_of, months)]


def _agreement_row(m: Agreement, scope: _Scope) -> dict[str, Any]:
    return {
        "agreement": m.id,
        "kind": m.kind,
        "payer": m.payer,
        "payer_name": scope.names.get(m.payer),
        "recipient": m.recipient,
        "recipient_name": scope.names.get(m.recipient),
        "title": m.title,
        "end": m.end,
        "end_basis": m.end_basis,
        "extend_to": m.extend_to,
        "amount_gbp": m.amount,
    }


def _need(landscape: Landscape, contexts: Collection[str]) -> dict[str, Any]:
    """Return the estimates of need for these contexts, as a range: counts below the threshold were not kept."""
    links, needs = landscape.links("ESTIMATED_FOR"), landscape.nodes("Need")
    ids = sorted(set(links["start"][links["end"].isin(list(contexts))]))
    lowest, highest = 0, 0
    for row in needs.loc[ids].to_dict("records"):
        people, lower, upper = (known(row[name]) for name in ("people", "lower", "upper"))
        lowest += next((int(n) for n in (people, lower) if n is not None), 0)
        highest += next((int(n) for n in (people, upper, lower) if n is not None), 0)
    counted = {"people_from": lowest, "people_to": highest} if ids else {"people_from": None, "people_to": None}
    return {"needs": len(ids), **counted}


def _result(landscape: Landscape, name: str, months: int, scope: _Scope, rows: list[dict[str, Any]]) -> Result:
    shown = {row["agreement"] for row in rows if "agreement" in row} or {m.id for m in scope.ending}
    ending = [m for m in scope.ending if m.id in shown]
    gone = scope.after(
        [s for s in scope.backing.services if _over(scope.backing.agreements[s], _last(landscape, months))]
    )
    caveats = [NOTHING_FOLLOWS] + ([NO_END.format(n=scope.unknown_ends)] if scope.unknown_ends else [])
    if name == "contracts_ending":
        caveats.append("Each row is looked at alone; a person may be in the need of more than one row.")
    return Result(
        name=name,
        parameters={"months": int(months)},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=tuple(caveats),
        sources=tuple(landscape.sources(["Service"], ["FUNDS", "COMMISSIONS", "RUNS", "TARGETS"])),
        summary={
            "agreements_ending": len(ending),
            "amount_gbp": pounds(ending),
            "ends_unknown": scope.unknown_ends,
            "services_ended": len(gone["services"]),
            "places_ended": gone["places"],
            "contexts_without_a_service": len(gone["contexts"]),
            "contexts_without_level_2": len(gone["level_2"]),
        },
        rows=tuple(rows),
    )


def _last(landscape: Landscape, months: int) -> date:
    return months_after(landscape.as_of, months)
