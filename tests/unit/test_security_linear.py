"""Linear facts have a point, or multipliers that the checker accepts; utilities are integers in the same order."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from formal.trees.farkas import decide, refuted
from formal.trees.polynomial import Symbols, combination, frozen, primitive, value
from formal.trees.refutation import contradictory
from formal.trees.valuation import Utilities

COEFFICIENTS = st.sampled_from([-3, -2, -1, 0, 0, 0, 1, 2, Fraction(1, 2), Fraction(-5, 3)])
MONOMIALS = [(), (0,), (1,), (2,), (3,)]
POLYS = st.lists(COEFFICIENTS, min_size=5, max_size=5).map(lambda c: frozen(dict(zip(MONOMIALS, c, strict=True))))


@given(facts=st.lists(st.tuples(POLYS.map(primitive), st.booleans()), max_size=9))
def test_facts_have_a_point_or_multipliers_that_refute_them(facts):
    answer = decide(facts)
    if refuted(answer):
        assert contradictory(facts, answer)
        return
    for poly, strict in facts:
        number = sum(c * (answer.get(m, 0) if m else 1) for m, c in poly)
        assert number > 0 or (number == 0 and not strict)


@given(
    table=st.lists(st.tuples(POLYS, POLYS), min_size=1, max_size=5),
    point=st.lists(st.fractions(-3, 3, max_denominator=7), min_size=4, max_size=4),
)
def test_integers_are_in_the_order_of_pairs(table, point):
    """For single players and for both together; symbols 2 and 3 are infinitesimals."""
    symbols = Symbols(("a", "b"), ("e", "f"))
    utilities = [poly for row in table for poly in row]
    vectors = [(2 * k, 2 * k + 1) for k in range(len(table))]
    at = Utilities(symbols, utilities, vectors).at(tuple(point))
    for members in ([0], [1], [0, 1]):
        pairs = [value(symbols, combination((1, utilities[v[i]]) for i in members), point) for v in vectors]
        numbers = [sum(at.numbers[v[i]] for i in members) for v in vectors]
        for i, j in combinations(range(len(vectors)), 2):
            assert (pairs[i] < pairs[j]) == (numbers[i] < numbers[j])
            assert (pairs[i] == pairs[j]) == (numbers[i] == numbers[j])
    for number, utility in enumerate(utilities):
        assert at.number(number) == at.numbers[number]
        assert (value(symbols, utility, point)[0] >= 0) == (at.number(number) >= -at.slack)
