"""Who may change the store now? One holder at a time, known to every machine that shares the database.

The lock is a node: whoever creates it holds it. It names host, process and the process's birth, and its beat goes on
while the holder lives. On the same machine a dead holder is seen at once; on another one after 60 s without a beat.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import psutil

from graphmodel.cypher import Run, Statements
from graphmodel.errors import InputError, LandscapeError, StoreLocked

WAIT_SECONDS = 60.0
STALE_SECONDS = 60.0
BEAT_SECONDS = 10.0
POLL_SECONDS = 0.2

_CREATE = (
    "CREATE (l:Lock {id: 'lock', holder: $holder, host: $host, pid: $pid, born: $born, what: $what, "
    "since: timestamp(), beat: timestamp()})"
)
# The first SET waits for whoever is taking the lock at this moment, so that what is compared then is the latest.
_TAKE = (
    "MATCH (l:Lock {id: 'lock'}) SET l.touched = timestamp() WITH l WHERE l.holder = $old "
    "SET l.holder = $holder, l.host = $host, l.pid = $pid, l.born = $born, l.what = $what, "
    "l.since = timestamp(), l.beat = timestamp() RETURN l.holder AS holder"
)
_READ = (
    "MATCH (l:Lock {id: 'lock'}) RETURN l.holder AS holder, l.host AS host, l.pid AS pid, l.born AS born, "
    "l.what AS what, l.since AS since, timestamp() - l.beat AS silent"
)
_BEAT = "MATCH (l:Lock {id: 'lock', holder: $holder}) SET l.beat = timestamp()"
_RELEASE = "MATCH (l:Lock {id: 'lock', holder: $holder}) DELETE l"
_CHECK = "MATCH (l:Lock {id: 'lock', holder: $holder}) RETURN l.holder AS holder"


# Holders of this process: a lock of its own that it could not release, for the store was gone, is nobody's.
_mine: set[str] = set()


@dataclass(frozen=True, slots=True)
class Holder:
    """The lock as this holder has it."""

    name: str

    def check(self, run: Run) -> None:
        """Raise StoreLocked when somebody took the lock since: this process was silent for too long."""
        if not run(_CHECK, holder=self.name):
            raise StoreLocked("Another program took over this load, because this one was silent for too long.")


@contextlib.contextmanager
def held(store: Statements, what: str, *, seconds: float = WAIT_SECONDS) -> Iterator[Holder]:
    """Hold the lock for ``what`` (a word people read, such as "a load"); wait for it up to ``seconds``.

    Raises StoreLocked naming the holder.
    """
    holder = Holder(token_hex(8))
    _mine.add(holder.name)
    try:
        _acquire(store, holder, what, seconds)
    except BaseException:
        _mine.discard(holder.name)
        raise
    stopped = threading.Event()
    beat = threading.Thread(target=_beat, args=(store, holder, stopped), daemon=True, name="landscape-lock")
    beat.start()
    try:
        yield holder
    finally:
        stopped.set()
        beat.join(BEAT_SECONDS)
        _mine.discard(holder.name)
        # A store that is gone meanwhile finds a dead holder when it comes back.
        with contextlib.suppress(LandscapeError):
            store.change(_RELEASE, holder=holder.name)


def holder_of(store: Statements) -> dict[str, Any] | None:
    """Return who holds the lock (holder, host, pid, what, since, silent: ms), or None."""
    rows = store.run(_READ)
    return rows[0] if rows else None


def is_dead(holder: dict[str, Any]) -> bool:
    """Return whether the holder is known to be gone."""
    if holder["host"] != socket.gethostname():
        return bool(holder["silent"] > STALE_SECONDS * 1000)
    if holder["pid"] == os.getpid() and holder["born"] == psutil.Process().create_time():
        return holder["holder"] not in _mine
    try:
        return bool(abs(psutil.Process(holder["pid"]).create_time() - holder["born"]) > 1)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return bool(holder["silent"] > STALE_SECONDS * 1000)


def locked_by(holder: dict[str, Any] | None) -> StoreLocked:
    """Return the error that names the holder."""
    if holder is None:
        return StoreLocked("Other programs keep changing the store; try again.")
    since = datetime.fromtimestamp(holder["since"] / 1000, UTC).astimezone().strftime("%H:%M:%S")
    return StoreLocked(
        f"{holder['what'].capitalize()} by process {holder['pid']} on {holder['host']} has held the store since "
        f"{since}; try again when it has finished."
    )


def _acquire(store: Statements, holder: Holder, what: str, seconds: float) -> None:
    me = {
        "holder": holder.name,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "born": psutil.Process().create_time(),
        "what": what,
    }
    deadline = time.monotonic() + seconds
    while True:
        present = holder_of(store)
        if present is None:
            taken = _create(store, me)
        elif present["holder"] == holder.name:
            taken = True
        else:
            taken = is_dead(present) and _take(store, me, present["holder"])
        if taken:
            return
        if time.monotonic() > deadline:
            raise locked_by(present)
        time.sleep(POLL_SECONDS)


def _create(store: Statements, me: dict[str, Any]) -> bool:
    try:
        store.change(_CREATE, **me)
    except InputError:  # the id is unique: somebody was quicker
        return False
    return True


def _take(store: Statements, me: dict[str, Any], old: str) -> bool:
    return bool(store.change(_TAKE, old=old, **me))


def _beat(store: Statements, holder: Holder, stopped: threading.Event) -> None:
    while not stopped.wait(BEAT_SECONDS):
        with contextlib.suppress(LandscapeError):
            store.change(_BEAT, holder=holder.name)
