"""Does text from files show as text, in Markdown labels, HTML and files to take away?"""

from __future__ import annotations

import json

import pandas as pd

from views import tables
from views.markup import facts, html, legend, plain

EVIL = '<img src=x onerror="alert(1)"> ![p](http://evil.example/p.png) :red[r] $x$ https://evil.example'


def test_markdown_is_escaped_to_the_last_sign():
    shown = plain("![p](u) :smile: *b* `c`")
    assert shown == "\\!\\[p\\](u) :\u2060smile:\u2060 \\*b\\* \\`c\\`"
    assert plain("A, such as (b)") == "A, such as (b)"
    assert plain("1) first") == "1\\) first"
    assert "https:\u2060\\/\\/evil\\.example" in plain(EVIL)


def test_html_blocks_hold_no_markup_of_the_data():
    for block in (facts([(EVIL, EVIL)]), legend(EVIL, [("#000000", "full", EVIL, 1)]), html(EVIL)):
        assert "<img" not in block
        assert "&lt;img" in block


def test_what_is_not_known_is_said():
    assert "not known" in facts([("Places", None)])
    assert "not known" not in facts([("Places", 0)])


def test_csv_cells_are_no_formulas():
    content = tables.csv_bytes(pd.DataFrame({"name": ["=1+1", "Ann's"], "n": [-3, 2]})).decode("utf-8-sig")
    assert content.splitlines() == ["name,n", "'=1+1,-3", "Ann's,2"]


def test_geojson_has_points_and_says_where_there_is_none():
    rows = pd.DataFrame({"id": ["a", "b"], "longitude": [-2.3, None], "latitude": [53.4, None]})
    first, second = json.loads(tables.geojson_bytes(rows))["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [-2.3, 53.4]}
    assert second == {"type": "Feature", "geometry": None, "properties": {"id": "b"}}
