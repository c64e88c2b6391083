"""landscape same: two records are one thing, or two; and an export of an area has such a thing once."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from loader import empty

import cli
from graphmodel.records import LinkRecord, NodeRecord, Point
from graphmodel.store import open_store

ONE, OTHER = "guardian:anchor", "guardian:anchor-2"


@pytest.fixture
def venues(bundled_settings):
    """A store with one ward and The Anchor twice in it, six metres apart; a kiosk is outside."""
    empty(bundled_settings)
    # The store of an earlier test had the same version: what was read from it is forgotten.
    shutil.rmtree(bundled_settings.data_dir / "snapshots", ignore_errors=True)
    facts = {"source": "pubs.csv", "sensitivity": "open", "licence": "CC0-1.0"}
    pub = {"sector": "commercial", "kind": "pub", "name": "The Anchor", **facts}
    records = [
        NodeRecord("Area", "area:W1", {"name": "West", "code": "W1", "level": "ward", **facts}),
        NodeRecord("Guardian", ONE, {**pub, "location": Point(-2.0, 53.0)}),
        NodeRecord("Guardian", OTHER, {**pub, "location": Point(-2.0001, 53.0), "staff": 4}),
        NodeRecord("Guardian", "guardian:kiosk", {**pub, "name": "Kiosk", "location": Point(-2.5, 53.0)}),
        *(LinkRecord("WITHIN", f"link:{id}", id, "area:W1", {"source": "pubs.csv"}) for id in (ONE, OTHER)),
    ]
    with open_store(bundled_settings) as store:
        store.load(records, sources=["pubs.csv"])
    return str(bundled_settings.data_dir)


def run(capsys, venues, *arguments):
    code = cli.main([*arguments, "--data-dir", venues])
    return code, *capsys.readouterr()


def test_two_are_one_until_it_is_taken_back(capsys, venues, tmp_path):
    code, out, _ = run(capsys, venues, "analyse", "identity", "--format", "json")
    assert (code, json.loads(out)["summary"]) == (0, {"suggested": 1, "confirmed": 0, "refused": 0})
    code, out, _ = run(capsys, venues, "same", ONE, OTHER, "--team", "Licensing")
    assert code == 0 and "Licensing" in out and "verdict: not known > confirmed" in out
    assert "it was so already" in run(capsys, venues, "same", OTHER, ONE)[1]
    assert exported(capsys, venues, tmp_path / "one", "--area", "W1") == [(ONE, "4")]
    # Everything, as the store has it, is both records and the link between them.
    assert len(exported(capsys, venues, tmp_path / "all")) == 3
    run(capsys, venues, "undo")
    assert exported(capsys, venues, tmp_path / "two", "--as-of", "2026-11-01") == [
        (ONE, ""), (OTHER, "4"), ("guardian:kiosk", ""),
    ]  # fmt: skip


def test_two_that_are_not_one_are_not_suggested_again(capsys, venues):
    run(capsys, venues, "same", ONE, OTHER, "--not")
    _, out, _ = run(capsys, venues, "analyse", "identity", "--format", "json")
    assert json.loads(out)["summary"] == {"suggested": 0, "confirmed": 0, "refused": 1}


def test_what_cannot_be_one_is_one_sentence(capsys, venues):
    code, _, err = run(capsys, venues, "same", ONE, "area:W1")
    assert code == 2 and "give the ids of two nodes of one label" in err


def exported(capsys, venues, folder, *arguments) -> list[tuple[str, str]]:
    code, _, err = run(capsys, venues, "export", "--format", "package", "-o", str(folder), *arguments)
    assert code == 0, err
    with (folder / "guardians.csv").open(encoding="utf-8", newline="") as file:
        return [(row["id"], row["staff"]) for row in csv.DictReader(file)]
