"""What is being done about it, and does anyone measure it? Assessments, goals, actions, needs and measures."""

from __future__ import annotations

from demo.geometry import BOROUGH_CODE, WARDS, ward_code
from demo.package import Chance, Package, Value
from demo.places import Borough

PANEL = "Risk Outside the Home Panel"

# key, context, kind, days since, days until review, weighting
ASSESSMENTS = (
    ("quay-bus-station", "location", -150, 120, "priority: young people wait here with no adult they trust nearby"),
    ("mill-lane-park", "location", -110, 75, "priority: used every evening, and no venue there is engaged"),
    ("saltings-estate", "neighbourhood", -90, 200, "raised: individual work only"),
    ("cannery-underpass", "location", -200, 45, "raised: the response is police-led"),
    ("gasworks-green", "location", -430, -70, "raised"),
    ("castern-high-school", "school", -60, 90, None),
    ("ropewalk-high-school", "school", -240, 160, "lowered: pupils feel safer in corridors"),
    ("market-square", "safety_mapping", -180, 185, None),
    ("station-forecourt", "location", -75, 150, "raised"),
)
# key, name, domain, assessment, status
GOALS = (
    ("quay-evenings", "An adult young people trust is at Quay bus station until the last bus", "partnership",
     "quay-bus-station", "under_way"),
    ("quay-lighting", "Young people can wait under light and shelter", "social_conditions", "quay-bus-station", "set"),
    ("mill-lane-venues", "Three venues on Mill Lane look out for young people", "partnership", "mill-lane-park",
    "set"),
    ("saltings-space", "Young people on the Saltings estate have a place of their own", "social_conditions",
     "saltings-estate", "set"),
    ("underpass-care", "Worries at the underpass reach youth work before the police", "welfare_lens",
     "cannery-underpass", "under_way"),
    ("gasworks-review", "Adults who use the green know whom to tell", "partnership", "gasworks-green", "not_met"),
    ("corridors", "Pupils feel safe in every corridor", "contextual_outcomes", "ropewalk-high-school", "met"),
    ("castern-belonging", "Fewer pupils are sent home", "social_conditions", "castern-high-school", "under_way"),
    ("square-welcome", "Young people feel welcome in the market square", "contextual_outcomes", "market-square",
    "met"),
    ("forecourt-staff", "Station staff know how to pass on a worry", "partnership", "station-forecourt", "under_way"),
)  # fmt: skip
# key, name, kind, unit, direction, method, goals
MEASURES = (
    ("feel-safe-waiting", "Young people who feel safe waiting here", "contextual", "share", "up_is_better",
     "survey by the street team, twice a year", "quay-evenings quay-lighting forecourt-staff"),
    ("trusted-adult", "Young people who can name an adult they would tell", "contextual", "share", "up_is_better",
     "survey in youth clubs and schools", "quay-evenings gasworks-review underpass-care"),
    ("venues-engaged", "Venues that look out for young people", "contextual", "score", "up_is_better",
     "pilot records", "mill-lane-venues"),
    ("corridor-safety", "Pupils who feel safe in corridors", "contextual", "share", "up_is_better", "pupil survey",
    "corridors"),
    ("suspensions", "Suspensions in a term", "individual", "suspensions", "down_is_better", "school records",
     "castern-belonging"),
    ("welcome", "Young people who feel welcome here", "contextual", "share", "up_is_better",
    "walkabout with young people",
     "square-welcome saltings-space"),
    ("incidents", "Incidents that young people were moved on for", "contextual", "incidents", "down_is_better",
     "records of venues and wardens", "square-welcome"),
    ("attendance", "Young people who came back after a first visit", "individual", "share", "up_is_better",
     "service records", ""),
    ("wellbeing", "Wellbeing score of those supported", "individual", "score", "up_is_better",
    "short questionnaire", ""),
    ("police-first", "Worries that went to the police first", "contextual", "share", "down_is_better",
    "pathway records",
     "underpass-care"),
    ("trained-share", "Staff trained, of all staff", "contextual", "share", "up_is_better", "pilot records", ""),
    ("hours-present", "Hours a week with a trusted adult present", "contextual", "hours", "up_is_better",
     "rota of the street team", "quay-evenings"),
)  # fmt: skip
# key, name, kind, days, status, context, goal, done with
ACTIONS = (
    ("quay-visit", "Visit to The Anchor about the bus station", "visit", -30, "done", "quay-bus-station",
     "quay-evenings", "guardian:the-anchor"),
    ("quay-shelter", "New canopy and light at stand C", "place_change", 60, "planned", "quay-bus-station",
     "quay-lighting", "org:transport-board"),
    ("quay-training", "Training for ferry office staff", "training", -140, "done", "quay-bus-station",
     "quay-evenings", "guardian:ferry-office"),
    ("saltings-conference", "Context conference on the Saltings estate", "context_conference", -40, "done",
     "saltings-estate", "saltings-space", "org:saltings-residents-group"),
    ("gasworks-fgc", "Community family group conference at Gasworks green", "community_fgc", -300, "done",
     "gasworks-green", "gasworks-review", "org:netherwharf-hub"),
    ("castern-policy", "New behaviour policy without isolation rooms", "policy_change", -25, "under_way",
     "castern-high-school", "castern-belonging", "org:castern-learning"),
    ("square-benches", "Benches moved where young people asked", "place_change", -160, "done", "market-square",
     "square-welcome", "guardian:market-traders"),
    ("underpass-walk", "Night walk through the underpass with pupils", "other", -35, "done", "cannery-underpass",
     "underpass-care", "org:castern-learning"),
)  # fmt: skip
# measure, where, days, value, n, point, said by
OBSERVED = (
    ("feel-safe-waiting", "context:quay-bus-station", -150, 0.31, 62, "baseline", "young_people"),
    ("feel-safe-waiting", "context:quay-bus-station", -20, 0.44, 58, "review", "young_people"),
    ("trusted-adult", "context:quay-bus-station", -150, 0.22, 62, "baseline", "young_people"),
    ("hours-present", "context:quay-bus-station", -150, 0.0, None, "baseline", "practitioners"),
    ("hours-present", "context:quay-bus-station", -20, 8.5, None, "review", "practitioners"),
    ("corridor-safety", "context:ropewalk-high-school", -330, 0.48, 140, "baseline", "young_people"),
    ("corridor-safety", "context:ropewalk-high-school", -40, 0.71, 155, "review", "young_people"),
    ("suspensions", "context:castern-high-school", -300, 46.0, None, "baseline", "records"),
    ("suspensions", "context:castern-high-school", -30, 38.0, None, "review", "records"),
    ("welcome", "context:market-square", -180, 0.52, 44, "baseline", "young_people"),
    ("welcome", "context:market-square", -15, 0.78, 51, "review", "young_people"),
    ("welcome", "guardian:the-compass", -100, 0.81, 34, "baseline", "young_people"),
    ("welcome", "guardian:the-anchor", -100, 0.4, 7, "baseline", "young_people"),
    ("attendance", "service:night-youth", -200, 0.55, 88, "baseline", "records"),
    ("attendance", "service:night-youth", -25, 0.67, 93, "review", "records"),
    ("wellbeing", "service:turnpike-exploitation", -210, 18.2, 19, "baseline", "young_people"),
    ("wellbeing", "service:turnpike-exploitation", -35, 21.0, 17, "follow_up", "young_people"),
    ("trained-share", "programme:hospitality-pilot", -400, 0.04, None, "baseline", "records"),
    ("trained-share", "programme:hospitality-pilot", -20, 0.29, None, "review", "records"),
    ("trusted-adult", "area:X05000003", -120, 0.35, 84, "baseline", "young_people"),
    ("police-first", "context:cannery-underpass", -200, 0.9, 20, "baseline", "practitioners"),
    ("incidents", "context:market-square", -180, 14.0, None, "baseline", "records"),
)
# key, name, groups, ages, harm, response, people, basis, where
NEEDS = (
    ("saltings-mentoring", "Young people named in plans on the Saltings estate", "", "10-17",
     "child_criminal_exploitation", "detached_youth_work", 45, "named_in_plans", "context:saltings-estate"),
    ("saltings-ward", "Young people who asked for someone to talk to in Saltings", "", "11-17",
     "child_criminal_exploitation", "mentoring", 140, "young_people_said", "area:X05000003"),
    ("quay-evening", "Young people at Quay bus station in the evening", "", "10-17", "child_criminal_exploitation",
     "detached_youth_work", 65, "young_people_said", "context:quay-bus-station"),
    ("mill-lane-evening", "Young people at Mill Lane park in the evening", "", "10-17", "child_criminal_exploitation",
     "place_based_work", 80, "young_people_said", "context:mill-lane-park"),
    ("modern-slavery", "Young people referred for modern slavery", "", "10-17", "modern_slavery",
     "exploitation_support", 60, "referrals", f"area:{BOROUGH_CODE}"),
    ("relationship-abuse", "Young people hurt in a relationship of their own", "", "13-17",
    "teenage_relationship_abuse",
     "counselling", 85, "survey", f"area:{BOROUGH_CODE}"),
    ("asylum-16-17", "Young people seeking asylum on their own", "asylum_seeking", "16-17", None, "immigration_advice",
     70, "referrals", f"area:{BOROUGH_CODE}"),
    ("young-parents", "Young parents", "young_parents", "14-19", None, "peer_support", 55, "referrals",
     f"area:{BOROUGH_CODE}"),
    ("young-parents-care", "Young parents who have been in care", "young_parents;care_experienced", "14-19", None,
     "peer_support", 7, "named_in_plans", f"area:{BOROUGH_CODE}"),
    ("larkmoss-online", "Young people in Larkmoss who spoke of online harm", "", "10-17", "online_harm", "counselling",
     30, "parents_said", "area:X05000008"),
    ("excluded-castern", "Young people out of school in Castern Hill", "excluded_from_school", "11-16", None,
     "education_support", 40, "referrals", "area:X05000006"),
    ("boatyard", "Pupils of the Boatyard named in plans", "excluded_from_school", "13-16",
    "child_criminal_exploitation",
     "mentoring", 18, "named_in_plans", "context:boatyard-provision"),
    ("tollgate-survey", "Young people in Tollgate with nowhere to go after school", "", "10-17", None, "youth_work",
    210,
     "survey", "area:X05000005"),
    ("millrace-leavers", "Young people in Millrace who lose their worker at 18", "", "18-20", None, "mentoring", 35,
     "young_people_said", "area:X05000007"),
    ("netherwharf-refer", "Young people in Netherwharf who would not go through a professional", "", "12-17",
     "child_sexual_exploitation", "youth_work", 50, "survey", "area:X05000004"),
)  # fmt: skip
HARMS = ("serious_violence", "online_harm", "peer_sexual_harm", "weapon_related_harm", "child_sexual_exploitation")


