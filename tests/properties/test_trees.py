"""Random small trees with symbolic payoffs: the symbolic solution, exact backward induction and the numeric solver agree."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import game, interval, parameters, solve
from formal.decide.evaluate import inside, value
from formal.decide.verdict import Proved
from formal.model.tree import Chance, Decision, Leaf
from formal.numeric.solver import solve_numeric
from formal.strategies import payoffs, trees

p = parameters("a b >= 0", "c real")
PLAYERS = ("One", "Two")

rationals = st.fractions(min_value=0, max_value=3, max_denominator=3)


def backward(node, point):
    """Exact backward induction at a point; the first best action is taken."""
    if isinstance(node, Leaf):
        return {q: value(sp.sympify(u), point) for q, u in node.payoffs.items()}
    results = [backward(child, point) for child in node.children]
    if isinstance(node, Chance):
        return {q: sum(w * r[q] for w, r in zip(node.probabilities, results, strict=True)) for q in PLAYERS}
    assert isinstance(node, Decision)
    best = max(r[node.player] for r in results)
    return next(r for r in results if r[node.player] == best)


@settings(max_examples=40, deadline=None)
@given(trees(payoffs(p)), st.lists(st.tuples(rationals, rationals, rationals), min_size=3, max_size=3))
def test_three_solutions_agree(declared, drawn):
    solution = solve(declared)
    assert isinstance(solution.assure().verdict, Proved)
    symbols = (p.a, p.b, p.c)
    for row in drawn:
        point = {s: sp.Rational(r.numerator, r.denominator) for s, r in zip(symbols, row, strict=True)}
        expected = backward(declared.tree, point)
        cells = [c for c in solution.cells if inside(c.conditions, point)]
        assert cells
        for cell in cells:
            assert {q: value(sp.sympify(u), point) for q, u in cell.payoffs.items()} == expected
        arrays = {q: np.array([float(point[q])]) for q in declared.parameters}
        if arrays:
            numeric = solve_numeric(declared, arrays)
            assert all(abs(float(numeric.payoffs[q][0]) - float(expected[q])) < 1e-6 for q in PLAYERS)


SHAPES = {
    "plain": lambda x: 0,
    "distance": lambda x: sp.Abs(x - p.a),
    "tent": lambda x: -sp.Abs(2 * x - 1),
    "max": lambda x: sp.Max(x, p.a),
    "min": lambda x: sp.Min(x, p.a - x),
    "jump": lambda x: sp.Piecewise((x, x < p.a), (1 - x, True)),
    "root": lambda x: sp.sqrt(x + 1),
}
parts = st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(-2, 2), st.sampled_from(sorted(set(SHAPES) - {"root"})))


def kinked(first, second, third):
    """One chooses a number, Two accepts or rejects; payoffs of One if accepted, of Two if accepted, of One if rejected."""

    def payoff(part, x):
        c0, c1, c2, shape = part
        return c0 + c1 * x + c2 * x**2 * (p.a if part is first else 1) + SHAPES[shape](x)

    @game(players=PLAYERS, ties={"answer": "accept"})
    def declared(g):
        x = g.choose("One", "x", interval(0, 1))
        if g.choose("Two", "answer", ["accept", "reject"]) == "accept":
            return {"One": payoff(first, x), "Two": payoff(second, x)}
        return {"One": payoff(third, x), "Two": 0}

    return declared, payoff


def check_on_a_grid(declared, payoff, three, number):
    """The equilibrium payoff is the supremum over a fine grid of what each number leads to, and is reached if it is stated."""
    point = {q: sp.Rational(number.numerator, number.denominator) for q in declared.parameters}
    full = {p.a: sp.Rational(number.numerator, number.denominator)}
    grid = [sp.Rational(k, 60) for k in range(61)]
    own, other, alone = (np.array([float(value(sp.sympify(payoff(part, x)), full)) for x in grid]) for part in three)
    best = np.where(other >= -1e-12, own, alone).max()
    cells = [c for c in solve(declared).cells if inside(c.conditions, point)]
    assert cells
    for cell in cells:
        assert not cell.attained or float(value(cell.payoffs["One"], point)) > best - 1e-9


@settings(max_examples=20, deadline=None)
@given(parts, parts, parts, st.lists(rationals, min_size=3, max_size=3))
def test_what_is_proved_of_kinked_payoffs_holds_on_a_grid(first, second, third, numbers):
    declared, payoff = kinked(first, second, third)
    if isinstance(solve(declared).assure().verdict, Proved):
        for number in numbers:
            check_on_a_grid(declared, payoff, (first, second, third), number)


@pytest.mark.parametrize("shape", SHAPES)
def test_kinked_payoffs_are_derived_and_proved(shape):
    slope = 0 if shape == "root" else 1
    three = (0, 1, -slope, "plain"), (-1, 1, slope, shape), (-1, 0, 0, shape)
    declared, payoff = kinked(*three)
    assert isinstance(solve(declared).assure().verdict, Proved)
    for k in range(7):
        check_on_a_grid(declared, payoff, three, Fraction(k, 3))
