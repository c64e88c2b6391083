"""What is here, by area? The landscape map: a shade for the areas, places as marks, partner links as lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pandas as pd

from graphmodel.landscape import Landscape
from views import maps, theme
from views.areas import PostcodeSpot
from views.crowds import Crowd
from views.maps import Bounds, Figure, Mark, Shade
from views.places import LAYERS, PartnerLinks, at_hour, marks, shown

PROVISION, YOUNG_PEOPLE, COMPLETENESS = "provision", "young people", "completeness"
NO_SHADE = "none"
MEASURES = {
    PROVISION: "Services delivered here",
    YOUNG_PEOPLE: "Residents aged 10-17",
    COMPLETENESS: "Recorded, of what the gaps rest on",
}
# How far apart the circles of two layers lie, as a share of the map's width.
_ASIDE = 0.05
CROWD_COLOURS = {
    LAYERS["services"]: theme.KINDS["level_1"][1],
    LAYERS["guardians"]: theme.KINDS["commercial"][1],
    LAYERS["contexts"]: theme.KINDS["context"][1],
}


@dataclass(frozen=True, slots=True)
class Overview:
    """The map, its legends with counts, and what could not be drawn as it was."""

    figure: Figure
    area_title: str
    area_legend: list[tuple[str, str, str, int]]
    place_legend: list[tuple[str, str, str, int]]
    fills: Mapping[str, int]
    notes: list[str]


def services_by_area(landscape: Landscape, level: str) -> dict[str, float | None]:
    """Return area id -> number of services with a session there; None everywhere if no service has a place."""
    areas = _inside(landscape, level)
    services, sessions = shown(landscape.nodes("Service")), shown(landscape.nodes("Session"))
    delivers = landscape.links("DELIVERS")
    held = delivers[delivers["start"].isin(services.index) & delivers["end"].isin(sessions.index)]
    places = held["end"].map(landscape.within("Session", level))
    if not places.notna().any():
        return dict.fromkeys(areas)
    counts = held["start"].groupby(places.to_numpy()).nunique()
    return {area: float(counts.get(area, 0)) for area in areas}


def young_people_by_area(landscape: Landscape, level: str) -> dict[str, float | None]:
    """Return area id -> residents aged 10-17; of an area without a figure, the sum over its LSOAs by their share."""
    frame = landscape.nodes("Area")
    within = landscape.links("WITHIN")
    small = frame[frame["level"].eq("lsoa").to_numpy(bool) & frame["population_10_17"].notna().to_numpy(bool)]
    parts = within[within["start"].isin(small.index)]
    people = parts["start"].map(small["population_10_17"]).astype(float) * parts["share"].astype(float).fillna(1.0)
    summed = people.groupby(parts["end"]).sum()
    own = frame["population_10_17"]
    return {area: _number(own.get(area), summed.get(area)) for area in _inside(landscape, level)}


def completeness_by_area(
    landscape: Landscape, level: str, rows: Sequence[Mapping[str, Any]]
) -> dict[str, float | None]:
    """Return area id -> share that is recorded, of the rows of the analysis; None where it says nothing."""
    told = {row["area"]: row["complete"] for row in rows if row["about"] == "area"}
    return {area: told.get(area) for area in _inside(landscape, level)}


def area_names(landscape: Landscape) -> dict[str, str]:
    """Return area id -> name."""
    return {str(id): str(name) for id, name in landscape.nodes("Area")["name"].items()}


def overview(
    shade: Shade | None,
    rows: Sequence[pd.DataFrame],
    partners: PartnerLinks | None,
    *,
    bounds: Bounds | None,
    view: str,
    hour: int | None = None,
    picked: str | None = None,
    crowds: Sequence[Crowd | None] = (),
    pin: PostcodeSpot | None = None,
    edge: Sequence[Sequence[tuple[float, float]]] = (),
) -> Overview:
    """Return the map of a shade, the rows of the layers that are on, and the partner links if they are.

    At an hour, what is closed is left out, and what has no known hours is drawn apart. A layer with a crowd (one for
    each of ``rows``, or none at all) is drawn as counts by area. ``pin`` is a postcode to show, ``edge`` the lines
    around an area somebody made.
    """
    notes: list[str] = []
    classes = maps.classify(shade) if shade else None
    traces = maps.area_traces(shade, classes) if shade and classes else []
    traces += maps.outline_trace(edge)
    held: list[Mark] = []
    counted: dict[str, Crowd] = {}
    for layer, crowd in zip_longest(rows, crowds):
        if crowd is not None:
            counted[str(layer["layer"].iloc[0])] = crowd
            notes += _crowd_words(str(layer["layer"].iloc[0]), crowd)
            notes += _closed_words(layer, hour)
            continue
        held += marks(layer if hour is None else at_hour(layer))
        if unplaced := len(layer) - int(layer["longitude"].notna().sum()):
            notes.append(f"{layer['layer'].iloc[0]} without a point, in the table only: {unplaced:,}.")
        notes += _closed_words(layer, hour)
    traces += _crowd_traces(counted, bounds)
    traces += maps.line_traces(partners.lines) if partners else []
    traces += maps.mark_traces(held)
    chosen = next((mark for mark in held if mark.id == picked), None)
    if chosen:
        traces += maps.picked_trace(chosen.longitude, chosen.latitude)
    if pin:
        traces += maps.pin_trace(pin.longitude, pin.latitude, pin.name)
    figure = maps.figure(traces, bounds or maps.bounds_of((m.longitude, m.latitude) for m in held), view=view)
    told = classes.legend() if shade and classes and not shade.outline_only else []
    fills = Counter(mark.fill for mark in held if mark.group in ("commercial", "community"))
    return Overview(
        figure, shade.title if shade else "", told, [*maps.mark_legend(held), *_crowd_legend(counted)], fills, notes
    )


def _crowd_traces(crowds: Mapping[str, Crowd], bounds: Bounds | None) -> list[dict[str, Any]]:
    """Return the circles of the layers, on one scale and side by side."""
    most = max((circle.count for crowd in crowds.values() for circle in crowd.circles), default=1)
    step = (bounds[2] - bounds[0]) * _ASIDE if bounds else 0
    traces = []
    for place, (layer, crowd) in enumerate(crowds.items()):
        aside = (place - (len(crowds) - 1) / 2) * step
        traces += maps.circle_trace(crowd.circles, layer, CROWD_COLOURS[layer], most=most, aside=aside)
    return traces


def _crowd_legend(crowds: Mapping[str, Crowd]) -> list[tuple[str, str, str, int]]:
    """Return the legend's entries of the layers that are counted by area, with the sum of their circles."""
    return [
        (CROWD_COLOURS[layer], theme.HALF, f"{layer}, counted by {crowd.level}", sum(c.count for c in crowd.circles))
        for layer, crowd in crowds.items()
    ]


