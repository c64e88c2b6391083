"""Which area lies in which, as a table of code pairs: ``LSOA21CD -> WD24CD -> LAD24CD``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

from ingest.area_codes import code_columns, licence_of, rank
from ingest.files import clean, columns, first_cell, kind_of, read_csv
from ingest.rows import Match, RawRow, ReadContext, Reading

NAME = "lookups"

_FILE_NAME = re.compile(r"look_?up|_to_|best_fit|exact_fit|(^|[^a-z])lu([^a-z]|$)")


def sniff(path: Path) -> Match | None:
    """Claim a CSV with code columns of two levels or more and little else."""
    if kind_of(path) != "csv":
        return None
    names = columns(path)
    codes = code_columns(names)
    if len({rank(level) for level in codes.values()}) < 2:
        return None
    named = bool(_FILE_NAME.search(path.stem.casefold()))
    # Codes and names of areas, and at most a few columns beside them.
    only_areas = len(names) <= 3 * len(codes) + 4 and not {"postcode", "pcds", "pcd"} & set(names)
    return Match(NAME, "exact" if named and only_areas else "suggested") if named or only_areas else None


def phase(_: Path) -> int:
    """A lookup is part of what is known of areas."""
    return 5


def read(path: Path, context: ReadContext) -> Reading:
    """Return one WITHIN link for each pair of codes, finer to coarser."""
    code = next(iter(code_columns(columns(path))), None)
    info = context.info(path, NAME, **licence_of(first_cell(path, code)))
    return Reading(info, _rows(path, context))


def _rows(path: Path, context: ReadContext) -> Iterator[RawRow]:
    data = read_csv(path, context)
    levels = code_columns(data.header)
    pairs = [(a, b) for a, b in permutations(levels, 2) if rank(levels[a]) < rank(levels[b])]
    seen: set[tuple[str, str]] = set()
    for line, cells in data.rows:
        for part, whole in pairs:
            ends = clean(cells.get(part)), clean(cells.get(whole))
            if ends[0] is None or ends[1] is None or (ends[0], ends[1]) in seen:
                continue
            seen.add((ends[0], ends[1]))
            values = {"type": "WITHIN", "from": f"area:{ends[0]}", "to": f"area:{ends[1]}"}
            yield RawRow("links", {**values, "from_column": part, "to_column": whole}, line)
