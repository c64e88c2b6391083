"""Which outline is meant, what does it hold, and what is said of one that cannot be used?"""

from __future__ import annotations

from datetime import date

import pytest
import shapely
from made_up_town import area, town

from graphmodel.errors import InputError
from graphmodel.landscape import Landscape
from graphmodel.records import NodeRecord
from views import custom_areas

# The town is 0.02 degrees wide and 0.01 high, at the equator: 2.2 km by 1.1 km.
BOX = [(0.002, 0.002), (0.008, 0.002), (0.008, 0.008), (0.002, 0.008)]


@pytest.fixture
def everything() -> Landscape:
    return Landscape.from_records(town(), None, date(2026, 11, 23))


def test_picked_areas_are_one_outline_without_the_line_between_them(everything):
    outline = custom_areas.of_parts(everything, ["area:W1", "area:W2"])
    assert outline.bounds == (0.0, 0.0, 0.02, 0.01)
    assert len(outline.rings) == 1 and outline.shape.equals(shapely.box(0, 0, 0.02, 0.01))


def test_an_outline_of_official_ones_keeps_their_licence_and_attribution():
    licensed = NodeRecord("Source", "source:a", {"name": "town/areas.csv", "licence": "OGL", "attribution": "© Town"})
    landscape = Landscape.from_records([*town(), licensed], None, date(2026, 11, 23))
    outline = custom_areas.of_parts(landscape, ["area:W1"])
    assert (outline.licence, outline.attribution) == ("OGL", "© Town")


def test_an_outline_of_areas_of_unknown_licence_has_none(everything):
    assert custom_areas.of_parts(everything, ["area:W1"]).licence is None


def test_an_area_without_an_outline_is_told():
    bare = area("W3", "Bare", "ward", (0, 0, 1, 1))
    del bare.properties["boundary"]
    landscape = Landscape.from_records([*town(), bare], None, date(2026, 11, 23))
    with pytest.raises(InputError, match="no outline"):
        custom_areas.of_parts(landscape, ["area:W1", "area:W3"])


@pytest.mark.parametrize(
    ("corners", "said"),
    [
        ([(0.0, 0.0), (0.01, 0.0)], "at least three corners"),
        ([(0.0, 0.0), (0.01, 0.0), (0.0, 0.0)], "at least three corners"),
        ([(0.0, 0.0), (0.01, 0.01), (0.01, 0.0), (0.0, 0.01)], "crosses itself"),
        ([(0.0, 0.0), (0.00001, 0.0), (0.0, 0.00001)], "holds nothing"),
        ([(5.0, 5.0), (5.1, 5.0), (5.0, 5.1)], "outside all areas"),
    ],
)
def test_corners_that_make_no_area_are_told_in_a_sentence(everything, corners, said):
    with pytest.raises(InputError, match=said):
        custom_areas.of_corners(everything, corners)


def test_what_an_outline_holds_is_counted_without_what_is_confidential(everything):
    held = dict(custom_areas.holds(everything, custom_areas.of_corners(everything, BOX).text))
    # The west holds a session, The Anchor and the Quay; the refuge is confidential. Its area is 0.6 x 0.6 of the
    # ward's 0.01 degrees: 36 % of 1,200 residents.
    assert (held["Services delivered there"], held["Guardians"], held["Contexts"]) == ("1", "1", "1")
    assert held["Residents aged 10-17"] == "about 432"


def test_residents_that_nobody_counted_are_not_known(everything):
    east = custom_areas.of_parts(everything, ["area:W2"])
    assert dict(custom_areas.holds(everything, east.text))["Residents aged 10-17"] in (None, "about 0")


def test_an_area_somebody_made_is_drawn_with_its_edge_if_anyone_may_see_it():
    def kept(sensitivity: str) -> custom_areas.Outline | None:
        own = area("pilot", "Pilot", "custom", (0, 0, 0.01, 0.01), sensitivity=sensitivity)
        return custom_areas.kept_outline(Landscape.from_records([*town(), own], "area:pilot", date(2026, 11, 23)))

    shown = kept("open")
    assert shown is not None and shown.bounds == (0, 0, 0.01, 0.01)
    assert kept("partners") is None
    assert custom_areas.kept_outline(Landscape.from_records(town(), "area:W1", date(2026, 11, 23))) is None


def test_around_a_place_is_a_circle_of_so_many_metres(everything):
    outline = custom_areas.around(everything, [(0.005, 0.005)], 400)
    # 32 corners of a circle of 400 m: 0.5 km².
    assert dict(custom_areas.holds(everything, outline.text))["Square kilometres"] == "0.50"


@pytest.mark.parametrize("metres", [10, 30_000])
def test_metres_beyond_reason_are_refused(everything, metres):
    with pytest.raises(InputError, match="metres"):
        custom_areas.around(everything, [(0.005, 0.005)], metres)


def test_a_place_without_a_point_has_no_area_around_it(everything):
    with pytest.raises(InputError, match="no point"):
        custom_areas.around(everything, [], 400)


def test_the_page_shows_what_picked_areas_hold_before_they_are_kept(open_app):
    app = open_app()
    app.pills(key="own_area").set_value("make").run()
    assert any("Choose one or more areas" in element.value for element in app.get("html"))
    app.multiselect(key="own_area_parts").set_value(["area:W1"]).run()
    page = "\n".join(element.value for element in app.get("html"))
    assert ">What it holds</h3>" in page and "<dt>Services delivered there</dt><dd>1</dd>" in page
    assert app.button(key="own_area_keep").disabled


def test_an_area_that_cannot_be_kept_is_told_in_one_sentence(open_app):
    app = open_app()
    app.pills(key="own_area").set_value("make").run()
    app.multiselect(key="own_area_parts").set_value(["area:W1"]).run()
    app.text_input(key="own_area_name").set_value("Pilot")
    app.text_input(key="team_typed").set_value("Youth work").run()
    app.button(key="own_area_keep").click().run()
    app.run()
    assert not app.exception
    assert any("cannot be changed" in error.value for error in app.error)


def test_the_page_makes_an_area_around_a_place(open_app):
    app = open_app()
    app.pills(key="own_area").set_value("make").run()
    app.segmented_control(key="own_area_how").set_value("Around a place").run()
    app.text_input(key="own_area_place").set_value("anchor").run()
    page = "\n".join(element.value for element in app.get("html"))
    assert not app.exception and not app.error
    assert ">What it holds</h3>" in page and "<dt>Square kilometres</dt><dd>0.50</dd>" in page