def _crowd_words(layer: str, crowd: Crowd) -> list[str]:
    """Return what to say of a layer that is counted by area."""
    said = [
        f"{layer}: too many to draw each, so one circle per {crowd.level} stands for all in it; "
        "the larger the circle, the more there are."
    ]
    if crowd.elsewhere:
        said.append(f"{layer} in no area that is loaded, in the table only: {crowd.elsewhere:,}.")
    return said


def _closed_words(layer: pd.DataFrame, hour: int | None) -> list[str]:
    closed = 0 if hour is None else sum(state is False for state in layer["open"])
    return [f"{layer['layer'].iloc[0]} closed then, not drawn: {closed:,}."] if closed else []


def shade_of(geometry: str, values: Mapping[str, float | None], names: Mapping[str, str], measure: str) -> Shade | None:
    """Return the shade of a measure, or None if there is no area to draw."""
    if not values:
        return None
    ends = theme.PROVISION
    return Shade(geometry, values, names, MEASURES[measure], ends, share=measure == COMPLETENESS)


def _inside(landscape: Landscape, level: str) -> list[str]:
    areas = landscape.nodes("Area")
    held = areas[areas["inside"].to_numpy(bool) & areas["level"].eq(level).to_numpy(bool)]
    return [str(id) for id in held.index]


def _number(own: float | None, summed: float | None) -> float | None:
    for value in (own, summed):
        if value is not None and value == value:
            return float(value)
    return None
