"""What a solver is told of a space is true there: polynomials as they are, and facts only where they apply."""

import flint
import sympy as sp
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import parameters
from formal.derive.literals import Literal, literal
from formal.derive.polynomial import Ring
from formal.derive.space import over_parameters
from formal.ladder import Context

p = parameters("a b c in [0, 2]")
SYMBOLS = [p.a, p.b, p.c]
RING = Ring(SYMBOLS)
numbers = st.fractions(0, 2, max_denominator=4)
points = st.tuples(numbers, numbers, numbers)
expressions = st.lists(st.tuples(st.fractions(-2, 2, max_denominator=3), *[st.integers(0, 2)] * 3), min_size=1, max_size=5).map(
    lambda terms: sp.Add(*(sp.Rational(k) * p.a**i * p.b**j * p.c**n for k, i, j, n in terms))
)


def poly(expression):
    return RING.quotient(sp.expand(expression)).numerator


def made(expression, *, strict=False):
    return literal(RING, poly(expression), strict=strict)


literals = st.builds(lambda e, strict: made(e, strict=strict), expressions, st.booleans()).filter(
    lambda item: isinstance(item, Literal)
)


def exactly(polynomial, point):
    spare = [flint.fmpq(0)] * (len(RING.gens) - len(point))
    return polynomial(*(flint.fmpq(v.numerator, v.denominator) for v in point), *spare)


def holds(item, point):
    value = exactly(item.poly, point)
    return value > 0 if item.strict else value >= 0


def space_with_orders():
    """A space in which it was noted that the higher of two numbers has the higher square."""
    space = over_parameters(RING, SYMBOLS, (), (), Context())
    for x, y in ((p.a, p.b), (p.b, p.c), (p.a, p.c)):
        for strict in (False, True):
            space.follow([made(x**2 - y**2, strict=strict)], [made(x - y, strict=strict)])
    return space


@given(expressions, points)
def test_a_term_is_its_polynomial(expression, point):
    space = over_parameters(RING, SYMBOLS, (), [], Context())
    at = [(space._variable(i), z3.Q(v.numerator, v.denominator, space.context)) for i, v in enumerate(point)]
    value = z3.simplify(z3.substitute(space.term(poly(expression)), *at))
    exact = exactly(poly(expression), point)
    assert value.as_fraction() == sp.Rational(int(exact.p), int(exact.q))


@settings(max_examples=60, deadline=None)
@given(st.lists(literals, min_size=1, max_size=4), points)
def test_what_holds_somewhere_is_not_refuted(items, point):
    space = space_with_orders()
    true = [item for item in items if holds(item, point)]
    space.meet(true, [()])
    assert not space._impossible


def test_facts_are_used_where_they_apply():
    rises, falls = made(p.a - p.b, strict=True), made(p.b**2 - p.a**2)
    space = space_with_orders()
    assert space.meet([rises], [(falls,)]) == ()
    assert space._impossible == [frozenset([rises, falls])]
    weak, strict = (frozenset([made(p.a - p.b, strict=strict).key]) for strict in (False, True))
    both = frozenset((0, 1))
    assert space._facts_on(both, weak).sexpr().count("=>") == space._facts_on(both, strict).sexpr().count("=>") == 0
    assert space._facts_on(both).sexpr().count("=>") > 0
    assert len(space._facts_on(both, weak).children()) == len(space._facts_on(both, frozenset()).children()) + 1
