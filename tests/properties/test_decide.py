"""Random formulas: exact evaluation at random rational points never contradicts a verdict."""

from fractions import Fraction

import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formal import parameters
from formal.decide.evaluate import UndefinedError, holds, sign, value
from formal.decide.examples import plausible, simple_points, suggestions
from formal.decide.formula import Encoder, negate
from formal.decide.goal import Goal
from formal.decide.portfolio import decide, satisfiable
from formal.decide.scaling import units
from formal.decide.verdict import Proved, Refuted
from formal.decide.z3_adapter import afresh
from formal.model.substitution import substitute
from tests.soundness.cases import p

SYMBOLS = (p.x, p.a, p.c)
numbers = st.integers(-3, 3).map(sp.Integer)
atoms = st.one_of(st.sampled_from(SYMBOLS), numbers)


def compounds(inner):
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda t: t[0] + t[1]),
        pair.map(lambda t: t[0] * t[1]),
        pair.map(lambda t: t[0] - t[1]),
        pair.map(lambda t: t[0] / (t[1] ** 2 + 1)),
        pair.map(lambda t: sp.Max(*t)),
        pair.map(lambda t: sp.Min(*t)),
        inner.map(lambda t: sp.sqrt(t**2 + 1)),
        inner.map(sp.Abs),
        st.tuples(inner, inner, inner).map(lambda t: sp.Piecewise((t[0], t[2] > 0), (t[1], True))),
    )


expressions = st.recursive(atoms, compounds, max_leaves=5)
relations = st.tuples(st.sampled_from([sp.Ge, sp.Gt, sp.Eq, sp.Ne]), expressions, expressions).map(
    lambda t: t[0](t[1], t[2], evaluate=False)
)


def arithmetic(inner):
    pair = st.tuples(inner, inner)
    return st.one_of(pair.map(lambda t: t[0] + t[1]), pair.map(lambda t: t[0] * t[1]), pair.map(lambda t: t[0] - t[1]))


polynomials = st.recursive(atoms, arithmetic, max_leaves=6)
comparisons = st.tuples(st.sampled_from([sp.Ge, sp.Gt, sp.Eq, sp.Ne]), polynomials, polynomials).map(
    lambda t: t[0](t[1], t[2], evaluate=False)
)
rationals = st.fractions(min_value=-3, max_value=3, max_denominator=4)
points = st.tuples(rationals, rationals.map(abs), rationals.map(lambda r: abs(r) + Fraction(1, 4)))


def at(point):
    return {s: sp.Rational(v.numerator, v.denominator) for s, v in zip(SYMBOLS, point, strict=True)}


@settings(max_examples=150, deadline=None)
@given(relations, st.lists(points, min_size=4, max_size=4))
def test_verdicts_agree_with_exact_evaluation(claim, tried):
    assume(claim.free_symbols)
    verdict = decide(Goal("random", claim))
    if isinstance(verdict, Proved):
        assert all(holds(claim, at(point)) for point in tried)
    if isinstance(verdict, Refuted):
        full = {**at(tried[0]), **verdict.witness}
        assert not holds(claim, full)


@settings(max_examples=100, deadline=None)
@given(comparisons, points)
def test_negation_is_the_complement(claim, point):
    """The encoder's formula and its negation, read back by evaluation of their polynomial comparisons."""
    formula = Encoder().formula(claim)
    assert _truth(formula, at(point)) == holds(claim, at(point))
    assert _truth(negate(formula), at(point)) != _truth(formula, at(point))


@settings(max_examples=100, deadline=None)
@given(comparisons, comparisons, comparisons, points)
def test_connectives_are_read_as_they_are_written(one, other, third, point):
    """Whatever was encoded before, under a condition or not."""
    encoder, hold = Encoder(), [holds(c, at(point)) for c in (one, other, third)]
    written = {
        sp.Or(one, sp.Not(other, evaluate=False), evaluate=False): hold[0] or not hold[1],
        sp.Implies(one, sp.And(other, third, evaluate=False), evaluate=False): not hold[0] or (hold[1] and hold[2]),
        sp.And(other, third, evaluate=False): hold[1] and hold[2],
        sp.Not(sp.Or(other, third, evaluate=False), evaluate=False): not hold[1] and not hold[2],
    }
    for claim, true in [*written.items(), *written.items()]:
        assert _truth(encoder.formula(claim), at(point)) == true


def _truth(formula, point):
    if hasattr(formula, "operator"):
        number = _number(formula.term, point)
        return {">": number > 0, ">=": number >= 0, "==": number == 0, "!=": number != 0}[formula.operator]
    return (all if type(formula).__name__ == "All" else any)(_truth(f, point) for f in formula.parts)


