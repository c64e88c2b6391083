"""What shape is the borough? Small hexagons with moved corners, gathered into areas that nest exactly.

Coordinates are metres east and north of a corner that lies in open sea in the Irish Sea, some 40 km from any
coast: nobody lives there. Areas are sets of hexagons, their outlines the edges that only one hexagon of the set
has, so that wards are exactly their LSOAs and neighbours share every corner. Nothing here asks a geometry
library, whose versions differ in the last digit.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from demo.package import Chance

LONGITUDE, LATITUDE = -3.85, 53.66
METRES_PER_DEGREE_LONGITUDE, METRES_PER_DEGREE_LATITUDE = 66_046.0, 111_299.0
SIDE = 170.0
HALF_WIDTH = SIDE * 0.8660254
CORNERS = ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1))
NEIGHBOURS = ((2, 0), (1, 3), (-1, 3), (-2, 0), (-1, -3), (1, -3))

COAST = (
    (1.2, 0.2), (4.0, 0.0), (7.5, 0.3), (9.6, 1.5), (10.0, 4.0), (9.8, 7.0), (9.0, 9.3), (6.5, 10.0), (3.6, 9.7),
    (1.9, 8.6), (1.0, 7.4), (1.6, 6.3), (0.9, 5.6), (0.2, 4.3), (0.9, 3.0), (0.3, 1.6),
)  # fmt: skip
# The tidal river: middle line and half its width, in km.
RIVER = ((0.0, 5.3, 0.55), (1.6, 5.2, 0.4), (2.8, 5.45, 0.3), (4.0, 5.35, 0.22), (4.8, 5.6, 0.15))

Cell = tuple[int, int]
Point = tuple[float, float]


@dataclass(frozen=True)
class Ward:
    """A ward as it is planned: name, where it grows from (km) and its number of LSOAs."""

    name: str
    x: float
    y: float
    lsoas: int


WARDS = (
    Ward("Northern Quay", 3.2, 6.6, 8),
    Ward("Ropewalk", 3.8, 4.1, 9),
    Ward("Saltings", 1.5, 2.9, 7),
    Ward("Netherwharf", 3.8, 1.4, 7),
    Ward("Tollgate", 7.3, 1.9, 7),
    Ward("Castern Hill", 6.9, 4.7, 8),
    Ward("Millrace", 5.2, 8.0, 7),
    Ward("Larkmoss", 8.4, 7.8, 7),
)
BOROUGH_CODE = "X08000001"
MSOAS = 10


@dataclass(frozen=True)
class Mesh:
    """The hexagons on land, their corners in metres, and the codes of the areas each belongs to."""

    corners: Mapping[Cell, Point]
    lsoa: Mapping[Cell, str]
    msoa: Mapping[Cell, str]
    ward: Mapping[Cell, str]

    def cell_at(self, x: float, y: float) -> Cell | None:
        """Return the hexagon that holds the point, or None at sea."""
        row = round(y / (1.5 * SIDE))
        column = round(x / HALF_WIDTH)
        near = [(a, b * 3) for b in range(row - 1, row + 2) for a in range(column - 2, column + 3) if (a + b) % 2 == 0]
        return next((c for c in near if c in self.lsoa and _holds([self.corners[k] for k in _keys(c)], x, y)), None)

    def cells(self, level: Mapping[Cell, str], code: str) -> list[Cell]:
        """Return the hexagons of an area, in order."""
        return sorted(cell for cell, own in level.items() if own == code)

    def random_point(self, chance: Chance, cells: Sequence[Cell]) -> Point:
        """Return a point in one of the hexagons."""
        for _ in range(100):
            x, y = _centre(chance.pick(cells))
            x, y = x + chance.between(-SIDE, SIDE), y + chance.between(-SIDE, SIDE)
            found = self.cell_at(x, y)
            if found is not None and found in set(cells):
                return x, y
        return _centre(cells[0])

    def boundary(self, cells: Iterable[Cell]) -> list[list[list[Point]]]:
        """Return GeoJSON MultiPolygon coordinates of the union: outer rings anticlockwise, each with its holes."""
        rings = [[degrees(*self.corners[key]) for key in ring] for ring in _rings(set(cells))]
        outer = [ring for ring in rings if _doubled_area(ring) > 0]
        holes = [ring for ring in rings if _doubled_area(ring) < 0]
        return [[ring, *(hole for hole in holes if _holds(ring, *hole[0]))] for ring in outer]


def degrees(x: float, y: float) -> Point:
    """Return WGS-84 longitude and latitude of metres, to six places (about 0.1 m)."""
    return (
        round(LONGITUDE + x / METRES_PER_DEGREE_LONGITUDE, 6),
        round(LATITUDE + y / METRES_PER_DEGREE_LATITUDE, 6),
    )


def distance(a: Point, b: Point) -> float:
    """Return the straight line between two points, in their unit."""
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def ward_code(name: str) -> str:
    """Return the code of the ward with this name."""
    return f"X0500000{[ward.name for ward in WARDS].index(name) + 1}"


def make_mesh(chance: Chance) -> Mesh:
    """Return the borough: wards grown from their middles, LSOAs within them, MSOAs out of whole LSOAs."""
    land = _land()
    keys = sorted({key for cell in land for key in _keys(cell)})
    corners = {key: (key[0] * HALF_WIDTH + _shift(chance), key[1] * SIDE / 2 + _shift(chance)) for key in keys}
    seeds = [_nearest(land, (ward.x * 1000, ward.y * 1000)) for ward in WARDS]
    ward = {cell: f"X0500000{n + 1}" for cell, n in _grow(land, seeds, chance).items()}
    lsoa: dict[Cell, str] = {}
    for number, plan in enumerate(WARDS):
        own = {cell for cell, code in ward.items() if code == f"X0500000{number + 1}"}
        start = len(set(lsoa.values()))
        grown = _grow(own, _spread(sorted(own), plan.lsoas, seeds[number]), chance)
        lsoa |= {cell: f"X0100{start + n + 1:04d}" for cell, n in grown.items()}
    return Mesh(corners, lsoa, _msoas(lsoa), ward)


def _keys(cell: Cell) -> list[Cell]:
    return [(cell[0] + dx, cell[1] + dy) for dx, dy in CORNERS]


def _centre(cell: Cell) -> Point:
    return cell[0] * HALF_WIDTH, cell[1] * SIDE / 2


def _shift(chance: Chance) -> float:
    return chance.between(-0.27, 0.27) * SIDE


def _land() -> set[Cell]:
    coast = [(x * 1000, y * 1000) for x, y in COAST]
    every = [(a, b * 3) for b in range(42) for a in range(72) if (a + b) % 2 == 0]
    dry = {c for c in every if _holds(coast, *_centre(c)) and not _wet(_centre(c))}
    reached: set[Cell] = set()
    edge = {_nearest(dry, (4000.0, 3000.0))}
    while edge:
        reached |= edge
        edge = {near for cell in edge for near in _next_to(cell)} & dry - reached
    return reached


def _nearest(cells: Iterable[Cell], point: Point) -> Cell:
    return min(cells, key=lambda cell: (distance(_centre(cell), point), cell))


def _next_to(cell: Cell) -> list[Cell]:
    return [(cell[0] + dx, cell[1] + dy) for dx, dy in NEIGHBOURS]


def _wet(point: Point) -> bool:
    x, y = point[0] / 1000, point[1] / 1000
    for (x1, y1, w1), (x2, y2, w2) in pairwise(RIVER):
        along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
        t = min(1.0, max(0.0, along))
        if distance((x, y), (x1 + t * (x2 - x1), y1 + t * (y2 - y1))) < w1 + t * (w2 - w1):
            return True
    return False


def _holds(ring: Sequence[Point], x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def _grow(cells: set[Cell], seeds: Sequence[Cell], chance: Chance) -> dict[Cell, int]:
    """Give every cell the seed it is least effort from; uneven effort makes uneven, connected areas."""
    effort = {cell: chance.between(0.6, 1.6) for cell in sorted(cells)}
    owner: dict[Cell, int] = {}
    heap = [(0.0, number, seed) for number, seed in enumerate(seeds)]
    while heap:
        cost, number, cell = heapq.heappop(heap)
        if cell not in owner:
            owner[cell] = number
            for near in _next_to(cell):
                if near in cells and near not in owner:
                    heapq.heappush(heap, (cost + effort[near], number, near))
    return owner


def _spread(cells: Sequence[Cell], count: int, first: Cell) -> list[Cell]:
    chosen = [first]
    while len(chosen) < count:
        chosen.append(max(cells, key=lambda c: (min(distance(_centre(c), _centre(o)) for o in chosen), c)))
    return chosen


def _msoas(lsoa: Mapping[Cell, str]) -> dict[Cell, str]:
    near: dict[str, set[str]] = defaultdict(set)
    for cell, code in lsoa.items():
        near[code] |= {lsoa[n] for n in _next_to(cell) if n in lsoa} - {code}
    left, groups = sorted(near), list[list[str]]()
    while left:
        group = [left[0]]
        size = -(-len(left) // (MSOAS - len(groups))) if len(groups) < MSOAS else len(left)
        while len(group) < size:
            touching = sorted({n for code in group for n in near[code]} & set(left) - set(group))
            if not touching:
                break
            group.append(max(touching, key=lambda c: (len(near[c] & set(group)) - len(near[c] & set(left)) / 2, c)))
        groups.append(group)
        left = [code for code in left if code not in group]
    number = {code: n for n, group in enumerate(_merge_small(groups, near)) for code in group}
    return {cell: f"X0200{number[code] + 1:04d}" for cell, code in lsoa.items()}


def _merge_small(groups: list[list[str]], near: Mapping[str, set[str]]) -> list[list[str]]:
    while small := next((g for g in groups if len(g) < 4), None):
        groups.remove(small)
        touching = {n for code in small for n in near[code]}
        min((g for g in groups if touching & set(g)), key=lambda g: (len(g), g)).extend(small)
    return groups


def _rings(cells: set[Cell]) -> list[list[Cell]]:
    edges: set[tuple[Cell, Cell]] = set()
    for cell in cells:
        # Clockwise corners read backwards: the inside lies to the left of every edge.
        keys = _keys(cell)[::-1]
        edges |= set(zip(keys, [*keys[1:], keys[0]], strict=True))
    return _closed({start: end for start, end in edges if (end, start) not in edges})


def _closed(follow: dict[Cell, Cell]) -> list[list[Cell]]:
    rings = []
    while follow:
        first = min(follow)
        ring = [first]
        while (following := follow.pop(ring[-1])) != first:
            ring.append(following)
        rings.append([*ring, first])
    return rings


def _doubled_area(ring: Sequence[Point]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
