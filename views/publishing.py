"""Which rows of a page may anyone see? The same profile as the exports', with what must be printed beside each row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from graphmodel.disclosure import Profile, check_licences, publishable_gaps
from graphmodel.errors import InputError
from graphmodel.landscape import Landscape
from graphmodel.leaving import attributed
from graphmodel.schema import label_of

PLACES = ("Service", "Session", "Guardian", "Context")


def refusal(landscape: Landscape) -> str | None:
    """Return why nothing of the services, guardians and contexts may be published, or None where it may."""
    try:
        check_licences(landscape.sources(PLACES, ()))
    except InputError as error:
        return str(error)
    return None


def publishable_rows(landscape: Landscape, rows: pd.DataFrame, id: str = "id") -> pd.DataFrame:
    """Return the rows whose node (named by the column ``id``) anyone may see, with the column ``attribution``.

    Ask ``refusal`` first: what is of unknown licence is not to be published.
    """
    lines = {source["name"]: attributed(source) for source in landscape.sources(PLACES, ())}
    profile = Profile(publishable=True, threshold=landscape.settings.threshold)
    said: dict[str, str] = {}
    for key in dict.fromkeys(rows[id]):
        label = label_of(key) or ""
        node: dict[str, Any] = landscape.nodes(label).loc[key].to_dict()
        if profile.node(label, node) is not None:
            said[key] = lines.get(node["source"], "")
    kept = rows[rows[id].isin(said.keys())]
    return kept.assign(attribution=kept[id].map(said))


def publishable_gap_rows(landscape: Landscape, content: dict[str, Any]) -> pd.DataFrame:
    """Return a gap list (as ``Result.as_dict``) as it may be published: counts by area and kind."""
    published = publishable_gaps(content, landscape)
    lines = sorted({attributed(source) for source in published["sources"]})
    return pd.DataFrame(published["rows"]).assign(attribution=" | ".join(lines))