def _number(term, point):
    kind = type(term).__name__
    if kind == "Const":
        return term.value
    if kind == "Var":
        found = point[term.symbol]
        return Fraction(int(found.p), int(found.q))
    if kind == "Power":
        return _number(term.base, point) ** term.exponent
    parts = [_number(t, point) for t in term.parts]
    total = Fraction(1) if kind == "Product" else Fraction(0)
    for part in parts:
        total = total * part if kind == "Product" else total + part
    return total


@settings(max_examples=100, deadline=None)
@given(st.lists(comparisons, min_size=1, max_size=3), points, st.sampled_from([Fraction(2), Fraction(3), Fraction(1, 2)]))
def test_units_leave_truth_unchanged(claims, point, factor):
    """Where a variable may be set to 1, some rescaling of all variables that does so preserves every comparison."""
    free = units([Encoder().formula(c) for c in claims], [p.c])
    if p.c in free:
        scaled = at(point)
        candidates = [
            {**scaled, p.c: scaled[p.c] * factor, p.x: scaled[p.x] * factor**i, p.a: scaled[p.a] * factor**j}
            for i in range(-3, 4)
            for j in range(-3, 4)
        ]
        truth = [holds(c, scaled) for c in claims]
        assert any([holds(c, other) for c in claims] == truth for other in candidates)


@given(rationals, rationals, rationals)
def test_sign_of_surds(r, s, t):
    number = sp.Rational(r.numerator, r.denominator) + sp.Rational(s.numerator, s.denominator) * sp.sqrt(2)
    number = number + sp.Rational(t.numerator, t.denominator) * sp.sqrt(3)
    exact = sign(number)
    assert exact == (0 if r == s == t == 0 else (1 if number.evalf(60) > 0 else -1))
    assert sign(sp.sqrt(2) * sp.sqrt(3) - sp.sqrt(6)) == 0


def test_evaluation_refuses_what_has_no_value():
    for expression in (1 / p.x, sp.sqrt(p.x - 1), sp.Piecewise((1, p.x > 0))):
        try:
            value(expression, {p.x: sp.Integer(0)})
        except UndefinedError:
            continue
        raise AssertionError(expression)


