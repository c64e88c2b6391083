"""Who works with whom? Guardians of contexts, corridors, partner links and memberships."""

from __future__ import annotations

from demo.bodies import CHAINS, LARKMOSS
from demo.geometry import distance
from demo.handmade import PLACES
from demo.package import Chance, Package, Value
from demo.places import Borough

ASKED_PLACES = (
    "young people at two youth clubs, March 2026", "pupils of three schools, spring survey 2026",
    "young people met by the street team, summer 2026", "young people in the Youth Voice group, September 2026",
)  # fmt: skip
POLICE = "org:quayford-police"
# Guardians of the hand-placed contexts, with the basis and who was asked.
GUARDIANS_OF = (
    ("quay-kiosk", "quay-bus-station", "declared"), ("quay-kiosk", "quay-bus-station", "perceived"),
    ("ferry-office", "quay-bus-station", "declared"), ("quay-security", "quay-bus-station", "declared"),
    ("the-compass", "market-square", "declared"), ("the-compass", "market-square", "perceived"),
    ("late-bite-market", "market-square", "observed"), ("market-traders", "market-square", "perceived"),
    ("ropewalk-library", "market-square", "declared"), ("the-signal-box", "station-forecourt", "declared"),
    ("station-cabs", "station-forecourt", "declared"), ("underpass-cabs", "cannery-underpass", "declared"),
    ("castern-gate-team", "castern-high-school", "declared"), ("castern-gate-team", "castern-high-school",
    "perceived"),
    ("ropewalk-gate-team", "ropewalk-high-school", "declared"), ("kelp-cafe", "market-square", "perceived"),
)  # fmt: skip
# Who the hand-placed active guardians turn to; Kelp Café turns to nobody.
TURNS_TO = (
    ("quay-kiosk", "org:tideline-youth"), ("ferry-office", "org:early-help"), ("the-compass", "org:tideline-youth"),
    ("late-bite-market", "org:tideline-youth"), ("market-traders", "org:early-help"),
    ("ropewalk-library", "org:early-help"), ("the-signal-box", POLICE), ("station-cabs", POLICE),
    ("underpass-cabs", POLICE), ("castern-gate-team", "org:castern-learning"),
    ("ropewalk-gate-team", "org:ropewalk-learning"), ("gasworks-cafe", "org:netherwharf-hub"), ("quay-security",
    POLICE),
)  # fmt: skip
# type, from, to, formality, basis. Schools reach a statutory body in one, two, three and four steps; one does not.
PARTNERS = (
    ("REFERS_TO", "org:ropewalk-learning", "org:early-help", "protocol", "declared"),
    ("REFERS_TO", "org:castern-learning", "org:breakwater", "informal", "declared"),
    ("REFERS_TO", "org:breakwater", "org:health-trust", "contract", "declared"),
    ("REFERS_TO", "org:harbour-schools", "org:parent-circle", "informal", "declared"),
    ("REFERS_TO", "org:parent-circle", "org:stepping-stones", "informal", "declared"),
    ("REFERS_TO", "org:stepping-stones", "org:children-services", "protocol", "declared"),
    ("REFERS_TO", "org:millrace-schools", "org:millrace-forum", "informal", "declared"),
    ("REFERS_TO", "org:millrace-forum", "org:reach-out-arts", "informal", "declared"),
    ("REFERS_TO", "org:reach-out-arts", "org:lodestar", "informal", "declared"),
    ("REFERS_TO", "org:lodestar", "org:early-help", "protocol", "declared"),
    ("REFERS_TO", "org:boatyard", "service:back-in", "protocol", "declared"),
    ("REFERS_TO", "service:back-in", "org:education-service", "protocol", "declared"),
    ("REFERS_TO", POLICE, "org:children-services", "protocol", "declared"),
    ("REFERS_TO", POLICE, "org:youth-justice", "protocol", "declared"),
    ("REFERS_TO", "org:early-help", "org:tideline-youth", "contract", "declared"),
    ("REFERS_TO", "org:tideline-youth", "org:early-help", "contract", "declared"),
    ("REFERS_TO", "org:tideline-youth", "service:night-youth", "informal", "declared"),
    ("REFERS_TO", "org:early-help", "service:stay-local", "protocol", "declared"),
    ("REFERS_TO", "org:children-services", "service:turnpike-exploitation", "contract", "declared"),
    ("REFERS_TO", "org:children-services", "org:early-help", "protocol", "declared"),
    ("REFERS_TO", POLICE, "service:safer-streets-diversion", "protocol", "declared"),
    ("REFERS_TO", "org:asylum-welcome", "service:open-harbour-advice", "informal", "declared"),
    ("REFERS_TO", "org:asylum-welcome", "service:first-landing", "informal", "perceived"),
    ("REFERS_TO", "org:tideline-youth", "org:breakwater", "informal", "perceived"),
    ("ESCALATES_TO", "org:tideline-youth", "org:early-help", "protocol", "declared"),
    ("ESCALATES_TO", "org:early-help", "org:children-services", "protocol", "declared"),
    ("ESCALATES_TO", "org:early-help", "forum:context-panel", "protocol", "declared"),
    ("ESCALATES_TO", "org:netherwharf-hub", "org:early-help", "informal", "declared"),
    ("ESCALATES_TO", "org:castern-learning", "org:early-help", "protocol", "declared"),
    ("SHARES_INFORMATION_WITH", "org:children-services", POLICE, "protocol", "declared"),
    ("SHARES_INFORMATION_WITH", "org:education-service", POLICE, "protocol", "perceived"),
    ("SHARES_INFORMATION_WITH", "org:health-trust", "org:children-services", "protocol", "declared"),
    ("SHARES_INFORMATION_WITH", "org:open-harbour", "org:asylum-welcome", "informal", "declared"),
    ("TRAINS", "org:tideline-youth", "guardian:the-compass", "protocol", "declared"),
    ("TRAINS", "org:tideline-youth", "guardian:late-bite-market", "protocol", "declared"),
    ("TRAINS", "org:tideline-youth", "guardian:kelp-cafe", "protocol", "declared"),
    ("TRAINS", "org:turnpike", "org:quayline-buses", "informal", "declared"),
    ("TRAINS", "org:young-voices", "org:licensing", "informal", "declared"),
    ("CO_DELIVERS_WITH", "service:night-youth", "org:street-watch-chaplains", "informal", "declared"),
    ("CO_DELIVERS_WITH", "service:safer-corridors", "org:young-voices", "informal", "declared"),
    ("CO_DELIVERS_WITH", "org:open-harbour", "org:quayford-interfaith", "informal", "declared"),
    ("CO_DELIVERS_WITH", "org:sport-for-all", "org:castern-rovers", "informal", "declared"),
    ("ACCOUNTABLE_TO", "service:night-youth", "org:brightwater", "contract", "declared"),
    ("ACCOUNTABLE_TO", "org:children-services", "forum:safeguarding-partnership", "protocol", "declared"),
    ("ACCOUNTABLE_TO", POLICE, "forum:community-safety-partnership", "protocol", "declared"),
    ("REFERS_TO", "org:larkmoss-link", "org:early-help", "informal", "declared"),
    ("CO_DELIVERS_WITH", "org:larkmoss-juniors", "org:larkmoss-link", "informal", "declared"),
    ("REFERS_TO", "org:larkmoss-tenants", "org:larkmoss-link", "informal", "declared"),
    ("REFERS_TO", "org:larkmoss-walking-bus", "org:larkmoss-link", "informal", "perceived"),
    ("SHARES_INFORMATION_WITH", "org:larkmoss-fellowship", "org:larkmoss-link", "informal", "declared"),
)  # fmt: skip
SCHOOL_RUN_BY = {
    "ropewalk-high-school": "ropewalk-learning", "castern-high-school": "castern-learning",
    "sluice-college": "harbour-schools", "boatyard-provision": "boatyard",
}  # fmt: skip


