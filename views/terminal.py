"""How does a result look on a terminal, in a pipe, or as a file? Table, JSON or CSV, and a bar while it lasts."""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from graphmodel.disclosure import safe_cell

if TYPE_CHECKING:
    from ingest.report import LoadReport

Progress = Callable[[str, int, int], None]

PIPE_WIDTH = 200
GAP_COLUMNS = {"question", "band", "text", "shortfall", "people", "people_basis", "because", "id"}
SITE_COLUMNS = {"rank", "site", "name", "kind", "stage", "area_name", "adds", "cost"}
LOSS_COLUMNS = {"kind", "about", "name", "area_name", "what", "before", "after", "last", "because"}
CELL = 60
# So many rows that are too wide for a table are printed one by one; so many items of a list are.
FEW = 12


def print_json(content: dict[str, Any]) -> None:
    """Print JSON that has no NaN and keeps the order of the keys."""
    print(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


def print_result(content: dict[str, Any], format: str) -> None:
    """Print an analysis or a query in its documented shape, as ``table``, ``json`` or ``csv``.

    A CSV neutralises what a spreadsheet would run. The gap list has a form of its own for reading.
    """
    if format == "json":
        print_json(content)
    elif format == "csv":
        _print_csv(content["rows"])
    else:
        rows = content["rows"]
        if rows and rows[0].keys() >= GAP_COLUMNS:
            _print_gaps(rows)
        elif rows and rows[0].keys() >= SITE_COLUMNS:
            _print_sites(rows)
        elif rows and rows[0].keys() >= LOSS_COLUMNS:
            _print_losses(rows)
        else:
            _print_table(rows)
        _print_end(content)


def print_report(report: LoadReport) -> None:
    """Print what a load did: a line a file, then every issue with its place, the gravest first."""
    from graphmodel.issues import SEVERITIES

    for file in report.files:
        read = file.adapter or "not read"
        print(
            f"{file.path}: {read}, {file.rows:,} rows, {file.nodes:,} nodes, {file.links:,} links, {file.issues} issues"
        )
    for found in sorted(report.issues, key=lambda each: SEVERITIES.index(each.severity)):
        where = f"{found.place} [{found.field}]" if found.field else found.place
        print(f"{found.severity}  {where}  {found.message}  ({found.code})")
    if report.check:
        print(f"Checked in {report.seconds:.1f} s; nothing was written.")
        return
    outcome = ("created", "updated", "unchanged", "ended", "quarantined")
    print(", ".join(f"{getattr(report, name):,} {name}" for name in outcome), f"in {report.seconds:.1f} s")


def _print_csv(rows: list[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    columns = _columns(rows)
    writer.writerow(columns)
    writer.writerows([safe_cell(_text(row.get(column))) for column in columns] for row in rows)


def _print_gaps(rows: list[dict[str, Any]]) -> None:
    """Print gaps by question, each with what it falls short by, whom it concerns and why."""
    question = None
    for row in rows:
        if row["question"] != question:
            question = row["question"]
            print(f"\n{question}")
        people = "" if row["people"] is None else f", {row['people']:,} {row['people_basis']}"
        print(f"  {row['band'] or '?'}  {row['text']}  ({row['shortfall']:.0%} short{people})  {row['id']}")
        print(f"       {row['because']}")
        if row.get("status", "open") != "open":
            print(f"       {row['status']}, {row['status_date']}: {row['status_reason']}")


def _print_sites(rows: list[dict[str, Any]]) -> None:
    """Print chosen sites in their order, each with who it is, what it adds and what it leaves."""
    for row in rows:
        kind = str(row["kind"] or "").replace("_", " ")
        who = ", ".join(part for part in (row["name"], kind, row["stage"], row["area_name"]) if part)
        cost = "" if row["cost"] is None else f"  (GBP {row['cost']:,.0f})"
        print(f"{row['rank']:>3}  {who}  {row['site']}{cost}")
        print(f"     {row['adds']}")


def _print_losses(rows: list[dict[str, Any]]) -> None:
    """Print what is lost by what it is: each with its area, before and after; what is quite gone has a star."""
    what = None
    for row in rows:
        if (row["kind"], row["what"]) != what:
            what = (row["kind"], row["what"])
            print(f"\n{row['what'][:1].upper()}{row['what'][1:]}")
        area = f", {row['area_name']}" if row["area_name"] and row["area_name"] not in row["name"] else ""
        change = f"{_amount(row['before'])} -> {_amount(row['after'])}"
        if row["because"]:
            change = row["because"] if row["kind"] == "service" else f"{change} ({row['because']})"
        print(f"  {'*' if row['last'] else ' '} {row['name']}{area}: {change}  {row['about']}")
    print("\n* nothing of it is left")


def _amount(value: Any) -> str:
    return f"{value:,.0f}" if isinstance(value, int | float) else _text(value)


def _print_table(rows: list[dict[str, Any]]) -> None:
    """Print rows of one shape as one table; those that are too wide are printed one by one, or without their tail."""
    if not rows:
        print("No rows.")
    for n, group in enumerate([list(group) for _, group in groupby(rows, key=_names)]):
        if n:
            print()
        _print_group(group)


def _names(row: dict[str, Any]) -> list[str]:
    return list(row)


def _print_group(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)
    plain = [name for name in rows[0] if not any(isinstance(row[name], dict) for row in rows)]
    columns = _fitting(rows, plain, console.width)
    if columns != plain and len(rows) <= FEW:
        _print_records(rows, console.width)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", max_width=CELL)
    for row in rows:
        table.add_row(*(Text(_text(row[column])) for column in columns))
    console.print(table)
    if left_out := [name for name in rows[0] if name not in columns]:
        print(f"Not shown here: {', '.join(left_out)} (--format json has all).")


def _fitting(rows: list[dict[str, Any]], columns: list[str], width: int) -> list[str]:
    """Return the columns that fit on a line: lists are left out first, the longest of them before the others."""
    needed = {name: min(max(len(name), *(len(_text(row[name])) for row in rows)), CELL) + 2 for name in columns}
    lists = {name for name in columns if any(isinstance(row[name], list) for row in rows)}
    last_first = sorted(columns, key=lambda name: (name in lists, needed[name] * (name in lists), columns.index(name)))
    while sum(needed.values()) > width + 2 and len(needed) > 1:
        del needed[last_first.pop()]
    return [name for name in columns if name in needed]


def _print_records(rows: list[dict[str, Any]], width: int) -> None:
    """Print each row as lines of name and value; what is empty is left out, a long list is cut and counted."""
    for n, row in enumerate(rows):
        told = {name: _text(value) for name, value in row.items() if value not in (None, "", [], {})}
        longest = max(map(len, told), default=0)
        if n:
            print()
        for name, text in told.items():
            value = row[name]
            if isinstance(value, list) and len(value) > FEW:
                text = f"{_text(value[:FEW])}; and {len(value) - FEW} more"
            lines = wrap(text, max(width - longest - 2, 20), break_on_hyphens=False) or [""]
            print(f"{name:<{longest}}  {lines[0]}")
            for line in lines[1:]:
                print(f"{'':<{longest}}  {line}")


def _print_end(content: dict[str, Any]) -> None:
    print()
    for name, value in content["summary"].items():
        print(f"{name}: {_text(value)}")
    for caveat in content["caveats"]:
        print(f"- {caveat}")


def _columns(rows: list[dict[str, Any]]) -> list[str]:
    """Return the columns of rows that need not all have the same, in the order they come."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in value.items())
    return str(value)


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield ``progress(stage, done, total)``: a bar on a terminal, one line per stage elsewhere, on standard error."""
    if not sys.stderr.isatty():
        yield _plain_progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield progress


def _plain_progress() -> Progress:
    said: set[str] = set()

    def progress(stage: str, done: int, total: int) -> None:
        if done >= total and stage not in said:
            said.add(stage)
            print(f"{stage}: {total:,}", file=sys.stderr)

    return progress
