"""Can a guardian or a place reach help, through how many hands, and through police only? Followed link by link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from analysis.coverage import reach_of
from analysis.facts.network import NETWORK_CAVEAT, PASSING_ON, dealings, network_of
from analysis.facts.provision import current_services, targeting
from analysis.kernels.connectivity import chain, immediate_dominators
from analysis.kernels.paths import path, steps_to
from analysis.results import STRAIGHT_LINE, Result, known
from graphmodel.landscape import Landscape

HELP, POLICE_ONLY, NOWHERE, NOBODY = "help", "police_only", "nowhere", "nobody_recorded"
DECLARED, PERCEIVED = "declared", "perceived"

# From the least formal on; where nobody said how firm a link is, nobody can count on it.
FORMALITIES = ("not_recorded", "informal", "protocol", "contract")
AGREED = FORMALITIES.index("protocol")

# Bodies a young person can be helped by; a private firm or a university passes on, but is not help by itself.
_HELPING_SECTORS = ("statutory", "voluntary", "community", "faith")
_HELPING_FORUMS = ("safeguarding_partners", "panel")


@dataclass(frozen=True)
class Ways:
    """Who passes a worry or a young person on to whom: ids in order, directed edges (e, 2) as positions, each once.

    ``formality`` (e,): the firmest of the links between the two, as position in ``FORMALITIES``; ``declared`` (e,): one
    of them was declared; ``goals`` and ``police``: positions.
    """

    ids: tuple[str, ...]
    edges: np.ndarray
    formality: np.ndarray
    declared: np.ndarray
    goals: np.ndarray
    police: np.ndarray

    def route(self, starts: Iterable[str]) -> dict[str, Any]:
        """Return how these reach a goal without passing police: the way with fewest hands, of several the first by id.

        ``route`` help, police_only or nowhere; ``hand_offs``; ``hand_offs_agreed``: the fewest by protocol or contract
        alone; ``path`` ids; ``formality`` of its least formal link; ``basis`` perceived if a link of it is only that.
        """
        at = sorted(self.position[id] for id in starts if id in self.position)
        steps, onward = self._to_goal
        agreed, _ = self._agreed
        able = [i for i in at if steps[i] >= 0]
        keys = ("route", "hand_offs", "hand_offs_agreed", "path", "formality", "basis")
        found: dict[str, Any] = dict.fromkeys(keys)
        if not able:
            found["route"] = POLICE_ONLY if any(self._to_police[0][i] >= 0 for i in at) else NOWHERE
            return found
        first = min(able, key=lambda i: (steps[i], i))
        nodes = path(onward, first)
        found["route"] = HELP
        found["hand_offs"] = int(steps[first])
        found["hand_offs_agreed"] = min((int(agreed[i]) for i in at if agreed[i] >= 0), default=None)
        found["path"] = [self.ids[i] for i in nodes]
        found["formality"], found["basis"] = self.firmness(found["path"])
        return found

    def firmness(self, ids: Sequence[str]) -> tuple[str | None, str | None]:
        """Return the formality of the least formal link of a way, and perceived if one of them is only that."""
        edges = [self._edge[self.position[a], self.position[b]] for a, b in pairwise(ids)]
        if not edges:
            return None, None
        basis = DECLARED if self.declared[edges].all() else PERCEIVED
        return FORMALITIES[int(self.formality[edges].min())], basis

    def through(self, starts: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
        """Return for each name whom every one of its ways to a goal goes through, in their order.

        ``starts`` name -> where its ways begin. These are dominators of the network turned round, with the goals as its
        sources: one tree for all (Lengauer & Tarjan 1979).
        """
        n, names = len(self.ids), list(starts)
        first = [
            (n + i, self.position[id]) for i, name in enumerate(names) for id in starts[name] if id in self.position
        ]
        edges = np.concatenate([self.edges, np.array(first, np.int64).reshape(-1, 2)])
        open_ = ~np.isin(edges, self.police).any(axis=1)
        tree = immediate_dominators(n + len(names), edges[open_][:, ::-1], np.setdiff1d(self.goals, self.police))
        return {name: [self.ids[k] for k in chain(tree, n + i)] for i, name in enumerate(names)}

    @cached_property
    def position(self) -> dict[str, int]:
        """Id -> position."""
        return {id: i for i, id in enumerate(self.ids)}

    @cached_property
    def _edge(self) -> dict[tuple[int, int], int]:
        return {(a, b): e for e, (a, b) in enumerate(self.edges.tolist())}

    @cached_property
    def _to_goal(self) -> tuple[np.ndarray, np.ndarray]:
        return steps_to(len(self.ids), self.edges, self.goals, self.police)

    @cached_property
    def _agreed(self) -> tuple[np.ndarray, np.ndarray]:
        return steps_to(len(self.ids), self.edges[self.formality >= AGREED], self.goals, self.police)

    @cached_property
    def _to_police(self) -> tuple[np.ndarray, np.ndarray]:
        return steps_to(len(self.ids), self.edges, self.police)


def ways_to(landscape: Landscape, goals: Iterable[str], police: Iterable[str], more: Iterable[str] = ()) -> Ways:
    """Return the ways by which partners pass on to these goals; ``more`` are ids that may stand alone."""
    links = dealings(landscape, PASSING_ON, fields=("formality", "basis"))
    goals, police = sorted(set(goals)), sorted(set(police))
    network = network_of(zip(links["start"], links["end"], strict=True), {*goals, *police, *more})
    rank = links["formality"].map({name: i for i, name in enumerate(FORMALITIES)}).fillna(0).to_numpy(np.int64)
    n = max(len(network.ids), 1)
    keys, which = np.unique(network.edges[:, 0] * n + network.edges[:, 1], return_inverse=True)
    formality, declared = np.zeros(len(keys), np.int64), np.zeros(len(keys), bool)
    np.maximum.at(formality, which, rank)
    np.logical_or.at(declared, which, (links["basis"] != PERCEIVED).to_numpy(bool))
    edges = np.column_stack([keys // n, keys % n])
    return Ways(
        network.ids, edges, formality, declared, *(np.array(network.at(ids), np.int64) for ids in (goals, police))
    )


def routes_of(landscape: Landscape, more: Iterable[str] = ()) -> Ways:
    """Return the ways to help that are recorded.

    Help is a service that runs, a statutory, voluntary, community or faith organisation, a safeguarding partnership or
    a panel. Police are organisations with that role, the services they run, and services only police can refer to.
    """
    organisations, services, forums = (landscape.nodes(label) for label in ("Organisation", "Service", "Forum"))
    police: set[str] = {
        str(id) for id, codes in organisations["role_codes"].items() if codes is not None and "police" in codes
    }
    runs = landscape.links("RUNS")
    police |= {id for id in runs["end"][runs["start"].isin(police)] if id.startswith("service:")}
    police |= set(services.index[services["access"] == "police_only"].tolist())
    help_ids: set[str] = set(current_services(landscape).index.tolist())
    help_ids |= set(organisations.index[organisations["sector"].isin(_HELPING_SECTORS)].tolist())
    help_ids |= set(forums.index[forums["kind"].isin(_HELPING_FORUMS)].tolist())
    return ways_to(landscape, help_ids - police, police, more)


def entries_of(landscape: Landscape, *, within_m: float = 400) -> dict[str, list[str]]:
    """Return inside context -> who stands there for it: active guardians, who runs it, services that work on it."""
    contexts, guardians = landscape.nodes("Context"), landscape.nodes("Guardian")
    inside = contexts.index[contexts["inside"]]
    reach = reach_of(landscape, within_m)
    present = reach.of((guardians["stage"] == "active").to_numpy(bool))
    found: dict[str, set[str]] = {id: set() for id in inside}
    for row, guardian in zip(present.rows, reach.guardian[present.indices], strict=True):
        found[inside[row]].add(guardians.index[guardian])
    work = targeting(landscape)
    runs = landscape.links("RUNS")
    for context, id in (*zip(work["context"], work["id"], strict=True), *zip(runs["end"], runs["start"], strict=True)):
        if context in found and not id.startswith("action:"):
            found[context].add(id)
    return {context: sorted(ids) for context, ids in found.items()}


def police_only(landscape: Landscape, *, within_m: float = 400) -> Result:
    """Say of every active guardian and every context inside whether help is reached, how, and through whom alone.

    ``route`` is help (without passing police), police_only (every recorded path ends at or leads through police),
    nowhere (no path), or nobody_recorded (a context where nobody stands who could pass anything on). ``hand_offs`` is
    the fewest, over escalation and referral links, and ``path`` the way; ``through`` are those whom every way to help
    goes through. ``escalation_links`` counts a guardian's own.
    """
    guardians, contexts = landscape.nodes("Guardian"), landscape.nodes("Context")
    active = guardians[guardians["inside"] & (guardians["stage"] == "active")]
    entries = entries_of(landscape, within_m=within_m)
    starts = {**{str(id): [str(id)] for id in active.index}, **entries}
    ways = routes_of(landscape, (id for ids in starts.values() for id in ids))
    through = ways.through(starts)
    escalations = dealings(landscape, ["ESCALATES_TO"])["start"].value_counts().to_dict()
    rows = []
    for label, frame in (("Guardian", active), ("Context", contexts[contexts["inside"]])):
        for id, name, kind in zip(frame.index, frame["name"], frame["kind"], strict=True):
            answer = ways.route(starts[id])
            if label == "Context" and not entries[id]:
                answer["route"] = NOBODY
            rows.append(
                {
                    "id": id,
                    "label": label,
                    "name": known(name),
                    "kind": known(kind),
                    **answer,
                    "through": [other for other in through[id] if other != id],
                    "entries": list(starts[id]),
                    "escalation_links": int(escalations.get(id, 0)) if label == "Guardian" else None,
                }
            )
    return Result(
        name="pathways",
        parameters={"within_m": float(within_m)},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(NETWORK_CAVEAT, STRAIGHT_LINE),
        sources=tuple(landscape.sources(["Guardian", "Context"], [*PASSING_ON, "RUNS", "TARGETS"])),
        summary=_summary(rows),
        rows=tuple(rows),
    )


def _summary(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    counts = {
        f"{label.lower()}s_{way}": 0
        for label in ("Guardian", "Context")
        for way in (HELP, POLICE_ONLY, NOWHERE, NOBODY)
        if (label, way) != ("Guardian", NOBODY)
    }
    alone = {"guardians_no_escalation": 0, "guardians_through_one": 0, "contexts_through_one": 0}
    for row in rows:
        counts[f"{row['label'].lower()}s_{row['route']}"] += 1
        alone[f"{row['label'].lower()}s_through_one"] += bool(row["through"])
        alone["guardians_no_escalation"] += row["escalation_links"] == 0
    return {**counts, **alone}
