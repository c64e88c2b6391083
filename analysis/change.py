"""What changed between two days, or between two files? Nodes, links and gaps that came, went, or read otherwise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analysis.facts.days import months_after
from analysis.gaps import Gap, gap_kinds, gaps
from analysis.results import Result, known, plain
from analysis.scene import Scene
from graphmodel.columns import link_column
from graphmodel.disclosure import round_people
from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.schema import LINK_TYPES, NODE_TYPES, Field, link_fields, node_fields

ADDED, ENDED, CHANGED = "added", "ended", "changed"
NEW, CLOSED = "new", "closed"

_LABELS = tuple(label for label in NODE_TYPES if label not in ("Postcode", "Source"))
_TYPES = tuple(type for type, link in LINK_TYPES.items() if not link.derived)
# Where something was read from changes with every file, and says nothing of what is there.
_PROVENANCE = {"source", "source_row", "retrieved", "licence"}
# A tenth of a metre: two programs that project the same point differ by less.
_SAME_DEGREES = 1e-6

_NOT_COMPARED = (
    "Outlines of areas, what lies in which area, postcodes, and where something was read from are not compared."
)
_DAYS_GO_BY = (
    "A gap may open or close because days went by: a review falls due, training lapses; one of what is about to end "
    "closes when it has ended."
)
ONE_STORE = (
    "One store knows since when and until when something held, not what was said of it before: an earlier value of a "
    "field is in the history of edits, in a package or in a backup (landscape diff)."
)
_NO_FIRST_DAY = "What nobody gave a first day is held to have always been there."
_WITHHELD = "Counts of people below {threshold} are not shown, before or after."
_JOINED = "Of records that people confirmed to be one thing only one is compared; the others read ended, or new."
_CONFIDENTIAL = "Of what is or was confidential it is said that it changed, not what it was."


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: the whole landscape, and what of it belongs to the area."""

    whole: Scene
    inside: frozenset[str]


def change(landscape: Landscape, *, since: date | None = None) -> Result:
    """Return what came, went, and which gaps opened and closed since a day, twelve months ago by default.

    Both days are of one store, whose fields are as they are now. Raises InputError for a day that is not before the
    landscape's own, or on which its area did not hold.
    """
    day = since or months_after(landscape.as_of, -12)
    if day >= landscape.as_of:
        raise InputError(f"since = {day} is not in the past of {landscape.as_of}; give a day before it.")
    try:
        before = landscape.at(day)
    except UnknownName:
        name = landscape.area_name
        raise InputError(f"{name} did not hold on {day}; give a later day, or the area it lies in.") from None
    return _compared(before, landscape, {"since": day}, (ONE_STORE, _NO_FIRST_DAY))


def compare(before: Landscape, after: Landscape) -> Result:
    """Return what changed from one landscape to another, such as those of two packages or backups.

    Rows: ``about`` (gap, node, link), ``change`` (added, ended, changed; of a gap new, closed, changed), ``label`` (or
    link type, or kind of gap), id, name, area (ward) and its name, and of a change ``field``, ``before``, ``after``.
    Of an area those that belong to it in either. A link of another id between the same two ends is the same, changed.
    Raises InputError where the two are of different areas.
    """
    if before.area != after.area:
        raise InputError(f"The two are of different areas, {before.area} and {after.area}; take the same for both.")
    return _compared(before, after, {"before": before.as_of, "after": after.as_of}, ())


def _compared(before: Landscape, after: Landscape, parameters: Mapping[str, Any], caveats: tuple[str, ...]) -> Result:
    sides = _side(before), _side(after)
    rows = [*_gaps(before, after), *_nodes(*sides), *_links(*sides)]
    more = []
    if before.joined() != after.joined():
        more.append(_JOINED)
    if any("fewer than" in str(row[when]) for row in rows for when in ("before", "after")):
        more.append(_WITHHELD.format(threshold=after.settings.threshold))
    if any(row["change"] == CHANGED and row["field"] is None for row in rows):
        more.append(_CONFIDENTIAL)
    return Result(
        name="change",
        parameters=dict(parameters),
        area=after.area,
        as_of=after.as_of,
        caveats=(*caveats, _DAYS_GO_BY, _NOT_COMPARED, *more),
        sources=_sources(before, after),
        summary=_summary(before, rows),
        rows=tuple(rows),
    )


