"""Who runs, funds and meets? The organisations, forums and programmes of the borough, all invented."""

from __future__ import annotations

from demo.geometry import BOROUGH_CODE, WARDS, ward_code
from demo.package import Package, Value

# key, name, sector, roles, lens
STATUTORY = (
    ("children-services", "Quayford Children's Services", "social_care", "welfare"),
    ("early-help", "Quayford Early Help", "social_care;parents_carers", "welfare"),
    ("quayford-police", "Quayford Police", "police", "justice"),
    ("youth-justice", "Quayford Youth Justice Service", "youth_justice", "justice"),
    ("health-trust", "Quay and Castern Health Trust", "health", "health"),
    ("public-health", "Quayford Public Health", "health", "health"),
    ("licensing", "Quayford Licensing", "licensing", "community_safety"),
    ("housing", "Quayford Housing Service", "housing", "welfare"),
    ("education-service", "Quayford Education Service", "education", "education"),
    ("community-safety", "Quayford Community Safety Team", "community_safety", "community_safety"),
    ("transport-board", "Quayford Transport Board", "transport", None),
    ("violence-reduction", "Quayford Violence Reduction Unit", "community_safety;health", "community_safety"),
)
VOLUNTARY = (
    ("tideline-youth", "Tideline Youth Trust", "youth_work"), ("brightwater", "Brightwater Foundation", ""),
    ("saltmarsh-trust", "Saltmarsh Trust", ""), ("open-harbour", "Open Harbour Project", "community"),
    ("lodestar", "Lodestar Mentoring", "youth_work"), ("stepping-stones", "Stepping Stones Quayford",
    "parents_carers"),
    ("turnpike", "Turnpike Exploitation Support", "social_care"), ("breakwater", "Breakwater Counselling", "health"),
    ("harbour-house", "Harbour House Association", "housing"), ("safe-streets", "Safe Streets Quayford", "youth_work"),
    ("young-voices", "Young Voices Quayford", "young_people"), ("reach-out-arts", "Slipway Arts", "youth_work"),
    ("parent-circle", "Quayford Parent Circle", "parents_carers"), ("sport-for-all", "Quayford Sport Trust",
    "youth_work"),
)  # fmt: skip
TRUSTS = (
    ("ropewalk-learning", "Ropewalk Learning Trust"), ("castern-learning", "Castern Learning Trust"),
    ("harbour-schools", "Harbour Schools Federation"), ("millrace-schools", "Millrace Schools Trust"),
    ("netherwharf-schools", "Netherwharf Schools Trust"), ("boatyard", "Boatyard Learning Company"),
)  # fmt: skip
COMMUNITY = (
    ("saltings-residents-group", "Saltings Community Association"), ("quay-neighbours", "Quay Neighbours"),
    ("ropewalk-traders", "Ropewalk Traders' Association"), ("millrace-forum", "Millrace Community Forum"),
    ("netherwharf-hub", "Netherwharf Community Hub"), ("tollgate-tenants", "Tollgate Tenants' Association"),
    ("castern-rovers", "Castern Rovers Juniors"), ("quay-rowing", "Quay Community Rowing"),
    ("asylum-welcome", "Quayford Welcome"), ("young-parents-group", "Little Anchors Young Parents' Group"),
)  # fmt: skip
# Everything these do with the rest of the borough goes through the first.
LARKMOSS = (
    ("larkmoss-link", "Larkmoss Link"), ("larkmoss-juniors", "Larkmoss Juniors Football"),
    ("larkmoss-tenants", "Larkmoss Tenants' Association"), ("larkmoss-walking-bus", "Larkmoss Walking Bus"),
    ("larkmoss-fellowship", "Larkmoss Chapel Fellowship"),
)  # fmt: skip
PRIVATE = (
    ("brackwater-inns", "Brackwater Inns Limited", "business"), ("late-bite", "Late Bite Group", "business"),
    ("halfmoon", "Halfmoon Chicken Limited", "business"), ("saltmarket", "Saltmarket Stores plc", "business"),
    ("crumb-and-cobble", "Crumb and Cobble Limited", "business"), ("penny-fathom", "Penny Fathom Leisure", "business"),
    ("sprig-corner", "Sprig Corner Retail", "business"), ("quay-district", "Quay Business District Company",
    "business"),
    ("quayline-buses", "Quayline Buses", "transport"), ("gatewatch-security", "Gatewatch Security", "business"),
)  # fmt: skip
CHAINS = {
    "Brackwater Inns": "brackwater-inns", "Late Bite": "late-bite", "Halfmoon Chicken": "halfmoon",
    "Saltmarket Stores": "saltmarket", "Crumb and Cobble": "crumb-and-cobble", "Penny Fathom": "penny-fathom",
    "Sprig Corner": "sprig-corner",
}  # fmt: skip
FAITH = (
    ("quayford-interfaith", "Quayford Interfaith Council"), ("harbour-mosque", "Harbour Mosque Trust"),
    ("street-watch-chaplains", "Quayford Night Chaplains"), ("castern-gurdwara", "Castern Gurdwara Committee"),
)  # fmt: skip
ACADEMIC = (("fennick-institute", "Fennick Institute for Social Research"), ("quay-college", "Quay University College"))

