"""How deprived are the places that provision is delivered in? Services and pounds by decile, and of which kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.supply import cells_of, sites_of
from graphmodel.landscape import Landscape

Coded = Callable[[pd.DataFrame], Iterator[tuple[str, pd.DataFrame]]]


def by_decile(landscape: Landscape, services: pd.DataFrame, by: str, coded: Coded) -> Iterator[dict[str, Any]]:
    """Yield a row for each decile of deprivation and, for each, the codes of ``by``: none where no decile is loaded.

    A service counts in each decile by the share of its located sessions that lie there, and so do its ``pounds``. The
    last decile is None: sessions in no cell, or in one whose decile is unknown. ``coded`` yields code and services.
    """
    deciles = _deciles(landscape)
    if not deciles.notna().any():
        return
    delivered = _delivered(landscape, services, deciles)
    people = _people(landscape, deciles)
    for decile in [*range(1, 11), None]:
        here = delivered[delivered["decile"].isna() if decile is None else delivered["decile"] == decile]
        if not len(here) and not people.get(decile):
            continue
        of = {"deprivation_decile": decile, "people_10_17": people.get(decile)}
        yield {"about": "decile", **of, **_sums(here, people.get(decile))}
        for code, chosen in coded(here):
            share = round(float(chosen["share"].sum() / here["share"].sum()), 4)
            mixed = {"dimension": by, "code": code, **_sums(chosen, people.get(decile)), "share_services": share}
            yield {"about": "decile_mix", **of, **mixed}


def _deciles(landscape: Landscape) -> pd.Series:
    """Return the decile of every cell inside, NaN unknown."""
    cells = cells_of(landscape)
    return landscape.nodes("Area")["deprivation_decile"].reindex(cells.ids[cells.inside]).astype(float)


def _delivered(landscape: Landscape, services: pd.DataFrame, deciles: pd.Series) -> pd.DataFrame:
    """Return a row for each located session inside: its service's fields, ``share`` of the service, and ``decile``."""
    sites = sites_of(landscape, services)
    inside = landscape.nodes("Session")["inside"].reindex(sites.sessions).to_numpy(bool)
    cell = landscape.within("Session", cells_of(landscape).level or "").reindex(sites.sessions)
    rows = services.iloc[sites.service_index].assign(share=sites.share, decile=cell.map(deciles).to_numpy(float))
    return rows[inside]


def _people(landscape: Landscape, deciles: pd.Series) -> dict[int | None, int]:
    cells = cells_of(landscape)
    counted = pd.Series(np.nan_to_num(cells.people), index=cells.ids).reindex(deciles.index)
    total = counted.groupby(deciles).sum()
    return {int(decile): round(n) for decile, n in zip(total.index.to_numpy(), total.tolist(), strict=True)}


def _sums(rows: pd.DataFrame, people: int | None) -> dict[str, Any]:
    known = rows["pounds"].notna()
    pounds = float((rows["share"] * rows["pounds"]).sum()) if known.any() or not len(rows) else None
    return {
        "services": round(float(rows["share"].sum()), 2),
        "pounds_a_year": None if pounds is None else round(pounds, 2),
        "pounds_unknown": int(rows.index[~known].nunique()),
        "pounds_per_1000": None if pounds is None or not people else round(1000 * pounds / people, 2),
    }
