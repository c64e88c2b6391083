"""What might the columns of a table mean? A column map in the making: guessed from similar names, then corrected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from graphmodel.schema import LINK_TYPES, Field, label_of_table, node_fields
from ingest.cells import code_of
from ingest.mapping import ColumnMap
from ingest.own_maps import as_yaml, pattern_of
from ingest.preview import Column
from ingest.template import table_fields_of

# Words by which people call a field, most usual first. Fields are tried in this order.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "postcode": ("postcode", "post code", "postal code", "zip"),
    "longitude": ("longitude", "lon", "long", "lng"),
    "latitude": ("latitude", "lat"),
    "easting": ("easting", "eastings", "x coordinate"),
    "northing": ("northing", "northings", "y coordinate"),
    "kind": ("kind", "type", "category", "service type", "type of service", "venue type"),
    "name": ("name", "title", "service", "venue", "project", "activity", "club", "organisation", "group", "site"),
    "hours": (
        "hours",
        "opening hours",
        "opening times",
        "open times",
        "times",
        "opening",
        "days and times",
        "when",
        "open",
    ),
    "hours_holiday": ("holiday hours", "school holiday hours"),
    "minimum_age": ("minimum age", "min age", "age from", "youngest", "lower age", "from age"),
    "maximum_age": ("maximum age", "max age", "age to", "oldest", "upper age", "to age"),
    "area": ("area", "area code", "ward code", "lsoa code", "lad code", "wards"),
    "sector": ("sector", "type of organisation"),
    "status": ("status",),
    "languages": ("language", "languages", "languages spoken"),
    "eligibility": ("eligibility", "criteria", "eligibility criteria", "who can use it"),
    "capacity": ("capacity", "places a year", "annual places"),
    "places": ("places", "places per session", "spaces"),
    "wait_days": ("wait days", "waiting days", "waiting time in days", "wait in days"),
    "cost_per_year": ("cost per year", "annual cost", "budget", "annual budget", "contract value", "cost"),
    "charity_number": ("charity number", "charity no", "registered charity number"),
    "company_number": ("company number", "company no"),
    "income": ("income", "latest income"),
    "brand": ("brand", "chain"),
    "staff": ("staff", "number of staff"),
    "verified": ("verified", "last checked", "checked on", "last verified"),
    "valid_from": ("valid from", "start date", "starts"),
    "valid_to": ("valid to", "end date", "contract end", "funded until", "ends"),
}
RUN_BY = ("run by", "provider", "provided by", "managed by", "delivered by", "operator", "lead organisation")
KEYS = ("id", "ref", "reference", "urn", "uprn", "unique id", "unique reference number", "key", "number", "code")
# Words of a file's name or columns that tell what a row is; the first that occurs decides.
_TABLES = (
    ("sessions", r"session"),
    ("forums", r"forums?\b|boards?\b|panels?\b"),
    ("needs", r"\bneeds?\b"),
    ("organisations", r"charit(y|ies)|organisations?$|^organisations?"),
    ("contexts", r"schools?\b|parks?\b|stops?\b|stations?\b"),
    ("guardians", r"venues?|premises|shops?\b|pubs?\b|clubs?\b|librar|places? of worship|community centres?"),
)
_OF_AN_AREA = re.compile(r"(area|ward|district|borough|county|region|local authority|lsoa|msoa|lad|la)\b")
# Said by the program, or of the source as a whole.
_NOT_OFFERED = frozenset({"id", "source", "source_row", "retrieved", "licence", "boundary", "population_by_age"})
_ALIKE = 0.86
_MOSTLY_CODES = 0.5


@dataclass(frozen=True, slots=True)
class MapDraft:
    """A column map in the making. ``fields`` is field -> column, ``words`` field -> word of the column -> code."""

    table: str
    fields: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    run_by: str = ""
    run_by_sector: str = ""
    about: Mapping[str, str] = field(default_factory=dict)

    def missing(self) -> list[str]:
        """Return what is missing before a row can be kept, in words."""
        needed = [name for name, each in node_fields(str(label_of_table(self.table))).items() if each.required]
        given = {*self.fields, *self.constants}
        told = [f"{title(name)} comes from no column and is not set" for name in needed if name not in given]
        if self.table == "needs" and not {"people", "lower", "upper"} & given:
            told.append("People comes from no column")
        if not self.key:
            told.append("no column tells one row from another")
        if self.run_by and not self.run_by_sector:
            told.append("the sector of those who run it is not chosen")
        return told

    def entry(self, columns: Iterable[str], personal: Iterable[str], file: str) -> dict[str, Any]:
        """Return the map as it is written; columns that are not read are listed, so that the file is known again."""
        fields = {name: self._cell(name, column) for name, column in self.fields.items()}
        own_key = len(self.key) == 1 and is_key(self.key[0])
        template = " ".join(f"{{{column}}}" for column in self.key)
        record = {
            "table": self.table,
            "id" if own_key else "slug": template,
            **({"set": dict(self.constants)} if self.constants else {}),
            "fields": fields,
        }
        records = {"record": record}
        if self.run_by:
            records["organisation"] = {
                "table": "organisations", "slug": f"{{{self.run_by}}}", "once": "true", "when": {"body": self.run_by},
                "set": {"sector": self.run_by_sector}, "fields": {"name": self.run_by},
            }  # fmt: skip
        dropped = list(personal)
        read = {*self.fields.values(), *self.key, self.run_by, *dropped}
        return {
            **{name: text for name, text in self.about.items() if text},
            "file": pattern_of(file),
            # A polygon stands for its inner point, a point for itself.
            **({"geometry": "inner_point"} if file.casefold().endswith(".geojson") else {}),
            "ignore": [column for column in columns if column not in read],
            "drop": dropped,
            "records": records,
            **({"links": [{"type": "RUNS", "from": "organisation", "to": "record"}]} if self.run_by else {}),
        }

    def _cell(self, name: str, column: str) -> Any:
        words = {word: code for word, code in self.words.get(name, {}).items() if code}
        return {"column": column, "values": words} if words else column

    def yaml(self, columns: Iterable[str], personal: Iterable[str], file: str) -> str:
        """Return the text of the map."""
        return as_yaml(self.entry(columns, personal, file))


def title(name: str) -> str:
    """Return a field's name as people read it."""
    return name.replace("_", " ").capitalize()


