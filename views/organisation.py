"""What does a person read about an organisation? What it runs, delivers and funds, who pays, partners, and where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from graphmodel.landscape import Landscape
from graphmodel.schema import PARTNER_LINKS, label_of
from views.places import areas_of, is_missing, link_words
from views.tables import short_list

MOST_LINES = 12


def organisation_lines(landscape: Landscape, id: str) -> list[tuple[str, list[str]]]:
    """Return heading -> lines of what an organisation does; headings without a line are left out."""
    names = _Names(landscape)
    runs = names.ends(landscape.links("RUNS"), "start", id)
    sections = [
        ("Runs", [_with_kind(*each) for each in runs]),
        ("Delivers", _delivered(landscape, names, [other for other, _ in runs])),
        ("Commissions", [name for _, name in names.ends(landscape.links("COMMISSIONS"), "start", id)]),
        ("Funds", _money(names, landscape.links("FUNDS"), "start", id)),
        ("Funded by", _money(names, landscape.links("FUNDS"), "end", id)),
        ("Partners", _partners(landscape, names, id)),
        ("Member of", [name for _, name in names.ends(landscape.links("MEMBER_OF"), "start", id)]),
        ("Where", _where(landscape, id, [other for other, _ in runs])),
    ]
    return [(title, _shortened(lines)) for title, lines in sections if lines]


class _Names:
    """The names of what an organisation may be linked to; what is confidential has none."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self._frames: dict[str, dict[str, str]] = {}

    def of(self, id: str) -> str | None:
        """Return the name of a node, or None where it is confidential or not here."""
        label = label_of(id)
        if label is None:
            return None
        if label not in self._frames:
            frame = self._landscape.nodes(label)
            frame = frame[(frame["sensitivity"] != "confidential").to_numpy(bool)]
            self._frames[label] = {str(key): str(name) for key, name in frame["name"].items()}
        return self._frames[label].get(id)

    def ends(self, links: pd.DataFrame, side: str, id: str) -> list[tuple[str, str]]:
        """Return id and name of the other ends of the links of ``id``, by name."""
        other = "end" if side == "start" else "start"
        held = {str(end) for end in links.loc[links[side] == id, other]}
        return sorted(((end, name) for end in held if (name := self.of(end))), key=lambda each: (each[1], each[0]))


def _with_kind(id: str, name: str) -> str:
    return f"{name} ({(label_of(id) or '').lower()})"


def _delivered(landscape: Landscape, names: _Names, runs: Iterable[str]) -> list[str]:
    """Return each session of the services it runs, with the ward it is held in."""
    links = landscape.links("DELIVERS")
    held = links[links["start"].isin([id for id in runs if label_of(id) == "Service"])]
    wards = dict(zip(held["end"], areas_of(landscape, "Session", pd.Index(held["end"])), strict=True))
    lines = []
    for service, session in zip(held["start"], held["end"], strict=True):
        if (what := names.of(service)) and (name := names.of(session)):
            lines.append(f"{what}: {name}, {wards[session] or 'place not known'}")
    return sorted(lines)


def _money(names: _Names, links: pd.DataFrame, side: str, id: str) -> list[str]:
    other = "end" if side == "start" else "start"
    lines = []
    for row in links[links[side] == id].to_dict("records"):
        if name := names.of(row[other]):
            amount = "amount not known" if is_missing(row["amount_gbp"]) else f"GBP {row['amount_gbp']:,.0f}"
            lines.append(f"{name}: {amount}{_ends(row.get('end_date'))}")
    return sorted(lines)


def _ends(day: Any) -> str:
    return f", ends {day:%d %b %Y}" if isinstance(day, date) and not is_missing(day) else ", end not known"


def _partners(landscape: Landscape, names: _Names, id: str) -> list[str]:
    lines = []
    for type in PARTNER_LINKS:
        links = landscape.links(type)
        out = [name for _, name in names.ends(links, "start", id)]
        back = [name for _, name in names.ends(links, "end", id)]
        lines += [f"{link_words(type)}: {short_list(out, 5)}"] if out else []
        lines += [f"{short_list(back, 5)}: {link_words(type)} this"] if back else []
    return lines


def _where(landscape: Landscape, id: str, runs: list[str]) -> list[str]:
    """Return the wards of the places it runs and of the sessions it delivers, with how many there are in each."""
    links = landscape.links("DELIVERS")
    places = [*runs, *links.loc[links["start"].isin(runs), "end"], id]
    found: list[str | None] = []
    for label in ("Guardian", "Context", "Session", "Organisation"):
        shown = landscape.nodes(label)
        shown = shown[(shown["sensitivity"] != "confidential").to_numpy(bool) & shown.index.isin(places)]
        found += areas_of(landscape, label, shown.index)
    counts = pd.Series([area for area in found if area], dtype=object).value_counts(sort=False).sort_index()
    return [f"{area}: {count}" if count > 1 else str(area) for area, count in counts.items()]


def _shortened(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_LINES
    return lines if more <= 0 else [*lines[:MOST_LINES], f"and {more} more"]
