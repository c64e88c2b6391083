"""What did a load do, file by file? The report people read, and its documented JSON shape."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from graphmodel.issues import SEVERITIES, Issue

_NOT_READ = frozenset(
    {
        "file_missing",
        "file_empty",
        "file_unreadable",
        "file_unknown",
        "file_suggested",
        "file_too_large",
        "column_missing",
    }
)
MOST_OF_A_KIND = 500  # issues of one code in one field of one file that are listed


@dataclass(slots=True)
class FileReport:
    """One file of a load: how it was read, and how much came of it. ``issues`` counts them."""

    path: str
    adapter: str | None
    rows: int = 0
    nodes: int = 0
    links: int = 0
    issues: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {name: getattr(self, name) for name in ("path", "adapter", "rows", "nodes", "links", "issues")}


@dataclass(slots=True)
class IssueLog:
    """Gathers issues; of very many alike only the first are listed, and the others counted."""

    issues: list[Issue] = field(default_factory=list)
    _counts: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)
    _by_file: Counter[str] = field(default_factory=Counter)

    def add(self, found: Issue) -> None:
        """Take an issue in."""
        key = (found.file, found.code, found.field)
        self._counts[key] += 1
        self._by_file[found.file] += 1
        if self._counts[key] <= MOST_OF_A_KIND:
            self.issues.append(found)
        elif self._counts[key] == MOST_OF_A_KIND + 1:
            self.issues.append(replace(found, line=None, value=None))

    def count(self, file: str) -> int:
        """Return how many issues a file has."""
        return self._by_file[file]

    def has(self, file: str, code: str) -> bool:
        """Return whether a file has an issue of this code."""
        return any(count and key[:2] == (file, code) for key, count in self._counts.items())

    def listed(self) -> list[Issue]:
        """Return the issues in the order of their files and finding; the last of very many says how many more."""
        found = []
        seen: Counter[tuple[str, str, str | None]] = Counter()
        for each in self.issues:
            key = (each.file, each.code, each.field)
            seen[key] += 1
            if seen[key] > MOST_OF_A_KIND:
                more = self._counts[key] - MOST_OF_A_KIND
                each = replace(each, message=f"{more:,} more of this kind.")
            found.append(each)
        return found


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The outcome of ``ingest``. ``check`` says that nothing was written (then the four counts are zero)."""

    files: tuple[FileReport, ...]
    issues: tuple[Issue, ...]
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    ended: int = 0
    quarantined: int = 0
    seconds: float = 0.0
    check: bool = False

    @property
    def exit_code(self) -> int:
        """2 where no file could be used at all, 1 where rows or files were in error and set aside, else 0."""
        refused = any(each.code in _NOT_READ for each in self.issues)
        if refused and not any(file.rows for file in self.files):
            return 2
        return int(any(each.severity == "error" for each in self.issues))

    @property
    def by_severity(self) -> dict[str, int]:
        """How many issues are errors, warnings and infos."""
        counts = Counter(each.severity for each in self.issues)
        return {severity: counts[severity] for severity in SEVERITIES}

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON shape."""
        return {
            "files": [each.as_dict() for each in self.files],
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "ended": self.ended,
            "quarantined": self.quarantined,
            "issues": [each.as_dict() for each in self.issues],
            "seconds": round(self.seconds, 2),
        }
