"""What may never be kept, whoever says it? Rules for peer groups, concern and confidential places."""

from __future__ import annotations

from graphmodel.records import Properties
from ingest.cells import Teller
from ingest.place import Place

PEER_GROUP_NAME = "Peer group"


def keep_the_rules(label: str, id: str, properties: Properties, place: Place, line: int | str, tell: Teller) -> bool:
    """Apply the rules to a row in place; return whether the row may be kept at all.

    A peer group has coarse areas, no point and a name the program makes. A concern needs a review date and is not
    put on one named business. A confidential place keeps no coordinates, only its ward or MSOA and coarser areas.
    """
    if properties.get("sensitivity") == "confidential":
        place.coarse = True
    if label == "Context":
        if properties.get("kind") == "peer_group":
            _peer_group(properties, place, line, tell)
        _concern(properties, line, tell)
    return True


def _peer_group(properties: Properties, place: Place, line: int | str, tell: Teller) -> None:
    if place.point or place.postcode:
        tell("peer_group_point", line)
    place.coarse = True
    if properties.get("name") not in (None, PEER_GROUP_NAME):
        tell("peer_group_name", line, "name")
    properties["name"] = PEER_GROUP_NAME
    properties.pop("precision", None)


def _concern(properties: Properties, line: int | str, tell: Teller) -> None:
    if properties.get("concern") in (None, "none_known"):
        return
    one_business = properties.get("kind") == "commercial" and properties.get("precision", "point") == "point"
    if one_business:
        tell("concern_on_business", line, "concern")
    elif "concern_review" not in properties:
        tell("concern_no_review", line, "concern")
    else:
        return
    for name in ("concern", "concern_review"):
        properties.pop(name, None)
