"""In which areas does each row of a file lie, and does it belong here at all? Drafts become placed records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from graphmodel.records import NodeRecord, Point, Record
from graphmodel.schema import NODE_TYPES
from ingest.area_codes import SUCCESSORS, is_code
from ingest.cells import Teller
from ingest.ethics import PEER_GROUP_NAME
from ingest.geocode import AreaIndex, Postcodes, within_link
from ingest.place import Place
from ingest.validate import Draft

SAME_ENOUGH = 10  # rows with one and the same coordinate before it is thought a fault of the file
_LOCATED = frozenset({"Context", "Guardian", "Session", "Postcode", "Organisation"})
_POINTS = frozenset(label for label, cls in NODE_TYPES.items() if any(f.name == "location" for f in cls.fields))
# Never said of a confidential place or a peer group; and of a contact address, which may be a home.
_HIDDEN = frozenset({"lsoa"})
_HIDDEN_OF_A_CONTACT = frozenset({"lsoa", "msoa"})


@dataclass
class Placer:
    """Places the drafts of one file. ``left_out`` gathers the ids of what lies outside the loaded areas."""

    tell: Teller
    areas: AreaIndex
    postcodes: Postcodes
    left_out: set[str]
    total: Counter[str] = field(default_factory=Counter)
    outside: int = 0
    nowhere: Counter[str] = field(default_factory=Counter)
    unknown_codes: Counter[str] = field(default_factory=Counter)
    malformed: int = 0
    codes: int = 0

    def place(self, drafts: Iterable[Draft]) -> Iterator[Record]:
        """Yield the records of the drafts, with a WITHIN link for each area a place lies in."""
        batch = list(drafts)
        located = [draft for draft in batch if draft.node.label in _LOCATED]
        self.postcodes.look_up(
            key for d in located if not d.place.point for key in (d.place.postcode, d.place.area_postcode) if key
        )
        points = {id(draft): self._point(draft) for draft in located}
        holding = self._holding([draft for draft in located if points[id(draft)]], points)
        for draft in batch:
            if draft.node.label in _LOCATED:
                yield from self._placed(draft, points[id(draft)], holding.get(id(draft)))
            else:
                yield from (draft.node, *draft.companions)

    def _placed(self, draft: Draft, point: Point | None, areas: list[str] | None) -> Iterator[Record]:
        node, place = draft.node, draft.place
        if node.label != "Postcode":
            self.total[node.label] += 1
        if point and not areas and self.areas.has_outlines:
            self.outside += 1
            self.left_out.update((node.id, *(c.id for c in draft.companions if isinstance(c, NodeRecord))))
            return
        if node.label == "Postcode" and not point:
            return
        coarse = place.coarse or node.label == "Organisation"
        if point and not coarse and node.label in _POINTS:
            node.properties["location"] = point
        declared = self._declared(place, point is not None)
        ids = areas if areas else declared
        if coarse:
            hidden = _HIDDEN_OF_A_CONTACT if place.area_postcode or node.label == "Organisation" else _HIDDEN
            ids = [id for id in ids if self.areas.entries[id].level not in hidden]
        if not point and not declared:
            self._without_place(draft)
        if node.properties.get("kind") == "peer_group" and node.label == "Context":
            self._name_peer_group(node, ids)
        yield node
        sensitivity = node.properties.get("sensitivity", "open")
        yield from (within_link(node.id, area, sensitivity) for area in sorted(set(ids)))
        yield from draft.companions

    def _point(self, draft: Draft) -> Point | None:
        place = draft.place
        if place.point:
            return place.point
        key = place.postcode or place.area_postcode
        found = self.postcodes.get(key) if key else None
        if found is None:
            return None
        if place.area_postcode and not place.postcode:
            place.coarse = True
        point, ended = found
        if ended:
            self.tell("postcode_ended", draft.line, "postcode", ended)
        return point

    def _holding(self, drafts: list[Draft], points: dict[int, Point | None]) -> dict[int, list[str]]:
        given = [point for draft in drafts if (point := points[id(draft)])]
        found = {id(draft): areas for draft, areas in zip(drafts, self.areas.holding(given), strict=True)}
        astray = [draft for draft in drafts if not found[id(draft)]]
        turned = {id(draft): _turned(points[id(draft)]) for draft in astray}
        for draft, areas in zip(astray, self.areas.holding([turned[id(d)] for d in astray]), strict=True):
            if areas and draft.place.point:
                self.tell("point_swapped", draft.line, draft.place.point_field)
                points[id(draft)] = turned[id(draft)]
                found[id(draft)] = areas
        for draft in astray:
            point = points[id(draft)]
            if point and abs(point.latitude) > 90:
                self.tell("point_bad", draft.line, draft.place.point_field, f"{point.longitude}, {point.latitude}")
                points[id(draft)] = None
        return found

    def _declared(self, place: Place, has_point: bool) -> list[str]:
        """Return the areas a row names, and those they nest in; where there is a point, it decides and they do not."""
        found: list[str] = []
        for code in place.areas:
            self.codes += 1
            id = self.areas.find(code)
            if id is None:
                if is_code(code) or not _looks_official(code):
                    self.unknown_codes[code] += 1
                else:
                    self.malformed += 1
            elif not has_point:
                found += [id, *(within.id for within in self.areas.parents.get(id, ()) if within.share is None)]
        return found

    def _without_place(self, draft: Draft) -> None:
        place = draft.place
        given = place.postcode or place.area_postcode
        if not place.areas:  # codes that are not known are said already
            self.nowhere["postcode" if given else draft.node.label] += 1

    def _name_peer_group(self, node: NodeRecord, ids: list[str]) -> None:
        names = sorted(self.areas.entries[id].name for id in ids)
        finest = [n for n in names if n][:3]
        node.properties["name"] = f"{PEER_GROUP_NAME} in {', '.join(finest)}" if finest else PEER_GROUP_NAME

    def finish(self) -> None:
        """Report what is said once for a file."""
        if self.outside:
            self.tell("points_outside", None, count=self.outside, total=self.total.total())
        if self.nowhere["Organisation"] * 2 > self.total["Organisation"]:
            # A file that gives most bodies no place misses none.
            del self.nowhere["Organisation"], self.total["Organisation"]
        if self.nowhere:
            unknown = self.nowhere["postcode"]
            reasons = {"no point, postcode or area is given": self.nowhere.total() - unknown,
                       "their postcode is not in the store": unknown}  # fmt: skip
            said = " or ".join(reason for reason, count in reasons.items() if count)
            self.tell("points_missing", None, count=self.nowhere.total(), total=self.total.total(), reason=said)
        if self.malformed:
            self.tell("area_malformed", None, "area", count=self.malformed)
        if self.unknown_codes:
            tell_unknown_areas(self.tell, self.unknown_codes, self.codes, "area", decides=True)


def tell_unknown_areas(tell: Teller, codes: Counter[str], total: int, column: str, *, decides: bool) -> None:
    """Report the codes of a column that no loaded area has, once: as another vintage, or as not loaded."""
    first = min(codes)
    hint = f"; it is now {SUCCESSORS[first]}" if first in SUCCESSORS else ""
    if decides and len(codes) > 1:
        named = sorted(SUCCESSORS.keys() & codes.keys())
        vintage = f"such as {first}{hint}" if not named else f"{named[0]} is now {SUCCESSORS[named[0]]}"
        tell("area_vintage", None, column, count=codes.total(), total=total, vintage=vintage)
        return
    more = f", nor are {len(codes) - 1:,} other codes" if len(codes) > 1 else ""
    tell("area_unknown", None, column, first, hint=f"{more}{hint}")


def _turned(point: Point | None) -> Point:
    assert point is not None
    return Point(point.latitude, point.longitude)


def _looks_official(code: str) -> bool:
    """Whether a text means to be an official code: a nation's letter and digits."""
    return len(code) > 4 and code[0].upper() in "EWSN" and code[1:].isdigit()


