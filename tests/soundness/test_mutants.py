"""Wrong equilibria must not pass: every mutant of a proved one has an obligation that fails."""

from dataclasses import replace

import pytest
import sympy as sp

from formal import game, interval
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved
from formal.derive.partition import Branch
from formal.model.rewriting import conjunction, disjunction
from formal.obligations import obligations, outcome_parts
from formal.play import followed
from formal.solution import solve
from proofs.ratification.model import equilibrium as ratification
from tests.conftest import p, ultimatum


def passes(equilibrium) -> bool:
    return all(isinstance(decide(goal), Proved) for goal in obligations(equilibrium))


def with_branches(equilibrium, label, change):
    strategies = {n: replace(s, branches=tuple(change(s.branches))) if n.label == label else s
                  for n, s in equilibrium.strategies.items()}  # fmt: skip
    return replace(equilibrium, strategies=strategies)


def test_the_originals_pass():
    assert passes(ratification.equilibrium)
    assert passes(solve(ultimatum("accept")).equilibrium)
    assert passes(solve(ultimatum("reject")).equilibrium)


@pytest.mark.parametrize("rule", ["accept", "reject", None])
def test_what_cells_say_is_claimed_once(rule):
    """Of the first mover's branches or of the cells: nothing that both say is missing."""
    equilibrium = solve(ultimatum(rule)).equilibrium if rule else ratification.equilibrium
    stated = [(goal.conclusion, frozenset(goal.hypotheses)) for goal in obligations(equilibrium)]
    said = [goal.name for part in outcome_parts(equilibrium) for goal in part]
    assert any("accept" in name for name in said) == (rule is None)  # where all branches of the first mover decide alike
    assumed = tuple(equilibrium.game.assume.values())
    for cell in (cell for cell in equilibrium.cells if cell.attained):
        claims, _ = followed(equilibrium, equilibrium.game.tree, cell.path, {}, (*assumed, *cell.conditions))
        assert len(claims) == len(cell.path)
        for _, claim, where in claims:
            assert any(claim == said and set(where) <= given for said, given in stated)
    cover = disjunction(*(conjunction(*cell.conditions) for cell in equilibrium.cells))
    assert cover == sp.true or any(cover == said for said, _ in stated)


