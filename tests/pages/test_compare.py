"""How does an area stand beside another, beside a pilot, and beside the whole?"""

from __future__ import annotations

from datetime import date

from made_up_town import HOSTILE, link, town

from graphmodel.landscape import Landscape
from graphmodel.records import NodeRecord
from views import compare

FRIDAY_20 = 4 * 24 + 20


def in_area(area: str | None, records=None) -> Landscape:
    return Landscape.from_records(records or town(), area, date(2026, 11, 23))


def facts(side: compare.Side) -> dict[str, compare.Fact]:
    return {f"{fact.group}: {fact.name}": fact for fact in side.facts}


def cell(frame, name: str, column: str) -> str:
    return frame.set_index("Fact").at[name, column]


def pilot() -> list:
    programme = NodeRecord("Programme", "programme:p", {"name": "Late doors", "kind": "pilot"})
    return [
        *town(),
        programme,
        link("PART_OF", "guardian:g1", "programme:p"),
        link("PART_OF", "context:c1", "programme:p"),
        link("FUNDS", "programme:p", "service:s2"),
        link("MEMBER_OF", "guardian:g3", "programme:p"),
    ]


def test_an_area_is_told_with_rates_per_1000_aged_10_to_17():
    # West has one service and 1,200 aged 10-17: 1 / 1,200 x 1,000 = 0.83.
    west = compare.of_area(in_area("area:W1"))
    frame = compare.table([west])
    assert cell(frame, "Services", "West") == "1, 0.83 per 1,000"


def test_what_is_not_known_is_apart_from_none():
    # East has one guardian of no stage: nobody knows how many are active. It has no service: none are delivered.
    east = facts(compare.of_area(in_area("area:W2")))
    assert compare.words(east["Guardians: Active"]) == "not known"
    assert compare.words(east["Provision: Services"]) == "0"
    assert compare.words(east["Provision: Places a year"]) == "0"
    # In West one service has places, and it says so.
    assert compare.words(facts(compare.of_area(in_area("area:W1")))["Provision: Places a year"]) == "40"


def test_no_rate_where_the_young_people_are_not_counted():
    frame = compare.table([compare.of_area(in_area("area:W1")), compare.of_area(in_area("area:W2"))])
    assert cell(frame, "Places known", "West") == "1, 0.83 per 1,000"
    assert cell(frame, "Places known", "East") == "1"


def test_a_pilot_has_what_is_part_of_it_wherever_it_is():
    side = compare.of_programme(in_area(None, pilot()), "programme:p")
    told = facts(side)
    # The Anchor is part of it, the refuge is confidential; Talk is funded by it; the Quay is part of it.
    assert told["Guardians: Places known"].value == 1
    assert told["Guardians: Active"].value == 1
    assert told["Provision: Services"].value == 1
    assert compare.words(told["Provision: Places a year"]) == "not known"
    assert told["Contexts: All kinds"].value == 1
    assert side.young is None and "People: Residents aged 10-17" not in told


def test_what_is_not_asked_of_a_side_reads_as_a_dash():
    sides = [compare.of_area(in_area("area:W1", pilot())), compare.of_programme(in_area(None, pilot()), "programme:p")]
    frame = compare.table(sides)
    assert cell(frame, "Residents aged 10-17", "West") == "1,200"
    assert cell(frame, "Residents aged 10-17", "Late doors") == "—"
    assert cell(frame, "Services", "Late doors") == "1"


def test_a_kind_of_context_that_a_side_has_none_of_is_0_there():
    frame = compare.table([compare.of_area(in_area("area:W1")), compare.of_area(in_area("area:W2"))])
    kinds = frame[frame["Group"] == "Contexts"].set_index("Fact")
    assert list(kinds["West"]) == ["1, 0.83 per 1,000", "1"] and list(kinds["East"]) == ["0", "0"]


def test_two_sides_of_one_name_keep_their_own_columns():
    west = compare.of_area(in_area("area:W1"))
    assert list(compare.table([west, west])) == ["Group", "Fact", "West", "West (compared)"]


def test_at_an_hour_the_sessions_open_then_are_counted():
    assert facts(compare.of_area(in_area("area:W1"), FRIDAY_20))["Provision: Sessions open then"].value == 1
    assert facts(compare.of_area(in_area("area:W1"), FRIDAY_20 + 3))["Provision: Sessions open then"].value == 0


def test_the_file_has_bare_numbers_and_blanks():
    rows = compare.rows([compare.of_area(in_area("area:W2"))]).set_index("fact")
    assert rows.at["Services", "value"] == 0
    assert rows["value"].isna()["Active"]


def told(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


def test_the_page_compares_with_what_the_address_says(open_app):
    app = open_app(area="W1", compare="W2")
    assert not app.exception and not app.error
    assert ">West beside East</h3>" in told(app)
    app.selectbox(key="compare_choice").set_value("everything").run()
    assert app.query_params["compare"] in ("everything", ["everything"])
    assert ">West beside Everything loaded</h3>" in told(app)
    assert '<th scope="row">Services</th><td class="ls-number">1, 0.83 per 1,000</td>' in told(app)


def test_the_page_compares_with_a_pilot(open_app):
    app = open_app(pilot(), area="W1", compare="programme:p")
    assert ">West beside Late doors</h3>" in told(app)


def test_hostile_names_are_text_in_the_comparison(open_app):
    hostile = [NodeRecord("Programme", "programme:h", {"name": HOSTILE, "kind": "pilot"})]
    page = told(open_app([*town(), *hostile], area="W1", compare="programme:h"))
    assert "West beside &lt;script&gt;" in page and "<script>" not in page


def test_a_comparison_the_address_asks_in_vain_is_said(open_app):
    app = open_app(area="W1", compare="nowhere")
    assert "nowhere" in app.main.warning[0].value
    assert app.selectbox(key="compare_choice").value == ""
