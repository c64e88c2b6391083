"""Facts about a real borough that the analyses must meet. Its files lie beside the checkout, not in it."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from analysis.completeness import completeness
from analysis.coverage import coverage
from analysis.gaps import gaps
from analysis.kernels.pairs import pairs_within
from graphmodel.geography import local_crs, to_metres
from graphmodel.settings import Settings

pytestmark = pytest.mark.shared


def points(file, longitude, latitude):
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [(float(row[longitude]), float(row[latitude])) for row in csv.DictReader(opened)]
    return np.array(rows).T


def test_72_of_103_schools_have_a_fast_food_outlet_within_400_metres(trafford):
    schools = points(trafford / "schools_and_colleges.csv", "lon", "lat")
    outlets = points(trafford / "fast_food_outlets.csv", "lon", "lat")
    crs = local_crs(*schools, Settings())
    assert crs.to_epsg() == 27700
    near = pairs_within(*(np.column_stack(to_metres(crs, *place)) for place in (schools, outlets)), 400)
    assert (len(near.counts), int((near.counts > 0).sum())) == (103, 72)


def test_the_same_through_the_landscape(trafford_whole):
    contexts, guardians = trafford_whole.nodes("Context"), trafford_whole.nodes("Guardian")
    schools = contexts[contexts["kind"] == "school"]
    outlets = guardians[guardians["source"].str.endswith("fast_food_outlets.csv")]
    near = pairs_within(schools[["x", "y"]].to_numpy(), outlets[["x", "y"]].to_numpy(), 400)
    assert (len(schools), len(outlets), int((near.counts > 0).sum())) == (103, 291, 72)


def test_people_and_areas(trafford_whole):
    areas = trafford_whole.nodes("Area")
    lsoas = areas[areas["level"] == "lsoa"]
    assert areas["level"].value_counts().to_dict() == {"lsoa": 139, "msoa": 28, "ward": 21, "local_authority": 1}
    assert (lsoas["population"].sum(), lsoas["population_10_17"].sum()) == (241_025, 27_821)


def test_nearly_everything_is_to_be_found_out_and_fits_on_a_list(trafford_whole):
    found = gaps(trafford_whole)
    assert len(found.gaps) < 150
    assert found.evidenced == ()
    engagement = [gap for gap in found.find_out if gap.topic == "engagement"]
    assert len(engagement) == 21  # one a ward
    assert all(gap.because.startswith("No engagement recorded for") for gap in engagement)
    assert sum(len(gap.members) for gap in engagement) == len(trafford_whole.nodes("Guardian"))
    coding = [gap for gap in found.find_out if gap.topic == "coding"]
    assert sum(len(gap.members) for gap in coding) == len(trafford_whole.nodes("Service"))


def test_grants_that_are_over_fund_nothing_now(trafford_whole):
    found = gaps(trafford_whole, kind="funding_ends")
    assert found.gaps == ()


def test_no_text_says_what_nobody_recorded(trafford_whole):
    said = str(gaps(trafford_whole).as_dict()).lower()
    for words in ("nobody was approached", "not approached", "unsafe", "no guardian near"):
        assert words not in said


def test_coverage_and_completeness_say_that_little_is_known(trafford_whole):
    summary = coverage(trafford_whole).summary
    assert summary["guardians_counted"] == 0
    assert summary["guardians_no_engagement_recorded"] == summary["guardians"]
    assert completeness(trafford_whole).summary["areas_not_surveyed"] == 21
