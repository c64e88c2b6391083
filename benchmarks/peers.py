"""Ours beside the library a researcher would otherwise use: the same seeded data, in turn, answers compared."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cases
import numpy as np
from cases import Arrays

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parent / ".peers"
PINS = HERE / "peers.txt"

Compare = Callable[[Arrays, Arrays], str]


@dataclass(frozen=True)
class Row:
    """A line of the table.

    ``runs`` of the peer; ours runs more often unless it is ``slow``. ``times``: what their seconds are multiplied by
    where only a part was run.
    """

    work: str
    size: str
    case: str
    make: Callable[[], Arrays]
    peer: str
    goal: int | None
    compare: Compare
    runs: int = 3
    times: float = 1.0
    note: str = ""
    slow: bool = False


@dataclass(frozen=True)
class Compared:
    """What both sides took, and how the answers stood to each other."""

    row: Row
    ours: Mapping[str, Any]
    theirs: Mapping[str, Any]
    answers: str
    made: Arrays = field(repr=False)

    @property
    def ratio(self) -> float:
        """How many times as long the peer takes."""
        return float(self.theirs["seconds"]) * self.row.times / float(self.ours["seconds"])


def within(tolerance: float) -> Compare:
    """Return a comparison of floats: relative to the larger of the two, and absolute where both are below 1e-300."""

    def compare(ours: Arrays, theirs: Arrays) -> str:
        worst = 0.0
        for name, value in theirs.items():
            scale = np.maximum(np.maximum(np.abs(value), np.abs(ours[name])), 1e-300)
            worst = max(worst, float((np.abs(ours[name] - value) / scale).max(initial=0.0)))
        if not worst <= tolerance:
            raise SystemExit(f"The answers differ by {worst:.1e}; {tolerance:.0e} was allowed.")
        return f"equal to {tolerance:.0e}"

    return compare


def absolutely(tolerance: float) -> Compare:
    """Return a comparison of floats between 0 and 1 by their difference."""

    def compare(ours: Arrays, theirs: Arrays) -> str:
        worst = max(float(np.abs(ours[name] - value).max(initial=0.0)) for name, value in theirs.items())
        if not worst <= tolerance:
            raise SystemExit(f"The answers differ by {worst:.1e}; {tolerance:.0e} was allowed.")
        return f"equal to {tolerance:.0e}"

    return compare


def exactly(ours: Arrays, theirs: Arrays) -> str:
    """Refuse answers that differ at all."""
    for name, value in theirs.items():
        if not np.array_equal(ours[name], value):
            raise SystemExit(f"The answers differ: {name}.")
    return "equal exactly"


def optimum(ours: Arrays, theirs: Arrays) -> str:
    """Refuse a value that is not theirs, or not proven by us."""
    if not ours["proven"] or abs(float(ours["value"]) - float(theirs["value"])) > 1e-6:
        raise SystemExit(f"Ours is {ours['value']} (proven: {ours['proven']}), theirs {theirs['value']}.")
    return "same optimum, proven"


def uncompared(ours: Arrays, theirs: Arrays) -> str:
    """Say that a sample stands beside the whole."""
    return "compared in the row above"


SAMPLE = 200


def rows() -> list[Row]:
    """Return what is measured, in the order of the table."""
    sampled = "NetworkX from 200 of the 10,000 starts, its seconds times 50 (they grow with the starts)"
    return [
        Row(
            "Enhanced 2SFCA from coordinates",
            "2,000 areas, 5,000 services",
            "enhanced_from_coordinates",
            cases.enhanced_from_coordinates,
            "access",
            40,
            within(1e-12),
        ),
        Row(
            "Enhanced 2SFCA given the pairs",
            "35,000 areas, 100,000 services, {pairs:,} pairs",
            "enhanced_given_pairs",
            cases.enhanced_given_pairs,
            "access",
            80,
            within(1e-12),
        ),
        Row(
            "Coverage over 168 hours, a tenth of England",
            "5,000 contexts, 43,700 venues within 400 m",
            "coverage",
            cases.coverage,
            "geopandas",
            20,
            exactly,
            runs=7,
            note="one `sjoin(predicate='dwithin')` of bare points, then one `groupby().sum()` of 168 columns",
        ),
        Row(
            "Coverage over 168 hours, England",
            "50,000 contexts, 437,000 venues within 400 m",
            "coverage",
            lambda: cases.coverage(contexts=50_000, venues=437_000),
            "geopandas",
            20,
            exactly,
        ),
        Row(
            "Betweenness",
            "1,000 nodes, 5,000 links",
            "betweenness",
            lambda: cases.network(1_000, 5_000),
            "networkx",
            None,
            absolutely(1e-9),
            runs=1,
        ),
        Row(
            "Betweenness",
            "10,000 nodes, 50,000 links",
            "betweenness_sampled",
            lambda: cases.network() | {"sources": np.array(SAMPLE)},
            "networkx",
            30,
            uncompared,
            runs=1,
            times=10_000 / SAMPLE,
            note=sampled,
            slow=True,
        ),
        Row(
            "Siting, maximal cover, points anywhere",
            "2,000 demand points, 2,000 sites, p = 20",
            "siting",
            lambda: cases.siting(in_towns=False),
            "spopt",
            100,
            optimum,
            runs=1,
            note="spopt is given its matrix of distances, with the CBC that PuLP brings; ours begins at coordinates",
        ),
        Row(
            "Siting, maximal cover, points in towns",
            "2,000 demand points, 2,000 sites, p = 20",
            "siting",
            cases.siting,
            "spopt",
            100,
            optimum,
            runs=1,
            note="many sites cover nearly the same, and the proof is hard",
        ),
        Row(
            "Attack curve",
            "3,000 nodes, 9,000 links",
            "attack_curve",
            cases.attack,
            "networkx",
            200,
            exactly,
            note="the plain loop: remove, look for the largest part, again",
        ),
        Row(
            "Single points of failure",
            "3,000 nodes, 9,000 links",
            "single_points",
            cases.attack,
            "networkx",
            500,
            exactly,
            runs=1,
            note="the plain loop: count the parts without each node",
        ),
        Row(
            "The same, by NetworkX' own `articulation_points`",
            "3,000 nodes, 9,000 links",
            "articulation",
            cases.attack,
            "networkx",
            None,
            exactly,
            runs=7,
        ),
    ]


def measure() -> list[Compared]:
    """Make the environment if need be, run every row, and return what came of it."""
    python = environment()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for row in rows():
            print(f"{row.work}, {row.size}", file=sys.stderr, flush=True)
            found.append(_compared(row, python, Path(folder)))
    return found


def environment() -> Path:
    """Return the interpreter of the peers' environment, made anew where its pins have changed."""
    python, stamp = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "pins.txt"
    if not stamp.exists() or stamp.read_text() != PINS.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(PINS)]
        subprocess.run(install, check=True)
        stamp.write_text(PINS.read_text())
    return python


