"""Is the gap list grouped by question, with reasons, and apart from what nobody knows?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from made_up_town import HOSTILE, town

from analysis.gaps import Gap
from graphmodel.gap_status import Change, GapStatus
from views import gaplist
from views.gaplist import Confidential, Filters, Spots

# The review of the Quay that was due on 1 January.
OVERDUE = "gap:76e752a48249aaf9"


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


def test_rows_say_what_people_said_of_them():
    said = {"gap:1": not_a_gap()}
    rows = gaplist.gap_rows([gap("1"), gap("2")], said).to_dict("records")
    assert [(r["status"], r["status reason"], r["status date"], r["status team"]) for r in rows] == [
        ("not a gap", "Reviewed in October.", "2026-11-02", "Youth work"), ("no status yet", "", "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "kept"),
    [("open", ["gap:2", "gap:3"]), ("no status yet", ["gap:2"]), ("known", ["gap:3"]), ("not a gap", ["gap:1"])],
)
def test_the_filter_by_status_keeps_all_but_what_is_no_gap_at_first(status, kept):
    said = {"gap:1": not_a_gap(), "gap:3": replace(not_a_gap(), status="known")}
    held = [gap("1"), gap("2"), gap("3")]
    assert [each.id for each in Filters(status=status).keep(held, said)] == kept


def test_two_areas_of_one_name_are_told_apart_by_their_code():
    held = [
        gap("1"),
        gap("2", area="area:W9"),
        gap("3", area="area:W2", area_name="East"),
        gap("4", area=None, area_name=None),
    ]
    assert gaplist.area_names(held) == {
        "area:W2": "East", "area:W1": "West (W1)", "area:W9": "West (W9)", None: "in no area",
    }  # fmt: skip


def not_a_gap() -> GapStatus:
    day = datetime(2026, 11, 2, 9, tzinfo=UTC)
    change = Change(day, "Youth work", "not_a_gap", "Reviewed in October.")
    return GapStatus("not_a_gap", "Reviewed in October.", "Youth work", day, "Quay", "area:W1", (change,))


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


def test_filters_stand_in_the_address_and_what_it_asks_in_vain_is_said(open_app):
    page = open_app(gap_kind="Review overdue", gap_area="Atlantis", gap_status="all")
    page.switch_page("views/pages/gaps.py").run()
    assert page.multiselect(key="gap_kind").value == ["review_overdue"]
    assert page.selectbox(key="gap_status").value == "all"
    assert "Atlantis" in page.warning[0].value
    assert "What hangs by one thread?" not in told(page)


def test_an_area_keeps_what_is_gathered_there(gaps_page):
    gaps_page.segmented_control(key="list").set_value("find out").run()
    gaps_page.multiselect(key="gap_area").set_value(["area:W2"]).run()
    page = told(gaps_page)
    assert "No engagement recorded for 1 venue" in page
    assert "1 service not yet coded" not in page


def test_what_is_not_a_gap_is_left_out_and_counted_until_it_is_asked_for(open_app):
    app = open_app(said={OVERDUE: not_a_gap()})
    app.switch_page("views/pages/gaps.py").run()
    assert "no status yet: 1 · not a gap: 1. 1 left out by the filter Status." in told(app)
    assert f"first_{OVERDUE}" not in {button.key for button in app.button}
    app.button(key="all_status").click().run()
    assert f"first_{OVERDUE}" in {button.key for button in app.button}
    assert "not a gap · short 100%" in told(app)


def test_a_gap_in_full_tells_what_was_said_of_it_when_and_by_which_team(open_app):
    app = open_app(said={OVERDUE: not_a_gap()}, gap=OVERDUE)
    app.switch_page("views/pages/gaps.py").run()
    page = told(app)
    assert "Not a gap · Youth work · 02 Nov 2026" in page
    assert "02 Nov 2026, Youth work: not a gap — Reviewed in October." in page
    assert "The filters leave this gap out of the list." in page


def test_a_link_to_a_gap_that_is_not_there_is_said(open_app):
    app = open_app(gap="gap:none")
    app.switch_page("views/pages/gaps.py").run()
    assert "gap:none" in app.warning[0].value.replace("\\", "").replace("\u2060", "")


def test_what_was_said_of_a_gap_that_is_found_no_more_stays_in_sight(open_app):
    said = {"gap:gone": replace(not_a_gap(), status="acted_on", text="East park: no guardian", area="area:W2")}
    app = open_app(said=said)
    app.switch_page("views/pages/gaps.py").run()
    assert "No longer found (1)" in [expander.label for expander in app.expander]
    assert "East park: no guardian" in told(app) and "Being acted on · Youth work" in told(app)
    app = open_app(said=said, area="W1")
    app.switch_page("views/pages/gaps.py").run()
    assert "East park" not in told(app)


def test_hostile_text_in_a_reason_or_a_team_shows_as_text(open_app):
    status = replace(not_a_gap(), status="known", reason=HOSTILE, team=HOSTILE)
    app = open_app(said={OVERDUE: status, "gap:gone": replace(status, text=HOSTILE)}, gap=OVERDUE)
    app.switch_page("views/pages/gaps.py").run()
    assert "<script>" not in told(app) and told(app).count("&lt;script&gt;") >= 5


def test_a_reason_that_tells_of_a_person_is_refused_in_one_sentence_that_does_not_repeat_it(gaps_page):
    say(gaps_page, "known", "Ask Mrs Miggins, 0161 496 0000.")
    (error,) = gaps_page.error
    assert "nothing was kept" in error.value
    assert "0161" not in error.value and "Miggins" not in error.value


def test_records_that_cannot_be_changed_say_so(gaps_page):
    say(gaps_page, "known", "The review is booked.")
    assert [error.value for error in gaps_page.error] == ["Made\\-up records cannot be changed\\."]


def test_what_another_team_said_meanwhile_is_shown_before_anything_is_kept(open_app):
    said = {}
    page = open_app(said=said).switch_page("views/pages/gaps.py").run()
    page.button(key=f"first_{OVERDUE}").click().run()
    said[OVERDUE] = replace(not_a_gap(), status="known")
    say(page, "acted_on", "The review is booked.", team="North team")
    assert page.error[0].value.startswith("Youth work said something of this gap meanwhile")
    assert "Known · Youth work · 02 Nov 2026" in told(page)


def test_a_team_is_asked_for_before_anything_is_kept(gaps_page):
    say(gaps_page, "known", "The review is booked.", team="")
    assert "which team" in gaps_page.error[0].value


def say(page, status: str, reason: str, team: str = "Youth work") -> None:
    """Say of the gap shown in full what it is."""
    (form,) = [button for button in page.button if button.label == "Save"]
    gap = next(radio.key for radio in page.radio if radio.key.startswith("status_gap:")).removeprefix("status_")
    page.text_input(key="team_typed").set_value(team)
    page.radio(key=f"status_{gap}").set_value(status)
    page.text_area(key=f"reason_{gap}").set_value(reason)
    form.click().run()


def test_with_an_hour_only_gaps_short_at_that_hour_are_listed_and_the_others_stay(open_app):
    # The Anchor cares, and is shut at all hours: nobody is at the Quay in any hour it is used; not at three at night.
    page = open_app(cared_for(), when="Mon 18:00").switch_page("views/pages/gaps.py").run()
    assert "Who is present?" in told(page)
    assert "those short at Mon 18:00 are listed: 1 of 1." in told(page)
    assert "Mon 18:00: young people are here, and no active guardian." in told(page)
    page = open_app(cared_for(), when="Mon 03:00").switch_page("views/pages/gaps.py").run()
    assert "those short at Mon 03:00 are listed: 0 of 1." in told(page)
    assert "Who is present?" not in told(page) and "What is about to end?" in told(page)


def cared_for():
    records = town()
    next(record for record in records if record.id == "guardian:g1").properties["stance"] = "care"
    return records


def test_how_it_was_computed_and_how_to_cite_it_stand_below(gaps_page):
    assert "no weights and no score" in told(gaps_page)
    assert gaps_page.code[0].value.startswith("landscape analyse gaps --area T1")
    assert "landscape, gaps(" in gaps_page.code[-1].value


def test_an_empty_store_says_what_to_do(open_app):
    app = open_app([])
    app.switch_page("views/pages/gaps.py").run()
    assert not app.exception
    assert "Load a folder" in app.info[0].value
