"""Does the Network page say who works with whom, on whose word, what hangs on whom, and what is missing?"""

from __future__ import annotations

import pytest
from made_up_town import link, town

from graphmodel.records import LinkRecord, NodeRecord


def told(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


def frame(app, *columns: str):
    """Return the first table that has these columns."""
    return next(f.value for f in app.dataframe if {*columns} <= set(f.value.columns))


def show(app, section: str):
    return app.segmented_control(key="show").set_value(section).run()


def pathway() -> list[NodeRecord | LinkRecord]:
    """A pathway that needs two roles; the council has taken one."""
    needs = ["identification:youth_work", "assessment:health"]
    programme = NodeRecord("Programme", "programme:p1", {"name": "Pathway", "required_roles": needs, "source": "p"})
    return [programme, link("MEMBER_OF", "org:o1", "programme:p1", role="identification:youth_work"),
            link("WITHIN", "programme:p1", "area:T1")]  # fmt: skip


@pytest.fixture
def page(open_app):
    return open_app().switch_page("views/pages/network.py").run()


def test_it_opens_on_who_has_most_partners(page):
    assert not page.exception and not page.error
    # The Anchor and the Trust are in two partner links each that count; the first id is taken.
    assert page.selectbox(key="around").value == "guardian:g1"
    rows = frame(page, "From", "Link", "To")
    assert ["Example Trust", "refers young people to", "The Anchor"] in rows[["From", "Link", "To"]].values.tolist()
    assert "links.csv:3" in list(rows["Source"])
    assert "Declared, nobody was asked" in set(rows["Whose word"])


def test_another_node_can_be_searched_and_the_address_keeps_it(page):
    page.selectbox(key="around").set_value("org:o1").run()
    assert list(frame(page, "From", "To")["To"]) == ["Night youth"]
    assert page.query_params["around"] == "org:o1"


def test_an_address_opens_the_same_part(open_app):
    app = open_app(around="org:o2", kinds="refers,runs", scope="body").switch_page("views/pages/network.py").run()
    assert app.segmented_control(key="scope").value == "One organisation"
    assert app.selectbox(key="around").value == "org:o2"
    assert app.pills(key="kinds").value == ["refers", "runs"]


def test_what_an_address_asks_in_vain_is_said(open_app):
    app = open_app(around="org:zz", kinds="tea", scope="moon", hops="9").switch_page("views/pages/network.py").run()
    warned = " ".join(element.value for element in app.warning)
    for wrong in ("org", "tea", "moon", "9"):
        assert wrong in warned
    assert app.selectbox(key="around").value == "guardian:g1"


def test_confidential_bodies_cannot_be_searched_or_taken_out(page):
    assert not any("refuge" in option for option in page.selectbox(key="around").options)
    show(page, "What if one goes")
    for sort in page.segmented_control(key="goes").options:
        page.segmented_control(key="goes").set_value(sort).run()
        assert not any("refuge" in option for option in page.selectbox(key="without").options)


def test_all_of_the_area_has_every_link_of_these_kinds(page):
    page.segmented_control(key="scope").set_value("All of the area").run()
    assert not page.error
    # two referrals that count, one runs; information shared by hearsay is no link
    assert len(frame(page, "From", "To")) == 3
    assert page.query_params["scope"] == "area"


def test_an_organisation_shows_what_it_runs(page):
    page.segmented_control(key="scope").set_value("One organisation").run()
    page.selectbox(key="around").set_value("org:o1").run()
    assert list(frame(page, "From", "To")["To"]) == ["Night youth"]


def test_kinds_are_counted_and_without_any_the_node_stands_alone(page):
    assert "refers 2" in page.pills(key="kinds").options
    page.pills(key="kinds").set_value([]).run()
    assert not page.error
    assert "No link of these kinds" in told(page)
    assert page.query_params["kinds"] == "none"


def test_on_the_map_it_says_what_has_no_place(page):
    page.segmented_control(key="view").set_value("On the map").run()
    assert not page.error and not page.exception
    # The Anchor refers to the one in the east, on the map; the Trust is nowhere.
    assert "1 link drawn between places." in told(page)
    assert "1 link without a place at an end, 1 node without a place" in told(page)


def test_declared_and_perceived_come_in_four_groups(open_app):
    heard = [
        link("GUARDIAN_OF", "guardian:g2", "context:c1", basis="perceived", asked="20 young people"),
        link("REFERS_TO", "org:o1", "org:o2", basis="declared"),
    ]
    app = open_app([*town(), *heard]).switch_page("views/pages/network.py").run()
    show(app, "Declared and perceived")
    assert not app.error and not app.exception
    said = told(app)
    # g2 is named at the quay and declared by nobody; g1 is declared there, where others were named;
    # three referrals of which nobody asked; information shared by hearsay does not count.
    assert "Declared and perceived (0)" in said
    assert "Declared, asked about, not perceived (1)" in said
    assert "Perceived, not declared (1)" in said
    assert "Declared, nobody was asked (3)" in said
    assert "1 said to be perceived, without a record of who was asked" in said


def test_measures_of_the_partners_are_shown_with_their_ranks(page):
    show(page, "Measures")
    assert not page.exception and not page.error
    table = frame(page, "Name", "Betweenness", "Rank best", "Rank worst")
    assert "Example Trust" in set(table["Name"])
    assert "0% of 2 referral links are returned" in told(page).replace("0 %", "0%")


def test_shared_contexts_and_communities_say_what_they_found(page):
    show(page, "Shared contexts")
    assert not page.error and "Only what is recorded joins" in told(page)
    show(page, "Communities")
    # One line of three; only the two guardians have a ward, one each.
    assert not page.error and "1 community of partners who deal with each other" in told(page)


def test_single_points_say_who_would_lose_touch(page):
    show(page, "Single points")
    # o2 - g1 - g2: without the Anchor one of the two others is cut off from the other.
    assert "Without The Anchor, 1 of 2 others lose touch." in told(page)


def test_what_if_says_what_is_lost_in_a_sentence_and_rows(page):
    show(page, "What if one goes")
    page.selectbox(key="without").set_value("org:o1").run()
    assert not page.exception and not page.error
    # The town council alone runs Night youth with its 40 places: it ends.
    assert "Without Town council: 1 service ends; 40 places a year go." in told(page)
    assert "Night youth" in [row for each in page.dataframe if "Name" in each.value for row in each.value["Name"]]
    assert page.query_params["without"] == "org:o1"


def test_a_link_can_go_too(open_app):
    id = "link:REFERS_TO-org:o2-guardian:g1"
    app = open_app(show="What if one goes", without=id).switch_page("views/pages/network.py").run()
    assert not app.error and not app.warning
    assert app.segmented_control(key="goes").value == "Link"
    assert "Without Example Trust refers young people to The Anchor:" in told(app)


def test_pathway_roles_say_which_nobody_is_recorded_for(open_app):
    app = open_app([*town(), *pathway()]).switch_page("views/pages/network.py").run()
    show(app, "Pathway roles")
    assert not app.error and not app.exception
    assert "1 of 2 roles are taken by a recorded partner; nobody is recorded for Health at Assessment." in told(app)
    rows = frame(app, "Programme", "State")
    assert list(rows["Partners"]) == ["Town council", ""]


def test_without_a_programme_pathway_roles_say_what_to_load(page):
    show(page, "Pathway roles")
    assert "programmes.csv" in told(page)


@pytest.mark.parametrize("section", ["What ends when", "Forums"])
def test_a_section_without_anything_recorded_says_so(page, section):
    show(page, section)
    assert not page.exception and not page.error
    assert "recorded" in told(page)


def test_nothing_loaded_says_what_to_do(open_app):
    app = open_app([], data="own").switch_page("views/pages/network.py").run()
    assert not app.exception
    assert "Nothing is loaded yet" in app.info[0].value
