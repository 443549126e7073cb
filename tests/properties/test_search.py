"""The search for certificates: each of its strategies finds one that the kernel accepts, and none for a false neighbour."""

import pytest

from formal.certify import kernel
from formal.certify.reading import Statement
from formal.certify.search import NotFoundError, certificate

BUDGET = 20_000


def claim(names, given, claimed):
    return Statement(tuple(names.split()), tuple(given), claimed)


def product(*parts):
    return ("*", *parts)


def less(first, second):
    return ("+", first, product(-1, second))


def square(part):
    return ("^", part, 2)


def peak(s):
    """(s - x)² + k² - 2 k s: what rises with s beyond the point where it is not positive."""
    return ("+", square(less(s, "x")), square("k"), product(-2, "k", s))


HALF = [(">", "c", 0), (">", "s", 0), ("=", product("c", "x"), "s"), ("=", product(2, "c", "g"), square("s"))]
VALUE = ("=", ("+", product("c", square("x")), product(-2, "s", "x"), product(2, "f")), 0)
SIGNS = [("<=", "k", "s"), ("<=", "x", "s"), ("<", "s", "t"), (">=", "k", 0), (">", peak("s"), 0)]
COVER = (
    "or",
    ("<=", "s", "k"),
    ("and", ("<=", 1, "b"), (">=", "s", ("+", "c", "k"))),
    ("and", ("<=", "b", 1), (">=", "s", ("+", product("b", "c"), "k"))),
)
SHORT = ("and", (">=", "s", "k"), ("<=", "s", ("+", product("b", "c"), "k")), ("<=", "s", ("+", "c", "k")))
ROOTS = [
    (">", "p", 0),
    (">=", "b", 0),
    (">", "a", 0),
    ("=", product("p", square("x")), ("+", product(2, "b", "x"), 2)),
    (">=", product("p", "x"), "b"),
    ("=", product("p", square("y")), ("+", product(2, "b", "y"), 2, product(2, "a"))),
    (">=", product("p", "y"), "b"),
    (">=", "x", 0),
    (">=", "y", 0),
]
X, Y, Z = ("abs", "x"), ("abs", "y"), ("abs", "z")
TRUE = {
    "the same cases again": claim("x y z", [], (">=", ("+", X, Y, Z), ("abs", ("+", "x", "y", "z")))),
    "the same cases of a product": claim("x y", [], ("=", ("abs", product("x", "y")), product(X, Y))),
    "a sign denies a fact": claim("c s x f g h", [*HALF, VALUE, (">=", "h", 0)], ("<=", less("g", "f"), "h")),
    "a sum of facts has a factor": claim("k s t x", SIGNS, (">", peak("t"), 0)),
    "some branch applies": claim("b c k s", [(">", "c", 0), (">=", "b", 0)], ("or", *COVER[1:], SHORT)),
    "one root lies beyond another": claim("p a b x y z", [*ROOTS, ("<=", "y", "z")], ("<", "x", "z")),
}
FALSE = {
    "the same cases again": claim("x y z", [], (">", ("+", X, Y, Z), ("abs", ("+", "x", "y", "z")))),
    "the same cases of a product": claim("x y", [], ("=", ("abs", product("x", "y")), product(X, "y"))),
    "a sign denies a fact": claim("c s x f g h", [*HALF, VALUE], ("<=", less("g", "f"), "h")),
    "a sum of facts has a factor": claim("k s t x", [*SIGNS[:2], *SIGNS[3:], ("<", "t", "s")], (">", peak("t"), 0)),
    "some branch applies": claim("b c k s", [(">", "c", 0), (">=", "b", 0)], COVER),
    "one root lies beyond another": claim("p a b x y z", [*ROOTS, ("<=", "y", "z")], ("<", "y", "z")),
}


@pytest.mark.parametrize("name", TRUE)
def test_each_strategy_finds_what_the_kernel_accepts(name):
    kernel.check(TRUE[name], certificate(TRUE[name], BUDGET))


@pytest.mark.parametrize("name", FALSE)
def test_a_false_neighbour_has_none(name):
    with pytest.raises(NotFoundError):
        certificate(FALSE[name], BUDGET)
