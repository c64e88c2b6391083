"""What is here, and where? The services, guardians and contexts of a landscape as rows for maps, tables and profiles.

Confidential places are left out of every row: they reach the browser in no form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from graphmodel.codes import code_list
from graphmodel.landscape import REVIEW_OVERDUE, Landscape
from graphmodel.schema import PARTNER_LINKS
from views import theme
from views.hours import hours_in_words, open_at
from views.maps import Line, Mark

LAYERS = {"services": "Services", "guardians": "Guardians", "contexts": "Contexts"}
LEVEL_GROUPS = {"L2": "level_2", "both": "level_2", "L1": "level_1"}
NO_STAGE = "no engagement recorded"

COLUMNS = (
    "id", "name", "layer", "kind", "group", "fill", "stage", "detail", "hours", "week", "area", "area_id",
    "longitude", "latitude", "source",
)  # fmt: skip
FOR_DRAWING = ["group", "fill", "week", "area_id"]


def place_rows(landscape: Landscape, layer: str) -> pd.DataFrame:
    """Return the rows of one layer inside the area, sorted by name, with the columns of ``COLUMNS``.

    ``week`` holds the 168 flags of the hours, or None. A service has one row for each session, and one without
    coordinates if none is known.
    """
    frame = {"services": _services, "guardians": _guardians, "contexts": _contexts}[layer](landscape)
    return frame.sort_values(["name", "id"], kind="stable").reset_index(drop=True)[list(COLUMNS)]


def at(rows: pd.DataFrame, hour: int | None) -> pd.DataFrame:
    """Return the rows with ``open``: True, False, or None (not known, or no hour of the week asked about)."""
    if hour is None:
        return rows.assign(open=None)
    weeks = (week if isinstance(week, str) else None for week in rows["week"])
    return rows.assign(open=pd.Series([open_at(week, hour) for week in weeks], rows.index, object))


def at_hour(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without those known to be closed; those of unknown hours get a group of their own."""
    # As arrays: of no rows, an empty list would be taken for a list of columns.
    kept = rows[np.array([state is not False for state in rows["open"]], bool)].copy()
    kept.loc[np.array([state is None for state in kept["open"]], bool), "group"] = "unknown"
    return kept


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a node frame that lie in the area and are not confidential."""
    return frame[frame["inside"].to_numpy(bool) & (frame["sensitivity"] != "confidential").to_numpy(bool)]


def area_ids(landscape: Landscape, label_name: str, ids: pd.Index) -> list[str | None]:
    """Return the id of the ward each node lies in, or else of the smallest area known."""
    found = np.full(len(ids), None, object)
    for level in ("local_authority", "lsoa", "msoa", "ward"):
        areas = landscape.within(label_name, level)
        at = areas.index.get_indexer(ids)
        found[at >= 0] = areas.to_numpy(object)[at[at >= 0]]
    return found.tolist()


def areas_of(landscape: Landscape, label_name: str, ids: pd.Index) -> list[str | None]:
    """Return the name of the ward each node lies in, or else of the smallest area known."""
    names = landscape.nodes("Area")["name"].to_dict()
    return [names.get(area or "") for area in area_ids(landscape, label_name, ids)]


def joined(rows: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of several layers as one table."""
    held = [frame for frame in rows if len(frame)]
    return pd.concat(held, ignore_index=True) if held else pd.DataFrame(columns=[*COLUMNS, "open"])


def open_counts(rows: pd.DataFrame) -> tuple[int, int, int]:
    """Return how many rows are open, closed, and of unknown hours."""
    states = list(rows["open"])
    return sum(s is True for s in states), sum(s is False for s in states), sum(s is None for s in states)


def marks(rows: pd.DataFrame) -> list[Mark]:
    """Return the rows that have a point as marks for the map."""
    placed = rows[rows["longitude"].notna()]
    where = [placed[name].tolist() for name in ("id", "longitude", "latitude", "group", "fill")]
    told = [placed[name].tolist() for name in ("name", "kind", "detail", "stage", "hours", "source")]
    return list(map(Mark, *where, zip(*told, strict=True)))


