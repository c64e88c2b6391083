"""The command: help at once, usage errors in one sentence, exit codes as documented."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cli


def test_help_imports_no_heavy_library():
    heavy = {"pandas", "numpy", "neo4j", "streamlit", "plotly", "networkx", "geopandas", "shapely"}
    text = "import sys, cli\ntry: cli.main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)

    assert heavy.isdisjoint(done.stdout.splitlines()[-1].split())


def test_the_password_is_no_option():
    assert "--neo4j-password" not in cli.command_parser().parse_args(["doctor"]).__dict__
    with pytest.raises(SystemExit) as raised:
        cli.main(["doctor", "--neo4j-password", "secret"])
    assert raised.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["gaps", "--publishable", "--status", "known"],
            "What people say of gaps is never published; leave out --status or --publishable.",
        ),
        (["gaps", "--as-of", "1/11/2026"], "--as-of 1/11/2026 is not a date; write it as 2026-11-01."),
        (["query", "C1", "-p", "area"], "-p area is not of the form name=value."),
        (["gaps", "--threshold", "3"], "The threshold (from option) cannot be below 5."),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_exit_code_2(capsys, tmp_path, arguments, said):
    code = cli.main([*arguments, "--data-dir", str(tmp_path)])

    assert code == 2
    assert capsys.readouterr().err == f"landscape: {said}\n"


def test_a_store_that_is_not_there_is_one_sentence_and_exit_code_3(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    monkeypatch.setenv("NEO4J_PASSWORD", "none")

    code = cli.main(["gaps", "--data-dir", str(tmp_path)])

    said = capsys.readouterr().err
    assert code == 3
    assert said.startswith("landscape: ") and said.count("\n") == 1 and "127.0.0.1:1" in said


def test_doctor_says_what_holds_and_shows_no_password(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("NEO4J_URI", "bolt://anna:secret@127.0.0.1:1")
    monkeypatch.setenv("NEO4J_PASSWORD", "secret")

    code = cli.main(["doctor", "--data-dir", str(tmp_path)])

    said = capsys.readouterr()
    assert code == 3
    assert "secret" not in said.out + said.err
    assert f"{tmp_path}  [option]" in said.out
