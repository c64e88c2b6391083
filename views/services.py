"""Which services are there, and which of them could be used? A directory with filters that tells unknown from none.

Confidential services, and confidential sessions of others, are left out of everything here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.availability import FOUR_WEEKS, services_here
from analysis.facts.supply import REMOTE
from graphmodel.codes import code_list
from graphmodel.landscape import HOURS, Landscape
from views.gaplist import confidential_names
from views.places import is_missing, label, place_rows, shown
from views.publishing import publishable_rows

NOT_RECORDED = "not recorded"
HIDDEN_NAME = "a confidential place"

# What a filter says of a service.
YES, NO, UNKNOWN = 1, 0, -1

AFTER_SCHOOL, WEEKEND, HOLIDAYS, THEN = "after_school", "weekend", "holidays", "then"
OPEN_AT = {
    AFTER_SCHOOL: "After school",
    WEEKEND: "At a weekend",
    HOLIDAYS: "In school holidays",
    THEN: "At the chosen hour",
}
LONG_WAIT, SHORT_WAIT = "over", "within"
WAITS = {LONG_WAIT: "Over four weeks", SHORT_WAIT: "Four weeks or less"}


@dataclass(frozen=True, slots=True)
class Facet:
    """What services can be filtered by: the name in the address, the words on the page, the field and its codes."""

    name: str
    label: str
    column: str
    codes: str

    def options(self, services: pd.DataFrame) -> dict[str, str]:
        """Return code -> label: the code list, then what these services say beside it."""
        listed = code_list(self.codes)
        said = {code for value in services[self.column] for code in codes_of(value)}
        return listed | {code: code for code in sorted(said - listed.keys())}


FACETS = {
    facet.name: facet
    for facet in (
        Facet("kind", "Kind", "kind", "service_kinds"),
        Facet("group", "Made for", "made_for", "groups"),
        Facet("language", "Language", "languages", "languages"),
        Facet("harm", "Harm it responds to", "harms", "harms"),
        Facet("for_whom", "Used by", "for_whom", "for_whom"),
        Facet("access", "Who can refer", "access", "access"),
        Facet("level", "Level", "level", "levels"),
        Facet("approach", "Approach", "approach", "approaches"),
        Facet("lens", "Lens", "lens", "lenses"),
        Facet("tier", "Tier", "tier", "tiers"),
        Facet("purpose", "Purpose", "purposes", "purposes"),
    )
}
AGE, OPEN, WAIT = "age", "open_at", "wait"
LABELS = {**{name: facet.label for name, facet in FACETS.items()}, AGE: "Age", OPEN: "Open", WAIT: "Waiting"}
# The filters that ``landscape analyse availability`` has too.
IN_ANALYSIS = ("group", AGE, "harm", "language", "level", "kind", "access", "purpose")

COLUMNS = {
    "name": "Name",
    "fits": "Fits",
    "metres": "Metres, straight line",
    "kind": "Kind",
    "level": "Level",
    "for_whom": "For whom",
    "ages": "Ages",
    "access": "Who can refer",
    "languages": "Languages",
    "hours": "Hours",
    "open_then": "Open then",
    "capacity": "Places a year",
    "wait": "Wait (days)",
    "area": "Area",
    "source": "Source",
}


# What is said of all services together: words, what is not recorded without them, filter and value.
_TOLD = (
    ("can be asked for by young people themselves", "who can refer", "access", "self"),
    ("change the context (Level 2)", "level", "level", "L2"),
    ("open after school", "hours", OPEN, AFTER_SCHOOL),
    ("open at a weekend", "hours at weekends", OPEN, WEEKEND),
    ("open in school holidays", "hours in school holidays", OPEN, HOLIDAYS),
)


@dataclass(frozen=True, slots=True)
class Directory:
    """The services that run here, by name.

    ``services`` has the fields as recorded, ``table`` the same in words, both by id; ``places`` a row for each session
    as on the map; ``weeks`` id -> (hours, hours in holidays) of each session, 168 flags or None; ``points`` session
    points in metres; ``not_running`` how many are planned, paused or ended.
    """

    services: pd.DataFrame
    table: pd.DataFrame
    places: pd.DataFrame
    weeks: Mapping[str, Sequence[tuple[str | None, str | None]]]
    points: pd.DataFrame
    not_running: int


@dataclass(frozen=True, slots=True)
class Found:
    """What passes the filters: ``fits`` those of which all that was asked for is recorded, ``unrecorded`` those of
    which something is not (id -> which filters), ``others`` how many do not fit.
    """

    fits: tuple[str, ...]
    unrecorded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: int = 0


def directory(landscape: Landscape) -> Directory:
    """Return the services that run in the area, and those of which nobody said where they are."""
    here = services_here(landscape)
    held = here[(here["sensitivity"] != "confidential").to_numpy(bool)]
    held = held.sort_values("name", kind="stable")
    open_ = shown(landscape.nodes("Service"))
    places = place_rows(landscape, "services")
    places = places[places["id"].isin(held.index)].reset_index(drop=True)
    weeks, points = _sessions(landscape, held)
    return Directory(
        services=held,
        table=_table(landscape, held, places),
        places=_masked(places, hidden_names(landscape)),
        weeks=weeks,
        points=points,
        not_running=len(open_) - int(open_.index.isin(held.index).sum()),
    )


def in_short(landscape: Landscape) -> str:
    """Return in a few words what there is: how many services, asked for by whom, changing what, open when."""
    held = directory(landscape)
    told, silent = [], []
    for said, missing, name, value in _TOLD:
        states = state(held, name, value)
        unknown = int((states == UNKNOWN).sum())
        if unknown == len(states):
            silent.append(missing)
        else:
            told.append(f"{int((states == YES).sum()):,} {said}" + f" ({NOT_RECORDED}: {unknown:,})" * bool(unknown))
    text = f"{len(held.services):,} services run here" + (f": {', '.join(told)}." if told else ".")
    return text + (f" Not recorded of any: {', '.join(silent)}." if silent else "")


def sources(landscape: Landscape) -> list[dict[str, Any]]:
    """Return the datasets behind the directory."""
    return landscape.sources(("Service", "Session"), ("DELIVERS", "SERVES", "TARGETS", "RUNS"))


def hidden_names(landscape: Landscape) -> tuple[str, ...]:
    """Return the names that must not be shown, longest first."""
    return tuple(confidential_names(landscape))


def hidden_services(landscape: Landscape) -> frozenset[str]:
    """Return the ids of confidential services, wherever they are known."""
    frame = landscape.nodes("Service")
    return frozenset(frame.index[(frame["sensitivity"] == "confidential").to_numpy(bool)])


def without_names(text: Any, names: Sequence[str]) -> Any:
    """Return a text with names that must not be shown taken out; anything else as it is."""
    if isinstance(text, str):
        for name in names:
            text = text.replace(name, HIDDEN_NAME)
    return text


# --- filters --------------------------------------------------------------------------------------------------


def find(held: Directory, asked: Mapping[str, Any], hour: int | None = None) -> Found:
    """Return the services that pass: ``asked`` is facet -> code, age -> years, open_at and wait -> one of theirs.

    ``hour`` is the hour of the week that "then" means; without one that filter asks for nothing.
    """
    wanted = {name: value for name, value in asked.items() if value is not None}
    if hour is None and wanted.get(OPEN) == THEN:
        del wanted[OPEN]
    states = {name: state(held, name, value, hour) for name, value in wanted.items()}
    ids = [str(id) for id in held.services.index]
    if not states:
        return Found(tuple(ids))
    grid = np.stack(list(states.values()))
    out, sure = (grid == NO).any(axis=0), (grid == YES).all(axis=0)
    names = list(states)
    doubtful = {
        ids[at]: tuple(names[row] for row in np.flatnonzero(grid[:, at] == UNKNOWN))
        for at in np.flatnonzero(~out & ~sure)
    }
    return Found(tuple(ids[at] for at in np.flatnonzero(sure)), doubtful, int(out.sum()))


def state(held: Directory, name: str, value: Any, hour: int | None = None) -> np.ndarray:
    """Return per service YES, NO, or UNKNOWN where nobody recorded what this filter asks for, int8 (n,)."""
    services = held.services
    if name == AGE:
        return _ages(services, int(value))
    if name == WAIT:
        return _waits(services, value == LONG_WAIT)
    if name == OPEN:
        return np.array([_open(held.weeks.get(str(id), ()), str(value), hour) for id in services.index], np.int8)
    codes = {value, "both"} if name == "level" else {value}
    found = np.array([_says(each, codes) for each in services[FACETS[name].column]], np.int8)
    if name == "access" and value == "self":
        found = _without_referral(found, services["open_access"])
    return found


def codes_of(value: Any) -> Sequence[str]:
    """Return the codes of a cell: a list, one code, or none."""
    if isinstance(value, list):
        return value
    return () if is_missing(value) else (str(value),)


def _says(value: Any, codes: set[str]) -> int:
    said = codes_of(value)
    return UNKNOWN if not said else YES if codes.intersection(said) else NO


def _without_referral(found: np.ndarray, open_access: pd.Series) -> np.ndarray:
    """Return the same with services that need no referral: they are open to young people, whoever else may refer."""
    told = [value is True for value in open_access]
    silent = [is_missing(value) for value in open_access]
    # Known to need a referral, by whom nobody recorded: not by young people themselves, as the analysis has it.
    return np.where(told, YES, np.where((found == UNKNOWN) & ~np.array(silent, bool), NO, found)).astype(np.int8)


def _ages(services: pd.DataFrame, age: int) -> np.ndarray:
    lowest, highest = (services[name].to_numpy(float) for name in ("minimum_age", "maximum_age"))
    apart = (lowest > age) | (highest < age)
    return np.where(apart, NO, np.where(np.isnan(lowest) | np.isnan(highest), UNKNOWN, YES)).astype(np.int8)


def _waits(services: pd.DataFrame, long: bool) -> np.ndarray:
    days = services["wait_days"].to_numpy(float)
    return np.where(np.isnan(days), UNKNOWN, np.where((days > FOUR_WEEKS) == long, YES, NO)).astype(np.int8)


_HOUR, _DAY = np.arange(HOURS) % 24, np.arange(HOURS) // 24
_TIMES = {
    AFTER_SCHOOL: np.flatnonzero((_DAY < 5) & (_HOUR >= 15) & (_HOUR < 19)),
    WEEKEND: np.flatnonzero(_DAY >= 5),
    HOLIDAYS: np.arange(HOURS),
}


def _open(weeks: Sequence[tuple[str | None, str | None]], time: str, hour: int | None) -> int:
    """Return whether a session of these hours is open at a time; NO only where the hours of all are known."""
    held = [holiday if time == HOLIDAYS else week for week, holiday in weeks]
    hours = [hour or 0] if time == THEN else _TIMES[time]
    if any(week is not None and any(week[at] == "1" for at in hours) for week in held):
        return YES
    return NO if held and all(week is not None for week in held) else UNKNOWN


# --- nearest --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a postcode or a place is: its usual spelling, degrees, metres, and what the map calls it."""

    name: str
    longitude: float
    latitude: float
    x: float
    y: float
    label: str = ""


