"""One table of claims that drives the deciding layer: true, false, vacuous and undefined ones."""

from __future__ import annotations

from sympy import Abs, Eq, Gt, Max, Min, Ne, Piecewise, Rational, sqrt

from formal import iff, implies, parameters

p = parameters("a b >= 0", "c d > 0", "q in (0, 1)", "x y z real", "k integer", "n integer >= 2", "o in {0, 1}")

TRUE = {
    "square": p.x**2 + p.y**2 >= 2 * p.x * p.y,
    "am-gm": (p.a + p.b) / 2 >= sqrt(p.a * p.b),
    "quotient": p.a / (p.a + p.c) < 1,
    "max": Max(p.x, p.y) >= Min(p.x, p.y),
    "abs": Abs(p.x + p.y) <= Abs(p.x) + Abs(p.y),
    "piecewise": Piecewise((p.x, p.x >= 0), (-p.x, True)) >= 0,
    "guarded quotient": implies(Ne(p.x, 0), p.x**2 / p.x**2 >= 1),
    "guarded branch": Eq(Piecewise((1 / p.x * p.x**2, Ne(p.x, 0)), (0, True)), p.x),
    "root of square": iff(sqrt(p.x**2) > p.x, p.x < 0),
    "range": p.q * (1 - p.q) <= Rational(1, 4),
    "negative power": p.c**-2 > 0,
    "root power": p.c ** Rational(3, 2) > 0,
    "homogeneous": implies(p.c > p.d, p.c**2 / p.d > p.c),
    "not homogeneous": implies(p.c > 1, p.c**2 > p.c),
    "no half": Ne(2 * p.k, 1, evaluate=False),
    "between integers": p.k * (p.k - 1) >= 0,
    "integer and real": Ne(p.k * p.c, p.c / 2, evaluate=False),
    "binary": Eq(p.o**2, p.o, evaluate=False),
    "at least two": p.n**2 * p.c >= 4 * p.c,
    "cubic": p.a**3 + p.b**3 + p.c**3 >= 3 * p.a * p.b * p.c,
}
FALSE = {
    "strict square": p.x**2 + p.y**2 > 2 * p.x * p.y,
    "quotient at zero": p.a / (p.a + p.c) > 0,
    "linear": p.a <= p.b,
    "max": Max(p.x, p.y) > p.x,
    "range": p.q * (1 - p.q) <= Rational(6, 25),
    "units matter": p.c**2 > p.c,
    "units matter for roots": sqrt(p.c) < p.c,
    "irrational only": Ne(p.x**2, 2),
    "branch order": Eq(Piecewise((1, p.x >= 0), (2, p.x <= 0)), Piecewise((2, p.x <= 0), (1, p.x >= 0))),
    "integer": Ne(p.k**2 - p.k, 6, evaluate=False),
    "binary": p.o * p.c < p.c,
    "even": Ne(2 * p.k, p.n, evaluate=False),
    "equivalence": iff(p.a * p.b > 0, p.a > 0),
}
UNDEFINED = {
    "division": 1 / p.a >= 0,
    "division of zero": p.a / p.b >= 0,
    "root": sqrt(p.x) >= 0,
    "root in a hypothesis": implies(sqrt(p.x) > 0, p.x > 0),
    "no branch": Gt(Piecewise((p.c, p.x > 0)), 0, evaluate=False),
    "division under a disjunction": (p.y > 0) | (1 / p.x > 0) | (p.y <= 0),
}
