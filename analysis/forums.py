"""Which forums lack a role they need? Roles of the members against those that must sit there."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.facts.partners import CONFIDENTIAL
from analysis.results import Result, known
from graphmodel.codes import code_list
from graphmodel.landscape import Landscape

COMPLETE, LACKS, NOT_KNOWN, NOT_SAID = "complete", "lacks", "not_known", "no_roles_required"

# What a venue or a group stands for on a forum.
_GUARDIAN_ROLES = {"commercial": "business", "community": "community"}


def forums(landscape: Landscape) -> Result:
    """Return per forum which of the roles it requires are present, which are not, and who could tell.

    ``state`` is complete; lacks (every member's roles are recorded, and one that is required is not among them);
    not_known (a required role was not found, and no members, or members without roles, are recorded); or
    no_roles_required (nobody recorded which must sit there). A member brings the role codes of the organisation and,
    if it is a role code, the role of its membership; a venue stands for business, a community guardian for community.
    """
    members = _members(landscape)
    frame = landscape.nodes("Forum")
    frame = frame[frame["inside"] & (frame["sensitivity"] != CONFIDENTIAL)]
    rows = []
    for id, name, kind, required in zip(
        frame.index, frame["name"], frame["kind"], frame["required_sectors"], strict=True
    ):
        here = members[members["forum"] == id]
        rows.append({"forum": str(id), "name": known(name), "kind": known(kind), **_roles(required or [], here)})
    order = {LACKS: 0, NOT_KNOWN: 1, COMPLETE: 2, NOT_SAID: 3}
    rows.sort(key=lambda row: (order[row["state"]], -len(row["lacking"]), row["forum"]))
    return Result(
        name="forums",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(rows),
        sources=tuple(landscape.sources(["Forum", "Organisation"], ["MEMBER_OF"])),
        summary={
            "forums": len(rows),
            **{f"forums_{state}": sum(row["state"] == state for row in rows) for state in order},
            "roles_lacking": _counted(rows),
        },
        rows=tuple(rows),
    )


def _members(landscape: Landscape) -> pd.DataFrame:
    """Return forum, member, sector and roles (a set; empty where none is recorded) of every membership of a forum."""
    links = landscape.links("MEMBER_OF")
    links = links[links["end"].str.startswith("forum:").to_numpy(bool)]
    organisations, guardians = landscape.nodes("Organisation"), landscape.nodes("Guardian")
    sector = {**organisations["sector"].to_dict(), **guardians["sector"].to_dict()}
    role_codes = code_list("roles")
    roles: dict[str, set[str]] = {str(id): set(held or ()) for id, held in organisations["role_codes"].items()}
    roles |= {str(id): {_GUARDIAN_ROLES[s]} for id, s in guardians["sector"].items() if s in _GUARDIAN_ROLES}
    held = [
        roles.get(member, set()) | ({role} if role in role_codes else set())
        for member, role in zip(links["start"], links["role"], strict=True)
    ]
    return pd.DataFrame(
        {
            "forum": links["end"],
            "member": links["start"],
            "sector": links["start"].map(sector),
            "roles": pd.Series(held, links.index, object),
        }
    )


def _roles(required: list[str], members: pd.DataFrame) -> dict[str, Any]:
    """Return required, present and lacking roles, the state, and the members."""
    roles_of: dict[str, set[str]] = {}
    for member, roles in zip(members["member"], members["roles"], strict=True):
        roles_of[member] = roles_of.get(member, set()) | roles
    present = {role for roles in roles_of.values() for role in roles}
    without = sum(not roles for roles in roles_of.values())
    lacking = [role for role in required if role not in present]
    told = bool(roles_of) and not without
    state = NOT_SAID if not required else COMPLETE if not lacking else LACKS if told else NOT_KNOWN
    return {
        "state": state,
        "lacking": lacking,
        "present": [role for role in required if role in present],
        "members": len(roles_of),
        "members_without_roles": without,
        "sectors": sorted({s for s in members["sector"] if known(s) is not None}),
    }


def _counted(rows: list[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        for role in row["lacking"] if row["state"] == LACKS else ():
            found[role] = found.get(role, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _caveats(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    if not rows:
        return ("No forum is recorded: who meets is not known.",)
    said = ["A role is present if a recorded member has it: who comes to the meetings, and is heard, is not recorded."]
    unknown = sum(row["state"] == NOT_KNOWN for row in rows)
    if unknown:
        said.append(
            f"Of {unknown} forums the members or their roles are not recorded: what they lack is to be found out."
        )
    return tuple(said)
