"""How does a store of an earlier schema become one of this? A backup first, then one step after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graphmodel import backup, locking
from graphmodel.cypher import Statements
from graphmodel.errors import StoreUnavailable
from graphmodel.schema import SCHEMA_VERSION

Step = Callable[[Statements], None]


def _to_1(_store: Statements) -> None:
    """Schema 0 was never released; it stands for "before" in the tests."""


# From each schema version to the next.
STEPS: Mapping[int, Step] = {0: _to_1}


def migrate(store: Statements, found: int) -> None:
    """Bring the store from schema ``found`` to this program's; the backup goes to ``<data_dir>/backups``.

    Raises StoreUnavailable where a step is missing.
    """
    missing = [version for version in range(found, SCHEMA_VERSION) if version not in STEPS]
    if missing:
        raise StoreUnavailable(
            f"The store has schema {found}, too old for this program: open it with an earlier version first."
        )
    backup.keep_before(store, f"schema-{found}")
    with locking.held(store, "a migration"):
        for version in range(found, SCHEMA_VERSION):
            STEPS[version](store)
            store.change(
                "MATCH (m:Meta {id: 'meta'}) SET m.schema = $version, m.counter = m.counter + 1", version=version + 1
            )
