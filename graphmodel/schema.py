"""What is a landscape made of? Every node, every link and every field, declared once.

Constraints, MERGE and read text (``cypher.py``), blank templates, validation, ``docs/schema.md`` and the legends
of the app are derived from these classes. A field's ``kind`` is its value on the way in and in the store:

==========  ==========================================================================================
text        string
code        string, one of a code list (``graphmodel/codes/<codes>.csv``); ``open`` lists take others
codes       list of strings, each of a code list
texts       list of strings
integer     whole number; ``people=True`` marks a count of people, which is rounded at the door
number      float
numbers     list of floats
boolean     true or false
date        calendar date
datetime    moment, UTC
point       WGS-84 ``Point(longitude, latitude)``
hours       OSM ``opening_hours`` text, with a second property ``<name>_week``: 168 characters of ``0`` and ``1``,
            Monday 00:00 first, local time
geometry    GeoJSON geometry as text, WGS-84
==========  ==========================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

SCHEMA_VERSION = 1

LIST_KINDS = frozenset({"codes", "texts", "numbers"})


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a node or a link. ``name`` is filled in from the declaring class."""

    kind: str
    doc: str
    name: str = ""
    required: bool = False
    codes: str | None = None
    open: bool = False
    people: bool = False

    @property
    def properties(self) -> tuple[str, ...]:
        """The names under which the store keeps the field."""
        return (self.name, f"{self.name}_week") if self.kind == "hours" else (self.name,)

    @property
    def is_list(self) -> bool:
        """True for fields that hold a list."""
        return self.kind in LIST_KINDS


def _text(doc: str, *, required: bool = False) -> Field:
    return Field("text", doc, required=required)


def _code(codes: str, doc: str, *, required: bool = False, open: bool = False) -> Field:
    return Field("code", doc, codes=codes, required=required, open=open)


def _codes(codes: str, doc: str, *, open: bool = False) -> Field:
    return Field("codes", doc, codes=codes, open=open)


def _texts(doc: str) -> Field:
    return Field("texts", doc)


def _integer(doc: str, *, people: bool = False) -> Field:
    return Field("integer", doc, people=people)


def _number(doc: str) -> Field:
    return Field("number", doc)


def _boolean(doc: str) -> Field:
    return Field("boolean", doc)


def _date(doc: str) -> Field:
    return Field("date", doc)


def _point(doc: str) -> Field:
    return Field("point", doc)


def _hours(doc: str) -> Field:
    return Field("hours", doc)


def _named(fields: dict[str, Field]) -> tuple[Field, ...]:
    return tuple(replace(field, name=name) for name, field in fields.items())


# Every node and link carries these, beside its own fields.
COMMON: tuple[Field, ...] = _named(
    {
        "source": _text("the dataset that says so, as <folder>/<file>"),
        "source_row": _text("where in it: file:line or the record's own id"),
        "retrieved": _date("the date of the file"),
        "licence": _text("licence of the source"),
        "sensitivity": _code("sensitivity", "who may see it"),
        "valid_from": _date("first day it holds; blank is always"),
        "valid_to": _date("last day it holds; blank is still"),
        "verified": _date("when somebody last checked it"),
        "confidence": _code("confidence", "how sure the source is"),
    }
)

# What the program keeps beside them; never read from a user's file, never shown as a field.
BOOKKEEPING: tuple[Field, ...] = _named(
    {
        "sources": _texts("every source that says this exists"),
        "claims": _text("what each of several sources says, as JSON; blank where there is one source"),
        "fingerprint": _text("hash of the properties that were loaded"),
        "suppressed": _texts("counts of people below the threshold, which were not stored"),
    }
)


class NodeType:
    """Base of the node classes. A subclass declares its fields as class attributes; ``fields`` gathers them."""

    label: ClassVar[str]
    prefix: ClassVar[str]
    table: ClassVar[str]
    doc: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]

    def __init_subclass__(cls, *, prefix: str, table: str) -> None:
        cls.label = cls.__name__
        cls.prefix = prefix
        cls.table = table
        cls.doc = " ".join((cls.__doc__ or "").split())
        cls.fields = _named({name: value for name, value in vars(cls).items() if isinstance(value, Field)})


