"""Who is present? The guardians of the borough: by hand where they show a gap, the others by chance."""

from __future__ import annotations

from demo.geometry import Point, distance, ward_code
from demo.handmade import PLACES, VENUES, Venue
from demo.names import Names, slug
from demo.package import Chance, Package, Value
from demo.places import Borough, clustered, lonlat, note

GUARDIANS = 900
COMMERCIAL = {
    "pub": 8, "bar": 4, "nightclub": 1, "restaurant": 8, "cafe": 11, "takeaway": 15, "hotel": 3, "shop": 22,
    "supermarket": 5, "barber": 7, "taxi": 3, "transport": 2, "arcade": 2, "leisure": 4, "other": 4,
}  # fmt: skip
COMMUNITY = {
    "sports_club": 14, "faith": 18, "youth_club": 7, "library": 4, "community_centre": 14, "residents": 13,
    "school_gate": 8, "park_staff": 7, "leisure": 4, "other": 6,
}  # fmt: skip
BRANDS = {
    "pub": ("Brackwater Inns",), "takeaway": ("Late Bite", "Halfmoon Chicken"), "supermarket": ("Saltmarket Stores",),
    "cafe": ("Crumb and Cobble",), "arcade": ("Penny Fathom",), "shop": ("Sprig Corner",),
}  # fmt: skip
HOURS: dict[str, tuple[str, ...]] = {
    "pub": ("Mo-Th 12:00-23:00; Fr-Sa 12:00-01:00; Su 12:00-22:30", "Mo-Su 11:00-23:30", "Mo-Su 16:00-24:00"),
    "bar": ("We-Th 17:00-24:00; Fr-Sa 17:00-02:00", "Mo-Su 15:00-01:00"),
    "nightclub": ("Fr-Sa 22:00-03:00", "Th-Sa 21:30-04:00"),
    "restaurant": ("Tu-Su 12:00-14:30,17:30-22:00", "Mo-Su 12:00-22:30"),
    "cafe": ("Mo-Sa 08:00-17:00", "Mo-Fr 07:30-16:00; Sa-Su 09:00-16:00", "Monday to Saturday 8am to 4pm"),
    "takeaway": ("Mo-Su 16:30-23:00", "Mo-Th 16:00-24:00; Fr-Sa 16:00-02:00", "Tu-Su 11:30-14:00,16:30-22:00"),
    "hotel": ("24/7",),
    "shop": (
        "Mo-Sa 09:00-17:30",
        "Mo-Su 07:00-22:00",
        "Mo-Sa 08:00-20:00; Su 10:00-16:00",
        "Monday to Friday 9am to 5pm",
    ),
    "supermarket": ("Mo-Sa 07:00-22:00; Su 10:00-16:00", "Mo-Su 06:00-24:00"),
    "barber": ("Tu-Sa 09:00-18:00", "Mo-Sa 09:00-19:00; Su 10:00-15:00"),
    "taxi": ("24/7", "Mo-Su 17:00-04:00"),
    "transport": ("Mo-Su 06:00-21:00", "Mo-Sa 07:00-19:00"),
    "arcade": ("Mo-Su 10:00-22:00", "Mo-Su 11:00-24:00"),
    "leisure": ("Mo-Fr 06:30-22:00; Sa-Su 08:00-18:00", "Mo-Su 09:00-21:00"),
    "sports_club": ("Tu,Th 18:00-21:00; Sa 09:00-13:00", "Mo-Fr 17:30-21:30", "Tuesdays, Thursdays 6pm-9pm"),
    "faith": ("Su 09:00-13:00; We 18:30-20:30", "Mo-Su 05:30-22:00", "Fr 12:30-15:00; Su 10:00-12:00"),
    "youth_club": ("Mo,We,Fr 17:00-21:00", "Tu,Th 18:00-21:30; Sa 12:00-16:00"),
    "library": ("Mo-Fr 09:30-18:00; Sa 10:00-16:00", "Mo,Tu,Th,Fr 09:00-17:00; We 13:00-19:00"),
    "community_centre": ("Mo-Fr 09:00-21:00; Sa 10:00-17:00", "Monday to Friday 9am to 9pm", "By appointment"),
    "residents": ("Mo 19:00-21:00", "Fr-Sa 18:00-22:00"),
    "school_gate": ("Mo-Fr 08:00-09:00,15:00-16:00",),
    "park_staff": ("Mo-Su 08:00-18:00", "Mo-Su 08:00-dusk"),
    "other": ("Mo-Su 08:00-20:00", "Mo-Fr 08:00-18:00; Sa 08:00-13:00"),
}
STAGES: dict[str | None, float] = {
    None: 44, "identified": 17, "approached": 9, "engaged": 6, "agreed": 5, "trained": 5, "active": 11, "lapsed": 2,
    "declined": 2,
}  # fmt: skip


def add_guardians(package: Package, borough: Borough, names: Names) -> None:
    """Add all guardians, and note where they are."""
    chance = Chance(6)
    for venue in VENUES:
        _add_venue(package, borough, venue)
    for n in range(GUARDIANS - len(VENUES)):
        sector = "commercial" if n % 3 else "community"
        _add_guardian(package, borough, sector, names, chance)


