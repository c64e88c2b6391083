"""What of a page's rows may anyone see?"""

from __future__ import annotations

from datetime import date

import pandas as pd
from made_up_town import town

from graphmodel.landscape import Landscape
from graphmodel.records import NodeRecord
from views import places, publishing

DAY = date(2026, 11, 23)
SOURCES = ("guardian", "service", "session", "context")


def known_licences(**changes):
    """The town, with a licence for every file; ``changes`` are fields of The Anchor, the one active venue."""
    records = [r for r in town() if not (isinstance(r, NodeRecord) and r.label == "Source")]
    for record in records:
        if record.id == "guardian:g1":
            record.properties.update(changes)
    files = [
        NodeRecord(
            "Source", f"source:{n}", {"name": f"town/{n}.csv", "title": f"The {n} list", "licence": "OGL-UK-3.0"}
        )
        for n in SOURCES
    ]
    return Landscape.from_records([*records, *files], "area:T1", DAY)


def rows_of(landscape):
    return places.joined([places.at(places.place_rows(landscape, layer), None) for layer in places.LAYERS])


def test_a_source_without_a_licence_is_named(town_landscape):
    assert "unknown licence" in publishing.refusal(town_landscape)
    assert "town/service.csv" in publishing.refusal(town_landscape)
    assert publishing.refusal(known_licences()) is None


def test_only_a_venue_that_agreed_and_is_active_is_named():
    # The Anchor is active, but nobody asked whether it may be shown; of the other guardian no engagement is recorded.
    landscape = known_licences()
    kept = publishing.publishable_rows(landscape, rows_of(landscape))
    assert set(kept["id"]) == {"service:s1", "context:c1"}
    landscape = known_licences(display_consent=True)
    kept = publishing.publishable_rows(landscape, rows_of(landscape))
    assert set(kept["id"]) == {"service:s1", "context:c1", "guardian:g1"}


def test_what_must_be_printed_stands_beside_each_row():
    landscape = known_licences()
    kept = publishing.publishable_rows(landscape, rows_of(landscape)).set_index("id")
    assert kept.at["context:c1", "attribution"] == "The context list, OGL-UK-3.0"


def test_no_rows_are_no_rows():
    landscape = known_licences()
    none = rows_of(landscape).head(0)
    assert publishing.publishable_rows(landscape, none).empty
    assert isinstance(publishing.publishable_rows(landscape, none), pd.DataFrame)
