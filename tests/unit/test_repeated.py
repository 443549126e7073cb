"""Repeated games: conditions agree with simulation of the automaton, and wrong ones are rejected."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import matrix_game, parameters, repeated
from formal.cli import main
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved, Refuted
from formal.derive.repeated import Automaton
from formal.errors import ClaimError, ModelError
from formal.repeated_game import Trigger

p = parameters("t r d s real", "delta in (0, 1)", "wild > 0")
stage = matrix_game(
    "stage",
    rows=["c", "n"],
    columns=["c", "n"],
    payoffs=[[(p.r, p.r), (p.s, p.t)], [(p.t, p.s), (p.d, p.d)]],
    assume={"t > r": p.t > p.r, "r > d": p.r > p.d, "d > s": p.d > p.s},
)
GAME = repeated(stage, p.delta)
DILEMMA = Path(__file__).parents[2] / "proofs" / "gallery" / "repeated_dilemma.py"


def simulated(automaton: Automaton, table, delta: Fraction, state: str, player: int, periods: int = 400) -> Fraction:
    """The discounted average of a long play."""
    total, weight = Fraction(0), Fraction(1)
    for _ in range(periods):
        total += weight * table[automaton.profiles[state]][player]
        weight *= delta
        state = automaton.next[state]
    return total * (1 - delta)


fractions = st.fractions(min_value=0, max_value=4, max_denominator=6)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(fractions, min_size=4, max_size=4, unique=True),
    st.sampled_from([1, 2, 3, 0]),
    st.fractions(0, 1, max_denominator=9),
)
def test_conditions_agree_with_long_plays(numbers, periods, delta):
    s, d, r, t = sorted(numbers)
    if not 0 < delta < 1:
        return
    make = GAME.grim_trigger if periods == 0 else lambda a, b: GAME.finite_punishment(a, b, periods=periods)
    trigger = make(("c", "c"), ("n", "n"))
    table = {("c", "c"): (r, r), ("c", "n"): (s, t), ("n", "c"): (t, s), ("n", "n"): (d, d)}
    values = {state: simulated(trigger.automaton, table, delta, state, 0) for state in trigger.automaton.profiles}
    gains = []
    for state, profile in trigger.automaton.profiles.items():
        for action in "cn":
            played = (action, profile[1])
            later = values[trigger.automaton.successor(state, played)]
            gains.append((1 - delta) * table[played][0] + delta * later - values[state])
    point = {p.s: s, p.d: d, p.r: r, p.t: t, p.delta: delta}
    point = {k: sp.Rational(v.numerator, v.denominator) for k, v in point.items()}
    if abs(max(g for g in gains if g)) > Fraction(1, 10**9):
        assert bool(trigger.where.subs(point)) == (max(gains) <= Fraction(1, 10**9))


def test_obligations_are_proved_and_mutants_are_not():
    trigger = GAME.grim_trigger(("c", "c"), ("n", "n"))
    assert isinstance(trigger.assure().verdict, Proved)
    values, conditions = trigger._derived
    for wrong in (None, (), (sp.Ge(p.delta, sp.Rational(1, 2)),)):
        mutant = Trigger(GAME, trigger.automaton, "mutant")
        mutant.__dict__["_derived"] = (values, wrong)
        assert any(isinstance(decide(g), Refuted) for g in mutant.obligations())
    mutant = Trigger(GAME, trigger.automaton, "mutant")
    mutant.__dict__["_derived"] = ({**values, "path": (p.t, p.r)}, conditions)
    assert isinstance(mutant.assure().verdict, Refuted)


def test_punishing_by_what_is_no_equilibrium_is_no_threat():
    trigger = GAME.grim_trigger(("n", "n"), ("c", "c"))
    assert trigger.where == sp.false
    assert isinstance(trigger.assure().verdict, Proved)


def test_thresholds_are_proved_closed_forms():
    assert sp.simplify(GAME.grim_trigger(("c", "c"), ("n", "n")).threshold() - (p.t - p.r) / (p.t - p.d)) == 0
    two = GAME.finite_punishment(("c", "c"), ("n", "n"), periods=2).threshold()
    at = {p.t: 3, p.r: 2, p.d: 0}
    found = two.subs(at)
    assert sp.simplify((found + found**2) * 2 - 1) == 0
    with pytest.raises(ClaimError, match="use where"):
        GAME.finite_punishment(("c", "c"), ("n", "n"), periods=3).threshold()


def test_errors_name_what_is_wrong():
    with pytest.raises(ModelError, match=r"a parameter in \(0, 1\)"):
        repeated(stage, p.wild)
    with pytest.raises(ModelError, match='"x" is not an action of stage'):
        GAME.grim_trigger(("x", "c"), ("n", "n"))
    with pytest.raises(ModelError, match="needs 2 actions, not 1"):
        GAME.grim_trigger(("c",), ("n", "n"))
    with pytest.raises(ModelError, match="at least one period"):
        GAME.finite_punishment(("c", "c"), ("n", "n"), periods=0)


def test_there_is_no_threshold_where_patience_is_not_enough():
    with pytest.raises(ClaimError, match="at no discount factor"):
        GAME.grim_trigger(("c", "c"), ("c", "c")).threshold()
    free = matrix_game("free", rows=["c", "n"], columns=["c", "n"], payoffs=[[(2, 2), (p.s, 3)], [(3, p.s), (1, 1)]])
    with pytest.raises(ClaimError, match="only where s <= 1, whatever the discount factor"):
        repeated(free, p.delta).grim_trigger(("c", "c"), ("n", "n")).threshold()


@pytest.mark.parametrize("style", [[], ["--format", "json"], ["--latex"]])
def test_a_strategy_is_derived_by_its_name_in_the_file(style):
    done = CliRunner().invoke(main, ["derive", f"{DILEMMA}:grim", *style])
    assert done.exit_code == 0
    if "json" in style:
        data = json.loads(done.output)
        named = {name: sp.Symbol(name) for name in ("t", "r", "d", "delta")}
        threshold = sp.sympify(data["threshold"], locals=named)
        assert sp.simplify(threshold - (named["t"] - named["r"]) / (named["t"] - named["d"])) == 0
        assert [s["next"] for s in data["states"]] == ["path", "punishment"]
        assert data["values"]["punishment"] == {"Row": "d", "Column": "d"}
    else:
        shown = r"\delta \geq \frac{- r + t}{- d + t}" if style else "δ ≥ (-r + t)/(-d + t)"
        assert shown in done.output


def test_what_was_not_proved_is_a_claim_in_latex():
    done = CliRunner().invoke(main, ["derive", f"{DILEMMA}:short", "--latex", "--no-proof"])
    assert r"\begin{claim}[Punishment for 1 period" in done.output
    assert "not proved" in done.output


def test_a_name_that_is_no_strategy_is_an_error():
    done = CliRunner().invoke(main, ["derive", f"{DILEMMA}:grin"])
    assert done.exit_code == 2
    assert "grim, short, longer, longest" in done.output
