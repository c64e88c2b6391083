"""What is known of one service? What it is, for whom, when, how full, who pays and codes it, and which row says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from analysis.availability import FOUR_WEEKS, demand
from analysis.facts.spending import payments
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of
from views.hours import hours_in_words
from views.places import is_missing, label
from views.profile import Profile, Section, shown_sessions
from views.services import NOT_RECORDED, access_words, ages_words, hidden_names, without_names, words
from views.tables import short_list

_WHEN = {"current": "current", "over": "over", "to_come": "to come"}
_DIRECTIONS = {
    "better": "went the better way",
    "worse": "went the other way",
    "same": "did not change",
    "changed": "changed",
    "no_baseline": "no baseline",
    "nothing_since": "nothing since the baseline",
    "withheld": "withheld: too few answered",
}


def service_card(landscape: Landscape, id: str) -> Profile | None:
    """Return what is known of a service, or None if it is not here or confidential.

    What nobody recorded reads so. Counts of people are as stored: rounded, or withheld below the threshold.
    """
    frame = landscape.nodes("Service")
    if id not in frame.index or frame.at[id, "sensitivity"] == "confidential":
        return None
    row: pd.Series = frame.loc[[id]].iloc[0]
    names = hidden_names(landscape)
    sections = [
        Section("What it is", _what(row)),
        Section("For whom", _whom(row)),
        Section("When and where", lines=_sessions(landscape, id) or ["no session recorded"]),
        Section("Places, use and waits", _demand(landscape, row)),
        _money(landscape, row),
        Section("Who runs it", lines=_linked(landscape, "RUNS", id) or [NOT_RECORDED]),
        Section("Coding of level, approach and lens", _coding(row)),
        Section("What it reports", [("Outcome measures", _code("outcome_measures", row["outcome_measures"]))]),
        Section("Contexts it works on", lines=_contexts(landscape, id) or ["none recorded"]),
        Section("Where this comes from", _provenance(landscape, row)),
    ]
    kind = words(row["kind"], "service_kinds")
    return Profile(id, without_names(str(row["name"]), names), kind, [_clean(each, names) for each in sections])


def card_rows(told: Profile) -> list[dict[str, str]]:
    """Return a card as rows for a file: section, what, value."""
    rows = []
    for section in told.sections:
        rows += [{"section": section.title, "what": str(k), "value": str(v or "not known")} for k, v in section.facts]
        rows += [{"section": section.title, "what": "", "value": line} for line in section.lines]
    return [{"section": "Name", "what": "", "value": told.name}, *rows]


def is_measured(landscape: Landscape, id: str) -> bool:
    """Return whether a measure was observed in this service."""
    return bool((landscape.links("OBSERVED_IN")["end"] == id).any())


def measured(rows: Iterable[Mapping[str, Any]], id: str, names: Sequence[str] = ()) -> list[str]:
    """Return what was measured in a service, of the rows of the analysis ``outcomes``, without these names."""
    held = [row for row in rows if row["about"] == "series" and row["place"] == id]
    return [f"{without_names(row['measure_name'], names)}: {_moved(row)}" for row in held]


def _moved(row: Mapping[str, Any]) -> str:
    told = [_DIRECTIONS.get(str(row["went"]), str(row["went"]))]
    if row["baseline"] is not None and row["latest"] is not None:
        told.append(f"{row['baseline']:g} to {row['latest']:g}")
    if said := label("said_by", row["said_by"]):
        told.append(f"said by {said.lower()}")
    return ", ".join(told)


def _what(row: pd.Series) -> list[tuple[str, Any]]:
    return [
        ("Kind", words(row["kind"], "service_kinds")),
        ("Level", _code("levels", row["level"], "not yet coded")),
        ("Approach", _code("approaches", row["approach"], "not yet coded")),
        ("Lens", _code("lenses", row["lens"], "not yet coded")),
        ("Relationship", _code("relationships", row["relationship"])),
        ("Tier", _code("tiers", row["tier"])),
        ("Harms it responds to", words(row["harms"], "harms")),
        ("Purposes", words(row["purposes"], "purposes")),
        ("Kinds of context", words(row["target_kinds"], "context_kinds")),
        ("Made with young people", _yes(row["co_produced"])),
    ]


def _whom(row: pd.Series) -> list[tuple[str, Any]]:
    conditions = row["eligibility"] if isinstance(row["eligibility"], list) else []
    return [
        ("Ages", ages_words(row["minimum_age"], row["maximum_age"])),
        ("Used by", words(row["for_whom"], "for_whom")),
        ("Made for", words(row["made_for"], "groups")),
        ("Led by and for", words(row["by_and_for"], "groups")),
        ("Languages", words(row["languages"], "languages")),
        ("Who can refer", access_words(row["access"], row["open_access"])),
        ("Conditions", "; ".join(conditions) or NOT_RECORDED),
    ]


def _sessions(landscape: Landscape, id: str) -> list[str]:
    delivers = landscape.links("DELIVERS")
    held = shown_sessions(landscape, list(delivers.loc[delivers["start"] == id, "end"]))
    areas, wards = landscape.nodes("Area")["name"], landscape.within("Session", "ward")
    return [_session(row, areas.get(wards.get(row["id"], ""))) for row in held.reset_index().to_dict("records")]


def _session(row: Mapping[Any, Any], ward: str | None) -> str:
    week, text = row["hours_week"], row["hours"]
    hours = hours_in_words(week if isinstance(week, str) else None)
    if not isinstance(week, str) and not is_missing(text):
        hours = f"hours not known (as given: {text})"
    told = [label("session_kinds", row["kind"]), ward, None if is_missing(row["season"]) else str(row["season"]), hours]
    if isinstance(row["hours_holiday_week"], str):
        told.append(f"in school holidays {hours_in_words(row['hours_holiday_week'])}")
    if not is_missing(row["places"]):
        told.append(f"{row['places']:,.0f} places at a time")
    return f"{row['name']}: {', '.join(part for part in told if part)}"


def _demand(landscape: Landscape, row: pd.Series) -> list[tuple[str, Any]]:
    told = next((each for each in demand(landscape).rows if each["service"] == row.name), None)
    if told is None:
        return [("Figures", "only for services that run here")]
    threshold = landscape.settings.threshold

    def people(name: str) -> str:
        if name in told["withheld"]:
            return f"withheld: below {threshold}"
        return NOT_RECORDED if told[name] is None else f"{told[name]:,}"

    wait = told["wait_days"]
    return [
        ("Places a year", NOT_RECORDED if told["capacity"] is None else f"{told['capacity']:,}"),
        ("Using it", people("in_use")),
        ("Referred", people("referrals")),
        ("Turned away", people("turned_away")),
        (
            "Wait",
            NOT_RECORDED if wait is None else f"{wait:,} days" + (" (over four weeks)" if wait > FOUR_WEEKS else ""),
        ),
        ("Period of the figures", told["figures_period"] or NOT_RECORDED),
    ]


def _money(landscape: Landscape, row: pd.Series) -> Section:
    id = str(row.name)
    cost = row["cost_per_year"]
    facts: list[tuple[str, Any]] = [("Cost a year", NOT_RECORDED if is_missing(cost) else f"GBP {cost:,.0f}")]
    held = payments(landscape).set_index("id")
    links = landscape.links("FUNDS").set_index("id")
    own = held.index[(held["end"] == id).to_numpy(bool)]
    lines = [_agreement(landscape, links.loc[at], held.loc[at]) for at in own if held.at[at, "holds"] == "current"]
    for state in ("over", "to_come"):
        if count := int((held.loc[own, "holds"] == state).sum()):
            facts.append((f"Agreements {_WHEN[state]}", f"{count:,}"))
    commissions = landscape.links("COMMISSIONS")
    for link in commissions[(commissions["end"] == id).to_numpy(bool)].to_dict("records"):
        ends = link.get("end_date")
        until = f"until {ends:%d %b %Y}" if isinstance(ends, date) else f"end {NOT_RECORDED}"
        lines.append(f"{_name(landscape, link['start'])} commissions it, {until}")
    running = landscape.links("RUNS")
    bodies = running.loc[(running["end"] == id).to_numpy(bool), "start"]
    paid = int((held["end"].isin(bodies) & (held["holds"] == "current")).sum())
    if paid:
        facts.append(("Paid to who runs it", f"{paid:,} current agreements, for all it does"))
    return Section("Money", facts, lines or ["no current agreement recorded"])


def _agreement(landscape: Landscape, link: pd.Series, paid: pd.Series) -> str:
    amount = "amount not recorded" if is_missing(paid["pounds"]) else f"GBP {paid['pounds']:,.0f}"
    ends = link["end_date"]
    until = f"ends {ends:%d %b %Y}" if isinstance(ends, date) else f"end {NOT_RECORDED}"
    kind = label("contracts", link["contract"])
    basis = (
        None if is_missing(link["end_basis"]) or link["end_basis"] == "given" else label("end_basis", link["end_basis"])
    )
    told = [amount, kind and kind.lower(), until + (f" ({basis.lower()})" if basis else "")]
    if isinstance(link["extend_to"], date):
        told.append(f"may be extended to {link['extend_to']:%d %b %Y}")
    if paid["onward"]:
        told.append("money passed on")
    return f"{_name(landscape, str(paid['start']))}: {', '.join(part for part in told if part)}"


def _coding(row: pd.Series) -> list[tuple[str, Any]]:
    on = row["coded_on"]
    return [
        ("Coded by", NOT_RECORDED if is_missing(row["coded_by"]) else str(row["coded_by"])),
        ("On", f"{on:%d %b %Y}" if isinstance(on, date) else NOT_RECORDED),
        ("On whose word", _code("coding_basis", row["coding_basis"])),
    ]


def _contexts(landscape: Landscape, id: str) -> list[str]:
    links = landscape.links("TARGETS")
    contexts = landscape.nodes("Context")
    contexts = contexts[(contexts["sensitivity"] != "confidential").to_numpy(bool)]
    lines = []
    for link in links[(links["start"] == id).to_numpy(bool)].to_dict("records"):
        if link["end"] in contexts.index:
            told = [label("levels", link["level"]), label("approaches", link["approach"])]
            here = ", ".join(part for part in told if part)
            lines.append(str(contexts.at[link["end"], "name"]) + (f" ({here})" if here else ""))
    return sorted(lines)


def _linked(landscape: Landscape, type: str, id: str) -> list[str]:
    links = landscape.links(type)
    return sorted({_name(landscape, str(start)) for start in links.loc[(links["end"] == id).to_numpy(bool), "start"]})


def _name(landscape: Landscape, id: str) -> str:
    """Return the name of a body, or that it is confidential."""
    frame = landscape.nodes(label_of(id) or "Organisation")
    if id not in frame.index:
        return "a body that is not loaded"
    return "a confidential body" if frame.at[id, "sensitivity"] == "confidential" else str(frame.at[id, "name"])


def _provenance(landscape: Landscape, row: pd.Series) -> list[tuple[str, Any]]:
    told = [("Source", row["source_row"] if not is_missing(row["source_row"]) else row["source"])]
    told += [("Licence", row["licence"]), ("Date of the file", row["retrieved"]), ("Last checked", row["verified"])]
    facts = [(name, None if is_missing(value) else str(value)) for name, value in told]
    delivers = landscape.links("DELIVERS")
    sessions = shown_sessions(landscape, list(delivers.loc[delivers["start"] == row.name, "end"]))
    rows = sorted({str(each) for each in sessions["source_row"] if not is_missing(each)})
    return [*facts, ("Its sessions", short_list(rows, 5))] if rows else facts


def _code(codes: str, value: Any, missing: str = NOT_RECORDED) -> str:
    return label(codes, value) or missing


def _yes(value: Any) -> str:
    return NOT_RECORDED if is_missing(value) else "yes" if value else "no"


def _clean(section: Section, names: Sequence[str]) -> Section:
    facts = [(name, without_names(value, names)) for name, value in section.facts]
    return Section(section.title, facts, [without_names(line, names) for line in section.lines])
