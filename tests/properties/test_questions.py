"""What the kernel asks of a statement is all that it takes: it fails at a point exactly if a question has a solution there.

Formulas are drawn in which the same terms come again, behind tests and before them; an evaluator of its own says what they are.
"""

from fractions import Fraction

import flint
from hypothesis import given, settings
from hypothesis import strategies as st

from formal.certify.reading import Statement
from formal.certify.rocq.events import Overheard, Special

RELATIONS = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
NAMES = ("x", "y")


class UndefinedError(Exception):
    pass


def value(term, at):
    if isinstance(term, int):
        return Fraction(term)
    if isinstance(term, str):
        return at[term]
    head, *parts = term
    if head == "piecewise":
        for inner, test in parts:
            if truth(test, at):
                return value(inner, at)
        raise UndefinedError
    if head == "^":
        base, power = value(parts[0], at), parts[1]
        if base == 0 and power < 0:
            raise UndefinedError
        return base**power
    values = [value(part, at) for part in parts]
    if head == "/":
        if values[1] == 0:
            raise UndefinedError
        return values[0] / values[1]
    if head == "*":
        return values[0] * values[1]
    return {"+": sum, "min": min, "max": max, "abs": lambda v: abs(v[0])}[head](values)


def truth(formula, at):
    head, *parts = formula
    if head in RELATIONS:
        first, second = (value(part, at) for part in parts)
        return RELATIONS[head](first, second)
    if head == "=>":
        return not truth(parts[0], at) or truth(parts[1], at)
    if head == "ite":
        return truth(parts[1] if truth(parts[0], at) else parts[2], at)
    values = [truth(part, at) for part in parts]
    return {"and": all, "or": any, "not": lambda v: not v[0], "iff": lambda v: len(set(v)) == 1}[head](values)


def fails(said, at):
    """Whether something has no value at the point, where what is given before it holds, or the claim is false."""
    try:
        return all(truth(part, at) for part in said.given) and not truth(said.claim, at)
    except UndefinedError:
        return True


def asked(said, at):
    """Whether some question has a solution at the point, where fresh variables have the values of what they stand for."""
    heard = Overheard(said)
    values = [at[n] for n in said.variables] + [Fraction(0)] * (len(heard.gens) - len(said.variables))
    for event in heard.events:
        if isinstance(event, Special):
            try:
                values[event.variable] = value(event.term, at)
            except UndefinedError:
                continue
    exact = [flint.fmpq(v.numerator, v.denominator) for v in values]
    return any(all(satisfied(c, exact) for c in question.constraints) for question in heard.questions)


def satisfied(formula, exact):
    head, body = formula
    if head in ("and", "or"):
        return {"and": all, "or": any}[head](satisfied(part, exact) for part in body)
    return RELATIONS[head](body(*exact), 0)


def terms(inner):
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda ab: ("+", *ab)),
        pairs.map(lambda ab: ("*", *ab)),
        pairs.map(lambda ab: ("/", *ab)),
        inner.map(lambda a: ("^", a, -1)),
        inner.map(lambda a: ("abs", a)),
        pairs.map(lambda ab: ("min", *ab)),
        pairs.map(lambda ab: ("max", *ab)),
        st.tuples(inner, inner, inner).map(lambda abc: ("piecewise", (abc[0], (">", abc[1], 0)), (abc[2], ("<=", abc[2], 1)))),
    )


def formulas(inner):
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda ab: ("and", *ab)),
        pairs.map(lambda ab: ("or", *ab)),
        pairs.map(lambda ab: ("=>", *ab)),
        pairs.map(lambda ab: ("iff", *ab)),
        inner.map(lambda a: ("not", a)),
        st.tuples(inner, inner, inner).map(lambda abc: ("ite", *abc)),
    )


@st.composite
def statements(draw):
    """A few terms and comparisons of them, which are used again and again."""
    few = draw(st.lists(st.recursive(st.sampled_from([*NAMES, 0, 1, -2]), terms, max_leaves=3), min_size=1, max_size=3))
    compared = st.tuples(st.sampled_from(sorted(RELATIONS)), st.sampled_from([*few, "x"]), st.sampled_from([*few, 0, 1]))
    listed = draw(st.lists(compared, min_size=1, max_size=3))
    said = st.recursive(st.sampled_from(listed), formulas, max_leaves=4)
    return Statement(NAMES, tuple(draw(st.lists(said, max_size=2))), draw(said))


points = st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from([Fraction(k, 2) for k in range(-4, 5)])))


@settings(max_examples=600, deadline=None)
@given(statements(), st.lists(points, min_size=1, max_size=8))
def test_a_statement_fails_exactly_where_a_question_has_a_solution(said, tried):
    for at in tried:
        assert fails(said, at) == asked(said, at)
