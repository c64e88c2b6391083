"""Where do records wait until all files are read? In a file without a name, so that a load needs little memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

from graphmodel.records import Record

BATCH = 5_000


class Spool:
    """Records on disk until all are known to be good: a load of any size needs little memory."""

    def __init__(self, stack: ExitStack) -> None:
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  the stack closes it
        self._file = stack.enter_context(file)
        self._batch: list[Record] = []

    def add(self, record: Record) -> None:
        """Keep a record."""
        self._batch.append(record)
        if len(self._batch) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        pickle.dump(self._batch, self._file, pickle.HIGHEST_PROTOCOL)
        self._batch = []

    def mark(self) -> int:
        """Return where the records of the next file begin."""
        if self._batch:
            self._flush()
        return self._file.tell()

    def take_back(self, mark: int) -> Iterator[Record]:
        """Forget the records since ``mark``; yield them."""
        self.mark()
        yield from self._from(mark)
        self._file.seek(mark)
        self._file.truncate()

    def read(self) -> Iterator[Record]:
        """Yield all records in the order they came."""
        if self._batch:
            self._flush()
        yield from self._from(0)

    def _from(self, mark: int) -> Iterator[Record]:
        end = self._file.tell()
        self._file.seek(mark)
        while self._file.tell() < end:
            yield from pickle.load(self._file)  # noqa: S301  our own file, which has no name on disk
