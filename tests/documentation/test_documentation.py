"""The documentation says what the program does: generated pages are fresh, and everything has its mention."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from analysis import ANALYSES
from cli import command_parser
from graphmodel.codes import shipped
from graphmodel.issues import issue_codes
from queries import library

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def _generated() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


@pytest.mark.parametrize("name", ["analyses.md", "command_line.md", "schema.md", "codes.md", "queries.md"])
def test_generated_pages_are_fresh(name):
    assert (DOCS / name).read_text("utf-8") == _generated()[name], "run: python docs/generate.py"


def test_every_issue_code_and_code_list_is_documented():
    text = (DOCS / "codes.md").read_text("utf-8")

    assert [code for code in issue_codes() if f"| {code} |" not in text] == []
    assert [name for name in shipped() if f"`{name}`" not in text] == []


def test_every_analysis_has_a_page_on_its_method():
    assert [name for name in ANALYSES if not (DOCS / "methods" / f"{ANALYSES.module(name)}.md").exists()] == []


def test_every_method_page_has_the_parts_a_reader_looks_for():
    parts = (
        "[*]{2}Question",
        "## (Formula|Kinds)",
        "## (Assumptions|Evidenced)",
        "## (Reading|Bands)",
        "aveats",
        "## Paper",
    )
    short = {
        page.name: missing
        for page in (DOCS / "methods").glob("*.md")
        if (missing := [part for part in parts if not re.search(part, page.read_text("utf-8"))])
    }
    assert short == {}


def test_every_query_is_documented():
    text = (DOCS / "queries.md").read_text("utf-8")

    assert [id for id in library() if not re.search(rf"\b{id}\b", text)] == []


def test_every_page_of_the_app_is_documented():
    text = (DOCS / "app.md").read_text("utf-8").lower()

    assert [page.stem for page in (ROOT / "views" / "pages").glob("*.py") if page.stem not in text] == []


def test_links_between_the_pages_lead_somewhere():
    broken = []
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")

    assert broken == []


def test_commands_in_the_documentation_are_commands_of_the_program():
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for line in re.findall(r"^    (landscape .+)$", page.read_text("utf-8"), re.M):
            words = shlex.split(line.partition("  #")[0].replace("[", "").replace("]", ""))
            command_parser().parse_args(words[1:])
