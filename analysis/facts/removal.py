"""What goes when an organisation, a funder, a chain or a link goes? The landscape without it, and what ends with it."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.facts.agreements import Agreement, agreements, backing, share_of
from analysis.facts.provision import current_services
from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.schema import LINK_TYPES, label_of

REMOVABLE = ("Organisation", "Guardian", "Service", "Forum", "Programme")
BRAND = "brand:"
TAKEN_OUT = "taken out"
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
    ends_below: float = 0.0

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
    nodes: set[str] = set()
    links: set[str] = set()
    for name in wanted:
        found, link = _found(landscape, name)
        nodes.update(found)
        links |= link
    return Standing(landscape).without(nodes, links, named=wanted, ends_below=ends_below)


class Standing:
    """What stands on what: services on who runs and pays for them, guardians on who runs them, programmes on money."""

    def __init__(self, landscape: Landscape) -> None:
        backed = backing(landscape)
        self.day = landscape.as_of
        self.held = [m for m in agreements(landscape) if m.current(self.day)]
        self.money = {service: backed.money(service, self.day) for service in backed.services}
        for programme in sorted({m.recipient for m in self.held if label_of(m.recipient) == "Programme"}):
            self.money[programme] = tuple(m for m in self.held if m.recipient == programme)
        self._stands_on: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._looked_at: dict[str, set[str]] = defaultdict(set)
        for type, labels in (("RUNS", ("Service", "Guardian")), ("DELIVERS", ("Session",))):
            links = landscape.links(type)
            for id, start, end in zip(links["id"], links["start"], links["end"], strict=True):
                if label_of(end) in labels:
                    self._stands_on[end].append((id, start))
                    self._looked_at[id].add(end)
                    self._looked_at[start].add(end)
        for recipient, money in self.money.items():
            for m in money:
                for id in (m.id, m.payer, m.recipient):
                    self._looked_at[id].add(recipient)

    def without(
        self, nodes: Iterable[str], links: Iterable[str], *, named: tuple[str, ...], ends_below: float = 0.0
    ) -> Removal:
        """Return what goes with these nodes and links: round by round, until nothing more ends."""
        because = dict.fromkeys(sorted(nodes), TAKEN_OUT)
        gone = frozenset(links)
        fresh = {*because, *gone}
        while fresh:
            doubtful = sorted({id for one in fresh for id in self._looked_at.get(one, ())} - because.keys())
            ended = {id: self._why(id, because, gone, ends_below) for id in doubtful}
            fresh = {id for id, why in ended.items() if why}
            because.update({id: why for id, why in ended.items() if why})
        money = tuple(m for m in self.held if _goes(m, because, gone))
        return Removal(named, because, gone, money, ends_below)

    def _why(self, id: str, because: Mapping[str, str], links: frozenset[str], ends_below: float) -> str | None:
        """Return why something ends now, or None where it stays."""
        stands_on = self._stands_on.get(id, ())
        if stands_on and all(start in because or link in links for link, start in stands_on):
            return "its service ends" if label_of(id) == "Session" else "nobody else runs it"
        money = self.money.get(id, ())
        stays = [m for m in money if not _goes(m, because, links)]
        share = share_of(stays, money)
        if len(stays) < len(money) and share is not None and share <= ends_below:
            return f"{share:.0%} of its recorded money stays" if stays else "all its recorded money goes"
        return None


def not_recorded(landscape: Landscape) -> tuple[str, ...]:
    """Return in words of how many services inside nobody recorded who pays or who runs them; nothing where all is."""
    standing, services = backing(landscape), current_services(landscape)
    inside = services.index[services["inside"]]
    unpaid = sum(not standing.money(id, landscape.as_of) for id in inside)
    unrun = sum(id not in standing.runners for id in inside)
    said = [(unpaid, "who pays"), (unrun, "who runs them")]
    return tuple(
        f"For {n} of {len(inside)} services nobody recorded {what} now: they cannot be seen to hang on anybody."
        for n, what in said
        if n
    )


def brands(landscape: Landscape) -> dict[str, list[str]]:
    """Return name of a chain -> its guardians; a chain has two or more. Case and spaces around a name do not matter."""
    guardians = landscape.nodes("Guardian")
    named = guardians["brand"].dropna()
    found: dict[str, list[str]] = defaultdict(list)
    for id, brand in named.items():
        found[_words(brand)].append(str(id))
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
    keys = guardians["brand"].fillna("").map(_words)
    if not _words(name) or not (keys == _words(name)).any():
        known = {f"{BRAND}{brand}": brand for brand in brands(landscape)}
        raise UnknownName(_no(f"{BRAND}{name}", known))
    return sorted(guardians.index[keys == _words(name)])


def _no(name: str, known: Mapping[str, str]) -> str:
    """Return the sentence for a name that is not here, with up to three whose id or name is like it."""
    said_like: dict[str, str] = {}
    for id, text in known.items():
        said_like.setdefault(_words(text), id)
        said_like[_words(id.partition(":")[2])] = id
    near = difflib.get_close_matches(_words(name.partition(":")[2]), list(said_like), n=3, cutoff=0.7)
    ids = dict.fromkeys(said_like[text] for text in near)
    said = ", ".join(id if id.endswith(f":{known[id]}") else f"{id} ({known[id]})" for id in ids)
    return f"Nothing here is called '{name}'." + (f" Did you mean {said}?" if said else f" Give {_WHAT}.")


def _words(text: str) -> str:
    return " ".join(str(text).replace("-", " ").split()).casefold()


def _goes(m: Agreement, because: Mapping[str, str], links: frozenset[str]) -> bool:
    return m.payer in because or m.recipient in because or m.id in links
