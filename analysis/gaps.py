"""Where does provision fall short, and what does nobody know? One list, grouped by question, with reasons.

Gaps come from the modules of ``analysis.finders``, one finding a place; here they are
merged, counted, banded and sorted. There are no weights and no score.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import blake2s
from importlib import import_module
from typing import Any

from analysis.facts.days import said
from analysis.facts.network import NETWORK_CAVEAT
from analysis.facts.people import NEEDED, RESIDENT
from analysis.finders.closing import closes
from analysis.finders.findings import FIND_OUT, NAMED, Finding
from analysis.results import ORDINARY_WEEK, STRAIGHT_LINE, Result
from analysis.scene import Scene
from graphmodel.codes import read_table
from graphmodel.errors import UnknownName
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

EVIDENCED, MISSING = "evidenced", "missing_data"
MOST_EVIDENCE = 10

_UNKNOWN_KIND = "missing_data"
# Module and function that finds the kinds; the modules are imported only for the kinds that are asked for.
_FINDERS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("presence", "presence", frozenset({"uncovered_context", "uncovered_hours", _UNKNOWN_KIND})),
    ("responses", "responses", frozenset({"no_level_2", "behaviour_only", _UNKNOWN_KIND})),
    ("endings", "endings", frozenset({"funding_ends", "review_overdue", "training_lapses", _UNKNOWN_KIND})),
    ("threads", "threads", frozenset({"single_point", "no_escalation", "police_only", _UNKNOWN_KIND})),
    ("reaching", "reaching", frozenset({"low_access", "self_referral", _UNKNOWN_KIND})),
    ("unserved", "unserved", frozenset({"unmet_need", _UNKNOWN_KIND})),
    ("fitting", "fitting", frozenset({"harm_unserved", "age_cliff", _UNKNOWN_KIND})),
    ("unknowns", "unknowns", frozenset({_UNKNOWN_KIND})),
)
COMPUTED = frozenset().union(*(kinds for _, _, kinds in _FINDERS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One row of the gap list. ``about`` is an id, ``members`` the ids that were merged; ``text`` reads as a sentence.

    ``shortfall`` is 0 to 1, of what should be there; ``people`` young people near, each once, by ``people_basis``
    (resident, or the need that names the place); ``band`` A to D, blank where data is missing.
    """

    id: str
    question: str
    kind: str
    band: str
    basis: str
    about: str
    about_name: str
    members: tuple[str, ...]
    area: str | None
    area_name: str | None
    text: str
    shortfall: float
    people: int | None
    people_basis: str | None
    because: str
    topic: str
    evidence: tuple[str, ...]
    evidence_more: int
    closes: tuple[dict[str, Any], ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Gaps(Result):
    """The gap list: first what is evidenced, by question, then what to find out."""

    gaps: tuple[Gap, ...]

    @property
    def evidenced(self) -> tuple[Gap, ...]:
        """What somebody recorded is not there."""
        return tuple(gap for gap in self.gaps if gap.basis == EVIDENCED)

    @property
    def find_out(self) -> tuple[Gap, ...]:
        """What nobody recorded."""
        return tuple(gap for gap in self.gaps if gap.basis == MISSING)

    def first_of_each_question(self) -> tuple[Gap, ...]:
        """Return the first evidenced gap of every question that has one."""
        first: dict[str, Gap] = {}
        for gap in self.evidenced:
            first.setdefault(gap.question, gap)
        return tuple(first.values())


def gaps(landscape: Landscape, *, kind: str | None = None, within_m: float = 400, k: int = 1) -> Gaps:
    """Return where provision falls short as of the landscape's day, and what nobody recorded.

    ``kind`` keeps one kind only. Raises UnknownName for a kind that is not in ``gap_kinds.csv``.
    """
    kinds = gap_kinds()
    if kind is not None and kind not in kinds:
        raise UnknownName(f"No kind of gap is called '{kind}'; the kinds are {', '.join(kinds)}.")
    scene = Scene(landscape, within_m=within_m, k=k)
    found = [f for f in _findings(scene, kind) if kind in (None, f.kind) and _concerns(scene, f)]
    rows = [_gap(scene, group, kinds[group[0].kind]) for group in _merged(found)]
    order = {name: i for i, name in enumerate(kinds)}
    rows.sort(key=lambda gap: _rank(gap, order))
    return Gaps(
        name="gaps",
        parameters={"kind": kind, "within_m": float(within_m), "k": int(k)},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(landscape, rows),
        sources=tuple(landscape.sources(types=())),
        summary=_summary(rows),
        rows=tuple(asdict(gap) for gap in rows),
        gaps=tuple(rows),
    )


def gap_kinds() -> dict[str, dict[str, str]]:
    """Return kind -> row of ``gap_kinds.csv``: question, label, shortfall, wording."""
    return {row["code"]: row for row in read_table("gap_kinds")}


def _findings(scene: Scene, kind: str | None) -> Iterator[Finding]:
    for module, function, kinds in _FINDERS:
        if kind is None or kind in kinds:
            find: Callable[[Scene], Iterable[Finding]] = getattr(import_module(f"analysis.finders.{module}"), function)
            yield from find(scene)


def _concerns(scene: Scene, finding: Finding) -> bool:
    """Return whether a finding belongs to the area's list.

    What is gathered by ward is so only for wards inside; a body that reaches beyond the area stands in its list too.
    """
    area = scene.landscape.area
    if area is None or finding.area == area:
        return True
    if finding.area in scene.areas_inside:
        return True
    return finding.alone and (finding.area is None or finding.area in scene.wholes(area))


def _merged(findings: Iterable[Finding]) -> list[list[Finding]]:
    groups: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for f in findings:
        groups[(f.kind, f.band, f.area or "", f.topic, f.about if f.alone else "")].append(f)
    kept = []
    for key in sorted(groups):
        group = sorted(groups[key], key=lambda f: f.about)
        if any(f.short for f in group):
            kept.append(group)
    return kept


def _gap(scene: Scene, group: list[Finding], kind: dict[str, str]) -> Gap:
    missing = [f for f in group if f.short]
    first = missing[0]
    members = tuple(dict.fromkeys(f.about for f in missing)) if not first.alone else first.members or (first.about,)
    about = first.about if first.alone or first.area is None else first.area
    name = scene.name(first.about) if first.alone else _gathered_name(scene, first, members)
    words = {"about": name, "harm": "", "age": "", "count": "", "what": "", **_words(missing)}
    short, whole = sum(f.short for f in missing), sum(f.whole for f in group)
    evidence, more, sources = _cited(scene, missing)
    people, people_basis = _people(scene, first, members)
    return Gap(
        id=_id(first, about),
        question=kind["question"],
        kind=first.kind,
        band=first.band,
        basis=MISSING if first.band == FIND_OUT else EVIDENCED,
        about=about,
        about_name=name,
        members=members,
        area=first.area,
        area_name=scene.name(first.area) if first.area else None,
        text=kind["wording"].format(**words),
        shortfall=round(short / whole, 4),
        people=people,
        people_basis=people_basis,
        because=_counted(first.because, n=len(members), short=round(short), whole=round(whole)) + ".",
        topic=first.topic,
        evidence=evidence,
        evidence_more=more,
        closes=tuple(closes(scene, first.kind, first.topic, (first.about,) if first.alone else members)),
        sources=sources,
    )


def _id(finding: Finding, about: str) -> str:
    """Return a hash of kind, area, about and topic: the same gap has the same id on another day."""
    text = "\n".join((finding.kind, finding.area or "", about, finding.topic))
    return f"gap:{blake2s(text.encode(), digest_size=8).hexdigest()}"


def _gathered_name(scene: Scene, first: Finding, members: tuple[str, ...]) -> str:
    """Return ``North ward`` where data is missing, ``North ward, 12 places``, or the one place's own name with it."""
    area = scene.name(first.area) if first.area else "In no area"
    if first.band == FIND_OUT:
        return area
    if len(members) == 1:
        return f"{scene.name(members[0])} ({area})"
    noun = {"Context": "places", "Guardian": "guardians", "Area": "areas"}.get(label_of(members[0]) or "", "of them")
    return f"{area}, {len(members)} {noun}"


def _counted(text: str, **counts: int) -> str:
    """Return the text with its counts: ``{n:places}`` is ``1 place`` or ``2 places``. Data may hold other braces."""

    def shown(match: re.Match[str]) -> str:
        count, noun = counts[match[1]], match[3] or ""
        return f"{count} {noun[:-1] if count == 1 else noun}".strip()

    return re.sub(r"\{(n|short|whole)(:([A-Za-z0-9 ]+))?\}", shown, text)


def _words(findings: list[Finding]) -> dict[str, Any]:
    """Return the words of a row; of several dates the earliest is said."""
    words = dict(findings[0].words)
    days = [f.words["when"] for f in findings if isinstance(f.words.get("when"), date)]
    if days:
        words["when"] = f"on {said(min(days))}" + (" at the earliest" if len(set(days)) > 1 else "")
    return words


def _cited(scene: Scene, findings: list[Finding]) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    rows, datasets = scene.cite(id for f in findings for id in (f.cites or (f.about,)))
    rows = list(dict.fromkeys([row for f in findings for row in f.source_rows] + rows))
    datasets |= {source for f in findings for source in f.sources}
    return tuple(rows[:MOST_EVIDENCE]), max(len(rows) - MOST_EVIDENCE, 0), tuple(sorted(datasets))


def _people(scene: Scene, first: Finding, members: tuple[str, ...]) -> tuple[int | None, str | None]:
    if first.alone and first.about in scene.needs:
        return scene.needs[first.about][0], NEEDED
    if first.concerns and label_of(first.concerns[0]) == "Need":
        return scene.people_of_need(first.concerns[0]), NEEDED
    if first.kind == "single_point":
        return None, None
    if first.band == FIND_OUT and first.area:
        members = (first.area,)
    elif first.alone:
        members = first.concerns or (first.about,)
    people = scene.residents.of(members)
    return people, None if people is None else RESIDENT


def _rank(gap: Gap, order: dict[str, int]) -> tuple[Any, ...]:
    """Order: evidenced before to find out, question, band, shortfall, basis of people, people, id.

    People by need and people by residence are never ranked together; counts too small to keep sort as one value.
    """
    return (
        gap.basis == MISSING,
        order[gap.kind] if gap.basis == MISSING else _question_order(order)[gap.question],
        gap.band,
        -gap.shortfall,
        gap.people_basis != NEEDED,
        -(gap.people or 0),
        gap.id,
    )


def _question_order(order: dict[str, int]) -> dict[str, int]:
    places: dict[str, int] = {}
    for kind, row in gap_kinds().items():
        places.setdefault(row["question"], order[kind])
    return places


def _summary(rows: list[Gap]) -> dict[str, Any]:
    evidenced = [gap for gap in rows if gap.basis == EVIDENCED]
    questions: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for gap in rows:
        kinds[gap.kind] = kinds.get(gap.kind, 0) + 1
        if gap.basis == EVIDENCED:
            questions[gap.question] = questions.get(gap.question, 0) + 1
    return {
        "gaps": len(rows),
        "evidenced": len(evidenced),
        "find_out": len(rows) - len(evidenced),
        "named": sum(gap.band == NAMED for gap in rows),
        "by_question": questions,
        "by_kind": dict(sorted(kinds.items())),
    }


def _caveats(landscape: Landscape, rows: list[Gap]) -> tuple[str, ...]:
    said_ = [STRAIGHT_LINE, ORDINARY_WEEK]
    if any(gap.basis == MISSING for gap in rows):
        said_.append("What nobody recorded is listed to be found out: it does not mean that nothing is there.")
    if any(gap.people_basis == RESIDENT for gap in rows):
        said_.append("People are residents aged 10-17, or of the context's ages, who live within 800 m or in the area.")
    if any(gap.kind in ("single_point", "police_only", "no_escalation") for gap in rows):
        said_.append(NETWORK_CAVEAT)
    return tuple(said_)
