"""Does a page say how to get the same in Cypher and on the command line?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from analysis import ANALYSES
from queries import library
from views import asking

LINES = (Path(__file__).parents[2] / "docs" / "questions.md").read_text("utf-8").splitlines()
# id -> its analyses and its query
HOMES = {
    cells[1]: (cells[4].split(", "), cells[5])
    for cells in ([cell.strip() for cell in line.split("|")] for line in LINES)
    if len(cells) > 5
}
PAGES = ("landscape", "services")


def test_a_query_shown_beside_an_analysis_answers_a_question_of_that_analysis():
    for name, ids in asking.ANSWERED_BY.items():
        assert name in {*ANALYSES, *PAGES}
        for id in ids:
            assert id in library()
            # C6 is what_if asked of every funder.
            assert name in (*HOMES[id][0], *PAGES) or (name, id) == ("what_if", "C6"), (name, id)


def test_each_question_with_an_analysis_and_a_query_shows_both():
    for id, (analyses, query) in HOMES.items():
        if analyses != [""] and query in library():
            assert any(query in asking.ANSWERED_BY.get(name, ()) for name in analyses), id


def test_the_command_leaves_out_what_is_the_default_anyway():
    day = date(2026, 11, 1)
    told = asking.analysis_command(
        "accessibility", {"catchment_m": None, "unknown": 1, "within_m": 1000.0}, area="W 1", as_of=day, demo=True
    )
    assert told == "landscape analyse accessibility -p within_m=1000.0 --area 'W 1' --as-of 2026-11-01 --demo"
    assert asking.analysis_command("gaps", {"kind": None}, area=None, as_of=day, demo=False) == (
        "landscape analyse gaps --as-of 2026-11-01"
    )
