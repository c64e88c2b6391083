"""Who might talk to each other, who meets in the same places, and who stands together? Pairs and groups of partners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.partners import CONFIDENTIAL, Partners, is_organisation, network_caveats, pair_names, partners_of
from analysis.facts.provision import home_level, homes, targeting
from analysis.kernels.centrality import adjacency, degrees
from analysis.kernels.communities import adjusted_rand, leiden, modularity
from analysis.kernels.connectivity import simple
from analysis.kernels.likeness import most_alike, shared
from analysis.results import Result, known
from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.schema import PARTNER_LINKS

CONTEXTS, FORUMS = "contexts", "forums"
# Who said no, or is not welcome with young people, is not asked again by a program.
_NOT_ASKED_AGAIN = ("declined", "lapsed")
# How many of the partners in common are named: those with the fewest partners first, who say most.
_NAMED = 5


def conversations(landscape: Landscape, *, top: int = 20) -> Result:
    """Return the pairs of partners without a recorded link that have most in common: who might talk to each other.

    Pairs of an organisation of the area and another organisation or guardian, by the resource allocation index (Zhou,
    Lü & Zhang 2009): partners in common, each counting one over the number of its own. Confidential partners and
    links, and guardians who declined, lapsed or are unwelcome, are never suggested, nor is anybody found through
    the confidential. Raises InputError for a top that is not positive.
    """
    if top < 1:
        raise InputError("Conversations needs a top of at least 1.")
    partners = partners_of(landscape).without_confidential()
    organisation = is_organisation(partners)
    candidates = organisation | _approachable(landscape, partners)
    first = organisation & partners.frame["inside"].to_numpy(bool)
    pairs, index = most_alike(len(partners), partners.edges, candidates, top, first=first)
    rows = _suggestions(landscape, partners, pairs, index)
    said = "Two partners who work with the same others may have talked already: a suggestion, not a finding."
    return Result(
        name="conversations",
        parameters={"top": top},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(*network_caveats(partners), *([said] if rows else [])),
        sources=tuple(landscape.sources(["Organisation", "Guardian"], [*PARTNER_LINKS, "MEMBER_OF"])),
        summary={"suggested": len(rows), "partners": len(partners)},
        rows=tuple(rows),
    )


def _approachable(landscape: Landscape, partners: Partners) -> np.ndarray:
    guardians = landscape.nodes("Guardian")
    willing = ~guardians["stage"].isin(_NOT_ASKED_AGAIN) & (guardians["young_people_say"] != "unwelcoming")
    return np.asarray(partners.frame.index.isin(guardians.index[willing]))


def _suggestions(
    landscape: Landscape, partners: Partners, pairs: np.ndarray, index: np.ndarray
) -> list[dict[str, Any]]:
    links = adjacency(len(partners), partners.edges)
    names, sectors, ids = partners.frame["name"], partners.frame["sector"], partners.frame.index
    number = degrees(len(partners), partners.edges)
    forums = _members_of(landscape)
    rows = []
    for (a, b), found in zip(pairs.tolist(), index.tolist(), strict=True):
        common = np.intersect1d(links[[a]].indices, links[[b]].indices)
        through = sorted(common.tolist(), key=lambda c: (int(number[c]), c))
        rows.append(
            {
                **pair_names(partners, (a, b)),
                "sectors": [sectors.iloc[a], sectors.iloc[b]],
                "index": round(found, 4),
                "in_common": len(through),
                "through": [names.iloc[c] for c in through[:_NAMED]],
                "both_in": sorted(forums.get(str(ids[a]), set()) & forums.get(str(ids[b]), set())),
            }
        )
    return rows


def _members_of(landscape: Landscape) -> dict[str, set[str]]:
    """Return member -> names of the forums it sits on, those that are not confidential."""
    forums = landscape.nodes("Forum")
    names = forums["name"][forums["sensitivity"] != CONFIDENTIAL]
    links = landscape.links("MEMBER_OF")
    links = links[(links["end"].isin(names.index) & (links["sensitivity"] != CONFIDENTIAL)).to_numpy(bool)]
    found: dict[str, set[str]] = {}
    for member, forum in zip(links["start"], links["end"], strict=True):
        found.setdefault(str(member), set()).add(str(names[forum]))
    return found


# --- projections ------------------------------------------------------------------------------------------------


def projection(landscape: Landscape, *, by: str = CONTEXTS) -> Result:
    """Return the organisations joined by the contexts they share, or ``by=forums`` by the forums.

    An organisation works in a context that it runs, that a service it runs works on, or that a guardian it runs is a
    guardian of. ``weight`` sums 1 / (organisations there - 1) over what is shared: two alone in a park meet more than
    two of twenty (Newman 2001). ``link_recorded`` says whether the two are partners. Raises UnknownName for another
    ``by``.
    """
    if by not in (CONTEXTS, FORUMS):
        raise UnknownName(f"Organisations cannot be joined by '{by}'; give {CONTEXTS} or {FORUMS}.")
    there = _in_contexts(landscape) if by == CONTEXTS else _on_forums(landscape)
    organisations = landscape.nodes("Organisation")
    there = there[there["member"].isin(organisations.index[organisations["sensitivity"] != CONFIDENTIAL])]
    rows = _shared_rows(landscape, there.drop_duplicates().sort_values(["member", "place"]), organisations)
    unlinked = sum(not row["link_recorded"] for row in rows)
    return Result(
        name="projection",
        parameters={"by": by},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(
            f"To share {by} is not to work together: it says where two organisations could meet.",
            "Only what is recorded joins: who works in a place without a record of it is not here.",
        ),
        sources=tuple(landscape.sources(["Organisation"], ["RUNS", "TARGETS", "GUARDIAN_OF", "MEMBER_OF"])),
        summary={"organisations": int(there["member"].nunique()), "pairs": len(rows), "pairs_without_a_link": unlinked},
        rows=tuple(rows),
    )


def _in_contexts(landscape: Landscape) -> pd.DataFrame:
    """Return member (an organisation) and place (a context) for all who work there."""
    runs = landscape.links("RUNS")[["start", "end"]]
    guarding = landscape.links("GUARDIAN_OF")
    heard = ((guarding["basis"] != "perceived") | guarding["asked"].notna()).to_numpy(bool)
    work = targeting(landscape)[["id", "context"]]
    reach = pd.concat([work, guarding[heard][["start", "end"]].set_axis(["id", "context"], axis=1)])
    through = runs.merge(reach, left_on="end", right_on="id")
    own = runs[runs["end"].str.startswith("context:").to_numpy(bool)]
    contexts = landscape.nodes("Context")
    found = pd.DataFrame(
        {
            "member": np.concatenate([through["start"], own["start"]]),
            "place": np.concatenate([through["context"], own["end"]]),
        }
    )
    return found[found["place"].isin(contexts.index[contexts["sensitivity"] != CONFIDENTIAL])]


def _on_forums(landscape: Landscape) -> pd.DataFrame:
    links, forums = landscape.links("MEMBER_OF"), landscape.nodes("Forum")
    fit = links["end"].isin(forums.index[forums["sensitivity"] != CONFIDENTIAL]) & (
        links["sensitivity"] != CONFIDENTIAL
    )
    return links[fit.to_numpy(bool)].rename(columns={"start": "member", "end": "place"})[["member", "place"]]


def _shared_rows(landscape: Landscape, there: pd.DataFrame, organisations: pd.DataFrame) -> list[dict[str, Any]]:
    members, places = pd.Index(there["member"].unique()), pd.Index(sorted(there["place"].unique()))
    pairs, count, weight = shared(members.get_indexer(there["member"]), places.get_indexer(there["place"]))
    partners = partners_of(landscape)
    linked = {tuple(partners.frame.index[pair]) for pair in simple(len(partners), partners.edges)}
    names = pd.concat([landscape.nodes("Context")["name"], landscape.nodes("Forum")["name"]])
    held = there.groupby("member")["place"].agg(set)
    inside = organisations["inside"]
    rows = []
    for (a, b), n, w in zip(pairs.tolist(), count.tolist(), weight.tolist(), strict=True):
        one, other = str(members[a]), str(members[b])
        if inside[one] or inside[other]:
            rows.append(
                {
                    "organisation": one,
                    "name": known(organisations["name"][one]),
                    "other": other,
                    "other_name": known(organisations["name"][other]),
                    "shared": n,
                    "weight": round(w, 4),
                    "link_recorded": (one, other) in linked,
                    "in": [str(names[place]) for place in sorted(held[one] & held[other])],
                }
            )
    return sorted(rows, key=lambda row: (-row["shared"], -row["weight"], row["organisation"], row["other"]))


# --- communities ------------------------------------------------------------------------------------------------


def communities(landscape: Landscape, *, resolution: float = 1.0, seed: int = 0) -> Result:
    """Return the groups of partners that deal with each other more than with the rest, beside the wards they are in.

    Leiden (Traag, Waltman & van Eck 2019), the best modularity of ten seeded runs. ``adjusted_rand`` (Hubert & Arabie
    1985) says how far communities and wards (or the level that stands for them) are the same division, among the
    partners that have a ward: 1 wholly, 0 as by chance. Raises InputError for a resolution that is not above 0, or a
    negative seed.
    """
    if not 0 < resolution < float("inf") or seed < 0:
        raise InputError("Communities needs a resolution above 0 and a seed of 0 or more.")
    partners = partners_of(landscape)
    n = len(partners)
    found = leiden(n, partners.edges, resolution=resolution, seed=seed) if n else np.zeros(0, np.int64)
    wards = _wards(landscape, partners)
    placed = wards.notna().to_numpy(bool)
    rand = adjusted_rand(found[placed], wards[placed].to_numpy(str))
    return Result(
        name="communities",
        parameters={"resolution": float(resolution), "seed": seed},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_community_caveats(partners, placed),
        sources=tuple(landscape.sources(["Organisation", "Guardian"], [*PARTNER_LINKS, "RUNS"])),
        summary={
            "partners": n,
            "communities": int(found.max(initial=-1)) + 1,
            "modularity": round(modularity(n, partners.edges, found, resolution=resolution), 5),
            "level": home_level(landscape),
            "partners_with_a_ward": int(placed.sum()),
            "adjusted_rand": round(rand, 4),
        },
        rows=tuple(_community_rows(landscape, partners, found, wards)),
    )


def _wards(landscape: Landscape, partners: Partners) -> pd.Series:
    """Return the area at the home level of each partner that has one, else None."""
    level = home_level(landscape)
    levels = landscape.nodes("Area")["level"]
    home = pd.concat([homes(landscape, label) for label in ("Organisation", "Guardian")])
    homes_of = home.where(home.map(levels) == level, None).to_dict()
    return pd.Series([homes_of.get(id) for id in partners.frame.index], partners.frame.index, object)


def _community_rows(
    landscape: Landscape, partners: Partners, found: np.ndarray, wards: pd.Series
) -> list[dict[str, Any]]:
    names, degree = landscape.nodes("Area")["name"], degrees(len(partners), partners.edges)
    frame = partners.frame.assign(community=found, ward=wards, partners=degree)
    rows = []
    for community, group in frame.groupby("community"):
        shown = group[group["inside"] & ~group["confidential"]]
        if len(shown):
            ward, here = _first(group["ward"].dropna())
            leading = shown.sort_values("partners", ascending=False, kind="stable")["name"]
            rows.append(
                {
                    "community": int(str(community)),
                    "partners": len(group),
                    "leading": leading.head(3).tolist(),
                    "sectors": _in_words(Counter(group["sector"].dropna())),
                    "with_a_ward": int(group["ward"].notna().sum()),
                    "wards": int(group["ward"].nunique()),
                    "main_ward": ward,
                    "main_ward_name": known(names.get(ward)) if ward else None,
                    "in_main_ward": here,
                    "members": {str(id): known(home) for id, home in shown["ward"].items()},
                }
            )
    return sorted(rows, key=lambda row: (-row["partners"], row["community"]))


def _first(values: Iterable[Any]) -> tuple[str | None, int]:
    """Return the most frequent value and how often it is there; of equals the first by id."""
    counted = sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))
    return counted[0] if counted else (None, 0)


def _in_words(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _community_caveats(partners: Partners, placed: np.ndarray) -> tuple[str, ...]:
    said = list(network_caveats(partners))
    if len(partners):
        said.append("Other divisions may be nearly as good: communities are a way of reading the network, not a fact.")
        missing = int((~placed).sum())
        if missing:
            said.append(
                f"{missing} partners have no ward recorded (forums have none): they are left out of the comparison."
            )
    return tuple(said)
