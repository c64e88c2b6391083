"""Which services show a gap, or answer a question? The ones put there by hand; ``docs/demo.md`` tells their stories."""

from __future__ import annotations

from dataclasses import dataclass, field

from demo.package import Value

TEAM = "Quayford commissioning team"
CODED = {"coded_by": TEAM, "coding_basis": "commissioner"}


@dataclass(frozen=True)
class Made:
    """A service put by hand: where (ward or None for the borough), who runs it, what it works on and where it meets."""

    key: str
    name: str
    kind: str
    ward: str | None
    run_by: str
    values: dict[str, Value]
    session: dict[str, Value]
    targets: tuple[str, ...] = ()
    funds: tuple[tuple[str, int, int], ...] = field(default=())  # funder, pounds, months from now at whose end it ends


def _coded(level: Value, approach: Value, lens: Value = "welfare", **more: Value) -> dict[str, Value]:
    return {"level": level, "approach": approach, "lens": lens, "relationship": "working_with", **CODED, **more}


_SELF: dict[str, Value] = {"access": "self", "open_access": True, "tier": "targeted"}
_ASYLUM: dict[str, Value] = {
    "made_for": ["asylum_seeking"], "for_whom": ["young_people"], "harms": ["child_criminal_exploitation"],
}  # fmt: skip

