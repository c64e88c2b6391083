"""Which numbers cannot be counted with? Refused by name, with the row they came from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from graphmodel.errors import InputError


def refuse(frame: pd.DataFrame, *fields: str, signed: bool = False) -> None:
    """Raise InputError for the first number of these fields that is infinite or, unless ``signed``, below 0.

    ``frame`` is one of nodes (indexed by id) or of links (with a column ``id``). A missing number is no fault.
    """
    ids = frame.get("id", frame.index)
    for field in fields:
        numbers = frame[field].to_numpy(float)
        bad = np.isinf(numbers) | ((numbers < 0) & (not signed))
        if bad.any():
            first = int(np.argmax(bad))
            at = frame["source_row"].iloc[first]
            where = f"; correct it at {at}" if isinstance(at, str) else ""
            raise InputError(f"{list(ids)[first]} has {field} {numbers[first]:g}, which cannot be counted with{where}.")