class Area(NodeType, prefix="area", table="areas"):
    """A statistical, electoral or administrative area, or one the user draws (a pilot)."""

    name = _text("name people use", required=True)
    code = _text("official code, such as E05015239")
    level = _code("area_levels", "what sort of area", required=True)
    boundary = Field("geometry", "outline, GeoJSON geometry in WGS-84")
    inner_point = _point("a point certainly inside it")
    population = _integer("residents, official statistics")
    population_10_17 = _integer("residents aged 10-17, official statistics")
    population_18_25 = _integer("residents aged 18-25, official statistics")
    population_by_age = Field("numbers", "residents by single year of age from 0; the last holds all older")
    households = _integer("households")
    deprivation_score = _number("score of the deprivation index; higher is more deprived")
    deprivation_decile = _integer("1 is the most deprived tenth")
    indicators = _texts("further indicators as name=value")


class Postcode(NodeType, prefix="postcode", table="postcodes"):
    """Where a postcode is."""

    name = _text("the postcode, in its usual spelling", required=True)
    location = _point("its point")


class Context(NodeType, prefix="context", table="contexts"):
    """A place or social setting young people spend time in."""

    name = _text("name people use; for a peer group the program makes it", required=True)
    kind = _code("context_kinds", "what sort of context", required=True)
    location = _point("its point; never for a peer group")
    precision = _code("precision", "what the point stands for")
    minimum_age = _integer("youngest age it is for")
    maximum_age = _integer("oldest age it is for")
    active_hours = _hours("when young people are there")
    active_hours_holiday = _hours("when they are there in school holidays")
    harms = _codes("harms", "extra-familial harms considered here")
    concern = _code("concern", "what the partnership says of it")
    concern_review = _date("when that must be looked at again")
    strengths = _texts("what is good about it")
    drivers = _texts("what makes harm more likely here")


class Guardian(NodeType, prefix="guardian", table="guardians"):
    """A commercial or community actor present in contexts."""

    name = _text("name people use", required=True)
    sector = _code("guardian_sectors", "commercial or community", required=True)
    kind = _code("guardian_kinds", "what sort of place or actor", required=True)
    location = _point("its point")
    hours = _hours("when it is open or present")
    hours_holiday = _hours("the same in school holidays")
    brand = _text("chain it belongs to")
    stage = _code("stages", "engagement; blank is no engagement recorded")
    stage_since = _date("when that stage began")
    staff = _integer("people who work there")
    staff_trained = _integer("of these, trained")
    trained_until = _date("when the training lapses")
    stance = _code("stances", "care, report or enforce")
    lead_role = _text("role that leads there, never a person's name")
    next_step = _text("what the pilot does next")
    next_step_date = _date("and when")
    display_consent = _boolean("may be named outside the pilot")
    young_people_say = _code("young_people_say", "what young people say of it")
    young_people_asked = _integer("how many were asked", people=True)


