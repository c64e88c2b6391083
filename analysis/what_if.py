"""What is lost if one organisation, funder, chain or link goes? The landscape with and without it, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.coverage import coverage, level_2_by_targets
from analysis.facts.agreements import Agreement, agreements, pounds, share_of
from analysis.facts.needs import eligible
from analysis.facts.network import NETWORK_CAVEAT, partner_pairs
from analysis.facts.provision import current_services, targeting
from analysis.facts.removal import ENDS_RULE, TAKEN_OUT, Removal, not_recorded, removal
from analysis.facts.supply import cells_of, sites_of
from analysis.fragility import out_of_touch
from analysis.kernels.pairs import pairs_within
from analysis.pathways import HELP, police_only
from analysis.results import ORDINARY_WEEK, STRAIGHT_LINE, Result
from analysis.roles import pathway_roles
from analysis.scene import Scene
from graphmodel.landscape import WALK_M, Landscape
from graphmodel.schema import label_of

# In the order they are shown.
KINDS = (
    "cover",
    "response",
    "service",
    "guardian",
    "capacity",
    "reach",
    "need",
    "money",
    "partner",
    "path",
    "role",
    "gap",
)

AT_WORK, LEVEL_2 = "services and actions that work on a place", "responses at Level 2 that work on a place"

_ROUTES = {"help": "help", "police_only": "police only", "nowhere": "nowhere", "nobody_recorded": "nobody"}


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that is less, or other, afterwards. ``last``: nothing of it is left."""

    kind: str
    about: str
    what: str
    before: int | float | str | None
    after: int | float | str | None
    last: bool
    because: str | None = None
    name: str | None = None
    area: str | None = None


def what_if(
    landscape: Landscape, *, without: str = "", within_m: float = 400, ends_below: float = 0.0, gaps: bool = False
) -> Result:
    """Return what is lost without these: one row per thing that is less afterwards, nothing for what stays as it is.

    ``without`` holds ids, with spaces or commas between them (a chain's name may hold spaces: ``brand:Late Bite``).
    What ends with them is ``removal.ENDS_RULE``; the rest is looked at twice, with and without. Numbers of people are
    residents by official statistics. With ``gaps`` the gap list is made twice too: rows of kind ``gap`` are new there,
    or fall shorter. Raises UnknownName, InputError for what cannot be taken out.
    """
    names = names_in(without)
    gone = removal(landscape, names, ends_below=ends_below) if names else Removal((), {}, frozenset(), (), ends_below)
    return losses_of(landscape, gone, within_m=within_m, gaps=gaps)


def losses_of(landscape: Landscape, gone: Removal, *, within_m: float = 400, gaps: bool = False) -> Result:
    """Return what is lost with a removal, as ``what_if`` does."""
    sides = Sides(landscape, gone.of(landscape), gone, within_m)
    losses = [loss for find in (*_FINDERS, *((_gaps,) if gaps else ())) for loss in find(sides)]
    order = {kind: i for i, kind in enumerate(KINDS)}
    losses.sort(key=lambda loss: (order[loss.kind], loss.what, not loss.last, -_by_how_much(loss), loss.about))
    rows = [_row(sides, loss) for loss in losses]
    return Result(
        name="what_if",
        parameters={
            "without": list(gone.named),
            "within_m": float(within_m),
            "ends_below": float(gone.ends_below),
            "gaps": gaps,
        },
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(landscape, gone, rows),
        sources=tuple(landscape.sources(types=())),
        summary=_summary(sides, rows),
        rows=tuple(rows),
    )


def names_in(text: str) -> list[str]:
    """Return the ids in a text: commas divide them, and so do spaces before something with a colon."""
    found: list[str] = []
    for part in text.split(","):
        words: list[str] = []
        for word in part.split():
            if ":" in word or not words or not words[0].casefold().startswith("brand:"):
                found += [" ".join(words)] if words else []
                words = []
            words.append(word)
        found += [" ".join(words)] if words else []
    return found


