"""Formal models in Python: equilibria in closed form, propositions proved or refuted for all parameter values."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from formal.bayes_solution import perfect_bayesian
    from formal.claims import proposition
    from formal.condition import when
    from formal.model.game import Game, game
    from formal.model.parameters import parameters
    from formal.model.run import interval
    from formal.model.static import matrix_game
    from formal.model.strategic import strategic_form
    from formal.nash_solution import nash
    from formal.repeated_game import repeated
    from formal.signalling_solution import signalling
    from formal.solution import solve
    from formal.subgame_solution import subgame_perfect
    from formal.trees.declared import security

__all__ = [
    "Game",
    "decreasing",
    "exists",
    "forall",
    "game",
    "iff",
    "implies",
    "increasing",
    "interval",
    "larger",
    "matrix_game",
    "nash",
    "parameters",
    "perfect_bayesian",
    "proposition",
    "repeated",
    "security",
    "signalling",
    "solve",
    "strategic_form",
    "subgame_perfect",
    "when",
]

_HOME = {
    "Game": "formal.model.game",
    "game": "formal.model.game",
    "interval": "formal.model.run",
    "matrix_game": "formal.model.static",
    "nash": "formal.nash_solution",
    "parameters": "formal.model.parameters",
    "perfect_bayesian": "formal.bayes_solution",
    "proposition": "formal.claims",
    "repeated": "formal.repeated_game",
    "security": "formal.trees.declared",
    "signalling": "formal.signalling_solution",
    "solve": "formal.solution",
    "strategic_form": "formal.model.strategic",
    "subgame_perfect": "formal.subgame_solution",
    "when": "formal.condition",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that asking for help loads neither SymPy nor a solver."""
    if name not in __all__:
        raise AttributeError(f"module 'formal' has no attribute {name!r}")
    return getattr(import_module(_HOME.get(name, "formal.words")), name)


if "IPython" in sys.modules:  # in a notebook, what this package makes shows itself
    from formal.notebook import register

    if (shell := sys.modules["IPython"].get_ipython()) is not None:
        register(shell)
