"""How deprived is an area, by official statistics? Its own figure, or that of its cells weighed by young people."""

from __future__ import annotations

import numpy as np

from analysis.facts.people import Residents
from analysis.facts.supply import cell_areas, cells_of
from graphmodel.landscape import Landscape

WHAT_TO_LOAD = (
    "No deprivation is loaded: load the Indices of Deprivation (File 7), or a table of area codes with a "
    "deprivation_score or deprivation_decile."
)


class Deprivation:
    """Scores (higher is more deprived) and deciles (1 is the most deprived tenth) of areas and of cells."""

    def __init__(self, landscape: Landscape, residents: Residents) -> None:
        self._residents = residents
        self._areas = landscape.nodes("Area")
        frame, _ = cell_areas(landscape)
        self.scores = frame["deprivation_score"].to_numpy(float)
        self.deciles = frame["deprivation_decile"].to_numpy(float)
        self._people = cells_of(landscape).people

    @property
    def rank_by(self) -> np.ndarray:
        """What to rank cells by, lowest is most deprived, NaN unknown: the score, or the decile if more have one."""
        if np.isfinite(self.deciles).sum() > np.isfinite(self.scores).sum():
            return self.deciles
        return -self.scores

    def score(self, area: str) -> float | None:
        """Return the score of an area, to two decimals."""
        return self._of(area, "deprivation_score", self.scores, 2)

    def decile(self, area: str) -> float | None:
        """Return the decile of an area; where only its cells have one, their mean to one decimal."""
        return self._of(area, "deprivation_decile", self.deciles, 1)

    def _of(self, area: str, field: str, of_cells: np.ndarray, decimals: int) -> float | None:
        own = float(self._areas[field].get(area, np.nan))
        if np.isfinite(own):
            return own
        cells = self._residents.cells_of(area)
        positions = np.array([cell for cell, _ in cells], int)
        people = np.array([share for _, share in cells], float) * self._people[positions]
        use = np.isfinite(of_cells[positions]) & (people > 0)
        if not use.any():
            return None
        return round(float(np.average(of_cells[positions][use], weights=people[use])), decimals)