class Service(NodeType, prefix="service", table="services"):
    """A response that can be used."""

    name = _text("name people use", required=True)
    kind = _code("service_kinds", "what sort of service", required=True, open=True)
    status = _code("service_status", "whether it runs")
    minimum_age = _integer("youngest age")
    maximum_age = _integer("oldest age")
    eligibility = _texts("further conditions, in words")
    made_for = _codes("groups", "population groups it was made for")
    for_whom = _codes("for_whom", "who uses it")
    by_and_for = _codes("groups", "groups that lead it for themselves")
    languages = _codes("languages", "languages it works in", open=True)
    access = _code("access", "who can refer")
    open_access = _boolean("no referral needed")
    tier = _code("tiers", "need tier")
    level = _code("levels", "Level 1, Level 2 or both; blank is not yet coded")
    approach = _code("approaches", "what the response works on; blank is not yet coded")
    lens = _code("lenses", "through which lens; blank is not yet coded")
    relationship = _code("relationships", "works with, or watches over")
    purposes = _codes("purposes", "purposes beside its kind", open=True)
    harms = _codes("harms", "harms it responds to")
    target_kinds = _codes("context_kinds", "kinds of context it works in")
    pathway_stages = _codes("pathway_stages", "stages of a pathway it serves", open=True)
    capacity = _integer("places a year")
    in_use = _integer("people using it", people=True)
    referrals = _integer("people referred in the period", people=True)
    turned_away = _integer("people turned away in the period", people=True)
    figures_period = _text("period of these figures")
    wait_days = _integer("days to wait")
    cost_per_year = _number("GBP, or the currency of the borough")
    catchment_m = _number("metres it serves")
    outcome_measures = _code("outcome_measures", "what it reports")
    co_produced = _boolean("made with young people")
    coded_by = _text("team that coded level, approach and lens")
    coded_on = _date("when")
    coding_basis = _code("coding_basis", "on whose word")


class Session(NodeType, prefix="session", table="sessions"):
    """When and where a service is delivered."""

    name = _text("name people use", required=True)
    kind = _code("session_kinds", "how it is delivered", required=True)
    location = _point("its point")
    route = _text("the way a detached team walks, in words")
    hours = _hours("when it runs")
    hours_holiday = _hours("the same in school holidays")
    season = _text("part of the year, if not all of it")
    places = _integer("places at one time")


class Organisation(NodeType, prefix="org", table="organisations"):
    """A body that runs, funds or partners."""

    name = _text("name people use", required=True)
    sector = _code("organisation_sectors", "what sort of body", required=True)
    role_codes = _codes("roles", "roles it can take in a partnership", open=True)
    charity_number = _text("charity register number")
    company_number = _text("company register number")
    income = _number("latest yearly income")
    by_and_for = _codes("groups", "groups that lead it for themselves")
    lens = _code("lenses", "lens it works through")


class Forum(NodeType, prefix="forum", table="forums"):
    """A partnership, network or board."""

    name = _text("name people use", required=True)
    kind = _code("forum_kinds", "what sort of forum")
    required_sectors = _codes("roles", "roles that must sit on it", open=True)


class Programme(NodeType, prefix="programme", table="programmes"):
    """A project, pilot, pathway or policy goal."""

    name = _text("name people use", required=True)
    kind = _code("programme_kinds", "what sort of programme")
    stage = _text("how far it is")
    required_roles = _texts("stage:role it needs")
    objective = _texts("objectives")
    policy_goals = _texts("policy goals")


class Assessment(NodeType, prefix="assessment", table="assessments"):
    """A look at a context."""

    name = _text("what it is called", required=True)
    kind = _code("assessment_kinds", "what sort of look", required=True)
    stage = _text("how far it is")
    date = _date("when")
    review_due = _date("when it must be looked at again")
    co_produced_with = _codes("said_by", "made with whom")
    strengths = _texts("what is good")
    guardianship = _texts("who is present, and how")
    resources_policy = _texts("resources and policy that bear on it")
    weighting = _text("context weighting: a professional judgement, never a score")
    weighting_forum = _text("forum that made it")
    weighting_date = _date("when it was made")


class Goal(NodeType, prefix="goal", table="goals"):
    """What should be different in a context."""

    name = _text("the goal in a sentence", required=True)
    domain = _code("domains", "domain of the framework")
    set_on = _date("when it was set")
    status = _code("goal_status", "how far it is")


class Action(NodeType, prefix="action", table="actions"):
    """A dated thing done, not a service."""

    name = _text("what was done", required=True)
    kind = _code("action_kinds", "what sort of action", required=True)
    date = _date("when")
    status = _code("action_status", "how far it is")
    effort = _number("hours of work")


