"""Which colour stands for what? One table for the map, the legends, the network view and Streamlit's own theme."""

from __future__ import annotations

from typing import Any

LIGHT = {"background": "#FFFFFF", "panel": "#F4F6F5", "text": "#17211F", "primary": "#0B6E69"}
DARK = {"background": "#111817", "panel": "#1A2422", "text": "#E6ECEA", "primary": "#4FB3AB"}

UNKNOWN = "#C9CED1"
PROVISION = ("#E4F1EF", "#0B4F4B")
SHORTFALL = ("#FBEFDC", "#7A4300")

# Okabe and Ito's palette, which people with any colour vision can tell apart; no red for a place or a person.
KINDS: dict[str, tuple[str, str]] = {
    "context": ("Context", "#0072B2"),
    "commercial": ("Commercial guardian", "#E69F00"),
    "community": ("Community guardian", "#009E73"),
    "level_2": ("Level 2 service", "#CC79A7"),
    "level_1": ("Level 1 service", "#56B4E9"),
    "uncoded": ("Service not yet coded", "#8A949B"),
    "organisation": ("Organisation", "#5B6770"),
    "other": ("Other", "#9AA5AB"),
    "unknown": ("Hours not known", "#AEB5B9"),
}

# Sectors of partners, as the network is drawn; what has none, such as a context or a forum, is grey.
SECTORS: dict[str, tuple[str, str]] = {
    "statutory": ("Statutory", "#0072B2"),
    "voluntary": ("Voluntary", "#CC79A7"),
    "community": ("Community", "#009E73"),
    "faith": ("Faith", "#56B4E9"),
    "academic": ("Academic", "#8C6D31"),
    "private": ("Private", "#D9C21C"),
    "commercial": ("Commercial venue", "#E69F00"),
    "none": ("Has no sector", "#5B6770"),
    "unknown": ("Sector not known", "#C9CED1"),
}

# What charts paint with, light and dark: the browser takes the one of the page's theme.
CHART = {
    "@provision": ("#0B6E69", "#4FB3AB"),
    "@shortfall": ("#9A5B0A", "#E0A95C"),
    "@unknown": ("#8A949B", "#8A949B"),
    "@grid": ("#DDE2E0", "#2B3735"),
}

# Engagement is shown by fill, so that colour stays free for the sector.
FULL, HALF, RING, FAINT = "full", "half", "ring", "faint"
STAGE_FILLS = {"active": FULL, "agreed": HALF, "trained": HALF}

# A colour that the browser replaces by the background of the theme in use.
BACKGROUND = "@background"


def stage_fill(stage: object) -> str:
    """Return the fill of a stage: full when active, half when agreed or trained, else a ring; faint if unrecorded."""
    return FAINT if stage is None else STAGE_FILLS.get(str(stage), RING)


def scale(ends: tuple[str, str], steps: int) -> list[str]:
    """Return ``steps`` colours from the first end to the second, evenly spaced in RGB."""
    low, high = (_channels(colour) for colour in ends)
    if steps == 1:
        return [ends[1]]
    return [
        _hex([round(a + (b - a) * step / (steps - 1)) for a, b in zip(low, high, strict=True)]) for step in range(steps)
    ]


def streamlit_options() -> dict[str, Any]:
    """Return the theme as Streamlit's configuration keys, light and dark, with its bundled fonts only."""
    options: dict[str, Any] = {"theme.font": "sans-serif", "theme.baseRadius": "small", "theme.paddingTop": "3rem"}
    for name, colours in (("light", LIGHT), ("dark", DARK)):
        options |= {
            f"theme.{name}.backgroundColor": colours["background"],
            f"theme.{name}.secondaryBackgroundColor": colours["panel"],
            f"theme.{name}.textColor": colours["text"],
            f"theme.{name}.primaryColor": colours["primary"],
        }
    return options


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _hex(channels: list[int]) -> str:
    return "#" + "".join(f"{channel:02X}" for channel in channels)