def add_network(package: Package, borough: Borough) -> None:
    """Add GUARDIAN_OF, ADJACENT_TO, the partner links, who runs schools and chains, and venue memberships."""
    chance = Chance(20)
    _add_guardian_links(package, borough, chance)
    _add_adjacent(package, borough)
    for type, start, end, formality, basis in PARTNERS:
        package.link(type, start, end, **_manner(package, formality, basis, chance))
    for guardian, to in TURNS_TO:
        package.link("ESCALATES_TO", f"guardian:{guardian}", to, **_manner(package, "protocol", "declared", chance))
    _add_escalation(package, borough, chance)
    _add_partnerships(package, chance)
    _add_runs(package, borough, chance)
    _add_venue_memberships(package, borough, chance)


def _manner(package: Package, formality: str, basis: str, chance: Chance) -> dict[str, Value]:
    shares = chance.weighted({"none": 8, "police": 3, "unknown": 3, "immigration": 0.4, "prevent": 0.4})
    return {
        "formality": formality,
        "basis": basis,
        "asked": chance.pick(ASKED_PLACES) if basis == "perceived" else None,
        "strength": round(chance.between(0.2, 1.0), 2),
        "last_contact": package.day(-chance.integer(3, 400)),
        "shares_with": [shares],
        "system_harm_noted": True if chance.yes(0.06) else None,
    }


