"""How fast is each page after each filter change, alone and for five people at once, and how much is sent and kept?

``python benchmarks/pages.py`` loads a borough (Trafford if its files are there, else the demo) into a data directory of
its own, serves the app, and prints the tables of ``docs/benchmarks.md``; ``--data-dir`` takes a loaded one instead.
Seconds run from the question on the WebSocket to the end of the run: what a person waits for before the browser draws.
Beside them stands a page with nothing on it, measured in the same run.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from paint import paint_table
from person import Name, Person, Turn

ROOT = Path(__file__).resolve().parents[1]
TRAFFORD = ROOT.parent / "shared" / "data" / "trafford"
PAGES = {"": "Landscape", "gaps": "Gaps", "services": "Services", "network": "Network", "need": "Need and fairness",
         "query": "Query", "data": "Data", "methods": "Methods"}  # fmt: skip
PEOPLE = 5
GOAL_SECONDS, GOAL_BYTES, GOAL_FIRST_BYTES, GOAL_GROWTH = 0.3, 300_000, 2_000_000, 0.05
# The choice of database is not a filter.
NOT_FILTERS = {("selectbox", "Data")}
SERVE = """
import pathlib, sys
from graphmodel.settings import Settings
from views import server
if sys.argv[3:]:
    server.SCRIPT = pathlib.Path(sys.argv[3])
server.serve(Settings(data_dir=pathlib.Path(sys.argv[1])), port=int(sys.argv[2]))
"""
# The peer: what the same client and server take with a page on which there is nothing but two widgets and a sentence.
BARE = """
import streamlit as st
st.selectbox("When", [f"hour {n}" for n in range(169)])
st.selectbox("Shade", ["Provision", "Young people", "None"])
st.write("Nothing is here.")
"""


@dataclass(frozen=True)
class Step:
    """A page opened (no filter), or one of its filters changed."""

    page: str
    filter: str
    turn: Turn


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--only", choices=("speed", "memory", "paint"))
    parser.add_argument("--details", action="store_true", help="every filter, not only the slow ones")
    given = parser.parse_args()
    if given.data_dir:
        found = table(given.data_dir, only=given.only, details=given.details)
    else:
        found = measured(only=given.only, details=given.details)
    for line in found:
        print(line, flush=True)


def measured(*, only: str | None = None, details: bool = False) -> Iterator[str]:
    """Load a borough into a data directory of its own, measure, and yield the tables."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            if TRAFFORD.is_dir():
                _command(Path(folder), "ingest", str(TRAFFORD))
            yield from table(Path(folder), only=only, details=details)
        finally:
            _command(Path(folder), "store", "stop")


def table(data_dir: Path, *, only: str | None = None, details: bool = False) -> Iterator[str]:
    """Measure the app on a loaded data directory, and yield the tables as lines of Markdown."""
    with served(data_dir) as (address, process):
        if only in (None, "speed"):
            print("pages: filters", file=sys.stderr, flush=True)
            yield from speed_table(data_dir, address, process, details)
        if only in (None, "paint"):
            print("pages: first paint", file=sys.stderr, flush=True)
            yield from paint_table(address, PAGES)
        if only in (None, "memory"):
            print("pages: memory", file=sys.stderr, flush=True)
            yield from memory_table(address, process)


