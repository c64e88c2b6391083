"""What the kill tests run in a process of its own, and the records they load."""

from __future__ import annotations

import os
import signal
from typing import Any

from graphmodel import backup, durable
from graphmodel.records import LinkRecord, NodeRecord, Record
from graphmodel.schema import LINK_TYPES, NODE_TYPES, SCHEMA_VERSION
from graphmodel.settings import Settings
from graphmodel.store import GraphStore, open_store

WARDS = "folder/wards"
FILE = "folder/places.csv"
SOURCES = [WARDS, FILE]


def before() -> list[Record]:
    """Sixty kiosks in two wards."""
    return _landscape(range(60), "first", ward=lambda n: n % 2)


def after() -> list[Record]:
    """Ten of the kiosks are gone, fifty are changed and in another ward, thirty are new; a link waits."""
    waiting = LinkRecord("GUARDIAN_OF", "link:w", "guardian:20", "context:none", {"source": FILE})
    return [*_landscape(range(10, 90), "second", ward=lambda n: (n + 1) % 3), waiting]


def _landscape(numbers: range, name: str, *, ward: Any) -> list[Record]:
    wards = [NodeRecord("Area", f"area:W{n}", {"name": f"W{n}", "level": "ward", "source": WARDS}) for n in range(3)]
    kiosks = [
        NodeRecord("Guardian", f"guardian:{n}", {"name": f"{name} {n}", "sector": "commercial", "source": FILE})
        for n in numbers
    ]
    trains = [
        LinkRecord("TRAINS", f"link:t{n}", f"guardian:{n}", f"guardian:{numbers[0]}", {"strength": 0.5, "source": FILE})
        for n in numbers
    ]
    within = [
        LinkRecord("WITHIN", f"link:{n}>{ward(n)}", f"guardian:{n}", f"area:W{ward(n)}", {"source": "derived"})
        for n in numbers
    ]
    return [*wards, *kiosks, *trains, *within]


def load_after(settings: Settings, step: str = "", nth: int = 1) -> None:
    """Load ``after()`` in small chunks; kill this process when ``step`` comes for the ``nth`` time."""
    durable.ROWS = dict.fromkeys(durable.ORDER, 20)
    durable.OTHER_ROWS = 20
    seen = 0

    def watch(name: str) -> None:
        nonlocal seen
        seen += name == step
        if name == step and seen == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    durable.on_step = watch
    with open_store(settings) as store:
        store.load(after(), sources=SOURCES)


def contents(store: GraphStore) -> dict[str, list[Any]]:
    """Everything the store holds of the landscape, its edits and waiting links, property by property."""
    store.counts()  # waits for, or finishes, a load
    return {name: list(backup._stored(store, name)) for name in (*NODE_TYPES, *backup.KEPT, *LINK_TYPES)}


def empty(settings: Settings) -> None:
    """Make a store of these settings as if nobody had ever used it; its constraints stay, for they take long."""
    with GraphStore(settings) as store:
        for row in store.run("MATCH (n) RETURN DISTINCT labels(n)[0] AS label"):
            if row["label"] != "Meta":
                store.change(f"MATCH (n:{row['label']}) DETACH DELETE n")
        store.change("MATCH (m:Meta) SET m.schema = $schema, m.counter = 0", schema=SCHEMA_VERSION)
        store.change("MATCH (m:Meta) SET m.kind = $kind", kind=settings.store_name)
