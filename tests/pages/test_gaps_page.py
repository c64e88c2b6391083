"""Is the gap list grouped by question, with reasons, and apart from what nobody knows?"""

from __future__ import annotations

import pytest

from analysis.gaps import Gap
from views import gaplist
from views.gaplist import Confidential, Filters, Spots


def gap(id: str, question: str = "Who is present?", band: str = "A", **more) -> Gap:
    fields = {
        "id": f"gap:{id}", "question": question, "kind": "uncovered_context", "band": band,
        "basis": "evidenced" if band else "missing_data", "about": "context:c1", "about_name": "Quay",
        "members": ("context:c1",), "area": "area:W1", "area_name": "West", "text": f"Quay {id}", "shortfall": 0.864,
        "people": 1240, "people_basis": "resident", "because": "No one is there.", "topic": "",
        "evidence": ("a.csv:2",),
        "evidence_more": 0, "closes": ({"action": "engage", "text": "Engage The Anchor"},), "sources": ("town/a.csv",),
    }  # fmt: skip
    return Gap(**(fields | more))


def test_gaps_stay_in_order_within_their_question():
    held = [gap("1"), gap("2", "What is about to end?"), gap("3")]
    assert {q: [g.id for g in gs] for q, gs in gaplist.by_question(held).items()} == {
        "Who is present?": ["gap:1", "gap:3"],
        "What is about to end?": ["gap:2"],
    }


def test_filters_keep_what_passes_all_of_them():
    held = [gap("1"), gap("2", band="D"), gap("3", "What is about to end?", kind="funding_ends")]
    assert [g.id for g in Filters().keep(held)] == ["gap:1", "gap:2", "gap:3"]
    assert [g.id for g in Filters(bands=("A",), kinds=("uncovered_context",)).keep(held)] == ["gap:1"]
    assert Filters(questions=("Does anyone know?",)).keep(held) == []


def test_a_row_reads_with_reason_and_source():
    (row,) = gaplist.gap_rows([gap("1", evidence=("a.csv:2", "b.csv:3"), evidence_more=4)]).to_dict("records")
    assert (row["short"], row["people"], row["people are"]) == (86, 1240, "resident")
    assert row["evidence"] == "a.csv:2; b.csv:3; and 4 more"
    assert row["would close it"] == "Engage The Anchor"


def test_people_nobody_counted_are_not_zero():
    assert gaplist.people_words(gap("1", people=None, people_basis=None)) == "people not known"
    assert gaplist.people_words(gap("1", people=45, people_basis="need")) == "45 in need"


def test_a_gap_stands_at_its_places_or_in_the_middle_of_its_area():
    spots = Spots({"context:c1": [(0.1, 0.2)], "context:c2": [(0.3, 0.4)]}, {"area:W1": (0.5, 0.6)})
    both = gap("1", members=("context:c1", "context:c2"))
    assert [(m.longitude, m.latitude) for m in gaplist.gap_marks(spots, [both])] == [(0.1, 0.2), (0.3, 0.4)]
    nowhere = gap("2", about="service:s9", members=("service:s9",))
    (mark,) = gaplist.gap_marks(spots, [nowhere])
    assert (mark.id, mark.longitude, mark.latitude) == ("gap:2", 0.5, 0.6)


def test_a_confidential_name_is_taken_out_of_every_text():
    named = gap("1", text="The refuge: no", because="The refuge is", closes=({"text": "Extend The refuge"},))
    (clean,) = gaplist.without_confidential([named], Confidential(("The refuge",), frozenset({"a.csv:2"})))
    assert "refuge" not in f"{clean.text}{clean.because}{clean.closes}"
    assert clean.id == named.id
    assert (clean.evidence, clean.evidence_more) == ((), 1)


@pytest.fixture
def gaps_page(open_app):
    app = open_app()
    return app.switch_page("views/pages/gaps.py").run()


def told(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


def test_the_page_opens_on_what_needs_action(gaps_page):
    assert not gaps_page.exception and not gaps_page.error
    page = told(gaps_page)
    assert "What is about to end?" in page
    assert "review was due on 1 January 2026" in page
    assert "Evidence" in page and "context:c1.csv:2" in page
    assert "Because" in page


def test_find_out_is_a_list_of_its_own_that_never_says_none(gaps_page):
    gaps_page.segmented_control(key="list").set_value("find out").run()
    page = told(gaps_page)
    assert not gaps_page.error
    assert "not recorded" in page
    assert "review was due" not in page


def test_a_filter_that_nothing_passes_is_said(gaps_page):
    gaps_page.multiselect(key="gap_band").set_value(["B"]).run()
    kinds = gaps_page.multiselect(key="gap_kind")
    kinds.set_value(["review_overdue"]).run()
    assert "No gap passes these filters." in told(gaps_page)


def test_how_it_was_computed_and_how_to_cite_it_stand_below(gaps_page):
    assert "no weights and no score" in told(gaps_page)
    assert gaps_page.code[0].value.startswith("landscape analyse gaps --area T1")
    assert "landscape, gaps(" in gaps_page.code[-1].value


def test_an_empty_store_says_what_to_do(open_app):
    app = open_app([])
    app.switch_page("views/pages/gaps.py").run()
    assert not app.exception
    assert "Load a folder" in app.info[0].value