class Need(NodeType, prefix="need", table="needs"):
    """An estimate of people who need a response. One of people, lower or upper is required."""

    name = _text("what it is an estimate of", required=True)
    groups = _codes("groups", "population groups; all must hold")
    ages = _text("from-to, such as 10-17")
    harm = _code("harms", "harm it responds to")
    response_kind = _code("service_kinds", "kind of response needed", open=True)
    people = _integer("how many", people=True)
    lower = _integer("at least", people=True)
    upper = _integer("at most", people=True)
    period = _text("period of the estimate")
    method = _text("how it was made")
    basis = _code("need_basis", "on what")
    responsible_area = _text("area whose authority is responsible, if another")


class Measure(NodeType, prefix="measure", table="measures"):
    """A definition of what is observed."""

    name = _text("what is observed", required=True)
    kind = _code("measure_kinds", "about individuals or the context")
    unit = _code("units", "unit of the values", open=True)
    direction = _code("directions", "which way is better")
    method = _text("how it is observed")


class Source(NodeType, prefix="source", table="sources"):
    """A dataset that was loaded."""

    name = _text("<folder>/<file>, or the name given", required=True)
    title = _text("what it is called")
    publisher = _text("who published it")
    attribution = _text("what must be printed beside it")
    url = _text("where it came from")
    checksum = _text("SHA-256 of the file")
    adapter = _text("how it was read")
    rows = _integer("rows read")
    issues = _integer("issues found")
    loaded_at = Field("datetime", "when it was loaded")


NODE_TYPES: dict[str, type[NodeType]] = {cls.label: cls for cls in NodeType.__subclasses__()}


@dataclass(frozen=True, slots=True)
class LinkType:
    """A link: its verb, the labels it may join, its own fields. ``derived`` links are made by the program."""

    type: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    doc: str
    fields: tuple[Field, ...] = ()
    derived: bool = False


_PARTNERS = ("Organisation", "Guardian", "Service")
_PARTNER_FIELDS = _named(
    {
        "formality": _code("formality", "how firm it is"),
        "basis": _code("link_basis", "declared by agencies, or perceived by young people"),
        "asked": _text("who was asked, for a perceived link"),
        "strength": _number("0 to 1"),
        "last_contact": _date("when they last worked together"),
        "shares_with": _codes("shares_with", "who else sees what is shared"),
        "system_harm_noted": _boolean("harm done by the system itself was noted"),
    }
)


def _partner_link(type: str, doc: str) -> LinkType:
    return LinkType(type, _PARTNERS, (*_PARTNERS, "Forum"), doc, _PARTNER_FIELDS)


def _link(type: str, starts: str, ends: str, doc: str, *, derived: bool = False, **fields: Field) -> LinkType:
    labels = tuple(NODE_TYPES)
    return LinkType(
        type,
        labels if starts == "*" else tuple(starts.split()),
        labels if ends == "*" else tuple(ends.split()),
        doc,
        _named(fields),
        derived,
    )


