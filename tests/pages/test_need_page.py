"""Does the page Need and fairness say what a town of two wards comes to, worked out by hand?"""

from __future__ import annotations

import pytest
from made_up_town import HOSTILE, area, link, town

from graphmodel.records import NodeRecord, Point, Record
from views import charts, fairness, maps, need
from views.areas import AreaName, Catalogue
from views.charts import Bar, Range, Step
from views.components import need_blocks

FAR = 0.2
SERVICES = {
    "s1": {"name": "Night youth", "level": "L2", "lens": "welfare", "capacity": 15, "cost_per_year": 20_000.0,
           "made_for": ["young_parents"]},
    "s2": {"name": "Talk", "capacity": 5},
}  # fmt: skip


def two_wards(deprived: bool = True, needed: bool = True) -> list[Record]:
    """A town of two wards 22 km apart, 100 young people each; both services are in the west, and more deprived, one.

    The need is 40 in the west (young parents) and 60 in the east (seeking asylum).
    """
    records: list[Record] = [area("T1", "Town", "local_authority", (0.0, 0.0, FAR + 0.01, 0.01))]
    for n, (name, west, people, group) in enumerate(
        [("West", 0.0, 40, "young_parents"), ("East", FAR, 60, "asylum_seeking")], start=1
    ):
        box = (west, 0.0, west + 0.01, 0.01)
        rank = {"deprivation_score": 50.0 - 20 * n, "deprivation_decile": n} if deprived else {}
        records += [
            area(f"W{n}", name, "ward", box),
            area(f"C{n}", f"{name} 1", "lsoa", box, population_10_17=100, **rank),
            link("WITHIN", f"area:W{n}", "area:T1", share=1.0),
            link("WITHIN", f"area:C{n}", f"area:W{n}", share=1.0),
            link("WITHIN", f"area:C{n}", "area:T1", share=1.0),
        ]
        if needed:
            fields = {"name": f"Need {name}", "people": people, "basis": "referrals", "groups": [group]}
            records += [NodeRecord("Need", f"need:{n}", fields), link("ESTIMATED_FOR", f"need:{n}", f"area:W{n}")]
    for id, fields in SERVICES.items():
        place = {"kind": "centre", "location": Point(0.005, 0.005)}
        records += [
            NodeRecord("Service", f"service:{id}", {"kind": "youth_work", **fields}),
            NodeRecord("Session", f"session:{id}", place),
            link("DELIVERS", f"service:{id}", f"session:{id}"),
            *(link("WITHIN", f"session:{id}", f"area:{code}", share=1.0) for code in ("C1", "W1", "T1")),
        ]
    return records


@pytest.fixture
def open_need(open_app):
    def start(records: list[Record] | None = None, part: str = "availability", **address: str):
        app = open_app(two_wards() if records is None else records, **address)
        app.switch_page("views/pages/need.py").run()
        if part != "availability":
            app.segmented_control(key="need_part").set_value(part).run()
        assert not app.exception and not app.error
        return app

    return start


