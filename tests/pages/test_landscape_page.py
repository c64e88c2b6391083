"""What does a person see on the Landscape page, and what does the address do?"""

from __future__ import annotations


def texts(app) -> str:
    return "\n".join(str(getattr(element, "value", "") or getattr(element, "body", "")) for element in app.main)


def test_first_view_says_what_is_here(open_app):
    app = open_app()
    assert not app.exception
    assert [e.value for e in app.error] == []


def test_network(open_app):
    app = open_app()
    app.switch_page("views/pages/network.py").run()
    print([e.value for e in app.error], app.exception)
    app.switch_page("views/pages/data.py").run()
    print([e.value for e in app.error], app.exception)
    assert 0
