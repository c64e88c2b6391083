"""What falls short of what people need, and which part of it proves so? One largest flow for many questions at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.facts.needs import (
    Demand,
    Eligible,
    Ground,
    eligible,
    options_of,
    reach,
    recorded_demand,
    resident_demand,
    rows_of,
)
from analysis.kernels.flow import UNLIMITED, Served, bottlenecks, max_served
from analysis.kernels.pairs import Pairs, from_rows
from graphmodel.errors import InputError
from graphmodel.landscape import WALK_M, Landscape

LEAST, GIVEN, MOST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Problem:
    """People at spots, current services, and which of them they could use.

    ``capacity`` (services,) places a year, ``UNLIMITED`` where unknown (``known`` False). ``homes`` is the ward of
    every spot; ``needs_nowhere`` and ``services_nowhere`` are left out, for nobody recorded where they are.
    """

    needs: pd.DataFrame
    demand: Demand
    services: pd.DataFrame
    choice: Eligible
    options: Pairs
    capacity: np.ndarray
    known: np.ndarray
    homes: list[str]
    has_population: bool
    needs_nowhere: tuple[str, ...]
    services_nowhere: np.ndarray


@dataclass(frozen=True, slots=True)
class Part:
    """One bottleneck: rows of the demand, the only services they could use, and how many people are left over."""

    rows: np.ndarray
    services: np.ndarray
    need: int
    unserved: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Answer for some rows of the demand by themselves.

    ``need`` and ``unserved`` (3,): the least, as given, and the most; ``services`` could serve them; ``beyond`` of the
    people as given have no service at all in reach; ``parts`` prove that ``unserved`` as given cannot be less.
    """

    rows: np.ndarray
    services: np.ndarray
    need: tuple[int, int, int]
    unserved: tuple[int, int, int]
    beyond: int
    parts: tuple[Part, ...]


def problem_of_needs(
    landscape: Landscape,
    *,
    catchment_m: float = WALK_M,
    served_areas: bool = True,
    match_kind: bool = True,
    inside_only: bool = False,
) -> Problem:
    """Return the problem of all needs recorded; with ``inside_only`` that of the people inside the landscape's area."""
    ground, needs = Ground(landscape), landscape.nodes("Need")
    demand, nowhere = recorded_demand(landscape, ground, needs)
    if inside_only:
        demand = demand.take(ground.inside(demand.spots)[demand.spot])
    services, choice = eligible(landscape, needs, match_kind=match_kind)
    in_reach = reach(landscape, ground, demand.spots, services, catchment_m=catchment_m, served_areas=served_areas)
    return _problem(ground, needs, demand, services, choice, *in_reach, tuple(nowhere))


def problem_of_residents(
    landscape: Landscape, services: pd.DataFrame, *, catchment_m: float = WALK_M, served_areas: bool = True
) -> Problem:
    """Return the problem of the residents aged 10-17 inside the area and these services."""
    ground = Ground(landscape)
    demand = resident_demand(ground)
    demand = demand.take(ground.inside(demand.spots)[demand.spot])
    unsaid = services["unsaid"].to_numpy(bool)[None, :]
    choice = Eligible(np.zeros(1, np.int64), np.ones((1, len(services)), bool), unsaid)
    in_reach = reach(landscape, ground, demand.spots, services, catchment_m=catchment_m, served_areas=served_areas)
    return _problem(ground, landscape.nodes("Need").iloc[:0], demand, services, choice, *in_reach, ())


def _problem(
    ground: Ground,
    needs: pd.DataFrame,
    demand: Demand,
    services: pd.DataFrame,
    choice: Eligible,
    in_reach: Pairs,
    nowhere: np.ndarray,
    needs_nowhere: tuple[str, ...],
) -> Problem:
    places = services["capacity"].to_numpy(float)
    known = ~np.isnan(places)
    _refuse_negative(services, "capacity")
    for name in ("people", "lower", "upper"):
        _refuse_negative(needs, name)
    capacity = np.full(len(services), UNLIMITED)
    capacity[known] = places[known].astype(np.int64)
    return Problem(
        needs=needs,
        demand=demand,
        services=services,
        choice=choice,
        options=options_of(demand, in_reach, choice),
        capacity=capacity,
        known=known,
        homes=ground.homes(demand.spots),
        has_population=ground.has_population,
        needs_nowhere=needs_nowhere,
        services_nowhere=nowhere,
    )