def postcodes(landscape: Landscape) -> dict[str, Spot]:
    """Return the postcodes of the area and what surrounds it, by their letters and digits alone."""
    frame = landscape.nodes("Postcode")
    return {spelled(spot.name): replace(spot, label=f"Postcode {spot.name}") for spot in _spots(frame)}


def places_named(landscape: Landscape) -> dict[str, list[Spot]]:
    """Return the venues, schools, stops and other places that have a point, by their name in small letters."""
    found: dict[str, list[Spot]] = {}
    for kind in ("Guardian", "Context"):
        for spot in _spots(shown(landscape.nodes(kind))):
            found.setdefault(spot.name.casefold(), []).append(spot)
    return found


def _spots(frame: pd.DataFrame) -> list[Spot]:
    frame = frame[frame["x"].notna().to_numpy()]
    columns = (frame[name] for name in ("name", "longitude", "latitude", "x", "y"))
    return [
        Spot(str(name), float(e), float(n), float(x), float(y), str(name))
        for name, e, n, x, y in zip(*columns, strict=True)
    ]


def spelled(postcode: object) -> str:
    """Return a postcode as it is looked up: letters and digits, in capitals."""
    return "".join(each for each in str(postcode).upper() if each.isalnum())


def metres_from(held: Directory, spot: Spot) -> dict[str, int]:
    """Return service -> straight-line metres to its nearest session, to 10 m; those without a place are left out."""
    points = held.points
    away = np.hypot(points["x"].to_numpy(float) - spot.x, points["y"].to_numpy(float) - spot.y)
    least = pd.Series(away, points["service"].to_numpy(object)).groupby(level=0).min()
    return {str(id): int(round(metres, -1)) for id, metres in least.items()}


