"""Does the demo go through the door like anybody's package, with nothing to put right?"""

from __future__ import annotations

from collections import Counter

import pytest

from ingest.pipeline import ingest

# Meant to be said: small counts, rounding, and hours no rule reads.
INTENDED = {"people_suppressed", "people_rounded", "hours_unread"}


@pytest.fixture(scope="module")
def report(demo):
    return ingest([demo.folder], None, check=True).as_dict()


def test_every_file_is_recognised_as_the_package(report, demo):
    assert {file["path"].rpartition("/")[2] for file in report["files"]} == {f"{table}.csv" for table in demo.tables}
    assert {file["adapter"] for file in report["files"]} == {"package"}


def test_every_row_is_kept(report, demo):
    kept = sum(file["nodes"] for file in report["files"])
    assert kept == sum(len(rows) for table, rows in demo.tables.items() if table != "links")
    assert report["quarantined"] == 0


def test_nothing_is_wrong_and_only_what_is_meant_is_said(report):
    said = Counter((issue["severity"], issue["code"]) for issue in report["issues"])
    assert {severity for severity, _ in said} == {"info"}
    assert {code for _, code in said} == INTENDED


def test_the_small_count_is_suppressed_and_not_repeated(report, demo):
    line = 2 + [row["id"] for row in demo.tables["needs"]].index("young-parents-care")
    [issue] = [i for i in report["issues"] if i["file"].endswith("needs.csv") and i["line"] == line]
    assert issue["code"] == "people_suppressed" and issue["value"] is None