LINK_TYPES: dict[str, LinkType] = {
    link.type: link
    for link in (
        _link(
            "WITHIN",
            "Area Postcode Context Guardian Session Organisation",
            "Area",
            "lies in; a place lies in every loaded level its point falls in",
            derived=True,
            share=_number("share of the part's area that lies there"),
        ),
        _link("RUNS", "Organisation", "Service Guardian Context", "runs it"),
        _link("DELIVERS", "Service", "Session", "is delivered as"),
        _link(
            "FUNDS",
            "Organisation Programme",
            "Service Organisation Programme Guardian",
            "pays for",
            amount_gbp=_number("pounds, or the currency of the borough"),
            start=_date("first day"),
            end=_date("last day"),
            end_basis=_code("end_basis", "where the end comes from"),
            extend_to=_date("may be extended to"),
            contract=_code("contracts", "kind of agreement"),
            share_of_cost=_number("0 to 1"),
            units=_number("units bought"),
            unit_price=_number("price of one"),
            onward=_boolean("money that was passed on; not counted twice"),
            agreement=_text("reference of the agreement"),
            title=_text("what it is for"),
        ),
        _link(
            "COMMISSIONS",
            "Organisation",
            "Service",
            "commissions",
            agreement=_text("reference of the agreement"),
            start=_date("first day"),
            end=_date("last day"),
            extend_to=_date("may be extended to"),
        ),
        _link(
            "SERVES",
            "Service",
            "Area",
            "is for people of",
            basis=_code("serves_basis", "why"),
            people=_integer("people served", people=True),
            period=_text("period of that count"),
        ),
        _link(
            "TARGETS",
            "Service Action",
            "Context",
            "works on",
            level=_code("levels", "Level 1, Level 2 or both, here"),
            approach=_code("approaches", "approach taken here"),
        ),
        _link(
            "GUARDIAN_OF",
            "Guardian",
            "Context",
            "is a guardian of",
            basis=_code("guardian_basis", "on whose word"),
            hours=_hours("when, if not whenever it is open"),
            asked=_text("who was asked, for a perceived link"),
        ),
        _link("ADJACENT_TO", "Context", "Context", "borders on, or is a corridor to"),
        _partner_link("REFERS_TO", "refers young people to"),
        _partner_link("SHARES_INFORMATION_WITH", "shares information with"),
        _partner_link("TRAINS", "trains"),
        _partner_link("CO_DELIVERS_WITH", "delivers together with"),
        _partner_link("ESCALATES_TO", "passes worries on to"),
        _partner_link("ACCOUNTABLE_TO", "answers to"),
        _link(
            "MEMBER_OF",
            "Organisation Guardian",
            "Forum Programme",
            "is a member of",
            role=_text("role it has there"),
        ),
        _link(
            "PART_OF",
            "Service Guardian Context Action",
            "Programme",
            "is part of",
            stage=_text("stage it has reached there"),
            since=_date("since"),
            until=_date("until"),
        ),
        _link("ASSESSES", "Assessment", "Context", "looks at"),
        _link("SETS", "Assessment", "Goal", "sets"),
        _link("TOWARDS", "Action Service", "Goal", "works towards"),
        _link("DONE_WITH", "Action", "Guardian Organisation", "was done with"),
        _link("MEASURES", "Measure", "Goal", "measures"),
        _link(
            "OBSERVED_IN",
            "Measure",
            "Context Service Guardian Area Programme",
            "was observed in",
            date=_date("when"),
            value=_number("the value; rounded where its measure counts people"),
            n=_integer("people behind it", people=True),
            point=_code("observation_points", "baseline, review or follow-up"),
            said_by=_code("said_by", "on whose word"),
        ),
        _link("ESTIMATED_FOR", "Need", "Area Context", "is an estimate for"),
        _link(
            "SAME_AS",
            "*",
            "*",
            "may be the same as; both ends have one label, and people decide",
            verdict=_code("verdicts", "what people say of it; blank is suggested"),
        ),
    )
}

PARTNER_LINKS: tuple[str, ...] = tuple(t for t, link in LINK_TYPES.items() if link.starts == _PARTNERS)

_BY_PREFIX = {cls.prefix: label for label, cls in NODE_TYPES.items()}
_BY_TABLE = {cls.table: label for label, cls in NODE_TYPES.items()}


def label_of(id: str) -> str | None:
    """Return the label an id belongs to by its prefix (``area:E05015239`` is an Area), or None."""
    return _BY_PREFIX.get(id.partition(":")[0])


def label_of_table(table: str) -> str | None:
    """Return the label whose package table has this name (``guardians`` is Guardian), or None."""
    return _BY_TABLE.get(table)


def node_fields(label: str) -> dict[str, Field]:
    """Return the own and the common fields of a label, by name."""
    return {field.name: field for field in (*NODE_TYPES[label].fields, *COMMON)}


def link_fields(type: str) -> dict[str, Field]:
    """Return the own and the common fields of a link type, by name."""
    return {field.name: field for field in (*LINK_TYPES[type].fields, *COMMON)}


def properties(fields: dict[str, Field]) -> Iterator[str]:
    """Yield the property names under which the store keeps these fields and the bookkeeping."""
    for field in (*fields.values(), *BOOKKEEPING):
        yield from field.properties
