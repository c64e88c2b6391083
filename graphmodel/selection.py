"""Which rows hold as of a date, and which of them lie in an area or near enough to matter to it? Rows are chosen here.

Places (contexts, guardians, postcodes) are kept if they lie in the area or within its halo; areas, bodies, sessions and
events are all kept, and so are the guardians they have dealings with: a network that is cut at a boundary tells other
stories. ``inside`` says of every row kept whether it belongs to the area itself.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphmodel.columns import LOCATED, Tables
from graphmodel.errors import UnknownName
from graphmodel.schema import LINK_TYPES, NODE_TYPES, PARTNER_LINKS

# A part belongs to the area that holds most of it, if that is not a sliver along a border.
LEAST_SHARE = 0.25

# The halo is found by cells, so many of them wide: a little more than it is kept.
HALO_CELLS = 4

# What makes a node without a place part of the area: a link of this type with an inside node at its other end.
# ("start": the node is the link's start.) Order matters: a row may use the labels before it.
_INSIDE_BY: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Service", (("DELIVERS", "start"), ("TARGETS", "start"), ("SERVES", "start"))),
    ("Session", (("DELIVERS", "end"),)),
    (
        "Organisation",
        (
            *(("RUNS", "start"), ("FUNDS", "start"), ("FUNDS", "end"), ("COMMISSIONS", "start")),
            *((type, side) for type in PARTNER_LINKS for side in ("start", "end")),
        ),
    ),
    ("Assessment", (("ASSESSES", "start"),)),
    ("Goal", (("SETS", "end"), ("TOWARDS", "end"))),
    ("Action", (("TARGETS", "start"), ("DONE_WITH", "start"), ("TOWARDS", "start"))),
    ("Need", (("ESTIMATED_FOR", "start"),)),
    ("Measure", (("OBSERVED_IN", "start"), ("MEASURES", "start"))),
    ("Programme", (("PART_OF", "end"), ("FUNDS", "start"), ("MEMBER_OF", "end"))),
    ("Forum", (("MEMBER_OF", "end"), *((type, "end") for type in PARTNER_LINKS))),
)


@dataclass(frozen=True)
class Selection:
    """The rows kept of each label: their table, and whether each is inside the area (all, without one)."""

    area: str | None
    nodes: dict[str, pa.Table]
    inside: dict[str, np.ndarray]

    def without(self, ids: pa.Array) -> Selection:
        """Return the rows whose id is none of these; each is inside or around as before."""
        nodes, inside = dict(self.nodes), dict(self.inside)
        for label, table in self.nodes.items():
            kept = ~members(table["id"], ids)
            if not kept.all():
                nodes[label], inside[label] = table.filter(pa.array(kept)), inside[label][kept]
        return Selection(self.area, nodes, inside)


def alive(table: pa.Table, as_of: date) -> pa.Table:
    """Return the rows that hold on the day; both ends of their validity are included."""
    day = pa.scalar(as_of, pa.date32())
    begun = pc.fill_null(pc.less_equal(table["valid_from"], day), True)
    not_over = pc.fill_null(pc.greater_equal(table["valid_to"], day), True)
    mask = pc.and_(begun, not_over)
    return table if pc.all(mask, min_count=0).as_py() else table.filter(mask)


def members(column: pa.ChunkedArray, ids: Any) -> np.ndarray:
    """Return a mask: which values of the id column are among ``ids``."""
    values = ids if isinstance(ids, pa.ChunkedArray | pa.Array) else pa.array(list(ids), pa.string())
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return np.asarray(pc.is_in(column, value_set=values).to_numpy(), bool)


def select(tables: Tables, as_of: date, area: str | None, halo_m: float) -> Selection:
    """Return what holds as of the day in and around ``area`` (a code or an id), or everywhere.

    Raises UnknownName for an area that is not there, with the nearest names.
    """
    nodes = {label: alive(tables.nodes(label), as_of) for label in NODE_TYPES}
    if area is None:
        return Selection(None, nodes, {label: np.ones(len(table), bool) for label, table in nodes.items()})
    area_id = find_area(nodes["Area"], area)
    return _around(tables, nodes, as_of, area_id, halo_m)


def find_area(areas: pa.Table, wanted: str) -> str:
    """Return the id of the area with this code or id."""
    for name in ("id", "code"):
        hit = areas.filter(pc.equal(areas[name], wanted.strip()))
        if len(hit):
            return str(hit["id"][0].as_py())
    names = {
        str(n): str(c or i) for n, c, i in zip(*(areas[k].to_pylist() for k in ("name", "code", "id")), strict=True)
    }
    near = difflib.get_close_matches(wanted, [*names, *names.values()], n=3, cutoff=0.5)
    said = ", ".join(f"{names[n]} ({n})" if n in names else n for n in near)
    hint = f" Did you mean {said}?" if near else " Give a code or an id; `landscape doctor` says what is loaded."
    raise UnknownName(f"No area '{wanted}' is loaded.{hint}")


def main_parents(links: pa.Table, levels: dict[str, str]) -> pd.DataFrame:
    """Return child, level, parent: of each level the area that holds most of the child, slivers left out.

    Areas people made may lie over one another, and each holds what lies in it.
    """
    frame = pd.DataFrame({"child": links["start"].to_pandas(), "parent": links["end"].to_pandas()})
    frame["share"] = links["share"].to_pandas().fillna(1.0).to_numpy(float) if len(links) else []
    frame["level"] = frame["parent"].map(levels)
    frame = frame[frame["share"] >= LEAST_SHARE].sort_values(
        ["child", "level", "share", "parent"], ascending=[True, True, False, True]
    )
    further = frame.duplicated(["child", "level"]) & frame["level"].ne("custom")
    return frame.loc[~further, ["child", "level", "parent"]].reset_index(drop=True)


def parts_of(area: str, parents: pd.DataFrame) -> set[str]:
    """Return the area and every area that belongs to it, parts of parts included."""
    children: dict[str, list[str]] = defaultdict(list)
    for child, parent in zip(parents["child"], parents["parent"], strict=True):
        children[parent].append(child)
    return _reached(area, children)


def wholes_of(area: str, parents: pd.DataFrame) -> set[str]:
    """Return the areas that ``area`` belongs to, without itself."""
    above: dict[str, list[str]] = defaultdict(list)
    for child, parent in zip(parents["child"], parents["parent"], strict=True):
        above[child].append(parent)
    return _reached(area, above) - {area}


def _reached(start: str, onward: dict[str, list[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for following in onward.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found


def _around(tables: Tables, nodes: dict[str, pa.Table], as_of: date, area: str, halo_m: float) -> Selection:
    links = {type: alive(tables.links(type), as_of) for type in LINK_TYPES}
    within = links["WITHIN"]
    levels = dict(zip(nodes["Area"]["id"].to_pylist(), nodes["Area"]["level"].to_pylist(), strict=True))
    of_areas = members(within["start"], nodes["Area"]["id"])
    parents = main_parents(within.filter(pa.array(of_areas)), levels)
    parts, wholes = parts_of(area, parents), wholes_of(area, parents)
    of_places = within.filter(pa.array(~of_areas))
    placed = _placed_in(of_places, nodes, area, parts, levels)

    inside = {label: members(nodes[label]["id"], placed) for label in LOCATED}
    inside["Area"] = members(nodes["Area"]["id"], parts)
    inside["Organisation"] = members(nodes["Organisation"]["id"], placed)
    _follow_links(nodes, links, inside, parts | wholes)
    seeds = _seeds(nodes, inside)
    near = {label: inside[label] | _near(_metres(nodes[label]), seeds, halo_m) for label in LOCATED}
    near["Area"] |= members(nodes["Area"]["id"], wholes)
    keep = _with_dealings(nodes, links, inside, near, of_places)
    for label in LOCATED:
        if label in ("Area", "Session"):
            continue  # all stay: a service that reaches beyond the area is counted with all the people it reaches
        mask = near[label] | members(nodes[label]["id"], keep)
        nodes[label] = nodes[label].filter(pa.array(mask))
        inside[label] = inside[label][mask]
    inside["Source"] = np.ones(len(nodes["Source"]), bool)
    return Selection(area, nodes, inside)


def _placed_in(
    of_places: pa.Table, nodes: dict[str, pa.Table], area: str, parts: set[str], levels: dict[str, str]
) -> set[str]:
    """Return the ids of the places in the area: by their own link to it, or else through a part of it.

    A place takes each level from its own point; only where it has no link at the area's level does a part speak.
    """
    starts, ends = of_places["start"], of_places["end"]
    direct = set(starts.filter(pc.equal(ends, area)).to_pylist())
    same_level = [id for id, level in levels.items() if level == levels[area]]
    told = set(starts.filter(pa.array(members(ends, same_level))).to_pylist())
    if levels[area] == "custom":
        for label in LOCATED:
            told |= set(nodes[label].filter(pc.is_valid(nodes[label]["x"]))["id"].to_pylist())
    through = set(starts.filter(pa.array(members(ends, parts))).to_pylist())
    return direct | (through - told)


def _follow_links(
    nodes: dict[str, pa.Table], links: dict[str, pa.Table], inside: dict[str, np.ndarray], served: set[str]
) -> None:
    """Say which nodes without a place are inside: a link joins them to something inside, or they serve it."""
    reached: set[str] = set(served)
    for label in LOCATED:
        if label not in ("Area", "Postcode"):
            reached |= set(nodes[label]["id"].filter(pa.array(inside[label])).to_pylist())
    reached |= set(nodes["Organisation"]["id"].filter(pa.array(inside["Organisation"])).to_pylist())
    for label, rules in _INSIDE_BY:
        found: set[str] = set()
        for type, side in rules:
            other = "end" if side == "start" else "start"
            table = links[type]
            found |= set(table[side].filter(pa.array(members(table[other], reached))).to_pylist())
        mask = members(nodes[label]["id"], found)
        inside[label] = mask | inside.get(label, False)
        reached |= set(nodes[label]["id"].filter(pa.array(mask)).to_pylist())


def _near(points: np.ndarray, seeds: np.ndarray, halo_m: float) -> np.ndarray:
    """Return which points lie within the halo of a seed, or little further: cells of a grid decide, not distances."""
    mask = np.zeros(len(points), bool)
    known = ~np.isnan(points[:, 0])
    if halo_m <= 0 or not len(seeds) or not known.any():
        return mask
    width = halo_m / HALO_CELLS
    corner = np.minimum(seeds.min(axis=0), points[known].min(axis=0)) - 2 * halo_m
    cells_s, cells_p = (((p - corner) / width).astype(np.int64) for p in (seeds, points[known]))
    stride = int(max(cells_s[:, 0].max(), cells_p[:, 0].max())) + 2 * HALO_CELLS + 4
    steps = np.arange(-HALO_CELLS - 1, HALO_CELLS + 2)
    around = (steps[:, None] * stride + steps).ravel()
    occupied = np.unique(cells_s[:, 1] * stride + cells_s[:, 0])
    mask[known] = np.isin(cells_p[:, 1] * stride + cells_p[:, 0], np.unique(occupied[:, None] + around))
    return mask


def _seeds(nodes: dict[str, pa.Table], inside: dict[str, np.ndarray]) -> np.ndarray:
    """Return the points of the places inside, (n, 2) metres."""
    places = [_metres(nodes[label].filter(pa.array(inside[label]))) for label in LOCATED if label != "Postcode"]
    seeds = np.concatenate(places)
    return np.asarray(seeds[~np.isnan(seeds[:, 0])])


def _metres(table: pa.Table) -> np.ndarray:
    return np.column_stack([pc.fill_null(table[name], np.nan).to_numpy() for name in ("x", "y")])


def _with_dealings(
    nodes: dict[str, pa.Table],
    links: dict[str, pa.Table],
    inside: dict[str, np.ndarray],
    near: dict[str, np.ndarray],
    of_places: pa.Table,
) -> set[str]:
    """Return places to keep beside the near ones: partners, places linked to the inside, places without a point."""
    within_reach: set[str] = set()
    for label, mask in inside.items():
        if label not in ("Area", "Postcode"):
            within_reach |= set(nodes[label]["id"].filter(pa.array(mask)).to_pylist())
    keep: set[str] = set()
    for type, table in links.items():
        if type in PARTNER_LINKS:
            keep |= set(table["start"].to_pylist()) | set(table["end"].to_pylist())
        elif type not in ("WITHIN", "SAME_AS"):
            touched = members(table["start"], within_reach) | members(table["end"], within_reach)
            kept = table.filter(pa.array(touched))
            keep |= set(kept["start"].to_pylist()) | set(kept["end"].to_pylist())
    near_areas = nodes["Area"]["id"].filter(pa.array(near["Area"]))
    by_area = set(of_places["start"].filter(pa.array(members(of_places["end"], near_areas))).to_pylist())
    for label in LOCATED:
        unplaced = nodes[label].filter(pc.is_null(nodes[label]["x"]))["id"]
        keep |= by_area & set(unplaced.to_pylist())
    return keep
