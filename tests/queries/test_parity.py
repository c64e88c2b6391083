"""A query that repeats an analysis gives the same answer; no pair here is within 1 % of the distance."""

import random

import numpy as np
import pytest
from small_landscape import AS_OF, at, week

from analysis.coverage import coverage
from graphmodel.landscape import Landscape

pytestmark = pytest.mark.store

EVENING = np.array([hour % 24 >= 18 for hour in range(168)])


@pytest.fixture
def places(graph):
    """40 contexts of concern 2 km apart, 80 guardians 100, 350 or 600 m from one of them, in every state."""
    draw = random.Random(7)
    graph.borough()
    for n in range(40):
        graph.place(f"context:{n}", "A", name=f"{n:02}", kind="park", concern="of_concern", location=at(2000 * n, 0))
    for n in range(80):
        graph.place(
            f"guardian:{n}", "A", sector="commercial", kind="cafe",
            stage=draw.choice(["active", "active", "active", "declined", None]),
            stance=draw.choice(["care", "care", "enforce", "report", None]),
            young_people_say=draw.choice(["trusted", None, None, "unwelcoming"]),
            staff_trained=draw.choice([0, 2, None]),
            hours_week=draw.choice([None, week(mon="9-17"), week(fri="17-22"), week(sun="22-24")]),
            location=at(2000 * draw.randrange(40), draw.choice([100, 350, 600])),
        )  # fmt: skip
    for n in range(10):
        own = draw.choice([{}, {"hours_week": week(wed="18-20")}])
        graph.link("GUARDIAN_OF", f"guardian:{n}", f"context:{draw.randrange(40)}", basis="declared", **own)
    return graph


def test_c1_says_of_each_context_what_coverage_says_of_its_evenings(places):
    (row,) = places.ask("C1", area="L")
    said = dict(text.split(": ") for text in row["contexts"])
    result = coverage(Landscape.load(places.store, area="L", as_of=AS_OF))
    for i, found in enumerate(result.rows):
        state = said.get(found["name"], "open")
        assert (state == "open") == bool(result.cover[i][EVENING].any()), found
        assert (state == "hours unknown") == (state != "open" and bool(result.unknown[i].any())), found
        engaged = found["guardians_here"] > found["guardians_no_engagement_recorded"]
        if state == "without":
            assert engaged
            assert not found["guardians_stance_unknown"]
    assert set(said.values()) == {"without", "hours unknown", "not recorded"}
    assert row["of_concern"] == 40
