"""What can young people use? The services and sessions of the borough, who runs and who pays for them."""

from __future__ import annotations

from collections.abc import Sequence

from demo.geometry import BOROUGH_CODE, distance, ward_code
from demo.handmade import PLACES
from demo.names import Names, slug
from demo.package import Chance, Package, Value
from demo.places import Borough, lonlat
from demo.responses import MADE, TEAM, Made

KINDS = {
    "youth_work": "Youth Work", "mentoring": "Mentoring", "counselling": "Counselling",
    "sports_and_arts": "Arts and Sport",
    "mental_health": "Wellbeing", "sexual_health": "Young People's Clinic", "substance_use": "Substance Support",
    "exploitation_support": "Exploitation Support", "advocacy": "Advocacy", "education_support": "Study Support",
    "employment_support": "Into Work", "family_support": "Family Support", "parenting_support": "Parenting Group",
    "peer_support": "Peer Support", "community_development": "Community Work", "place_based_work": "Places Project",
    "detached_youth_work": "Street Team", "bystander_training": "Bystander Training",
    "housing_support": "Housing Support",
}  # fmt: skip
# Teenage relationship abuse and modern slavery are left out: the first has no provision, the second one service.
HARMS = {
    "child_criminal_exploitation": 8, "child_sexual_exploitation": 6, "serious_violence": 7, "peer_sexual_harm": 4,
    "online_harm": 2, "weapon_related_harm": 4,
}  # fmt: skip
RUNNERS = (
    "tideline-youth", "lodestar", "safe-streets", "reach-out-arts", "breakwater", "stepping-stones", "sport-for-all",
    "turnpike", "parent-circle", "early-help", "health-trust", "harbour-mosque", "quay-neighbours", "netherwharf-hub",
)  # fmt: skip
FUNDERS = {
    "org:children-services": 6, "org:public-health": 4, "org:violence-reduction": 3, "org:saltmarsh-trust": 3,
    "org:community-safety": 2, "programme:neighbourhood-fund": 3, "org:health-trust": 2,
}  # fmt: skip
# Money to bodies, the pilot and a venue: funder, to, pounds, days since, months left, contract, title, passed on.
BODY_FUNDS = (
    ("org:brightwater", "org:tideline-youth", 30000.0, -400, 5, "core", "Core costs", False),
    ("org:saltmarsh-trust", "org:young-voices", 12000.0, -700, -2, "core", "First year", False),
    ("org:violence-reduction", "programme:hospitality-pilot", 140000.0, -500, 7, "grant", "Second year", False),
    ("programme:hospitality-pilot", "guardian:market-traders", 4000.0, -200, 6, "spot", "Market shelter rota", True),
    ("org:public-health", "org:saltmarsh-trust", 50000.0, -300, None, "grant", "Community grants pot", True),
)
BOROUGH_KINDS = (
    "bystander_training", "advocacy", "mental_health", "substance_use", "community_development", "place_based_work",
)  # fmt: skip
# Ward: services made by chance (beside those above) and what is always true of them there.
PLAN: dict[str | None, tuple[int, dict[str, Value]]] = {
    "Northern Quay": (7, {"level": "L1"}),
    "Ropewalk": (11, {}),
    "Saltings": (6, {"level": "L1"}),
    "Netherwharf": (7, {"access": None, "open_access": False}),
    "Tollgate": (7, {"level": None, "approach": None, "lens": None, "relationship": None}),
    "Castern Hill": (5, {"level": "L1", "approach": "behaviour_based"}),
    "Millrace": (7, {"maximum_age": 17}),
    None: (15, {}),
}
# The middle of Larkmoss; nothing meets within a walk of 35 minutes (2,154 m) of the homes around it.
OUT_OF_REACH, OUT_OF_REACH_M = (8500.0, 8000.0), 3400.0
# Central services are bought for these wards only: elsewhere they would hide what the ward's own services show.
CENTRAL_FOR = ("Ropewalk", "Tollgate", "Larkmoss")
# Contexts of these wards are worked on by their own services only: that is what they show.
CLOSED = tuple(ward_code(name) for name in ("Northern Quay", "Saltings", "Castern Hill", "Larkmoss"))


