"""The analyses by name: found without being imported, parameters read from text, answers that are JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from made_up import ACTIVE, Place

from analysis import ANALYSES, run, typed
from analysis.results import plain
from graphmodel.errors import InputError, UnknownName


def corner() -> Place:
    place = Place()
    place.node("area:north", (0, 0), population_10_17=120)
    place.node("context:park", (0, 0), "area:north")
    place.node("guardian:cafe", (0, 0), "area:north", **ACTIVE)
    return place


@pytest.mark.parametrize("name", list(ANALYSES))
def test_every_answer_has_the_documented_shape_and_is_json(name):
    answer = run(name, corner().landscape()).as_dict()
    assert list(answer) == ["name", "parameters", "area", "as_of", "caveats", "sources", "summary", "rows"]
    assert answer["name"] == name
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert ANALYSES.question(name).endswith("?")


def test_parameters_are_read_from_text():
    answer = run("coverage", corner().landscape(), {"within_m": "250", "k": "2"})
    assert answer.parameters == {"within_m": 250.0, "k": 2, "by": "both"}


@pytest.mark.parametrize(
    ("texts", "said"),
    [({"near": "1"}, "no parameter 'near'; its parameters are within_m, k"), ({"k": "two"}, "must be a int")],
)
def test_a_parameter_that_cannot_be_used_is_named(texts, said):
    with pytest.raises(InputError, match=said):
        run("coverage", corner().landscape(), texts)


def test_optional_and_true_or_false_parameters():
    def question(landscape, *, kind: str | None = None, all: bool = False, on: date | None = None) -> None:
        """Only its signature matters."""

    question.__annotations__ = {"kind": str | None, "all": bool, "on": date | None}
    assert typed(question, {"kind": "", "all": "yes", "on": "2026-11-01"}) == {
        "kind": None,
        "all": True,
        "on": date(2026, 11, 1),
    }


def test_an_unknown_analysis_is_answered_with_those_there_are():
    with pytest.raises(UnknownName, match="there are coverage, "):
        run("prophecy", corner().landscape())


def test_asking_for_the_names_imports_no_analysis():
    code = (
        "import sys, analysis; list(analysis.ANALYSES); print('numpy' in sys.modules, 'analysis.gaps' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    ("value", "as_json"),
    [
        (np.float64("nan"), None),
        (float("inf"), None),
        (-0.0, 0.0),
        (1 / 3, 0.333333),
        (np.int32(4), 4),
        (np.bool_(True), True),
        (date(2026, 11, 1), "2026-11-01"),
        (np.array([1.0, np.nan]), [1.0, None]),
        ({"a": (1, None)}, {"a": [1, None]}),
    ],
)
def test_values_become_what_json_can_hold(value, as_json):
    assert plain(value) == as_json
    assert str(plain(value)) == str(as_json)