def speed_table(data_dir: Path, address: str, process: psutil.Process, details: bool) -> Iterator[str]:
    """Yield the table of pages: one person, five at once, and the bytes sent; then the filters short of the goal."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(BARE)
        script.flush()
        with served(data_dir, Path(script.name)) as (bare, bare_process):
            walk(bare, values=2, pages=[""])
            alone_bare = walk(bare, values=8, pages=[""], server=bare_process)
            together_bare = at_once(bare, values=8, pages=[""])
    walk(address, values=0)  # each page once: what is read from the store is read
    alone = walk(address, values=3, server=process)
    together = at_once(address, values=1)
    yield from _sentence(alone, together)
    yield "| page | first view, s | a filter: median, p95, s | of it processor, s | 5 at once: median, p95, s " + (
        "| first view, kB | a filter, most kB |"
    )
    yield "|---|---|---|---|---|---|---|"
    yield _row("*a page with nothing on it*", alone_bare, together_bare)
    for page, name in PAGES.items():
        yield _row(name, [s for s in alone if s.page == page], [s for s in together if s.page == page])
    yield ""
    yield from _slow(alone, details)


def walk(
    address: str, *, values: int, pages: Sequence[str] = tuple(PAGES), server: psutil.Process | None = None
) -> list[Step]:
    """Return the steps of one person who opens each page and sets each of its filters to some values and back."""
    person = Person(address, server)
    steps: list[Step] = []
    for page in pages:
        steps.append(Step(page, "", person.open(page)))
        seen: set[Name] = set(NOT_FILTERS)
        if values:
            _change_all(person, page, values, seen, steps)
    person.close()
    return steps


def _change_all(person: Person, page: str, values: int, seen: set[Name], steps: list[Step]) -> None:
    """Change each filter that is new on the page, and those that come with a change, before it is changed back."""
    for name in [name for name in person.widgets if name not in seen]:
        if name in seen or name not in person.widgets:
            continue
        seen.add(name)
        first = person.first(name)
        for value in [*_some(person.options(name), first, values, name[0]), first]:
            if name not in person.widgets:
                break
            steps.append(Step(page, name[1], person.choose(name, value)))
            _change_all(person, page, values, seen, steps)


def _some(options: list[str], first: list[str], count: int, kind: str) -> list[list[str]]:
    """Return some values of a filter that are not its first, evenly spread; of several at once, also all but one."""
    others = [option for option in options if [option] != first]
    if kind == "button_group" and len(first) > 1:
        return [options, options[:1], options[1:]][:count]
    if len(options) <= 10:
        return [[option] for option in others][: max(count, 9 if count > 1 else count)]
    return [[others[len(others) * n // count]] for n in range(count)]


def at_once(address: str, *, values: int, pages: Sequence[str] = tuple(PAGES)) -> list[Step]:
    """Return the steps of five people who walk at the same time without a pause, each beginning at another page."""
    found: list[list[Step]] = [[] for _ in range(PEOPLE)]

    def go(n: int) -> None:
        begin = n * len(pages) // PEOPLE
        found[n] = walk(address, values=values, pages=[*pages[begin:], *pages[:begin]])

    threads = [threading.Thread(target=go, args=(n,)) for n in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [step for steps in found for step in steps]


def _row(name: str, alone: list[Step], together: list[Step]) -> str:
    opened = next(step.turn for step in alone if not step.filter)
    filters = [step.turn for step in alone if step.filter]
    both = [step.turn.seconds for step in together if step.filter]
    largest = max(turn.bytes for turn in filters)
    return (
        f"| {name} | {opened.seconds:.2f} | {_spread([t.seconds for t in filters])} "
        f"| {statistics.mean(t.cpu for t in filters):.2f} | {_spread(both)} "
        f"| {_size(opened.bytes, GOAL_FIRST_BYTES)} | {_size(largest, GOAL_BYTES)} |"
    )


def _spread(seconds: list[float]) -> str:
    middle, high = statistics.median(seconds), _p95(seconds)
    short = " **(short of the goal)**" if high > GOAL_SECONDS else ""
    return f"{middle:.2f}, {high:.2f}{short}"


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[max(-(-len(seconds) * 95 // 100) - 1, 0)]


def _size(count: int, goal: int) -> str:
    return f"{count / 1000:.0f}" + (" **(short of the goal)**" if count > goal else "")


def _sentence(alone: list[Step], together: list[Step]) -> Iterator[str]:
    """Yield how many changes were measured, and what went wrong."""
    changes, both = ([s.turn.seconds for s in steps if s.filter] for steps in (alone, together))
    faults = {fault for step in (*alone, *together) for fault in step.turn.faults}
    yield (
        f"{len(changes)} changes of {len({(s.page, s.filter) for s in alone if s.filter})} filters: median "
        f"{statistics.median(changes):.2f} s, p95 {_p95(changes):.2f} s alone; {len(both)} by {PEOPLE} people at once: "
        f"median {statistics.median(both):.2f} s, p95 {_p95(both):.2f} s. Goal: {GOAL_SECONDS} s."
    )
    yield ""
    for fault in sorted(faults):
        yield f"**A fault while measuring**: {fault}"
        yield ""


def _slow(steps: list[Step], details: bool) -> Iterator[str]:
    """Yield the filters whose median is short of the goal, the slowest first; all of them if asked."""
    held: dict[tuple[str, str], list[Turn]] = {}
    for step in steps:
        held.setdefault((step.page, step.filter), []).append(step.turn)
    medians = {key: statistics.median(turn.seconds for turn in turns) for key, turns in held.items() if key[1]}
    shown = sorted(
        (key for key, value in medians.items() if details or value > GOAL_SECONDS), key=lambda k: -medians[k]
    )
    if not shown:
        yield "No filter has a median above the goal."
    else:
        yield "| page | filter | median, s | most, s | most kB | of it |"
        yield "|---|---|---|---|---|---|"
    for key in shown:
        turns = held[key]
        largest = max(turns, key=lambda turn: turn.bytes)
        yield (
            f"| {PAGES[key[0]]} | {key[1]} | {medians[key]:.2f} | {max(t.seconds for t in turns):.2f} "
            f"| {largest.bytes / 1000:.0f} | {largest.largest[1]} {largest.largest[0] / 1000:.0f} |"
        )
    yield ""


def memory_table(address: str, process: psutil.Process, changes: int = 500) -> Iterator[str]:
    """Yield the memory of the app along 500 changes of filters over pages and areas, by ten people in turn."""
    chance = random.Random(5)
    walk(address, values=0)
    done, person = 0, Person(address)
    held = {0: process.memory_info().rss}
    while done < changes:
        page = chance.choice(list(PAGES))
        person.open(page)
        for _ in range(5):
            name = chance.choice([name for name in person.widgets if name not in NOT_FILTERS])
            # Of the areas twenty: more than are kept ready.
            options = person.options(name)[:20]
            person.choose(name, [chance.choice(options)] if options else [])
            done += 1
            if done in (100, 200, 300, 400, 500):
                held[done] = process.memory_info().rss
                print(f"{done} changes: {held[done] / 1e6:.0f} MB", file=sys.stderr, flush=True)
        if done % 50 == 0:
            person.close()
            person = Person(address)
    person.close()
    growth = held[changes] / held[300] - 1
    yield "| changes of filters | " + " | ".join(str(n) for n in held) + " |"
    yield "|---" * (len(held) + 1) + "|"
    yield "| MB held by the app | " + " | ".join(f"{rss / 1e6:.0f}" for rss in held.values()) + " |"
    yield ""
    said = "met" if growth <= GOAL_GROWTH else "**missed**"
    yield f"From 300 to 500 changes: {growth:+.1%}. Goal: at most {GOAL_GROWTH:.0%}: {said}."
    yield ""


@contextmanager
def served(data_dir: Path, script: Path | None = None) -> Iterator[tuple[str, psutil.Process]]:
    """Serve the app, or another script, in a process of its own; gives its address and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    arguments = [sys.executable, "-c", SERVE, str(data_dir), str(port), *([str(script)] if script else [])]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(arguments, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            for _ in range(200):
                with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                    break
                time.sleep(0.3)
            yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(20)


def _command(data_dir: Path, *arguments: str) -> None:
    command = [str(Path(sys.executable).with_name("landscape")), *arguments]
    # The app that is measured runs on the bundled store.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    done = subprocess.run(command, env=environment | {"LANDSCAPE_DATA_DIR": str(data_dir)}, capture_output=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())


if __name__ == "__main__":
    main()
