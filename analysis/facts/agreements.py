"""Who pays for what, until when, and what ends with it? Grants, contracts and commissions, shared by the analyses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.facts.provision import current_services
from analysis.results import known
from graphmodel.landscape import Landscape

FUNDS, COMMISSIONS = "FUNDS", "COMMISSIONS"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement that is not over: ``end`` None is not said. ``onward`` money was passed on, and is not counted.

    ``amount`` is what was given, else units bought times the price of one; ``share`` of the cost, 0 to 1.
    """

    id: str
    type: str
    payer: str
    recipient: str
    start: date | None
    end: date | None
    end_basis: str | None
    extend_to: date | None
    kind: str | None
    title: str | None
    amount: float | None
    share: float | None
    onward: bool
    source: str | None
    source_row: str | None

    def current(self, day: date) -> bool:
        """Return whether it has begun and is not over; one that says no start has begun."""
        return (self.start is None or self.start <= day) and (self.end is None or self.end >= day)


def agreements(landscape: Landscape) -> list[Agreement]:
    """Return the agreements that are not over on the landscape's day, by id: also those that have not begun."""
    found = []
    for type in (FUNDS, COMMISSIONS):
        for row in landscape.links(type).to_dict("records"):
            values = {str(name): known(value) for name, value in row.items()}
            if values["end_date"] is None or values["end_date"] >= landscape.as_of:
                found.append(_agreement(type, values))
    return sorted(found, key=lambda agreement: agreement.id)


def _agreement(type: str, values: Mapping[str, Any]) -> Agreement:
    amount, units, price = (values.get(name) for name in ("amount_gbp", "units", "unit_price"))
    if amount is None and units is not None and price is not None:
        amount = units * price
    return Agreement(
        id=values["id"],
        type=type,
        payer=values["start"],
        recipient=values["end"],
        start=values["start_date"],
        end=values["end_date"],
        end_basis=values.get("end_basis"),
        extend_to=values["extend_to"],
        kind=values.get("contract") or ("contract" if type == COMMISSIONS else None),
        title=values.get("title") or values.get("agreement"),
        amount=amount,
        share=values.get("share_of_cost"),
        onward=bool(values.get("onward")),
        source=values["source"],
        source_row=values["source_row"],
    )


def pounds(money: Iterable[Agreement]) -> float:
    """Return the pounds of these agreements, each once; money passed on was counted where it came from."""
    return float(sum(m.amount for m in {m.id: m for m in money}.values() if m.amount is not None and not m.onward))


def share_of(part: Collection[Agreement], whole: Collection[Agreement]) -> float | None:
    """Return what share of the whole a part is: by shares of cost if all are known, else pounds, else by number."""
    for field in ("share", "amount"):
        values = [getattr(m, field) for m in whole]
        if all(value is not None for value in values) and sum(values) > 0:
            return float(sum(getattr(m, field) for m in part) / sum(values))
    return len(part) / len(whole) if whole else None


@dataclass(frozen=True)
class Backing:
    """What each service that runs stands on: who runs it, and the agreements that pay for it or for who runs it."""

    services: tuple[str, ...]
    runners: Mapping[str, tuple[str, ...]]
    agreements: Mapping[str, tuple[Agreement, ...]]

    def money(self, service: str, day: date) -> tuple[Agreement, ...]:
        """Return the money (not the commissions) for a service, its own or its runner's, current on the day."""
        return tuple(m for m in self.agreements.get(service, ()) if m.type == FUNDS and m.current(day))

    def ending(self, services: Iterable[str], lost: Callable[[Agreement], bool]) -> list[str]:
        """Return those of the services all of whose agreements, and there is one, are lost."""
        found = []
        for service in services:
            held = self.agreements.get(service, ())
            if held and all(lost(agreement) for agreement in held):
                found.append(service)
        return found


def backing(landscape: Landscape) -> Backing:
    """Return what the current services stand on: agreements for themselves, and grants to who runs them."""
    runs = landscape.links("RUNS")
    runners: dict[str, list[str]] = defaultdict(list)
    for start, end in sorted(set(zip(runs["start"], runs["end"], strict=True))):
        runners[end].append(start)
    by_recipient: dict[str, list[Agreement]] = defaultdict(list)
    for agreement in agreements(landscape):
        by_recipient[agreement.recipient].append(agreement)
    services = tuple(current_services(landscape).index.tolist())
    held = {}
    for service in services:
        core = [m for runner in runners.get(service, ()) for m in by_recipient.get(runner, ()) if m.type == FUNDS]
        held[service] = tuple(sorted({m.id: m for m in (*by_recipient.get(service, ()), *core)}.values(), key=_by_id))
    return Backing(services, {id: tuple(names) for id, names in runners.items()}, held)


def _by_id(agreement: Agreement) -> str:
    return agreement.id