# --- rows -----------------------------------------------------------------------------------------------------


def rows_of(
    held: Directory, found: Found, *, unrecorded: bool = True, metres: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Return the table of what was found: those that fit first, then those of which something is not recorded.

    With ``metres``, the nearest first, and those without a place last; column ``fits`` only where a filter is on.
    """
    ids = [*found.fits, *(found.unrecorded if unrecorded else ())]
    table = held.table.loc[ids]
    if found.unrecorded or found.others:
        table = table.assign(fits=[_fits_words(found.unrecorded.get(id)) for id in ids])
    if metres is not None:
        table = table.assign(metres=pd.array([metres.get(id) for id in ids], "Int64"))
        table = table.iloc[np.argsort([metres.get(id, np.inf) for id in ids], kind="stable")]
    return table


def _fits_words(missing: Iterable[str] | None) -> str:
    if missing is None:
        return "yes"
    return f"{NOT_RECORDED}: {', '.join(LABELS[name].lower() for name in missing)}"


def open_words(held: Directory, ids: Iterable[str], hour: int) -> list[str]:
    """Return whether each service has a session open at an hour of the week: open, closed or not recorded."""
    words = {YES: "open", NO: "closed", UNKNOWN: NOT_RECORDED}
    return [words[_open(held.weeks.get(id, ()), THEN, hour)] for id in ids]


def for_file(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the table as they are taken away: under their titles, with the service's id."""
    return shown_columns(table).assign(Id=table.index)


def to_publish(landscape: Landscape, table: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the table as anyone may see them: without what the filters found of each."""
    return publishable_rows(landscape, for_file(table.drop(columns="fits", errors="ignore")), id="Id")


def shown_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the table that it has, in their order, under the titles people read."""
    return table[[name for name in COLUMNS if name in table.columns]].rename(columns=COLUMNS)


def sessions_for_file(held: Directory, ids: Iterable[str]) -> pd.DataFrame:
    """Return the sessions of these services with their points, as rows for a file."""
    rows = held.places[held.places["id"].isin(list(ids))]
    columns = ["id", "name", "kind", "stage", "detail", "hours", "area", "longitude", "latitude", "source"]
    return rows[columns].rename(columns={"stage": "level", "detail": "session"})


def words(value: Any, codes: str) -> str:
    """Return codes in words, or "not recorded"."""
    return "; ".join(label(codes, code) or code for code in codes_of(value)) or NOT_RECORDED


def ages_words(lowest: Any, highest: Any) -> str:
    """Return an age range as people write it: 11-18, from 11, to 18."""
    known = [None if is_missing(value) else f"{value:.0f}" for value in (lowest, highest)]
    match known:
        case [None, None]:
            return NOT_RECORDED
        case [str(low), str(high)]:
            return f"{low}-{high}"
        case [None, high]:
            return f"to {high}; youngest age {NOT_RECORDED}"
        case [low, _]:
            return f"from {low}; oldest age {NOT_RECORDED}"
    return NOT_RECORDED


def access_words(access: Any, open_access: Any) -> str:
    """Return who can refer, and that no referral is needed where that is so."""
    told = label("access", access)
    if open_access is True:
        return f"{told}; no referral needed" if told else "No referral needed"
    return told or NOT_RECORDED


def whom_words(for_whom: Any, made_for: Any) -> str:
    """Return who uses a service, and for which groups it was made."""
    users, groups = words(for_whom, "for_whom"), words(made_for, "groups")
    if groups == NOT_RECORDED:
        return users
    return f"Made for: {groups}" if users == NOT_RECORDED else f"{users}. Made for: {groups}"


def _table(landscape: Landscape, held: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    def each(make: Callable[..., str], *columns: str) -> list[str]:
        return [make(*values) for values in zip(*(held[name] for name in columns), strict=True)]

    areas = {str(id): _joined(rows) for id, rows in places.groupby("id")["area"]}
    hours = {str(id): _joined(rows, " / ") for id, rows in places.groupby("id")["hours"]}
    served = _served(landscape)
    table = pd.DataFrame(
        {
            "name": held["name"],
            "kind": [words(kind, "service_kinds") for kind in held["kind"]],
            "level": [label("levels", level) or "not yet coded" for level in held["level"]],
            "for_whom": each(whom_words, "for_whom", "made_for"),
            "ages": each(ages_words, "minimum_age", "maximum_age"),
            "access": each(access_words, "access", "open_access"),
            "languages": [words(codes, "languages") for codes in held["languages"]],
            "hours": [hours.get(str(id), "hours not known") for id in held.index],
            "capacity": held["capacity"].astype("Int64"),
            "wait": held["wait_days"].astype("Int64"),
            "area": [areas.get(str(id)) or served.get(str(id)) or NOT_RECORDED for id in held.index],
            "source": held["source_row"].where(held["source_row"].notna(), held["source"]),
        },
        index=held.index,
    )
    return _masked(table, hidden_names(landscape))


def _served(landscape: Landscape) -> dict[str, str]:
    """Return service -> the names of the areas it serves."""
    links, names = landscape.links("SERVES"), landscape.nodes("Area")["name"]
    told = links["end"].map(names)
    return {str(id): _joined(rows) for id, rows in told.groupby(links["start"])}


def _joined(values: Iterable[Any], between: str = ", ") -> str:
    return between.join(dict.fromkeys(str(value) for value in values if not is_missing(value)))


def _masked(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    if not names:
        return table
    told = [name for name in ("name", "detail", "area", "hours") if name in table.columns]
    return table.assign(**{name: [without_names(text, names) for text in table[name]] for name in told})


def _sessions(
    landscape: Landscape, held: pd.DataFrame
) -> tuple[dict[str, list[tuple[str | None, str | None]]], pd.DataFrame]:
    """Return service -> the hours of its sessions (None for one not shown), and the points people travel to."""
    delivers = landscape.links("DELIVERS")[["start", "end"]].drop_duplicates()
    delivers = delivers[delivers["start"].isin(held.index)]
    sessions = landscape.nodes("Session")
    sessions = sessions[(sessions["sensitivity"] != "confidential").to_numpy(bool)]
    columns = (sessions[name] for name in ("hours_week", "hours_holiday_week"))
    told = {str(id): (_week(week), _week(holiday)) for id, week, holiday in zip(sessions.index, *columns, strict=True)}
    weeks: dict[str, list[tuple[str | None, str | None]]] = {}
    for service, session in zip(delivers["start"], delivers["end"], strict=True):
        weeks.setdefault(str(service), []).append(told.get(str(session), (None, None)))
    placed = sessions[sessions["x"].notna().to_numpy() & ~sessions["kind"].isin(REMOTE).to_numpy(bool)]
    at = delivers[delivers["end"].isin(placed.index)]
    points = placed.loc[at["end"], ["x", "y"]].assign(service=at["start"].to_numpy(object)).reset_index(drop=True)
    return weeks, points


def _week(value: Any) -> str | None:
    return value if isinstance(value, str) else None
