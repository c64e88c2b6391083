"""What does each source say of one thing, and what holds when they disagree?

A person's edit counts most, then the package, then a register, then other files by name. What each source said is
kept beside the merged properties wherever there is more than one, so the order of loading changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2s
from typing import Any

from graphmodel.cypher import Statements, decode_all, encode_all, fields_of
from graphmodel.schema import BOOKKEEPING

EDIT = "edit"
DERIVED = "derived"
PACKAGE = "package"
REGISTERS = frozenset({
    "boundaries", "lookups", "postcodes", "population", "deprivation", "fhrs", "schools", "stops", "grants_360giving",
    "charity_register",
})  # fmt: skip

Claims = dict[str, dict[str, Any]]

# Areas too small to say of a confidential place that it lies there.
FINE_LEVELS = ("lsoa", "custom")

# These go with whoever says the thing exists, as a whole; a line of one file with the licence of another is a lie.
_PROVENANCE = ("source", "source_row", "retrieved", "licence", "confidence")
_OPENNESS = ("open", "internal", "confidential")
_KEPT_APART = frozenset(field.name for field in BOOKKEEPING) - {"suppressed"} | {"id"}
_NOT_COMPARED = frozenset({"loaded_at"})  # a Source's; a second load of the same files changes nothing


class Precedence:
    """The order in which sources count, known from the adapter that read each."""

    def __init__(self, adapters: Mapping[str, str | None]) -> None:
        self._adapters = adapters

    def key(self, source: str) -> tuple[int, str]:
        """Return the sort key of a source: the least counts most."""
        if source == EDIT:
            return (0, source)
        adapter = self._adapters.get(source) or ""
        if adapter == PACKAGE:
            return (1, source)
        return (2 if adapter in REGISTERS else 3, source)

    def ordered(self, claims: Iterable[str]) -> list[str]:
        """Return the sources, the one that counts most first."""
        return sorted(claims, key=self.key)


def known_adapters(store: Statements) -> dict[str, str | None]:
    """Return source -> adapter, as the store's Source nodes tell."""
    rows = store.run("MATCH (s:Source) RETURN s.name AS name, s.adapter AS adapter")
    return {row["name"]: row["adapter"] for row in rows}


def claims_of(properties: Mapping[str, Any]) -> Claims:
    """Return what each source says of a stored thing: source -> properties."""
    kept = properties.get("claims")
    if kept:
        return {source: decode_all(said) for source, said in json.loads(kept).items()}
    sources = properties.get("sources") or []
    return {source: said_by(properties) for source in sources[:1]}


def has_ended(claims: Claims) -> bool:
    """Return whether no source says any more that a thing exists; people's word alone holds only what they made."""
    return all(source == EDIT for source in claims) and claims.get(EDIT, {}).get("source") != EDIT


def said_by(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties a source speaks of, without the store's own."""
    return {name: value for name, value in properties.items() if name not in _KEPT_APART}


def stored(name: str, id: str, claims: Claims, precedence: Precedence) -> dict[str, Any]:
    """Return all properties of the node or link ``id`` of this label or type, as the store keeps them."""
    sources = precedence.ordered(source for source in claims if source != EDIT)
    properties = {**merged(name, claims, precedence), "id": id, "sources": sources}
    if len(claims) > 1 or EDIT in claims:
        if is_confidential(properties):
            claims = {source: _without_place(name, said) for source, said in claims.items()}
        properties["claims"] = claims_text(claims)
    return sealed(properties)


def ended(properties: Mapping[str, Any], last_day: Any) -> dict[str, Any]:
    """Return the properties of a thing no source speaks of any more: it held until ``last_day`` at the latest."""
    own_end = properties.get("valid_to")
    edits = {source: said for source, said in claims_of(properties).items() if source == EDIT}
    kept = {name: value for name, value in properties.items() if name != "claims"}
    kept |= {"valid_to": min(own_end, last_day) if own_end else last_day, "sources": []}
    return sealed(kept | ({"claims": claims_text(edits)} if edits else {}))


def sealed(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties with the fingerprint by which the next load knows them again."""
    seen = {name: value for name, value in properties.items() if name != "fingerprint" and name not in _NOT_COMPARED}
    text = json.dumps(encode_all(seen), sort_keys=True, ensure_ascii=False)
    return {**properties, "fingerprint": blake2s(text.encode(), digest_size=8).hexdigest()}


def claims_text(claims: Claims) -> str:
    """Return claims as the store keeps them."""
    return json.dumps(
        {source: encode_all(claims[source]) for source in sorted(claims)}, sort_keys=True, ensure_ascii=False
    )


def merged(name: str, claims: Claims, precedence: Precedence) -> dict[str, Any]:
    """Return the properties that hold where ``claims`` are made of a thing of this label or type."""
    if len(claims) == 1:
        return _confined(name, dict(next(iter(claims.values()))))
    order = precedence.ordered(claims)
    result: dict[str, Any] = {}
    for source in reversed(order):
        said = claims[source]
        for group in _together(name):
            if any(each in said for each in group):
                result = {k: v for k, v in result.items() if k not in group}
        result.update(said)
    first = next((claims[source] for source in order if source != EDIT), {})
    result |= {each: claims.get(EDIT, first).get(each, first.get(each)) for each in _PROVENANCE}
    result["sensitivity"] = _sensitivity(order, claims)
    suppressed = {each for said in claims.values() for each in said.get("suppressed") or ()}
    result["suppressed"] = sorted(suppressed) or None
    return _confined(name, {each: value for each, value in result.items() if value is not None})


def is_confidential(properties: Mapping[str, Any]) -> bool:
    """Return whether a thing may be shown to nobody but its keepers, and is kept without a point."""
    return properties.get("sensitivity") == _OPENNESS[-1]


def place_of(name: str, said: Mapping[str, Any]) -> Any:
    """Return the point a claim gives, or None."""
    return next((said[field] for field in _points(name) if said.get(field) is not None), None)


def _sensitivity(order: list[str], claims: Claims) -> str | None:
    """What one source holds confidential another does not open; only a person may."""
    if claims.get(EDIT, {}).get("sensitivity"):
        return str(claims[EDIT]["sensitivity"])
    said = {claims[source].get("sensitivity") for source in order}
    return next((level for level in reversed(_OPENNESS) if level in said), None)


@cache
def _together(name: str) -> list[tuple[str, ...]]:
    """Properties that are one statement: hours with their week, a point with its precision."""
    groups = [field.properties for field in fields_of(name).values() if field.kind == "hours"]
    return [*groups, ("location", "precision")]


@cache
def _points(name: str) -> list[str]:
    return [field.name for field in fields_of(name).values() if field.kind == "point"]


def _confined(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """A confidential place is kept without its point, whoever else gives it."""
    return _without_place(name, properties) if is_confidential(properties) else properties


def _without_place(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {each: value for each, value in properties.items() if each not in _points(name)}
