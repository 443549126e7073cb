"""What is printed for Rocq means what it is printed from; names are kept apart."""

import re
from fractions import Fraction

import flint
from hypothesis import assume, given
from hypothesis import strategies as st

from formal.certify.reading import Statement
from formal.certify.rocq.events import Overheard
from formal.certify.rocq.source import comment
from formal.certify.rocq.terms import Words
from formal.certify.rocq.text import formula, identifier, joined, names, polynomial

NAMES = ("a", "b", "c")
CONTEXT = flint.fmpq_mpoly_ctx.get(NAMES, "degrevlex")
coefficients = st.builds(Fraction, st.integers(-30, 30), st.integers(1, 6))
powers = st.tuples(*[st.integers(0, 4)] * 3)
numbers = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 3))
points = st.fixed_dictionaries(dict.fromkeys(NAMES, numbers))


def evaluated(text, point):
    """Rocq's + - * / ^ bind as Python's + - * / ** do."""
    python = re.sub(r"\b(\d+)\b", r"Fraction(\1)", re.sub(r"\^ (\d+)", lambda m: "** Exp" + "I" * int(m[1]), text))
    python = re.sub(r"Exp(I*)", lambda m: str(len(m[1])), python)
    return eval(python, {"Fraction": Fraction, **point})


@given(st.dictionaries(powers, coefficients, max_size=6), points)
def test_polynomials_have_the_value_of_their_text(terms, point):
    poly = CONTEXT.from_dict({p: flint.fmpq(c.numerator, c.denominator) for p, c in terms.items()})
    value = sum((c * point["a"] ** i * point["b"] ** j * point["c"] ** k for (i, j, k), c in terms.items()), Fraction(0))
    assert evaluated(polynomial(poly, NAMES), point) == value


def composed(inner):
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        some.map(lambda parts: ("+", *parts)),
        some.map(lambda parts: ("*", *parts)),
        st.tuples(st.just("*"), st.integers(-3, -1), inner),
        st.tuples(st.just("/"), inner, inner),
        st.tuples(st.just("^"), inner, st.integers(-2, 3).filter(bool)),
    )


terms = st.recursive(st.one_of(st.integers(-3, 3), st.sampled_from(NAMES)), composed, max_leaves=8)


def value(term, point):
    if isinstance(term, int):
        return Fraction(term)
    if isinstance(term, str):
        return point[term]
    head, *parts = term
    if head == "^":
        return value(parts[0], point) ** parts[1]
    first, *rest = (value(part, point) for part in parts)
    for other in rest:
        first = {"+": lambda a, b: a + b, "*": lambda a, b: a * b, "/": lambda a, b: a / b}[head](first, other)
    return first


@given(terms, points)
def test_terms_have_the_value_of_their_text(term, point):
    try:
        expected = value(term, point)
    except ZeroDivisionError:
        assume(False)
    words = Words(Overheard(Statement(NAMES, (), ("true",))), NAMES, plain=True)
    assert evaluated(words.term(term, ()), point) == expected


@given(st.lists(st.sampled_from(["R", "S", "x", "x_", "x1", "sqrt", "F1", "s1", "alpha", "forall", "_", "phi'"]), unique=True))
def test_names_are_distinct_and_mean_nothing_else(wanted):
    made = names(wanted)
    assert len(set(made)) == len(wanted)
    assert not {"R", "S", "sqrt", "F1", "s1", "forall", "_"} & set(made)
    assert {"x1", "alpha", "phi'"} & set(wanted) <= set(made)


def test_empty_and_single_connectives():
    assert formula(("and", ()), ()) == "True"
    assert formula(("or", ()), ()) == "False"
    assert joined("or", ["a < b"]) == "a < b"
    assert joined("and", [r"a \/ b", "c = 0"]) == r"(a \/ b) /\ c = 0"


def test_ids_and_titles_are_harmless():
    assert identifier("C3.unit") == "C3_unit"
    assert identifier("3.a") == "P_3_a"
    assert comment('a (* "b" *) c') == "a ( * ''b'' * ) c"
