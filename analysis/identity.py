"""Which records may be one and the same thing? Pairs for a person to confirm or refuse; nothing is decided here."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.kernels.pairs import pairs_within
from analysis.results import Result, known
from graphmodel.errors import InputError
from graphmodel.identity import CONFIRMED, REFUSED, SUGGESTED
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

# Why two are suggested, the firmest first.
NUMBER, SOURCE, NAME_PLACE, NAME_RUNNER, NAME_AREA, NAME, ALIKE = (
    "number", "source", "name_place", "name_runner", "name_area", "name", "alike_place",
)  # fmt: skip
REASONS = (NUMBER, SOURCE, NAME_PLACE, NAME_RUNNER, NAME_AREA, NAME, ALIKE)
LABELS = ("Guardian", "Context", "Service", "Organisation")

# Keys that a register gives: two of one register are two things.
_KEY = re.compile(r"(urn|fhrs|atco|ods|uprn|charity|company)-(\w[\w-]*)$", re.IGNORECASE)
_WORDS = re.compile(r"[a-z0-9]+")
# Words that say what sort of thing it is, not which.
_COMMON_WORDS = frozenset(
    {
        "the", "a", "an", "and", "of", "at", "in", "ltd", "limited", "plc", "llp", "cic", "cio", "inc", "co", "company",
        "pub", "inn", "bar", "cafe", "restaurant", "takeaway", "hotel", "shop", "store", "church", "school", "primary",
        "park", "club", "centre", "center", "st", "saint",
    }
)  # fmt: skip
# More of one name are a chain: these are compared where they stand near each other only.
_MOST_OF_ONE_NAME = 30
# Names are alike where they share at least this part of the words that tell them.
_LEAST_ALIKE = 0.5

_SUGGESTION = (
    "A suggestion is not a finding: two venues may stand at one address, and a chain has one name in many places."
)
_NOT_ASKED = "Nothing confidential is compared, nor two keys of one register: these are two things."
_ONCE = "Confirmed pairs count once in every analysis and on every page; a query in Cypher still finds both records."


@dataclass(frozen=True)
class _Things:
    """The records of a label that may be compared, in the order of their ids."""

    label: str
    frame: pd.DataFrame
    names: list[str]
    keys: list[tuple[str, str] | None]
    kinds: list[str | None]
    sources: list[str | None]
    points: np.ndarray
    wards: list[str | None]
    runners: list[str | None]

    def may_be_one(self, a: int, b: int, named_alike: int) -> bool:
        """Return whether names and places may tell that two are one: ``named_alike`` are as many as have such a name.

        A stop is named for what it serves, and a file has its many rows of one name (entrances) for a reason.
        """
        if (self.kinds[a] == "transport") != (self.kinds[b] == "transport"):
            return False
        return named_alike <= _MOST_OF_ONE_NAME or self.sources[a] != self.sources[b]


def identity(landscape: Landscape, *, within_m: float = 50) -> Result:
    """Return pairs of records that may be one thing, and those that people have decided on.

    By one register number (charity, company, URN, FHRSID, ATCO, UPRN), by one name within ``within_m`` (straight-line
    metres, as a postcode is), by one name and runner or ward, or by names alike within half of that. A pair that was
    refused is not suggested again; records confirmed to be one are compared as one. Raises InputError for a distance
    that is not positive.
    """
    if not within_m > 0:
        raise InputError("Identity needs a within_m above 0 metres.")
    said = landscape.verdicts()
    found = {pair: _Why(SOURCE) for pair, (verdict, _) in said.items() if verdict == SUGGESTED}
    refused = {pair for pair, (verdict, _) in said.items() if verdict == REFUSED}
    for label in LABELS:
        for pair, why in _suggested(_things(landscape, label), within_m):
            if pair not in refused and (pair not in found or REASONS.index(why.code) < REASONS.index(found[pair].code)):
                found[pair] = why
    apart = landscape.apart()
    rows = []
    for pair in sorted(found.keys() | said.keys()):
        verdict, link = said.get(pair, (SUGGESTED, None))
        if (row := _row(apart, pair, verdict, link, found.get(pair))) is not None:
            rows.append(row)
    rows.sort(key=lambda row: (row["verdict"] != SUGGESTED, _rank(row), row["label"], row["one_name"], row["one"]))
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in (SUGGESTED, CONFIRMED, REFUSED)}
    return Result(
        name="identity",
        parameters={"within_m": within_m},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(_SUGGESTION, _NOT_ASKED, _ONCE),
        sources=tuple(landscape.sources(LABELS, ["SAME_AS"])),
        summary=counts,
        rows=tuple(rows),
    )


@dataclass(frozen=True, slots=True)
class _Why:
    """The reason for a suggestion: its code, and how far apart the two are, if known."""

    code: str
    metres: float | None = None


def normal_name(name: str) -> str:
    """Return a name without accents, capitals, punctuation and the words every name may have at its end."""
    flat = unicodedata.normalize("NFKD", name.casefold().replace("&", " and ").replace("'", "").replace("’", ""))
    words = _WORDS.findall("".join(c for c in flat if not unicodedata.combining(c)))
    kept = [word for word in words if word not in ("the", "and", "ltd", "limited", "plc", "llp", "cic")]
    return " ".join(kept or words)


def register_key(id: str) -> tuple[str, str] | None:
    """Return register and number that an id such as ``guardian:fhrs-123`` carries, or None."""
    hit = _KEY.match(id.partition(":")[2])
    return (hit[1].lower(), hit[2].upper().lstrip("0")) if hit else None


# --- what is compared -------------------------------------------------------------------------------------------


def _things(landscape: Landscape, label: str) -> _Things:
    frame = landscape.nodes(label)
    frame = frame[(frame["sensitivity"] != "confidential").to_numpy(bool)]
    if label == "Context":  # the program itself names peer groups, by their area
        frame = frame[(frame["kind"] != "peer_group").to_numpy(bool)]
    places = _session_places(landscape) if label == "Service" else frame
    points = places.reindex(frame.index)[["x", "y"]] if "x" in places else pd.DataFrame(np.nan, frame.index, ["x", "y"])
    wards = landscape.within(label, "ward") if label != "Service" else places.get("ward", pd.Series(dtype=object))
    runs = landscape.links("RUNS")
    runner = dict(zip(runs["end"], runs["start"], strict=True)) if label == "Service" else {}
    return _Things(
        label,
        frame,
        [normal_name(str(name)) for name in frame["name"]],
        [register_key(id) for id in frame.index],
        [known(kind) for kind in frame["kind"]] if "kind" in frame else [None] * len(frame),
        [known(source) for source in frame["source"]],
        points.to_numpy(float),
        [known(wards.get(id)) for id in frame.index],
        [runner.get(id) for id in frame.index],
    )


def _session_places(landscape: Landscape) -> pd.DataFrame:
    """Return service -> x, y and ward of its first session that has a place."""
    sessions = landscape.nodes("Session")
    sessions = sessions[sessions["x"].notna() & (sessions["sensitivity"] != "confidential")]
    links = landscape.links("DELIVERS").sort_values(["start", "end"])
    links = links[links["end"].isin(sessions.index)].drop_duplicates("start")
    wards = landscape.within("Session", "ward")
    found = sessions.loc[links["end"], ["x", "y"]].set_index(pd.Index(links["start"]))
    found["ward"] = wards.reindex(links["end"]).to_numpy()
    return found


def _suggested(things: _Things, within_m: float) -> Iterator[tuple[tuple[str, str], _Why]]:
    """Yield pairs of ids, in order, with a reason; one pair may come for several."""
    ids = things.frame.index
    for a, b, why in _candidates(things, within_m):
        if why.code == NUMBER or not _two_of_one_register(things, a, b):
            yield (min(ids[a], ids[b]), max(ids[a], ids[b])), why


def _candidates(things: _Things, within_m: float) -> Iterator[tuple[int, int, _Why]]:
    for column in ("charity_number", "company_number"):
        numbers: list[str | None] = [known(v) for v in things.frame[column]] if column in things.frame else []
        yield from ((a, b, _Why(NUMBER, _metres(things, a, b))) for a, b in _alike(numbers))
    yield from ((a, b, _Why(NUMBER, _metres(things, a, b))) for a, b in _alike(things.keys))
    yield from _named_alike(things, within_m)


def _named_alike(things: _Things, within_m: float) -> Iterator[tuple[int, int, _Why]]:
    many = Counter(things.names)
    for a, b in _alike(things.names, most=_MOST_OF_ONE_NAME):
        why = _same_name(things, a, b, within_m)
        if why is not None and things.may_be_one(a, b, many[things.names[a]]):
            yield a, b, why
    near = pairs_within(things.points, things.points, within_m)
    for a, b, metres in zip(near.rows.tolist(), near.indices.tolist(), near.metres.tolist(), strict=True):
        one, other = things.names[a], things.names[b]
        if a >= b or not things.may_be_one(a, b, max(many[one], many[other])):
            continue
        if one == other:
            yield a, b, _Why(NAME_PLACE, metres)
        elif metres <= within_m / 2 and things.sources[a] != things.sources[b] and _names_alike(one, other):
            yield a, b, _Why(ALIKE, metres)


def _alike(values: Iterable[Hashable | None], most: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the pairs of positions whose values are known and equal; none of a value that more than ``most`` have."""
    held: dict[Hashable, list[int]] = defaultdict(list)
    for position, value in enumerate(values):
        if value is not None and value != "":
            held[value].append(position)
    for positions in held.values():
        if most is None or len(positions) <= most:
            yield from combinations(positions, 2)


