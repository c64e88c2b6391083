"""How does the demo borough get into its store? Generated, then loaded like anybody's files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.generate import write_demo
from graphmodel.errors import InputError, StoreUnavailable
from graphmodel.settings import Settings
from graphmodel.store import GraphStore, open_store
from ingest.pipeline import ingest

Progress = Callable[[str, int, int], None]

_EMPTY = "MATCH (n) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS n"


def ensure_demo(settings: Settings, *, progress: Progress | None = None) -> bool:
    """Load the demo borough into its own database unless this generator's is there; return whether it was loaded.

    The borough of another generator is emptied first. Raises InputError if the database of a shared Neo4j holds other
    data, StoreUnavailable if there is no store.
    """
    settings = replace(settings, demo=True)
    stamp = settings.data_dir / "demo.version"
    with open_store(settings, write=True) as store:
        if not store.is_empty():
            _refuse_other_data(store)
            if settings.neo4j_uri or _read(stamp) == generator_version():
                return False
            while store.change(_EMPTY)[0]["n"]:
                pass
    with open_store(settings, write=True) as store:
        _load(store, settings, progress)
    _write(stamp)
    return True


def generator_version() -> str:
    """Return a hash of the generator: another generator makes another borough."""
    parts = sorted((part for part in files("demo").iterdir() if part.name.endswith(".py")), key=lambda part: part.name)
    digest = hashlib.blake2s(digest_size=8)
    for part in parts:
        digest.update(part.read_bytes())
    return digest.hexdigest()


def _load(store: GraphStore, settings: Settings, progress: Progress | None) -> None:
    with TemporaryDirectory(prefix="landscape-demo-") as temporary:
        folder = Path(temporary) / "demo"
        write_demo(folder)
        ingest([folder], store, settings, progress=progress)


def _refuse_other_data(store: GraphStore) -> None:
    if not any(str(source.get("name", "")).startswith("demo/") for source in store.nodes("Source")):
        raise InputError("The demo goes only into an empty database, and this one holds other data.")


def _read(stamp: Path) -> str:
    try:
        return stamp.read_text("utf-8").strip()
    except OSError:
        return ""


def _write(stamp: Path) -> None:
    try:
        stamp.write_text(generator_version(), "utf-8")
    except OSError as error:
        raise StoreUnavailable(f"The data directory {stamp.parent} cannot be written ({error.strerror}).") from None