@dataclass(frozen=True, slots=True)
class PartnerLinks:
    """Partner links of an area: those that can be drawn, and rows for all, with where each end is (or None)."""

    lines: list[Line]
    rows: pd.DataFrame

    @property
    def without_place(self) -> pd.DataFrame:
        """The rows of the links that cannot be drawn, because one end has no place."""
        return self.rows[~self.rows["drawn"].to_numpy(bool)]


def partner_links(landscape: Landscape, types: Sequence[str] = PARTNER_LINKS) -> PartnerLinks:
    """Return the partner links with an end in the area.

    A guardian stands where it is; a service at a session of it, an organisation at a place it runs: of several, the
    two that are nearest to each other.
    """
    where = points_of(landscape)
    names = _names(landscape)
    lines: list[Line] = []
    rows: list[tuple[Any, ...]] = []
    for type in types:
        for link in _records(landscape.links(type)):
            if link["start"] not in names or link["end"] not in names:
                continue
            (start, start_inside), (end, end_inside) = names[link["start"]], names[link["end"]]
            if not (start_inside or end_inside):
                continue
            ends = _nearest(where.get(link["start"], []), where.get(link["end"], []))
            verb, basis, formality = link_words(type), _text(link["basis"]), _text(link["formality"])
            if ends:
                lines.append(Line(link["start"], *ends, (f"{start} {verb} {end}", basis, formality)))
            rows.append((link["id"], start, verb, end, basis, formality, bool(ends), _text(link["source_row"])))
    columns = ["id", "from", "link", "to", "basis", "formality", "drawn", "source"]
    return PartnerLinks(lines, pd.DataFrame(rows, columns=pd.Index(columns)))


def link_words(type: str) -> str:
    """Return a link type as the words between its two ends."""
    from graphmodel.schema import LINK_TYPES

    return LINK_TYPES[type].doc.partition(";")[0]


def label(codes: str, value: Any) -> str | None:
    """Return the label of a code, the code itself if the list does not know it, None if it is missing."""
    text = _text(value)
    return None if text is None else code_list(codes).get(text, text)


def concern_words(concern: Any, review: Any) -> str | None:
    """Return a concern with its review date; past it, only that the review is overdue."""
    text = _text(concern)
    if text is None:
        return None
    if text == REVIEW_OVERDUE:
        return "Review overdue"
    due = f" (review due {review:%d %b %Y})" if isinstance(review, date) else ""
    return f"{code_list('concern').get(text, text)}{due}"


def is_missing(value: Any) -> bool:
    """Return whether a cell of a node frame holds nothing."""
    return value is None or value is pd.NaT or (isinstance(value, float) and value != value)


def _text(value: Any) -> str | None:
    return None if is_missing(value) else str(value)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _weeks(frame: pd.DataFrame, field: str = "hours") -> list[str | None]:
    return [week if isinstance(week, str) else None for week in frame[f"{field}_week"]]


def _words(frame: pd.DataFrame, field: str = "hours") -> list[str]:
    weeks, texts = frame[f"{field}_week"], frame[field]
    told = {week: hours_in_words(week) for week in set(weeks.dropna())}
    return [
        told[week] if isinstance(week, str) else (f"as given: {text}" if isinstance(text, str) else "hours not known")
        for week, text in zip(weeks, texts, strict=True)
    ]


