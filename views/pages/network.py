"""Network: who works with whom, around one node."""

from __future__ import annotations

import streamlit as st

from views import network, session
from views.components import draw_network
from views.components.blocks import draw_title, empty, explain, in_place
from views.components.network_blocks import METHOD, centre_choice, go_to, link_choices
from views.components.network_sections import draw_section, section_choice
from views.markup import legend, note

chosen = session.selection()
draw_title(f"Network of {session.areas().name(chosen.area)}")
if session.is_empty():
    empty("Nothing is loaded yet. Load a folder or files on the page Data, or choose the demo borough in the sidebar.")
    st.stop()

view = session.derived(network.NetworkView)
centre = centre_choice(view)
if centre is None:
    empty(f"No organisation, guardian or service is loaded for {session.areas().name(chosen.area)}.")
    st.stop()
hops, types, basis = link_choices()

drawn = None
with in_place("The network"):
    drawn = diagram = view.around(centre, hops, types, basis)
    told = view.graph.nodes[centre].get("name", centre)
    if len(drawn.node_rows) == 1:
        st.html(note(f"No link of these kinds joins {told} to anything. Turn on more kinds of link."))
    label = f"Network around {told}; the table is below"
    draw_network(drawn.as_dict(), key="network_diagram", label=label, on_pick=go_to)
    st.html(legend("Nodes", drawn.legend) + note("Dashed: perceived by young people. Click a node to go there."))
    st.download_button(
        "Download the diagram (HTML)", lambda: network.standalone(diagram, f"Network around {told}"), "network.html",
        "text/html", on_click="ignore",
    )  # fmt: skip
    explain("network", METHOD, {"around": centre, "hops": hops, "said by": basis, "links": "; ".join(types)})

section = section_choice()
with in_place(section):
    draw_section(section, drawn, centre)
