"""Which roles does a pathway need, and who has taken them? Required roles of programmes against partners present."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from analysis.results import Result, known
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

TAKEN, PRESENT, NOBODY = "taken", "present", "nobody_recorded"

_NOBODY_RECORDED = "A role that nobody has taken is one that nobody is recorded for: a partner may do it all the same."


def pathway_roles(landscape: Landscape) -> Result:
    """Return one row per role that a programme requires at a stage (``stage:role``), with who is there for it.

    ``state``: ``taken``, members say that this very role at this stage is theirs (``partners``); ``present``, none
    does, but somebody with that role is a member or runs a service of that stage (``could``: whom to ask); or
    ``nobody_recorded``.
    """
    programmes = landscape.nodes("Programme")
    programmes = programmes[programmes["inside"]]
    taken, present = _members(landscape), _with_role(landscape)
    rows: list[dict[str, Any]] = []
    for id, name, required in zip(programmes.index, programmes["name"], programmes["required_roles"], strict=True):
        for wanted in dict.fromkeys(required or ()):
            stage, colon, role = (part.strip() for part in wanted.partition(":"))
            stage, role = (stage, role) if colon else ("", stage)
            partners = sorted(taken.get((id, _plain(f"{stage}:{role}" if stage else role)), ()))
            could = sorted(set(present.get((id, stage, role), ())) | set(present.get((id, "", role), ())))
            rows.append(
                {
                    "programme": id,
                    "name": known(name),
                    "stage": stage or None,
                    "role": role,
                    "state": TAKEN if partners else PRESENT if could else NOBODY,
                    "partners": partners,
                    "could": [other for other in could if other not in partners],
                }
            )
    return Result(
        name="pathway_roles",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(_NOBODY_RECORDED,),
        sources=tuple(landscape.sources(["Programme", "Organisation"], ["MEMBER_OF", "PART_OF", "RUNS"])),
        summary={
            "programmes": len({row["programme"] for row in rows}),
            "roles": len(rows),
            **{f"roles_{state}": sum(row["state"] == state for row in rows) for state in (TAKEN, PRESENT, NOBODY)},
        },
        rows=tuple(rows),
    )


def _members(landscape: Landscape) -> dict[tuple[str, str], set[str]]:
    """Return (programme, role as its members call it) -> members."""
    links = landscape.links("MEMBER_OF")
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for start, end, role in zip(links["start"], links["end"], links["role"], strict=True):
        if isinstance(role, str) and label_of(end) == "Programme":
            found[end, _plain(role)].add(start)
    return found


def _with_role(landscape: Landscape) -> dict[tuple[str, str, str], set[str]]:
    """Return (programme, stage or blank, role code) -> organisations that have the role and are part of it there."""
    roles = landscape.nodes("Organisation")["role_codes"].to_dict()
    members, parts, runs = (landscape.links(type) for type in ("MEMBER_OF", "PART_OF", "RUNS"))
    there = [(start, end, "") for start, end in zip(members["start"], members["end"], strict=True)]
    runners: dict[str, list[str]] = defaultdict(list)
    for start, end in zip(runs["start"], runs["end"], strict=True):
        runners[end].append(start)
    for start, end, stage in zip(parts["start"], parts["end"], parts["stage"], strict=True):
        there += [(runner, end, stage if isinstance(stage, str) else "") for runner in runners.get(start, ())]
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for organisation, programme, stage in there:
        for role in roles.get(organisation) or ():
            found[programme, stage.strip(), role].add(organisation)
    return found


def _plain(role: str) -> str:
    return ":".join(part.strip() for part in role.casefold().split(":"))
