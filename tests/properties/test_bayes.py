"""Random signalling games: what is found is proved, and is what Gambit finds at random priors."""

from fractions import Fraction

import pygambit
import sympy as sp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from formal import game, parameters, perfect_bayesian
from formal.decide.verdict import Proved
from formal.interop.gambit import efg
from formal.numeric.assessments import Instance
from tests.differential.bayes import extended, holding, on_path

p = parameters("q in (0, 1)")
small = st.integers(-20, 20)
table = st.lists(st.tuples(small, small), min_size=8, max_size=8)


def signalling(payoffs):
    """Two types, two signals, two replies, with these pairs of payoffs."""

    @game(players=("Sender", "Receiver"))
    def random_signals(g):
        t = ["strong", "weak"].index(str(g.chance("type", {"strong": p.q, "weak": 1 - p.q})))
        m = ["left", "right"].index(str(g.choose("Sender", "signal", ["left", "right"])))
        r = ["yes", "no"].index(str(g.choose("Receiver", "reply", ["yes", "no"], sees=["signal"])))
        first, second = payoffs[4 * t + 2 * m + r]
        return {"Sender": first, "Receiver": second}

    return random_signals


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(table, st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=40))
def test_random_games(tmp_path_factory, payoffs, prior):
    model = signalling(payoffs)
    solution = perfect_bayesian(model)
    assert isinstance(solution.sound.verdict, Proved)
    assert solution.completeness
    point = {p.q: sp.Rational(prior.numerator, prior.denominator)}
    instance = Instance(model, point)
    ours = []
    for one, behaviour, beliefs in holding(solution, point):
        assert instance.wrong(behaviour, beliefs) == [], one
        ours.append(on_path(instance.info, behaviour))
    assume(not any(e.subs(point) == 0 for e in solution.exceptions))
    assume(not solution.unsolved)
    path = tmp_path_factory.mktemp("gambit") / "game.efg"
    path.write_text(efg(model, point), encoding="utf-8")
    for profile in pygambit.nash.enummixed_solve(pygambit.read_efg(path), rational=True).equilibria:
        behaviour = _behaviour(instance, profile.as_behavior())
        if extended(instance, behaviour):
            assert on_path(instance.info, behaviour) in ours


def _behaviour(instance, profile):
    found = {}
    for player in instance.info.game.players:
        sets = [s for s in instance.info.sets if s.player == player]
        for where, (_, mixed) in zip(sets, profile[player], strict=True):
            weights = [Fraction(str(mixed[a])) for a in where.actions]
            even = Fraction(1, len(weights))
            found[where.name] = {a: w if sum(weights) else even for a, w in zip(where.actions, weights, strict=True)}
    return found
