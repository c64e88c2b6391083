"""How long does one piece of work take in this process? Both sides are timed by this, in interpreters of their own."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np

Arrays = dict[str, np.ndarray]
# Takes the data, imports and builds what the work stands on, and returns the work: that alone is timed.
Prepare = Callable[[Arrays], Callable[[], Arrays]]


def serve(prepared: Mapping[str, Prepare], packages: list[str]) -> None:
    """Do ``CASE IN.npz OUT.npz RUNS``: write the answer, print median seconds, peak megabytes and versions as JSON."""
    case, source, target, runs = sys.argv[1:5]
    with np.load(source) as stored:
        work = prepared[case](dict(stored))
    seconds = []
    for _ in range(int(runs)):
        started = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - started)
    np.savez(Path(target), **answer)
    print(
        json.dumps(
            {
                "seconds": statistics.median(seconds),
                "megabytes": peak_megabytes(),
                "versions": {name: version(name) for name in packages},
            }
        )
    )


def peak_megabytes() -> float:
    """Return the most memory this process, or a solver it started, has held."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage says of a process on Linux begins with the memory of the one that started it.
        own = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:")).split()[1]
        return max(int(own), children) / 1e3
    return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children) / 1e6
