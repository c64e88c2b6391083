"""How long does each page take on the server after a filter change? Prints one JSON object; run by ``run.py``."""

from __future__ import annotations

import json
import os
import statistics
import time
from pathlib import Path

import psutil
from streamlit.testing.v1 import AppTest

os.environ.setdefault("LANDSCAPE_DEMO", "1")
RUNS = 10


def main() -> None:
    """Draw the app on the demo, change the hour back and forth, and print the median seconds of a rerun."""
    page = AppTest.from_file(str(Path(__file__).resolve().parents[1] / "app.py"), default_timeout=120)
    page.run()
    seconds = []
    for run in range(RUNS + 2):
        page.query_params["when"] = "Fri 20:00" if run % 2 else "Sat 11:00"
        started = time.perf_counter()
        page.run()
        seconds.append(time.perf_counter() - started)
    memory = psutil.Process().memory_info().rss / 1e6
    print(json.dumps({"seconds": statistics.median(seconds[2:]), "megabytes": memory}))


if __name__ == "__main__":
    main()