def _refuse_negative(frame: pd.DataFrame, name: str) -> None:
    wrong = frame.index[frame[name].to_numpy(float) < 0]
    if len(wrong):
        row = frame["source_row"].get(wrong[0])
        where = f" ({row})" if isinstance(row, str) else ""
        raise InputError(f"{wrong[0]}{where} has {name} {frame[name][wrong[0]]:g}; a count cannot be below 0.")


def each_need(problem: Problem) -> dict[str, Shortfall]:
    """Return need -> its shortfall, each alone with all the places. One without people or a place is left out."""
    found = zip(problem.needs.index, shortfalls(problem, rows_of_each(problem)), strict=True)
    return {str(id): answer for id, answer in found if len(answer.rows)}


def rows_of_each(problem: Problem) -> list[np.ndarray]:
    """Return the rows of the demand of every need, which follow one another."""
    edges = np.searchsorted(problem.demand.need, np.arange(len(problem.needs) + 1))
    return [np.arange(*edges[n : n + 2]) for n in range(len(problem.needs))]


def shortfalls(problem: Problem, groups: Sequence[np.ndarray]) -> list[Shortfall]:
    """Return the shortfall of each group of rows of the demand (positions, ascending), each as if it were alone.

    Each group has all the services to itself, so that all are one flow problem without a link between them. At least:
    the least of every need, and services of unknown capacity without limit; as given: the same with the figures given;
    at most: the most of every need, and one place at each service of unknown capacity.
    """
    rows = np.concatenate([*groups, np.empty(0, np.int64)]).astype(np.int64)
    group = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    row, service = rows_of(problem.options, rows)
    width = max(len(problem.services), 1)
    own, column = np.unique(group[row] * width + service, return_inverse=True)
    pairs = from_rows(row, column, len(rows))
    unlimited = problem.capacity[own % width]
    one_each = np.where(problem.known, problem.capacity, 1)[own % width]
    people = problem.demand.people[:, rows]
    given = max_served(people[GIVEN], unlimited, pairs)
    same = np.array_equal(people[LEAST], people[GIVEN])
    least = given if same else max_served(people[LEAST], unlimited, pairs)
    most = max_served(people[MOST], one_each, pairs)
    left = people - np.stack([_flow_of(case, pairs) for case in (least, given, most)])
    cell_part, service_part = bottlenecks(given, pairs)
    out_of_reach = (pairs.counts == 0) & (people[GIVEN] > 0)
    cell_part[out_of_reach] = -1  # who can use nothing are one part together
    answers = []
    first_row = np.searchsorted(group, np.arange(len(groups) + 1))
    first_service = np.searchsorted(own, np.arange(len(groups) + 1) * width)
    for g in range(len(groups)):
        mine, theirs = slice(*first_row[g : g + 2]), slice(*first_service[g : g + 2])
        alone = out_of_reach[mine]
        places = [(alone, np.zeros(theirs.stop - theirs.start, bool))] if alone.any() else []
        numbers = np.unique(cell_part[mine][cell_part[mine] >= 0]) if left[GIVEN, mine].any() else ()
        places += [(cell_part[mine] == n, service_part[theirs] == n) for n in numbers]
        services = own[theirs] % width
        parts = [
            _part(rows[mine][cells], services[at], people[GIVEN, mine][cells], unlimited[theirs][at])
            for cells, at in places
        ]
        answers.append(
            Shortfall(
                rows=rows[mine],
                services=services,
                need=_three(people[:, mine]),
                unserved=_three(left[:, mine]),
                beyond=int(people[GIVEN, mine][alone].sum()),
                parts=tuple(parts),
            )
        )
    return answers


def _part(rows: np.ndarray, services: np.ndarray, people: np.ndarray, places: np.ndarray) -> Part:
    return Part(rows, services, int(people.sum()), int(people.sum() - places.sum()))


def _three(counts: np.ndarray) -> tuple[int, int, int]:
    least, given, most = counts.sum(axis=1).tolist()
    return least, given, most


def _flow_of(served: Served, pairs: Pairs) -> np.ndarray:
    return np.bincount(pairs.rows, weights=served.flow, minlength=len(pairs.counts)).astype(np.int64)
