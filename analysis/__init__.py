"""One question per module: Landscape to result.

``ANALYSES`` names them; a module is imported when its analysis is first used.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from importlib import import_module
from math import isfinite
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from graphmodel.errors import InputError, UnknownName

if TYPE_CHECKING:
    from analysis.results import Result

# name -> module, function, question
_WHERE: dict[str, tuple[str, str, str]] = {
    "coverage": ("coverage", "coverage", "Which contexts are without an active guardian, at which hours?"),
    "corridors": (
        "corridors",
        "corridors",
        "Which stretches between schools and stops have no active guardian near, after school?",
    ),
    "accessibility": ("accessibility", "accessibility", "How much provision can young people reach?"),
    "unmet_need": ("unmet_need", "unmet_need", "How many people cannot be served whatever the allocation?"),
    "completeness": ("completeness", "completeness", "Can this be believed?"),
    "fragility": ("fragility", "single_points", "Which organisation holds the partner network together?"),
    "single_links": ("fragility", "single_links", "Which two partners alone join two parts of the network?"),
    "attack": ("fragility", "attack", "How does the partner network fall apart if the best connected leave?"),
    "dependence": ("dependence", "dependence", "The end of which organisation, funder or chain would cut most off?"),
    "what_if": ("what_if", "what_if", "What is lost if one organisation, funder, chain or link goes?"),
    "contract_calendar": ("contracts", "contract_calendar", "What ends in which month, and what is then uncovered?"),
    "contracts_ending": ("contracts", "contracts_ending", "Which agreements end soon, and what ends with each?"),
    "school_routes": ("schools", "school_routes", "How many hands from a school to a statutory body?"),
    "pathway_roles": ("roles", "pathway_roles", "Which roles does a pathway need, and who has taken them?"),
    "pathways": ("pathways", "police_only", "Who reaches help only through police, and who has nowhere to turn?"),
    "partnership": ("partnership", "partnership", "How is the partner network shaped?"),
    "declared_perceived": ("declared", "declared_perceived", "Which links are declared, and which perceived?"),
    "forums": ("forums", "forums", "Which forums lack a role they need?"),
    "conversations": ("joining", "conversations", "Which partners might talk to each other?"),
    "projection": ("joining", "projection", "Which organisations meet in the same contexts or forums?"),
    "communities": ("joining", "communities", "Who deals with whom, and is it the ward that joins them?"),
    "availability": ("availability", "availability", "What is there, for whom, and when?"),
    "demand": ("availability", "demand", "How does what is asked of services compare with their places?"),
    "age_cliffs": ("availability", "age_cliffs", "At which ages does provision stop?"),
    "harms": ("harms", "harms", "Which harms have a response?"),
    "exclusion": ("harms", "exclusion", "Which schools have a response to exclusion?"),
    "duplication": ("harms", "duplication", "Where do several services do the same?"),
    "cross_border": ("cross_border", "cross_border", "Which provision is used across a border?"),
    "identity": ("identity", "identity", "Which records may be one and the same thing?"),
    "change": ("change", "change", "What changed since a day?"),
    "siting": ("siting", "siting", "Where would the next guardians or services close most of the gap?"),
    "equity": ("equity", "equity", "Who is provision for?"),
    "balance": ("balance", "balance", "What kind of response is it?"),
    "outcomes": ("outcomes", "outcomes", "Does anyone measure the context?"),
    "gaps": ("gaps", "gaps", "Where does provision fall short?"),
}


class Registry(Mapping[str, Callable[..., "Result"]]):
    """The analyses by name. Each is a function of a Landscape and keyword parameters that returns a Result."""

    def __getitem__(self, name: str) -> Callable[..., Result]:
        """Return the analysis; raises UnknownName."""
        if name not in _WHERE:
            raise UnknownName(f"No analysis is called '{name}'; there are {', '.join(_WHERE)}.")
        module, function, _ = _WHERE[name]
        found: Callable[..., Result] = getattr(import_module(f"analysis.{module}"), function)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_WHERE)

    def __len__(self) -> int:
        return len(_WHERE)

    def question(self, name: str) -> str:
        """Return the question an analysis answers, without importing it."""
        return _WHERE[name][2]

    def module(self, name: str) -> str:
        """Return the module an analysis is in; its method is described on ``docs/methods/<module>.md``."""
        return _WHERE[name][0]

    def parameters(self, name: str) -> list[inspect.Parameter]:
        """Return the keyword parameters of an analysis; raises UnknownName."""
        found = inspect.signature(self[name]).parameters.values()
        return [parameter for parameter in found if parameter.kind is parameter.KEYWORD_ONLY]


ANALYSES = Registry()


def run(name: str, landscape: Any, texts: Mapping[str, str] | None = None) -> Result:
    """Return the result of an analysis, its parameters given as text (``-p k=v``).

    Raises UnknownName for the analysis, InputError for a parameter it does not have or a value it cannot read.
    """
    function = ANALYSES[name]
    return function(landscape, **typed(function, texts or {}))


def typed(function: Callable[..., Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return parameters converted to the types of the function's signature."""
    hints = get_type_hints(function)
    names = [p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]
    found = {}
    for name, text in texts.items():
        if name not in names:
            said = f"its parameters are {', '.join(names)}" if names else "it has none"
            raise InputError(f"'{function.__name__}' has no parameter '{name}'; {said}.")
        found[name] = _convert(name, text, hints[name])
    return found


def _convert(name: str, text: str, hint: Any) -> Any:
    kinds = [kind for kind in (get_args(hint) or (hint,)) if kind is not type(None)]
    if text == "" and type(None) in get_args(hint):
        return None
    for kind in kinds:
        try:
            if kind is bool:
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]
            found = date.fromisoformat(text) if kind is date else kind(text)
            if not isinstance(found, float) or isfinite(found):
                return found
        except (ValueError, KeyError):
            continue
    wanted = " or ".join(kind.__name__ for kind in kinds)
    raise InputError(f"The parameter {name} = '{text}' cannot be used; it must be a {wanted}.")
