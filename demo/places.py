"""Where do people live, and where do young people spend time? Areas, postcodes and contexts of the package."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from demo.geometry import BOROUGH_CODE, WARDS, Cell, Mesh, Point, degrees, distance, ward_code
from demo.handmade import PLACES, Place
from demo.names import Names, slug
from demo.package import Chance, Package, Row, Value

CONTEXTS = {
    "neighbourhood": 45, "park": 36, "school": 28, "alternative_provision": 6, "transport": 75, "commercial": 42,
    "leisure": 34, "peer_group": 12, "online": 10, "other": 12,
}  # fmt: skip
# Where venues cluster: middle (metres), spread, share of all commercial venues.
CLUSTERS = (
    ((2800.0, 6300.0), 330.0, 0.16), ((4000.0, 4150.0), 380.0, 0.30), ((5050.0, 3900.0), 260.0, 0.10),
    ((6900.0, 4900.0), 320.0, 0.07), ((4300.0, 1500.0), 300.0, 0.06), ((7300.0, 2000.0), 300.0, 0.06),
    ((4500.0, 7500.0), 260.0, 0.05), ((1700.0, 2400.0), 240.0, 0.03),
)  # fmt: skip
HARMS = {
    "child_criminal_exploitation": 9, "child_sexual_exploitation": 5, "serious_violence": 7, "peer_sexual_harm": 5,
    "teenage_relationship_abuse": 3, "modern_slavery": 2, "online_harm": 4, "weapon_related_harm": 4,
}  # fmt: skip
STRENGTHS = (
    "well lit", "overlooked by homes", "a regular youth work presence", "staff know young people by name",
    "young people helped to design it", "free to use", "a bench that is always taken", "buses every ten minutes",
    "parents meet here", "a mural made by young people",
)  # fmt: skip
DRIVERS = (
    "no lighting after dark", "far from any adult", "young people are moved on", "nothing open after 18:00",
    "the youth centre closed", "adults from elsewhere meet here", "no safe way home at night", "exclusion from school",
)  # fmt: skip
SCHOOL_STRENGTHS = (
    "breakfast club", "a known adult at the gate", "pupils lead a safer corridors group", "quiet room at lunch",
)  # fmt: skip
SCHOOL_DRIVERS = ("exclusion from school", "no safe way home", "pupils say they are not listened to")
ONLINE = (
    "Quayford buy-and-swap page", "School year-group chats", "Local gaming server", "Short-video feed",
    "Quayford match-day chat", "Disappearing-photo app", "Borough music page", "Night bus group chat",
    "Open voice rooms", "Anonymous questions page",
)  # fmt: skip
OTHER_PLACES = (
    "River towpath", "Old cannery yard", "Quay slipway", "Castern steps", "Multi-storey roof", "Larkmoss quarry path",
    "Saltings sea wall", "Netherwharf lock", "Tollgate footpath", "Ropewalk covered market", "Millrace footbridge",
    "Hospital bus loop",
)  # fmt: skip


@dataclass
class Borough:
    """What the later steps need to know of the places: their points in metres and their wards, by id."""

    mesh: Mesh
    points: dict[str, Point] = field(default_factory=dict)
    wards: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    def near(self, point: Point, ids: Sequence[str], within_m: float) -> list[str]:
        """Return those of the ids that lie within so many metres, nearest first."""
        found = [(distance(point, self.points[id]), id) for id in ids if id in self.points]
        return [id for gap, id in sorted(found) if gap <= within_m]

    def in_ward(self, prefix: str, code: str) -> list[str]:
        """Return the ids with this prefix whose place is in the ward."""
        return [id for id, ward in self.wards.items() if ward == code and id.startswith(f"{prefix}:")]


def add_places(package: Package, mesh: Mesh, names: Names) -> Borough:
    """Add areas, postcodes and contexts, and return where everything is."""
    borough = Borough(mesh)
    _add_areas(package, mesh, Chance(3))
    _add_postcodes(package, borough, Chance(4))
    _add_contexts(package, borough, names, Chance(5))
    return borough


def _add_areas(package: Package, mesh: Mesh, chance: Chance) -> None:
    people = {code: _ages(chance) for code in sorted(set(mesh.lsoa.values()))}
    for level, of_cell, name in (
        ("lsoa", mesh.lsoa, "Quayford {n:03d}"),
        ("msoa", mesh.msoa, "Quayford area {n}"),
        ("ward", mesh.ward, ""),
    ):
        for n, code in enumerate(sorted(set(of_cell.values())), 1):
            cells = mesh.cells(of_cell, code)
            parts = sorted({mesh.lsoa[cell] for cell in cells})
            row = _area(package, code, name.format(n=n) or WARDS[n - 1].name, level, mesh, cells)
            _set_people(row, [people[part] for part in parts], chance)
            if level == "lsoa":
                _set_deprivation(row, mesh, cells, chance)
    row = _area(package, BOROUGH_CODE, "Quayford", "local_authority", mesh, sorted(mesh.lsoa))
    _set_people(row, list(people.values()), chance)


def _area(package: Package, code: str, name: str, level: str, mesh: Mesh, cells: Sequence[Cell]) -> Row:
    parts = mesh.boundary(cells)
    single = len(parts) == 1
    geometry = {"type": "Polygon" if single else "MultiPolygon", "coordinates": parts[0] if single else parts}
    package.add("areas", code, name, code=code, level=level, boundary=json.dumps(geometry, separators=(",", ":")))
    return package.rows("areas")[-1]


def _ages(chance: Chance) -> list[int]:
    """Return residents by single year of age, the last 90 and over."""
    size, young = chance.between(36, 50), chance.between(0.8, 1.35)
    shape = [
        1.1 * young if a < 20 else 1.25 if a < 40 else 1.1 if a < 65 else 0.7 if a < 80 else 0.3 for a in range(91)
    ]
    return [max(1, round(size * share * chance.between(0.85, 1.15))) for share in shape]


def _set_people(row: Row, parts: Sequence[Sequence[int]], chance: Chance) -> None:
    ages = [sum(part[a] for part in parts) for a in range(91)]
    row |= {
        "population": sum(ages),
        "population_10_17": sum(ages[10:18]),
        "population_18_25": sum(ages[18:26]),
        "population_by_age": ages,
        "households": int(sum(ages) / 2.35),
    }


def _set_deprivation(row: Row, mesh: Mesh, cells: Sequence[Cell], chance: Chance) -> None:
    ward = mesh.ward[cells[0]]
    base = {"X05000001": 38, "X05000002": 30, "X05000003": 47, "X05000006": 34, "X05000007": 21, "X05000008": 12}
    score = round(max(2.0, base.get(ward, 22) + 8 * chance.bell()), 1)
    decile = 1 + sum(score < limit for limit in (45, 35, 29, 24, 19, 15, 12, 9, 6))
    row |= {"deprivation_score": score, "deprivation_decile": decile}


def _add_postcodes(package: Package, borough: Borough, chance: Chance) -> None:
    mesh, letters = borough.mesh, "ABDEFGHJLN"
    for n, code in enumerate(sorted(set(mesh.lsoa.values()))):
        cells = mesh.cells(mesh.lsoa, code)
        for k in range(6):
            ward = int(mesh.ward[cells[0]][-1])
            text = f"QX{ward} {1 + k % 9}{letters[n // 10]}{letters[n % 10]}"
            point = mesh.random_point(chance, cells)
            id = package.add("postcodes", text.replace(" ", "").lower(), text, **lonlat(point))
            note(package, borough, id, "postcodes", point)


def lonlat(point: Point) -> dict[str, float]:
    """Return the two columns of a point in metres."""
    longitude, latitude = degrees(*point)
    return {"longitude": longitude, "latitude": latitude}


def note(package: Package, borough: Borough, id: str, table: str, point: Point | None, ward: str | None = None) -> None:
    """Remember the last row of the table: its place, or else the ward it is in. Raises ValueError at sea."""
    borough.rows[id] = package.rows(table)[-1]
    if point is not None:
        borough.points[id] = point
        cell = borough.mesh.cell_at(*point)
        if cell is None:
            raise ValueError(f"{id} lies at sea")
        borough.wards[id] = borough.mesh.ward[cell]
    elif ward is not None:
        borough.wards[id] = ward


# Contexts


def _add_contexts(package: Package, borough: Borough, names: Names, chance: Chance) -> None:
    for place in PLACES:
        _add_place(package, borough, place)
    for kind, wanted in CONTEXTS.items():
        made = sum(place.kind == kind for place in PLACES)
        for n in range(wanted - made):
            if kind in ("peer_group", "online"):
                _add_unplaced(package, borough, kind, n, chance)
            else:
                _add_context(package, borough, kind, n, names, chance)


def _add_place(package: Package, borough: Borough, place: Place) -> None:
    review = None if place.review_in is None else package.day(place.review_in)
    values = {"precision": "point", "concern_review": review, "verified": package.day(-40), **place.values}
    id = package.add("contexts", place.key, place.name, kind=place.kind, **lonlat(place.at), **values)
    note(package, borough, id, "contexts", place.at)


def _add_context(package: Package, borough: Borough, kind: str, n: int, names: Names, chance: Chance) -> None:
    name = _context_name(kind, n, names)
    point = _context_point(borough, kind, name, chance)
    values: dict[str, Value] = {"precision": "area" if kind == "neighbourhood" else "point"}
    if kind in ("school", "alternative_provision"):
        values |= {"minimum_age": 4, "maximum_age": 11} if "Primary" in name else {"minimum_age": 11, "maximum_age": 16}
    sort = "primary" if "Primary" in name else kind
    row = {**values, **_picture(package, sort, chance), **lonlat(point)}
    id = package.add("contexts", slug(name), name, kind=kind, **row)
    note(package, borough, id, "contexts", point)


def _context_name(kind: str, n: int, names: Names) -> str:
    if kind == "other":
        return OTHER_PLACES[n]
    if kind == "alternative_provision":
        return names.make("school").rsplit(" ", 2)[0] + " Learning Centre"
    return names.make({"transport": "stop", "leisure": "leisure_place"}.get(kind, kind))


def _context_point(borough: Borough, kind: str, name: str, chance: Chance) -> Point:
    if kind == "commercial" and chance.yes(0.7):
        return clustered(borough, chance)
    mesh = borough.mesh
    named = [ward_code(ward.name) for ward in WARDS if name.startswith(ward.name.split()[0])]
    if named and kind == "other":
        return mesh.random_point(chance, mesh.cells(mesh.ward, named[0]))
    code = chance.pick(sorted(set(mesh.lsoa.values())))
    return mesh.random_point(chance, mesh.cells(mesh.lsoa, code))


def _add_unplaced(package: Package, borough: Borough, kind: str, n: int, chance: Chance) -> None:
    ward = ward_code(WARDS[n % len(WARDS)].name)
    msoa = chance.pick(sorted(set(borough.mesh.msoa.values())))
    area = BOROUGH_CODE if kind == "online" else ward if n % 3 else msoa
    name = ONLINE[n] if kind == "online" else "Peer group"
    row = _picture(package, kind, chance)
    id = package.add("contexts", f"{kind.replace('_', '-')}-{n + 1}", name, kind=kind, area=area, **row)
    note(package, borough, id, "contexts", None, None if area in (BOROUGH_CODE, msoa) else ward)


def _picture(package: Package, kind: str, chance: Chance) -> dict[str, Value]:
    """Return what is known of a context by chance: harms, concern with its review, strengths, drivers, hours."""
    concern = chance.weighted({None: 50, "none_known": 22, "being_assessed": 9, "of_concern": 14, "improving": 5})
    # A concern is not put on one business, and the parades here stand for theirs.
    concern = None if kind in ("commercial", "primary") else concern
    strengths, drivers = (SCHOOL_STRENGTHS, SCHOOL_DRIVERS) if kind in ("school", "primary") else (STRENGTHS, DRIVERS)
    row: dict[str, Value] = {"strengths": chance.sample(strengths, chance.integer(0, 2)), "concern": concern}
    if concern in ("being_assessed", "of_concern", "improving"):
        row["harms"] = list(dict.fromkeys(chance.weighted(HARMS) for _ in range(chance.integer(1, 2))))
        row["drivers"] = chance.sample(drivers, chance.integer(1, 2))
        row["concern_review"] = package.day(chance.integer(-120, -10) if chance.yes(0.25) else chance.integer(20, 330))
    if kind not in ("online", "school", "primary") and chance.yes(0.3):
        row["active_hours"] = chance.pick(
            ("Mo-Fr 15:00-22:00; Sa-Su 11:00-22:00", "Mo-Su 16:00-21:00", "Fr-Sa 18:00-24:00")
        )
    if kind in ("park", "leisure") and chance.yes(0.3):
        row["active_hours_holiday"] = "Mo-Su 10:00-21:00"
    row["verified"] = package.day(-chance.integer(20, 700)) if chance.yes(0.8) else None
    return row


def clustered(borough: Borough, chance: Chance) -> Point:
    """Return a point on land near the middle of one of the clusters."""
    weights: Mapping[int, float] = {n: share for n, (_, _, share) in enumerate(CLUSTERS)}
    while True:
        (x, y), spread, _ = CLUSTERS[chance.weighted(weights)]
        point = (x + spread * chance.bell(), y + spread * chance.bell())
        if borough.mesh.cell_at(*point) is not None:
            return point
