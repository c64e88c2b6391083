"""What crosses to the browser, and how small? Values for our components, compressed."""

from __future__ import annotations

import json
import zlib
from importlib.resources import files

# Beyond this, a percent or two fewer bytes cost twice the time.
_LEVEL = 4


def packed(value: object) -> bytes:
    """Return a value as JSON compressed by zlib, as ``unpack.js`` unpacks it.

    A map of thousands of places repeats its words a lot: it shrinks to a fifth. Equal values give equal bytes, which
    Streamlit sends once. NaN and infinity, which JSON does not have, raise ValueError.
    """
    return zlib.compress(json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode(), _LEVEL)


def scripts(*names: str) -> str:
    """Return the text of these files of ours as one script, the first first."""
    return "\n".join((files("views.components") / name).read_text("utf-8") for name in names)