def add_provision(package: Package, borough: Borough) -> None:
    """Add services and sessions with RUNS, DELIVERS, SERVES, TARGETS, FUNDS and COMMISSIONS."""
    chance = Chance(10)
    names = Names(Chance(11))
    for made in MADE:
        _add_made(package, borough, made, chance)
    for ward, (count, fixed) in PLAN.items():
        for n in range(count):
            _add_service(package, borough, ward, n, fixed, names, chance)
    for context in _free_contexts(borough, ward_code("Northern Quay"))[:2]:
        package.link("TARGETS", "service:night-youth", context, level="L2", approach="contextual")
    for funder, to, pounds, since, months, contract, title, onward in BODY_FUNDS:
        package.link(
            "FUNDS", funder, to, amount_gbp=pounds, start=package.day(since), contract=contract, title=title,
            end=package.month_end(months) if months else None, end_basis="given" if months else "unknown",
            onward=onward or None,
        )  # fmt: skip


def _free_contexts(borough: Borough, ward: str) -> list[str]:
    """Return the contexts of a ward that were not put there by hand, those of concern first."""
    made = {f"context:{place.key}" for place in PLACES}
    free = [id for id in borough.in_ward("context", ward) if id in borough.points and id not in made]
    return sorted(free, key=lambda id: (borough.rows[id].get("concern") != "of_concern", id))


def _add_made(package: Package, borough: Borough, made: Made, chance: Chance) -> None:
    row: dict[str, Value] = {
        "status": "active",
        "figures_period": package.year,
        "coded_on": package.day(-120),
        "verified": package.day(-60),
    }
    id = package.add("services", made.key, made.name, kind=made.kind, **{**row, **made.values})
    # One service is for the whole borough: it must not spoil what a ward shows.
    wards = None if made.key == "turnpike-exploitation" else [made.ward] if made.ward else CENTRAL_FOR
    _attach(package, id, wards, made.run_by)
    values: dict[str, Value] = dict(made.session)
    if values.get("sensitivity") == "confidential":
        values["area"] = ward_code("Netherwharf")
    elif values["kind"] in ("home", "online"):
        values["area"] = BOROUGH_CODE
    else:
        values |= _site(borough, made.ward or "Ropewalk", chance)
    _session(package, borough, id, made.name, values)
    for context in made.targets:
        package.link("TARGETS", id, context, level=made.values["level"], approach=made.values["approach"])
    for funder, pounds, months in made.funds:
        package.link(
            "FUNDS",
            funder,
            id,
            amount_gbp=float(pounds),
            start=package.day(-600),
            end=package.month_end(months),
            end_basis="given",
            contract="grant" if "org:b" in funder else "contract",
        )


def _attach(package: Package, id: str, wards: Sequence[str] | None, runner: str) -> None:
    """Say who runs a service and which wards it is for; None is the whole borough."""
    package.link("RUNS", f"org:{runner}", id)
    basis = "eligible" if wards is None else "catchment" if len(wards) == 1 else "purchased"
    for code in [BOROUGH_CODE] if wards is None else [ward_code(ward) for ward in wards]:
        package.link("SERVES", id, f"area:{code}", basis=basis)


def _site(borough: Borough, ward: str, chance: Chance) -> dict[str, Value]:
    mesh = borough.mesh
    cells = mesh.cells(mesh.ward, ward_code(ward))
    while distance(point := mesh.random_point(chance, cells), OUT_OF_REACH) < OUT_OF_REACH_M:
        pass
    return dict(lonlat(point))


def _session(package: Package, borough: Borough, service: str, name: str, values: dict[str, Value], n: int = 1) -> None:
    key = f"{service.partition(':')[2]}-{n}"
    id = package.add("sessions", key, f"{name}, {str(values['kind']).replace('_', ' ')}", **values)
    package.link("DELIVERS", service, id)
    borough.rows[id] = package.rows("sessions")[-1]