def told(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


# --- the page -------------------------------------------------------------------------------------------------


def test_high_need_and_low_availability_comes_first(open_need):
    table = open_need().dataframe[0].value
    # need 600 and 400 per 1,000; two services for 100 young people are 20 per 1,000, and the east has 0
    assert table[["Area", "Need and availability", "Need per 1,000", "Services per 1,000"]].to_numpy().tolist() == [
        ["East", "High need, low availability", 600.0, 0.0],
        ["West", "Low need, high availability", 400.0, 20.0],
    ]


def test_residents_that_stand_in_for_need_are_not_called_need():
    assert need.quadrant_words("high_need_low_availability") == "High need, low availability"
    assert need.quadrant_words("high_need_low_availability", True) == "More residents, low availability"
    assert need.quadrant_words("low_need_high_availability", True) == "Fewer residents, high availability"


def test_a_kind_nobody_coded_has_no_known_spend_while_others_are_open():
    rows = [
        {"code": "L1", "services": 0, "pounds_per_1000": 0.0, "pounds_a_year": 0.0, "pounds_unknown": 0},
        {"code": "not_yet_coded", "services": 2, "pounds_per_1000": 50.0, "pounds_a_year": 100.0, "pounds_unknown": 0},
    ]
    assert fairness.spend_table(rows, "level")["£ a year"].isna().tolist() == [True, False]
    # Where all are coded nothing is spent on what no service is coded as.
    assert fairness.spend_table([*rows[:1], {**rows[1], "code": "L2"}], "level")["£ a year"].tolist() == [0.0, 100.0]


def test_the_certificate_says_who_and_why(open_need):
    page = told(open_need())
    # 40 in the west for 20 places leave 20; none of the 60 in the east can be served
    assert "80 of 100 people in need cannot be served, whatever the allocation." in page
    assert "For 60 of them no recorded service that could serve them is in reach." in page
    assert "can use only Night youth and Talk, with 20 places a year in all" in page


def test_a_chosen_ward_stands_among_the_others(open_need):
    app = open_need(area="W2")
    assert len(app.dataframe[0].value) == 2
    assert "East is ringed, among the wards of Town." in told(app)
    assert "Town, as of" in app.code[1].value
    # the certificate is about the ward
    assert "60 of 60 people in need cannot be served" in told(app)


def test_the_command_and_the_caveats_stand_below(open_need):
    app = open_need()
    assert app.code[0].value.startswith("landscape analyse equity --area T1 --as-of ")
    assert any(each.label.startswith("Bear in mind") for each in app.expander)


def test_unmet_need_by_group_each_alone(open_need):
    app = open_need(part="unmet")
    table = app.dataframe[0].value
    assert table[["Group", "In need", "Cannot be served"]].to_numpy().tolist() == [
        ["People seeking asylum", 60, 60],
        ["Young parents", 40, 20],
    ]
    app.segmented_control(key="unmet_by").set_value("need").run()
    assert list(app.dataframe[0].value["Need"]) == ["Need East", "Need West"]


def test_residents_who_stand_in_for_need_are_said_to_be_residents(open_need):
    app = open_need(two_wards(needed=False))
    page = told(app)
    # 200 residents, 20 places, 100 of them with nothing in reach
    assert "180 of 200 residents aged 10-17 cannot be served" in page
    assert "No need is recorded here: all residents aged 10-17 stand in for it." in page
    assert "Need per 1,000" not in app.dataframe[0].value.columns


def test_what_nobody_reaches_is_zero(open_need):
    app = open_need(part="reach")
    assert "100 of 200 young people (50%) have such a service within a walk; 100 have none." in told(app)
    table = app.dataframe[0].value
    assert table[["Area", "Services per 1,000", "Share within reach (%)"]].to_numpy().tolist() == [
        ["East 1", 0.0, 0.0],
        ["West 1", 20.0, 100.0],
    ]
    assert "not known" in told(app)


def test_a_filter_of_reach_is_kept_in_the_address(open_need):
    app = open_need(part="reach", need_level="Level 2", reach_by="Wards")
    # one service is Level 2: 10 per 1,000; of the other nobody recorded the level
    assert list(app.dataframe[0].value["Services per 1,000"]) == [0.0, 10.0]
    assert "-p level=L2" in app.code[0].value


def test_a_filter_the_address_asks_in_vain_is_said(open_need):
    app = open_need(part="reach", need_harm="Danger")
    (warning,) = app.main.warning
    assert "Danger" in warning.value


def test_access_over_deprivation_in_words_and_rows(open_need):
    app = open_need(part="fairness")
    # the line through (0.25, 20) and (0.75, 0) falls from 30 to -10: nobody has less than none
    assert "reach more than those in the less deprived: by the line 30.0 services per 1,000 at the most" in told(app)
    assert "and 0.0 at the least (slope index -40.0, relative index -0.33)" in told(app)
    assert list(app.dataframe[0].value["Services per 1,000"]) == [20.0, 0.0]


def test_need_and_services_by_group(open_need):
    groups = open_need(part="fairness").dataframe[1].value
    assert groups[["Group", "Share of need (%)", "Share of services (%)", "How known"]].head(2).to_numpy().tolist() == [
        ["People seeking asylum", 60.0, 0.0, "estimate"],
        ["Young parents", 40.0, 100.0, "estimate"],
    ]
    assert groups["How known"].tolist()[2:] == ["not recorded"] * (len(groups) - 2)


def test_without_deprivation_it_says_what_to_load(open_need):
    app = open_need(two_wards(deprived=False), part="fairness")
    assert "Load the Indices of Deprivation" in app.info[0].value


def test_spend_per_1000_and_what_is_not_known_apart_from_zero(open_need):
    app = open_need(part="spend")
    table = app.dataframe[0].value.set_index("Level")
    # 20,000 pounds for 200 young people
    assert table.loc["Level 2", "£ a year per 1,000"] == 100_000
    # No service is coded as Level 1, and one is not yet coded at all: that is not 0.
    assert table["£ a year per 1,000"].isna().to_dict()["Level 1"]
    assert table["£ a year per 1,000"].isna().to_dict()["Not yet coded"]
    assert "Cost not known for 1 of 2 services: that is not 0." in told(app)
    assert "1 service is not yet coded by level" in told(app)


def test_the_mix_over_deprivation(open_need):
    app = open_need(part="spend")
    app.segmented_control(key="need_spend_by").set_value("lens").run()
    table = app.dataframe[1].value
    assert table[["Deprivation decile", "Lens", "Share of services (%)"]].to_numpy().tolist() == [
        ["1 (most deprived)", "Welfare", 50.0],
        ["1 (most deprived)", "Not yet coded", 50.0],
    ]


def test_a_ward_has_the_spend_of_its_own_services(open_need):
    table = open_need(part="spend", area="W1").dataframe[0].value.set_index("Level")
    assert table.loc["Level 2", "£ a year per 1,000"] == 200_000


@pytest.mark.parametrize("part", need_blocks.PARTS)
def test_every_part_opens_on_little_data(open_need, part):
    app = open_need(town(), part=part)
    assert "Need and fairness in Town" in told(app)


@pytest.mark.parametrize("part", need_blocks.PARTS)
def test_places_without_areas_still_open(open_need, part):
    bare = [r for r in town() if isinstance(r, NodeRecord) and r.label in ("Service", "Organisation")]
    open_need(bare, part=part)


@pytest.mark.parametrize("part", need_blocks.PARTS)
def test_every_part_opens_on_a_small_area(open_need, part):
    assert "Need and fairness in West 1" in told(open_need(part=part, area="C1"))


def test_an_empty_store_says_what_to_do(open_need):
    app = open_need([])
    assert "Load a folder" in app.info[0].value


def test_a_part_of_a_part_that_fails_leaves_the_others(open_app, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(need_blocks, "_certificate", broken)
    app = open_app(two_wards())
    app.switch_page("views/pages/need.py").run()
    assert not app.exception and app.dataframe
    assert ["cannot be shown" in error.value for error in app.error] == [True]
    assert "secret" not in app.error[0].value


# --- rows and words -------------------------------------------------------------------------------------------


def unmet(**more):
    row = {
        "by": "group", "name": "Young parents", "people_basis": "need", "need": 610, "unmet": 214,
        "unmet_at_least": 214, "unmet_at_most": 260, "without_any_service": 0, "services": 4,
        "services_capacity_unknown": 0, "places": 396, "certificate": [],
    }  # fmt: skip
    return {**row, **more}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (unmet(), "214 of 610 people in need cannot be served, whatever the allocation."),
        (unmet(people_basis="resident"), "214 of 610 residents aged 10-17 cannot be served, whatever the allocation."),
        (unmet(need=None), "214 people in need cannot be served, whatever the allocation."),
        (unmet(unmet=0), "No shortfall can be proven for 610 people in need."),
        (unmet(unmet=None), "Some of the people in need, fewer than 10 or too few to tell apart, cannot be served."),
    ],
)
def test_the_headline(row, said):
    assert need.headline(row, 10) == said


