"""Is every part of every page whole and readable by everybody, wide and narrow, light and dark? Pictures are kept."""

from __future__ import annotations

import pytest
from browser_help import PAGES, at_full_height, at_rest, barriers, each_part, picture, shown

# Streamlit follows the theme of the system by itself; its page's background says which it has.
BACKGROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 24, 23)"}


@pytest.mark.parametrize("path", PAGES)
def test_every_part_of_a_page_in_both_widths_and_both_colours(app, visit, path):
    """One visit a page: the window and the colours change under it, as on a tablet that is turned in the evening."""
    page = visit().page
    shown(page, app.url(path, data="demo"), path)
    name = path or "landscape"
    found = []
    for at, part in enumerate(each_part(page)):
        # The frame of a page is the same around all of its parts: what differs is looked at wide and light, narrow and
        # dark; the whole page in all four.
        found += faults(page, f"{name}-{part}", all_four=at == 0)
    assert found == []


def faults(page, name: str, *, all_four: bool) -> list[str]:
    """Return what is wrong with what stands in the window, in both widths and colours; keep a picture of each."""
    found = []
    for width in (1280, 390):
        at_full_height(page, width)
        for scheme, background in BACKGROUND.items():
            if not all_four and (width, scheme) not in ((1280, "light"), (390, "dark")):
                continue
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(
                "colour => getComputedStyle(document.querySelector('.stApp')).backgroundColor === colour",
                arg=background,
            )
            at_rest(page)
            where = f"{name}-{width}-{scheme}"
            found += [f"{where}: {each}" for each in (*barriers(page), *cut_off(page, width))]
            picture(page, where)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def cut_off(page, width: int) -> list[str]:
    """Return whether a part could not be shown, or the page is wider than the window."""
    found = [page.locator(fault).first.inner_text() for fault in FAULTS if page.locator(fault).count()]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"the page is {wide} pixels wide")
    return found


FAULTS = ("[data-testid=stException]", "text=because of a fault")
