"""landscape gaps --status: the list says what people said of each gap; what is published never does."""

from __future__ import annotations

import json

import pytest
from loader import empty

import cli
from graphmodel.gap_status import set_status
from graphmodel.records import LinkRecord, NodeRecord
from graphmodel.store import open_store

REASON = "The landlord is away until May."


@pytest.fixture
def venue(bundled_settings):
    """A store with a ward and a pub of which no engagement is recorded; returns where it is."""
    empty(bundled_settings)
    pub = {"name": "The Anchor", "sector": "commercial", "kind": "pub", "source": "pubs.csv"}
    ward = {"name": "West", "level": "ward", "code": "W1", "source": "wards.csv"}
    files = ({"name": name, "licence": "OGL-UK-3.0", "source": name} for name in ("pubs.csv", "wards.csv"))
    records = [
        NodeRecord("Area", "area:W1", ward),
        NodeRecord("Guardian", "guardian:anchor", pub),
        LinkRecord("WITHIN", "link:w", "guardian:anchor", "area:W1", {"source": "pubs.csv"}),
        *(NodeRecord("Source", f"source:{file['name']}", file) for file in files),
    ]
    with open_store(bundled_settings) as store:
        store.load(records, sources=["pubs.csv", "wards.csv"])
    return bundled_settings


def listed(capsys, settings, *arguments):
    code = cli.main(["gaps", *arguments, "--format", "json", "--data-dir", str(settings.data_dir)])
    out = capsys.readouterr().out
    assert code == 0
    return json.loads(out)["rows"]


def test_the_list_says_what_was_said_and_keeps_the_rows_of_one_status(capsys, venue):
    first, second = listed(capsys, venue, "--kind", "missing_data")
    assert (first["status"], first["status_reason"], first["status_date"]) == ("open", None, None)
    with open_store(venue, write=True) as store:
        (entry, *_) = set_status(store, first["id"], "known", REASON, "Licensing")
    (row,) = listed(capsys, venue, "--status", "known")
    assert (row["id"], row["status_reason"]) == (first["id"], REASON)
    assert row["status_date"] == entry.when.date().isoformat()
    assert [row["id"] for row in listed(capsys, venue, "--status", "open")] == [second["id"]]


def test_what_is_published_says_nothing_of_it(capsys, venue):
    first, _ = listed(capsys, venue)
    with open_store(venue, write=True) as store:
        set_status(store, first["id"], "not_a_gap", REASON, "Licensing")
    rows = listed(capsys, venue, "--publishable")
    assert rows and REASON not in json.dumps(rows) and not any("status" in key for row in rows for key in row)