MUTATIONS = {
    "a wrong decision": lambda bs: [replace(bs[0], decision=sp.Rational(1, 2)), *bs[1:]],
    "a dropped branch": lambda bs: bs[1:],
    "an enlarged branch": lambda bs: [replace(bs[0], conditions=bs[0].conditions[1:]), *bs[1:]],
    "decisions swapped": lambda bs: [replace(bs[0], decision=bs[1].decision), replace(bs[1], decision=bs[0].decision), *bs[2:]],
    "a decision out of range": lambda bs: [replace(bs[0], decision=sp.Integer(2)), *bs[1:]],
    "a branch said to be approached": lambda bs: [replace(bs[0], attained=False), *bs[1:]],
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutated_strategies_are_rejected(name):
    assert not passes(with_branches(ratification.equilibrium, "x", MUTATIONS[name]))


BESIDE = {  # branches that apply everywhere beside those that are right
    "x": [Branch((), sp.Integer(0)), Branch((), sp.Integer(1)), Branch((), sp.Integer(1), attained=False)],
    "vote": [Branch((), "accept"), Branch((), "reject"), Branch((), "reject", attained=False)],
    "table": [
        Branch((), "withdraw"),
        Branch((), "withdraw", attained=False),
        Branch((), "withdraw", attained=False, barren=True),
    ],
}


@pytest.mark.parametrize(("label", "more"), [(label, more) for label, added in BESIDE.items() for more in added])
def test_branches_that_overlap_have_to_decide_alike(label, more):
    """No goal says so in as many words: two decisions cannot both be the best that the tie rule prefers."""
    assert not passes(with_branches(ratification.equilibrium, label, lambda bs: [*bs, more]))


@pytest.mark.parametrize("ties", [{}, {"act": "right"}])
def test_of_two_actions_that_always_pay_the_same_only_one_is_decided(ties):
    @game(players=("Mover",), ties=ties)
    def indifferent(g):
        g.choose("Mover", "act", ["left", "right"])
        return {"Mover": p.a}

    equilibrium = solve(indifferent).equilibrium
    assert passes(equilibrium)
    both = [Branch((), "left"), Branch((), "right")]
    assert not passes(with_branches(equilibrium, "act", lambda _: both))


@pytest.mark.parametrize("ties", [{}, {"act": "highest"}])
def test_of_two_numbers_that_always_pay_the_same_only_one_is_decided(ties):
    @game(players=("Mover",), ties=ties)
    def indifferent(g):
        g.choose("Mover", "act", interval(0, 1))
        return {"Mover": p.a}

    equilibrium = solve(indifferent).equilibrium
    assert passes(equilibrium)
    both = [Branch((), sp.Integer(0)), Branch((), sp.Integer(1))]
    assert not passes(with_branches(equilibrium, "act", lambda _: both))


def test_a_vote_that_rejects_when_indifferent_breaks_the_tie_rule():
    def strict(branches):
        accept = next(b for b in branches if b.decision == "accept")
        (condition,) = accept.conditions
        closed = sp.Lt(condition.lhs, condition.rhs, evaluate=False)
        opened = sp.Ge(condition.lhs, condition.rhs, evaluate=False)
        return [Branch((closed,), "accept"), Branch((opened,), "reject")]

    assert not passes(with_branches(ratification.equilibrium, "vote", strict))


def test_a_vote_is_not_approached():
    def approached(branches):
        return [replace(branches[0], attained=False), *branches[1:]]

    assert not passes(with_branches(ratification.equilibrium, "vote", approached))


def test_a_cell_without_an_equilibrium_is_not_said_to_have_one():
    equilibrium = solve(ultimatum("reject")).equilibrium
    (played,) = {b.decision for n, s in equilibrium.strategies.items() if n.label == "x" for b in s.branches if not b.attained}
    outside = equilibrium.game.node("answer").following[1].payoffs
    cells = [
        cell if cell.attained else replace(cell, attained=True, path=(("x", played), ("answer", "reject")), payoffs=outside)
        for cell in equilibrium.cells
    ]
    assert not passes(replace(equilibrium, cells=tuple(cells)))


def test_a_cell_does_not_go_by_the_name_of_another():
    @game(players=("A",), cells={"low": {"x": 0}, "high": {"x": p.c}, "out": {"enter": "no"}})
    def named(g):
        if g.choose("A", "enter", ["no", "yes"]) == "no":
            return {"A": 1}
        x = g.choose("A", "x", interval(0, p.c))
        return {"A": p.z * x + p.d}

    equilibrium = solve(named).equilibrium
    assert passes(equilibrium)
    assert {cell.name for cell in equilibrium.cells} >= {"low", "high"}
    for k, cell in enumerate(equilibrium.cells):
        for name in {"low", "high", "out"} - {cell.name}:
            wrong = (*equilibrium.cells[:k], replace(cell, name=name), *equilibrium.cells[k + 1 :])
            assert not passes(replace(equilibrium, cells=wrong))


def test_without_cells_nothing_is_covered():
    @game(players=("A",))
    def drawn(g):
        payoff = g.chance("weather", {"fine": sp.Rational(1, 2), "wet": sp.Rational(1, 2)}) == "fine"
        return {"A": p.a if payoff else 0}

    for equilibrium in (solve(drawn).equilibrium, solve(ultimatum("accept")).equilibrium):
        assert passes(equilibrium)
        assert not passes(replace(equilibrium, cells=()))


@pytest.mark.parametrize("index", range(3))
def test_mutated_cells_are_rejected(index):
    equilibrium = ratification.equilibrium
    cells = list(equilibrium.cells)
    dropped = replace(equilibrium, cells=tuple(c for k, c in enumerate(cells) if k != index))
    assert not passes(dropped)
    wrong = replace(cells[index], payoffs={**cells[index].payoffs, "Parliament": sp.Integer(7)})
    assert not passes(replace(equilibrium, cells=(*cells[:index], wrong, *cells[index + 1 :])))
    enlarged = replace(cells[index], conditions=cells[index].conditions[1:])
    assert not passes(replace(equilibrium, cells=(*cells[:index], enlarged, *cells[index + 1 :])))


def test_a_supremum_that_is_not_attained_never_passes_as_a_decision():
    equilibrium = solve(ultimatum("reject")).equilibrium
    assert any(not c.attained for c in equilibrium.cells)
    claimed = with_branches(equilibrium, "x", lambda bs: [replace(b, attained=True) for b in bs])
    assert not passes(replace(claimed, cells=tuple(replace(c, attained=True) for c in claimed.cells)))


def test_a_wrong_closed_form_of_a_threshold_is_rejected():
    equilibrium = ratification.equilibrium
    (threshold,) = equilibrium.thresholds
    polynomial = threshold.characterisation[0].lhs.xreplace({threshold: sp.Symbol("x_u")})
    wrong = type(threshold)("x_u", threshold.definition / 2, polynomial, ())
    assert not passes(replace(equilibrium, thresholds=(wrong,)))


@game(players=("Leader", "Follower"), ties={"answer": "accept", "m": "highest"})
def staircase(g):
    """A request that moves what the follower accepts: y² ≤ c + m."""
    m = g.choose("Leader", "m", interval(0, 1))
    y = g.choose("Leader", "y", interval(0, 2))
    if g.choose("Follower", "answer", ["accept", "reject"]) == "accept":
        return {"Leader": 2 * y - m, "Follower": p.c + m - y**2}
    return {"Leader": -m, "Follower": 0}


def test_values_of_thresholds_and_stated_paths_are_proved_before_they_are_used():
    equilibrium = solve(staircase).equilibrium
    assert passes(equilibrium)
    first = equilibrium.strategies[equilibrium.game.tree].branches
    levels = [(place, b.levels) for place, b in enumerate(first) if b.levels]
    assert levels
    for place, ((threshold, level), *rest) in levels:
        wrong = replace(first[place], levels=((threshold, level + 1), *rest))
        assert not passes(with_branches(equilibrium, "m", lambda bs, k=place, w=wrong: [*bs[:k], w, *bs[k + 1 :]]))
    rejected = [replace(b, path=(*b.path[:-1], ("answer", "reject"))) for b in first]
    assert not passes(with_branches(equilibrium, "m", lambda _: rejected))
    assert not passes(with_branches(equilibrium, "m", lambda bs: [replace(b, path=b.path[:-1]) for b in bs]))


@pytest.mark.parametrize("change", [lambda path: path[:-1], lambda path: (*path[:-1], ("vote", "reject")), lambda _: ()])
def test_a_cell_that_states_another_path_is_rejected(change):
    cells = [replace(cell, path=change(cell.path)) for cell in ratification.equilibrium.cells]
    assert not passes(replace(ratification.equilibrium, cells=tuple(cells)))
