"""One real borough by the commands of the README: loaded twice, asked, backed up, restored; alike on both servers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from command_runs import answer, runner

from graphmodel import embedded
from graphmodel.settings import Settings
from graphmodel.store import GraphStore

pytestmark = [pytest.mark.store, pytest.mark.shared]

GAPS = ("gaps", "--area", "E08000009", "--as-of", "2026-11-01", "--format", "json")


def neo4j_variables() -> dict[str, str]:
    """Return the environment that names the Neo4j of the tests, emptied; skips where there is none."""
    found = {name: os.environ.get(f"NEO4J_TEST_{name}") for name in ("URI", "USERNAME", "PASSWORD")}
    if not all(found.values()):
        pytest.skip("no Neo4j: NEO4J_TEST_URI is not set")
    return {f"NEO4J_{name}": value for name, value in found.items()}


def empty(variables: dict[str, str]) -> None:
    """Take everything out of the Neo4j of the tests."""
    settings = Settings(
        neo4j_uri=variables["NEO4J_URI"],
        neo4j_username=variables["NEO4J_USERNAME"],
        neo4j_password=variables["NEO4J_PASSWORD"],
    )
    with GraphStore(settings) as store:
        while store.run("MATCH (n) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS n")[0]["n"]:
            pass


@pytest.fixture(scope="module")
def loaded(data_dir, trafford):
    """Trafford in the bundled store: the command, the first report and the gaps."""
    run = runner(data_dir)
    report = answer(run("ingest", str(trafford), "--format", "json"))
    return run, report, run(*GAPS).stdout


def test_every_file_is_recognised_and_no_row_is_in_error(loaded, trafford):
    _, report, _ = loaded

    assert [file["path"] for file in report["files"] if file["adapter"] is None] == []
    assert len(report["files"]) == len(list(trafford.iterdir()))
    assert [found for found in report["issues"] if found["severity"] == "error"] == []


def test_a_second_load_changes_nothing(loaded, trafford):
    run, first, _ = loaded

    second = answer(run("ingest", str(trafford), "--format", "json"))

    assert (second["created"], second["updated"], second["ended"]) == (0, 0, 0)
    assert second["unchanged"] == first["created"]


def test_nearly_all_gaps_are_missing_data_in_a_list_a_person_can_read(loaded):
    run, _, _ = loaded
    rows = answer(run(*GAPS))["rows"]

    assert 0 < len(rows) < 200
    assert {row["kind"] for row in rows} == {"missing_data"}
    venues = [row["because"] for row in rows if row["topic"] == "engagement"]
    assert venues and all("No engagement recorded" in because for because in venues)
    said = " ".join(row["text"] + row["because"] for row in rows).lower()
    assert "unsafe" not in said and "approached" not in said


def test_a_backup_restored_elsewhere_gives_the_same_gaps(loaded, tmp_path):
    run, _, gaps = loaded
    run("store", "backup", str(tmp_path / "b.zip"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    there = runner(elsewhere)

    try:
        there("store", "restore", str(tmp_path / "b.zip"))
        assert there(*GAPS).stdout == gaps
    finally:
        embedded.stop(Settings(data_dir=elsewhere))


def test_neo4j_gives_the_same_gaps_to_the_byte(loaded, trafford, tmp_path):
    _, _, gaps = loaded
    variables = neo4j_variables()
    empty(variables)
    run = runner(tmp_path, **variables)

    try:
        run("ingest", str(trafford))
        assert run(*GAPS).stdout == gaps
    finally:
        empty(variables)


def test_a_writing_query_is_refused_and_changes_nothing(loaded):
    run, _, _ = loaded
    before = run("store", "status").stdout

    refused = run("query", "-", text="MATCH (a:Area) CREATE (:Hack)", code=2)

    assert refused.stderr.startswith("landscape: ") and refused.stderr.count("\n") == 1
    assert run("store", "status").stdout == before


def test_a_file_that_is_not_there_is_said_and_the_rest_is_loaded(loaded, trafford, tmp_path):
    run, _, _ = loaded
    shutil.copy(Path(trafford) / "libraries.geojson", tmp_path)

    report = answer(
        run("ingest", str(tmp_path / "gone.csv"), str(tmp_path / "libraries.geojson"), "--format", "json", code=1)
    )

    assert [found["code"] for found in report["issues"] if found["severity"] == "error"] == ["file_missing"]
    assert [file["adapter"] for file in report["files"] if file["rows"]] == ["libraries"]