class Sides:
    """The landscape before and after, and what the questions about the two of them share."""

    def __init__(self, before: Landscape, after: Landscape, gone: Removal, within_m: float) -> None:
        self.before, self.after, self.gone, self.within_m = before, after, gone, within_m
        self.scene = Scene(before, within_m=within_m, k=1)

    def agreements(self) -> list[Agreement]:
        """Return the agreements that are current beforehand."""
        return [m for m in agreements(self.before) if m.current(self.before.as_of)]

    def lost(self, label: str) -> list[str]:
        """Return the ids of a label that are gone, in order."""
        return sorted(id for id in self.gone.because if label_of(id) == label)

    def ended(self) -> list[str]:
        """Return the services that ran beforehand, belong to the area and are gone."""
        services = current_services(self.before)
        running = services.index[services["inside"]]
        return [id for id in self.lost("Service") if id in running]

    def concerns(self, area: str) -> bool:
        """Return whether an area belongs to the one that is looked at, or holds it."""
        whole = self.before.area
        return whole is None or area in self.scene.areas_inside or area in self.scene.wholes(whole)

    def inside(self, label: str) -> set[str]:
        """Return the ids of a label that belong to the area."""
        frame = self.scene.frame(label)
        return set(frame.index[frame["inside"]])


def _by_how_much(loss: Loss) -> float:
    if isinstance(loss.before, str) or isinstance(loss.after, str):
        return 0.0
    return float((loss.before or 0) - (loss.after or 0))


def _row(sides: Sides, loss: Loss) -> dict[str, Any]:
    area = loss.area or sides.scene.home(loss.about)
    return {
        "kind": loss.kind,
        "about": loss.about,
        "name": loss.name or sides.scene.name(loss.about),
        "area": area,
        "area_name": sides.scene.name(area) if area else None,
        "what": loss.what,
        "before": loss.before,
        "after": loss.after,
        "last": loss.last,
        "because": loss.because,
    }


def _cover(sides: Sides) -> Iterator[Loss]:
    """Yield contexts with fewer hours in which an active guardian who cares is there."""
    taken = any(label_of(id) == "Guardian" for id in sides.gone.because)
    if not taken and not sides.gone.links:
        return
    before, after = (coverage(side, within_m=sides.within_m) for side in (sides.before, sides.after))
    for id, rows in _side_by_side(before.rows, after.rows, "context"):
        then, now = (_covered(row) for row in rows)
        if now < then:
            yield Loss("cover", id, "hours a week with an active guardian", then, now, not now)
            continue
        then, now = (int(row["hours_unknown"]) for row in rows)
        if now < then:
            yield Loss("cover", id, "hours a week with a guardian whose hours are unknown", then, now, not now)


def _covered(row: Mapping[str, Any]) -> int:
    return int(row["hours_used"] - row["hours_uncovered"] - row["hours_unknown"])


def _side_by_side(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], key: str
) -> Iterator[tuple[str, tuple[Mapping[str, Any], Mapping[str, Any]]]]:
    then = {row[key]: row for row in after}
    for row in before:
        if row[key] in then:
            yield row[key], (row, then[row[key]])


def _response(sides: Sides) -> Iterator[Loss]:
    """Yield contexts on which fewer services and actions work, and those without any at Level 2 then."""
    inside = sides.inside("Context")
    counts = [targeting(side).groupby("context")["id"].nunique().to_dict() for side in (sides.before, sides.after)]
    for context, n in sorted(counts[0].items()):
        left = counts[1].get(context, 0)
        if context in inside and left < n:
            yield Loss("response", context, AT_WORK, int(n), int(left), not left)
    level_2 = [level_2_by_targets(side) for side in (sides.before, sides.after)]
    for context, n in sorted(level_2[0].items()):
        if context in inside and context not in level_2[1]:
            yield Loss("response", context, LEVEL_2, n, 0, True)


