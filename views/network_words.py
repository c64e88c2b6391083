"""What does the network say, in words? One link, the ways to a venue, losses, and what the measures mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import networkx as nx
import pandas as pd

from analysis.declared import BOTH, NOT_ASKED, NOT_PERCEIVED, NOT_SAID_WHO, OBSERVED, OTHERS_NAMED, PERCEIVED_ONLY
from analysis.facts.network import PARTNERS
from analysis.facts.removal import BRAND, brands
from graphmodel.landscape import Landscape
from graphmodel.schema import NODE_TYPES, PARTNER_LINKS, label_of
from views.network import SAID, name_of, words_of
from views.places import is_missing, label, link_words
from views.tables import short_list

Facts = list[tuple[str, Any]]

# The four groups of declared against perceived links: the states of the analysis in each, title, what it means.
GROUPS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "both": ((BOTH,), "Declared and perceived", "Agencies declare it, and young people who were asked perceive it."),
    "not_perceived": (
        (NOT_PERCEIVED, OTHERS_NAMED),
        "Declared, asked about, not perceived",
        "Agencies declare it. Young people were asked about this link, or about this context and named others.",
    ),
    "perceived": (
        (PERCEIVED_ONLY,),
        "Perceived, not declared",
        "Young people who were asked name it, and no agency has declared it.",
    ),
    "not_asked": (
        (NOT_ASKED,),
        "Declared, nobody was asked",
        "Nobody recorded asking young people: this says nothing of what they perceive.",
    ),
}
REST = {
    OBSERVED: "observed by somebody, neither declared nor perceived",
    NOT_SAID_WHO: "said to be perceived, without a record of who was asked: not counted",
}

# What is lost, from the summary of ``what_if``: singular and plural around a number.
_LOST = (
    ("contexts_losing_last_cover", "context loses its last guardian", "contexts lose their last guardian"),
    ("contexts_losing_last_response", "context loses its last response", "contexts lose their last response"),
    (
        "contexts_losing_level_2",
        "context loses its last response at Level 2",
        "contexts lose their last response at Level 2",
    ),
    ("services_ended", "service ends", "services end"),
    ("places_ended", "place a year goes", "places a year go"),
    ("guardians_gone", "guardian goes", "guardians go"),
)
_KINDS_LOST = (
    ("partner", "partner loses touch with the rest", "partners lose touch with the rest"),
    ("path", "way to help is lost or longer", "ways to help are lost or longer"),
    ("role", "role of a pathway has nobody left", "roles of a pathway have nobody left"),
)
# From which adjusted Rand index on communities are how like the areas.
_LIKENESS = (
    (0.65, "nearly follow {level} boundaries"),
    (0.3, "partly follow {level} boundaries"),
    (0.1, "follow {level} boundaries a little"),
    (-1.0, "follow {level} boundaries no more than chance would have it"),
)


def link_facts(graph: nx.MultiDiGraph[str], id: str) -> tuple[str, Facts] | None:
    """Return a link as a sentence, and what is recorded of it; None if it is not in the graph."""
    for start, end, key, link in graph.edges(keys=True, data=True):
        if key == id:
            sentence = f"{name_of(graph, start)} {words_of(link)} {name_of(graph, end)}"
            judged = link["said"] != "record"
            told: Facts = [("Whose word", SAID[link["said"]][0])] if judged else []
            told += [("Who was asked", link.get("asked") or "no record of it")] if judged else []
            fields = {"formality": "Formality", "since": "Since", "amount_gbp": "Pounds", "end_date": "Ends"}
            told += [(name, _cell(link[field])) for field, name in fields.items() if link.get(field) is not None]
            told += [("Comes from", link.get("source_row") or link.get("source"))]
            return sentence, told
    return None


def routes_to(landscape: Landscape, id: str) -> Facts:
    """Return the ways in to a guardian: who runs it, its chain, what it is a member of, and who works with it."""
    if label_of(id) != "Guardian" or id not in landscape.nodes("Guardian").index:
        return []
    found: Facts = []
    runners = _ends(landscape, "RUNS", end=id)
    if runners:
        found.append(("Run by", short_list(runners, 5)))
    for name, venues in brands(landscape).items():
        if id in venues:
            stages = landscape.nodes("Guardian")["stage"].reindex(venues)
            active = int(stages.eq("active").sum())
            found.append(("Chain", f"{name}: {len(venues)} places, {active} active (head office: one conversation)"))
    forums = [*_ends(landscape, "MEMBER_OF", start=id), *_ends(landscape, "PART_OF", start=id)]
    if forums:
        found.append(("Member or part of", short_list(forums, 5)))
    partners = sorted({*_partners(landscape, id)})
    if partners:
        found.append(("Already works with", short_list(partners, 5)))
    return found


def lost_words(summary: Mapping[str, Any]) -> str:
    """Return in one sentence what is lost; that nothing is recorded to hang on it where nothing is."""
    by_kind = summary.get("rows_by_kind", {})
    parts = [_number(summary.get(key), one, more) for key, one, more in _LOST]
    parts += [_number(by_kind.get(kind), one, more) for kind, one, more in _KINDS_LOST]
    pounds = summary.get("pounds_lost")
    parts += [f"£{pounds:,.0f} of current agreements go"] if pounds else []
    told = [part for part in parts if part]
    if not told:
        return "Nothing is recorded to hang on it. That does not mean that nothing would be lost."
    return f"{'; '.join(told)}."


def stability_words(agreement: float | None) -> str:
    """Return how far an order can be relied on, from the mean rank correlation of redrawn networks with it."""
    if agreement is None or agreement != agreement:
        return "How sure the order is, is not known."
    how = "keeps well" if agreement >= 0.9 else "keeps roughly" if agreement >= 0.7 else "does not keep"
    return (
        f"The order {how} when the recorded links are drawn again at random ({agreement:.2f}; 1 is the same order, 0 "
        "none): read a rank with the best and worst beside it."
    )


def reciprocity_words(links: int, share: float | None) -> str:
    """Return how many referrals go both ways."""
    if not links or share is None or share != share:
        return "No referral between partners is recorded."
    return (
        f"{share:.0%} of {links:,} referral links are returned: A refers to B and B to A. "
        "Referral one way only is no fault: a school refers to a service that refers nobody back."
    )


def homophily_words(assortativity: float | None) -> str:
    """Return whether partners keep to their own sector, from Newman's assortativity."""
    if assortativity is None or assortativity != assortativity:
        return "Whether partners keep to their own sector is not known: too few have a sector and a link."
    if assortativity > 0.1:
        how = "keep to their own sector more than chance would have it"
    elif assortativity < -0.1:
        how = "work across sectors more than chance would have it"
    else:
        how = "mix across sectors about as chance would have it"
    return f"Partners {how} ({assortativity:.2f}; 1 is only one's own sector, 0 as by chance, below 0 across)."


