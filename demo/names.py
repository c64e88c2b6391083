"""What are things called? Invented words put together so that no two names in the borough are the same."""

from __future__ import annotations

from demo.package import Chance

FIRST = (
    "Cockle", "Tar", "Kelp", "Oakum", "Bollard", "Capstan", "Windlass", "Gantry", "Sluice", "Osier", "Sedge",
    "Teasel", "Plover", "Dunlin", "Curlew", "Tern", "Avocet", "Lapwing", "Flax", "Cooper", "Chandler", "Tanner",
    "Saddler", "Fuller", "Kiln", "Pewter", "Linnet", "Bramble", "Hawthorn", "Alder", "Juniper", "Marram",
    "Samphire", "Thrift", "Wrack", "Limpet", "Whelk", "Rudder", "Tiller", "Hawser", "Shackle", "Lantern",
)  # fmt: skip
STREET = ("Lane", "Street", "Row", "Walk", "Rise", "Way", "Terrace", "Gate", "Yard", "Close")
ADJECTIVES = (
    "Copper", "Idle", "Merry", "Painted", "Crooked", "Quiet", "Silver", "Amber", "Salted", "Lucky", "Patient",
    "Russet", "Velvet", "Wandering", "Winter", "Golden", "Little", "Old", "Blue", "Speckled",
)  # fmt: skip
NOUNS = (
    "Heron", "Ferryman", "Barrel", "Kettle", "Compass", "Gull", "Herring", "Thimble", "Lantern", "Sail", "Pebble",
    "Cooper", "Beacon", "Otter", "Sparrow", "Teapot", "Windmill", "Oyster", "Rope", "Basket", "Harbour", "Apple",
    "Wheelhouse", "Mast", "Puffin",
)  # fmt: skip
EPITHETS = (
    "Kittiwake", "Driftwood", "Anchorlight", "Open Door", "Northlight", "Warm Harbour",
    "Common Ground", "Halyard", "Fairlead", "Groundswell", "Lamplight", "Bridgehead", 
    "Seawall", "Springtide", "Cornerstone", "Turnstone", "Fernleaf", "Rockpool", "Foghorn", "Clearwater",
    "Saltbox", "Moorings", "Undertow", "Stepladder", "Lifeline", "Wayfinder", "Longshore", "Headland", "Sailcloth",
    "Ebb and Flow", "Neap", "Shoreline", "Crosswind", "Fathom", "Keystone", "Shoal", "Landfall", "Spindrift",
    "Bellbuoy", "Topsail", "Ballast", "Leeway", "Outrigger", "Flotsam", "Jetty", "Backwater", "Sandbar", "Dovetail",
    "Hearthside", "Ninefold", "Skylight", "Larkrise", "Pathfinders", "Footbridge", "Waymark", "Roundhouse",
    "Greenshoots", "Millstone", "Ripple", "Overhaul", "Stillwater", "Patchwork", "Loom", "Cobblestone", "Elderflower",
    "Evergreen", "Candlewick",
)  # fmt: skip
FAITHS = ("Chapel", "Church Hall", "Mosque", "Gurdwara", "Temple", "Meeting House", "Mission")

PATTERNS: dict[str, tuple[str, ...]] = {
    "pub": ("The {adjective} {noun}",),
    "bar": ("{adjective} {noun} Bar",),
    "nightclub": ("Club {noun}", "{adjective} {noun} Rooms"),
    "restaurant": ("{adjective} {noun} Kitchen", "{noun} Table"),
    "cafe": ("{adjective} {noun} Café",),
    "takeaway": ("{street} Fish Bar", "{street} Grill", "{street} Noodles", "{street} Pizza"),
    "hotel": ("{adjective} {noun} Hotel",),
    "shop": ("{street} News", "{street} Phones", "{street} Pharmacy", "{street} Stores", "{street} Vapes"),
    "supermarket": ("{street} Foods",),
    "barber": ("{street} Barbers",),
    "taxi": ("{adjective} {noun} Cars",),
    "transport": ("{street} Bus Office",),
    "arcade": ("{adjective} {noun} Amusements",),
    "leisure": ("{street} Gym", "{street} Bowl"),
    "sports_club": ("{street} Football Club", "{street} Boxing Club", "{street} Rowing Club"),
    "faith": tuple(f"{{street}} {faith}" for faith in FAITHS),
    "youth_club": ("{street} Youth Club",),
    "library": ("{street} Library",),
    "community_centre": ("{street} Community Centre", "{street} Hall"),
    "residents": ("{street} Residents' Association",),
    "school_gate": ("{street} School Gate Team",),
    "park_staff": ("{street} Park Wardens",),
    "other": ("{street} Launderette", "{street} Allotment Society", "{street} Garage"),
    "neighbourhood": ("{street} estate", "{street} flats", "Around {street}"),
    "park": ("{first} Fields", "{street} green", "{street} recreation ground", "{first} Park"),
    "school": ("{first} Primary School", "{first} High School"),
    "stop": ("{street} stop",),
    "commercial": ("{street} parade", "{street} shops"),
    "leisure_place": ("{street} pitches", "{street} skate park", "{street} sports hall", "{street} playing court"),
    "service": ("{epithet}",),
}


class Names:
    """Hands out names, each once in the borough."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._given: set[str] = set()
        self._epithets = chance.sample(EPITHETS, len(EPITHETS))

    def reserve(self, name: str) -> None:
        """Keep a name from being given again."""
        self._given.add(name)

    def make(self, pattern: str) -> str:
        """Return a new name for this kind of thing."""
        for _ in range(1000):
            name = self._chance.pick(PATTERNS[pattern]).format(**self._words())
            if name not in self._given:
                self._given.add(name)
                return name
        raise RuntimeError(f"no name is left for {pattern}")

    def epithet(self) -> str:
        """Return a word for a project, each once."""
        return self._epithets.pop()

    def _words(self) -> dict[str, str]:
        chance = self._chance
        return {
            "first": chance.pick(FIRST),
            "street": f"{chance.pick(FIRST)} {chance.pick(STREET)}",
            "adjective": chance.pick(ADJECTIVES),
            "noun": chance.pick(NOUNS),
        }


def slug(name: str) -> str:
    """Return a name as a key: lower case, hyphens, plain letters."""
    plain = name.lower().replace("é", "e").replace("'", "").replace("&", "and")
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())