def _guardians(borough: Borough, *stages: str) -> list[str]:
    return [id for id, row in borough.rows.items() if id.startswith("guardian:") and row.get("stage") in stages]


def _add_guardian_links(package: Package, borough: Borough, chance: Chance) -> None:
    for guardian, context, basis in GUARDIANS_OF:
        asked = ASKED_PLACES[0] if basis == "perceived" else None
        package.link("GUARDIAN_OF", f"guardian:{guardian}", f"context:{context}", basis=basis, asked=asked)
    made = {f"guardian:{guardian}" for guardian, _, _ in GUARDIANS_OF}
    kept = {f"context:{place.key}" for place in PLACES}
    contexts = [id for id in borough.points if id.startswith("context:") and id not in kept]
    for guardian in _guardians(borough, "active", "trained", "agreed"):
        if guardian in made or guardian not in borough.points:
            continue
        for context in borough.near(borough.points[guardian], contexts, 350)[: chance.integer(0, 2)]:
            _add_guardian_of(package, borough, guardian, context, chance)


def _add_guardian_of(package: Package, borough: Borough, guardian: str, context: str, chance: Chance) -> None:
    say = borough.rows[guardian].get("young_people_say")
    hours = "Mo-Fr 15:00-18:00" if chance.yes(0.15) else None
    basis = "observed" if chance.yes(0.15) else "declared"
    if say != "trusted" or chance.yes(0.7):
        package.link("GUARDIAN_OF", guardian, context, basis=basis, hours=hours)
    if say == "trusted":
        package.link("GUARDIAN_OF", guardian, context, basis="perceived", asked=chance.pick(ASKED_PLACES))


def _add_adjacent(package: Package, borough: Borough) -> None:
    package.link("ADJACENT_TO", "context:cannery-underpass", "context:castern-high-school")
    package.link("ADJACENT_TO", "context:quay-bus-station", "context:boatyard-provision")
    package.link("ADJACENT_TO", "context:station-forecourt", "context:sluice-college")
    kinds = {id: row["kind"] for id, row in borough.rows.items() if id.startswith("context:") and id in borough.points}
    stops = [id for id, kind in kinds.items() if kind == "transport"]
    for start in (id for id, kind in kinds.items() if kind in ("school", "park", "leisure")):
        for stop in borough.near(borough.points[start], stops, 400)[:1]:
            package.link("ADJACENT_TO", start, stop)


