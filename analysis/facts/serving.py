"""Who may use a service, by where they live? What SERVES says, looked up for cells and services."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.facts.supply import CELL_LEVELS, Cells
from graphmodel.landscape import Landscape

# A service with a link on one of these bases is for people of the areas it serves; a catchment only says who comes.
RESTRICTING = ("eligible", "purchased")


class Serving:
    """Which cells live in an area that a service serves, and which may use it. Services are rows of the frame given.

    A service for an area is one for all that lies in it; one for an area smaller than a cell is one for the cell.
    """

    def __init__(self, landscape: Landscape, services: pd.DataFrame, cells: Cells) -> None:
        self._areas = landscape.nodes("Area").index
        self._above = self._areas_above(landscape, cells)
        links = landscape.links("SERVES")
        service = services.index.get_indexer(pd.Index(links["start"]))
        links, service = links[service >= 0], service[service >= 0].astype(np.int64)
        self.restricted = np.zeros(len(services), bool)
        self.restricted[service[links["basis"].isin(RESTRICTING).to_numpy(bool)]] = True
        self._service, self._area = service, self._areas.get_indexer(pd.Index(links["end"]))
        if cells.level is not None:
            holding = landscape.within("Area", cells.level).reindex(links["end"])
            part = holding.notna().to_numpy(bool)
            self._service = np.concatenate([self._service, service[part]])
            self._area = np.concatenate([self._area, self._areas.get_indexer(pd.Index(holding[part]))])
        self._keys = np.unique(self._service * len(self._areas) + self._area)
        self.said = np.zeros(len(services), bool)
        self.said[service] = True

    def may_use(self, cells: np.ndarray, services: np.ndarray) -> np.ndarray:
        """Return for pairs of cell and service whether its people may use it, (k,) bool."""
        allowed = ~self.restricted[services]
        asked = np.flatnonzero(~allowed)
        allowed[asked] = self._serves(cells[asked], services[asked])
        return np.asarray(allowed)

    def serving(self, cells: np.ndarray, services: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the pairs (row of ``cells``, service) in which one of ``services`` serves the cell, each once."""
        from scipy.sparse import csr_array

        chosen = np.isin(self._service, services)
        shape = (len(self._areas), int(self.restricted.size))
        served = csr_array((np.ones(chosen.sum()), (self._area[chosen], self._service[chosen])), shape=shape)
        above = self._above[cells]
        row, column = np.nonzero(above >= 0)
        lies_in = csr_array((np.ones(len(row)), (row, above[row, column])), shape=(len(cells), shape[0]))
        found = (lies_in @ served).tocoo()
        order = np.lexsort((found.col, found.row))
        return found.row[order].astype(np.int64), found.col[order].astype(np.int64)

    def _serves(self, cells: np.ndarray, services: np.ndarray) -> np.ndarray:
        found = np.zeros(len(cells), bool)
        for level in range(self._above.shape[1]):
            area = self._above[cells, level]
            key = services * len(self._areas) + area
            at = np.minimum(np.searchsorted(self._keys, key), max(len(self._keys) - 1, 0))
            found |= (area >= 0) & (self._keys[at] == key)
        return found

    def _areas_above(self, landscape: Landscape, cells: Cells) -> np.ndarray:
        """Return the areas of each cell, itself first, then one for each level, (n, levels); -1 where it has none."""
        own = self._areas.get_indexer(pd.Index(cells.ids))
        levels = [landscape.within("Area", level).reindex(cells.ids) for level in CELL_LEVELS]
        return np.column_stack([own, *(self._areas.get_indexer(pd.Index(parents)) for parents in levels)])
