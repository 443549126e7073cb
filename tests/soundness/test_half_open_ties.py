"""Ties over half-open sets: the tie rule may take no decision among those that are best, and that is what is proved."""

from dataclasses import replace

import pytest
import sympy as sp

from formal import game, interval, parameters, solve
from formal.decide.evaluate import holds
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved
from formal.derive.partition import Branch
from formal.obligations import obligations

p = parameters("c in (0, 1)", "w >= 0")


def committee(rule, *, waiting=0):
    """A proposer gains 1 from every proposal that passes, which those above c do; waiting at 0 pays something too."""

    @game(players=("Proposer", "Committee"), ties={"x": rule, "vote": "no"})
    def half_open(g):
        x = g.choose("Proposer", "x", interval(0, 1))
        passes = g.choose("Committee", "vote", ["yes", "no"]) == "yes"
        return {"Proposer": 1 if passes else waiting * (1 - x), "Committee": x - p.c if passes else 0}

    return half_open


def passes(equilibrium):
    return all(isinstance(decide(goal), Proved) for goal in obligations(equilibrium))


def claimed(solution, *branches):
    (node,) = [n for n in solution.equilibrium.strategies if n.label == "x"]
    changed = {node: replace(solution.equilibrium.strategies[node], branches=branches)}
    return replace(solution.equilibrium, strategies={**solution.equilibrium.strategies, **changed}, cells=())


def stages(equilibrium):
    """Whether all that is not about cells is proved."""
    return all(isinstance(decide(g), Proved) for g in obligations(equilibrium) if "cells cover" not in g.name)


def test_the_lowest_of_a_set_without_a_lowest_is_no_equilibrium():
    solution = solve(committee("lowest"))
    assert [cell.attained for cell in solution.cells] == [False]
    assert passes(solution.equilibrium)
    (tie,) = solution.ties()
    assert (tie.branch.decision, tie.branch.attained) == (p.c, False)
    for c in (sp.Rational(1, 4), sp.Rational(2, 3)):
        for x in (sp.Rational(k, 12) for k in range(13)):
            assert all(holds(one, {p.c: c, tie.node.symbol: x}) for one in tie.among) == (x > c)


def test_the_highest_of_it_is_its_closed_end():
    solution = solve(committee("highest"))
    assert [cell.decisions["x"] for cell in solution.cells] == [1]
    assert passes(solution.equilibrium)
    (tie,) = solution.ties()
    assert (tie.branch.decision, tie.branch.attained) == (1, True)


def test_something_better_elsewhere_is_taken():
    """Waiting pays w(1 - x): nothing passes at 0, which is best where w is at least 1."""
    solution = solve(committee("lowest", waiting=p.w))
    for w, attained in ((2, True), (1, True), (sp.Rational(1, 2), False)):
        assert (solution.at({"c": "1/2", "w": w}).path is not None) == attained
    assert passes(solution.equilibrium)


WRONG = {
    "the closed end, which is not the lowest": ("lowest", [Branch((), sp.Integer(1))]),
    "a decision of the set": ("lowest", [Branch((), (1 + p.c) / 2)]),
    "the limit itself": ("lowest", [Branch((), p.c)]),
    "the wrong limit": ("lowest", [Branch((), sp.Integer(0), attained=False)]),
    "a limit from within": ("lowest", [Branch((), (1 + p.c) / 2, attained=False)]),
    "none, though there is a highest": ("highest", [Branch((), p.c, attained=False)]),
    "none, from the closed end": ("highest", [Branch((), sp.Integer(1), attained=False)]),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_claims_about_the_set_are_not_proved(name):
    rule, branches = WRONG[name]
    assert not stages(claimed(solve(committee(rule)), *branches))


def test_the_right_claim_is():
    assert stages(claimed(solve(committee("lowest")), Branch((), p.c, attained=False)))


def test_none_is_not_proved_where_something_else_is_best():
    assert not stages(claimed(solve(committee("lowest", waiting=2)), Branch((), p.c, attained=False)))