def add_outcomes(package: Package, borough: Borough) -> None:
    """Add assessments, goals, actions, needs, measures and what joins them."""
    chance = Chance(30)
    _add_assessments(package, borough, chance)
    _add_goals(package)
    _add_measures(package, borough, chance)
    _add_actions(package, borough, chance)
    _add_needs(package)
    _add_ward_needs(package, chance)
    _add_programme_parts(package)


def _add_assessments(package: Package, borough: Borough, chance: Chance) -> None:
    for key, kind, since, due, weighting in ASSESSMENTS:
        context = f"context:{key}"
        _assessment(package, borough, context, kind, since, due, weighting, ["young_people", "practitioners"])
    made = {f"context:{key}" for key, *_ in ASSESSMENTS}
    kinds = {"school": "school", "peer_group": "peer_group", "neighbourhood": "neighbourhood"}
    concerned = [
        id
        for id, row in borough.rows.items()
        if id.startswith("context:") and row.get("concern") in ("of_concern", "being_assessed") and id not in made
    ]
    for context in chance.sample(concerned, 16):
        kind = kinds.get(str(borough.rows[context]["kind"]), "location")
        weighting = chance.weighted({None: 4, "raised": 2, "lowered": 1})
        said = ["practitioners", "young_people"] if chance.yes(0.5) else ["practitioners"]
        _assessment(
            package, borough, context, kind, -chance.integer(30, 400), chance.integer(-60, 300), weighting, said
        )


