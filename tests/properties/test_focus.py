"""What is asked of a part of the constraints follows from them, so that nothing is refuted which has a solution."""

from fractions import Fraction

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import parameters
from formal.decide.focus import Focus, Opinion, closed
from formal.decide.formula import Encoder, symbols
from formal.decide.smtlib import Writer
from formal.decide.solvers.program import Question
from formal.decide.z3_adapter import Parts, Session
from formal.ladder import SHORT, Context
from formal.model.threshold import Threshold

p = parameters("a b real", "c >= 0")
LEVELS = [Threshold(f"t{k}", p.a + k, sp.Symbol(f"t{k}") - p.a - k, ()) for k in range(4)]
SYMBOLS = (p.a, p.b, p.c, *LEVELS)
terms = st.one_of(
    st.sampled_from(SYMBOLS),
    st.integers(-2, 2).map(sp.Integer),
    st.tuples(st.sampled_from(SYMBOLS), st.sampled_from(SYMBOLS)).map(lambda pair: pair[0] * pair[1]),
    st.tuples(st.sampled_from(SYMBOLS), st.sampled_from(SYMBOLS)).map(lambda pair: pair[0] - 2 * pair[1] + 1),
)
comparisons = st.tuples(st.sampled_from([sp.Ge, sp.Gt, sp.Le, sp.Lt, sp.Eq, sp.Ne]), terms, terms).map(
    lambda t: t[0](t[1], t[2], evaluate=False)
)
conjunctions = st.lists(comparisons, min_size=1, max_size=2).map(lambda parts: sp.And(*parts, evaluate=False))
stated = st.one_of(
    comparisons,
    conjunctions,
    st.lists(st.one_of(comparisons, conjunctions), min_size=2, max_size=3).map(lambda parts: sp.Or(*parts, evaluate=False)),
    st.tuples(conjunctions, comparisons).map(lambda pair: sp.Or(sp.Not(pair[0], evaluate=False), pair[1], evaluate=False)),
)
points = st.tuples(*(st.integers(0 if s == p.c else -3, 3) for s in SYMBOLS)).map(
    lambda values: dict(zip(SYMBOLS, values, strict=True))
)


def holds(relation, point):
    if isinstance(relation, sp.And | sp.Or):
        return (all if isinstance(relation, sp.And) else any)(holds(part, point) for part in relation.args)
    if isinstance(relation, sp.Not):
        return not holds(relation.args[0], point)
    if isinstance(relation, sp.logic.boolalg.BooleanAtom):
        return bool(relation)
    return bool(relation.func(*(sp.sympify(side).xreplace(point) for side in relation.args)))


def soon(part):
    reply = Session().solve(part, only=SHORT)
    return Opinion(reply.status, lambda symbol: bool(reply.model.get(symbol, 1)))


@settings(max_examples=150, deadline=None)
@given(st.lists(stated, min_size=2, max_size=8), points)
def test_a_solution_is_one_of_every_part(relations, point):
    true = [relation for relation in relations if holds(relation, point)] or [sp.true]
    encoder = Encoder()
    formulas = [encoder.formula(relation) for relation in true]
    pins = [encoder.formula(sp.Eq(s, v, evaluate=False)) for s, v in point.items()]

    def possible(part):
        return Session().solve([*part, *pins], only=SHORT).status != "unsat"

    def ask(part):
        assert possible(part)
        return Opinion("unknown")

    assert not Focus(formulas).refuted(ask)
    assert not Parts(Question(formulas, Writer()), Context()).refuted(SHORT)


def test_an_order_survives_the_threshold_that_makes_it():
    """From a ≤ t, t < b and t² = 2 follows a < b, where t is left out."""
    t = Threshold("t", sp.sqrt(2), sp.Symbol("t") ** 2 - 2, (sp.Symbol("t"),))
    encoder, asked = Encoder(), []
    given = [sp.Le(p.a, t), sp.Lt(t, p.b), *t.characterisation, sp.Or(p.a > 9, sp.And(p.b > 1, p.a < 1)), sp.Ge(p.a, p.b)]

    def ask(part):
        asked.append(part)
        return soon(part) if t not in frozenset().union(*map(symbols, part)) else Opinion("unknown")

    assert Focus([encoder.formula(r) for r in given]).refuted(ask)
    assert not Focus([encoder.formula(r) for r in (*given[:1], *given[2:])]).refuted(ask)
    assert any(t not in frozenset().union(*map(symbols, part)) for part in asked)