FORUMS = (
    ("safeguarding-partnership", "Quayford Safeguarding Partnership", "safeguarding_partners",
     "social_care;police;health;education;housing",
     "children-services quayford-police health-trust education-service early-help turnpike"),
    ("community-safety-partnership", "Quayford Community Safety Partnership", "community_safety",
     "police;community_safety;housing;transport",
     "quayford-police community-safety housing transport-board violence-reduction licensing"),
    ("context-panel", "Risk Outside the Home Panel", "panel",
    "social_care;police;health;education;youth_work;young_people",
     "children-services quayford-police early-help education-service tideline-youth youth-justice"),
    ("youth-work-network", "Quayford Youth Work Network", "interest_network", "youth_work",
     "tideline-youth lodestar safe-streets reach-out-arts sport-for-all young-voices castern-rovers quay-rowing"),
    ("champions", "Context Champions", "champions", "youth_work;education;business;parents_carers",
     "tideline-youth ropewalk-learning quay-district parent-circle"),
    ("quay-pubwatch", "Quay Pubwatch", "pubwatch", "business;licensing", "licensing brackwater-inns"),
    ("quay-district-board", "Quay Business District Board", "business_district", "business;transport",
     "quay-district late-bite saltmarket quayline-buses"),
    ("school-safety-group", "Safer Schools Group", "other", "education;young_people",
     "education-service ropewalk-learning castern-learning harbour-schools millrace-schools"),
)  # fmt: skip

PROGRAMMES = (
    ("hospitality-pilot", "Quayside and Ropewalk Hospitality Pilot", "pilot", "second year", (),
     ("venues that look out for young people", "a way to pass on a worry that is not the police"), ("partnership",)),
    ("roth-pathway", "Risk Outside the Home Pathway", "pathway", "in use",
     ("identification:youth_work", "identification:business", "screening:social_care", "assessment:education",
      "assessment:health", "planning:housing", "planning:young_people", "response:youth_work", "response:community",
      "review:parents_carers"),
     ("plans that change contexts",), ("welfare before justice",)),
    ("neighbourhood-fund", "Safer Neighbourhoods Fund", "funding_programme", "round two", (),
     ("longer grants for community groups",), ()),
    ("context-outcomes", "Contextual Outcomes Study", "research", "field work", (),
     ("contextual outcome measures in commissioning",), ()),
    ("welfare-first", "Welfare Before Justice", "policy", "adopted", (), ("a welfare lens in every response",),
     ("fewer police-led referrals",)),
    ("schools-beyond", "Schools Beyond Zero Tolerance", "policy", "consultation", (), ("belonging at school",), ()),
)  # fmt: skip
# ROTH roles that nobody has taken: assessment:health and planning:housing.
ROTH_MEMBERS = (
    ("tideline-youth", "identification:youth_work"), ("quay-district", "identification:business"),
    ("children-services", "screening:social_care"), ("education-service", "assessment:education"),
    ("young-voices", "planning:young_people"), ("tideline-youth", "response:youth_work"),
    ("quay-neighbours", "response:community"), ("parent-circle", "review:parents_carers"),
)  # fmt: skip


def add_bodies(package: Package) -> None:
    """Add organisations, forums and programmes, and who is a member of which."""
    for key, name, roles, lens in STATUTORY:
        _organisation(package, key, name, "statutory", roles, lens=lens)
    for n, (key, name, roles) in enumerate(VOLUNTARY):
        income = 60_000.0 + 45_000 * (n * 7 % 13)
        _organisation(package, key, name, "voluntary", roles, charity_number=str(9900001 + n), income=income)
    for n, (key, name) in enumerate(TRUSTS):
        _organisation(package, key, name, "voluntary", "education", company_number=f"X20{n:05d}", lens="education")
    for key, name in (*COMMUNITY, *LARKMOSS):
        by = {"asylum-welcome": ["asylum_seeking"], "young-parents-group": ["young_parents"]}.get(key)
        _organisation(package, key, name, "community", "community", by_and_for=by)
    for n, (key, name, roles) in enumerate(PRIVATE):
        _organisation(package, key, name, "private", roles, company_number=f"X30{n:05d}")
    for key, name in FAITH:
        _organisation(package, key, name, "faith", "faith")
    for key, name in ACADEMIC:
        _organisation(package, key, name, "academic", "")
    _organisation(package, "tideline-youth-project", "Tideline Youth Project", "voluntary", "youth_work")
    package.link("SAME_AS", "org:tideline-youth-project", "org:tideline-youth", confidence="medium")
    _add_forums(package)
    _add_programmes(package)


def _organisation(package: Package, key: str, name: str, sector: str, roles: str, **values: Value) -> None:
    named = (ward_code(ward.name) for ward in WARDS if name.startswith(ward.name.split()[0]))
    area = next(named, ward_code("Northern Quay") if name.startswith("Quay ") else BOROUGH_CODE)
    codes = [role for role in roles.split(";") if role]
    package.add("organisations", key, name, sector=sector, role_codes=codes, area=area, **values)


def _add_forums(package: Package) -> None:
    for key, name, kind, required, members in FORUMS:
        forum = package.add("forums", key, name, kind=kind, required_sectors=required.split(";"))
        for n, member in enumerate(members.split()):
            package.link("MEMBER_OF", f"org:{member}", forum, role="chair" if n == 0 else "member")


def _add_programmes(package: Package) -> None:
    for key, name, kind, stage, required, objective, goals in PROGRAMMES:
        package.add(
            "programmes",
            key,
            name,
            kind=kind,
            stage=stage,
            required_roles=required,
            objective=objective,
            policy_goals=goals,
        )
    for member, role in ROTH_MEMBERS:
        package.link("MEMBER_OF", f"org:{member}", "programme:roth-pathway", role=role)
    package.link("MEMBER_OF", "org:fennick-institute", "programme:context-outcomes", role="research lead")
    package.link("MEMBER_OF", "org:licensing", "programme:hospitality-pilot", role="sponsor")
