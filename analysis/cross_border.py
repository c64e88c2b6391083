"""Which provision is used across a border? Services delivered in one area for people of another, and what pays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from analysis.facts.agreements import Agreement, agreements
from analysis.facts.provision import current_services, home_level
from analysis.facts.supply import REMOTE
from analysis.results import Result, known
from graphmodel.codes import code_list
from graphmodel.disclosure import RoundedPeople, add_people, round_people
from graphmodel.errors import UnknownName
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

OUTSIDE, PARTLY, HERE, NO_TRAVEL, NOT_KNOWN = "outside", "partly", "here", "no_travel", "not_known"
STATES = (OUTSIDE, PARTLY, HERE, NO_TRAVEL, NOT_KNOWN)
# Where an organisation is registered says little about which ward its money comes from.
MONEY_LEVELS = ("country", "region", "local_authority", "custom")
_CONFIDENTIAL = "confidential"
_AUTHORITY = "local_authority"

_WHOM = (
    "A service is for people of an area where a link from it to that area (SERVES) says so; one for a larger area "
    "crosses no border inside it."
)
_ONCE = (
    "People are as each service counts them, and one person may use several. Where no count is recorded, that a "
    "service is for an area does not say that people of it come."
)
_OPEN = "Confidential services, sessions and bodies are left out."


def cross_border(landscape: Landscape, *, border: str | None = None) -> Result:
    """Return which services people of one area use in another, both ways, and which agreements cross the border.

    ``border`` is a level of areas: local authorities where several are loaded, else wards (or what stands for them).
    Rows, told apart by ``about``: ``area`` (counts for each area of that level that is looked at), ``use`` (a service
    for people of an area, ``state`` outside, partly, or not_known where it is delivered), ``money`` (a current
    agreement between bodies of different areas; of local authorities and larger only). Raises UnknownName for a level
    there is not.
    """
    level = _level(landscape, border)
    ground = _Ground(landscape, level)
    uses = ground.uses()
    crossing = [use.row(ground) for use in uses if ground.looked_at(use) and use.state in (OUTSIDE, PARTLY, NOT_KNOWN)]
    money, unknown = _money(ground) if level in MONEY_LEVELS else ([], 0)
    areas = [_area_row(ground, area, uses) for area in ground.chosen]
    return Result(
        name="cross_border",
        parameters={"border": level},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=tuple(_caveats(ground, level, unknown)),
        sources=tuple(landscape.sources(["Service", "Session"], ["SERVES", "DELIVERS", "FUNDS", "COMMISSIONS"])),
        summary={
            "areas": len(areas),
            **{f"uses_{state}": sum(row[state] for row in areas) for state in STATES},
            "services_for_whom_not_recorded": len(ground.for_nobody_said),
            "agreements_across": len(money) if level in MONEY_LEVELS else None,
            "agreements_not_known": unknown if level in MONEY_LEVELS else None,
        },
        rows=(*areas, *crossing, *money),
    )


def _level(landscape: Landscape, border: str | None) -> str:
    if border is not None:
        if border not in code_list("area_levels"):
            raise UnknownName(f"No level is called '{border}'; there are {', '.join(code_list('area_levels'))}.")
        return border
    several = (landscape.nodes("Area")["level"] == _AUTHORITY).sum() > 1
    return _AUTHORITY if several else home_level(landscape)


@dataclass(slots=True)
class _Use:
    """A service for people of an area: how that is said, how many, and where its sessions are."""

    service: str
    area: str
    bases: set[str] = field(default_factory=set)
    periods: set[str] = field(default_factory=set)
    people: list[RoundedPeople] = field(default_factory=list)
    outside: tuple[str, ...] = ()
    sessions_outside: int = 0
    sessions_inside: int = 0
    sessions_not_known: int = 0
    remote: bool = False

    @property
    def state(self) -> str:
        if self.sessions_outside:
            return PARTLY if self.sessions_inside else OUTSIDE
        if self.sessions_inside:
            return HERE
        return NOT_KNOWN if self.sessions_not_known or not self.remote else NO_TRAVEL

    def row(self, ground: _Ground) -> dict[str, Any]:
        """Return what is said of this use; ``delivered_in`` leaves out what lies in no loaded area."""
        name, kind = ground.service_names[self.service]
        return {
            "about": "use",
            "service": self.service,
            "name": name,
            "kind": kind,
            "used_by": self.area,
            "used_by_name": ground.names[self.area],
            "delivered_in": list(self.outside),
            "delivered_in_names": [ground.names[area] for area in self.outside],
            "state": self.state,
            "sessions_outside": self.sessions_outside,
            "sessions_inside": self.sessions_inside,
            "sessions_not_known": self.sessions_not_known,
            "bases": sorted(self.bases),
            **_told(self.people),
            "period": "; ".join(sorted(self.periods)) or None,
        }


class _Ground:
    """The areas of one level, the services that run, and where their sessions are; confidential ones left out."""

    def __init__(self, landscape: Landscape, level: str) -> None:
        self.landscape, self.level = landscape, level
        areas = landscape.nodes("Area")
        self.names = {str(id): str(name) for id, name in areas["name"].items()}
        self._level_of = areas["level"].to_dict()
        self._above = landscape.within("Area", level).to_dict()
        own = areas[(areas["level"] == level).to_numpy(bool)]
        self.chosen = [str(id) for id in own.index[own["inside"]]]
        if not self.chosen and landscape.area in self._above:
            # What is looked at is smaller: the border is that of the area it lies in.
            self.chosen = [self._above[landscape.area]]
        services = current_services(landscape)
        services = services[(services["sensitivity"] != _CONFIDENTIAL).to_numpy(bool)]
        self.service_names = {
            str(id): (str(name), known(kind))
            for id, name, kind in zip(services.index, services["name"], services["kind"], strict=True)
        }

    def looked_at(self, use: _Use) -> bool:
        """Return whether a use is one by, or in, an area that is looked at."""
        return not {use.area, *use.outside}.isdisjoint(self.chosen)

    def area_of(self, id: str) -> str | None:
        """Return the area of the level that an area is, or lies in; None for a larger one."""
        return id if self._level_of.get(id) == self.level else self._above.get(id)

    def uses(self) -> list[_Use]:
        """Return every service for people of an area of the level, by area and service."""
        found: dict[tuple[str, str], _Use] = {}
        threshold = self.landscape.settings.threshold
        for link in self.landscape.links("SERVES").to_dict("records"):
            area = self.area_of(link["end"])
            if area is None or link["start"] not in self.service_names:
                continue
            use = found.setdefault((area, link["start"]), _Use(link["start"], area))
            use.bases.update(filter(None, [known(link["basis"])]))
            use.periods.update(filter(None, [known(link["period"])]))
            if "people" in (known(link["suppressed"]) or ()):
                use.people.append(RoundedPeople(None, 1, threshold - 1))
            elif (people := known(link["people"])) is not None:
                use.people.append(round_people(int(people), threshold))
        for use in found.values():
            self._place(use)
        return [found[key] for key in sorted(found)]

    def _place(self, use: _Use) -> None:
        at = self.sessions.get(use.service, ())
        travelled = [where for where in at if where is not NO_TRAVEL]
        elsewhere = [where for where in travelled if where not in (use.area, NOT_KNOWN)]
        use.outside = tuple(sorted({where for where in elsewhere if where in self.names}))
        use.sessions_outside = len(elsewhere)
        use.sessions_inside = travelled.count(use.area)
        use.sessions_not_known = travelled.count(NOT_KNOWN)
        use.remote = bool(at) and not travelled

    @cached_property
    def sessions(self) -> dict[str, list[str]]:
        """Service -> of each session the area of the level; or NO_TRAVEL, NOT_KNOWN, OUTSIDE what is loaded."""
        frame = self.landscape.nodes("Session")
        within = self.landscape.within("Session", self.level)
        # Where no session with a point lies in an area of the level, its outlines are not loaded.
        drawn = bool(frame["x"].notna().reindex(within.index).any())
        hidden = set(frame.index[(frame["sensitivity"] == _CONFIDENTIAL).to_numpy(bool)])
        where: dict[str, str] = {}
        for id, kind, x in zip(frame.index, frame["kind"], frame["x"], strict=True):
            beyond = OUTSIDE if drawn and x == x and x is not None else NOT_KNOWN
            where[str(id)] = NO_TRAVEL if kind in REMOTE else str(within.get(id, beyond))
        found: dict[str, list[str]] = defaultdict(list)
        delivers = self.landscape.links("DELIVERS")[["start", "end"]].drop_duplicates()
        for service, session in zip(delivers["start"], delivers["end"], strict=True):
            found[service].append(NOT_KNOWN if session in hidden else where.get(session, NOT_KNOWN))
        return found

    @cached_property
    def for_nobody_said(self) -> set[str]:
        """Services delivered in an area that is looked at, of which nobody recorded for people of which area."""
        told = set(self.landscape.links("SERVES")["start"])
        return {
            id for id in self.service_names.keys() - told if not set(self.chosen).isdisjoint(self.sessions.get(id, ()))
        }


def _area_row(ground: _Ground, area: str, uses: Iterable[_Use]) -> dict[str, Any]:
    """Return how many services people of an area use where, and how many delivered in it others use."""
    own = [use for use in uses if use.area == area]
    across = [use for use in own if use.state in (OUTSIDE, PARTLY)]
    others = [use for use in uses if use.area != area and area in use.outside]
    return {
        "about": "area",
        "area": area,
        "name": ground.names[area],
        "services_for_it": len(own),
        **{state: sum(use.state == state for use in own) for state in STATES},
        **_told([count for use in across for count in use.people]),
        "people_not_recorded": sum(not use.people for use in across),
        "delivered_in_it": sum(area in where for id, where in ground.sessions.items() if id in ground.service_names),
        "used_by_others": len({use.service for use in others}),
        **{f"others_{name}": count for name, count in _told([c for use in others for c in use.people]).items()},
        "others_people_not_recorded": sum(not use.people for use in others),
        "for_whom_not_recorded": sum(area in ground.sessions.get(id, ()) for id in ground.for_nobody_said),
    }


def _told(counts: list[RoundedPeople]) -> dict[str, int | None]:
    """Return people as they may be said, with the range they are in where some were withheld; None: none recorded."""
    people, lower, upper = add_people(counts) if counts else (None, None, None)
    return {"people": people, "people_at_least": lower, "people_at_most": upper}


def _money(ground: _Ground) -> tuple[list[dict[str, Any]], int]:
    """Return the current agreements that cross the border, and of how many it is not known whether they do."""
    landscape = ground.landscape
    homes = landscape.within("Organisation", ground.level).to_dict()
    bodies: dict[Any, Mapping[Any, Any]] = {}
    for label in ("Organisation", "Programme", "Service", "Guardian"):
        bodies |= landscape.nodes(label)[["name", "sensitivity", "inside"]].to_dict("index")
    areas_of: dict[str, set[str]] = defaultdict(set)
    for use in ground.uses():
        areas_of[use.service] |= {use.area, *use.outside}
    for service, sessions in ground.sessions.items():
        areas_of[service] |= {where for where in sessions if where in ground.names or where == OUTSIDE}
    rows, unknown = [], 0
    for agreement in agreements(landscape):
        ends = [bodies.get(id, {}) for id in (agreement.payer, agreement.recipient)]
        if not agreement.current(landscape.as_of) or any(each.get("sensitivity") == _CONFIDENTIAL for each in ends):
            continue
        pays = homes.get(agreement.payer)
        home = homes.get(agreement.recipient)
        paid = areas_of[agreement.recipient] if label_of(agreement.recipient) == "Service" else {home} - {None}
        if pays is None or not paid:
            unknown += any(bool(each.get("inside")) for each in ends)
        elif pays not in paid and not {pays, *paid}.isdisjoint(ground.chosen):
            rows.append(_agreement_row(ground, agreement, [str(each.get("name")) for each in ends], pays, paid))
    return rows, unknown


def _agreement_row(ground: _Ground, agreement: Agreement, ends: list[str], pays: str, paid: set[Any]) -> dict[str, Any]:
    payer, recipient = ends
    return {
        "about": "money",
        "type": agreement.type,
        "payer": agreement.payer,
        "payer_name": payer,
        "payer_area": pays,
        "payer_area_name": ground.names[pays],
        "recipient": agreement.recipient,
        "recipient_name": recipient,
        "recipient_areas": sorted(paid & ground.names.keys()),
        "recipient_area_names": [ground.names[area] for area in sorted(paid & ground.names.keys())],
        "pounds": agreement.amount,
        "passed_on": agreement.onward,
        "end": agreement.end,
        "source_row": agreement.source_row,
    }


def _caveats(ground: _Ground, level: str, unknown: int) -> Iterable[str]:
    label = code_list("area_levels")[level].lower()
    if not ground.chosen:
        yield f"No area of the level {label} is loaded here: there is no border to cross."
    yield _WHOM
    yield _ONCE
    yield _OPEN
    if ground.for_nobody_said:
        yield (
            f"Of {len(ground.for_nobody_said)} services delivered here nobody recorded for people of which area they "
            "are: who comes from elsewhere is not known."
        )
    if level not in MONEY_LEVELS:
        yield "Money is compared for local authorities and larger areas only: a register's address says no ward."
    elif unknown:
        yield f"Of {unknown} agreements an end has no recorded area: whether they cross the border is not known."