def _add_service(
    package: Package, borough: Borough, ward: str | None, n: int, fixed: dict[str, Value], names: Names, chance: Chance
) -> None:
    kind = chance.pick(tuple(KINDS) if ward else BOROUGH_KINDS)
    name = f"{names.epithet()} {KINDS[kind]}"
    cost = chance.integer(12, 140) * 1000.0
    row = {
        "cost_per_year": cost,
        **_figures(package, chance),
        **_coding(package, kind, ward, n, chance),
        **_who(chance),
        **fixed,
    }
    if kind in ("parenting_support", "family_support"):
        row["for_whom"] = ["parents_carers"]
    if kind == "sexual_health":
        row["minimum_age"] = 13
    if ward == "Netherwharf":
        row["access"] = chance.pick(("school", "professional", "social_care", "parent"))
    if ward == "Millrace":
        row["maximum_age"] = 25 if n == 6 else 16 if n % 3 == 0 else 17
        row["minimum_age"] = 11 if n % 2 else 8
    id = package.add("services", slug(name), name, kind=kind, verified=package.day(-chance.integer(20, 600)), **row)
    _attach(package, id, [ward] if ward else CENTRAL_FOR, chance.pick(RUNNERS))
    _add_sessions(package, borough, id, name, ward, kind, chance)
    _add_targets(package, borough, id, ward, row, chance)
    _add_money(package, id, cost, "org:brightwater" if ward == "Ropewalk" and n < 3 else None, chance)


def _figures(package: Package, chance: Chance) -> dict[str, Value]:
    capacity = chance.integer(2, 24) * 5 if chance.yes(0.85) else None
    row: dict[str, Value] = {"capacity": capacity}
    if capacity and chance.yes(0.6):
        row |= {
            "in_use": int(capacity * chance.between(0.4, 1.0)),
            "referrals": int(capacity * chance.between(0.5, 1.8)),
            "turned_away": chance.integer(0, 25),
            "figures_period": package.year,
        }
    row["wait_days"] = chance.weighted({None: 20, 0: 25, 10: 20, 28: 15, 45: 10, 90: 6})
    return row


def _coding(package: Package, kind: str, ward: str | None, n: int, chance: Chance) -> dict[str, Value]:
    """Return level, approach and lens; some services of the borough, and most of Tollgate, are not yet coded."""
    if ward == "Tollgate" or (ward is None and n % 3 == 0):
        return {}
    places = kind in ("place_based_work", "community_development", "bystander_training", "detached_youth_work")
    level = chance.weighted({"L2": 6, "both": 3, "L1": 1} if places else {"L1": 12, "both": 2, "L2": 1})
    weights = (
        {"behaviour_based": 9, "mixed": 4, "contextual": 2, "structural": 1}
        if level == "L1"
        else {"contextual": 5, "structural": 3, "mixed": 2}
    )
    lens = chance.weighted({"welfare": 9, "health": 4, "education": 4, "community_safety": 4, "justice": 3})
    relation = chance.weighted({"working_with": 7, "watching_over": 2, "unclear": 2})
    measures = chance.weighted({"none": 5, "individual": 6, "contextual": 2, "both": 1})
    when = package.day(-chance.integer(30, 300))
    return {
        "level": level,
        "approach": chance.weighted(weights),
        "lens": lens,
        "relationship": relation,
        "coded_on": when,
        "outcome_measures": measures,
        "co_produced": chance.yes(0.3),
        "coded_by": TEAM,
        "coding_basis": chance.pick(("provider", "commissioner", "researcher")),
    }


def _who(chance: Chance) -> dict[str, Value]:
    access = chance.weighted({"self": 8, "school": 4, "professional": 5, "parent": 3, "peer": 1, "social_care": 2})
    group = chance.weighted(
        {
            None: 60,
            "girls_and_young_women": 4,
            "lgbtq": 3,
            "neurodivergent": 3,
            "care_experienced": 4,
            "racially_minoritised": 3,
            "young_carers": 2,
            "disabled": 3,
            "boys_and_young_men": 2,
        }
    )
    more = chance.weighted({None: 6, "ur": 1, "pl": 1, "ar": 1, "bsl": 1, "ro": 1})
    return {
        "status": chance.weighted({"active": 30, "planned": 1, "paused": 1}),
        "access": access,
        "open_access": access == "self" and chance.yes(0.6),
        "minimum_age": chance.pick((8, 10, 11, 11, 12, 13)),
        "maximum_age": chance.pick((16, 17, 17, 18, 18, 19, 25)),
        "tier": chance.weighted({"universal": 3, "early_help": 5, "targeted": 5, "statutory": 1}),
        "for_whom": ["young_people"] if chance.yes(0.8) else ["young_people", "parents_carers"],
        "made_for": [group] if group else None,
        "languages": ["en", more] if more else ["en"],
        "harms": list(dict.fromkeys(chance.weighted(HARMS) for _ in range(chance.integer(1, 2)))),
        "target_kinds": chance.sample(
            ("park", "school", "neighbourhood", "transport", "commercial", "online"), chance.integer(0, 2)
        ),
        "purposes": ["after_school"] if chance.yes(0.2) else ["holiday_provision"] if chance.yes(0.1) else None,
    }


