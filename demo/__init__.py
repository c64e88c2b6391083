"""What does a whole landscape look like? A fictional borough, the same on every machine.

``AS_OF`` is the day the demo is told from: everything in it is dated relative to that day, and a demo opened
years later is shown as of it, with the same gaps.
"""

from __future__ import annotations

from datetime import date

AS_OF = date(2026, 11, 23)