def _same_name(things: _Things, a: int, b: int, within_m: float) -> _Why | None:
    """Return why two of one name may be one, or None: what stands further apart is two branches."""
    metres = _metres(things, a, b)
    if metres is not None and metres <= within_m:
        return _Why(NAME_PLACE, metres)
    if things.runners[a] is not None and things.runners[a] == things.runners[b]:
        return _Why(NAME_RUNNER, metres)
    if metres is None and things.wards[a] is not None and things.wards[a] == things.wards[b]:
        return _Why(NAME_AREA)
    return _Why(NAME) if things.label == "Organisation" else None


def _metres(things: _Things, a: int, b: int) -> float | None:
    metres = float(np.hypot(*(things.points[a] - things.points[b])))
    return None if metres != metres else metres


def _names_alike(one: str, other: str) -> bool:
    """Return whether one name holds all telling words of the other, and they share at least half of both."""
    words = [set(name.split()) - _COMMON_WORDS for name in (one, other)]
    shared, either = words[0] & words[1], words[0] | words[1]
    holds = bool(shared) and shared in words
    return holds and len(shared) >= _LEAST_ALIKE * len(either) and any(len(word) > 2 for word in shared)


def _two_of_one_register(things: _Things, a: int, b: int) -> bool:
    """Return whether a register says that the two are two: it gave each a number of its own."""
    one, other = things.keys[a], things.keys[b]
    if one and other and one[0] == other[0] and one[1] != other[1]:
        return True
    if "charity_number" not in things.frame:
        return False
    numbers: list[str | None] = [known(things.frame["charity_number"].iloc[each]) for each in (a, b)]
    return None not in numbers and numbers[0] != numbers[1]


