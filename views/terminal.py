"""How does a result look on a terminal, in a pipe, or as a file? Table, JSON or CSV, and a bar while it lasts."""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from graphmodel.disclosure import safe_cell

if TYPE_CHECKING:
    from ingest.report import LoadReport

Progress = Callable[[str, int, int], None]

PIPE_WIDTH = 200
CELL = 60


def print_json(content: dict[str, Any]) -> None:
    """Print JSON that has no NaN and keeps the order of the keys."""
    print(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


def print_result(content: dict[str, Any], format: str) -> None:
    """Print an analysis or a query in its documented shape, as ``table``, ``json`` or ``csv``.

    A CSV neutralises what a spreadsheet would run.
    """
    if format == "json":
        print_json(content)
    elif format == "csv":
        _print_csv(content["rows"])
    else:
        _print_table(content)


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
    columns = list(rows[0]) if rows else []
    writer.writerow(columns)
    writer.writerows([safe_cell(_text(row[column])) for column in columns] for row in rows)


def _print_table(content: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)
    rows = content["rows"]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in rows[0] if rows else ():
        table.add_column(column, overflow="fold", max_width=CELL)
    for row in rows:
        table.add_row(*(Text(_text(value)) for value in row.values()))
    console.print(table if rows else Text("No rows."))
    for name, value in content["summary"].items():
        console.print(Text(f"{name}: {_text(value)}"))
    for caveat in content["caveats"]:
        console.print(Text(f"- {caveat}"))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


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