def _assessment(
    package: Package, borough: Borough, context: str, kind: str, since: int, due: int, weighting: str | None,
    said: list[str],
) -> None:  # fmt: skip
    key = context.partition(":")[2]
    row = borough.rows[context]
    id = package.add(
        "assessments",
        key,
        f"{row['name']}, {str(kind).replace('_', ' ')}",
        kind=kind,
        date=package.day(since),
        stage="agreed" if weighting else "draft",
        review_due=package.day(due),
        co_produced_with=said,
        strengths=row.get("strengths"),
        weighting=weighting,
        weighting_forum=PANEL if weighting else None,
        weighting_date=package.day(since + 20) if weighting else None,
        guardianship=["bus staff by day"] if key == "quay-bus-station" else None,
        resources_policy=["street team funded to spring"] if key == "quay-bus-station" else None,
    )
    package.link("ASSESSES", id, context)


def _add_goals(package: Package) -> None:
    for key, name, domain, assessment, status in GOALS:
        goal = package.add("goals", key, name, domain=domain, status=status, set_on=package.day(-85))
        package.link("SETS", f"assessment:{assessment}", goal)
    for service, goal in (
        ("night-youth", "quay-evenings"),
        ("places-for-us", "mill-lane-venues"),
        ("places-for-us", "square-welcome"),
        ("safer-corridors", "corridors"),
        ("saltings-mentoring", "saltings-space"),
        ("back-in", "castern-belonging"),
        ("turnpike-exploitation", "forecourt-staff"),
    ):
        package.link("TOWARDS", f"service:{service}", f"goal:{goal}")