branches = st.lists(st.tuples(comparisons, polynomials, polynomials), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(branches, polynomials, polynomials, st.lists(points, min_size=6, max_size=6))
def test_functions_of_the_same_cells_take_the_same_branch(cells, first, second, tried):
    """Two Piecewise functions with the same conditions, compared; conditions overlap, and the first that holds counts."""
    left = sp.Piecewise(*((value, condition) for condition, value, _ in cells), (first, True), evaluate=False)
    right = sp.Piecewise(*((value, condition) for condition, _, value in cells), (second, True), evaluate=False)
    claim = sp.Ge(left, right, evaluate=False)
    assume(claim.free_symbols)
    verdict = decide(Goal("random", claim))
    if isinstance(verdict, Proved):
        assert all(holds(claim, at(point)) for point in tried)
    if isinstance(verdict, Refuted):
        assert not holds(claim, {**at(tried[0]), **verdict.witness})


@settings(max_examples=100, deadline=None)
@given(relations)
def test_trials_see_what_exact_evaluation_sees(claim):
    """Suggested counterexamples are nearly always right; where there are none, simple points satisfy the claim."""
    assume(claim.free_symbols)
    suggested = list(suggestions(Goal("random", claim)))
    for point in suggested:
        assert set(point) == claim.free_symbols
    if not suggested:
        corners = [{s: sp.Integer(2) for s in SYMBOLS}, {p.x: sp.Rational(-3, 2), p.a: sp.Rational(1, 2), p.c: sp.Integer(1)}]
        assert all(holds(claim, corner) for corner in corners)


def test_trial_refutes_a_false_claim_and_spares_a_true_one():
    assert isinstance(decide(Goal("false", p.x**2 > p.c), doubtful=True), Refuted)
    assert decide(Goal("false", p.x**2 > p.c), doubtful=True).by == ("trial",)
    assert isinstance(decide(Goal("true", p.x**2 + p.c > 0), doubtful=True), Proved)


@settings(max_examples=60, deadline=None)
@given(branches, polynomials, polynomials, st.lists(points, min_size=12, max_size=12))
def test_undefined_branches_are_never_proved(cells, first, second, tried):
    """A hypothesis and a claim with the same cells; the claim divides in each, so that it must be shown not to divide by 0."""
    left = sp.Piecewise(*((value, condition) for condition, value, _ in cells), (first, True), evaluate=False)
    right = sp.Piecewise(*((1 / value**2, condition) for condition, _, value in cells), (1 / second**2, True), evaluate=False)
    assume(not right.has(sp.zoo, sp.nan))
    hypothesis, claim = sp.Ne(left, -1, evaluate=False), sp.Ge(right, 0, evaluate=False)
    assume(claim.free_symbols)
    if isinstance(decide(Goal("random", claim, (hypothesis,))), Proved):
        for point in tried:
            assert not holds(hypothesis, at(point)) or holds(claim, at(point))


WHOLE = parameters("k integer in [-2, 3]", "n integer >= 0", "x real")


@settings(max_examples=120, deadline=None)
@given(comparisons, st.lists(st.tuples(st.integers(-2, 3), st.integers(0, 5), rationals), min_size=12, max_size=12))
def test_integers_are_integers(claim, tried):
    """Where integers stand for reals, verdicts agree with evaluation at integers, and witnesses are integers."""
    claim = substitute(claim, dict(zip(SYMBOLS, WHOLE, strict=True)))
    assume(claim.free_symbols)
    verdict = decide(Goal("random", claim))
    rows = [dict(zip(WHOLE, (sp.Integer(k), sp.Integer(n), sp.Rational(x)), strict=True)) for k, n, x in tried]
    if isinstance(verdict, Proved):
        assert all(holds(claim, row) for row in rows)
    if isinstance(verdict, Refuted):
        full = rows[0] | verdict.witness
        assert not holds(claim, full)
        assert full[WHOLE.k].is_Integer
        assert full[WHOLE.n].is_Integer
        assert all(holds(f, full) for f in (*WHOLE.k.facts(), *WHOLE.n.facts()))


bounded = [comparison(p.a, sp.Rational(k, 4)) for comparison in (sp.Ge, sp.Le) for k in (-8, 1, 5)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(comparisons, st.sampled_from(bounded)), min_size=1, max_size=3))
def test_simple_points_are_solutions(claims):
    goal = Goal("", sp.And(*claims, evaluate=False))
    for point in simple_points(goal):
        full = {symbol: point.get(symbol, sp.Integer(0)) for symbol in SYMBOLS}
        assert all(holds(claim, full) for claim in claims)
    if plausible(Goal("", sp.false, tuple(claims))):
        assert satisfiable(claims) is True


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(comparisons, st.sampled_from(bounded)), min_size=1, max_size=3), min_size=2, max_size=5))
def test_what_was_found_for_one_question_misleads_no_other(questions):
    def answered(claims):
        with afresh():
            return satisfiable(claims)

    with afresh():
        for claims in questions:
            assert {satisfiable(claims), answered(claims)} != {True, False}


def test_a_point_that_was_met_answers_what_holds_there():
    """A point that is no sample: it is met by the first question, and forgotten with the block."""
    rare = sp.Eq(113 * p.a, 355, evaluate=False)
    one, other = (Goal("", sp.false, (rare, more)) for more in (sp.Ge(p.a, 3, evaluate=False), sp.Lt(p.a, 4, evaluate=False)))
    with afresh():
        assert not plausible(other)
        assert satisfiable(one.hypotheses) is True
        assert plausible(other)
        assert not plausible(Goal("", sp.false, (rare, sp.Gt(p.c, p.a, evaluate=False))))  # c was not spoken of there
        with afresh():
            assert not plausible(other)
    assert not plausible(other)


def test_a_point_where_rounding_matters_is_not_met():
    """(a - c)² < 0 holds in floating point at some of the points with a > 10⁸."""
    far = (sp.Eq(3 * p.a, 300000149, evaluate=False), sp.Eq(7 * p.c, 700000350, evaluate=False))
    square = sp.Lt(p.a**2 - 2 * p.a * p.c + p.c**2, 0, evaluate=False)
    with afresh():
        assert satisfiable(far) is True
        assert not plausible(Goal("", sp.false, (*far, sp.Gt(p.a, 0, evaluate=False))))
        assert satisfiable((sp.Gt(p.a, 10**8, evaluate=False), square)) is False


def test_an_unknown_between_bounds_is_tried_at_both():
    least, most = p.a**2 + sp.Rational(1, 7), p.c + 9

    def unknown(where):
        d = sp.Dummy("x'", real=True)
        return plausible(Goal("", sp.false, (sp.Ge(d, least, evaluate=False), sp.Le(d, most, evaluate=False), where(d))))

    for where in (lambda d: sp.Le(d, least), lambda d: sp.Ge(d, most), lambda d: sp.Gt(d, least) & sp.Lt(d, most)):
        assert unknown(where)
    assert not unknown(lambda d: sp.Gt(d, most))