def _side(landscape: Landscape) -> _Side:
    inside: set[str] = set()
    for label in _LABELS:
        frame = landscape.nodes(label)
        inside.update(frame.index[frame["inside"]])
    whole = landscape if landscape.area is None else landscape.subset(None)
    return _Side(Scene(whole, within_m=400, k=1), frozenset(inside))


def _sources(before: Landscape, after: Landscape) -> tuple[Mapping[str, Any], ...]:
    found = {source["name"]: source for landscape in (before, after) for source in landscape.sources()}
    return tuple(found[name] for name in sorted(found))


def _summary(before: Landscape, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return how many nodes, links and gaps changed how, each once however many of its fields did."""
    counted: dict[str, Counter[str]] = {about: Counter() for about in ("gap", "node", "link")}
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for about, change_, label, _ in sorted({(r["about"], r["change"], r["label"], r["id"]) for r in rows}):
        counted[about][change_] += 1
        labels[label][change_] += 1
    return {
        "since": before.as_of,
        **{f"{about}s": dict(sorted(counts.items())) for about, counts in counted.items()},
        "by_label": {label: dict(sorted(counts.items())) for label, counts in sorted(labels.items())},
    }


# Gaps


def _gaps(before: Landscape, after: Landscape) -> Iterator[dict[str, Any]]:
    """Yield gaps that are new, closed, or of another shortfall or band; by kind, then id."""
    old, new = ({gap.id: gap for gap in gaps(landscape).gaps} for landscape in (before, after))
    order = {kind: i for i, kind in enumerate(gap_kinds())}
    for id in sorted(old.keys() | new.keys(), key=lambda id: (order[(new.get(id) or old[id]).kind], id)):
        was, now = old.get(id), new.get(id)
        if was and now:
            for field in ("shortfall", "band"):
                values = getattr(was, field), getattr(now, field)
                if values[0] != values[1]:
                    yield _gap_row(now, CHANGED, field, *values)
        elif now:
            yield _gap_row(now, NEW, "shortfall", None, now.shortfall)
        elif was:
            yield _gap_row(was, CLOSED, "shortfall", was.shortfall, None)


def _gap_row(gap: Gap, change_: str, field: str, before: Any, after: Any) -> dict[str, Any]:
    return _row("gap", change_, gap.kind, gap.id, gap.text, gap.area, gap.area_name, field, before, after)


def _row(
    about: str,
    change_: str,
    label: str,
    id: str,
    name: str,
    area: str | None,
    area_name: str | None,
    field: str | None = None,
    before: Any = None,
    after: Any = None,
) -> dict[str, Any]:
    return {
        "about": about,
        "change": change_,
        "label": label,
        "id": id,
        "name": name,
        "area": area,
        "area_name": area_name,
        "field": field,
        "before": before,
        "after": after,
    }


# Nodes


def _nodes(before: _Side, after: _Side) -> Iterator[dict[str, Any]]:
    """Yield nodes that came, went, or of which a field reads otherwise; by label, then id."""
    concerned = before.inside | after.inside
    for label in _LABELS:
        old, new = (side.whole.frame(label) for side in (before, after))
        fields = [field for name, field in node_fields(label).items() if name not in _PROVENANCE]
        differing = _differing(old, new, fields, after.whole.landscape.settings.threshold)
        hidden = {id for frame in (old, new) for id in frame.index[frame["sensitivity"] == "confidential"]}
        for id in sorted((old.index.union(new.index)).intersection(list(concerned))):
            scene = (after if id in new.index else before).whole
            if id not in old.index or id not in new.index:
                yield _node_row(scene, ADDED if id in new.index else ENDED, label, id)
            elif id in hidden and id in differing:
                yield _node_row(scene, CHANGED, label, id)
            else:
                for change_ in differing.get(id, ()):
                    yield _node_row(scene, CHANGED, label, id, *change_)


def _node_row(scene: Scene, change_: str, label: str, id: str, *values: Any) -> dict[str, Any]:
    area = scene.home(id)
    return _row("node", change_, label, id, scene.name(id), area, scene.name(area) if area else None, *values)


def _differing(
    old: pd.DataFrame, new: pd.DataFrame, fields: Iterable[Field], threshold: int
) -> dict[str, list[tuple[str, Any, Any]]]:
    """Return id -> (field, before, after) of what reads otherwise, for rows in both, in the order of the fields."""
    common = old.index.intersection(new.index)
    old, new = old.reindex(common), new.reindex(common)
    found: dict[str, list[tuple[str, Any, Any]]] = defaultdict(list)
    for field in fields:
        values = _values(old, field, threshold), _values(new, field, threshold)
        for id, was, now in zip(common, *values, strict=True):
            if was != now and not (field.kind == "point" and _same_place(was, now)):
                found[str(id)].append((field.name, plain(was), plain(now)))
    return found


def _values(frame: pd.DataFrame, field: Field, threshold: int) -> list[Any]:
    """Return the values of a field as they may be shown: None unknown, a point as (longitude, latitude)."""
    if field.kind == "geometry":
        return [None] * len(frame)
    if field.kind == "point":
        places = zip(frame["longitude"].tolist(), frame["latitude"].tolist(), strict=True)
        return [None if x != x else (round(x, 6), round(y, 6)) for x, y in places]
    values = [known(value) for value in frame[link_column(field.name) if "start" in frame else field.name].tolist()]
    if field.kind in ("codes", "texts", "numbers"):
        return [sorted(value) or None if isinstance(value, list) else None for value in values]
    if field.people:
        return [
            f"fewer than {threshold}" if hidden and field.name in hidden else _people(value, threshold)
            for value, hidden in zip(values, frame["suppressed"], strict=True)
        ]
    if field.kind == "integer":
        return [None if value is None else int(value) for value in values]
    return values


def _people(count: float | None, threshold: int) -> int | str | None:
    if count is None:
        return None
    people = round_people(int(count), threshold).people
    return f"fewer than {threshold}" if people is None else people


def _same_place(was: Any, now: Any) -> bool:
    return bool(was and now) and all(abs(a - b) <= _SAME_DEGREES for a, b in zip(was, now, strict=True))


# Links


def _links(before: _Side, after: _Side) -> Iterator[dict[str, Any]]:
    """Yield links that came, went, or of which a field reads otherwise; by type, then id."""
    concerned = before.inside | after.inside
    threshold = after.whole.landscape.settings.threshold
    for type in _TYPES:
        old, new = (_touching(side.whole.landscape.links(type), concerned) for side in (before, after))
        old = _renamed(old, new)
        fields = [field for name, field in link_fields(type).items() if name not in _PROVENANCE]
        differing = _differing(old, new, fields, threshold)
        for id in sorted(old.index.union(new.index)):
            if id not in old.index or id not in new.index:
                side, frame = (after, new) if id in new.index else (before, old)
                yield _link_row(side.whole, ADDED if id in new.index else ENDED, type, frame.loc[id])
            for change_ in differing.get(id, ()):
                yield _link_row(after.whole, CHANGED, type, new.loc[id], *change_)


def _touching(links: pd.DataFrame, ids: frozenset[str]) -> pd.DataFrame:
    touches = links["start"].isin(ids) | links["end"].isin(ids)
    return links[touches].set_index("id", drop=False)


def _renamed(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the old links, one that went and one that came between the same two ends under one id.

    The id of a link without a key of its source is made of its fields, so that a changed one has another.
    """
    gone, come = old[~old.index.isin(new.index)], new[~new.index.isin(old.index)]
    ends: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id, start, end in zip(come.index, come["start"], come["end"], strict=True):
        ends[start, end].append(id)
    pairs = list(zip(gone["start"], gone["end"], strict=True))
    times = Counter(pairs)
    names = {
        id: ends[pair][0] for id, pair in zip(gone.index, pairs, strict=True) if times[pair] == len(ends[pair]) == 1
    }
    return old.rename(index=names)


def _link_row(scene: Scene, change_: str, type: str, link: pd.Series, *values: Any) -> dict[str, Any]:
    start, end = str(link["start"]), str(link["end"])
    area = scene.home(end) or scene.home(start)
    name = f"{scene.name(start)} -> {scene.name(end)}"
    return _row("link", change_, type, str(link["id"]), name, area, scene.name(area) if area else None, *values)
