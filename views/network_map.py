"""Where are those who work together? The links of a network between the places of their ends, and who has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import pandas as pd

from views import maps, theme
from views.maps import Bounds, Figure, Mark
from views.network import SAID, kind_of, link_table, name_of, sector_key, sector_legend, sector_of, words_of

Point = tuple[float, float]
Points = Mapping[str, Sequence[Point]]

# On the map sorts differ by fill: its markers are circles only.
FILLS = {"Guardian": theme.FULL, "Service": theme.RING, "Organisation": theme.HALF}
FILL_WORDS = {theme.FULL: "Guardian", theme.RING: "Service", theme.HALF: "Organisation", theme.FAINT: "Other"}
# A line of a map cannot be dashed, so it is cut into pieces: how many, and the share of each that is drawn.
_PIECES = {"perceived": (22, 0.35), "not_perceived": (9, 0.6), "observed": (14, 0.7)}
# Pieces of more lines than this would be many times the size of everything else.
_MOST_CUT = 150


@dataclass(frozen=True, slots=True)
class NetworkMap:
    """The figure, legends with counts, how many links are drawn, and those without a place at one end or both."""

    figure: Figure
    sectors: list[tuple[str, str, str, int]]
    fills: list[tuple[str, str, str, int]]
    drawn: dict[str, int]
    unplaced_links: pd.DataFrame
    unplaced_nodes: pd.DataFrame


def on_map(
    network: nx.MultiDiGraph[str],
    points: Points,
    *,
    outlines: Sequence[dict[str, Any]] = (),
    bounds: Bounds | None = None,
    view: str = "network",
    centre: str | None = None,
) -> NetworkMap:
    """Return a network on the map. ``points``: id -> the places at which a node is found, degrees.

    A guardian stands where it is; a service at a session, an organisation at a place it runs: of several, the two that
    are nearest to each other. Two at one place have no line between them and are told among those without.
    """
    lines: dict[str, list[tuple[str, Point, Point, tuple[object, ...]]]] = {said: [] for said in SAID}
    stands: dict[tuple[str, Point], None] = {}
    placed: set[str] = set()
    for start, end, key, link in sorted(network.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        ends = _nearest(points.get(start, ()), points.get(end, ()))
        if ends is None:
            continue
        placed.add(key)
        stands |= {(start, ends[0]): None, (end, ends[1]): None}
        sentence = f"{name_of(network, start)} {words_of(link)} {name_of(network, end)}"
        lines[link["said"]].append((key, *ends, (sentence, SAID[link["said"]][0], link.get("formality"))))
    standing = {id for id, _ in stands}
    stands |= {(id, points[id][0]): None for id in network if id not in standing and points.get(id)}
    marks = [_mark(network, id, point) for id, point in sorted(stands)]
    return NetworkMap(
        figure=maps.figure(
            [*outlines, *_halo(marks, centre), *_line_traces(lines), *maps.mark_traces(marks, theme.SECTORS)],
            bounds or maps.bounds_of((mark.longitude, mark.latitude) for mark in marks),
            view=view,
        ),
        sectors=sector_legend(network.nodes[id] for id in {id for id, _ in stands}),
        fills=_fill_legend(network, {id for id, _ in stands}),
        drawn={said: len(held) for said, held in lines.items() if held},
        unplaced_links=link_table(network).query("id not in @placed").reset_index(drop=True),
        unplaced_nodes=_unplaced(network, points),
    )


def _mark(network: nx.MultiDiGraph[str], id: str, point: Point) -> Mark:
    node = network.nodes[id]
    told = (name_of(network, id), kind_of(node), sector_of(node)[1])
    return Mark(id, *point, sector_key(node), FILLS.get(node["label"], theme.FAINT), told)


def _halo(marks: Sequence[Mark], centre: str | None) -> list[dict[str, Any]]:
    return [trace for mark in marks if mark.id == centre for trace in maps.picked_trace(mark.longitude, mark.latitude)]


def _line_traces(
    lines: Mapping[str, Sequence[tuple[str, Point, Point, tuple[object, ...]]]],
) -> list[dict[str, Any]]:
    """Return the lines by whose word they rest on, and a dot in the middle of each: a line is hit at its ends only."""
    traces: list[dict[str, Any]] = []
    for said, held in reversed(list(lines.items())):
        if held:
            _, colour, width, _ = SAID[said]
            longitudes: list[float | None] = []
            latitudes: list[float | None] = []
            for _, start, end, _ in held:
                for a, b in _pieces(start, end, said if len(held) <= _MOST_CUT else ""):
                    longitudes += [round(a[0], 5), round(b[0], 5), None]
                    latitudes += [round(a[1], 5), round(b[1], 5), None]
            line = {"type": "scattermap", "mode": "lines", "lon": longitudes, "lat": latitudes, "hoverinfo": "skip"}
            traces.append({**line, "line": {"color": colour, "width": width}, "opacity": 0.8})
            middles = [
                Mark(key, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2, said, theme.FULL, told)
                for key, start, end, told in held
            ]
            small = {"marker": {"color": colour, "size": 6, "opacity": 0.9}}
            traces += [trace | small for trace in maps.mark_traces(middles, {said: (SAID[said][0], colour)})]
    return traces


def _pieces(start: Point, end: Point, said: str) -> Iterable[tuple[Point, Point]]:
    count, ink = _PIECES.get(said, (1, 1.0))
    along = end[0] - start[0], end[1] - start[1]
    for n in range(count):
        a, b = n / count, (n + ink) / count
        yield (
            (start[0] + a * along[0], start[1] + a * along[1]),
            (start[0] + b * along[0], start[1] + b * along[1]),
        )


def _nearest(starts: Sequence[Point], ends: Sequence[Point]) -> tuple[Point, Point] | None:
    pairs = [((a[0] - b[0]) ** 2 * 0.36 + (a[1] - b[1]) ** 2, a, b) for a in starts for b in ends if a != b]
    return min(pairs)[1:] if pairs else None


def _fill_legend(network: nx.MultiDiGraph[str], ids: set[str]) -> list[tuple[str, str, str, int]]:
    fills = [FILLS.get(network.nodes[id]["label"], theme.FAINT) for id in ids]
    grey = theme.SECTORS["none"][1]
    return [(grey, fill, name, fills.count(fill)) for fill, name in FILL_WORDS.items() if fill in fills]


def _unplaced(network: nx.MultiDiGraph[str], points: Points) -> pd.DataFrame:
    rows = [
        (id, name_of(network, id), kind_of(node), sector_of(node)[1], network.degree(id))
        for id, node in network.nodes(data=True)
        if not points.get(id)
    ]
    frame = pd.DataFrame(rows, columns=pd.Index(["id", "name", "kind", "sector", "links"]))
    return frame.sort_values(["name", "id"]).reset_index(drop=True)