class SameCoordinates:
    """Finds files whose longitude and latitude columns hold one value: a file's middle, not its places.

    Drafts are held back while every point is the same; the first that differs lets all go.
    """

    def __init__(self, tell: Teller) -> None:
        self._tell = tell
        self._held: list[Draft] = []
        self._first: Point | None = None
        self._differs = False

    def pass_on(self, draft: Draft) -> list[Draft]:
        """Return the drafts that may go on now."""
        point = draft.place.point
        # A geometry is drawn for its row; only columns can be filled with one value by mistake.
        if self._differs or draft.place.point_field == "geometry":
            return [draft]
        if point is None:
            self._held.append(draft)
            return []
        self._first = self._first or point
        self._held.append(draft)
        self._differs = point != self._first
        return self._release() if self._differs else []

    def rest(self) -> list[Draft]:
        """Return what is still held; where all points are one, without them and with an issue."""
        with_point = [draft for draft in self._held if draft.place.point]
        if not self._differs and len(with_point) >= SAME_ENOUGH:
            field = with_point[0].place.point_field
            self._tell("points_same", None, field, count=len(with_point))
            for draft in with_point:
                draft.place.point = None
        return self._release()

    def _release(self) -> list[Draft]:
        held, self._held = self._held, []
        return held


def postcode_ended(node: NodeRecord) -> str | None:
    """Return the date a postcode ended, as text, or None."""
    ended = node.properties.get("valid_to")
    return ended.isoformat() if isinstance(ended, date) else None
