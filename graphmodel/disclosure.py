"""What may be said, and to whom? Counts of people, the publishable profile, and cells that are safe to open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graphmodel.errors import InputError
from graphmodel.schema import PARTNER_LINKS

if TYPE_CHECKING:
    from graphmodel.landscape import Landscape

Row = dict[str, Any]

ROUND_TO = 5

# A spreadsheet runs a cell that begins so; the apostrophe makes it text again.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class RoundedPeople(NamedTuple):
    """A count of people as it may be kept. ``people`` is None below the threshold; the bounds hold the true count."""

    people: int | None
    lower: int
    upper: int


def round_people(n: int, threshold: int) -> RoundedPeople:
    """Return the count ``n`` of people as it may be stored.

    0 stays 0. Below ``threshold`` the count is withheld: people None, lower 1, upper threshold - 1. Others are rounded
    to the nearest 5, but never below the threshold, so that at least three true counts look alike. Raises ValueError
    for a negative count.
    """
    if n < 0:
        raise ValueError("A count of people cannot be negative.")
    if n == 0:
        return RoundedPeople(0, 0, 0)
    if n < threshold:
        return RoundedPeople(None, 1, threshold - 1)
    least = _up(threshold)
    people = max(_nearest(n), least)
    return RoundedPeople(people, threshold if people == least else people - 2, people + 2)


def round_bounds(lower: int | None, upper: int | None, threshold: int) -> tuple[int | None, int | None]:
    """Return the bounds of an estimate of people as they may be stored; None stays None.

    Bounds are only ever widened: a lower bound goes down to a multiple of 5, an upper one up; below ``threshold`` they
    become 1 and threshold - 1. 0 stays 0. Applying it again changes nothing.
    """
    if min(lower or 0, upper or 0) < 0:
        raise ValueError("A count of people cannot be negative.")
    if lower:
        lower = 1 if lower < threshold else max(lower // ROUND_TO * ROUND_TO, threshold)
    if upper:
        upper = threshold - 1 if upper < threshold else _up(upper)
    return lower, upper


def add_people(counts: Iterable[RoundedPeople]) -> RoundedPeople:
    """Return the sum of counts as kept, as a range: it is made of what may be known already, never of exact counts.

    ``people`` is None as soon as one part was withheld.
    """
    parts = list(counts)
    known = [part.people for part in parts if part.people is not None]
    people = sum(known) if len(known) == len(parts) else None
    return RoundedPeople(people, sum(part.lower for part in parts), sum(part.upper for part in parts))


def safe_cell(value: object) -> object:
    """Return ``value`` so that no spreadsheet takes it for a formula; text that begins like one gets an apostrophe.

    ``plain_cell`` takes it off again, whatever the text was.
    """
    return f"'{value}" if isinstance(value, str) and _runs(value.lstrip("'")) else value


def plain_cell(text: str) -> str:
    """Return the text that ``safe_cell`` was given."""
    return text[1:] if text.startswith("'") and _runs(text.lstrip("'")) else text


def _runs(text: str) -> bool:
    return text.lstrip(" \u00a0\ufeff").startswith(_FORMULA_STARTS)


def _nearest(n: int) -> int:
    return (n + ROUND_TO // 2) // ROUND_TO * ROUND_TO


def _up(n: int) -> int:
    return -(-n // ROUND_TO) * ROUND_TO


# What leaves in a publishable output: labels, and for some of them the only fields. What is not named here stays.
_COMMON = ("id", "source", "source_row", "retrieved", "licence", "sensitivity", "valid_from", "valid_to", "verified")
_LABELS = frozenset(
    {"Area", "Context", "Guardian", "Service", "Session", "Organisation", "Forum", "Programme", "Measure", "Source"}
)
_ONLY = {
    "Context": (
        "name", "kind", "location", "precision", "minimum_age", "maximum_age", "active_hours", "active_hours_week",
        "active_hours_holiday", "active_hours_holiday_week", "strengths",
    ),
    "Guardian": (
        "name", "sector", "kind", "location", "hours", "hours_week", "hours_holiday", "hours_holiday_week", "brand",
        "stage", "display_consent", "young_people_say", "young_people_asked",
    ),
}  # fmt: skip
_WITHHELD = {
    "Service": frozenset({"harms", "coded_by", "in_use", "referrals", "turned_away", "figures_period"}),
    "Area": frozenset({"indicators"}),
}
_LINKS = frozenset(
    {"WITHIN", "RUNS", "DELIVERS", "FUNDS", "COMMISSIONS", "SERVES", "TARGETS", "GUARDIAN_OF", "ADJACENT_TO",
     "MEMBER_OF", "PART_OF", "OBSERVED_IN", *PARTNER_LINKS}
)  # fmt: skip
_LINK_WITHHELD = frozenset(
    {"asked", "last_contact", "shares_with", "system_harm_noted", "strength", "people", "period"}
)
# Kinds of gap that name no harm, no review of a concern and no single venue's engagement.
_GAPS = frozenset(
    {"uncovered_context", "uncovered_hours", "no_level_2", "behaviour_only", "low_access", "unmet_need", "age_cliff",
     "self_referral", "missing_data"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """What may leave: ``internal`` keeps all but confidential records, ``publishable`` only what anyone may see."""

    publishable: bool = False
    threshold: int = 10

    @property
    def name(self) -> str:
        """Return "internal" or "publishable"."""
        return "publishable" if self.publishable else "internal"

    def node(self, label: str, row: Mapping[str, Any]) -> Row | None:
        """Return what may leave of a node, or None where it may not leave at all."""
        if row.get("sensitivity") == "confidential":
            return None
        if not self.publishable:
            return dict(row)
        if label not in _LABELS or row.get("kind") == "peer_group" or (label == "Guardian" and not may_be_named(row)):
            return None
        kept = {*_COMMON, *_ONLY.get(label, row)} - _WITHHELD.get(label, frozenset())
        found = {name: value for name, value in row.items() if name in kept}
        return self._with_their_view(found) if label == "Guardian" else found

    def link(self, type: str, row: Mapping[str, Any]) -> Row | None:
        """Return what may leave of a link whose ends both leave, or None. ``start`` and ``end`` are the ids."""
        if row.get("sensitivity") == "confidential":
            return None
        if not self.publishable:
            return dict(row)
        if type not in _LINKS or row.get("basis") == "perceived" or not self._observation_leaves(type, row):
            return None
        return {name: value for name, value in row.items() if name not in _LINK_WITHHELD}

    def _with_their_view(self, row: Row) -> Row:
        """Take out what young people say of a place unless enough were asked."""
        if (row.get("young_people_asked") or 0) < self.threshold:
            return {name: value for name, value in row.items() if not name.startswith("young_people_")}
        return row

    def _observation_leaves(self, type: str, row: Mapping[str, Any]) -> bool:
        """Schools and single places are not measured in public, nor are few people quoted."""
        if type != "OBSERVED_IN":
            return True
        public = str(row.get("end", "")).partition(":")[0] in ("area", "programme", "service")
        few = (row.get("n") or 0) < self.threshold and (row.get("said_by") in ("young_people", "parents") or "n" in row)
        return public and not few


def may_be_named(guardian: Mapping[str, Any]) -> bool:
    """Return whether a venue may be named outside the pilot: active, agreed, and not said to be unwelcoming."""
    agreed = guardian.get("stage") == "active" and bool(guardian.get("display_consent"))
    return agreed and guardian.get("young_people_say") != "unwelcoming"


def engagement_counts(guardians: Iterable[Mapping[str, Any]], ward_of: Mapping[str, str]) -> Iterator[Row]:
    """Yield per ward, sector and stage how many places there are: what may be said of those that are not named."""
    counted = Counter(
        (ward_of.get(row["id"], ""), row.get("sector", ""), row.get("stage") or "no engagement recorded")
        for row in guardians
        if row.get("sensitivity") != "confidential"
    )
    for (ward, sector, stage), places in sorted(counted.items()):
        yield {"ward": ward, "sector": sector, "stage": stage, "places": places}


def check_licences(sources: Iterable[Mapping[str, Any]]) -> None:
    """Raise InputError naming the sources without a known licence: what they say may not be published."""
    unknown = sorted({str(source.get("name")) for source in sources if not source.get("licence")})
    if unknown:
        first = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        raise InputError(
            f"Nothing may be published from sources of unknown licence: {first}; load them again with --licence."
        )


def publishable_gaps(content: Mapping[str, Any], landscape: Landscape) -> Row:
    """Return a gap list (as ``Result.as_dict``) as it may be published: counts per area and kind, in words.

    No place, person count, band, harm or reason is in it, and confidential places are not counted. Raises InputError
    where a source has no known licence.
    """
    check_licences(content["sources"])
    hidden = _confidential(landscape)
    counted: Counter[tuple[str, ...]] = Counter()
    for row in content["rows"]:
        if row["kind"] in _GAPS:
            members = set(row["members"]) - hidden
            key = (row["question"], row["kind"], row["basis"], row["area"] or "", row["area_name"] or "")
            counted[key] += len(members)
    rows = [
        {
            "question": question,
            "kind": kind,
            "basis": basis,
            "area": area or None,
            "area_name": name or None,
            "count": n,
        }
        for (question, kind, basis, area, name), n in sorted(counted.items(), key=lambda item: item[0])
        if n
    ]
    caveat = "For publication: counted by area, in the order of their names; nothing is said of single places."
    return {
        **content,
        "rows": rows,
        "caveats": [caveat, *content["caveats"]],
        "summary": {"rows": len(rows), "profile": "publishable"},
    }


def _confidential(landscape: Landscape) -> set[str]:
    found: set[str] = set()
    for label in ("Context", "Guardian", "Service", "Organisation"):
        frame = landscape.nodes(label)
        found.update(frame.index[frame["sensitivity"] == "confidential"])
    return found