def offered(table: str) -> dict[str, Field]:
    """Return the fields that a column or a constant may give a table."""
    return {each.name: each for each in table_fields_of(table) if each.name not in _NOT_OFFERED}


def can_be_run(table: str) -> bool:
    """Return whether somebody may run a row of this table."""
    return label_of_table(table) in LINK_TYPES["RUNS"].ends


def is_key(column: str) -> bool:
    """Return whether a column is called like a number that somebody gave each row."""
    name = _words(column)
    return any(name == key or name.endswith(f" {key}") for key in KEYS)


def fits_in_key(column: str) -> bool:
    """Return whether a column's name can stand in a template."""
    return not re.search(r"[{}!:\[\].]", column)


def guess(columns: Sequence[Column], file: str, table: str | None = None) -> MapDraft:
    """Return a first draft for a table of these columns; what no name tells stays open."""
    chosen = table or _table(file, columns)
    usable = [each for each in columns if not each.personal]
    fields, run_by = _assign(usable, offered(chosen)), ""
    fields |= _by_words(usable, offered(chosen), fields)
    if can_be_run(chosen):
        said = {_words(word) for word in RUN_BY}
        run_by = next((each.name for each in usable if _words(each.name) in said and fits_in_key(each.name)), "")
        fields = {name: column for name, column in fields.items() if column != run_by}
    meant = {*fields.values(), run_by}
    keys = [
        each.name
        for each in usable
        if is_key(each.name) and each.unique and fits_in_key(each.name) and each.name not in meant
    ]
    made = [fields[name] for name in ("name", "postcode") if name in fields and fits_in_key(fields[name])]
    return MapDraft(chosen, fields, {}, {}, tuple(keys[:1] or made), run_by)


