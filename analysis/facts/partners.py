"""Who are the partners, and how are they joined? The network as numbers, for the kernels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.facts.network import NETWORK_CAVEAT, PARTNERS, dealings, partner_links
from analysis.results import known
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

WHOLE_NETWORK = "The network is the whole one that is loaded, also beyond the area: what lies beyond that is not in it."
NO_LINKS = "No partner link is recorded: how partners work together is not known, which is not to say that they do not."

FORMAL = ("protocol", "contract")
CONFIDENTIAL = "confidential"


@dataclass(frozen=True)
class Partners:
    """The partners that have a recorded link to another, in the order of their ids, and their links.

    ``frame``: indexed by id, with name, label, sector (None for forums and services nobody is said to run), inside and
    confidential. ``links``: one row for each link that counts, with id, type, start, end (ids, a service standing with
    its runner), a and b (their positions), formality, and confidential.
    """

    frame: pd.DataFrame
    links: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def edges(self) -> np.ndarray:
        """Positions of the two ends of every link, (e, 2): a pair linked in two ways is there twice."""
        return self.links[["a", "b"]].to_numpy(np.int64)

    def edges_of(self, *types: str) -> np.ndarray:
        """Return the ends of the links of these types."""
        return self.edges[self.links["type"].isin(types).to_numpy(bool)]

    @cached_property
    def sector_names(self) -> tuple[str, ...]:
        """The sectors that occur."""
        return tuple(sorted(self.frame["sector"].dropna().unique()))

    @cached_property
    def sectors(self) -> np.ndarray:
        """The number of each partner's sector in ``sector_names``, -1 where it has none."""
        return np.asarray(pd.Index(self.sector_names).get_indexer(pd.Index(self.frame["sector"])), np.int64)

    def without_confidential(self) -> Partners:
        """Return the network without confidential partners and links."""
        return _joined(self.frame[~self.frame["confidential"]], self.links[~self.links["confidential"]])


def partners_of(landscape: Landscape) -> Partners:
    """Return the partner network. A perceived link counts where it says who was asked."""
    bodies = _bodies(landscape)
    links = dealings(landscape, fields=["formality", "sensitivity"])
    hidden = set(bodies.index[bodies["confidential"]])
    links["confidential"] = (
        (links["sensitivity"] == CONFIDENTIAL) | links["start"].isin(hidden) | links["end"].isin(hidden)
    )
    ends = {id: (start, end) for start, end, id, _ in partner_links(landscape)}
    links = links[links["id"].isin(ends).to_numpy(bool)]
    joined = [ends[id] for id in links["id"]]
    return _joined(bodies, links.assign(start=[a for a, _ in joined], end=[b for _, b in joined]))


def _bodies(landscape: Landscape) -> pd.DataFrame:
    parts = []
    for label in PARTNERS:
        frame = landscape.nodes(label)
        sector = frame["sector"] if "sector" in frame else pd.Series(None, frame.index, object)
        parts.append(
            pd.DataFrame(
                {
                    "name": [known(name) for name in frame["name"]],
                    "label": label,
                    "sector": pd.Series([known(value) for value in sector], frame.index, object),
                    "inside": frame["inside"].to_numpy(bool),
                    "confidential": (frame["sensitivity"] == CONFIDENTIAL).to_numpy(bool),
                },
                index=frame.index,
            )
        )
    return pd.concat(parts)


def _joined(bodies: pd.DataFrame, links: pd.DataFrame) -> Partners:
    """Return the links whose ends are both among the bodies, and the bodies that have one."""
    here = links["start"].isin(bodies.index) & links["end"].isin(bodies.index)
    links = links[here.to_numpy(bool)].sort_values("id").reset_index(drop=True)
    frame = bodies[bodies.index.isin(set(links["start"]) | set(links["end"]))].sort_index()
    position = pd.Series(np.arange(len(frame)), frame.index)
    ends = {end: links[side].map(position).to_numpy(np.int64) for end, side in (("a", "start"), ("b", "end"))}
    return Partners(frame, links[["id", "type", "start", "end", "formality", "confidential"]].assign(**ends))


def network_caveats(partners: Partners) -> tuple[str, ...]:
    """Return what every answer about the network says of itself."""
    if not len(partners):
        return (NO_LINKS,)
    said = [NETWORK_CAVEAT, WHOLE_NETWORK]
    hidden = int(partners.frame["confidential"].sum())
    if hidden:
        said.append(f"Confidential partners are counted and not listed: {hidden}.")
    return tuple(said)


def pair_names(partners: Partners, pair: Iterable[int]) -> dict[str, str | None]:
    """Return partner, name, other, other_name of two positions."""
    a, b = pair
    ids, names = partners.frame.index, partners.frame["name"]
    return {"partner": str(ids[a]), "name": names.iloc[a], "other": str(ids[b]), "other_name": names.iloc[b]}


def is_organisation(partners: Partners) -> np.ndarray:
    """Return which partners are organisations."""
    return np.array([label_of(id) == "Organisation" for id in partners.frame.index], bool)
