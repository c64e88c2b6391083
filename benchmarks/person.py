"""What does one person's browser ask of the app, and what is sent back? A WebSocket client that speaks as one.

It follows the pages and filters the server sends, changes a filter by its label, and says how long the server took and
how many bytes crossed. It draws nothing, so many of them fit beside the server.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

SECONDS = 180
FILTERS = ("selectbox", "multiselect", "button_group")
Name = tuple[str, str]


@dataclass
class Turn:
    """One run of a page as the client sees it: from the question to the end of the run."""

    seconds: float = 0.0
    cpu: float = 0.0
    bytes: int = 0
    faults: list[str] = field(default_factory=list)
    largest: tuple[int, str] = (0, "")


class Person:
    """One browser tab; of ``server``, if it is given, the processor time of each turn is taken too."""

    def __init__(self, address: str, server: psutil.Process | None = None) -> None:
        self._server = server
        self._socket = connect(
            address.replace("http", "ws", 1) + "/_stcore/stream", subprotocols=["streamlit"], max_size=None,  # type: ignore[list-item]
            compression=None, ping_interval=None,
        )  # fmt: skip
        self._page = self._query = ""
        self._states: dict[str, WidgetState] = {}
        self._kept: dict[str, ForwardMsg] = {}
        self.widgets: dict[Name, Any] = {}

    def open(self, page: str, query: str = "") -> Turn:
        """Go to a page of this name in the address, with this query; a tab keeps its session."""
        self._page, self._query = page, query
        return self._run()

    def choose(self, name: Name, value: list[str]) -> Turn:
        """Change the widget of this kind and label to these options; raises KeyError if the page has none."""
        widget = self.widgets[name]
        state = WidgetState(id=widget.id)
        if name[0] == "selectbox":
            state.string_value = value[0] if value else ""
            if not value:
                state.ClearField("string_value")
        else:
            state.string_array_value.data.extend(value)
        self._states[widget.id] = state
        return self._run()

    def options(self, name: Name) -> list[str]:
        """Return what the widget offers."""
        return [getattr(option, "content", option) for option in self.widgets[name].options]

    def first(self, name: Name) -> list[str]:
        """Return what the widget is set to at first."""
        widget = self.widgets[name]
        if name[0] == "selectbox":
            if widget.set_value:
                return [widget.raw_value]
            return [widget.options[widget.default]] if widget.HasField("default") else []
        given = list(widget.raw_values) if widget.set_value else [self.options(name)[at] for at in widget.default]
        return [str(each) for each in given]

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def _run(self) -> Turn:
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_name = self._page
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        asked.rerun_script.cached_message_hashes.extend(self._kept)
        turn = Turn()
        busy, started = self._busy(), time.perf_counter()
        self._socket.send(asked.SerializeToString())
        while True:
            raw = self._socket.recv(SECONDS)
            turn.bytes += len(raw)
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.widgets = {}
            elif kind in ("delta", "ref_hash"):
                self._take(message, len(raw), turn)
            elif kind == "page_info_changed":
                self._query = message.page_info_changed.query_string
            elif kind == "script_finished":
                turn.seconds, turn.cpu = time.perf_counter() - started, self._busy() - busy
                return turn

    def _busy(self) -> float:
        """Return the processor seconds the server has had."""
        return sum(self._server.cpu_times()[:2]) if self._server else 0.0

    def _take(self, message: ForwardMsg, size: int, turn: Turn) -> None:
        """Remember a message as a browser does, and the filter or fault in it."""
        if message.WhichOneof("type") == "ref_hash":
            message = self._kept[message.ref_hash]
        elif message.metadata.cacheable:
            self._kept[message.hash] = message
        element = message.delta.new_element
        kind = element.WhichOneof("type") or "block"
        if size > turn.largest[0]:
            turn.largest = (size, kind)
        held: Any = getattr(element, kind, None)
        if kind == "exception" or (kind == "alert" and "because of a fault" in element.alert.body):
            turn.faults.append(str(held)[:300])
        if kind in FILTERS and held.label and not held.disabled:
            self.widgets.setdefault((kind, held.label), held)