SCHOOL_HOURS = ("Mo-Fr 09:00-15:30", "Tu,Th 12:00-15:00", "We 13:30-16:30")
SESSION_HOURS = (
    "Mo-Fr 15:30-18:00", "Tu,Th 16:00-19:00", "Mo-Fr 09:00-17:00", "We 17:00-20:00", "Fr 18:00-21:00",
    "Sa 10:00-14:00",
    "Mo,We 15:30-20:30", None, "Monday to Friday 9am to 5pm",
)  # fmt: skip


def _add_sessions(
    package: Package, borough: Borough, id: str, name: str, ward: str | None, kind: str, chance: Chance
) -> None:
    for n in range(1, 1 + chance.weighted({1: 6, 2: 3, 3: 1})):
        how = (
            "detached"
            if kind == "detached_youth_work"
            else chance.weighted({"centre": 8, "outreach": 3, "in_school": 3, "online": 1, "home": 1})
        )
        hours = chance.pick(SCHOOL_HOURS if how == "in_school" else SESSION_HOURS)
        values: dict[str, Value] = {"kind": how, "hours": hours}
        if how in ("online", "home"):
            values["area"] = ward_code(ward) if ward else BOROUGH_CODE
        else:
            values |= _site(borough, ward or "Ropewalk", chance) | {"places": chance.integer(6, 40)}
        if chance.yes(0.1):
            values["season"] = "school holidays"
            values["hours_holiday"] = "Mo-Fr 10:00-16:00"
        _session(package, borough, id, name, values, n)


def _add_targets(
    package: Package, borough: Borough, id: str, ward: str | None, row: dict[str, Value], chance: Chance
) -> None:
    kept = {f"context:{place.key}" for place in PLACES} | set(_free_contexts(borough, ward_code("Northern Quay"))[:2])
    if ward:
        places = borough.in_ward("context", ward_code(ward))
    else:
        places = [c for c, w in borough.wards.items() if c.startswith("context:") and w not in CLOSED]
    chosen = chance.sample([context for context in places if context not in kept], chance.integer(0, 3))
    for context in chosen:
        package.link("TARGETS", id, context, level=row.get("level"), approach=row.get("approach"))


def _add_money(package: Package, id: str, cost: float, only: str | None, chance: Chance) -> None:
    """Add one or two grants, or one of the only funder that ends within the year; and perhaps a commission."""
    months = 10 if only else chance.weighted({3: 2, 6: 2, 12: 3, 20: 3, 30: 3, None: 1})
    shares = (1.0,) if only or chance.yes(0.35) else (0.75, 0.25)
    funders = [only] if only else list(dict.fromkeys(chance.weighted(FUNDERS) for _ in range(8)))
    for k, (share, funder) in enumerate(zip(shares, funders, strict=False)):
        package.link(
            "FUNDS",
            funder,
            id,
            amount_gbp=round(cost * share, 2),
            start=package.day(-chance.integer(100, 900)),
            end=package.month_end(months) if months else None,
            end_basis=chance.pick(("given", "award_plus_duration")) if months else "unknown",
            extend_to=package.month_end(months + 12) if months and chance.yes(0.15) else None,
            contract=chance.pick(("grant", "contract", "core", "spot")),
            title=f"Delivery, part {k + 1}" if k else None,
        )
    if chance.yes(0.45):
        by = chance.pick(("org:children-services", "org:public-health", "org:community-safety"))
        package.link(
            "COMMISSIONS",
            by,
            id,
            start=package.day(-500),
            end=package.month_end(months or 24),
            agreement=f"QF/{chance.integer(1000, 9999)}",
        )
