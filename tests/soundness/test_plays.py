"""Plays after a decision are found once for all branches of a node; none may be lost under what holds at one of them."""

import pytest
import sympy as sp

from formal.decide.goal import Goal
from formal.decide.judge import decide
from formal.decide.verdict import Proved
from formal.model.tree import Continuous
from formal.play import plays_after
from formal.solution import solve
from proofs.gallery.agenda_setter import quadratic
from proofs.gallery.crisis_bargaining import crisis
from proofs.invitation.variants import variant

GAMES = [quadratic, crisis, variant(up_to=True, quadratic_signal=False, quadratic_entrapment=False)]


def given_at(equilibrium, node, branch, decision):
    inside = () if not isinstance(node, Continuous) else node.inside(decision)
    return (*equilibrium.game.assume.values(), *node.facts(), *branch.conditions, *inside)


def certain(claim, given):
    return isinstance(decide(Goal("", claim, given)), Proved)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_the_plays_after_a_decision_are_all_that_there_can_be(game):
    equilibrium = solve(game).equilibrium
    for node, strategy in equilibrium.strategies.items():
        decisions = [node.deviation] if isinstance(node, Continuous) else node.actions
        for branch in strategy.branches:
            for decision in decisions:
                given = given_at(equilibrium, node, branch, decision)
                ways = [sp.And(*play.where) for play in plays_after(equilibrium, node, decision, given)]
                assert certain(sp.Or(*ways), given)


def test_what_holds_at_one_branch_is_not_taken_to_hold_at_another():
    equilibrium = solve(GAMES[2]).equilibrium
    signal = equilibrium.game.tree
    other = signal.deviation
    assert other is signal.deviation
    base = given_at(equilibrium, signal, equilibrium.strategies[signal].branches[0], other)
    base = tuple(c for c in base if c not in equilibrium.strategies[signal].branches[0].conditions)
    everywhere = list(plays_after(equilibrium, signal, other, base))
    low, high = ((*base, condition(other, sp.Rational(1, 2))) for condition in (sp.Lt, sp.Ge))
    some = [list(plays_after(equilibrium, signal, other, given)) for given in (low, high, low)]
    assert some[0] == some[2]
    for given, found in ((base, everywhere), (low, some[0]), (high, some[1])):
        assert certain(sp.Or(*(sp.And(*play.where) for play in found)), given)
        assert all(play in found or certain(sp.false, (*given, *play.where)) for play in everywhere)