def _add_escalation(package: Package, borough: Borough, chance: Chance) -> None:
    done = {f"guardian:{key}" for key, _ in TURNS_TO} | {"guardian:kelp-cafe"}
    routes = {"org:early-help": 5, "org:tideline-youth": 6, "org:safe-streets": 3, "org:licensing": 2, POLICE: 1.2}
    for guardian in _guardians(borough, "active", "trained", "agreed"):
        if guardian in done or chance.yes(0.25):
            continue
        first = chance.weighted(routes)
        package.link("ESCALATES_TO", guardian, first, **_manner(package, "protocol", "declared", chance))
        if first == "org:tideline-youth" and chance.yes(0.3):
            package.link("ESCALATES_TO", guardian, POLICE, **_manner(package, "informal", "perceived", chance))
    for guardian in _guardians(borough, "trained", "active"):
        if guardian not in done and chance.yes(0.5):
            package.link("TRAINS", "org:tideline-youth", guardian, **_manner(package, "protocol", "declared", chance))


def _add_partnerships(package: Package, chance: Chance) -> None:
    apart = {key for key, _ in LARKMOSS} | {"tideline-youth-project", "millrace-schools", "netherwharf-schools"}
    bodies = [str(r["id"]) for r in package.rows("organisations") if r["id"] not in apart and r["sector"] != "private"]
    # Schools' ways to help are as PARTNERS has them, and the police are given no more.
    bodies = [b for b in bodies if not b.endswith(("learning", "schools", "police", "boatyard", "brightwater"))]
    weights = {"SHARES_INFORMATION_WITH": 4, "CO_DELIVERS_WITH": 4, "TRAINS": 1, "ACCOUNTABLE_TO": 1}
    for _ in range(70):
        start, end = chance.sample(bodies, 2)
        formality = chance.weighted({"informal": 6, "protocol": 3, "contract": 1})
        basis = "perceived" if chance.yes(0.2) else "declared"
        package.link(
            chance.weighted(weights), f"org:{start}", f"org:{end}", **_manner(package, formality, basis, chance)
        )
    for row in package.rows("services"):
        if row.get("access") in ("school", "professional", "social_care") and chance.yes(0.7):
            package.link(
                "REFERS_TO",
                "org:early-help",
                f"service:{row['id']}",
                **_manner(package, "protocol", "declared", chance),
            )


def _add_runs(package: Package, borough: Borough, chance: Chance) -> None:
    for school, trust in SCHOOL_RUN_BY.items():
        package.link("RUNS", f"org:{trust}", f"context:{school}")
    trusts = ("ropewalk-learning", "castern-learning", "harbour-schools", "millrace-schools", "netherwharf-schools")
    for id, row in borough.rows.items():
        key = id.partition(":")[2]
        if (
            id.startswith("context:")
            and row["kind"] in ("school", "alternative_provision")
            and key not in SCHOOL_RUN_BY
        ):
            package.link("RUNS", f"org:{chance.pick(trusts)}", id)
        elif id.startswith("guardian:") and row.get("brand"):
            package.link("RUNS", f"org:{CHAINS[str(row['brand'])]}", id)
        elif id.startswith("context:") and key == "quay-bus-station":
            package.link("RUNS", "org:quayline-buses", id)


def _add_venue_memberships(package: Package, borough: Borough, chance: Chance) -> None:
    quay = borough.points["context:quay-bus-station"]
    for id, row in borough.rows.items():
        if not id.startswith("guardian:"):
            continue
        if row["kind"] in ("pub", "bar", "nightclub") and chance.yes(0.35):
            package.link("MEMBER_OF", id, "forum:quay-pubwatch", role="member")
        if row["sector"] == "commercial" and distance(borough.points.get(id, (0, 0)), quay) < 700 and chance.yes(0.4):
            package.link("MEMBER_OF", id, "forum:quay-district-board", role="levy payer")
        if row.get("stage") and row["sector"] == "commercial" and chance.yes(0.8):
            package.link("PART_OF", id, "programme:hospitality-pilot", stage=row["stage"], since=row.get("stage_since"))
