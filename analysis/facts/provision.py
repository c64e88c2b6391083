"""Which guardians count, where are they, and which responses reach a context? Shared by the analyses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from graphmodel.landscape import Landscape

# Social settings without a place: nothing is near them, only linked.
NO_PLACE = ("peer_group", "online")
# Levels at which a place that has no point is still placed, and at which gaps are gathered: the first that is loaded.
HOME_LEVELS = ("ward", "msoa", "custom", "local_authority", "lsoa", "region", "country")
_WIDER_LEVELS = ("local_authority", "region", "country")
NOT_YET_APPROACHED = "identified"
NO_ENGAGEMENT = "no engagement recorded"
# How far a venue has come: the further, the sooner it can be a guardian.
STAGES_BEFORE_ACTIVE = ("trained", "agreed", "engaged", "approached", "identified")


@dataclass(frozen=True, slots=True)
class GuardianStates:
    """Per guardian, in the order of ``nodes("Guardian")``, bool (n,).

    ``cover``: counts as cover (active, training in date, stance care, not said to be unwelcoming). Of the active and
    trained the rest are ``watch`` (stance report or enforce), ``stance_unknown`` and ``unwelcoming``; ``lapsed`` are at
    stage active with training out of date or nobody trained. ``engaged``: some engagement was recorded.
    """

    cover: np.ndarray
    watch: np.ndarray
    stance_unknown: np.ndarray
    unwelcoming: np.ndarray
    lapsed: np.ndarray
    training_unknown: np.ndarray
    engaged: np.ndarray


def guardian_states(landscape: Landscape) -> GuardianStates:
    """Return who counts. A training date nobody gave does not stop a guardian from counting; a lapsed one does."""
    guardians = landscape.nodes("Guardian")
    stage, stance = guardians["stage"], guardians["stance"]
    is_active = (stage == "active").to_numpy(bool)
    lapsed = is_active & (
        before(guardians["trained_until"], landscape.as_of) | (guardians["staff_trained"] == 0).to_numpy(bool)
    )
    able = is_active & ~lapsed
    unwelcoming = able & (guardians["young_people_say"] == "unwelcoming").to_numpy(bool)
    welcome = able & ~unwelcoming
    caring = (stance == "care").to_numpy(bool)
    watching = stance.isin(["report", "enforce"]).to_numpy(bool)
    return GuardianStates(
        cover=welcome & caring,
        watch=welcome & watching,
        stance_unknown=welcome & ~caring & ~watching,
        unwelcoming=unwelcoming,
        lapsed=lapsed,
        training_unknown=able & guardians["trained_until"].isna().to_numpy(bool),
        engaged=stage.notna().to_numpy(bool),
    )


def may_become_active(guardians: pd.DataFrame) -> np.ndarray:
    """Return the venues that may be suggested as a next guardian: not active yet, none that anything speaks against.

    Not those that declined or lapsed, report or enforce, that young people say are unwelcoming, or that are
    confidential: the name of such a place would say where it is.
    """
    stage = guardians["stage"]
    willing = stage.isna() | stage.isin(STAGES_BEFORE_ACTIVE)
    barred = (guardians["young_people_say"] == "unwelcoming") | guardians["stance"].isin(["report", "enforce"])
    return (willing & ~barred & (guardians["sensitivity"] != "confidential")).to_numpy(bool)


def before(days: pd.Series, day: date) -> np.ndarray:
    """Return where a date is known and earlier than ``day``."""
    return np.array([isinstance(value, date) and value < day for value in days], bool)


def positions(landscape: Landscape, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Return (n, 2) metres of contexts, guardians or sessions, and whether each is its own point.

    A confidential place has no point in the store: it stands at the inner point of its ward (or MSOA), and no distance
    to it is shown. Social settings, and places nobody located, are NaN.
    """
    frame = landscape.nodes(label)
    points = frame[["x", "y"]].to_numpy(float, copy=True)
    exact = ~np.isnan(points[:, 0])
    stands_in = (frame["sensitivity"] == "confidential").to_numpy(bool) & ~exact
    if label == "Context":
        stands_in &= ~frame["kind"].isin(NO_PLACE).to_numpy(bool)
    if stands_in.any():
        centres = landscape.nodes("Area")[["x", "y"]]
        for level in ("msoa", "ward"):
            area = landscape.within(label, level).reindex(frame.index).to_numpy()
            here = stands_in & pd.notna(area)
            points[here] = centres.reindex(area[here]).to_numpy(float)
    return points, exact


def home_level(landscape: Landscape) -> str:
    """Return the level at which gaps are gathered: the ward, or what stands for it where none is loaded."""
    loaded = set(landscape.nodes("Area")["level"].unique())
    return next((level for level in HOME_LEVELS if level in loaded), "ward")


def homes(landscape: Landscape, label: str) -> pd.Series:
    """Return for each node of a label the id of its area at the home level, else of the next wider one, or None."""
    index = landscape.nodes(label).index
    found = pd.Series(None, index=index, dtype=object)
    for level in dict.fromkeys((home_level(landscape), *_WIDER_LEVELS)):
        found = found.where(found.notna(), landscape.within(label, level).reindex(index).astype(object))
    return found.where(found.notna(), None)


def current_services(landscape: Landscape) -> pd.DataFrame:
    """Return the services that run: status active, or not said."""
    services = landscape.nodes("Service")
    return services[services["status"].isna() | (services["status"] == "active")]


def targeting(landscape: Landscape) -> pd.DataFrame:
    """Return who works on which context: id (service or action), context, level, approach.

    The link's own level and approach hold; else the service's. Services that do not run, and actions cancelled, are
    left out.
    """
    links = landscape.links("TARGETS")[["start", "end", "level", "approach"]]
    links = links.rename(columns={"start": "id", "end": "context"})
    services = current_services(landscape)
    actions = landscape.nodes("Action")
    going = set(services.index) | set(actions.index[actions["status"] != "cancelled"])
    links = links[links["id"].isin(going)].reset_index(drop=True)
    for field in ("level", "approach"):
        links[field] = links[field].fillna(links["id"].map(services[field]))
    return links
