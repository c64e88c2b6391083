"""An Excel workbook is read as tables: values of formulas, ISO dates, the rows' own numbers; bombs are refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
import xlsxwriter
from town import codes

from ingest.workbook import cell_text


def book(*sheets, hidden=()):
    """Return the bytes of a workbook: (name, rows) each."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


BODIES = [["id", "name", "sector"], ["a", "A trust", "voluntary"], ["b", "B trust", "no such sector"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (3.0, "3"),
        (0.1, "0.1"),
        (True, "true"),
        (datetime(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31, 9, 30), "2026-03-31T09:30:00"),
        (date(2026, 3, 31), "2026-03-31"),
        (time(18, 5), "18:05"),
        ("#REF!", ""),
        ("two\nlines", "two lines"),
    ],
)
def test_a_cell_is_plain_text(value, text):
    assert cell_text(value) == text


def test_sheets_named_for_tables_are_a_package_and_issues_name_sheet_and_row(write, load, store):
    services = [["id", "name", "kind", "capacity"], ["s", "Night club", "mentoring", 40.0]]
    write("ours.xlsx", book(("organisations", BODIES), ("Services", services)))

    report = load()

    assert store.node["org:a"]["name"] == "A trust"
    assert store.node["service:s"]["capacity"] == 40
    assert [(i.file, i.line) for i in report.issues if i.code == "code_required"] == [("ours.xlsx/organisations", 3)]
    assert store.node["org:a"]["source_row"] == "ours.xlsx/organisations:2"
    assert store.node["org:a"]["source"] == "town/ours.xlsx/organisations"


def test_rows_above_the_names_of_the_columns_are_passed_over_and_rows_keep_their_numbers(write, load, store):
    write(
        "ours.xlsx",
        book(("organisations", [["Our partners, November"], [], *BODIES[:2], [], ["c", "C trust", "voluntary"]])),
    )

    report = load()

    assert codes(report) == ["rows_skipped"]
    assert store.node["org:a"]["source_row"] == "ours.xlsx/organisations:4"
    assert store.node["org:c"]["source_row"] == "ours.xlsx/organisations:6"


def test_a_remark_beside_the_table_costs_no_row(write, load, store):
    write("ours.xlsx", book(("organisations", [BODIES[0], [*BODIES[1], None, "ask again in May"], [None] * 5 + ["x"]])))
    assert codes(load()) == ["column_unnamed"]
    assert store.node["org:a"]["name"] == "A trust"


def test_a_formula_gives_its_value_and_a_long_number_no_point(write, load, store, tmp_path):
    path = write("ours.xlsx", b"")
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("services")
        for column, name in enumerate(["id", "name", "kind", "capacity", "verified"]):
            sheet.write(0, column, name)
        sheet.write_row(1, 0, [7, "Club", "mentoring"])
        sheet.write_formula(1, 3, "=6*7", None, 42)
        sheet.write_datetime(1, 4, datetime(2026, 3, 31), made.add_format({"num_format": "dd/mm/yyyy"}))

    load()

    assert store.node["service:7"]["capacity"] == 42
    assert store.node["service:7"]["verified"] == date(2026, 3, 31)


def test_a_hidden_sheet_is_said_and_an_empty_one_is_not(write, load, store):
    write(
        "ours.xlsx", book(("organisations", BODIES[:2]), ("guardians", BODIES), ("Sheet3", []), hidden=("guardians",))
    )
    assert codes(load()) == ["file_skipped"]
    assert list(store.node) == ["org:a", "source:town/ours.xlsx/organisations"]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "file_empty", "empty"),
        (b"no workbook", "file_unreadable", "not a workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "file_unreadable", "password"),
        (
            book(
                ("organisations", []),
            ),
            "file_empty",
            "empty",
        ),
        (book(("organisations", BODIES))[:900], "file_unreadable", "not a workbook"),
    ],
    ids=["nothing", "text", "locked", "blank", "cut short"],
)
def test_what_cannot_be_opened_is_one_sentence_and_the_others_are_read(write, load, store, content, code, said):
    write("broken.xlsx", content)
    write("organisations.csv", "id,name,sector\na,A,voluntary\n")
    report = load()
    assert codes(report, "broken.xlsx") == [code]
    assert said in next(i.message for i in report.issues if i.file == "broken.xlsx")
    assert "org:a" in store.node


def test_a_bomb_is_refused(write, load):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", "<row/>" * 3_000_000)
    write("bomb.xlsx", out.getvalue())
    assert codes(load()) == ["file_too_large"]


def test_a_workbook_in_a_zip_is_read_and_excels_own_lock_file_is_passed_over(write, load, store):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("ours.xlsx", book(("organisations", BODIES[:2])))
    write("all.zip", out.getvalue())
    write("~$ours.xlsx", b"lock")
    report = load()
    assert codes(report) == []
    assert [each.path for each in report.files] == ["all.zip/ours.xlsx/organisations"]


def test_the_only_sheet_of_a_workbook_is_called_like_the_workbook(write, load, store, tmp_path):
    table = [["Club", "Postcode"], ["The Owls", "M33 7ZF"]]
    made = tmp_path / "clubs.yaml"
    made.write_text(
        "file: offer.csv\nrecords:\n  it:\n    table: guardians\n    slug: '{Club}'\n"
        "    set: {sector: community, kind: youth_club}\n    fields: {name: Club, postcode: Postcode}\n"
    )
    write("offer.xlsx", book(("Sheet1", table)))
    load(column_map=made)
    assert store.node["guardian:the-owls"]["name"] == "The Owls"