def _services(sides: Sides) -> Iterator[Loss]:
    """Yield the services that end."""
    for id in sides.ended():
        yield Loss("service", id, "services that end", "runs", "ends", True, sides.gone.because[id])


def _guardians(sides: Sides) -> Iterator[Loss]:
    """Yield the guardians that go, if anything had come of them: venues nobody has met are counted in the summary."""
    frame = sides.scene.frame("Guardian")
    for id in sides.lost("Guardian"):
        stage = frame["stage"][id]
        if isinstance(stage, str) and frame["inside"][id]:
            why = None if sides.gone.because[id] == TAKEN_OUT else sides.gone.because[id]
            yield Loss("guardian", id, "guardians that go", stage, "gone", True, why)


def _capacity(sides: Sides) -> Iterator[Loss]:
    """Yield by area the places a year of its services: those whose places, areas and contexts lie there."""
    services = current_services(sides.before)
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for id, places in services["capacity"].items():
        area = sides.scene.home(str(id))
        if area and places == places and sides.concerns(area):
            totals[area][0] += places
            totals[area][1] += 0.0 if id in sides.gone.because else places
    for area, (before, after) in sorted(totals.items()):
        if after < before:
            yield Loss(
                "capacity",
                area,
                "places a year of the services there",
                round(before),
                round(after),
                not after,
                area=area,
            )


def _reach(sides: Sides) -> Iterator[Loss]:
    """Yield by ward the people aged 10-17 with a located service within a walk of 35 minutes."""
    if not any(label_of(id) in ("Service", "Session") for id in sides.gone.because) and not sides.gone.links:
        return
    cells = cells_of(sides.before)
    reached = []
    for side in (sides.before, sides.after):
        sites = sites_of(side, current_services(side))
        reached.append(pairs_within(cells.points, sites.points, WALK_M).counts > 0)
    lost = reached[0] & ~reached[1] & cells.inside
    people = np.nan_to_num(cells.people)
    for area in sorted({area for area in cells.area[lost] if area}):
        here = (cells.area == area) & cells.inside
        before, after = (round(float(people[here & some].sum())) for some in reached)
        what = "young people with a service within a 35-minute walk"
        yield Loss("reach", area, what, before, after, not after, area=area)


def _needs(sides: Sides) -> Iterator[Loss]:
    """Yield estimates of need that no service is left for."""
    if not sides.ended():
        return
    needs = sides.scene.inside("Need")
    choices = [eligible(side, needs, match_kind=True)[1] for side in (sides.before, sides.after)]
    services = [choice.fits.sum(axis=1)[choice.asks] for choice in choices]
    for id, before, after in zip(needs.index, *services, strict=True):
        if before and not after:
            yield Loss("need", str(id), "services for an estimate of need", int(before), 0, True)


def _money(sides: Sides) -> Iterator[Loss]:
    """Yield who stays and loses money: pounds of the agreements that are current, before and after."""
    held: dict[str, list[Agreement]] = defaultdict(list)
    for m in sides.agreements():
        held[m.recipient].append(m)
    lost = {m.id for m in sides.gone.money}
    inside = {id for label in ("Service", "Organisation", "Programme", "Guardian") for id in sides.inside(label)}
    for id, current in sorted(held.items()):
        part = [m for m in current if m.id in lost]
        if id in sides.gone.because or not part or id not in inside:
            continue
        share = share_of(part, current)
        stays = [m for m in current if m.id not in lost]
        because = f"{share:.0%} of its recorded money" if share is not None else None
        yield Loss("money", id, "pounds of current agreements", pounds(current), pounds(stays), not stays, because)


def _partners(sides: Sides) -> Iterator[Loss]:
    """Yield partners who are no longer joined to the largest part that is left of their network."""
    inside = {id for label in ("Organisation", "Guardian", "Service", "Forum") for id in sides.inside(label)}
    before, after = partner_pairs(sides.before), partner_pairs(sides.after)
    for id, then, now in out_of_touch(before, after, sides.gone.nodes):
        if id in inside:
            yield Loss("partner", id, "partners it is joined to", then, now, not now)