def _assembled(landscape: Landscape, label_name: str, frame: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    source = [_text(row) or _text(name) for row, name in zip(frame["source_row"], frame["source"], strict=True)]
    base: dict[str, Any] = {
        "id": frame.index.to_numpy(object),
        "name": frame["name"].to_numpy(object),
        "source": source,
    }
    areas = landscape.nodes("Area")["name"].to_dict()
    base["area_id"] = np.array(area_ids(landscape, label_name, frame.index), object)
    base["area"] = np.array([areas.get(area) for area in base["area_id"]], object)
    base["longitude"] = frame["longitude"].to_numpy(float)
    base["latitude"] = frame["latitude"].to_numpy(float)
    return pd.DataFrame(base | columns, columns=list(COLUMNS)).astype({"week": object})


def _guardians(landscape: Landscape) -> pd.DataFrame:
    frame = shown(landscape.nodes("Guardian"))
    stages = [None if is_missing(stage) else str(stage) for stage in frame["stage"]]
    return _assembled(
        landscape,
        "Guardian",
        frame,
        layer=LAYERS["guardians"],
        kind=[label("guardian_kinds", kind) for kind in frame["kind"]],
        group=[sector if sector in theme.KINDS else "other" for sector in frame["sector"]],
        fill=[theme.stage_fill(stage) for stage in stages],
        stage=[label("stages", stage) or NO_STAGE for stage in stages],
        detail=[None if is_missing(brand) else str(brand) for brand in frame["brand"]],
        hours=_words(frame),
        week=_weeks(frame),
    )


def _contexts(landscape: Landscape) -> pd.DataFrame:
    frame = shown(landscape.nodes("Context"))
    return _assembled(
        landscape,
        "Context",
        frame,
        layer=LAYERS["contexts"],
        kind=[label("context_kinds", kind) for kind in frame["kind"]],
        group="context",
        fill=theme.FULL,
        stage=None,
        detail=None,
        hours=_words(frame, "active_hours"),
        week=_weeks(frame, "active_hours"),
    )


def _services(landscape: Landscape) -> pd.DataFrame:
    services = shown(landscape.nodes("Service"))
    sessions = shown(landscape.nodes("Session"))
    delivers = landscape.links("DELIVERS")[["start", "end"]]
    delivers = delivers[delivers["start"].isin(services.index) & delivers["end"].isin(sessions.index)]
    held = sessions.loc[delivers["end"]]
    with_session = services.loc[delivers["start"]]
    placed = _assembled(
        landscape,
        "Session",
        held,
        layer=LAYERS["services"],
        hours=_words(held),
        week=_weeks(held),
        **_service_columns(with_session, [label("session_kinds", kind) for kind in held["kind"]]),
    )
    placed["id"], placed["name"] = with_session.index.to_numpy(object), with_session["name"].to_numpy(object)
    bare = services[~services.index.isin(delivers["start"])].assign(longitude=np.nan, latitude=np.nan)
    unplaced = _assembled(
        landscape,
        "Session",
        bare,
        layer=LAYERS["services"],
        hours="hours not known",
        week=None,
        **_service_columns(bare, [None] * len(bare)),
    )
    return pd.concat([f for f in (placed, unplaced) if len(f)] or [placed], ignore_index=True)


def _service_columns(services: pd.DataFrame, sessions: list[str | None]) -> dict[str, Any]:
    levels = [_text(level) for level in services["level"]]
    return {
        "kind": [label("service_kinds", kind) for kind in services["kind"]],
        "group": [LEVEL_GROUPS.get(level or "", "uncoded") for level in levels],
        "fill": theme.FULL,
        "stage": [label("levels", level) or "not yet coded" for level in levels],
        "detail": sessions,
    }


def _names(landscape: Landscape) -> dict[str, tuple[str, bool]]:
    """Return id -> (name, inside) of everything a partner link may join, confidential bodies left out."""
    names: dict[str, tuple[str, bool]] = {}
    for label_name in ("Organisation", "Guardian", "Service", "Forum"):
        frame = landscape.nodes(label_name)
        frame = frame[(frame["sensitivity"] != "confidential").to_numpy(bool)]
        names |= dict(zip(frame.index, zip(frame["name"], frame["inside"], strict=True), strict=True))
    return names


def points_of(landscape: Landscape) -> dict[str, list[tuple[float, float]]]:
    """Return id -> the points at which a guardian, a service or an organisation is found."""
    points: dict[str, list[tuple[float, float]]] = {}
    for label_name in ("Guardian", "Session", "Context"):
        frame = landscape.nodes(label_name)
        frame = frame[frame["longitude"].notna().to_numpy() & (frame["sensitivity"] != "confidential").to_numpy(bool)]
        for id, longitude, latitude in zip(frame.index, frame["longitude"], frame["latitude"], strict=True):
            points[id] = [(float(longitude), float(latitude))]
    for type in ("DELIVERS", "RUNS"):
        for start, end in zip(landscape.links(type)["start"], landscape.links(type)["end"], strict=True):
            if end in points:
                points.setdefault(start, []).extend(points[end])
    return points


def _nearest(
    starts: list[tuple[float, float]], ends: list[tuple[float, float]]
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    pairs = [((a[0] - b[0]) ** 2 * 0.36 + (a[1] - b[1]) ** 2, a, b) for a in starts for b in ends if a != b]
    return min(pairs)[1:] if pairs else None