def _add_measures(package: Package, borough: Borough, chance: Chance) -> None:
    for key, name, kind, unit, direction, method, goals in MEASURES:
        measure = package.add("measures", key, name, kind=kind, unit=unit, direction=direction, method=method)
        for goal in goals.split():
            package.link("MEASURES", measure, f"goal:{goal}")
    for key, where, days, value, n, point, said in OBSERVED:
        package.link(
            "OBSERVED_IN", f"measure:{key}", where, date=package.day(days), value=value, n=n, point=point, said_by=said
        )
    schools = [id for id, row in borough.rows.items() if id.startswith("context:") and row["kind"] == "school"]
    for school in chance.sample([s for s in schools if "high-school" in s and s != "context:castern-high-school"], 6):
        for days, point in ((-300, "baseline"), (-30, "review")):
            count = float(chance.integer(3, 60))
            package.link(
                "OBSERVED_IN",
                "measure:suspensions",
                school,
                date=package.day(days),
                value=count,
                point=point,
                said_by="records",
            )


def _add_actions(package: Package, borough: Borough, chance: Chance) -> None:
    _add_made_actions(package)
    venues = [
        id
        for id, row in borough.rows.items()
        if id.startswith("guardian:")
        and row.get("stage") in ("approached", "engaged", "agreed", "trained", "active", "lapsed", "declined")
    ]
    for n, guardian in enumerate(chance.sample(venues, 70)):
        name = str(borough.rows[guardian]["name"])
        kind = chance.weighted({"visit": 7, "training": 3})
        status = chance.weighted({"done": 7, "planned": 2, "cancelled": 1})
        days = chance.integer(5, 60) if status == "planned" else -chance.integer(5, 400)
        text = f"{'Visit to' if kind == 'visit' else 'Training at'} {name}"
        effort = round(chance.between(0.5, 6), 1) if status == "done" else None
        id = package.add(
            "actions", f"{kind}-{n + 1}", text, kind=kind, date=package.day(days), status=status, effort=effort
        )
        package.link("DONE_WITH", id, guardian)
        package.link("PART_OF", id, "programme:hospitality-pilot")


def _add_made_actions(package: Package) -> None:
    for key, name, kind, days, status, context, goal, partner in ACTIONS:
        effort = 4.0 if status == "done" else None
        id = package.add("actions", key, name, kind=kind, date=package.day(days), status=status, effort=effort)
        # Only a change to the place or its rules is a Level 2 response; a visit or a conference is not coded.
        coding: dict[str, Value] = {"level": "L2", "approach": "structural"} if kind.endswith("_change") else {}
        package.link("TARGETS", id, f"context:{context}", **coding)
        package.link("TOWARDS", id, f"goal:{goal}")
        package.link("DONE_WITH", id, partner)


def _add_needs(package: Package) -> None:
    for key, name, groups, ages, harm, response, people, basis, where in NEEDS:
        need = package.add(
            "needs",
            key,
            name,
            groups=[g for g in groups.split(";") if g],
            ages=ages,
            harm=harm,
            response_kind=response,
            people=people,
            basis=basis,
            period=package.year,
            method="count",
        )
        package.link("ESTIMATED_FOR", need, where)


def _add_ward_needs(package: Package, chance: Chance) -> None:
    for n, ward in enumerate(WARDS):
        for harm in chance.sample(HARMS, 2):
            middle = chance.integer(4, 30) * 5
            need = package.add(
                "needs",
                f"ward-{n + 1}-{harm.replace('_', '-')}",
                f"{ward.name}, estimate for {harm.replace('_', ' ')}",
                ages="10-17",
                harm=harm,
                lower=middle - 10,
                upper=middle + 15,
                basis="survey",
                period=package.year,
                method="share of a borough survey",
            )
            package.link("ESTIMATED_FOR", need, f"area:{ward_code(ward.name)}")


def _add_programme_parts(package: Package) -> None:
    for service, stage in (
        ("turnpike-exploitation", "response"),
        ("night-youth", "response"),
        ("stay-local", "planning"),
        ("safer-corridors", "response"),
    ):
        package.link("PART_OF", f"service:{service}", "programme:roth-pathway", stage=stage, since=package.day(-300))
    for context in ("quay-bus-station", "market-square", "mill-lane-park"):
        package.link("PART_OF", f"context:{context}", "programme:hospitality-pilot", since=package.day(-500))
    package.link("PART_OF", "context:castern-high-school", "programme:schools-beyond", since=package.day(-100))
    package.link("PART_OF", "service:places-for-us", "programme:neighbourhood-fund", since=package.day(-250))
