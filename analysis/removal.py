"""What goes when an organisation, a funder, a chain or a link goes? The landscape without it, and what ends with it."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.agreements import Agreement, Backing, agreements, backing, share_of
from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.schema import LINK_TYPES, label_of

REMOVABLE = ("Organisation", "Guardian", "Service", "Forum", "Programme")
BRAND = "brand:"
_WHAT = "org:, guardian:, service:, forum: or programme: and the rest of an id, the id of a link, or brand: and a name"

ENDS_RULE = (
    "A service ends where all who run it go, or all the money recorded for it and for who runs it; where none is "
    "recorded it stays. A guardian goes with the only one who runs it; a programme with all its money."
)


@dataclass(frozen=True)
class Removal:
    """``named``: what was taken out, ids as asked for; ``because``: id of each node gone -> why; ``links`` gone too.

    ``money``: the current agreements that go with them, each once.
    """

    named: tuple[str, ...]
    because: Mapping[str, str]
    links: frozenset[str]
    money: tuple[Agreement, ...]

    @property
    def nodes(self) -> frozenset[str]:
        """Ids of the nodes that are gone."""
        return frozenset(self.because)

    def of(self, landscape: Landscape) -> Landscape:
        """Return the landscape without all this."""
        return landscape.without(self.nodes | self.links)


def removal(landscape: Landscape, names: Iterable[str], *, ends_below: float = 0.0) -> Removal:
    """Return what goes with these ids: themselves, and what ends because they do (``ENDS_RULE``).

    ``ends_below``: a service ends where the share of its money that stays is this much or less; 0 is none of it. Raises
    UnknownName for an id that is not here, with the nearest ones, InputError for what cannot be taken out.
    """
    if not 0 <= ends_below < 1:
        raise InputError("Give the share of its money below which a service ends as a number from 0 to under 1.")
    wanted = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not wanted:
        raise InputError(f"Say what to take out: {_WHAT}.")
    because: dict[str, str] = {}
    links: set[str] = set()
    for name in wanted:
        nodes, link = _found(landscape, name)
        because.update(dict.fromkeys(nodes, "taken out"))
        links |= link
    stands_on = backing(landscape)
    held = [m for m in agreements(landscape) if m.current(landscape.as_of)]
    _close(landscape, stands_on, held, because, links, ends_below)
    gone = tuple(m for m in held if _goes(m, because, links))
    return Removal(wanted, because, frozenset(links), gone)


def funders_and_runners(landscape: Landscape) -> list[str]:
    """Return the ids of the organisations and programmes that run, fund or commission something, and the chains."""
    found = {m.payer for m in agreements(landscape)} | set(landscape.links("RUNS")["start"])
    return sorted(found) + [f"{BRAND}{name}" for name in brands(landscape)]


def brands(landscape: Landscape) -> dict[str, list[str]]:
    """Return name of a chain -> its guardians; a chain has two or more. Case and spaces around a name do not matter."""
    guardians = landscape.nodes("Guardian")
    named = guardians["brand"].dropna()
    found: dict[str, list[str]] = defaultdict(list)
    for id, brand in named.items():
        found[_plain(brand)].append(str(id))
    shown = {}
    for key in sorted(found):
        if len(found[key]) > 1:
            shown[sorted(str(named[id]).strip() for id in found[key])[0]] = sorted(found[key])
    return shown


def _found(landscape: Landscape, name: str) -> tuple[list[str], set[str]]:
    """Return the nodes and the links that a name stands for."""
    if name.casefold().startswith(BRAND):
        return _of_brand(landscape, name[len(BRAND) :]), set()
    label = label_of(name)
    if label is not None:
        if label not in REMOVABLE:
            raise InputError(f"'{name}' cannot be taken out; give {_WHAT}.")
        frame = landscape.nodes(label)
        if name in frame.index:
            return [name], set()
        raise UnknownName(_no(name, dict(zip(frame.index, frame["name"], strict=True))))
    for type in LINK_TYPES:
        links = landscape.links(type)
        if type != "WITHIN" and (links["id"] == name).any():
            return [], {name}
    raise UnknownName(f"Nothing here is called '{name}'; give {_WHAT}.")


def _of_brand(landscape: Landscape, name: str) -> list[str]:
    guardians = landscape.nodes("Guardian")
    keys = guardians["brand"].fillna("").map(_plain)
    if not _plain(name) or not (keys == _plain(name)).any():
        known = {f"{BRAND}{brand}": brand for brand in brands(landscape)}
        raise UnknownName(_no(f"{BRAND}{name}", known))
    return sorted(guardians.index[keys == _plain(name)])


def _no(name: str, known: Mapping[str, str]) -> str:
    """Return the sentence for a name that is not here, with up to three that are like it."""
    by_name = {str(text).casefold(): id for id, text in known.items()}
    rest = name.partition(":")[2].replace("-", " ").casefold()
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    near += [by_name[text] for text in difflib.get_close_matches(rest, list(by_name), n=3, cutoff=0.6)]
    said = ", ".join(f"{id} ({known[id]})" for id in dict.fromkeys(near[:3]))
    return f"Nothing here is called '{name}'." + (f" Did you mean {said}?" if said else f" Give {_WHAT}.")


def _close(
    landscape: Landscape,
    stands_on: Backing,
    held: list[Agreement],
    because: dict[str, str],
    links: set[str],
    ends_below: float,
) -> None:
    """Add to ``because`` what ends, round by round until nothing more does."""
    runs = landscape.links("RUNS")
    runners: dict[str, set[str]] = defaultdict(set)
    for id, start, end in zip(runs["id"], runs["start"], runs["end"], strict=True):
        # A link that is taken out joins nobody, and who ran it no longer does.
        runners[end].add(f"{start} by {id}" if id in links else start)
    delivered: dict[str, set[str]] = defaultdict(set)
    delivers = landscape.links("DELIVERS")
    for id, start, end in zip(delivers["id"], delivers["start"], delivers["end"], strict=True):
        delivered[end].add(id if id in links else start)
    while True:
        gone = because.keys() | {runner for found in runners.values() for runner in found if " by " in runner}
        found: dict[str, str] = {}
        for id, who in runners.items():
            if label_of(id) in ("Service", "Guardian") and who <= gone:
                found[id] = "nobody else runs it"
        for service in stands_on.services:
            money = stands_on.money(service, landscape.as_of)
            lost = [m for m in money if _goes(m, because, links)]
            stays = share_of([m for m in money if m not in lost], money)
            if lost and stays is not None and stays <= ends_below:
                found.setdefault(service, "all its recorded money goes" if not stays else _little(stays))
        for programme in sorted({m.recipient for m in held if label_of(m.recipient) == "Programme"}):
            if all(_goes(m, because, links) for m in held if m.recipient == programme):
                found[programme] = "all its recorded money goes"
        for session, services in delivered.items():
            if services <= because.keys() | found.keys() | links:
                found[session] = "its service ends"
        fresh = {id: why for id, why in found.items() if id not in because}
        if not fresh:
            return
        because.update(fresh)


def _little(share: float) -> str:
    return f"{share:.0%} of its recorded money stays"


def _goes(m: Agreement, because: Mapping[str, str], links: Iterable[str]) -> bool:
    return m.payer in because or m.recipient in because or m.id in links


def _plain(brand: str) -> str:
    return " ".join(str(brand).split()).casefold()