def test_bounds_and_places_nobody_recorded_are_said():
    assert need.bounds(unmet(services_capacity_unknown=1)) == [
        "At least 214 and, by what is not recorded, at most 260.",
        "The places of 1 of 4 services are not recorded: these are held to turn nobody away.",
    ]


def test_reach_that_nobody_recorded_is_not_called_none():
    summary = {
        "people": 3334, "people_within_reach": 0, "people_out_of_reach": 54, "people_reach_unknown": 3280,
        "people_not_located": 0, "share_within_reach": None,
    }  # fmt: skip
    assert need.reach_words(summary) == [
        "54 of 3,334 young people have no such service within a walk.",
        "For 3,280 nobody recorded whether a service near is open then.",
    ]


def test_a_withheld_count_is_in_the_table_and_never_drawn():
    rows = [unmet(unmet=None, need=None)]
    assert need.shortfall(rows) is None
    assert need.strata_table(rows, "group")["Cannot be served"].isna().all()


def ward(id, quadrant, **more):
    row = {
        "about": "area", "area": id, "name": id, "quadrant": quadrant, "people_10_17": 100, "people": 10,
        "people_basis": "need", "need_recorded": True, "need_withheld": False, "need_at_least": False,
        "need_per_1000": 100.0, "access_per_1000": 1.0, "deprivation_decile": None,
    }  # fmt: skip
    return {**row, **more}


