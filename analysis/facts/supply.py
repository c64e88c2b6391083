"""Which services could people with these needs use, from where, and who lives in reach? Shared by the analyses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.provision import current_services, home_level, homes, positions
from graphmodel.codes import code_list
from graphmodel.errors import UnknownName
from graphmodel.landscape import HOURS, Landscape

AGES = (10, 17)

# The smallest areas with a population are the cells people are counted in.
CELL_LEVELS = ("lsoa", "msoa", "ward", "custom", "local_authority", "region", "country")
TOP_AGE = 120

# Services for none of these are for those who work with, or care for, young people: not to be used by themselves.
_USED_BY_YOUNG_PEOPLE = {"young_people", "young_parents", "peers"}
_LISTS = {
    "group": "groups",
    "harm": "harms",
    "language": "languages",
    "level": "levels",
    "kind": "service_kinds",
    "access": "access",
}
# These lists are open: a borough's own word is as good as ours, if one of its services has it.
_FIELDS_OF_OPEN_LISTS = {"kind": "kind", "language": "languages"}

# Nobody travels to these, wherever they are said to be.
REMOTE = ("online", "home")

# Which services a filter keeps, and of which of these nobody recorded what it asks for.
_Check = tuple[np.ndarray, np.ndarray]


def services_for(
    landscape: Landscape,
    *,
    group: str | None = None,
    age: int | None = None,
    harm: str | None = None,
    language: str | None = None,
    level: str | None = None,
    kind: str | None = None,
    access: str | None = None,
    ages: tuple[int, int] | None = None,
) -> pd.DataFrame:
    """Return the current services that young people with these needs could use, by id, with the column ``unsaid``.

    ``group``: made for it, or for nobody in particular; ``age`` (or any of ``ages``, both included) within its bounds;
    ``harm``: it responds to it, or to none in particular. What nobody recorded of these three excludes no service, and
    is ``unsaid``. ``language``, ``level`` (a service at both counts as each), ``kind`` and ``access`` must be recorded:
    ``left_out`` counts those left out for want of it. Raises UnknownName for a code that is in no list.
    """
    filters = {"group": group, "age": age, "harm": harm, "language": language, "level": level, "kind": kind}
    services, checks = _checked(landscape, {**filters, "access": access, "ages": ages})
    fits, unsaid = np.ones(len(services), bool), np.zeros(len(services), bool)
    for keeps, unknown, must_be_said in checks:
        fits &= (keeps & ~unknown) if must_be_said else keeps
        unsaid |= unknown
    return services.assign(unsaid=unsaid)[fits]


def left_out(landscape: Landscape, **filters: Any) -> int:
    """Return how many services ``services_for`` leaves out only because nobody recorded language, level or access."""
    services, checks = _checked(landscape, filters)
    might, doubtful = np.ones(len(services), bool), np.zeros(len(services), bool)
    for keeps, unknown, must_be_said in checks:
        might &= keeps
        if must_be_said:
            doubtful |= unknown
    return int((might & doubtful).sum())


@dataclass(frozen=True, slots=True)
class Sites:
    """Where services can be reached, one row for each located session of a service, by session id, then service id.

    Online and at home nobody travels to a service: these sessions are not among them.

    ``points`` (m, 2) metres; ``exact`` is False where a confidential one stands at its ward's centre; ``share``
    1 / number of located sessions of the service, and ``capacity`` that share of its places a year, NaN where unknown;
    ``flags`` (m, 168) open hours, ``known`` False where nobody gave them; ``service_index`` rows of the services given.
    """

    sessions: np.ndarray
    services: np.ndarray
    points: np.ndarray
    exact: np.ndarray
    capacity: np.ndarray
    share: np.ndarray
    flags: np.ndarray
    known: np.ndarray
    service_index: np.ndarray

    def take(self, rows: np.ndarray) -> Sites:
        """Return some of the rows, by mask or position."""
        return Sites(*(getattr(self, field.name)[rows] for field in fields(self)))


def sites_of(landscape: Landscape, services: pd.DataFrame, *, hour: int | None = None) -> Sites:
    """Return the located sessions of these services, confidential ones at their ward's centre.

    With ``hour`` (0 is Monday 00:00) those that are known to be open then; the share of a session in its service stays
    what it is over the whole week. Those of unknown hours are ``sites_of(landscape, services)`` where not ``known``.
    """
    links = landscape.links("DELIVERS")[["start", "end"]].drop_duplicates()
    links = links[links["start"].isin(services.index)].sort_values(["end", "start"])
    sessions = landscape.nodes("Session")
    points, exact = positions(landscape, "Session")
    at = sessions.index.get_indexer(pd.Index(links["end"]))
    located = ~np.isnan(points[at, 0]) & ~sessions["kind"].isin(REMOTE).to_numpy(bool)[at]
    at, links = at[located], links[located]
    service = services.index.get_indexer(pd.Index(links["start"])).astype(np.int64)
    share = 1.0 / np.bincount(service, minlength=len(services))[service]
    hours = landscape.hours("Session")
    hidden = (services["sensitivity"] == "confidential").to_numpy(bool)
    sites = Sites(
        sessions=links["end"].to_numpy(object),
        services=links["start"].to_numpy(object),
        points=points[at],
        exact=exact[at] & ~hidden[service],
        capacity=services["capacity"].to_numpy(float)[service] * share,
        share=share,
        flags=hours.flags[at],
        known=hours.known[at],
        service_index=service,
    )
    return sites if hour is None else sites.take(sites.known & (sites.flags[:, hour % HOURS] == 1))


def unplaced(landscape: Landscape, services: pd.DataFrame) -> pd.DataFrame:
    """Return those of these services without a located session: online, at home, or nobody said where."""
    placed = np.unique(sites_of(landscape, services).service_index)
    return services[~np.isin(np.arange(len(services)), placed)]


@dataclass(frozen=True, slots=True)
class Cells:
    """The smallest areas with a population (LSOAs where they are loaded), by id.

    ``points`` (n, 2) metres; ``people`` (n,) of the ages asked for; ``area`` the ward, or what stands for it, that
    holds most of the cell, or None; ``inside`` belongs to the landscape's area; ``stands_in``: has no single years of
    age, so that its residents aged 10-17 stand in.
    """

    ids: np.ndarray
    points: np.ndarray
    people: np.ndarray
    area: np.ndarray
    inside: np.ndarray
    stands_in: np.ndarray
    level: str | None


def cells_of(landscape: Landscape, *, minimum_age: int = AGES[0], maximum_age: int = AGES[1]) -> Cells:
    """Return the cells with their residents of these ages, both included, by official statistics."""
    frame, level = cell_areas(landscape)
    by_age = people_by_age(frame)
    aged = by_age[:, max(minimum_age, 0) : maximum_age + 1].sum(axis=1)
    stands_in = np.isnan(aged)
    area = frame.index.to_series() if level == home_level(landscape) else homes(landscape, "Area").reindex(frame.index)
    return Cells(
        ids=frame.index.to_numpy(object),
        points=frame[["x", "y"]].to_numpy(float),
        people=np.where(stands_in, frame["population_10_17"].to_numpy(float), aged),
        area=area.to_numpy(object),
        inside=frame["inside"].to_numpy(bool),
        stands_in=stands_in,
        level=level,
    )


def cell_areas(landscape: Landscape) -> tuple[pd.DataFrame, str | None]:
    """Return the smallest areas with a population of young people, and their level (None: there are none)."""
    areas = landscape.nodes("Area")
    counted = areas["population_10_17"].notna() | areas["population_by_age"].notna()
    level = next((x for x in CELL_LEVELS if (counted & (areas["level"] == x)).any()), None)
    return areas[counted & (areas["level"] == level)], level


def people_by_age(cells: pd.DataFrame) -> np.ndarray:
    """Return residents by single year of age (n, 120), rows of NaN where a cell has none."""
    found = np.full((len(cells), TOP_AGE), np.nan)
    for i, ages in enumerate(cells["population_by_age"]):
        if ages is not None:
            found[i] = 0.0
            found[i, : len(ages)] = ages[:TOP_AGE]
    return found


def _checked(
    landscape: Landscape, given: dict[str, Any]
) -> tuple[pd.DataFrame, list[tuple[np.ndarray, np.ndarray, bool]]]:
    """Return the current services for young people and, per filter, (keeps, unknown, whether it must be recorded)."""
    filters = {name: given[name] for name in (*_LISTS, "age", "ages") if given.get(name) is not None}
    services = current_services(landscape)
    for name, code in filters.items():
        if name in _LISTS:
            _known_code(name, code, services)
    meets = np.array([for_whom is None or _meets(for_whom) for for_whom in services["for_whom"]], bool)
    services = services[meets]
    return services, list(_checks(services, filters))


def _checks(services: pd.DataFrame, filters: dict[str, Any]) -> Iterator[tuple[np.ndarray, np.ndarray, bool]]:
    for name, value in filters.items():
        if name in ("age", "ages"):
            yield *_ages(services, (value, value) if name == "age" else value), False
        elif name in ("group", "harm"):
            yield *_listed(services["made_for" if name == "group" else "harms"], value), False
        elif name == "language":
            yield *_listed(services["languages"], value), True
        elif name == "access":
            yield *_access(services, value), True
        else:
            yield *_coded(services[name], {value, "both"} if name == "level" else {value}), True


def _meets(for_whom: list[str]) -> bool:
    return not for_whom or not _USED_BY_YOUNG_PEOPLE.isdisjoint(for_whom)


def _listed(column: pd.Series, code: str) -> _Check:
    unknown = np.array([not codes for codes in column], bool)
    return unknown | np.array([code in (codes or ()) for codes in column], bool), unknown


def _coded(column: pd.Series, codes: set[str]) -> _Check:
    unknown = column.isna().to_numpy(bool)
    return unknown | column.isin(codes).to_numpy(bool), unknown


def _access(services: pd.DataFrame, code: str) -> _Check:
    """A service that needs no referral is open to young people themselves, whoever else may refer."""
    keeps, unknown = _coded(services["access"], {code})
    if code != "self":
        return keeps, unknown
    needs_none = np.array([value is True for value in services["open_access"]], bool)
    unknown = unknown & services["open_access"].isna().to_numpy(bool)
    return unknown | needs_none | (services["access"] == code).to_numpy(bool), unknown


def _ages(services: pd.DataFrame, ages: tuple[int, int]) -> _Check:
    lowest, highest = (services[name].to_numpy(float) for name in ("minimum_age", "maximum_age"))
    return ~((lowest > ages[1]) | (highest < ages[0])), np.isnan(lowest) | np.isnan(highest)


def _known_code(name: str, code: str, services: pd.DataFrame) -> None:
    codes = code_list(_LISTS[name])
    if code in codes:
        return
    if name in _FIELDS_OF_OPEN_LISTS:
        column = services[_FIELDS_OF_OPEN_LISTS[name]]
        if any(code == held or (isinstance(held, list) and code in held) for held in column):
            return
    raise UnknownName(f"No {name} is called '{code}'; there are {', '.join(codes)}.")
