"""Which food premises are there? Food Hygiene Rating Scheme files (XML, JSON, CSV) as candidate guardians.

The hygiene rating says nothing about guardianship and is not read. Schools, hospitals, makers and farmers are passed
over and counted.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from graphmodel.issues import issue
from ingest.files import TooLarge, Unreadable, clean, columns, kind_of, read_csv
from ingest.privacy import looks_like_person_name
from ingest.rows import Match, RawRow, ReadContext, Reading

NAME = "fhrs"

LICENCE = "OGL-UK-3.0"
PUBLISHER = "Food Standards Agency"
ATTRIBUTION = "Contains Food Hygiene Rating Scheme data of the Food Standards Agency, Open Government Licence v3.0"

KINDS = {
    "1": "restaurant",  # restaurants, cafes and canteens
    "7843": "pub",  # pubs, bars and night clubs
    "7844": "takeaway",
    "7842": "hotel",
    "7846": "other",  # mobile caterers
    "7841": "other",  # other catering
    "7840": "supermarket",
    "4613": "shop",
}
_HEAD = 4096
_MAX_JSON = 200_000_000
_CSV_COLUMNS = frozenset({"fhrsid", "businessname", "businesstypeid"})
_ADDRESS = ("addressline1", "addressline2", "addressline3", "addressline4")

Establishment = dict[str, Any]


def sniff(path: Path) -> Match | None:
    """Claim XML and JSON by what they hold, CSV by its columns and name."""
    kind = kind_of(path)
    if kind == "csv" and set(columns(path)) >= _CSV_COLUMNS:
        return Match(NAME, "exact" if fnmatch(path.name.casefold(), "*fhrs*") else "suggested")
    if kind not in ("xml", "json"):
        return None
    head = _head(path)
    known = "<FHRSEstablishment" in head if kind == "xml" else '"FHRSEstablishment"' in head or '"FHRSID"' in head
    return Match(NAME) if known else None


def read(path: Path, context: ReadContext) -> Reading:
    """Return the premises as guardians; ``retrieved`` is the file's ExtractDate.

    Raises Unreadable for a file that is not well-formed or that declares a document type.
    """
    known: dict[str, Any] = {"publisher": PUBLISHER, "licence": LICENCE, "attribution": ATTRIBUTION}
    if extracted := _extracted(_head(path)):
        known["retrieved"] = extracted
    return Reading(context.info(path, NAME, **known), _rows(path, context))


def _extracted(head: str) -> date | None:
    found = re.search(r"ExtractDate\W{1,8}(\d{4}-\d\d-\d\d)", head)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _head(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD).decode("utf-8", "replace")
    except OSError:
        return ""


def _rows(path: Path, context: ReadContext) -> Iterator[RawRow]:
    passed_over: Counter[str] = Counter()
    people = 0
    readers = {"xml": _from_xml, "json": _from_json}
    for line, found in readers.get(kind_of(path), _from_csv)(path, context):
        kind = KINDS.get(clean(found.get("businesstypeid")) or "")
        if kind is None:
            passed_over[clean(found.get("businesstype")) or "no business type"] += 1
        elif _at_home(found):
            people += 1
        else:
            yield RawRow("guardians", _values(found, kind), line)
    for name, count in sorted(passed_over.items()):
        context.report(issue("rows_skipped", context.file, count=count, reason=name))
    if people:
        context.report(issue("person_dropped", context.file, count=people))


def _values(found: Establishment, kind: str) -> dict[str, Any]:
    key = clean(found.get("fhrsid"))
    return {
        "id": f"fhrs-{key}" if key else None,
        "name": clean(found.get("businessname")),
        "sector": "commercial",
        "kind": kind,
        "longitude": clean(found.get("longitude")),
        "latitude": clean(found.get("latitude")),
        "postcode": clean(found.get("postcode")),
    }


def _at_home(found: Establishment) -> bool:
    # Premises at a private address are published without address or place; some trade under their own name.
    placed = any(clean(found.get(name)) for name in (*_ADDRESS, "longitude", "latitude"))
    return not placed and looks_like_person_name(clean(found.get("businessname")) or "")


def _from_xml(path: Path, context: ReadContext) -> Iterator[tuple[str, Establishment]]:
    number = 0
    try:
        # The root gathers every child that was read: it is emptied after each establishment.
        events = iterparse(str(path), events=("start", "end"), forbid_dtd=True)
        _, root = next(events)
        for event, element in events:
            if event == "end" and _local(element) == "establishmentdetail":
                number += 1
                yield f"establishment {number}", _flat(element)
                element.clear()
                if number % 1000 == 0:
                    for child in root:
                        child.clear()
    except (ParseError, DefusedXmlException, StopIteration, ValueError, LookupError) as error:
        reason = (
            "it declares a document type" if isinstance(error, DefusedXmlException) else "it is not well-formed XML"
        )
        raise Unreadable(reason) from None


def _flat(element: Any) -> Establishment:
    return {_local(child): (child.text or "").strip() for child in element.iter() if len(child) == 0}


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].casefold()


def _from_json(path: Path, context: ReadContext) -> Iterator[tuple[str, Establishment]]:
    if path.stat().st_size > _MAX_JSON:
        raise TooLarge(f"{_MAX_JSON // 1_000_000} MB of JSON")
    try:
        found = json.loads(path.read_bytes(), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise Unreadable("it is not JSON") from None
    for number, entry in enumerate(_establishments(found), 1):
        lower = {str(name).casefold(): value for name, value in entry.items()}
        place = lower.pop("geocode", None)
        lower |= {str(name).casefold(): value for name, value in place.items()} if isinstance(place, dict) else {}
        yield f"establishment {number}", lower


def _establishments(found: Any) -> list[dict[str, Any]]:
    """Return the list of establishments of any of the shapes the agency publishes."""
    for name in ("FHRSEstablishment", "EstablishmentCollection", "EstablishmentDetail", "establishments"):
        if isinstance(found, dict) and name in found:
            found = found[name]
    if not isinstance(found, list):
        raise Unreadable("it has no list of establishments")
    return [entry for entry in found if isinstance(entry, dict)]


def _from_csv(path: Path, context: ReadContext) -> Iterator[tuple[int, Establishment]]:
    for line, cells in read_csv(path, context).rows:
        yield line, {name.rpartition("/")[2].rpartition(".")[2]: text for name, text in cells.items()}
