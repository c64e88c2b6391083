"""What does a person read about one area or one place? Facts in order: strengths first, then provision, then gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from graphmodel.codes import code_list
from graphmodel.landscape import Landscape
from graphmodel.schema import NODE_TYPES, Field, label_of
from views.hours import hours_in_words
from views.organisation import organisation_lines
from views.places import NO_STAGE, at, concern_words, is_missing, label, link_words, open_counts, place_rows, shown
from views.tables import short_list

RECORDED = {
    "engagement": "Guardians' engagement",
    "guardian_hours": "Guardians' hours",
    "context_hours": "Hours of contexts",
    "service_coding": "Services coded",
    "service_hours": "Services' hours",
    "service_capacity": "Services' places",
}
PROVENANCE = "Where this comes from"
FUNNEL = ("identified", "approached", "engaged", "agreed", "trained", "active")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with facts (name and value; None is not known) and lines under it."""

    title: str
    facts: list[tuple[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is told of one node: its name, what sort of thing it is, and sections."""

    id: str
    name: str
    sort: str
    sections: list[Section]


def area_profile(landscape: Landscape, hour: int | None = None) -> Profile:
    """Return the profile of the landscape's area: strengths, provision, guardians, contexts, people."""
    services, guardians = (shown(landscape.nodes(name)) for name in ("Service", "Guardian"))
    sections = [
        Section("Strengths", _strengths(landscape, services, guardians)),
        Section("Provision", _provision(landscape, services, hour)),
        Section("Guardians", _funnel(guardians)),
        Section("Contexts", _by_kind(landscape)),
    ]
    sections.append(Section("People", _people(landscape)))
    level = "everything loaded"
    if landscape.area is not None:
        level = label("area_levels", landscape.nodes("Area").loc[landscape.area, "level"]) or "Area"
    return Profile(landscape.area or "", landscape.area_name or "All areas", level, sections)


def recorded(summary: Mapping[str, Any]) -> Section:
    """Return how much is recorded of what the gaps rest on, from the summary of the completeness of an area."""
    rows = [("Recorded in all", summary["complete"])]
    rows += [(RECORDED.get(name, _title(name)), share) for name, share in summary["rests_on"].items()]
    return Section("Completeness", [(name, None if share is None else f"{share:.0%}") for name, share in rows])


def place_profile(landscape: Landscape, id: str) -> Profile | None:
    """Return the profile of a node other than an area, or None if it is not here or confidential."""
    node = label_of(id)
    if node is None:
        return None
    frame = landscape.nodes(node)
    if id not in frame.index or frame.loc[id, "sensitivity"] == "confidential":
        return None
    row: pd.Series = frame.loc[[id]].iloc[0]
    sections = [Section("What is known", _facts(landscape, node, row))]
    if node == "Organisation":
        sections += [Section(title, lines=lines) for title, lines in organisation_lines(landscape, id)]
    else:
        sections += [_sessions(landscape, id)] if node == "Service" else []
        sections.append(_links(landscape, id))
    also = sorted(landscape.also_from().get(id, ()))
    sections.append(
        Section(PROVENANCE, _provenance(row) + ([("The same as a record of", short_list(also))] if also else []))
    )
    return Profile(id, str(row["name"]), _sort(node, row), [s for s in sections if s.facts or s.lines])


def _strengths(landscape: Landscape, services: pd.DataFrame, guardians: pd.DataFrame) -> list[tuple[str, Any]]:
    contexts = shown(landscape.nodes("Context"))
    asked = guardians["young_people_say"].where(guardians["young_people_say"].ne("not_asked"))
    return [
        ("Guardians young people trust", _counted(asked, ("trusted",))),
        ("Active guardians", _counted(guardians["stage"], ("active",))),
        ("Level 2 services", _counted(services["level"], ("L2", "both"))),
        ("Services made with young people", _counted(services["co_produced"], (True,))),
        ("Contexts with strengths recorded", int(contexts["strengths"].map(_filled).sum()) or None),
    ]


def _counted(values: pd.Series, wanted: tuple[Any, ...]) -> str | None:
    """Return how many have a wanted value, with how many are not known; None where nothing is known of any."""
    unknown = int(values.isna().sum())
    if unknown == len(values):
        return None
    hits = f"{int(values.isin(wanted).sum()):,}"
    return f"{hits} (not known: {unknown:,})" if unknown else hits


def _provision(landscape: Landscape, services: pd.DataFrame, hour: int | None) -> list[tuple[str, Any]]:
    capacity = services["capacity"]
    rows: list[tuple[str, Any]] = [("Services known", f"{len(services):,}")]
    if hour is not None:
        opened, _, unknown = open_counts(at(place_rows(landscape, "services"), hour))
        rows.append(("Sessions open then", f"{opened:,} (hours not known: {unknown:,})"))
    known = f"{capacity.sum():,.0f}" if capacity.notna().any() else None
    rows.append(("Places a year", known and f"{known} (not known: {int(capacity.isna().sum()):,})"))
    uncoded = int(services["level"].isna().sum())
    if uncoded:
        rows.append(("Not yet coded", f"{uncoded:,}"))
    return rows


def _funnel(guardians: pd.DataFrame) -> list[tuple[str, Any]]:
    """Return how many reached each stage: who is active was identified before."""
    stages = Counter(stage for stage in guardians["stage"] if not is_missing(stage))
    names = code_list("stages")
    reached = {stage: sum(stages[later] for later in FUNNEL[rank:]) for rank, stage in enumerate(FUNNEL)}
    rows: list[tuple[str, Any]] = [("Places known", f"{len(guardians):,}")]
    if stages:
        rows.append(("Engaged so far", " › ".join(f"{names[s].lower()} {reached[s]:,}" for s in FUNNEL)))
    rows += [(names[s], f"{stages[s]:,}") for s in ("lapsed", "declined") if stages[s]]
    unrecorded = len(guardians) - sum(stages.values())
    return [*rows, (NO_STAGE.capitalize(), f"{unrecorded:,}")] if unrecorded else rows


def _by_kind(landscape: Landscape) -> list[tuple[str, Any]]:
    kinds = Counter(str(kind) for kind in shown(landscape.nodes("Context"))["kind"])
    names = code_list("context_kinds")
    return [(names.get(kind, kind), f"{count:,}") for kind, count in sorted(kinds.items(), key=lambda k: (-k[1], k[0]))]


def _people(landscape: Landscape) -> list[tuple[str, Any]]:
    young, everyone = (residents(landscape, name) for name in ("population_10_17", "population"))
    return [("Aged 10-17", young.words()), ("All residents", everyone.words())]


@dataclass(frozen=True, slots=True)
class Residents:
    """Residents of an area (None: not known), and of how many of its parts they are not known."""

    people: float | None
    unknown: int = 0
    parts: int = 0

    def words(self) -> str | None:
        """Return the figure as people read it, with what it leaves out; None where nothing is known."""
        if self.people is None:
            return None
        left_out = f" (not known for {self.unknown:,} of {self.parts:,} small areas)" if self.unknown else ""
        return f"{self.people:,.0f}{left_out}"


def residents(landscape: Landscape, column: str) -> Residents:
    """Return the residents of the landscape's area: its own figure, or the sum over its smallest areas by share."""
    areas = landscape.nodes("Area")
    own: Any = None if landscape.area is None else areas.at[landscape.area, column]
    if not is_missing(own):
        return Residents(float(own))
    within = landscape.links("WITHIN")
    for level in ("lsoa", "msoa", "ward"):
        held = areas[areas["level"].eq(level).to_numpy(bool)]
        if landscape.area is None:
            share = pd.Series(1.0, index=held.index)
        else:
            parts = within[within["end"].eq(landscape.area) & within["start"].isin(held.index)]
            share = parts.set_index("start")["share"].astype(float).fillna(1.0)
        people = held[column].astype(float).reindex(share.index)
        if people.notna().any():
            return Residents(float((people * share).sum()), int(people.isna().sum()), len(people))
    return Residents(None)


def _facts(landscape: Landscape, node: str, row: pd.Series) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for spec in NODE_TYPES[node].fields:
        told = _told(spec, row, landscape)
        if told is not None and spec.name != "name":
            rows.append((_title(spec.name), told))
    if node == "Guardian" and is_missing(row["stage"]):
        rows.insert(1, ("Stage", NO_STAGE))
    if node == "Service" and is_missing(row["level"]):
        rows.insert(1, ("Level", "not yet coded"))
    return rows


def _told(spec: Field, row: pd.Series, landscape: Landscape) -> str | None:
    """Return a field in words, or None where nothing is known or it is not for the page."""
    if spec.kind in ("point", "geometry", "numbers") or spec.name in ("concern_review", "young_people_asked"):
        return None
    if spec.kind == "hours":
        week, text = row.get(f"{spec.name}_week"), row.get(spec.name)
        if isinstance(week, str):
            return hours_in_words(week)
        return None if is_missing(text) else f"not known (as given: {text})"
    if spec.name == "concern":
        return concern_words(row["concern_now"], row["concern_review"])
    if spec.name == "young_people_say":
        return _young_people_say(row, landscape.settings.threshold)
    return _value(spec, row[spec.name])


def _young_people_say(row: pd.Series, threshold: int) -> str | None:
    """Return what young people say of one venue, only where enough of them were asked."""
    asked = row["young_people_asked"]
    if is_missing(row["young_people_say"]) or row["young_people_say"] == "not_asked" or is_missing(asked):
        return "not asked, or too few to tell"
    if asked < threshold:
        return "not asked, or too few to tell"
    return f"{label('young_people_say', row['young_people_say'])} (asked: about {asked:,.0f})"


def _value(spec: Field, value: Any) -> str | None:
    if isinstance(value, list):
        return "; ".join(_value(spec, item) or "" for item in value) if value else None
    if is_missing(value):
        return None
    if spec.codes:
        return label(spec.codes, value)
    if spec.kind == "boolean":
        return "yes" if value else "no"
    if spec.kind == "date":
        return f"{value:%d %b %Y}"
    if spec.kind == "integer":
        return f"{value:,.0f}"
    if spec.kind == "number":
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return str(value)


def _sessions(landscape: Landscape, id: str) -> Section:
    delivers = landscape.links("DELIVERS")
    held = shown_sessions(landscape, list(delivers.loc[delivers["start"] == id, "end"]))
    lines = [
        f"{row['name']}: {label('session_kinds', row['kind'])}, "
        + hours_in_words(row["hours_week"] if isinstance(row["hours_week"], str) else None)
        for _, row in held.iterrows()
    ]
    return Section("Sessions", lines=lines)


def shown_sessions(landscape: Landscape, ids: list[str]) -> pd.DataFrame:
    """Return the sessions with these ids that are not confidential, by name."""
    frame = landscape.nodes("Session")
    held = frame[frame.index.isin(ids) & (frame["sensitivity"] != "confidential").to_numpy(bool)]
    return held.sort_values("name")


def _links(landscape: Landscape, id: str) -> Section:
    """Return the links of a node, grouped by what they say."""
    from graphmodel.schema import LINK_TYPES

    lines = []
    for type, link in LINK_TYPES.items():
        if type in ("DELIVERS", "SAME_AS"):
            continue
        links = landscape.links(type)
        out = _other_names(landscape, list(links.loc[links["start"] == id, "end"]))
        back = _other_names(landscape, list(links.loc[links["end"] == id, "start"]))
        if out:
            lines.append(f"{link_words(type)}: {short_list(out, 5)}")
        if back and not link.derived:
            lines.append(f"{short_list(back, 5)}: {link_words(type)} this")
    return Section("Links", lines=lines)


def _other_names(landscape: Landscape, ids: list[str]) -> list[str]:
    names = []
    for id in ids:
        frame = landscape.nodes(label_of(id) or "Area")
        if id in frame.index and frame.at[id, "sensitivity"] != "confidential":
            names.append(str(frame.at[id, "name"]))
    return sorted(set(names))


def _provenance(row: pd.Series) -> list[tuple[str, Any]]:
    told = [("Source", row["source_row"] if not is_missing(row["source_row"]) else row["source"])]
    told += [("Licence", row["licence"]), ("Date of the file", row["retrieved"]), ("Last checked", row["verified"])]
    return [(name, None if is_missing(value) else str(value)) for name, value in told]


def _sort(node: str, row: pd.Series) -> str:
    spec = {field.name: field for field in NODE_TYPES[node].fields}.get("kind")
    kind = None if spec is None or is_missing(row.get("kind")) else _value(spec, row["kind"])
    return f"{node}, {kind.lower()}" if kind else node


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _filled(value: Any) -> bool:
    return isinstance(value, list) and bool(value)
