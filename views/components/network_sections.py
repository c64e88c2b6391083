"""Sections under the picture of the Network page: links, whose word, measures, shared contexts, communities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from views import charts, network_words, session, tables
from views.components import network_losses
from views.components.blocks import downloads, how_computed, say_if_unusable
from views.components.chart import draw_chart
from views.components.network_tables import NO_LINKS, nothing, shown, text_cells, ticked
from views.markup import facts, heading, html, note
from views.network import Drawing
from views.places import label

LINKS, DECLARED, MEASURES = "Links", "Declared and perceived", "Measures"
SHARED, COMMUNITIES = "Shared contexts", "Communities"
SECTIONS = (LINKS, DECLARED, MEASURES, SHARED, COMMUNITIES, *network_losses.SECTIONS)
MEASURE_COLUMNS = (
    "name", "label", "sector", "partners", "rank", "rank_best", "rank_worst", "betweenness", "core", "constraint",
    "effective_size", "go_between", "formal",
)  # fmt: skip
MEASURE_HELP = {
    "Partners": "How many others it has a link with.",
    "Rank": "By betweenness, the most first.",
    "Rank best": "The best rank in nine of ten networks whose links were drawn again at random.",
    "Rank worst": "The worst rank in nine of ten such networks.",
    "Betweenness": "Share of the shortest paths between others that lead through it.",
    "Core": "It is in a group in which everybody has at least so many links within the group.",
    "Constraint": "Low where it joins others who do not know one another.",
    "Effective size": "How many of its partners are not already joined to each other, roughly.",
    "Go between": "How often it stands between two others in referral and escalation.",
    "Formal": "Share of its links that rest on a protocol or a contract, of those that say.",
}

_DECLARED_METHOD = (
    "Each pair and kind of link once. Perceived: the record of a perceived link says who was asked. Asked about: this "
    "link was, or young people who were asked about the context named others. Observed links are told apart."
)
_MEASURES_METHOD = (
    "Betweenness is the share of shortest paths between others that lead through a partner; constraint is low where a "
    "partner joins others who do not know one another. Ranks come with the best and worst rank when links are drawn "
    "again at random: on a partial, self-declared network they are no more certain than that. A sector pair counts "
    "pairs of partners with any link; a service stands with who runs it."
)
_SHARED_METHOD = (
    "Two organisations share a context that both run, work on through a service, or guard. Weight: what is shared, "
    "each counting one over the others there, so that two alone in a park meet more than two of twenty."
)
_COMMUNITIES_METHOD = (
    "Leiden communities of the best modularity of ten seeded runs, against the ward each partner has (adjusted Rand)."
)


def section_choice() -> str:
    """Draw the choice of section and return its name."""
    say_if_unusable("show", SECTIONS)
    chosen = st.segmented_control("Show", SECTIONS, default=LINKS, key="show", bind="query-params")
    return str(chosen or LINKS)


def draw_section(name: str, drawn: Drawing | None) -> None:
    """Draw a section; only the one chosen is worked out."""
    if name == LINKS:
        if drawn is not None:
            _draw_links(drawn)
        return
    sections: Mapping[str, Callable[[], None]] = {
        DECLARED: _draw_declared,
        MEASURES: _draw_measures,
        SHARED: _draw_shared,
        COMMUNITIES: _draw_communities,
        **network_losses.DRAWN,
    }
    sections[name]()


def _draw_links(drawn: Drawing) -> None:
    st.html(note("The same links and nodes as in the picture. Tick a link for its facts, a node to go there."))
    link_tab, node_tab = st.tabs([f"Links ({len(drawn.link_rows):,})", f"Nodes ({len(drawn.node_rows):,})"])
    with link_tab:
        ticked(drawn.link_rows, "links_table", hidden=("id",))
        downloads("links", drawn.link_rows, key="links")
    with node_tab:
        ticked(drawn.node_rows, "nodes_table", hidden=("id",))
        downloads("nodes", drawn.node_rows, key="nodes")


def _draw_declared() -> None:
    result = session.result("declared_perceived")
    if not result.rows:
        nothing(result, f"{NO_LINKS} Of a link that young people perceive, record who was asked.")
        return
    groups = network_words.declared_groups(shown(result))
    st.html(facts((network_words.GROUPS[name][1], f"{len(rows):,}") for name, rows in groups.items()))
    rest = [f"{n:,} {said}" for state, said in network_words.REST.items() if (n := result.summary[state])]
    st.html(note(f"Besides: {'; '.join(rest)}.") if rest else "")
    for name, rows in groups.items():
        _, title, meaning = network_words.GROUPS[name]
        st.html(heading(f"{title} ({len(rows):,})") + note(meaning))
        if len(rows):
            st.dataframe(
                rows.rename(columns=tables.title),
                hide_index=True,
                placeholder="not recorded",
                height=min(39 + 35 * len(rows), 250),
            )
    told = pd.concat([rows.assign(group=network_words.GROUPS[name][1]) for name, rows in groups.items()])
    downloads("declared-and-perceived", told, key="declared")
    how_computed(result, _DECLARED_METHOD)


def _draw_measures() -> None:
    result = session.result("partnership")
    if not result.rows:
        nothing(result, NO_LINKS)
        return
    of = result.summary
    st.html(
        "".join(
            f'<p class="ls-line">{html(text)}</p>'
            for text in (
                network_words.stability_words(of["rank_stability"]["betweenness"]),
                network_words.reciprocity_words(of["referral_links"], of["referral_reciprocity"]),
                network_words.homophily_words(of["sector_assortativity"]),
            )
        )
    )
    frame = pd.DataFrame(shown(result))
    frame["sector"] = [label("organisation_sectors", sector) for sector in frame["sector"]]
    columns = {name: st.column_config.Column(help=told) for name, told in MEASURE_HELP.items()}
    shares = {"Formal": st.column_config.NumberColumn(format="percent", help=MEASURE_HELP["Formal"])}
    st.html(heading(f"Partners ({len(frame):,})") + note("Tick a row to draw the network around it."))
    wanted = [name for name in MEASURE_COLUMNS if name in frame]
    ticked(frame, "measures_table", id="partner", columns=wanted, config=columns | shares)
    downloads("partners", text_cells(frame), key="partners")
    _draw_sectors(of)
    told = ("partners", "pairs", "components", "largest_component", "largest_core", "degree_assortativity")
    st.html(heading("The whole") + facts((tables.title(name), of[name]) for name in told))
    how_computed(result, _MEASURES_METHOD)


def _draw_sectors(summary: Mapping[str, Any]) -> None:
    pairs = network_words.sector_pairs(summary["sector_pairs"])
    if pairs.empty:
        return
    st.html(heading("Who works with whom, by sector"))
    left, right = st.columns(2, gap="medium")
    named = [f"{one} - {other}" for one, other in zip(pairs["sector"], pairs["with"], strict=True)]
    bars = [
        charts.Bar(name, count, f"{count:,}", (name, f"{count:,} pairs"))
        for name, count in zip(named[:10], pairs["pairs"].tolist()[:10], strict=True)
    ]
    with left:
        figure = charts.bars(bars, across="Pairs of partners", unknown="")
        draw_chart(figure, key="network_sectors", label="Pairs of partners by sector; rows beside")
    with right:
        config = {"Share": st.column_config.NumberColumn(format="percent")}
        st.dataframe(
            pairs.rename(columns=tables.title), hide_index=True, placeholder="not recorded", column_config=config
        )
        downloads("sector-pairs", pairs, key="sector_pairs")


def _draw_shared() -> None:
    say_if_unusable("by", ("contexts", "forums"))
    by = st.segmented_control("Joined by", ("contexts", "forums"), default="contexts", key="by", bind="query-params")
    result = session.result("projection", {"by": by or "contexts"})
    if not result.rows:
        nothing(result, "Record who runs what, and the contexts each works on or guards, in links.csv.")
        return
    of = result.summary
    st.html(
        f'<p class="ls-line">{of["pairs"]:,} pairs of {of["organisations"]:,} organisations share {html(by)}; '
        f"{of['pairs_without_a_link']:,} of these pairs have no recorded link with each other: they could meet.</p>"
    )
    frame = pd.DataFrame(shown(result))
    columns = ["name", "other_name", "shared", "in", "weight", "link_recorded"]
    ticked(frame, "shared_table", id="organisation", columns=columns)
    downloads("shared", text_cells(frame), key="shared")
    how_computed(result, _SHARED_METHOD)


def _draw_communities() -> None:
    result = session.result("communities")
    if not result.rows:
        nothing(result, NO_LINKS)
        return
    of = result.summary
    words = network_words.wards_words(
        of["adjusted_rand"], of["level"] or "ward", of["communities"], of["partners_with_a_ward"]
    )
    st.html(f'<p class="ls-line">{html(words)}</p>')
    names = session.derived(network_words.partner_names)
    rows = [
        {**row, "called": f"{row['leading'][0] or 'Not named'} and others", "members": list(row["members"])}
        for row in shown(result)
    ]
    frame = pd.DataFrame(rows)
    shown_columns = ["called", "partners", "sectors", "with_a_ward", "wards", "main_ward_name", "in_main_ward"]
    key = "communities_table"
    event = st.dataframe(
        frame[shown_columns].rename(columns=tables.title), hide_index=True, placeholder="not recorded",
        on_select="rerun", selection_mode="single-row", key=key,
    )  # fmt: skip
    if picked := event["selection"]["rows"]:
        members = [id for id in rows[picked[0]]["members"] if id in names]
        st.html(heading(f"Members of this community in the area ({len(members):,})"))
        held = pd.DataFrame({"id": members, "name": [names[id] for id in members]}).sort_values("name")
        ticked(held.reset_index(drop=True), "members_table", hidden=("id",))
    told = frame.assign(members=["; ".join(names[id] for id in row["members"] if id in names) for row in rows])
    downloads("communities", text_cells(told.drop(columns="main_ward")), key="communities")
    how_computed(result, _COMMUNITIES_METHOD)
