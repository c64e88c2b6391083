"""The rows a gap rests on: where each was recorded, of what, and from which source with date and licence."""

from __future__ import annotations

from datetime import date

from made_up_town import town

from graphmodel.landscape import Landscape
from views.gap_evidence import Evidence, evidence_of


def test_a_row_tells_its_file_and_line_the_name_and_the_source(town_landscape):
    assert evidence_of(town_landscape, ("guardian:g1.csv:2",)) == [
        Evidence("guardian:g1.csv:2", "The Anchor", "Town list, 2026-11-01, OGL")
    ]


def test_a_source_nobody_described_is_named_as_it_is(town_landscape):
    assert evidence_of(town_landscape, ("service:s2.csv:2",))[0].source == "town/service.csv"


def test_a_row_of_links_tells_both_ends(town_landscape):
    assert evidence_of(town_landscape, ("links.csv:3",))[0].what == "Example Trust refers to The Anchor"


def test_a_confidential_place_is_not_named():
    everywhere = Landscape.from_records(town(), None, date(2026, 11, 23))
    (row,) = evidence_of(everywhere, ("guardian:g3.csv:2",))
    assert row.what == "a confidential place"


def test_rows_keep_their_order_and_one_nobody_knows_is_said(town_landscape):
    rows = evidence_of(town_landscape, ("service:s1.csv:2", "lost.csv:9", "context:c1.csv:2"))
    assert [(row.where, row.what) for row in rows] == [
        ("service:s1.csv:2", "Night youth"), ("lost.csv:9", "not known"), ("context:c1.csv:2", "Quay"),
    ]  # fmt: skip
    assert rows[1].source == "Source not known"