def wards_words(rand: float | None, level: str, communities: int, compared: int) -> str:
    """Return how far communities follow the boundaries of areas, from the adjusted Rand index."""
    found = "1 community" if communities == 1 else f"{communities:,} communities"
    if rand is None or rand != rand or not compared:
        return f"{found}. Whether they follow {level} boundaries is not known: too few have one."
    said = next(words for least, words in _LIKENESS if rand >= least).format(level=level)
    return (
        f"{found} of partners who deal with each other more than with the rest. Of the "
        f"{compared:,} partners that have a {level}, they {said} ({rand:.2f}; 1 is the same division, 0 as by chance)."
    )


def sector_pairs(pairs: Mapping[str, int]) -> pd.DataFrame:
    """Return the pairs of partners by their two sectors, most first, with each pair's share."""
    total = sum(pairs.values())
    rows = []
    for both, count in pairs.items():
        one, other = (label("organisation_sectors", each) or each for each in both.split(" - ", 1))
        rows.append((one.capitalize(), other.capitalize(), one == other, count, count / total))
    return pd.DataFrame(rows, columns=pd.Index(["sector", "with", "same sector", "pairs", "share"]))


def declared_groups(rows: Sequence[Mapping[str, Any]]) -> dict[str, pd.DataFrame]:
    """Return the four groups of ``GROUPS``, each with its rows (from, link, to, how it was asked)."""
    found = {}
    for name, (states, _, _) in GROUPS.items():
        held = [row for row in rows if row["state"] in states]
        told = [(row["start_name"], link_words(row["type"]), row["end_name"], _asked(row["state"])) for row in held]
        found[name] = pd.DataFrame(told, columns=pd.Index(["from", "link", "to", "asked about"]))
    return found