# --- rows -------------------------------------------------------------------------------------------------------


def _rank(row: Mapping[str, Any]) -> int:
    return REASONS.index(row["why"]) if row["why"] else len(REASONS)


def _row(
    landscape: Landscape, pair: tuple[str, str], verdict: str, link: str | None, why: _Why | None
) -> dict[str, Any] | None:
    """Return a pair as a row; None where neither is in the area, or one is not here or is confidential."""
    label = label_of(pair[0]) or ""
    frame = landscape.nodes(label)
    if not set(pair) <= set(frame.index):
        return None
    one, other = frame.loc[pair[0]], frame.loc[pair[1]]
    assert isinstance(one, pd.Series) and isinstance(other, pd.Series)  # ids are unique
    if not (one["inside"] or other["inside"]) or "confidential" in (one["sensitivity"], other["sensitivity"]):
        return None
    return {
        "label": label,
        "verdict": verdict,
        "why": why.code if why else None,
        "metres": None if why is None or why.metres is None else round(why.metres, 1),
        "one": pair[0],
        "one_name": one["name"],
        "one_source": known(one["source"]),
        "other": pair[1],
        "other_name": other["name"],
        "other_source": known(other["source"]),
        "differs": differences(one, other),
        "link": link,
    }


_NOT_COMPARED = frozenset({
    "source", "source_row", "retrieved", "licence", "verified", "confidence", "inside", "x", "y", "longitude",
    "latitude", "suppressed", "sensitivity", "concern_now", "valid_from", "valid_to",
})  # fmt: skip


def differences(one: pd.Series, other: pd.Series) -> list[str]:
    """Return the fields that both know and that read otherwise, in the order of the schema."""
    fields = [str(name) for name in one.index if name not in _NOT_COMPARED and not str(name).endswith("_week")]
    return [name for name in fields if _differ(_told(one[name]), _told(other[name]))]


def _told(value: Any) -> Any:
    """Return a value as it compares: a list sorted, None where nothing is known."""
    if isinstance(value, list | np.ndarray):
        return sorted(value) or None
    return known(value)


def _differ(one: Any, other: Any) -> bool:
    return one is not None and other is not None and bool(one != other)
