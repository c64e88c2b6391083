def test_gaps(open_app):
    app = open_app()
    app.switch_page("views/pages/gaps.py").run()
    print([e.value for e in app.error], app.exception)
    for e in app.main:
        print(type(e).__name__, str(getattr(e, "value", ""))[:200])
    assert 0
