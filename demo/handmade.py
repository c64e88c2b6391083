"""Which places and venues show each gap? The ones put there by hand; ``docs/demo.md`` tells their stories.

Places are in metres of ``geometry.Mesh``; venues are metres east and north of a place. Day offsets count from
the day of the demo.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from demo.geometry import Point
from demo.package import Value

EVENINGS = "Mo-Fr 15:00-22:00; Sa-Su 10:00-22:00"


@dataclass(frozen=True)
class Place:
    """A context put by hand. Chance puts no venue within ``bare_m`` of it, and no active one within ``cold_m``."""

    key: str
    name: str
    kind: str
    at: Point
    values: dict[str, Value] = field(default_factory=dict)
    review_in: int | None = None
    bare_m: float = 0
    cold_m: float = 0


@dataclass(frozen=True)
class Venue:
    """A guardian put by hand, near a place."""

    key: str
    name: str
    kind: str
    near: str
    offset: Point
    stage: str | None
    hours: str | None
    values: dict[str, Value] = field(default_factory=dict)
    trained_for: int | None = None


def _concern(*harms: str, **more: Value) -> dict[str, Value]:
    return {"concern": "of_concern", "harms": list(harms), **more}


PLACES = (
    Place(
        "quay-bus-station", "Quay bus station", "transport", (3150, 6350),
        _concern("child_criminal_exploitation", "serious_violence", active_hours=EVENINGS,
                 strengths=["well lit", "drivers know the regular passengers"], drivers=["long waits after 20:00"]),
        review_in=120, cold_m=600,
    ),
    Place(
        "mill-lane-park", "Mill Lane park", "park", (5300, 8100),
        _concern("child_criminal_exploitation", "weapon_related_harm",
        active_hours="Mo-Fr 15:00-21:00; Sa-Su 10:00-21:00",
                 strengths=["a new basketball court young people asked for"], drivers=["no lighting on the far path"]),
        review_in=75, bare_m=480,
    ),
    Place(
        "market-square", "Ropewalk market square", "commercial", (3900, 4000),
        {"active_hours": EVENINGS, "strengths": ["traders know young people by name",
        "a place to sit without buying"]},
    ),
    Place(
        "saltings-estate", "Saltings estate", "neighbourhood", (1500, 2900),
        _concern("child_criminal_exploitation", "modern_slavery", active_hours=EVENINGS,
                 strengths=["a strong residents' group"], drivers=["youth centre closed in 2024"]),
        review_in=200, cold_m=600,
    ),
    Place(
        "cannery-underpass", "Cannery underpass", "transport", (6600, 4500),
        _concern("serious_violence", "weapon_related_harm", active_hours="Mo-Su 15:00-23:00",
                 drivers=["the only way to the school after dark"]),
        review_in=45, cold_m=900,
    ),
    Place(
        "gasworks-green", "Gasworks green", "park", (3600, 1500),
        _concern("child_sexual_exploitation", drivers=["review has not taken place"]), review_in=-70, cold_m=600,
    ),
    Place(
        "station-forecourt", "Station forecourt", "transport", (5000, 3800),
        _concern("child_criminal_exploitation", "modern_slavery", active_hours="Mo-Su 07:00-23:00",
                 strengths=["staff are present until the last train"]),
        review_in=150,
    ),
    Place(
        "larkmoss-crossroads", "Larkmoss crossroads", "neighbourhood", (8400, 8000),
        _concern("online_harm", "teenage_relationship_abuse", drivers=["last bus leaves at 18:40"]), review_in=30,
        cold_m=600,
    ),
    Place(
        "castern-high-school", "Castern High School", "school", (7200, 4900),
        {"minimum_age": 11, "maximum_age": 18, "harms": ["peer_sexual_harm", "teenage_relationship_abuse"],
         "concern": "being_assessed", "strengths": ["pupils lead a safer corridors group"]},
        review_in=90,
    ),
    Place(
        "ropewalk-high-school", "Ropewalk High School", "school", (3400, 3700),
        {"minimum_age": 11, "maximum_age": 18, "harms": ["peer_sexual_harm"], "concern": "improving",
         "strengths": ["breakfast club", "staff at the gate"]},
        review_in=160,
    ),
    Place(
        "sluice-college", "Sluice Sixth Form College", "school", (5100, 4600), {"minimum_age": 16, "maximum_age": 19},
    ),
    Place(
        "boatyard-provision", "The Boatyard Alternative Provision", "alternative_provision", (2500, 6900),
        {"minimum_age": 13, "maximum_age": 16, "harms": ["child_criminal_exploitation"],
         "strengths": ["small groups", "boat-building workshop"]},
    ),
)  # fmt: skip

LATE_PUB = "Mo-Th 12:00-23:00; Fr-Sa 12:00-01:00; Su 12:00-22:30"
_IDLE: dict[str, Value] = {"stance": "care", "young_people_say": "not_asked"}
_ASKED: dict[str, Value] = {
    "stance": "care",
    "young_people_say": "trusted",
    "young_people_asked": 34,
    "display_consent": True,
}

_MILL_LANE = (
    ("mill-lane-news", "Mill Lane News", "shop"), ("mill-lane-fish-bar", "Mill Lane Fish Bar", "takeaway"),
    ("the-millers-rest", "The Miller's Rest", "pub"), ("parkside-cafe", "Parkside Café", "cafe"),
    ("mill-lane-barbers", "Mill Lane Barbers", "barber"), ("mill-lane-launderette", "Mill Lane Launderette", "other"),
    ("millrace-bowls-club", "Millrace Bowls Club", "sports_club"), ("mill-lane-chapel", "Mill Lane Chapel", "faith"),
    ("mill-lane-pizza", "Mill Lane Pizza", "takeaway"), ("mill-lane-pharmacy", "Mill Lane Pharmacy", "shop"),
    ("mill-lane-hall", "Mill Lane Hall", "community_centre"),
)  # fmt: skip
_AROUND = (
    (60, 90), (-120, 40), (150, -80), (-60, -150), (200, 60), (-210, -60), (30, 230), (-150, 190), (120, 190),
    (240, -160), (-40, -290),
)  # fmt: skip

VENUES = (
    # Quay bus station: cared for by day, and by nobody after 18:00.
    Venue("quay-kiosk", "Quay Kiosk", "cafe", "quay-bus-station", (40, 20), "active", "Mo-Sa 07:00-17:30",
          {**_ASKED, "staff": 4, "staff_trained": 3}, 300),
    Venue("ferry-office", "Ferry Ticket Office", "transport", "quay-bus-station", (-120, 60), "active",
          "Mo-Su 06:30-18:00", {**_ASKED, "staff": 6, "staff_trained": 5}, 260),
    Venue("the-anchor", "The Anchor", "pub", "quay-bus-station", (180, -90), "approached",
          "Mo-Th 11:00-23:00; Fr-Sa 11:00-01:00; Su 12:00-22:30",
          {**_IDLE, "staff": 9, "staff_trained": 0, "next_step": "call back"}),
    Venue("late-bite-quay", "Late Bite Quayside", "takeaway", "quay-bus-station", (-60, -170), "identified",
          "Mo-Su 16:00-02:00", {**_IDLE, "brand": "Late Bite", "staff": 7, "staff_trained": 0}),
    Venue("quay-security", "Quay Shopping Security Desk", "other", "quay-bus-station", (210, 140), "active",
          "Mo-Su 10:00-23:00", {"stance": "enforce", "young_people_say": "unwelcoming", "young_people_asked": 28,
                                "staff": 8, "staff_trained": 8}, 200),
    # Mill Lane park: eleven venues near, none of them engaged.
    *(Venue(key, name, kind, "mill-lane-park", offset, "approached" if n in (3, 7) else "identified",
            "Mo-Su 09:00-21:00" if kind != "pub" else LATE_PUB, {**_IDLE, "staff": 3 + n % 5, "staff_trained": 0})
      for n, ((key, name, kind), offset) in enumerate(zip(_MILL_LANE, _AROUND, strict=True))),
    # Ropewalk market square: the strength; cared for at every hour it is used.
    Venue("the-compass", "The Compass", "pub", "market-square", (70, 60), "active", LATE_PUB,
          {**_ASKED, "staff": 12, "staff_trained": 10, "lead_role": "duty manager"}, 41),
    Venue("late-bite-market", "Late Bite Market Square", "takeaway", "market-square", (-80, 30), "active",
          "Mo-Su 11:00-02:00", {**_ASKED, "brand": "Late Bite", "staff": 8, "staff_trained": 8}, 330),
    Venue("market-traders", "Market Traders' Association", "other", "market-square", (10, -50), "active",
          "Mo-Sa 07:00-17:00", {**_ASKED, "staff": 25, "staff_trained": 14}, 290),
    Venue("ropewalk-library", "Ropewalk Library", "library", "market-square", (-150, -120), "active",
          "Mo-Fr 09:00-19:00; Sa 09:30-16:00", {**_ASKED, "staff": 7, "staff_trained": 7}, 380),
    # Active, and with nowhere to pass a worry on to.
    Venue("kelp-cafe", "Kelp Café", "cafe", "market-square", (260, -180), "active", "Tu-Su 08:00-16:00",
          {**_ASKED, "staff": 5, "staff_trained": 4}, 310),
    # Active, and the only way out is the police.
    Venue("the-signal-box", "The Signal Box", "bar", "station-forecourt", (90, 40), "active",
          "Mo-Su 12:00-24:00", {**_ASKED, "staff": 6, "staff_trained": 6}, 250),
    Venue("station-cabs", "Station Cabs", "taxi", "station-forecourt", (-50, 70), "active", "24/7",
          {**_ASKED, "staff": 22, "staff_trained": 9}, 150),
    Venue("underpass-cabs", "Cannery Cabs", "taxi", "cannery-underpass", (110, 60), "active", "Mo-Su 17:00-03:00",
          {**_ASKED, "staff": 14, "staff_trained": 5}, 220),
    Venue("castern-gate-team", "Castern High School Gate Team", "school_gate", "castern-high-school", (20, 30),
          "active", "Mo-Fr 08:00-09:00,15:00-16:00", {**_ASKED, "staff": 6, "staff_trained": 6}, 270),
    Venue("ropewalk-gate-team", "Ropewalk High School Gate Team", "school_gate", "ropewalk-high-school", (-30, 20),
          "active", "Mo-Fr 07:45-08:45,15:00-16:15", {**_ASKED, "staff": 8, "staff_trained": 8}, 240),
    # Training that has lapsed: active on paper, not counted.
    Venue("gasworks-cafe", "Gasworks Café", "cafe", "gasworks-green", (60, -90), "active", "Mo-Sa 09:00-17:00",
          {**_ASKED, "staff": 4, "staff_trained": 4}, -55),
    Venue("saltings-residents", "Saltings Residents' Association", "residents", "saltings-estate", (40, 60), "engaged",
          None, {**_IDLE, "staff": None}),
)  # fmt: skip
