"""Option, environment, landscape.toml, default: the first that gives a setting wins, and says so."""

from __future__ import annotations

import pytest

from graphmodel.errors import InputError
from graphmodel.settings import load_settings, variable


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in load_settings().origins:
        monkeypatch.delenv(variable(name), raising=False)


def test_each_setting_comes_from_the_first_place_that_gives_it(tmp_path, monkeypatch):
    (tmp_path / "landscape.toml").write_text('threshold = 20\ntimezone = "Europe/Oslo"\nport = 9000\n')
    monkeypatch.setenv("LANDSCAPE_PORT", "9001")
    monkeypatch.setenv("LANDSCAPE_TIMEZONE", "Europe/Riga")

    settings = load_settings({"port": "9002", "codes_dir": None}, folder=tmp_path)

    assert (settings.port, settings.timezone, settings.threshold) == (9002, "Europe/Riga", 20)
    assert settings.origins["port"] == "option"
    assert settings.origins["timezone"] == "LANDSCAPE_TIMEZONE"
    assert settings.origins["threshold"].endswith("landscape.toml")
    assert settings.origins["query_rows"] == "default"


def test_neo4j_settings_have_their_usual_names(monkeypatch):
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:7687")

    assert load_settings().neo4j_uri == "bolt://127.0.0.1:7687"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("threshold = 4", "cannot be below 5"),
        ("treshold = 10", "unknown setting 'treshold'"),
        ("port = 'eighty'", "The setting port = 'eighty'"),
        ("demo = 'perhaps'", "The setting demo = 'perhaps'"),
        ("port = ", "is not a TOML file"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(tmp_path, content, said):
    (tmp_path / "landscape.toml").write_text(content)

    with pytest.raises(InputError, match=said) as raised:
        load_settings(folder=tmp_path)

    assert raised.value.exit_code == 2
    assert "\n" not in str(raised.value)


def test_the_demo_has_a_database_of_its_own():
    assert load_settings({"demo": True}).store_name != load_settings({}).store_name
