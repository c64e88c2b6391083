"""The program's own texts say what the field says: young people, context of concern, not yet approached."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AVOIDED = re.compile(
    r"hot ?spots?\b|\bgangs?\b|\bhard[ -]to[ -]reach\b|\boffenders?\b|\bvulnerable child(ren)?\b", re.I
)
# Texts are in these; what users' files say is theirs.
ENDINGS = (".py", ".md", ".csv", ".cypher", ".yaml", ".js", ".toml")


def own_texts() -> list[Path]:
    """Return the files of the program and its documentation, without the tests."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    found = [ROOT / name for name in listed if name.endswith(ENDINGS) and not name.startswith("tests/")]
    return [path for path in found if path.is_file()]


@pytest.mark.parametrize("said", ["a hotspot", "Gang members", "hard-to-reach", "an offender", "vulnerable children"])
def test_the_words_that_are_avoided_are_recognised(said):
    assert AVOIDED.search(said)


def test_no_text_of_the_program_uses_them():
    texts = own_texts()
    if not texts:
        pytest.skip("not a checkout: there is no list of files")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in texts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if AVOIDED.search(line)
    ]
    assert found == []
