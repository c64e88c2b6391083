"""The end of which organisation, funder or chain would cut most off? Each one's end, counted beside the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from typing import Any

import numpy as np

from analysis.coverage import count_open, reach_of
from analysis.facts.agreements import Agreement, pounds
from analysis.facts.context_hours import active_hours
from analysis.facts.network import NETWORK_CAVEAT, Network, partner_names, partner_pairs
from analysis.facts.provision import current_services, guardian_states, targeting
from analysis.facts.removal import ENDS_RULE, Removal, Standing, brands, not_recorded
from analysis.fragility import out_of_touch
from analysis.kernels.connectivity import cuts
from analysis.results import STRAIGHT_LINE, Result
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

MONEY, ALL, CHAIN = "its money ends", "it ends", "the chain leaves"

_COUNTS = ("contexts_cut_off", "contexts_without_level_2", "contexts_without_cover", "services", "partners_cut_off")


def dependence(landscape: Landscape, *, within_m: float = 400) -> Result:
    """Return per funder, body and chain what its end would take away, the largest loss first; none that takes nothing.

    ``how``: its money ends (grants and contracts alone), it ends (with what it runs, and its place in the network), or
    the chain leaves (all guardians of a brand). ``contexts_cut_off`` lose every service that works on them,
    ``contexts_without_cover`` every hour in which an active guardian who cares is there for sure.
    """
    standing, weigh = Standing(landscape), _Scales(landscape, within_m)
    names = partner_names(landscape) | dict(landscape.nodes("Programme")["name"])
    paid: dict[str, list[Agreement]] = defaultdict(list)
    for m in standing.held:
        paid[m.payer].append(m)
    runners = set(landscape.links("RUNS")["start"])
    rows: list[dict[str, Any]] = []
    for id in sorted({*paid, *runners, *(id for id in weigh.joined if label_of(id) == "Organisation")}):
        money = paid.get(id, [])
        row = weigh.row(id, MONEY, standing.without((), {m.id for m in money}, named=(id,)), money)
        ends = weigh.row(id, ALL, standing.without([id], (), named=(id,)), money)
        rows += [row, ends] if any(row[key] != ends[key] for key in _COUNTS) else [row]
    for brand, guardians in brands(landscape).items():
        name = f"brand:{brand}"
        names[name] = brand
        rows.append(weigh.row(name, CHAIN, standing.without(guardians, (), named=(name,)), ()))
    rows = [{**row, "name": names.get(row["about"])} for row in rows if any(row[key] for key in _COUNTS)]
    rows.sort(key=lambda row: ([-row[key] for key in _COUNTS], -row["pounds"], row["about"], row["how"]))
    return Result(
        name="dependence",
        parameters={"within_m": float(within_m)},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(ENDS_RULE, *not_recorded(landscape), STRAIGHT_LINE, NETWORK_CAVEAT),
        sources=tuple(landscape.sources(types=("FUNDS", "COMMISSIONS", "RUNS", "TARGETS", "GUARDIAN_OF"))),
        summary={
            "rows": len(rows),
            "bodies": len({row["about"] for row in rows}),
            "contexts_on_one_funder": len({c for row in rows if row["how"] == MONEY for c in row["contexts"]}),
            "most_contexts_cut_off": max((row["contexts_cut_off"] for row in rows), default=0),
        },
        rows=tuple(rows),
    )


class _Scales:
    """What a removal takes away, worked out from sets made once."""

    def __init__(self, landscape: Landscape, within_m: float) -> None:
        contexts = landscape.nodes("Context")
        inside = contexts.index[contexts["inside"]]
        work = targeting(landscape)
        work = work[work["context"].isin(inside)]
        services = work[work["id"].str.startswith("service:")]
        self._workers = {str(c): set(ids) for c, ids in services.groupby("context")["id"]}
        level_2 = work[work["level"].isin(["L2", "both"])]
        self._level_2 = {str(c): set(ids) for c, ids in level_2.groupby("context")["id"]}
        self._contexts_of: dict[str, set[str]] = defaultdict(set)
        for id, context in zip(work["id"], work["context"], strict=True):
            self._contexts_of[id].add(context)
        self._capacity = current_services(landscape)["capacity"]
        self.network: Network = partner_pairs(landscape)
        self.joined = set(self.network.ids)
        self._inside = {
            str(id)
            for label in ("Organisation", "Guardian", "Service", "Forum")
            for id in landscape.nodes(label).query("inside").index
        }
        self._reach = reach_of(landscape, within_m)
        self._guardians = landscape.nodes("Guardian").index
        self._counted = guardian_states(landscape).cover
        self._pairs = self._reach.of(self._counted)
        self._used = active_hours(landscape).flags[contexts["inside"].to_numpy(bool)]
        self._open = count_open(self._pairs, self._reach.flags)

    def row(self, about: str, how: str, gone: Removal, paid: Collection[Agreement]) -> dict[str, Any]:
        """Return what goes with a removal."""
        ended = [id for id in gone.because if id in self._capacity.index]
        touched = sorted({context for id in ended for context in self._contexts_of.get(id, ())})
        cut_off = [c for c in touched if self._workers[c] <= gone.nodes]
        places = self._capacity.reindex(ended)
        return {
            "about": about,
            "name": None,
            "how": how,
            "contexts_cut_off": len(cut_off),
            "contexts_without_level_2": sum(c in self._level_2 and self._level_2[c] <= gone.nodes for c in touched),
            "contexts_without_cover": self._without_cover(gone),
            "services": len(ended),
            "places": round(float(places.sum())),
            "guardians": sum(label_of(id) == "Guardian" for id in gone.because),
            "partners_cut_off": self._out_of_touch(gone),
            "pounds": pounds(paid),
            "first_end": min((m.end for m in paid if m.end), default=None),
            "contexts": cut_off,
        }

    def _without_cover(self, gone: Removal) -> int:
        """Return how many contexts lose the last hour with an active guardian who cares."""
        lost = self._counted & self._guardians.isin([id for id in gone.because if label_of(id) == "Guardian"])
        if not lost.any():
            return 0
        left = self._open - count_open(self._reach.of(lost), self._reach.flags)
        had = (self._used & (self._open > 0)).any(axis=1)
        return int((had & ~(self._used & (left > 0)).any(axis=1)).sum())

    def _out_of_touch(self, gone: Removal) -> int:
        taken = self.joined & gone.nodes
        if len(taken) <= 1:  # one search has told what each single partner cuts off
            return sum(self._cut_off.get(id, 0) for id in taken)
        at = self.network.at(taken)
        kept = ~np.isin(self.network.edges, at).any(axis=1)
        after = Network(self.network.ids, self.network.edges[kept])
        return sum(id in self._inside for id, _, _ in out_of_touch(self.network, after, taken))

    @cached_property
    def _cut_off(self) -> dict[str, int]:
        """Cut node -> how many partners inside it cuts off."""
        ids = self.network.ids
        found = cuts(len(ids), self.network.edges)
        inside = np.array([id in self._inside for id in ids], bool)
        return {ids[node]: int(inside[found.members(k)].sum()) for k, node in enumerate(found.nodes.tolist())}