def _add_venue(package: Package, borough: Borough, venue: Venue) -> None:
    x, y = borough.points[f"context:{venue.near}"]
    point = (x + venue.offset[0], y + venue.offset[1])
    community = (venue.kind in COMMUNITY and venue.kind != "other") or venue.key == "market-traders"
    until = None if venue.trained_for is None else package.day(venue.trained_for)
    due = package.day(7) if "next_step" in venue.values else None
    id = package.add(
        "guardians",
        venue.key,
        venue.name,
        sector="community" if community else "commercial",
        kind=venue.kind,
        hours=venue.hours,
        stage=venue.stage,
        stage_since=package.day(-90),
        trained_until=until,
        next_step_date=due,
        verified=package.day(-30),
        **lonlat(point),
        **venue.values,
    )
    note(package, borough, id, "guardians", point)


def _add_guardian(package: Package, borough: Borough, sector: str, names: Names, chance: Chance) -> None:
    kind = chance.weighted(COMMERCIAL if sector == "commercial" else COMMUNITY)
    brand = chance.pick(BRANDS[kind]) if kind in BRANDS and chance.yes(0.22) else None
    name = names.make(kind)
    if brand:
        name = f"{brand} {names.make('stop').removesuffix(' stop')}"
    unplaced = kind == "residents" and chance.yes(0.5)
    point = _guardian_point(borough, sector, chance)
    row: dict[str, Value] = {"kind": kind, "sector": sector, "brand": brand, "hours": _hours(kind, chance)}
    row |= _engagement(package, borough, point, chance)
    place = _place(package, borough, point, unplaced, chance)
    id = package.add("guardians", slug(name), name, **row, **place)
    borough.rows[id] = package.rows("guardians")[-1]
    borough.wards[id] = borough.mesh.ward[borough.mesh.cell_at(*point) or (0, 0)]
    if "longitude" in place:
        borough.points[id] = point


def _place(package: Package, borough: Borough, point: Point, unplaced: bool, chance: Chance) -> dict[str, Value]:
    ward = borough.mesh.ward[borough.mesh.cell_at(*point) or (0, 0)]
    if unplaced:
        return {"area": ward}
    postcodes = borough.near(point, borough.in_ward("postcode", ward), 250)
    open_ground = all(distance(point, p.at) > max(p.bare_m, p.cold_m) + 400 for p in PLACES)
    if postcodes and open_ground and chance.yes(0.25):
        return {"postcode": borough.rows[postcodes[0]]["name"]}
    return dict(lonlat(point))


def _guardian_point(borough: Borough, sector: str, chance: Chance) -> Point:
    mesh, codes = borough.mesh, sorted(set(borough.mesh.lsoa.values()))
    while True:
        scattered = chance.yes(0.17 if sector == "commercial" else 0.75)
        point = (
            mesh.random_point(chance, mesh.cells(mesh.lsoa, chance.pick(codes)))
            if scattered
            else clustered(borough, chance)
        )
        if all(distance(point, place.at) > place.bare_m for place in PLACES):
            return point


def _hours(kind: str, chance: Chance) -> str | None:
    return None if chance.yes(0.14) else chance.pick(HOURS[kind])


def _engagement(package: Package, borough: Borough, point: Point, chance: Chance) -> dict[str, Value]:
    """Return the stage of a venue by chance and what goes with it. Nothing was recorded in Tollgate."""
    ward = borough.mesh.ward[borough.mesh.cell_at(*point) or (0, 0)]
    if ward == ward_code("Tollgate"):
        return {}
    stage = chance.weighted(STAGES)
    # What is missing beside a place put by hand is known to be missing: every venue there was looked at.
    if stage in (None, "active") and any(distance(point, place.at) <= place.cold_m for place in PLACES):
        stage = "identified"
    if stage is None:
        return {}
    row: dict[str, Value] = {"stage": stage, "stage_since": package.day(-chance.integer(15, 500))}
    row["staff"] = staff = chance.integer(2, 24)
    row["staff_trained"] = chance.integer(1, staff) if stage in ("trained", "active", "lapsed") else 0
    if stage in ("trained", "active", "lapsed"):
        row["trained_until"] = package.day(_training_left(stage, chance))
    if stage in ("approached", "engaged", "agreed"):
        row |= {"next_step": chance.pick(("call back", "visit", "agree training date", "send the guide"))}
        row["next_step_date"] = package.day(chance.integer(3, 60))
    return {**row, **_view(stage, chance), "verified": package.day(-chance.integer(10, 420))}


def _training_left(stage: str, chance: Chance) -> int:
    if stage == "lapsed":
        return chance.integer(-300, -20)
    kind = chance.weighted({"long": 6, "soon": 3, "over": 1})
    return {"long": chance.integer(200, 600), "soon": chance.integer(10, 170), "over": chance.integer(-90, -5)}[kind]


def _view(stage: str, chance: Chance) -> dict[str, Value]:
    stance = chance.weighted(
        {"care": 62, "unknown": 18, "report": 12, "enforce": 8}
        if stage != "active"
        else {"care": 82, "report": 9, "enforce": 5, "unknown": 4}
    )
    say = chance.weighted({"not_asked": 60, "trusted": 22, "neutral": 13, "unwelcoming": 5})
    row: dict[str, Value] = {"stance": stance, "young_people_say": say}
    if say != "not_asked":
        row["young_people_asked"] = chance.integer(4, 70)
    if stage in ("agreed", "trained", "active"):
        row |= {
            "display_consent": chance.yes(0.7),
            "lead_role": chance.pick(("duty manager", "supervisor", "volunteer lead")),
        }
    return row
