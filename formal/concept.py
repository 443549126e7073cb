"""Which solution concept a game calls for.

Perfect information: the subgame perfect equilibrium under the tie rules. One simultaneous choice of each player: the Nash
equilibria. Anything else with information sets: the perfect Bayesian equilibria of a finite game, or of one in which a sender's
signal is a number.
"""

from __future__ import annotations

from formal.bayes_solution import BayesianSolution, perfect_bayesian
from formal.errors import ModelError
from formal.model.game import Game
from formal.model.static import static_form
from formal.model.tree import Continuous
from formal.nash_solution import NashSolution, nash
from formal.signalling_solution import SignallingSolution, signalling
from formal.solution import Solution, solve


def equilibria(game: Game) -> Solution | NashSolution | BayesianSolution | SignallingSolution:
    """The solution of a game by the concept that its information calls for."""
    if not game.hidden:
        return solve(game)
    try:
        static_form(game)
    except ModelError:
        numbers = any(isinstance(node, Continuous) for node in game.nodes)
        return signalling(game) if numbers else perfect_bayesian(game)
    return nash(game)
