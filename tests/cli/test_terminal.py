"""What the command prints: every row whatever its columns, cells a spreadsheet cannot run, gaps a person can read."""

from __future__ import annotations

import csv
import io
import json

from views.terminal import print_result


def result(*rows):
    return {"name": "x", "parameters": {}, "caveats": ["Straight lines."], "summary": {"rows": len(rows)}, "rows": rows}


def test_rows_with_different_columns_all_show(capsys):
    print_result(result({"about": "label", "nodes": 2}, {"about": "area", "share": 0.5}), "csv")

    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == [
        {"about": "label", "nodes": "2", "share": ""},
        {"about": "area", "nodes": "", "share": "0.5"},
    ]


def test_a_csv_has_no_cell_a_spreadsheet_would_run(capsys):
    print_result(result({"name": "=HYPERLINK(1)"}), "csv")

    assert capsys.readouterr().out == "name\n'=HYPERLINK(1)\n"


def test_markup_in_a_name_is_text_in_a_table(capsys):
    print_result(result({"name": "[red]The Anchor[/red] <script>"}), "table")

    assert "[red]The Anchor[/red] <script>" in capsys.readouterr().out


def test_what_a_table_leaves_out_is_said(capsys):
    print_result(result({"name": "Sale", "filled": {"hours": 0.5}}), "table")

    said = capsys.readouterr().out
    assert "Not shown here: filled" in said and "Straight lines." in said


def test_gaps_are_printed_by_question_with_their_reason(capsys):
    gap = {
        "id": "gap:1",
        "question": "Who is present?",
        "band": "A",
        "text": "Quay: no active guardian",
        "shortfall": 0.5,
        "people": 1240,
        "people_basis": "resident",
        "because": "An active guardian is here, but not in 2 of 4 hours.",
    }

    print_result(result(gap, {**gap, "id": "gap:2", "people": None, "people_basis": None}), "table")

    assert capsys.readouterr().out.splitlines()[1:6] == [
        "Who is present?",
        "  A  Quay: no active guardian  (50% short, 1,240 resident)  gap:1",
        "       An active guardian is here, but not in 2 of 4 hours.",
        "  A  Quay: no active guardian  (50% short)  gap:2",
        "       An active guardian is here, but not in 2 of 4 hours.",
    ]


def test_what_people_say_of_a_gap_stands_below_its_reason(capsys):
    gap = {
        "id": "gap:1", "question": "Who is present?", "band": "", "text": "Quay: hours not recorded", "shortfall": 1.0,
        "people": None, "people_basis": None, "because": "Nobody asked.", "status": "known",
        "status_reason": "The caretaker is away.", "status_date": "2026-11-02",
    }  # fmt: skip

    print_result(result(gap), "table")

    assert capsys.readouterr().out.splitlines()[4] == "       known, 2026-11-02: The caretaker is away."


def test_json_has_no_nan(capsys):
    print_result(result({"name": "Sale", "value": None}), "json")

    assert json.loads(capsys.readouterr().out)["rows"] == [{"name": "Sale", "value": None}]


def test_few_rows_too_wide_for_a_line_are_printed_one_by_one(capsys):
    wide = {f"a_rather_long_name_{n}": "words and words" for n in range(12)}
    print_result(result({**wide, "areas": [f"area {n}" for n in range(40)], "nothing": None}), "table")

    lines = capsys.readouterr().out.splitlines()
    assert "a_rather_long_name_3   words and words" in lines
    (areas,) = [line for line in lines if line.startswith("areas")]
    assert areas.endswith("area 11; and 28 more")
    assert not [line for line in lines if line.startswith("nothing")]


def test_many_rows_too_wide_leave_out_their_lists_and_say_so(capsys):
    wide = {f"a_rather_long_name_{n}": "x" * 25 for n in range(7)}
    print_result(result(*[{"id": n, "long": ["y" * 50, "z" * 50], **wide} for n in range(20)]), "table")

    said = capsys.readouterr().out
    assert "Not shown here: long (--format json has all)." in said
    assert max(map(len, said.splitlines())) <= 200


def test_rows_of_another_shape_are_a_table_of_their_own(capsys):
    print_result(result({"about": "label", "nodes": 2}, {"about": "area", "share": 0.5}), "table")

    assert [line.split() for line in capsys.readouterr().out.splitlines()[:5]] == [
        ["about", "nodes"],
        ["label", "2"],
        [],
        ["about", "share"],
        ["area", "0.5"],
    ]
