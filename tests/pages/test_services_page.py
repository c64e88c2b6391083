"""Does the directory find what fits, tell it from what nobody recorded, and keep what is confidential to itself?"""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from made_up_town import ALWAYS_SHUT, EVENINGS, HOSTILE, link, town

from analysis import ANALYSES
from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point
from views import borders, service_card, service_sections, services
from views.services import AFTER_SCHOOL, LONG_WAIT, OPEN, SHORT_WAIT, THEN, WAIT, find

TODAY = date(2026, 11, 23)
FRIDAY_20, FRIDAY_9 = 4 * 24 + 20, 4 * 24 + 9
# Mondays 16:00-18:00.
MONDAYS = "".join("1" if 16 <= hour < 18 else "0" for hour in range(168))
SECRET = "Lantern refuge"


def node(label: str, id: str, **fields: object) -> NodeRecord:
    return NodeRecord(label, id, {"source": "more/x.csv", "source_row": f"{id}.csv:7", **fields})


def funds(by: str, **fields: object) -> LinkRecord:
    return LinkRecord("FUNDS", f"link:funds-{by}", by, "service:full", fields)


def records() -> list:
    """The town with its two services of which little is recorded, and four more.

    Full: all is recorded; for 11-17, in Arabic and English, self-referral, Level 1, waits 35 days, open Mondays
    16:00-18:00 in the west. Elders: for 18-25, in English only, by referral. Lantern refuge: confidential. Over: ended.
    """
    west = Point(0.004, 0.005)
    return [
        *town(),
        node("Service", "service:full", name="Full", kind="mentoring", status="active", minimum_age=11, maximum_age=17,
             made_for=["asylum_seeking"], for_whom=["young_people"], languages=["ar", "en"], access="self",
             tier="targeted", level="both", approach="contextual", lens="welfare", purposes=["after_school"],
             harms=["online_harm"], capacity=20, in_use=15, referrals=30, figures_period="2025", wait_days=35,
             cost_per_year=10_000.0, outcome_measures="contextual", coded_by="Team A", coded_on=date(2026, 5, 1),
             coding_basis="provider", suppressed=["turned_away"]),
        node("Service", "service:elders", name="Elders", kind="mentoring", minimum_age=18, maximum_age=25,
             languages=["en"], access="professional", open_access=False, level="L1", approach="contextual",
             harms=["online_harm"], made_for=["asylum_seeking"], wait_days=28),
        node("Service", "service:secret", name=SECRET, kind="housing_support", sensitivity="confidential",
             languages=["ar"], level="both", approach="contextual", harms=["online_harm"], wait_days=99),
        node("Service", "service:over", name="Over", kind="mentoring", status="ended", languages=["ar"]),
        node("Session", "session:full", name="Mondays", kind="centre", location=west, hours="x", hours_week=MONDAYS),
        node("Session", "session:elders", name=f"At {SECRET}", kind="centre", location=Point(0.006, 0.005),
             hours="x", hours_week=ALWAYS_SHUT),
        node("Postcode", "postcode:ZZ11AA", name="ZZ1 1AA", location=west),
        link("DELIVERS", "service:full", "session:full"),
        link("DELIVERS", "service:elders", "session:elders"),
        link("SERVES", "service:secret", "area:W1", basis="catchment"),
        link("SERVES", "service:over", "area:W1", basis="catchment"),
        link("WITHIN", "session:full", "area:W1"),
        link("WITHIN", "session:full", "area:T1"),
        link("WITHIN", "session:elders", "area:W1"),
        link("WITHIN", "session:elders", "area:T1"),
        link("RUNS", "org:o2", "service:full"),
        funds("org:o1", amount_gbp=9000.0, start=date(2026, 4, 1), end=date(2027, 3, 31), contract="grant"),
        funds("org:o2", amount_gbp=500.0, start=date(2024, 4, 1), end=date(2025, 3, 31)),
        link("TARGETS", "service:full", "context:c1", level="L2"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def landscape() -> Landscape:
    return Landscape.from_records(records(), "area:T1", TODAY)


@pytest.fixture(scope="module")
def held(landscape) -> services.Directory:
    return services.directory(landscape)


def found(held, hour=None, **asked) -> tuple[list[str], list[str], int]:
    """Return the names that fit, those of which something is not recorded, and how many do not fit."""
    told = find(held, asked, hour)
    names = held.table["name"]
    return [names[id] for id in told.fits], [names[id] for id in told.unrecorded], told.others


def test_without_filters_every_service_that_runs_is_listed_by_name(held):
    assert found(held) == (["Elders", "Full", "Night youth", "Talk"], [], 0)
    assert held.not_running == 1


@pytest.mark.parametrize(
    ("asked", "fits", "unrecorded", "others"),
    [
        # Night youth and Talk say neither language, group, age, access, tier nor wait.
        ({"language": "ar"}, ["Full"], ["Night youth", "Talk"], 1),
        ({"age": 16}, ["Full"], ["Night youth", "Talk"], 1),
        ({"age": 18}, ["Elders"], ["Night youth", "Talk"], 1),
        ({"group": "asylum_seeking"}, ["Elders", "Full"], ["Night youth", "Talk"], 0),
        ({"access": "self"}, ["Full"], ["Night youth", "Talk"], 1),
        # Full is both, Night youth L2, Elders L1; Talk is not yet coded.
        ({"level": "L2"}, ["Full", "Night youth"], ["Talk"], 1),
        ({"level": "L1"}, ["Elders", "Full"], ["Talk"], 1),
        ({"kind": "mentoring"}, ["Elders", "Full"], [], 2),
        ({"lens": "welfare"}, ["Full"], ["Elders", "Night youth", "Talk"], 0),
        # 35 days are over four weeks, 28 are not.
        ({WAIT: LONG_WAIT}, ["Full"], ["Night youth", "Talk"], 1),
        ({WAIT: SHORT_WAIT}, ["Elders"], ["Night youth", "Talk"], 1),
        ({"language": "ar", "kind": "counselling"}, [], ["Talk"], 3),
    ],
)
def test_a_filter_tells_what_does_not_fit_from_what_nobody_recorded(held, asked, fits, unrecorded, others):
    assert found(held, **asked) == (fits, unrecorded, others)


def test_open_means_a_session_is_open_and_closed_only_where_all_hours_are_known(held):
    # Mondays 16-18 are after school; evenings from 18 to 22 reach into 15-19; Talk has no session.
    assert found(held, **{OPEN: AFTER_SCHOOL}) == (["Full", "Night youth"], ["Talk"], 1)
    assert found(held, FRIDAY_20, **{OPEN: THEN}) == (["Night youth"], ["Talk"], 2)
    assert found(held, FRIDAY_9, **{OPEN: THEN}) == ([], ["Talk"], 3)
    assert found(held, None, **{OPEN: THEN})[0] == ["Elders", "Full", "Night youth", "Talk"]
    assert EVENINGS[FRIDAY_20] == "1"


@pytest.mark.parametrize(
    "asked",
    [{"language": "ar"}, {"age": 16}, {"access": "self", "language": "en"}, {"level": "L2"}, {"kind": "mentoring"}],
)
def test_what_fits_or_may_fit_holds_all_that_the_analysis_finds(landscape, held, asked):
    told = find(held, asked)
    rows = ANALYSES["availability"](landscape, **asked).rows
    open_rows = {row["service"] for row in rows if row["service"] != "service:secret"}
    assert set(told.fits) <= open_rows <= {*told.fits, *told.unrecorded}


def test_rows_say_what_is_not_recorded_and_come_after_those_that_fit(held):
    rows = services.rows_of(held, find(held, {"language": "ar", "age": 16}))
    assert list(zip(rows["name"], rows["fits"], strict=True)) == [
        ("Full", "yes"),
        ("Night youth", "not recorded: language, age"),
        ("Talk", "not recorded: language, age"),
    ]
    assert list(services.rows_of(held, find(held, {"language": "ar"}), unrecorded=False)["name"]) == ["Full"]


def test_a_row_reads_in_words(held):
    row = services.shown_columns(held.table).loc["service:full"]
    assert (row["Kind"], row["Level"], row["Ages"], row["Languages"]) == (
        "Mentoring",
        "Both",
        "11-17",
        "Arabic; English",
    )
    assert row["For whom"] == "Young people. Made for: People seeking asylum"
    assert (row["Hours"], row["Area"], row["Source"]) == ("Mon 16:00-18:00", "West", "service:full.csv:7")
    bare = services.shown_columns(held.table).loc["service:s2"]
    assert (bare["Level"], bare["Ages"], bare["Hours"]) == ("not yet coded", "not recorded", "hours not known")


def test_the_nearest_comes_first_by_straight_line(landscape, held):
    spot = services.postcodes(landscape)["ZZ11AA"]
    metres = services.metres_from(held, spot)
    # 0.001 and 0.002 degrees of longitude at the equator are 111 and 223 m; Talk has no place.
    assert metres["service:full"] == 0
    assert metres["service:s1"] == pytest.approx(111, abs=12)
    assert metres["service:elders"] == pytest.approx(223, abs=12)
    assert list(services.rows_of(held, find(held, {}), metres=metres)["name"]) == [
        "Full",
        "Night youth",
        "Elders",
        "Talk",
    ]
    assert services.spelled(" zz1 1aa") == "ZZ11AA"


def test_what_is_confidential_is_nowhere(landscape, held):
    told = f"{held.table.to_csv()}{held.places.to_csv()}{services.in_short(landscape)}"
    assert SECRET not in told and "service:secret" not in told
    hidden, names = services.hidden_services(landscape), services.hidden_names(landscape)
    assert service_card.service_card(landscape, "service:secret") is None
    assert SECRET not in str(service_card.service_card(landscape, "service:elders"))
    assert "service:secret" in str(ANALYSES["demand"](landscape).rows)
    assert SECRET not in service_sections.demand(ANALYSES["demand"](landscape).rows, hidden, names).to_csv()
    assert SECRET not in service_sections.duplicates(ANALYSES["duplication"](landscape).rows, hidden, names).to_csv()


def card(landscape, id: str = "service:full") -> dict[str, str]:
    """Return a card as section -> its text."""
    told = service_card.service_card(landscape, id)
    return {s.title: "; ".join([*(f"{k}={v}" for k, v in s.facts), *s.lines]) for s in told.sections}


def test_a_card_has_sessions_figures_money_coding_and_source(landscape):
    told = card(landscape)
    assert told["When and where"] == "Mondays: Centre, West, Mon 16:00-18:00"
    assert (
        "Places a year=20; Using it=15; Referred=30; Turned away=withheld: below 10; Wait=35 days (over four weeks)"
        in (told["Places, use and waits"])
    )
    # The agreement of 2024 is over; that of 2026 is current until the end of March.
    assert "Cost a year=GBP 10,000; Agreements over=1" in told["Money"]
    assert "Town council: GBP 9,000, grant, ends 31 Mar 2027" in told["Money"]
    assert told["Who runs it"] == "Example Trust"
    assert told["Coding of level, approach and lens"] == "Coded by=Team A; On=01 May 2026; On whose word=Provider"
    assert told["Contexts it works on"] == "Quay (Level 2)"
    assert (
        "service:full.csv:7" in told["Where this comes from"] and "session:full.csv:7" in told["Where this comes from"]
    )


def test_what_nobody_recorded_reads_so_on_a_card(landscape):
    told = card(landscape, "service:s2")
    assert "Level=not yet coded" in told["What it is"]
    assert told["When and where"] == "no session recorded"
    assert "Wait=not recorded" in told["Places, use and waits"]


def test_harms_of_which_no_service_tells_are_not_none():
    silent = Landscape.from_records(town(), "area:T1", TODAY)
    rows = service_sections.harms(ANALYSES["harms"](silent).rows)
    assert set(rows["A response"]) == {"not recorded"} and rows["Services"].isna().all()


def test_two_services_that_may_be_shown_make_a_duplicate(landscape):
    rows = ANALYSES["duplication"](landscape).rows
    table = service_sections.duplicates(rows, {"service:secret"}, (SECRET,))
    # In the west Full and Elders are contextual, for people seeking asylum, against online harm; 11-17 and 18-25.
    assert table[["Services", "Which", "Areas", "Ages overlap"]].to_dict("records") == [
        {"Services": 2, "Which": "Elders; Full", "Areas": "West", "Ages overlap": "no"}
    ]


def test_a_school_has_its_responses_by_name_and_none_that_is_confidential():
    row = {"name": "Example School", "response": "at_school", "at_school": ["Back in", SECRET],
           "for_its_area": [SECRET], "purposes_not_recorded": 2, "area_name": None}  # fmt: skip
    (told,) = service_sections.exclusion([row], (SECRET,)).to_dict("records")
    assert told == {
        "School": "Example School", "A response": "at the school", "At the school": "Back in", "For its area": "",
        "Purposes not recorded": 2, "Area": "not recorded",
    }  # fmt: skip


def test_spend_by_level_tells_unknown_cost_from_none(landscape):
    table = service_sections.spend_by_kind(ANALYSES["balance"](landscape).rows, "level").set_index("Level")
    assert table.loc["Both", "Pounds a year"] == 10_000
    assert table.loc["Level 2", ["Services", "Cost not recorded"]].tolist() == [1, 1]
    # Talk is not yet coded, by tier neither are most: what no service is coded as is not known, and is not 0.
    by_tier = service_sections.spend_by_kind(ANALYSES["balance"](landscape).rows, "tier").set_index("Tier")
    assert by_tier.loc["Universal", "Services"] == 0 and pd.isna(by_tier.loc["Universal", "Pounds a year"])


def bordering() -> list:
    """The town, and a service run in the west that people of the east use too: 20 of them, as bought by their ward."""
    used = LinkRecord("SERVES", "link:serves-e", "service:full", "area:W2", {"basis": "purchased", "people": 20})
    few = LinkRecord("SERVES", "link:serves-f", "service:elders", "area:W2", {"suppressed": ["people"]})
    return [*records(), used, few]


def test_what_is_used_across_a_border_reads_both_ways_and_few_people_are_a_range():
    result = ANALYSES["cross_border"](Landscape.from_records(bordering(), "area:T1", TODAY))
    uses = borders.uses(result.rows, ()).set_index("Service")
    assert uses.loc["Full", ["For people of", "Delivered", "In", "Because it is", "People"]].tolist() == [
        "East", "only outside it", "West", "Purchased", "20",
    ]  # fmt: skip
    assert uses.loc["Elders", ["Because it is", "People"]].tolist() == ["not recorded", "1 to 9"]
    areas = borders.by_area(result.rows).set_index("Area")
    # 20 stands for 18 to 22, and fewer than ten for 1 to 9.
    assert areas.loc["East", ["Services for it", "Only outside it", "People who use these"]].tolist() == [
        2, 2, "19 to 31",
    ]  # fmt: skip
    assert areas.loc["West", ["of which for others", "People from elsewhere"]].tolist() == [2, "19 to 31"]
    assert "2 are delivered only outside the area" in borders.in_short(result.summary)


def test_where_nobody_said_for_whom_services_are_no_border_is_called_uncrossed(landscape):
    told = ANALYSES["cross_border"](Landscape.from_records(town(), "area:T1", TODAY)).summary
    assert borders.in_short(told) == ("Of 1 services delivered here nobody recorded for people of which area they are.")
    assert borders.levels(landscape) == ("ward", "local_authority")  # one authority alone has no neighbour


# --- the page -------------------------------------------------------------------------------------------------


@pytest.fixture
def page(open_app):
    app = open_app(records())
    return app.switch_page("views/pages/services.py").run()


def text_of(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


def test_the_page_lists_filters_and_opens_a_card(page):
    assert not page.exception and not page.error
    assert "4 services run here" in text_of(page)
    page.selectbox(key="language").set_value("ar").run()
    assert "1 of 4 services fit." in text_of(page)
    assert list(page.dataframe[0].value["Name"]) == ["Full", "Night youth", "Talk"]
    page.toggle(key="unrecorded").set_value(False).run()
    assert list(page.dataframe[0].value["Name"]) == ["Full"]
    assert "2 services are left out of the list" in text_of(page)
    page.selectbox(key="service").set_value("service:full").run()
    assert not page.error
    assert "GBP 9,000" in text_of(page) and "service:full" in page.query_params["service"]


def test_an_address_brings_filters_card_and_part_back(open_app):
    app = open_app(records())
    for name, value in (("service", "service:full"), ("near", "zz1 1aa")):
        app.query_params[name] = value
    app.switch_page("views/pages/services.py").run()
    assert not app.exception and not app.error
    assert app.selectbox(key="service").value == "service:full"


def test_a_postcode_sorts_the_list_and_an_unknown_one_is_said(page):
    page.text_input(key="near").set_value("zz11aa").run()
    assert list(page.dataframe[0].value["Name"])[:2] == ["Full", "Night youth"]
    assert "straight line" in str(list(page.dataframe[0].value.columns))
    page.text_input(key="near").set_value("ZZ9 9ZZ").run()
    assert "“ZZ9 9ZZ” is no postcode or place loaded for Town" in text_of(page)


def test_a_venue_has_its_nearest_youth_service_open_at_the_same_hour(open_app):
    page = open_app(records(), near="the anchor", when="Fri 20:00", kind="Youth work", open_at="At the chosen hour")
    page.switch_page("views/pages/services.py").run()
    assert not page.exception and not page.error
    # The evening session stands where the venue stands; what is confidential is no place to be near to.
    (row,) = page.dataframe[0].value.to_dict("records")
    assert (row["Name"], row["Metres, straight line"], row["Open then"]) == ("Night youth", 0, "open")
    page.text_input(key="near").set_value("The refuge").run()
    assert "“The refuge” is no postcode or place" in text_of(page)


def test_several_places_of_one_name_ask_for_a_postcode(open_app):
    again = node(
        "Guardian", "guardian:g9", name="The Anchor", sector="commercial", kind="pub", location=Point(0.006, 0.004)
    )
    there = [link("WITHIN", "guardian:g9", area) for area in ("area:W1", "area:T1")]
    page = open_app([*records(), again, *there], near="The Anchor").switch_page("views/pages/services.py").run()
    assert "2 places are called “The Anchor”" in text_of(page)


def test_filters_are_cleared_at_once(page):
    page.selectbox(key="language").set_value("ar").run()
    page.selectbox(key="tier").set_value("targeted").run()
    page.button(key="clear_filters").click().run()
    assert not page.error and page.selectbox(key="tier").value is None
    assert list(page.dataframe[0].value["Name"]) == ["Elders", "Full", "Night youth", "Talk"]


def test_a_card_leads_to_the_map_of_the_area(page):
    page.selectbox(key="service").set_value("service:full").run()
    page.button(key="service_landscape_page").click().run()
    assert not page.exception and not page.error
    assert page.session_state["picked"] == "service:full"


@pytest.mark.parametrize(
    "part", ["demand", "duplicates", "cliffs", "harms", "exclusion", "borders", "spend", "outcomes"]
)
def test_every_part_has_a_table_caveats_a_command_and_a_citation(page, part):
    page.segmented_control(key="part").set_value(part).run()
    assert not page.exception and not page.error
    codes = [code.value for code in page.code]
    assert any(code.startswith("landscape analyse ") and "availability" not in code for code in codes)
    assert SECRET not in f"{text_of(page)}{[frame.value.to_csv() for frame in page.dataframe]}"


def test_a_hostile_name_is_only_text(open_app):
    app = open_app([*records(), node("Service", "service:bad", name=HOSTILE, kind="youth_work")])
    app.switch_page("views/pages/services.py").run()
    app.selectbox(key="service").set_value("service:bad").run()
    assert not app.exception and not app.error
    assert "<script>document" not in text_of(app) and "&lt;script&gt;" in text_of(app)


def test_empty_stores_and_filters_say_what_to_do(open_app, page):
    page.selectbox(key="kind").set_value("probation").run()
    assert "No service passes these filters" in page.info[0].value
    app = open_app([])
    app.switch_page("views/pages/services.py").run()
    assert not app.exception and "Load a folder" in app.info[0].value


def test_no_services_loaded_is_said(open_app):
    bare = [r for r in town() if not (isinstance(r, NodeRecord) and r.label in ("Service", "Session"))]
    ids = {r.id for r in bare if isinstance(r, NodeRecord)}
    bare = [r for r in bare if isinstance(r, NodeRecord) or {r.start, r.end} <= ids]
    app = open_app(bare)
    app.switch_page("views/pages/services.py").run()
    assert "No services loaded for Town" in app.info[0].value