def test_what_comparisons_deny_is_no_alternative():
    """With a > b and c ≥ a, the fact "b ≥ a, or c < a, or t = 2" says that t = 2, and still does without the threshold u."""
    t, u = (Threshold(name, sp.Integer(2), sp.Symbol(name) - 2, ()) for name in "tu")
    encoder = Encoder()
    missing = sp.Not(sp.And(sp.Gt(p.a * u, p.b), sp.Ge(p.c, p.a)), evaluate=False)
    known = [sp.Gt(p.a * u, p.b), sp.Ge(p.c, p.a), sp.Or(missing, sp.Eq(t, 2, evaluate=False), evaluate=False)]
    denied = sp.Eq(t, 3, evaluate=False)

    def ask(part):
        return soon(part) if u not in frozenset().union(*map(symbols, part)) else Opinion("unknown")

    assert Focus([encoder.formula(r) for r in (*known, denied)]).refuted(ask)
    assert not Focus([encoder.formula(r) for r in (*known[1:], denied)]).refuted(ask)


def test_degenerate_points_are_asked_about_by_themselves():
    """c t = c and t ≠ 1 leave c = 0, which only a fact about another threshold excludes."""
    t, u = (Threshold(name, sp.Integer(1), sp.Symbol(name) - 1, ()) for name in "tu")
    encoder = Encoder()
    known = [sp.Eq(p.c * t, p.c, evaluate=False), sp.Ge(p.c, 0, evaluate=False), sp.Gt(p.c * u, 0, evaluate=False)]

    def ask(part):
        used = frozenset().union(*map(symbols, part))
        apart = all(getattr(f, "operator", "") != "==" or symbols(f) != {p.c} for f in part)
        return Opinion("unknown") if u in used and apart else soon(part)

    assert Focus([encoder.formula(r) for r in (*known, sp.Ne(t, 1))]).refuted(ask)
    assert not Focus([encoder.formula(r) for r in (*known[:2], sp.Gt(u, 0), sp.Ne(t, 1))]).refuted(ask)


def test_no_more_is_tried_than_is_enough():
    t = Threshold("t", sp.sqrt(2), sp.Symbol("t") ** 2 - 2, (sp.Symbol("t"),))
    encoder, given = Encoder(), [sp.Le(p.a, t), sp.Lt(t, p.b), sp.Ge(p.a, p.b)]
    question = Question([encoder.formula(r) for r in given], Writer())
    assert Parts(question, Context()).refuted(SHORT)
    assert not Parts(question, Context()).refuted(SHORT, enough=lambda: True)


ends = st.sampled_from([p.a, p.b, p.c, Fraction(0), Fraction(1, 2), Fraction(1)])
steps = st.lists(st.tuples(ends, ends, st.booleans()).filter(lambda step: step[0] != step[1]), max_size=8)


@given(steps, st.tuples(*[st.sampled_from([Fraction(k, 2) for k in range(-1, 4)])] * 3))
def test_orders_that_follow_hold_wherever_those_given_do(given_orders, values):
    at = dict(zip((p.a, p.b, p.c), values, strict=True))

    def true(low, high, strict):
        one, other = at.get(low, low), at.get(high, high)
        return one < other if strict else one <= other

    given_orders = [order for order in given_orders if true(*order)]
    found = closed(given_orders)
    assert all(true(*pair, strict) for pair, strict in found.items())
    assert all(found[low, high] >= strict for low, high, strict in given_orders)
    for (low, middle), first in found.items():
        for (there, high), second in found.items():
            if middle == there and low != high:
                assert found[low, high] >= (first or second)


def test_nothing_is_asked_twice_on_the_same_rung():
    """What was not known of some constraints is not asked again until another rung is tried."""
    encoder, asked = Encoder(), []
    given = [*(sp.Ge(p.a * level, p.b) for level in LEVELS), sp.Ge(p.a * p.b, 7)]
    focus = Focus([encoder.formula(r) for r in given])

    def ask(part):
        asked.append(tuple(part))
        return Opinion("unknown")

    assert not focus.refuted(ask)
    assert not focus.refuted_by_some(ask)
    assert len(asked) == len({frozenset(part) for part in asked}) > len(LEVELS)
    once = len(asked)
    assert not focus.refuted(ask)
    assert len(asked) > once
