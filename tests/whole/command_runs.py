"""The command as a person runs it: a process of its own, on a data directory of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMMAND = str(Path(sys.executable).with_name("landscape"))
Landscape = Callable[..., subprocess.CompletedProcess]


def bare_environment(**variables: str) -> dict[str, str]:
    """Return the environment without any setting of the program, and with ``variables``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LANDSCAPE_", "NEO4J_"))}
    return kept | variables


def runner(folder: Path, **variables: str) -> Landscape:
    """Return a function that runs ``landscape`` with these arguments and checks its exit code."""

    def run(*arguments: str, code: int = 0, text: str | None = None) -> subprocess.CompletedProcess:
        environment = bare_environment(LANDSCAPE_DATA_DIR=str(folder), **variables)
        done = subprocess.run(
            [COMMAND, *arguments], capture_output=True, text=True, input=text, env=environment, cwd=folder, timeout=280
        )
        assert done.returncode == code, (arguments, done.returncode, done.stderr)
        return done

    return run


def answer(done: subprocess.CompletedProcess) -> Any:
    """Return the JSON a command printed."""
    return json.loads(done.stdout)