def unknown_words(table: str, name: str, column: Column) -> list[str]:
    """Return the words of a column that are no code of the field it gives."""
    declared = offered(table)[name]
    if declared.kind != "code" or declared.open or declared.codes is None:
        return []
    return [word for word in column.words if code_of(declared, word) is None]


def draft_of(known: ColumnMap) -> MapDraft | None:
    """Return the draft that makes a map which this form can show, or None: a map may say more than the form."""
    record = known.records.get("record")
    others = set(known.records) - {"record", "organisation"}
    if record is None or others or known.skip or any(cell.days or cell.text for cell in record.fields.values()):
        return None
    run_by = known.records.get("organisation")
    key = tuple(re.findall(r"\{([^}]*)\}", record.key))
    return MapDraft(
        record.table,
        {name: cell.column for name, cell in record.fields.items()},
        record.constants,
        {name: cell.values for name, cell in record.fields.items() if cell.values},
        key,
        run_by.fields["name"].column if run_by and "name" in run_by.fields else "",
        run_by.constants.get("sector", "") if run_by else "",
        known.known,
    )


def _assign(columns: Sequence[Column], fields: Mapping[str, Field]) -> dict[str, str]:
    """Return field -> column, the surest pairs first, each column and each field once."""
    pairs = [
        (score, -order, name, column.name)
        for order, name in enumerate(sorted(fields, key=lambda n: list(SYNONYMS).index(n) if n in SYNONYMS else 99))
        for column in columns
        if (score := _alike(name, column.name)) >= _ALIKE
    ]
    found: dict[str, str] = {}
    for _, _, name, column in sorted(pairs, key=lambda pair: (-pair[0], -pair[1])):
        if name not in found and column not in found.values():
            found[name] = column
    return found


def _by_words(columns: Sequence[Column], fields: Mapping[str, Field], found: Mapping[str, str]) -> dict[str, str]:
    """Return needed field -> column, for those no name told: the column whose words are codes of it, half or more."""
    more: dict[str, str] = {}
    for name, declared in fields.items():
        if not (declared.required and declared.codes) or name in found:
            continue
        shares = [
            (sum(code_of(declared, word) is not None for word in column.words) / len(column.words), column.name)
            for column in columns
            if column.words and column.name not in {*found.values(), *more.values()}
        ]
        share, column_name = max(shares, default=(0.0, ""))
        if share >= _MOSTLY_CODES:
            more[name] = column_name
    return more


def _alike(name: str, column: str) -> float:
    """Return how surely a column is a field, 0 to 1: the same word, a word at its end, then similar letters."""
    said = _words(column)
    if name == "name" and _OF_AN_AREA.match(said):
        return 0.0
    # "Where (post code)": what stands in brackets, and what stands before them, count by themselves.
    parts = {_words(part) for part in re.split(r"[()]", column)} - {"", said}
    known = [_words(word) for word in (*SYNONYMS.get(name, ()), name)]
    if said in known:
        return 1.0 - min(known.index(said), 20) / 1000
    if parts & set(known) or any(said.endswith(f" {word}") for word in known[:2]):
        return 0.95
    letters = (SequenceMatcher(None, said, word).ratio() for word in known if len(word) > 3)
    return max(letters, default=0.0) * 0.93 if said else 0.0


def _table(file: str, columns: Sequence[Column]) -> str:
    named = _spaced(re.sub(r"\.[a-z]+(\.gz)?$", "", file.rpartition("/")[2].casefold()))
    for table, pattern in _TABLES:
        if re.search(pattern, named):
            return table
    told = " | ".join(_spaced(each.name) for each in columns)
    return "guardians" if re.search(r"\bvenue|premises\b", told) else "services"


def _words(text: str) -> str:
    """Return a text as its words, in the singular as far as one ``s`` makes it."""
    return " ".join(word.removesuffix("s") for word in _spaced(text).split())


def _spaced(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())
