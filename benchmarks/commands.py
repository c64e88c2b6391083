"""How fast are the commands, and how much memory do they take? Goals stand beside what was measured.

Every figure is of whole processes as a person would start them: wall seconds, and the peak memory of Python and of the
bundled server together. With ``NEO4J_URI`` set, the same on that (empty) Neo4j; its server's memory is its own affair.
Nothing here is a test: machines differ.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
TRAFFORD = ROOT.parent / "shared" / "data" / "trafford"
LANDSCAPE = [str(Path(sys.executable).with_name("landscape"))]
RUNS = 5


@dataclass(frozen=True)
class Measured:
    """Wall seconds and peak megabytes of one command."""

    seconds: float
    megabytes: float


def table() -> list[str]:
    """Measure, and return the table as lines of Markdown."""
    rows = measure()
    lines = ["| what | goal | seconds | peak MB |", "|---|---|---|---|"]
    for name, goal, found in rows:
        short = " **(short of the goal)**" if goal and found.seconds > float(goal.split()[0]) else ""
        lines.append(f"| {name} | {goal} | {found.seconds:.2f}{short} | {found.megabytes:.0f} |")
    return lines


def measure() -> list[tuple[str, str, Measured]]:
    """Return what was measured, with its goal, in a data directory of its own."""
    print("commands", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LANDSCAPE_DATA_DIR"] = folder
        rows = [("landscape --help", "0.5 s", _median(lambda: _run(["--help"])))]
        if TRAFFORD.is_dir():
            area = ["gaps", "--area", "E08000009", "--as-of", "2026-11-01", "--format", "json"]
            rows += [
                ("first load of Trafford", "30 s, 1.2 GB", _run(["ingest", str(TRAFFORD), "--format", "json"])),
                ("second load, nothing changed", "", _run(["ingest", str(TRAFFORD), "--format", "json"])),
                ("gaps of a borough, first (writes the snapshot)", "", _run(area)),
                ("gaps of a borough", "3 s", _median(lambda: _run(area))),
                ("coverage of a borough", "3 s", _median(lambda: _run(["analyse", "coverage", *area[1:]]))),
            ]
        rows += [
            ("demo made and loaded", "", _run(["gaps", "--demo", "--format", "json"])),
            ("gaps of the demo", "3 s", _median(lambda: _run(["gaps", "--demo", "--format", "json"]))),
        ]
        if not os.environ.get("NEO4J_URI"):
            _run(["store", "stop"])
    return rows


def _median(measure: Callable[[], Measured]) -> Measured:
    runs = [measure() for _ in range(RUNS)]
    return Measured(statistics.median(r.seconds for r in runs), max(r.megabytes for r in runs))


def _run(arguments: list[str]) -> Measured:
    """Run the command and return its time with the peak memory of it and of the bundled server."""
    started = time.perf_counter()
    process = subprocess.Popen([*LANDSCAPE, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = _watch(process)
    errors = process.communicate()[1]
    if process.returncode not in (0, 1):
        raise SystemExit(f"landscape {' '.join(arguments)} ended with {process.returncode}: {errors.decode()}")
    return Measured(time.perf_counter() - started, peak() / 1e6)


def _watch(process: subprocess.Popen[bytes]) -> Callable[[], int]:
    """Sample the memory of the process and the server until it ends; the function returned gives the peak in bytes."""
    highest = [0]

    def sample() -> None:
        while process.poll() is None:
            total = 0
            for watched in {*_with_children(process.pid), *_server()}:
                try:
                    total += watched.memory_info().rss
                except psutil.Error:
                    continue
            highest[0] = max(highest[0], total)
            time.sleep(0.02)

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()

    def peak() -> int:
        thread.join()
        return highest[0]

    return peak


def _with_children(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _server() -> list[psutil.Process]:
    record = next(Path(os.environ["LANDSCAPE_DATA_DIR"]).rglob("server.json"), None)
    if record is None:
        return []
    try:
        return _with_children(json.loads(record.read_text())["pid"])
    except (ValueError, KeyError):
        return []
