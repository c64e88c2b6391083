"""The lines the page Query gives for a notebook, run as they stand there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from command_runs import bare_environment, runner

from graphmodel.settings import Settings
from queries import get
from views import asking


def test_the_lines_for_a_notebook_run_and_go_on_with_a_table_and_a_graph(data_dir: Path):
    landscape = runner(data_dir)
    asked = {"area": "X05000003", "as_of": "2026-11-23"}
    table = landscape(
        "query", "C2", *(f"-p{name}={value}" for name, value in asked.items()), "--demo", "--format", "csv"
    )
    settings = Settings(data_dir=data_dir, demo=True, origins={"data_dir": "option"})
    lines = asking.notebook(get("C2"), asked, settings=settings)
    more = "\nprint(len(rows), graph.nodes['context:saltings-estate']['name'])"
    done = subprocess.run(
        [sys.executable, "-c", lines + more], capture_output=True, text=True, env=bare_environment(), timeout=280
    )
    assert done.returncode == 0, done.stderr
    count, name = done.stdout.split(maxsplit=1)
    # The command prints a row for each below its header; Saltings estate has no Level 2 response (docs/demo.md).
    assert int(count) == len(table.stdout.splitlines()) - 1 > 0
    assert name.strip() in table.stdout
