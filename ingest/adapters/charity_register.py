"""Which charities are registered? Charity register extracts (CSV, TSV, JSON) as organisations.

Trustees, contacts and the charity's own description are not kept. The contact postcode may be a home or a refuge: it
gives a ward, never a point.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ingest.files import TooLarge, Unreadable, clean, columns, kind_of, read_csv, report_columns
from ingest.organisations import charity_number, company_number
from ingest.rows import Match, RawRow, ReadContext, Reading

NAME = "charity_register"

LICENCE = "OGL-UK-3.0"
PUBLISHER = "Charity Commission for England and Wales"
ATTRIBUTION = "Contains information from the Charity Commission, Open Government Licence v3.0"

REQUIRED = ("registered_charity_number", "charity_name")
# What the register publishes beside what is read here; it is known, and left out.
KNOWN = frozenset(
    f"{REQUIRED[0]} {REQUIRED[1]} linked_charity_number charity_company_registration_number latest_income "
    "date_of_removal charity_contact_postcode charity_type charity_activities date_of_registration charity_contact_web "
    "date_of_extract organisation_number charity_registration_status latest_acc_fin_period_start_date "
    "latest_acc_fin_period_end_date "
    "latest_expenditure charity_reporting_status charity_in_administration charity_previously_excepted "
    "charity_is_cdf_or_cif charity_is_cio cio_is_dissolved date_cio_dissolution_notice charity_insolvent "
    "charity_contact_address1 charity_contact_address2 charity_contact_address3 charity_contact_address4 "
    "charity_contact_address5 charity_gift_aid charity_has_land".split()
)
_HEAD = 4096
_MAX_JSON = 1_000_000_000


def sniff(path: Path) -> Match | None:
    """Claim a table with the register's columns, surely so where its name says charities."""
    kind = kind_of(path)
    named = fnmatch(path.name.casefold(), "*charit*")
    if kind == "csv" and set(columns(path)) >= set(REQUIRED):
        return Match(NAME, "exact" if named else "suggested")
    if kind in ("json", "txt") and named and _mentions(path, REQUIRED):
        return Match(NAME)
    return None


def phase(path: Path) -> int:
    """Read the register before the files that know a charity by its company number only."""
    return 40


def read(path: Path, context: ReadContext) -> Reading:
    """Return the charities as organisations; a removed charity is valid to the day it was removed."""
    info = context.info(path, NAME, publisher=PUBLISHER, licence=LICENCE, attribution=ATTRIBUTION)
    return Reading(info, _rows(path, context))


def _mentions(path: Path, names: tuple[str, ...]) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
    except OSError:
        return False
    return all(name in head for name in names)


def _rows(path: Path, context: ReadContext) -> Iterator[RawRow]:
    if kind_of(path) == "json":
        records: Iterator[tuple[int | str, dict[str, Any]]] = iter(_from_json(path))
    else:
        table = read_csv(path, context)
        if not report_columns(table.header, KNOWN, context, required=REQUIRED):
            return
        records = iter(table.rows)
    for line, cells in records:
        yield RawRow("organisations", _values(cells), line)


def _values(cells: dict[str, Any]) -> dict[str, str | None]:
    number = charity_number(clean(cells.get("registered_charity_number")))
    branch = clean(cells.get("linked_charity_number"))
    key = number if branch in (None, "0") else f"{number}-{branch}"
    return {
        "id": f"charity-{key}" if number else None,
        "name": clean(cells.get("charity_name")),
        "sector": "voluntary",
        "charity_number": number,
        "company_number": company_number(clean(cells.get("charity_company_registration_number"))),
        "income": clean(cells.get("latest_income")),
        "area_postcode": clean(cells.get("charity_contact_postcode")),
        "valid_to": (clean(cells.get("date_of_removal")) or "")[:10] or None,
    }


def _from_json(path: Path) -> Iterator[tuple[int | str, dict[str, Any]]]:
    if path.stat().st_size > _MAX_JSON:
        raise TooLarge(f"{_MAX_JSON // 1_000_000} MB of JSON")
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise Unreadable("it is not JSON") from None
    if not isinstance(found, list):
        raise Unreadable("it is not a list of charities")
    for number, entry in enumerate(found, 1):
        if isinstance(entry, dict):
            yield f"record {number}", {str(name).casefold(): value for name, value in entry.items()}