def _paths(sides: Sides) -> Iterator[Loss]:
    """Yield guardians and contexts that no longer reach help, or through more hands."""
    then, now = (police_only(side, within_m=sides.within_m).rows for side in (sides.before, sides.after))
    for id, (before, after) in _side_by_side(then, now, "id"):
        if before["route"] != HELP:
            continue
        if after["route"] != HELP:
            yield Loss("path", id, "way to help", _ROUTES[HELP], _ROUTES[after["route"]], True)
        elif after["hand_offs"] > before["hand_offs"]:
            yield Loss("path", id, "hand-offs to help", before["hand_offs"], after["hand_offs"], False)


def _roles(sides: Sides) -> Iterator[Loss]:
    """Yield the roles of a pathway that nobody is left for."""
    then, now = (
        [{**row, "key": f"{row['programme']} {row['stage']}:{row['role']}"} for row in pathway_roles(side).rows]
        for side in (sides.before, sides.after)
    )
    for _, (before, after) in _side_by_side(then, now, "key"):
        if before["partners"] and not after["partners"]:
            what = f"partners for {before['stage']}: {before['role']}"
            yield Loss("role", before["programme"], what, len(before["partners"]), 0, True)


def _gaps(sides: Sides) -> Iterator[Loss]:
    """Yield evidenced gaps that are new, or fall shorter; what would be missing data then is none of these."""
    from analysis.gaps import gaps

    then, now = (
        {gap.id: gap for gap in gaps(side, within_m=sides.within_m).evidenced} for side in (sides.before, sides.after)
    )
    for id, gap in sorted(now.items()):
        before, after = (round(100 * gaps_[id].shortfall) if id in gaps_ else 0 for gaps_ in (then, now))
        if after > before:
            what = "gaps that are new or wider, percent short"
            yield Loss("gap", gap.about, what, before, after, after == 100, name=gap.text, area=gap.area)


_FINDERS = (
    _cover,
    _response,
    _services,
    _guardians,
    _capacity,
    _reach,
    _needs,
    _money,
    _partners,
    _paths,
    _roles,
)


def _summary(sides: Sides, rows: list[dict[str, Any]]) -> dict[str, Any]:
    places = current_services(sides.before)["capacity"].reindex(sides.ended())
    by_kind = {kind: sum(row["kind"] == kind for row in rows) for kind in KINDS}
    return {
        "taken_out": list(sides.gone.named),
        "contexts_losing_last_cover": sum(row["kind"] == "cover" and row["last"] for row in rows),
        "contexts_losing_last_response": sum(row["what"] == AT_WORK and row["last"] for row in rows),
        "contexts_losing_level_2": sum(row["what"] == LEVEL_2 for row in rows),
        "services_ended": len(places),
        "places_ended": round(float(places.sum())),
        "services_ended_of_unknown_places": int(places.isna().sum()),
        "guardians_gone": len(sides.lost("Guardian")),
        "pounds_lost": pounds(sides.gone.money),
        "rows_by_kind": {kind: n for kind, n in by_kind.items() if n},
    }


def _caveats(landscape: Landscape, gone: Removal, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    if not gone.named:
        return ("Nothing was taken out: say what, as in -p without=org:example-trust.",)
    said = [ENDS_RULE, *not_recorded(landscape), STRAIGHT_LINE, NETWORK_CAVEAT]
    if not rows:
        said.insert(0, "Nothing is recorded to hang on it. That does not mean that nothing would be lost.")
    if any(row["kind"] == "cover" for row in rows):
        said += [ORDINARY_WEEK, "Cover counts guardians who care. It says nothing of how safe a place is."]
    if gone.money:
        said.append("Pounds are whole agreements that are current, not a year's; money passed on is not counted twice.")
    return (*said, "Nobody knows what would take its place: this says what is recorded to hang on it.")
