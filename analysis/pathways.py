"""Can a guardian or a place reach help, through how many hands, and through police only? Followed link by link."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.coverage import reach_of
from analysis.network import NETWORK_CAVEAT, PASSING_ON, passing_on
from analysis.provision import current_services, targeting
from analysis.results import STRAIGHT_LINE, Result, known
from graphmodel.landscape import Landscape

if TYPE_CHECKING:
    import networkx as nx

HELP, POLICE_ONLY, NOWHERE, NOBODY = "help", "police_only", "nowhere", "nobody_recorded"

# Bodies a young person can be helped by; a private firm or a university passes on, but is not help by itself.
_HELPING_SECTORS = ("statutory", "voluntary", "community", "faith")
_HELPING_FORUMS = ("safeguarding_partners", "panel")


@dataclass(frozen=True, slots=True)
class Routes:
    """Where help is, and where police are, among the partners: ids."""

    graph: nx.DiGraph[str]
    help: frozenset[str]
    police: frozenset[str]

    def from_any(self, starts: Iterable[str]) -> tuple[str, int | None]:
        """Return what the starts reach (help, police_only, nowhere), and the fewest hand-offs to help."""
        return route(self.graph, starts, self.help, self.police)


def route(
    graph: nx.DiGraph[str], starts: Iterable[str], help: frozenset[str], police: frozenset[str]
) -> tuple[str, int | None]:
    """Kernel: go breadth first from ``starts``, never onward from police; a start that is help needs no hand-off."""
    waiting = deque((id, 0) for id in sorted(set(starts)))
    seen = {id for id, _ in waiting}
    met_police = False
    while waiting:
        id, steps = waiting.popleft()
        if id in police:
            met_police = True
            continue
        if id in help:
            return HELP, steps
        for following in sorted(graph.successors(id)) if id in graph else ():
            if following not in seen:
                seen.add(following)
                waiting.append((following, steps + 1))
    return (POLICE_ONLY if met_police else NOWHERE), None


def routes_of(landscape: Landscape) -> Routes:
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
    return Routes(passing_on(landscape), frozenset(help_ids - police), frozenset(police))


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
    """Say of every active guardian and every context inside whether help is reached, and through whom.

    ``route`` is help (without passing police), police_only (every recorded path ends at or leads through police),
    nowhere (no path), or nobody_recorded (a context where nobody stands who could pass anything on). ``hand_offs`` is
    the fewest, breadth first over escalation and referral links.
    """
    routes = routes_of(landscape)
    guardians, contexts = landscape.nodes("Guardian"), landscape.nodes("Context")
    active = guardians[guardians["inside"] & (guardians["stage"] == "active")]
    rows = [_row(id, "Guardian", fields, routes.from_any([id])) for id, fields in _fields(active)]
    entries = entries_of(landscape, within_m=within_m)
    for id, fields in _fields(contexts[contexts["inside"]]):
        answer = routes.from_any(entries[id]) if entries[id] else (NOBODY, None)
        rows.append({**_row(id, "Context", fields, answer), "entries": entries[id]})
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


def _fields(frame: Any) -> Iterable[tuple[str, tuple[Any, Any]]]:
    return zip(frame.index, zip(frame["name"], frame["kind"], strict=True), strict=True)


def _row(id: str, label: str, fields: tuple[Any, Any], answer: tuple[str, int | None]) -> dict[str, Any]:
    name, kind = fields
    return {
        "id": id,
        "label": label,
        "name": known(name),
        "kind": known(kind),
        "route": answer[0],
        "hand_offs": answer[1],
        "entries": [id],
    }


def _summary(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    counts = {
        f"{label.lower()}s_{way}": 0
        for label in ("Guardian", "Context")
        for way in (HELP, POLICE_ONLY, NOWHERE, NOBODY)
        if (label, way) != ("Guardian", NOBODY)
    }
    for row in rows:
        counts[f"{row['label'].lower()}s_{row['route']}"] += 1
    return counts
