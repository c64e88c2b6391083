"""Who funds whom, until when? Grants published to the 360Giving standard (CSV, JSON) as FUNDS between organisations.

Both forms give the same records: a grant's id is its own identifier, an organisation's the best register number that
any of its grants carries. Grants to individuals are dropped and counted. A recipient that no register knows and whose
name reads as a person's is withheld: its name and the grant's title go, the amount stays.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from graphmodel.issues import issue
from ingest.files import TooLarge, Unreadable, clean, columns, kind_of, number, read_csv
from ingest.organisations import charity_number, company_number, numbers_of, organisation_key, sector_of
from ingest.privacy import looks_like_person_name
from ingest.rows import Match, RawRow, ReadContext, Reading

NAME = "grants_360giving"

WITHHELD = "Name withheld"
REQUIRED = ("identifier", "recipient org:identifier", "recipient org:name", "funding org:identifier")
_HEAD = 65_536
_MAX_JSON = 500_000_000
_MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class _Party:
    identifier: str
    name: str
    charity: str | None = None
    company: str | None = None
    first_grant: str = ""


@dataclass(frozen=True, slots=True)
class _Grant:
    line: int | str
    identifier: str
    title: str | None
    currency: str
    amount: Any
    awarded: str
    start: str | None
    end: str | None
    months: Any
    funder: _Party
    recipient: _Party
    individual: bool


def sniff(path: Path) -> Match | None:
    """Claim JSON with grants in it, CSV by its columns and name."""
    kind = kind_of(path)
    if kind == "csv" and set(columns(path)) >= set(REQUIRED):
        name = path.name.casefold()
        return Match(NAME, "exact" if any(fnmatch(name, known) for known in ("*360*", "*grants*")) else "suggested")
    if kind == "json":
        head = _head(path)
        if '"grants"' in head and '"fundingOrganization"' in head:
            return Match(NAME)
    return None


def read(path: Path, context: ReadContext) -> Reading:
    """Return the organisations and the FUNDS links; most files do not say their licence, and it stays unknown.

    A grant that gives no end ends at its start or award plus its months, with ``end_basis`` saying so.
    """
    package = _json(path) if kind_of(path) == "json" else {}
    grants = list(_from_json(package) if package else _from_csv(path, context))
    funders = sorted({grant.funder.name for grant in grants if grant.funder.name})
    known = {"publisher": funders[0] if len(funders) == 1 else None, "licence": clean(package.get("license"))}
    return Reading(context.info(path, NAME, **known), _rows(grants, context))


def _head(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD).decode("utf-8", "replace")
    except OSError:
        return ""


def _rows(grants: list[_Grant], context: ReadContext) -> Iterator[RawRow]:
    given = [grant for grant in grants if not grant.individual]
    if len(given) < len(grants):
        context.report(issue("person_dropped", context.file, count=len(grants) - len(given)))
    parties = _known_parties(given)
    written: set[str] = set()
    for grant in given:
        ends = []
        for party in (grant.funder, grant.recipient):
            known = parties.get(party.identifier, party)
            row = _organisation(known, grant.line)
            ends.append(row.values["id"])
            if row.values["id"] not in written:
                written.add(row.values["id"])
                if row.values["name"] == WITHHELD:
                    context.report(issue("person_name_withheld", context.file, line=grant.line))
                yield row
        yield _link(grant, ends, withheld=_is_person(parties.get(grant.recipient.identifier)), context=context)


def _known_parties(grants: Iterable[_Grant]) -> dict[str, _Party]:
    """Return what all grants together say of each identifier: register numbers from any, the name from the latest."""
    known: dict[str, _Party] = {}
    for grant in sorted(grants, key=lambda grant: (grant.awarded, grant.identifier)):
        for party in (grant.funder, grant.recipient):
            before = known.get(party.identifier, party)
            known[party.identifier] = _Party(
                party.identifier,
                party.name or before.name,
                party.charity or before.charity,
                party.company or before.company,
                before.first_grant or grant.identifier,
            )
    return known


def _is_person(party: _Party | None) -> bool:
    return party is not None and not (party.charity or party.company) and looks_like_person_name(party.name)


def _organisation(party: _Party, line: int | str) -> RawRow:
    if _is_person(party):
        # Not the publisher's identifier, which often spells the name.
        values = {"id": f"withheld-{party.first_grant}", "name": WITHHELD, "sector": "community"}
        return RawRow("organisations", values, line)
    known = {
        "id": organisation_key(party.charity, party.company, party.identifier) if party.identifier else None,
        "name": party.name or None,
        "sector": sector_of(party.name, party.identifier, party.charity, party.company),
        "charity_number": party.charity,
        "company_number": party.company,
    }
    return RawRow("organisations", known, line)


def _link(grant: _Grant, ends: list[str | None], *, withheld: bool, context: ReadContext) -> RawRow:
    end, basis = _end(grant)
    amount = grant.amount
    if grant.currency.upper() not in ("GBP", ""):
        context.report(
            issue("value_bad", context.file, line=grant.line, field="currency", value=grant.currency, expected="GBP")
        )
        amount = None
    values = {
        "type": "FUNDS",
        "id": grant.identifier or None,
        "from": ends[0] and f"org:{ends[0]}",
        "to": ends[1] and f"org:{ends[1]}",
        "amount_gbp": amount,
        "start": grant.start or grant.awarded or None,
        "end": end,
        "end_basis": basis,
        "contract": "grant",
        "title": None if withheld else grant.title,
    }
    return RawRow("links", values, grant.line)


def _end(grant: _Grant) -> tuple[str | None, str]:
    if grant.end:
        return grant.end, "given"
    months = number(grant.months)
    first = _day(grant.start or grant.awarded)
    if first is None or months is None or not 0 < months <= _MOST_MONTHS:
        return None, "unknown"
    return _add_months(first, round(months)).isoformat(), "award_plus_duration"


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _party(identifier: Any, name: Any, charity: Any = None, company: Any = None) -> _Party:
    key = clean(identifier) or ""
    carried_charity, carried_company = numbers_of(key)
    return _Party(
        key,
        clean(name) or "",
        charity_number(clean(charity)) or carried_charity,
        company_number(clean(company)) or carried_company,
    )


def _from_csv(path: Path, context: ReadContext) -> Iterator[_Grant]:
    table = read_csv(path, context)
    absent = [name for name in REQUIRED if name not in table.header]
    for name in absent:
        context.report(issue("column_missing", context.file, field=name))
    if absent:
        return
    for line, cells in table.rows:
        cell = {name: clean(text) for name, text in cells.items()}.get
        yield _Grant(
            line=line,
            identifier=cell("identifier") or "",
            title=cell("title"),
            currency=cell("currency") or "",
            amount=cell("amount awarded"),
            awarded=_date_text(cell("award date")) or "",
            start=_date_text(cell("planned dates:start date")),
            end=_date_text(cell("planned dates:end date")),
            months=cell("planned dates:duration (months)"),
            funder=_party(
                cell("funding org:identifier"),
                cell("funding org:name"),
                cell("funding org:charity number"),
                cell("funding org:company number"),
            ),
            recipient=_party(
                cell("recipient org:identifier"),
                cell("recipient org:name"),
                cell("recipient org:charity number"),
                cell("recipient org:company number"),
            ),
            individual=any(text and name.startswith("recipient ind") for name, text in cells.items()),
        )


def _json(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _MAX_JSON:
        raise TooLarge(f"{_MAX_JSON // 1_000_000} MB of JSON")
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise Unreadable("it is not JSON") from None
    if not isinstance(found, dict) or not isinstance(found.get("grants"), list):
        raise Unreadable("it has no list of grants")
    return found


def _from_json(package: dict[str, Any]) -> Iterator[_Grant]:
    for order, grant in enumerate(package["grants"], 1):
        if isinstance(grant, dict):
            yield _json_grant(grant, f"grant {order}")


def _json_grant(grant: dict[str, Any], line: str) -> _Grant:
    dates, funder, recipient = (
        _first(grant.get(name)) for name in ("plannedDates", "fundingOrganization", "recipientOrganization")
    )
    return _Grant(
        line=line,
        identifier=clean(grant.get("id")) or "",
        title=clean(grant.get("title")),
        currency=clean(grant.get("currency")) or "",
        amount=clean(grant.get("amountAwarded")),
        awarded=_date_text(grant.get("awardDate")) or "",
        start=_date_text(dates.get("startDate")),
        end=_date_text(dates.get("endDate")),
        months=dates.get("duration"),
        funder=_json_party(funder),
        recipient=_json_party(recipient),
        individual=bool(grant.get("recipientIndividual")),
    )


def _json_party(party: dict[str, Any]) -> _Party:
    return _party(*(party.get(name) for name in ("id", "name", "charityNumber", "companyNumber")))


def _first(found: Any) -> dict[str, Any]:
    found = found[0] if isinstance(found, list) and found else found
    return found if isinstance(found, dict) else {}


def _date_text(value: Any) -> str | None:
    # Moments ("2013-01-18T00:00:00Z") stand for their day.
    text = clean(value)
    return text[:10] if text and "T" in text else text