def removable(landscape: Landscape) -> dict[str, dict[str, str]]:
    """Return sort -> id -> name of what can be taken out, confidential ones left out, by name."""
    paying = {str(id) for type in ("FUNDS", "COMMISSIONS") for id in landscape.links(type)["start"]}
    named: dict[str, dict[str, str]] = {}
    for label_name in ("Organisation", "Programme", "Service", "Guardian"):
        frame = landscape.nodes(label_name)
        frame = frame[(frame["sensitivity"] != "confidential").to_numpy(bool)]
        if label_name == "Guardian":
            frame = frame[(frame["stage"] == "active").to_numpy(bool) & frame["inside"].to_numpy(bool)]
        named[label_name] = {str(id): str(name) for id, name in frame["name"].items()}
    payers = named["Organisation"] | named["Programme"]
    sorts = {
        "Organisation": named["Organisation"],
        "Funder": {id: name for id, name in payers.items() if id in paying},
        "Chain": {f"{BRAND}{name}": name for name in brands(landscape)},
        "Service": named["Service"],
        "Programme": named["Programme"],
        "Active guardian": named["Guardian"],
    }
    return {
        sort: dict(sorted(held.items(), key=lambda item: (item[1].casefold(), item[0])))
        for sort, held in sorts.items()
        if held
    }


def partner_names(landscape: Landscape) -> dict[str, str]:
    """Return id -> name of everybody who can be a partner, confidential ones left out."""
    found: dict[str, str] = {}
    for label_name in PARTNERS:
        frame = landscape.nodes(label_name)
        frame = frame[(frame["sensitivity"] != "confidential").to_numpy(bool)]
        found |= {str(id): str(name) for id, name in frame["name"].items()}
    return found


def hidden(landscape: Landscape) -> tuple[str, ...]:
    """Return the ids and names of all that is confidential."""
    found: set[str] = set()
    for label_name in NODE_TYPES:
        if label_name not in ("Area", "Postcode", "Source"):
            frame = landscape.nodes(label_name)
            held = frame[frame["sensitivity"].eq("confidential").to_numpy(bool)]
            found |= {*map(str, held.index), *map(str, held["name"].dropna())}
    return tuple(sorted(found))


def _asked(state: str) -> str:
    told = {NOT_PERCEIVED: "this link", OTHERS_NAMED: "this context: others were named", NOT_ASKED: "nobody was asked"}
    return told.get(state, "yes")


def _number(n: Any, one: str, more: str) -> str:
    return "" if not n else f"{n:,} {one if n == 1 else more}"


def _ends(landscape: Landscape, type: str, *, start: str | None = None, end: str | None = None) -> list[str]:
    """Return the names at the other end of the links of a type, confidential ones left out."""
    links = landscape.links(type)
    here, there = ("start", "end") if start else ("end", "start")
    ids = links.loc[(links[here] == (start or end)) & (links["sensitivity"] != "confidential"), there]
    return [name for id in ids if (name := _name(landscape, str(id)))]


def _partners(landscape: Landscape, id: str) -> list[str]:
    return [name for type in PARTNER_LINKS for way in ("start", "end") for name in _ends(landscape, type, **{way: id})]


def _name(landscape: Landscape, id: str) -> str | None:
    frame = landscape.nodes(label_of(id) or "Organisation")
    if id not in frame.index or frame.loc[id, "sensitivity"] == "confidential":
        return None
    return str(frame.loc[id, "name"])


def _cell(value: Any) -> str | None:
    if is_missing(value):
        return None
    return f"{value:,.0f}" if isinstance(value, float) else str(value)
