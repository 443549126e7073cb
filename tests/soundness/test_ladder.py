"""Z3 keeps to the limits of each try, whatever was tried before it in the same context; no try finds what is not so."""

from dataclasses import replace

import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import ladder
from formal.ladder import BARE, LONG, SEARCH, SHORT, Context, run, run_script

SHARED = Context()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 2), st.sampled_from(SHORT), st.sampled_from([1, None])), min_size=2, max_size=8))
def test_what_a_context_keeps_changes_no_answer(questions):
    """x² + x y + y² = k has a solution where k is not negative."""
    for k, rung, work in questions:
        number = f"{k}.0" if k >= 0 else f"(- {-k}.0)"
        script = f"(declare-const x Real)(declare-const y Real)(assert (= (+ (* x x) (* x y) (* y y)) {number}))"
        answer = run_script(script, [rung if work is None else replace(rung, work=work)], context=SHARED)
        assert answer.status == ("unknown" if work else "unsat" if k < 0 else "sat")


def test_a_limit_of_work_is_that_of_one_try():
    x, y, z = (z3.Real(name, SHARED) for name in "xyz")
    hard = [x**3 + y**3 == z**3 + 5, x * y * z > 7, x**2 - y * z == 2]
    little = [replace(SEARCH[0], work=100)]
    assert [run(hard, rungs).status for rungs in (little, LONG, little)] == ["unknown", "sat", "unknown"]


def test_a_try_that_does_not_count_its_work_is_given_up(monkeypatch):
    monkeypatch.setattr(ladder, "STUCK", 300)
    x = [z3.Real(f"x{n}", SHARED) for n in range(9)]
    hard = [sum(x[i] ** 5 * x[(i + k) % 9] ** k for i in range(9)) == k + 7 for k in range(1, 7)]
    assert run(hard, [ladder.Rung("smt", ladder._smt, 2**31)]).status == "unknown"


x, y = (z3.Real(name, SHARED) for name in "xy")
numbers = st.integers(-3, 3)
polynomials = st.lists(numbers, min_size=6, max_size=6).map(
    lambda k: k[0] + k[1] * x + k[2] * y + k[3] * x * x * y + k[4] * x * y + k[5] * y**3
)
RELATIONS = [lambda p: p > 0, lambda p: p >= 0, lambda p: p == 0, lambda p: p < 0, lambda p: p != 0]
atoms = st.tuples(st.sampled_from(RELATIONS), polynomials).map(lambda made: made[0](made[1]))


def value(formula, model):
    """The formula at a point: True, False, or None where Z3 cannot tell."""
    held = z3.simplify(z3.substitute(formula, *model))
    return True if z3.is_true(held) else False if z3.is_false(held) else None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(atoms, min_size=1, max_size=3), min_size=1, max_size=5), st.tuples(numbers, numbers))
def test_no_try_refutes_what_holds_at_a_point(clauses, point):
    at = [(x, z3.RealVal(point[0], SHARED)), (y, z3.RealVal(point[1], SHARED))]
    true = [made for made in map(z3.Or, clauses) if value(made, at)]
    for rungs in (BARE, SEARCH):
        answer = run([z3.And(x == x, *true)], rungs)
        assert answer.status != "unsat"
        if answer.model is not None:
            found = [(v, answer.model.eval(v, model_completion=True)) for v in (x, y)]
            assert all(value(made, found) is not False for made in true)
        assert run([*true, x * x + x * y + y * y < 0], rungs).status != "sat"