MADE = (
    Made("night-youth", "Night Youth", "detached_youth_work", "Northern Quay", "tideline-youth",
         _coded("L2", "contextual", minimum_age=11, maximum_age=19, capacity=120, wait_days=0, cost_per_year=85000,
                harms=["child_criminal_exploitation", "serious_violence"], target_kinds=["transport", "park"],
                outcome_measures="contextual", co_produced=True, purposes=["night_time"], languages=["en"], **_SELF),
         {"kind": "detached", "hours": "Th 18:00-21:00; Sa 18:00-22:00", "places": 30,
          "route": "Quay bus station, the slipway, Boatyard steps and back"},
         ("context:quay-bus-station", "context:boatyard-provision"), (("org:brightwater", 85000, 4),)),
    Made("open-harbour-advice", "Open Harbour Advice", "immigration_advice", "Ropewalk", "open-harbour",
         _coded("L1", "structural", "immigration", minimum_age=16, maximum_age=25, capacity=90, wait_days=21,
                languages=["ar", "fa", "ku", "ti", "en"], cost_per_year=64000, **_ASYLUM, **_SELF),
         {"kind": "centre", "hours": "Tu,Th 10:00-18:00", "places": 12}, (), (("org:saltmarsh-trust", 64000, 12),)),
    Made("first-landing", "First Landing Mentoring", "mentoring", "Ropewalk", "asylum-welcome",
         _coded("both", "mixed", minimum_age=14, maximum_age=18, capacity=35, wait_days=35,
                languages=["ps", "so", "ar", "en"], by_and_for=["asylum_seeking"], cost_per_year=38000, **_ASYLUM,
                **_SELF),
         {"kind": "centre", "hours": "Mo,We 16:00-20:00", "places": 15}, ("context:station-forecourt",),
         (("org:brightwater", 38000, 6),)),
    Made("common-table", "Common Table", "youth_work", "Northern Quay", "quay-neighbours",
         _coded("L1", "mixed", minimum_age=15, maximum_age=21, capacity=60, wait_days=0, languages=["uk", "fa", "en"],
                cost_per_year=22000, **_ASYLUM, **_SELF),
         {"kind": "centre", "hours": "Fr 17:00-20:30", "places": 40}, (),
         (("programme:neighbourhood-fund", 22000, 9),)),
    Made("new-start-college", "New Start College Course", "education_support", "Netherwharf", "quay-college",
         _coded("L1", "structural", "education", minimum_age=16, maximum_age=19, capacity=24, wait_days=60,
                languages=["en", "ar"], access="social_care", open_access=False, tier="targeted", cost_per_year=71000,
                **_ASYLUM),
         {"kind": "centre", "hours": "Mo-Th 10:00-15:00", "places": 24}, (), (("org:education-service", 71000, 20),)),
    Made("little-anchors", "Little Anchors", "peer_support", "Ropewalk", "young-parents-group",
         _coded("both", "contextual", minimum_age=14, maximum_age=24, capacity=40, wait_days=7,
                harms=["child_sexual_exploitation"], made_for=["young_parents"], for_whom=["young_parents"],
                by_and_for=["young_parents"], languages=["en", "pl"], cost_per_year=31000,
                outcome_measures="both", co_produced=True, **_SELF),
         {"kind": "centre", "hours": "Tu,Fr 10:00-14:00", "places": 18}, (), (("org:public-health", 31000, 15),)),
    Made("safer-streets-diversion", "Safer Streets Diversion", "youth_justice", "Castern Hill", "quayford-police",
         _coded("L1", "behaviour_based", "justice", minimum_age=12, maximum_age=17, capacity=30, access="police_only",
                open_access=False, tier="statutory", harms=["serious_violence", "weapon_related_harm"],
                cost_per_year=98000) | {"relationship": "watching_over"},
         {"kind": "centre", "hours": "Mo-Fr 09:30-16:30", "places": 10}, ("context:cannery-underpass",),
         (("org:violence-reduction", 98000, 16),)),
    Made("saltings-mentoring", "Saltings One to One", "mentoring", "Saltings", "lodestar",
         _coded("L1", "behaviour_based", minimum_age=11, maximum_age=17, capacity=25, wait_days=42, access="school",
                open_access=False, tier="early_help", harms=["child_criminal_exploitation"], cost_per_year=47000),
         {"kind": "outreach", "hours": "Mo-Th 13:00-18:00", "places": 5}, ("context:saltings-estate",),
         (("org:children-services", 47000, 14),)),
    Made("turnpike-exploitation", "Turnpike Exploitation Service", "exploitation_support", None, "turnpike",
         _coded("L1", "behaviour_based", minimum_age=10, maximum_age=17, capacity=20, in_use=20, referrals=64,
         turned_away=30,
                wait_days=77, access="professional", open_access=False, tier="targeted",
                harms=["modern_slavery", "child_criminal_exploitation", "child_sexual_exploitation"],
                cost_per_year=150000),
         {"kind": "outreach", "hours": "Mo-Fr 09:00-17:00", "places": 6}, ("context:station-forecourt",),
         (("org:children-services", 110000, 3), ("org:violence-reduction", 40000, 3))),
    Made("safer-corridors", "Safer Corridors", "bystander_training", "Ropewalk", "ropewalk-learning",
         _coded("L2", "structural", "education", minimum_age=11, maximum_age=18, capacity=200, access="school",
                open_access=False, tier="universal", harms=["peer_sexual_harm"], target_kinds=["school"],
                cost_per_year=18000,
                outcome_measures="contextual"),
         {"kind": "in_school", "hours": "We 14:00-15:30", "places": 60}, ("context:ropewalk-high-school",),
         (("org:education-service", 18000, 8),)),
    Made("places-for-us", "Places for Us", "place_based_work", "Ropewalk", "young-voices",
         _coded("L2", "structural", minimum_age=10, maximum_age=25, harms=["serious_violence"], capacity=50,
                outcome_measures="contextual", co_produced=True,
                target_kinds=["park", "neighbourhood", "commercial"], cost_per_year=56000, **_SELF),
         {"kind": "outreach", "hours": "We 16:00-19:00; Sa 11:00-15:00", "places": 20},
         ("context:market-square", "context:mill-lane-park", "context:station-forecourt", "context:sluice-college"),
         (("org:brightwater", 56000, 11),)),
    Made("back-in", "Back In", "education_support", None, "harbour-schools",
         _coded("both", "structural", "education", minimum_age=11, maximum_age=16, capacity=45, access="school",
                open_access=False, tier="targeted", made_for=["excluded_from_school"], harms=["serious_violence"],
                purposes=["response_to_exclusion"],
                cost_per_year=82000),
         {"kind": "in_school", "hours": "Mo-Fr 09:30-14:30", "places": 15}, (), (("org:education-service", 82000,
         19),)),
    Made("stay-local", "Stay Local", "family_support", None, "early-help",
         _coded("both", "contextual", minimum_age=12, maximum_age=17, capacity=16, access="social_care",
         open_access=False,
                tier="statutory", purposes=["alternative_to_relocation"], harms=["child_criminal_exploitation"],
                for_whom=["young_people", "parents_carers"], cost_per_year=120000),
         {"kind": "home", "hours": "Mo-Su 08:00-21:00"}, (), (("org:children-services", 120000, 28),)),
    Made("harbour-house", "Harbour House", "housing_support", None, "harbour-house",
         _coded("L1", "mixed", minimum_age=16, maximum_age=21, capacity=12, access="professional", open_access=False,
                tier="targeted", harms=["child_sexual_exploitation"], cost_per_year=260000),
         {"kind": "centre", "hours": "24/7", "places": 12, "sensitivity": "confidential"}, (),
         (("org:housing", 260000, 26),)),
    Made("late-line", "Late Line", "counselling", None, "breakwater",
         _coded("L1", "mixed", "health", minimum_age=11, maximum_age=18, capacity=300, wait_days=0, languages=["en",
         "ur"],
                harms=["online_harm"], cost_per_year=45000, **_SELF),
         {"kind": "online", "hours": "Mo-Su 18:00-23:00"}, ("context:online-3",), (("org:health-trust", 45000, 10),)),
)  # fmt: skip
