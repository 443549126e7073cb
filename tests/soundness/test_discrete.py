"""Large games of discrete choices: regions against backward induction at exact points, and proofs of what is derived."""

from __future__ import annotations

import functools
import itertools
import operator
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import game, parameters, solve
from formal.decide.verdict import Proved
from formal.derive import discrete
from formal.derive.backward_induction import derivation
from formal.model.tree import Decision, Leaf

X, Y = parameters("x in (-2, 2]", "y >= 0")
GRID = [{X: Fraction(a, 2), Y: Fraction(b, 2)} for a in range(-3, 5) for b in range(6)]
PAYOFFS = st.sampled_from([sp.S.Zero, sp.S.One, X, Y, X - Y, 2 * X - 1, X + Y, -Y, X / 3 + sp.Rational(1, 6)])
TREES = st.recursive(
    st.tuples(PAYOFFS, PAYOFFS),
    lambda below: st.tuples(st.integers(0, 1), st.integers(0, 2), st.lists(below, min_size=2, max_size=3)),
    max_leaves=14,
)
ASSUMED = [{}, {"order": X <= Y}, {"line": sp.Eq(X, Y)}, {"bound": X + Y < 3}]


def declared(tree, favoured, assume):
    """The game of a nested tuple: a leaf's payoffs, or a player, a label and what follows."""

    @game(players=("A", "B"), ties=favoured, assume=assume)
    def drawn(g):
        here, depth = tree, 0
        while len(here) == 3:
            player, label, below = here
            menu = [str(k) for k in range(len(below))]
            here = below[int(str(g.choose("AB"[player], f"{'AB'[player]}{depth}{label}", menu)))]
            depth += 1
        return {"A": here[0], "B": here[1]}

    return drawn


@functools.cache
def coefficients(expression):
    return [sp.Rational(sp.Poly(expression, X, Y).coeff_monomial(m)) for m in (X, Y, 1)]


def number(expression, point):
    """A linear expression at a point."""
    a, b, c = (Fraction(int(k.p), int(k.q)) for k in coefficients(expression))
    return a * point[X] + b * point[Y] + c


def true(conditions, point):
    signs = {sp.Ge: operator.ge, sp.Gt: operator.gt, sp.Le: operator.le, sp.Lt: operator.lt, sp.Eq: operator.eq}
    return all(signs[type(c)](number(c.lhs, point), number(c.rhs, point)) for c in conditions)


def played(drawn, node, point):
    """The path of play from a node and its payoffs, by the definition."""
    if isinstance(node, Leaf):
        return (), tuple(number(node.payoffs[q], point) for q in drawn.players)
    favoured = drawn.ties.get(node.label, node.actions[0])
    order = sorted(zip(node.actions, node.following, strict=True), key=lambda edge: edge[0] != favoured)
    results = [(action, *played(drawn, child, point)) for action, child in order]
    action, path, payoffs = max(results, key=lambda found: found[2][drawn.players.index(node.player)])
    return ((node.label, action), *path), payoffs


def ties_of(tree):
    """Some labels with the last of two actions as the one that is preferred."""
    found, stack = {}, [(tree, 0)]
    while stack:
        here, depth = stack.pop()
        if len(here) == 3:
            if here[1] == 1:
                found[f"{'AB'[here[0]]}{depth}1"] = "1"
            stack += [(child, depth + 1) for child in here[2]]
    return found


@settings(max_examples=150, deadline=None)
@given(tree=TREES.filter(lambda t: len(t) == 3), assumed=st.sampled_from(ASSUMED))
def test_regions_are_backward_induction_at_every_point(tree, assumed):
    drawn = declared(tree, ties_of(tree), assumed)
    found = discrete.Discrete(drawn, derivation(drawn).ring)
    inside = [p for p in GRID if true(assumed.values(), p)]
    for node in (n for n in drawn.nodes if isinstance(n, Decision)):
        regions = [([w.sympy() for w in r.where], r.option) for r in found.regions(node)]
        for point in inside:
            path, payoffs = played(drawn, node, point)
            here = [option for where, option in regions if true(where, point)]
            assert here
            for option in here:
                assert option.path == path
                assert option.decision == path[0][1]
                assert tuple(number(q.sympy(), point) for q in option.payoffs) == payoffs


@settings(max_examples=8, deadline=None)
@given(tree=TREES.filter(lambda t: len(t) == 3), assumed=st.sampled_from(ASSUMED[:2]))
def test_what_is_derived_is_proved(tree, assumed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discrete, "LARGE", 0)
        solution = solve(declared(tree, ties_of(tree), assumed))
        assert isinstance(solution.assure().verdict, Proved)
        assert solution._work.discrete is not None


def test_equal_subtrees_are_one():
    below = (1, 0, [(X, Y), (Y, X)])
    drawn = declared((0, 0, [below, below, (0, 0, [below, (sp.S.One, X)])]), {}, {})
    found = discrete.Discrete(drawn, derivation(drawn).ring)
    inner = [n for n in drawn.nodes if isinstance(n, Decision)]
    assert len({found.number[n] for n in inner}) == 3 < len(inner)
    assert found.number[drawn.tree] != found.number[inner[1]]


@pytest.mark.parametrize("payoff", [X * Y, sp.sqrt(Y + 1), 1 / (Y + 1), sp.Max(X, Y)])
def test_other_games_are_solved_as_before(payoff):
    drawn = declared((0, 0, [(payoff, X), (Y, X)]), {}, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discrete, "LARGE", 0)
        assert discrete.discrete(drawn, derivation(drawn).ring) is None


@pytest.mark.parametrize("assumed", [{"apart": sp.Ne(X, Y)}, {"either": (X > Y) | (Y > 1)}, {"none": X > 3}])
def test_assumptions_that_are_not_read(assumed):
    drawn = declared((0, 0, [(Y, X), (X, X)]), {}, assumed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discrete, "LARGE", 0)
        assert discrete.discrete(drawn, derivation(drawn).ring) is None


def test_a_large_game_is_solved_fast_and_right():
    """1,000 leaves: what is played at exact points is backward induction."""
    leaves = iter(itertools.cycle([X - 1, 2 * Y - 1, X + Y, 1 - X, Y / 2, sp.S.One / 3, -X, X - Y, 3 - Y, Y - 1, 2 * X - 1]))

    def grow(depth):
        if depth == 3:
            return (next(leaves), next(leaves))
        return (depth % 2, 0, [grow(depth + 1) for _ in range(10)])

    drawn = declared(grow(0), {}, {})
    cells = solve(drawn).cells
    assert solve(drawn)._work.discrete is not None
    for point in GRID[::3]:
        here = [cell for cell in cells if true(cell.conditions, point)]
        assert here
        assert all(cell.path == played(drawn, drawn.tree, point)[0] for cell in here)
