"""How fast, against what, and at which size? Measures, compares, prints, and writes ``docs/benchmarks.md``."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import commands
import pages
import peers

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
GOAL_SECONDS, GOAL_MEGABYTES = 10, 4_000

HEAD = """# Benchmarks

`make bench` measures all of this anew and writes this page; goals stand beside what was measured. Machines differ,
and nothing here is a test. Seconds are wall seconds of the work alone (median of several runs, in a process of its own
with everything imported and built that the work stands on); MB are the most a process held, interpreter and data
included.
"""
BESIDE = """
## Beside other libraries

The same seeded data (`benchmarks/cases.py`), in turn, in one run; points lie in towns on ground as dense as England's.
The peers live in an environment of their own (`.peers`, pins in `benchmarks/peers.txt`), are called as their
documentation does (`benchmarks/theirs.py`), and are no dependency. Answers that differ end the run.
"""
ENGLAND = """
## England's size, each kernel once, in one process

Synthetic and seeded (`benchmarks/england.py`): 35,000 areas, 437,000 venues, 50,000 contexts, 20,000 services, and a
network of 30,000 partners with 100,000 links. From plain arrays in memory; reading the snapshot is not in it.
Betweenness is estimated from 500 starts. Siting is of a region (2,000 demand points, 2,000 sites): where guardians go
next is not asked of all England at once.
"""
COMMANDS = """
## Commands

Whole processes as a person would start them, with the memory of the bundled server; data of one borough (Trafford) and
the demo.
"""
PAGES = """
## Pages

`python benchmarks/pages.py` alone prints this part. One borough (Trafford), the app in a process of its own. A client
speaks to it as a browser does, opens each page and changes each filter it finds to a few values and back, those that
come with a choice too. Seconds run from the question to the end of the answer; results that nobody has asked for yet
are worked out within them. Five at once: five such people without a pause, so each waits for the processor with the
others (one process serves all). Bytes are those of the WebSocket.
"""


def main() -> None:
    """Measure everything and write the page; what is written is printed too."""
    compared = peers.measure()
    lines = [HEAD.rstrip(), "", _machine(), "", peers.versions(compared), *BESIDE.rstrip().splitlines(), ""]
    lines += peers.table(compared)
    lines += [*ENGLAND.rstrip().splitlines(), "", *_england()]
    lines += [*COMMANDS.rstrip().splitlines(), "", *commands.table()]
    lines += [*PAGES.rstrip().splitlines(), "", *pages.measured()]
    page = "\n".join(lines) + "\n"
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def _machine() -> str:
    """Return the day, the cores and what else ran on them: a busy machine measures itself."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores ({platform.machine()}), "
        f"{platform.system()}, Python {platform.python_version()}; load before the run {busy:.1f}."
    )


def _england() -> list[str]:
    print("England's size", file=sys.stderr, flush=True)
    script = Path(__file__).with_name("england.py")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    total = sum(row["seconds"] for row in found["rows"])
    lines = ["| kernel | size | seconds |", "|---|---|---|"]
    lines += [f"| {row['work']} | {row['size']} | {row['seconds']:.2f} |" for row in found["rows"]]
    met = total <= GOAL_SECONDS and found["megabytes"] <= GOAL_MEGABYTES
    lines.append(f"| **together** | | **{total:.1f}** |")
    said = "met" if met else "**missed**"
    lines += [
        "",
        f"Peak memory {found['megabytes']:.0f} MB; {found['data_megabytes']:.0f} MB stood before the first kernel. "
        f"Goal: {GOAL_SECONDS} s together, {GOAL_MEGABYTES // 1000} GB: {said}.",
    ]
    return lines


if __name__ == "__main__":
    main()