def _compared(row: Row, python: Path, folder: Path) -> Compared:
    source = folder / f"{row.case}.npz"
    made = row.make()
    np.savez(source, **made)
    theirs = _side(python, "theirs.py", row.case, source, row.runs)
    ours = _side(Path(sys.executable), "ours.py", row.case, source, max(row.runs, 1 if row.slow else 11))
    with np.load(source.with_suffix(".ours.npz")) as a, np.load(source.with_suffix(".theirs.npz")) as b:
        return Compared(row, ours, theirs, row.compare(dict(a), dict(b)), made)


def _side(python: Path, script: str, case: str, source: Path, runs: int) -> dict[str, Any]:
    answer = source.with_suffix(f".{script.removesuffix('.py')}.npz")
    command = [str(python), str(HERE / script), case, str(source), str(answer), str(runs)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{script} {case}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(found: list[Compared]) -> list[str]:
    """Return the table as lines of Markdown."""
    lines = [
        "| work | size | peer | ours, s | theirs, s | ratio | goal | answers | ours, MB | theirs, MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        row = one.row
        size = row.size.format(pairs=len(one.made.get("metres", ())))
        peer = f"{row.peer} {one.theirs['versions'][row.peer]}"
        estimated = "~" if row.times != 1 else ""
        goal = f"{row.goal} x" if row.goal else ""
        ours, theirs = one.ours["seconds"], one.theirs["seconds"] * row.times
        short = "" if row.goal is None or one.ratio >= row.goal else " **(short of the goal)**"
        lines.append(
            f"| {row.work} | {size} | {peer} | {ours:.4g} | {estimated}{theirs:.4g} | "
            f"{estimated}{one.ratio:,.0f} x{short} | {goal} | {one.answers} | "
            f"{one.ours['megabytes']:.0f} | {one.theirs['megabytes']:.0f} |"
        )
    notes = [f"- {one.row.work}, {one.row.size}: {one.row.note}." for one in found if one.row.note]
    return [*lines, "", *notes]


def versions(found: list[Compared]) -> str:
    """Return the versions of both sides in one line each."""
    said = []
    for side in ("ours", "theirs"):
        names = getattr(found[0], side)["versions"]
        said.append(f"{side}: " + ", ".join(f"{name} {version}" for name, version in sorted(names.items())))
    return "; ".join(said)
