"""What nobody recorded becomes a task: how many, what to record, and a table to fill in that can be loaded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from made_up_town import town

from analysis import ANALYSES
from analysis.finders import closing
from graphmodel.landscape import Landscape
from ingest.pipeline import ingest
from ingest.template import tables as package_tables
from views import find_out, tables


@pytest.fixture(scope="module")
def town_now() -> Landscape:
    return Landscape.from_records(town(), "area:T1", date(2026, 11, 23))


@pytest.fixture(scope="module")
def tasks(town_now):
    gaps = ANALYSES["gaps"](town_now)
    return {task.topic: task for task in find_out.tasks(gaps.find_out)}


def test_a_task_says_how_many_are_without_it_and_what_to_do(tasks):
    # Of the two guardians in the wards, only The Anchor has a stage.
    assert tasks["engagement"].sentence == "No engagement recorded for 1 venue"
    assert tasks["coding"].todo == "Code level, approach and lens of these services"


def test_wards_are_counted_together_and_each_place_once(tasks):
    (gap,) = tasks["engagement"].gaps
    north = replace(gap, id="gap:n", members=("guardian:g1", "guardian:g2"))
    (task,) = find_out.tasks([gap, north])
    assert task.sentence == "No engagement recorded for 2 venues"
    assert [each.id for each in task.gaps] == [gap.id, "gap:n"]


def test_every_kind_of_missing_data_has_a_way_to_record_it():
    assert set(find_out.WAYS) == set(closing._FIND_OUT)


def test_the_columns_to_fill_in_are_columns_of_a_package():
    held = {table: {field.name for field in fields} for table, fields in package_tables().items()}
    for topic, way in find_out.WAYS.items():
        assert set(way.columns) <= held[way.table], topic


def test_the_rows_to_fill_in_have_id_and_name_and_blanks_and_no_confidential_place(town_now, tasks):
    refuge_too = replace(tasks["engagement"], members=("guardian:g2", "guardian:g3"))
    rows = find_out.to_fill_in(town_now, refuge_too)
    assert list(rows.columns) == ["id", "name", "sector", "kind", "stage"]
    assert rows["id"].tolist() == ["guardian:g2"]
    assert rows["stage"].tolist() == [""]


def test_what_is_recorded_as_a_link_is_a_row_of_links_with_one_end_blank(town_now):
    gap_of_c1 = find_out.Task("responses", "", "", (), ("context:c1",))
    (row,) = find_out.to_fill_in(town_now, gap_of_c1).to_dict("records")
    assert row == {"type": "TARGETS", "from": "", "to": "context:c1", "basis": "", "about": "Quay"}


def test_rows_that_were_filled_in_are_read_as_tables_of_a_package(town_now, tasks, tmp_path):
    for topic, column, value in (("engagement", "stage", "engaged"), ("responses", "from", "service:s1")):
        file = tmp_path / find_out.file_name(topic)
        rows = find_out.to_fill_in(town_now, tasks[topic]).assign(**{column: value})
        file.write_bytes(tables.csv_bytes(rows))
    report = ingest([tmp_path], None, check=True)
    assert {file.adapter for file in report.files} == {"package"}
    assert report.exit_code == 0
    assert sum(file.nodes for file in report.files) == len(tasks["engagement"].members)
    assert sum(file.links for file in report.files) == len(tasks["responses"].members)
