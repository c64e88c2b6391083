"""What does a person see of two records that may be one? Why they are suggested, and both side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.identity import ALIKE, NAME, NAME_AREA, NAME_PLACE, NAME_RUNNER, NUMBER, SOURCE
from graphmodel.edits import Edit
from graphmodel.identity import CONFIRMED, REFUSED, SUGGESTED
from graphmodel.landscape import Landscape
from views.markup import html
from views.profile import PROVENANCE, Profile, place_profile

Row = Mapping[str, Any]

LISTS = {SUGGESTED: "To decide", CONFIRMED: "The same", REFUSED: "Not the same"}
REASONS = {
    NUMBER: "One register number",
    SOURCE: "A file says so",
    NAME_PLACE: "One name, one place",
    NAME_RUNNER: "One name, one organisation",
    NAME_AREA: "One name, one ward",
    NAME: "One name",
    ALIKE: "Names alike, one place",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the two: what each record says of it (None: nothing); where it comes from is not compared."""

    title: str
    one: str | None
    other: str | None
    compared: bool = True

    @property
    def differs(self) -> bool:
        """Return whether both say something, and not the same."""
        return self.compared and self.one is not None and self.other is not None and self.one != self.other


def side_by_side(landscape: Landscape, one: str, other: str) -> list[Line]:
    """Return what two records say, field by field in the order of their cards; those both leave blank are left out.

    Each on its own, also where they count as one.
    """
    profiles = [place_profile(landscape.apart(), id) for id in (one, other)]
    known = [_facts(profile, provenance=False) for profile in profiles]
    origin = [
        {**_facts(profile, provenance=True), "Id": id} for profile, id in zip(profiles, (one, other), strict=True)
    ]
    lines = [
        Line(title, sides[0].get(title), sides[1].get(title), compared=sides is known)
        for sides in (known, origin)
        for title in dict.fromkeys([*sides[0], *sides[1]])
    ]
    return [line for line in lines if line.one is not None or line.other is not None]


def _facts(profile: Profile | None, *, provenance: bool) -> dict[str, str | None]:
    """Return what the card of a record says of the thing, or of where that comes from."""
    if profile is None:
        return {}
    told: dict[str, str | None] = {} if provenance else {"Name": profile.name}
    for section in profile.sections:
        if (section.title == PROVENANCE) == provenance:
            told |= {str(name): None if value is None else str(value) for name, value in section.facts}
    return told


def side_by_side_html(lines: Iterable[Line]) -> str:
    """Return the two records as an HTML table; where they differ a word says so, not a colour alone."""
    rows = "".join(
        f'<tr><th scope="row">{html(line.title)}</th><td>{_cell(line.one)}</td><td>{_cell(line.other)}</td>'
        f"<td>{'differs' if line.differs else ''}</td></tr>"
        for line in lines
    )
    head = '<tr><th scope="col">Field</th><th scope="col">One record</th><th scope="col">The other</th>'
    return (
        f'<table class="ls-pair"><thead>{head}<th scope="col"></th></tr></thead><tbody>{rows}</tbody></table>{_STYLE}'
    )


_STYLE = """<style>
.ls-pair {width: 100%; border-collapse: collapse; font-size: .8125rem; table-layout: fixed}
.ls-pair th, .ls-pair td {text-align: left; vertical-align: top; padding: .15rem .5rem .15rem 0; font-weight: 400;
  border: 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); overflow-wrap: anywhere}
.ls-pair th:first-child {width: 24%} .ls-pair th:last-child {width: 4rem}
.ls-pair th[scope=row] {opacity: .75}
</style>"""


def _cell(text: str | None) -> str:
    return '<span class="ls-muted">not known</span>' if text is None else html(text)


def reason(row: Row) -> str:
    """Return why a pair is suggested, as a sentence."""
    metres = row["metres"]
    apart = "" if metres is None else f", {metres:,.0f} m apart"
    ends = {
        NUMBER: "Both carry one register number",
        SOURCE: "A file says that they are the same",
        NAME_PLACE: "One name and one place",
        NAME_RUNNER: "One name, and one organisation runs both",
        NAME_AREA: "One name in one ward; of one of them the point is not known",
        NAME: "One name; nothing else is compared",
        ALIKE: "Names alike in one place, from different files",
    }
    return f"{ends.get(row['why'], 'People decided; the two are not suggested by their fields')}{apart}."


def of_list(rows: Sequence[Row], verdict: str, whys: Sequence[str] = (), labels: Sequence[str] = ()) -> list[Row]:
    """Return the pairs of one list, only those of these reasons and labels where any are given."""
    return [
        row
        for row in rows
        if row["verdict"] == verdict and (not whys or row["why"] in whys) and (not labels or row["label"] in labels)
    ]


def pair_table(rows: Iterable[Row]) -> pd.DataFrame:
    """Return pairs as the table people read and download."""
    columns = ("Kind", "Why", "Metres", "One", "One from", "The other", "The other from", "Differ in", "Ids")
    return pd.DataFrame(
        [
            (
                row["label"], REASONS.get(row["why"], ""), row["metres"], row["one_name"], row["one_source"],
                row["other_name"], row["other_source"], ", ".join(row["differs"]).replace("_", " "),
                f"{row['one']}; {row['other']}",
            )
            for row in rows
        ],
        columns=list(columns),
    )  # fmt: skip


def decided(row: Row, changes: Iterable[Edit]) -> str:
    """Return who said last what a pair is, and when; or that a file says so."""
    told = [entry for entry in changes if entry.node == row["link"] and entry.field == "verdict"]
    if not told:
        return "A file says so."
    last = told[-1]
    return f"{last.team}, {last.when:%d %b %Y %H:%M} UTC."