def test_a_ward_of_unknown_need_is_counted_and_not_drawn():
    wards = [
        ward("a", "high_need_low_availability", need_per_1000=300.0),
        ward("b", "low_need_high_availability", access_per_1000=5.0),
        ward("c", "need_withheld", need_withheld=True, need_per_1000=None),
    ]
    figure = need.quadrant(wards, "b")
    drawn = [id for trace in figure["data"] for id in trace.get("customdata", [])]
    # the ring around b, then a diamond and an open circle: no meaning hangs on colour alone
    assert [trace["marker"]["symbol"] for trace in figure["data"]] == ["circle-open", "diamond", "circle-open"]
    assert drawn == ["a", "b"]
    # medians of 300 and 100, and of 1 and 5
    assert [(line.get("x0"), line.get("y0")) for line in figure["layout"]["shapes"]] == [(3.0, 0), (0, 200.0)]
    assert need.left_out(wards) == ["1 area not compared: the count is too small to keep."]
    assert need.quadrant(wards[:1], None) is None


def test_a_small_area_is_compared_by_its_ward():
    names = Catalogue(
        [
            AreaName("area:T", "Town", "T", "local_authority"),
            AreaName("area:W", "West", "W", "ward", {"local_authority": "area:T"}),
            AreaName("area:C", "C", "C", "lsoa", {"ward": "area:W", "local_authority": "area:T"}),
        ]
    )
    assert need.compared_within(names, "area:C") == ("area:T", "area:W")
    assert need.compared_within(names, "area:W") == ("area:T", "area:W")
    assert need.compared_within(names, "area:T") == ("area:T", None)
    assert need.compared_within(names, None) == (None, None)


def test_no_slope_without_deprivation_and_a_level_one_through_the_mean():
    summary = {"access_slope_index": None, "access_relative_index": None, "access_per_1000": 3.0}
    assert fairness.slope_line(summary) is None
    assert fairness.slope_line({**summary, "access_slope_index": 0.0, "access_relative_index": 1.0}) == (3.0, 3.0)


def test_need_deciles_are_tenths_of_the_areas_compared():
    # of ten areas each is a tenth; one of unknown need is in none
    assert fairness.need_deciles([float(n) for n in range(10)]).tolist() == [float(n) for n in range(1, 11)]
    assert fairness.need_deciles([5.0, None]).isna().tolist() == [False, True]


def test_a_cost_that_is_not_known_is_hatched_and_zero_is_not():
    figure = charts.bars(
        [Bar("A", 10.0, "£10"), Bar("B", 0.0, "£0"), Bar("C", None, "not known")], across="£", unknown="?"
    )
    known, unknown = figure["data"]
    assert (known["y"], known["x"]) == (["A", "B"], [10.0, 0.0])
    assert (unknown["y"], unknown["marker"]["pattern"]["shape"]) == (["C"], "/")


def test_steps_are_as_wide_as_their_people():
    figure = charts.slope([Step("1", 300, 2.0), Step("2", 100, 1.0)], (2.5, 0.5), across="", up="")
    assert (figure["data"][0]["width"], figure["data"][0]["x"]) == ([0.75, 0.25], [0.375, 0.875])
    assert figure["data"][1]["y"] == [2.5, 0.5]


def test_what_may_be_stands_beyond_what_is_certain():
    (solid, hatched, stroke) = charts.ranges(
        [Range("A", 20, 50, 60)], certain="c", perhaps="p", whole="w", across="People"
    )["data"]
    assert (solid["x"], hatched["x"], stroke["x"]) == ([20], [30], [60])


def test_names_from_files_are_text_in_a_chart():
    point = charts.Point("x", HOSTILE, 1.0, 1.0, "g", ())
    figure = charts.points([point], {"g": ("G", "#000", "circle")}, across="", up="", named="g", chosen="x")
    assert "<script" not in str(figure)
    assert "<script" not in charts.label(HOSTILE)


def test_classes_with_decimals_and_none_is_the_palest():
    shade = maps.Shade("", {"a": 0.0, "b": 1.14, "c": 2.81, "d": None}, {}, "", decimals=1)
    classes = maps.classify(shade)
    assert classes.labels == ["0", "over 0.0 to 1.2", "over 1.2 to 2.9"]
    assert classes.of == {"a": 0, "b": 1, "c": 2, "d": None}
    nothing = maps.classify(maps.Shade("", {"a": 0.0}, {}, "", share=True))
    assert (nothing.labels, nothing.colours) == (["0"], ["#E4F1EF"])
    assert maps.classify(maps.Shade("", {"a": 1.0}, {}, "", share=True)).labels == ["100%"]
