"""What is being loaded right now? One job per person, in a thread, so that a page stays alive and can stop it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphmodel.errors import InputError, LandscapeError

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]

# Up to here nothing has been written, so a person may still stop it.
READING = frozenset({"recognise", "read", "areas"})
_IN_WORDS = {"recognise": "files looked at,", "read": "files read,", "loading": "records compared and written,"}


@dataclass
class Job:
    """A piece of work that tells how far it is; ``result`` or ``error`` is set when it has ended."""

    name: str
    stage: str = "start"
    done: int = 0
    total: int = 0
    result: Any = None
    error: str | None = None
    ended: bool = False
    _stop: bool = field(default=False, repr=False)
    _over: threading.Event = field(default_factory=threading.Event, repr=False)

    def progress(self, stage: str, done: int, total: int) -> None:
        """Take note of how far the work is; ends it if somebody asked so and nothing was written yet."""
        self.stage, self.done, self.total = stage, done, total
        if self._stop and self.can_stop:
            raise InputError("Stopped; nothing was changed.")

    def stop(self) -> None:
        """Ask the work to end at its next step."""
        self._stop = True

    def wait(self, seconds: float) -> bool:
        """Wait at most so long for the end and return whether it has come: what is quick needs no progress shown."""
        return self._over.wait(seconds)

    @property
    def can_stop(self) -> bool:
        """Return whether stopping is still possible: once writing has begun, a load runs to its end."""
        return self.stage in READING or self.stage == "start"

    @property
    def share(self) -> float:
        """Return how much of the stage is done, 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    def words(self) -> str:
        """Return how far it is, in words with a count."""
        stage = _IN_WORDS.get(self.stage, self.stage)
        return f"{self.name}: {stage} {self.done:,} of {self.total:,}" if self.total else f"{self.name}: beginning"


def start(name: str, work: Callable[[Progress], Any]) -> Job:
    """Begin ``work(progress)`` in a thread and return its job."""
    job = Job(name)
    threading.Thread(target=_run, args=(job, work), name=f"landscape {name}", daemon=True).start()
    return job


def _run(job: Job, work: Callable[[Progress], Any]) -> None:
    try:
        job.result = work(job.progress)
    except LandscapeError as error:
        job.error = str(error)
    except Exception:
        log.exception("%s failed", job.name)
        job.error = f"{job.name} failed because of a fault in the program; the log says more. Nothing was half loaded."
    finally:
        job.ended = True
        job._over.set()
