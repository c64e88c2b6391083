"""Which links do agencies declare, and which do young people perceive? Asked and not asked first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.facts.network import PARTNERS
from analysis.facts.partners import CONFIDENTIAL
from analysis.results import Result, known
from graphmodel.errors import UnknownName
from graphmodel.landscape import Landscape
from graphmodel.schema import PARTNER_LINKS

BOTH, PERCEIVED_ONLY = "declared_and_perceived", "perceived_only"
NOT_PERCEIVED, OTHERS_NAMED, NOT_ASKED = "declared_not_perceived", "declared_others_named", "declared_not_asked"
NOT_SAID_WHO, OBSERVED = "perceived_not_said_who_was_asked", "observed_only"
STATES = (PERCEIVED_ONLY, NOT_PERCEIVED, OTHERS_NAMED, BOTH, OBSERVED, NOT_SAID_WHO, NOT_ASKED)

# Of these it does not matter who is named first.
_BOTH_WAYS = ("SHARES_INFORMATION_WITH", "CO_DELIVERS_WITH")
_TYPES = ("GUARDIAN_OF", *PARTNER_LINKS)


def declared_perceived(landscape: Landscape, *, state: str | None = None) -> Result:
    """Return per pair and kind of link whether it is declared, perceived by those who were asked, or both.

    ``state``: perceived_only; declared_not_perceived (the record says who was asked about this link, and nobody
    perceived it); declared_others_named (young people were asked about this context and named other guardians);
    declared_and_perceived; observed_only; perceived_not_said_who_was_asked (which does not count as perceived);
    declared_not_asked, which says nothing of what they perceive. A basis nobody gave is taken for declared. With
    ``state`` only rows of that state; raises UnknownName for another word.
    """
    if state is not None and state not in STATES:
        raise UnknownName(f"No state is called '{state}'; there are {', '.join(STATES)}.")
    bodies = _bodies(landscape)
    rows = []
    for (type, start, end), found, facts in _judged(landscape):
        if not (bodies["inside"][start] or bodies["inside"][end]):
            continue
        rows.append(
            {
                "state": found,
                "type": type,
                "start": start,
                "start_name": bodies["name"][start],
                "end": end,
                "end_name": bodies["name"][end],
                "declared": facts["declared"],
                "perceived": facts["said"] or (False if facts["asked_about"] else None),
                "observed": facts["observed"],
            }
        )
    rows.sort(key=lambda row: (STATES.index(row["state"]), _TYPES.index(row["type"]), row["start"], row["end"]))
    counts = {each: sum(row["state"] == each for row in rows) for each in STATES}
    return Result(
        name="declared_perceived",
        parameters={"state": state},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(rows, counts),
        sources=tuple(landscape.sources([], _TYPES)),
        summary={"links": len(rows), **counts},
        rows=tuple(row for row in rows if state in (None, row["state"])),
    )


def link_states(landscape: Landscape) -> dict[tuple[str, str, str], str]:
    """Return (type, start, end) -> state of every such link that is loaded, also beyond the area; both ways where so.

    Of links for which it does not matter who is named first, either order is there.
    """
    found: dict[tuple[str, str, str], str] = {}
    for (type, start, end), state, _ in _judged(landscape):
        found[type, start, end] = state
        if type in _BOTH_WAYS:
            found[type, end, start] = state
    return found


def _judged(landscape: Landscape) -> Iterator[tuple[tuple[str, str, str], str, dict[str, bool]]]:
    """Yield (type, start, end) of each pair, its state, and the facts that make it."""
    links = _links(landscape)
    places = set(links.loc[(links["type"] == "GUARDIAN_OF") & links["said"], "end"])
    for key, found in links.groupby(["type", "start", "end"], sort=False):
        type, start, end = (str(part) for part in key)
        facts = {name: bool(found[name].any()) for name in ("declared", "said", "observed", "asked_about", "unsaid")}
        yield (type, start, end), _state(facts, type == "GUARDIAN_OF" and end in places), facts


def _links(landscape: Landscape) -> pd.DataFrame:
    """Return the links with what each says: declared, said (perceived, by people who were asked), observed, ..."""
    columns = ["start", "end", "basis", "asked", "sensitivity"]
    links = pd.concat([landscape.links(type)[columns].assign(type=type) for type in _TYPES], ignore_index=True)
    hidden = {id for label in (*PARTNERS, "Context") for id in _confidential(landscape, label)}
    open_to_all = (links["sensitivity"] != CONFIDENTIAL) & ~links["start"].isin(hidden) & ~links["end"].isin(hidden)
    links = links[open_to_all.to_numpy(bool)].reset_index(drop=True)
    turned = links["type"].isin(_BOTH_WAYS) & (links["start"] > links["end"])
    links.loc[turned, ["start", "end"]] = links.loc[turned, ["end", "start"]].to_numpy()
    asked, perceived = links["asked"].notna(), links["basis"] == "perceived"
    return links.assign(
        declared=links["basis"].isna() | (links["basis"] == "declared"),
        observed=links["basis"] == "observed",
        said=perceived & asked,
        unsaid=perceived & ~asked,
        asked_about=asked,
    )


def _confidential(landscape: Landscape, label: str) -> list[str]:
    frame = landscape.nodes(label)
    return [str(id) for id in frame.index[frame["sensitivity"] == CONFIDENTIAL]]


def _bodies(landscape: Landscape) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {"name": {}, "inside": {}}
    for label in (*PARTNERS, "Context"):
        frame = landscape.nodes(label)
        found["name"] |= {str(id): known(name) for id, name in frame["name"].items()}
        found["inside"] |= {str(id): bool(inside) for id, inside in frame["inside"].items()}
    return found


def _state(facts: dict[str, bool], place_was_asked_about: bool) -> str:
    if facts["said"]:
        return BOTH if facts["declared"] else PERCEIVED_ONLY
    if facts["declared"]:
        others = OTHERS_NAMED if place_was_asked_about else NOT_ASKED
        return NOT_PERCEIVED if facts["asked_about"] else others
    return OBSERVED if facts["observed"] else NOT_SAID_WHO


def _caveats(rows: list[dict[str, Any]], counts: dict[str, int]) -> tuple[str, ...]:
    if not rows:
        return ("No partner link and no guardian of a context is recorded.",)
    return (
        "Not asked is not 'not perceived': a perceived link counts only where the record says who was asked.",
        f"Of {len(rows)} links, nobody recorded asking young people about {counts[NOT_ASKED]}.",
        "Who was named by others who were asked may also be known to young people who were not.",
    )
