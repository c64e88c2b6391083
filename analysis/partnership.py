"""How is the partner network shaped? Who stands where, how sure that is, and how the whole hangs together."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from analysis.facts.network import PASSING_ON, dealings
from analysis.facts.partners import FORMAL, Partners, network_caveats, partners_of
from analysis.kernels.centrality import (
    EXACT_UP_TO,
    ROLES,
    STARTS,
    assortativity,
    betweenness,
    brokerage,
    constraint,
    core_numbers,
    degree_assortativity,
    degrees,
    effective_size,
    mixing,
    reciprocity,
)
from analysis.kernels.connectivity import components, simple
from analysis.kernels.stability import agreement, rank_interval, ranks, redrawn
from analysis.results import Result
from graphmodel.errors import InputError
from graphmodel.landscape import Landscape
from graphmodel.schema import PARTNER_LINKS

# Centralities that a rank is given of. Low constraint is the better place, so its sign is turned.
RANKED = ("partners", "betweenness", "constraint", "effective_size")

MOST_RESAMPLES = 10_000
# In a redrawn network betweenness is counted from so many starts; and there are no more draws than a few seconds'
# work (starts times links), but at least so many.
_STARTS_REDRAWN = 250
_WORK, _LEAST_RESAMPLES = 100_000_000, 20


def partnership(landscape: Landscape, *, resamples: int = 100, seed: int = 0) -> Result:
    """Return each partner's place in the network beside how sure its rank is, and the shape of the whole.

    ``betweenness`` (Freeman 1977), ``core`` (Seidman 1983), ``constraint`` and ``effective_size`` (Burt 1992), and
    ``brokerage`` between sectors over escalation and referral (Gould & Fernandez 1989). ``rank_best`` to ``rank_worst``
    hold the rank by betweenness, and nine in ten of those in ``resamples`` draws of the recorded links with
    replacement, equals being anywhere among each other; ``ranks`` has rank, best and worst by each measure. The network
    is the whole one that is loaded; rows are the partners of the area. Raises InputError for resamples that are not 0
    to 10,000, or a negative seed.
    """
    if not 0 <= resamples <= MOST_RESAMPLES or seed < 0:
        raise InputError(f"Partnership needs resamples from 0 to {MOST_RESAMPLES:,} and a seed of 0 or more.")
    partners = partners_of(landscape)
    measures = _measures(partners.edges, len(partners), seed=seed)
    draws = _draws(partners, resamples, seed)
    rows = _rows(partners, measures, draws)
    return Result(
        name="partnership",
        parameters={"resamples": resamples, "seed": seed},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(*network_caveats(partners), *_caveats(partners, resamples, len(draws))),
        sources=tuple(landscape.sources(["Organisation", "Forum"], [*PARTNER_LINKS, "RUNS"])),
        summary={**_shape(partners), **_recorded(landscape), **_stability(measures, draws)},
        rows=tuple(rows),
    )


def _measures(edges: np.ndarray, n: int, *, starts: int | None = None, seed: int = 0) -> np.ndarray:
    """Return (4, n) in the order of ``RANKED``, higher being the better place."""
    between = betweenness(n, edges, starts=starts, seed=seed)
    return np.array([degrees(n, edges), between, -constraint(n, edges), effective_size(n, edges)])


def _draws(partners: Partners, resamples: int, seed: int) -> np.ndarray:
    """Return (draws, 4, n): the measures in networks of redrawn links."""
    n, edges = len(partners), partners.edges
    starts = min(n, _STARTS_REDRAWN)
    affordable = max(_LEAST_RESAMPLES, _WORK // max(starts * len(edges), 1))
    made = min(resamples, affordable) if n else 0
    if not made:
        return np.zeros((0, len(RANKED), n))
    return redrawn(edges, lambda links: _measures(links, n, starts=starts, seed=seed), made, seed=seed)


def _rows(partners: Partners, measures: np.ndarray, draws: np.ndarray) -> list[dict[str, Any]]:
    n, frame = len(partners), partners.frame
    rank = ranks(measures)
    spreads = _spreads(rank, draws)
    core, formal = core_numbers(n, partners.edges), _formal_share(partners)
    links = np.bincount(partners.edges.ravel(), minlength=n)
    between = brokerage(n, partners.edges_of(*PASSING_ON), partners.sectors)
    rows = []
    for i in np.flatnonzero((frame["inside"] & ~frame["confidential"]).to_numpy(bool)).tolist():
        spread = spreads[i]
        rows.append(
            {
                "partner": str(frame.index[i]),
                "name": frame["name"].iloc[i],
                "label": frame["label"].iloc[i],
                "sector": frame["sector"].iloc[i],
                "partners": int(measures[0, i]),
                "betweenness": round(float(measures[1, i]), 4),
                "rank": spread[1][0],
                "rank_best": spread[1][1],
                "rank_worst": spread[1][2],
                "core": int(core[i]),
                "constraint": round(float(-measures[2, i]), 3),
                "effective_size": round(float(measures[3, i]), 2),
                "go_between": int(between[i].sum()),
                "links": int(links[i]),
                "formal": formal[i],
                "brokerage": dict(zip(ROLES, between[i].tolist(), strict=True)),
                "ranks": dict(zip(RANKED, spread, strict=True)),
            }
        )
    return sorted(rows, key=lambda row: (row["rank"], -row["partners"], row["partner"]))


def _spreads(rank: np.ndarray, draws: np.ndarray) -> list[list[list[int | None]]]:
    """Return per partner and measure the rank, the best and the worst; without draws these are None."""
    if not len(draws):
        return [[[of_one, None, None] for of_one in ranked] for ranked in rank.T.tolist()]
    best, worst = rank_interval(draws)
    spread: list[list[list[int | None]]] = (
        np.stack([rank, np.minimum(rank, best), np.maximum(rank, worst)], axis=-1).transpose(1, 0, 2).tolist()
    )
    return spread


def _formal_share(partners: Partners) -> list[float | None]:
    """Return per partner the share of its links that rest on a protocol or a contract, of those that say."""
    told = partners.links["formality"].notna().to_numpy(bool)
    firm = partners.links["formality"].isin(FORMAL).to_numpy(bool)
    n = len(partners)
    all_told, all_firm = (np.bincount(partners.edges[which].ravel(), minlength=n) for which in (told, firm))
    return [round(int(f) / int(t), 2) if t else None for f, t in zip(all_firm, all_told, strict=True)]


def _shape(partners: Partners) -> dict[str, Any]:
    n, edges = len(partners), partners.edges
    sizes = np.bincount(components(n, edges)) if n else np.zeros(0, np.int64)
    core = core_numbers(n, edges)
    told = partners.links["formality"].dropna()
    return {
        "partners": n,
        "links": len(edges),
        "pairs": len(simple(n, edges)),
        "components": len(sizes),
        "largest_component": int(sizes.max(initial=0)),
        "largest_core": int(core.max(initial=0)),
        "largest_core_partners": int((core == core.max(initial=0)).sum()),
        "degree_assortativity": round(degree_assortativity(n, edges), 4),
        "sector_assortativity": round(assortativity(n, edges, partners.sectors), 4),
        "sector_pairs": _sector_pairs(partners),
        "referral_links": len(simple(n, partners.edges_of("REFERS_TO"), directed=True)),
        "referral_reciprocity": round(reciprocity(n, partners.edges_of("REFERS_TO")), 4),
        "formal": round(float(told.isin(FORMAL).mean()), 4) if len(told) else None,
        "formality_recorded": round(len(told) / len(edges), 4) if len(edges) else None,
    }


def _sector_pairs(partners: Partners) -> dict[str, int]:
    """Return the number of pairs of partners by their two sectors, the most frequent first."""
    ends = mixing(len(partners), partners.edges, partners.sectors)
    names = partners.sector_names
    found = Counter(
        {
            f"{names[a]} - {names[b]}": int(ends[a, b]) // (2 if a == b else 1)
            for a in range(len(names))
            for b in range(a, len(names))
            if ends[a, b]
        }
    )
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _recorded(landscape: Landscape) -> dict[str, Any]:
    """Return how much of the network is recorded: of those inside that could have a link, the share that has one."""
    links = dealings(landscape)
    linked = set(links["start"]) | set(links["end"])
    guardians, organisations = landscape.nodes("Guardian"), landscape.nodes("Organisation")
    active = guardians[guardians["inside"] & (guardians["stage"] == "active")]
    expected = {"organisations": organisations[organisations["inside"]], "active_guardians": active}
    return {
        f"{name}_with_a_link": round(float(frame.index.isin(linked).mean()), 4) if len(frame) else None
        for name, frame in expected.items()
    }


def _stability(measures: np.ndarray, draws: np.ndarray) -> dict[str, Any]:
    """Return the mean rank correlation of the redrawn networks with the recorded one, by measure.

    A draw in which all are equal agrees with nothing; where all are equal as recorded there is no order to keep.
    """
    rank, drawn = ranks(measures), ranks(draws)
    found = {}
    for m, name in enumerate(RANKED):
        ordered = len(draws) and len(np.unique(rank[m])) > 1
        kept = np.nan_to_num([agreement(rank[m], each[m]) for each in drawn]) if ordered else np.array([np.nan])
        found[name] = round(float(kept.mean()), 3)
    return {"rank_stability": found}


def _caveats(partners: Partners, asked: int, made: int) -> list[str]:
    said = []
    n = len(partners)
    if n:
        said.append(
            "A central place may be a sign of who was asked, or who answered: read it beside its rank's spread."
        )
    if n > EXACT_UP_TO:
        said.append(f"Betweenness is estimated from {STARTS:,} of {n:,} partners, drawn with the seed.")
    if made and made < asked:
        said.append(f"Ranks were redrawn {made:,} times instead of {asked:,}, for the size of the network.")
    if made and n > _STARTS_REDRAWN:
        said.append(f"In the redrawn networks betweenness is estimated from {_STARTS_REDRAWN:,} partners.")
    if n and not made:
        said.append("Ranks were not redrawn: how sure they are is not known.")
    return said
