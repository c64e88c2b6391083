"""How does text from files reach a page as text? Escaping for Markdown and HTML, and the few HTML blocks of the app."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from html import escape

from views import theme

# Streamlit turns these into emphasis, links, images, formulas, colours, icons and emoji. A word joiner after a
# colon breaks ":red[", ":smile:" and "https:", which a backslash alone does not. Brackets and commas mean nothing
# without these; a backslash before them would be read aloud, for the label is what a screen reader gets.
_MARKDOWN = re.compile(r"([!#$&*+\-./<=>@\[\\\]^_`{|}~])")
_NUMBERED = re.compile(r"^(\d+)\)")  # begins a list
_JOINER = "\u2060"


def plain(text: object) -> str:
    """Return text for a Markdown label (button, tab, expander, message) that shows as it is written, on one line."""
    flat = " ".join(str(text).split())
    flat = _NUMBERED.sub(r"\1\\)", _MARKDOWN.sub(r"\\\1", flat))
    return flat.replace(":", f":{_JOINER}")


def html(text: object) -> str:
    """Return text for HTML content or an attribute."""
    return escape(str(text), quote=True)


# A map says the same of a place at each rerun; told anew for thousands of places, this was most of the work.
@lru_cache(maxsize=20_000, typed=True)
def hover(*lines: Hashable) -> str:
    """Return a Plotly hover text of these lines; Plotly reads a little HTML, so each is escaped and shortened."""
    return "<br>".join(escape(_shorten(str(line)), quote=False) for line in lines if line not in (None, ""))


def heading(text: object, level: int = 3) -> str:
    """Return a heading as HTML."""
    return f'<h{level} class="ls-h">{html(text)}</h{level}>'


def task(text: object) -> str:
    """Return a heading that is a sentence as HTML."""
    return f'<h3 class="ls-h ls-task">{html(text)}</h3>'


def facts(rows: Iterable[tuple[object, object]]) -> str:
    """Return a two-column list of name and value as HTML; a value that is None reads "not known"."""
    cells = "".join(f"<dt>{html(name)}</dt><dd>{_value(value)}</dd>" for name, value in rows)
    return f'<dl class="ls-facts">{cells}</dl>'


def bullet_list(items: Sequence[object], *, more: str = "") -> str:
    """Return a list as HTML; ``more`` is a last line, such as how many were left out."""
    lines = "".join(f"<li>{html(item)}</li>" for item in items)
    return f'<ul class="ls-list">{lines}</ul>' + (f'<p class="ls-note">{html(more)}</p>' if more else "")


def table(titles: Sequence[object], rows: Iterable[Sequence[object]], *, label: str) -> str:
    """Return a small table as HTML; ``label`` says to a screen reader what it holds."""
    head = "".join(f'<th scope="col">{html(title)}</th>' for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{html(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="ls-table"><table aria-label="{html(label)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def note(text: object) -> str:
    """Return a small remark as HTML."""
    return f'<p class="ls-note">{html(text)}</p>'


def legend(title: object, entries: Iterable[tuple[str, str, object, int]]) -> str:
    """Return a legend as HTML: (colour, fill, label, count) each; the fill is ``area`` or one of the theme."""
    items = "".join(
        f'<li><span class="ls-swatch" style="{_swatch(colour, fill)}"></span>{html(label)} '
        f'<span class="ls-count">{count:,}</span></li>'
        for colour, fill, label, count in entries
    )
    return f'<div class="ls-legend"><strong>{html(title)}</strong><ul>{items}</ul></div>'


def style_sheet() -> str:
    """Return the style sheet of these blocks, for light and dark: they take their colours from the page."""
    return """<style>
.ls-h {margin: .9rem 0 .2rem; padding: 0; font-size: .8rem; letter-spacing: .06em; text-transform: uppercase;
  opacity: .75; font-weight: 600}
h2.ls-h {font-size: 1.15rem; letter-spacing: 0; text-transform: none; opacity: 1; margin-top: 0}
h3.ls-task {font-size: .95rem; letter-spacing: 0; text-transform: none; opacity: 1}
.ls-facts {display: grid; grid-template-columns: min(50%, 13rem) 1fr; gap: .1rem .9rem;
  margin: 0 !important; padding: 0 !important}
.ls-facts dt, .ls-facts dd {margin: 0 !important; padding: 0 !important; font-size: .875rem; font-weight: 400;
  overflow-wrap: anywhere} .ls-facts dt {opacity: .75}
[data-testid="stBaseButton-tertiary"] p, [data-testid="stBaseButton-tertiary"] {text-align: left; white-space: normal}
[data-testid="stMainBlockContainer"] {padding-left: clamp(1rem, 3vw, 3rem); padding-right: clamp(1rem, 3vw, 3rem)}
.ls-list {margin: 0; padding-left: 1.1rem; font-size: .875rem} .ls-list li {overflow-wrap: anywhere; margin: 0}
.ls-table table {border-collapse: collapse; width: 100%; table-layout: fixed; font-size: .8125rem; margin: .2rem 0}
.ls-table th, .ls-table td {text-align: left; vertical-align: top; padding: .2rem .5rem .2rem 0; font-weight: 400;
  overflow-wrap: anywhere; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent)}
.ls-table th {opacity: .75}
.ls-note {opacity: .75; font-size: .8125rem; margin: .15rem 0; overflow-wrap: anywhere}
.ls-legend {font-size: .8125rem}
.ls-legend ul {list-style: none; margin: .1rem 0 .5rem; padding: 0; display: flex; flex-wrap: wrap; column-gap: 1.1rem}
.ls-legend li {margin: 0 !important; padding: 0; line-height: 1.55; font-size: .8125rem}
.ls-swatch {display: inline-block; width: .75rem; height: .75rem; border-radius: 50%; margin-right: .4rem;
  vertical-align: -1px; box-sizing: border-box; border: 2px solid transparent}
.ls-count {opacity: .7; font-variant-numeric: tabular-nums; margin-left: .25rem}
.ls-muted {opacity: .7}
[data-testid^="stBaseButton-primary"], [data-testid^="stBaseButton-primary"] p {color: light-dark(#FFFFFF, #111817)}
.ls-say {font-size: 1.15rem; font-weight: 600; line-height: 1.35; margin: .1rem 0 .4rem}
.ls-line {font-size: .875rem; margin: .1rem 0; overflow-wrap: anywhere} .ls-line a {color: inherit !important}
</style>"""


def _swatch(colour: str, fill: str) -> str:
    if fill in (theme.RING, theme.FAINT):
        return f"border-color: {colour}" + ("; opacity: .5; scale: .85" if fill == theme.FAINT else "")
    if fill == "area":
        return f"background: {colour}; border: 1px solid #8A949B; border-radius: 2px"
    return f"background: {colour}" + ("; opacity: .5" if fill == theme.HALF else "")


def _value(value: object) -> str:
    return '<span class="ls-muted">not known</span>' if value is None else html(value)


def _shorten(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
