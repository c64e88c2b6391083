"""Which organisation is it? Register numbers in one spelling, ids and sectors that every adapter agrees on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ingest.rows import RawRow

# Prefixes of org-id.guide for bodies of the state.
_STATUTORY = ("GB-LA", "GB-GOR", "GB-GOV", "GB-NHS", "GB-PLA", "GB-EDU", "GB-NIEDU", "GB-SCHOOL")
_ACADEMIC = ("GB-UKPRN", "GB-HESA")
_CHARITY = ("GB-CHC-", "GB-SC-", "GB-NIC-")
_COMPANY = "GB-COH-"
# First letters of company numbers: charitable incorporated organisations; registered and community benefit societies.
_CHARITABLE_COMPANY = ("CE", "CS")
_MUTUAL = ("RS", "IP", "SP", "NP", "RC")
_COMMUNITY_COMPANY = re.compile(r"\bc\.?i\.?c\b|community interest company|community benefit society", re.IGNORECASE)
_COMPANY_NAME = re.compile(
    r"\b(?:ltd|limited|plc|llp|cic|c\.i\.c|cio|inc|incorporated|company|group|trust|council|partnership|association|society"
    r"|holdings|organi[sz]ation)\b",
    re.IGNORECASE,
)


def charity_number(text: str | None) -> str | None:
    """Return a charity number in one spelling: no leading zeros, letters (Scotland, Northern Ireland) in capitals."""
    if not text:
        return None
    number = re.sub(r"[\s-]", "", text).upper()
    number = number.removesuffix(".0")
    return number.lstrip("0") or None if re.fullmatch(r"(?:SC|NIC)?\d+", number) else None


def company_number(text: str | None) -> str | None:
    """Return a company number in one spelling: eight characters, zeros in front, letters in capitals."""
    if not text:
        return None
    number = re.sub(r"[\s-]", "", text).upper().removesuffix(".0")
    if not re.fullmatch(r"[A-Z0-9]{1,8}", number) or not any(mark.isdigit() for mark in number):
        return None
    found = number.zfill(8) if number.isdigit() else number
    return None if found == "00000000" else found


def numbers_of(identifier: str) -> tuple[str | None, str | None]:
    """Return the charity and the company number that an org-id identifier (``GB-CHC-1087294``) carries."""
    key = identifier.strip()
    for prefix in _CHARITY:
        if key.upper().startswith(prefix):
            return charity_number(key[len(prefix) :]), None
    if key.upper().startswith(_COMPANY):
        return None, company_number(key[len(_COMPANY) :])
    return None, None


def organisation_key(charity: str | None, company: str | None, own_key: str) -> str:
    """Return the id of an organisation, without its prefix: charity number, company number, else the source's key."""
    if charity:
        return f"charity-{charity}"
    if company:
        return f"company-{company}"
    return re.sub(r"\s+", "-", own_key.strip())


def sector_of(name: str, identifier: str, charity: str | None, company: str | None) -> str:
    """Return the sector code that the register, or the lack of one, gives a body.

    Bodies of the state by their identifier; charities are voluntary; community interest companies, and groups that
    no register knows, are community; other companies are private.
    """
    key = identifier.upper()
    if key.startswith(_STATUTORY):
        return "statutory"
    if key.startswith(_ACADEMIC):
        return "academic"
    if charity or (company or "").startswith(_CHARITABLE_COMPANY):
        return "voluntary"
    if company and not company.startswith(_MUTUAL) and not _COMMUNITY_COMPANY.search(name):
        return "private"
    return "community"


def looks_like_company(name: str) -> bool:
    """Return whether a name says that it is a company or another body, not a person's."""
    return bool(_COMPANY_NAME.search(name))


class KnownOrganisations:
    """Which company is which charity? A body known by its company number alone takes the id of its charity number.

    ``stored`` are Organisation nodes that are already known; each row that goes through ``settle`` adds to them.
    """

    def __init__(self, stored: Iterable[Mapping[str, Any]] = ()) -> None:
        self._charity_of: dict[str, str] = {}
        for node in stored:
            self._remember(node)

    def settle(self, row: RawRow) -> RawRow:
        """Return the row with ``company-`` ids of known charities replaced: its own, or the ends of its link."""
        if row.table == "organisations":
            self._remember(row.values)
            if charity := self._charity(f"org:{str(row.values.get('id') or '').removeprefix('org:')}"):
                own = {"id": f"charity-{charity}", "charity_number": charity, "sector": "voluntary"}
                return replace(row, values={**row.values, **own})
        elif row.table == "links":
            ends = {name: self._charity(str(row.values.get(name) or "")) for name in ("from", "to")}
            changed = {name: f"org:charity-{charity}" for name, charity in ends.items() if charity}
            return replace(row, values={**row.values, **changed}) if changed else row
        return row

    def _remember(self, body: Mapping[str, Any]) -> None:
        charity = charity_number(str(body.get("charity_number") or ""))
        company = company_number(str(body.get("company_number") or ""))
        if charity and company:
            self._charity_of.setdefault(company, charity)

    def _charity(self, id: str) -> str | None:
        return self._charity_of.get(id.removeprefix("org:company-")) if id.startswith("org:company-") else None
