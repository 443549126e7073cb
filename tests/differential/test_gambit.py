"""Perfect Bayesian equilibria beside all Nash equilibria that Gambit finds, and beside an independent check of regret."""

import random
from fractions import Fraction

import pygambit
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from formal import game, parameters, perfect_bayesian
from formal.interop.gambit import efg
from formal.numeric.assessments import Instance
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.costly_signals import sinking_costs
from proofs.gallery.education import education
from proofs.gallery.horse import horse
from proofs.gallery.reputation import reputation
from proofs.private_resolve.model import private_resolve
from tests.differential.bayes import draw, extended, holding, on_path, points

SIGNALS = [beer_quiche, education, private_resolve, sinking_costs]


def nash_equilibria(model, point, tmp_path):
    """Extreme Nash equilibria, as behaviour by information set."""
    path = tmp_path / "game.efg"
    path.write_text(efg(model, point), encoding="utf-8")
    instance = Instance(model, point)
    for profile in pygambit.nash.enummixed_solve(pygambit.read_efg(path), rational=True).equilibria:
        made = profile.as_behavior() if hasattr(profile, "as_behavior") else profile
        behaviour = {}
        for player in model.players:
            sets = [s for s in instance.info.sets if s.player == player]
            for where, (_, mixed) in zip(sets, made[player], strict=True):
                weights = [Fraction(str(mixed[a])) for a in where.actions]
                total = sum(weights)  # Gambit leaves all at 0 where a strategy cannot come
                even = Fraction(1, len(weights))
                behaviour[where.name] = {a: w if total else even for a, w in zip(where.actions, weights, strict=True)}
        yield behaviour


@pytest.mark.parametrize("signals", SIGNALS, ids=lambda g: g.name)
def test_both_ways_at_random_points(signals, tmp_path):
    solution, compared = perfect_bayesian(signals), 0
    for point in points(signals, 55, seed=signals.name):
        instance = Instance(signals, point)
        theirs = list(nash_equilibria(signals, point, tmp_path))
        outcomes = [on_path(instance.info, behaviour) for behaviour in theirs]
        ours = []
        for one, behaviour, beliefs in holding(solution, point):
            assert instance.wrong(behaviour, beliefs) == [], (one, point)
            ours.append(on_path(instance.info, behaviour))
            assert ours[-1] in outcomes, (one, point)
        for outcome, behaviour in zip(outcomes, theirs, strict=True):
            if extended(instance, behaviour):
                assert outcome in ours, (outcome, point)
        compared += 1
    assert compared >= 50


def test_an_empty_threat_is_no_perfect_bayesian_equilibrium(tmp_path):
    """The comparison must be able to tell a Nash equilibrium that no belief supports."""
    p = parameters("q in (0, 1)")

    @game(players=("Entrant", "Incumbent"))
    def entry(g):
        strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
        if g.choose("Entrant", "entry", ["enter", "stay out"]) == "stay out":
            return {"Entrant": 0, "Incumbent": 2}
        if g.choose("Incumbent", "answer", ["fight", "share"], sees=["entry"]) == "fight":
            return {"Entrant": -1, "Incumbent": -1 if strong else 0}
        return {"Entrant": 1, "Incumbent": 1}

    point = {p.q: sp.Rational(1, 3)}
    instance = Instance(entry, point)
    told = {
        str(on_path(instance.info, behaviour)): extended(instance, behaviour)
        for behaviour in nash_equilibria(entry, point, tmp_path)
    }
    assert sorted(told.values()) == [False, True]
    (only,) = perfect_bayesian(entry).equilibria
    assert only.kind == "pooling"
    assert perfect_bayesian(entry).completeness == "all of them"


@given(st.lists(st.fractions(max_denominator=997).filter(bool), min_size=4, max_size=4))
def test_numbers_are_written_exactly(numbers):
    q = parameters("x real", "y real", "z real", "u real")

    @game(players=("A", "B"))
    def coin(g):
        left = g.choose("A", "way", ["left", "right"]) == "left"
        return {"A": q.x if left else q.y + 1, "B": q.z * q.u if left else q.u}

    x, y, z, u = numbers
    written = efg(coin, dict(zip(q, map(sp.Rational, map(str, numbers)), strict=True)))
    ends = [line for line in written.splitlines() if line.startswith("t ")]
    assert [[Fraction(w) for w in line.split("{")[1].strip(" }").split()] for line in ends] == [[x, z * u], [y + 1, u]]


@pytest.mark.parametrize("longer", [reputation, horse], ids=lambda g: g.name)
def test_no_mover_gains_in_longer_games(longer):
    solution, generator = perfect_bayesian(longer), random.Random(7)
    for one in solution.equilibria:
        for _ in range(10):
            point = draw(longer, generator, one.where)
            assert point is not None
            instance = Instance(longer, point)
            found = {id(c): instance.wrong(behaviour, beliefs) for c, behaviour, beliefs in holding(solution, point)}
            assert not any(found.values())


def test_a_wrong_assessment_is_told():
    generator, solution = random.Random(3), perfect_bayesian(beer_quiche)
    pooling = solution.find(breakfast={"strong": "beer", "weak": "beer"})
    point = draw(beer_quiche, generator, pooling.where)
    instance = Instance(beer_quiche, point)
    behaviour, beliefs = next((b, m) for one, b, m in holding(solution, point) if one.found == pooling.found)
    lenient = {**behaviour, "reply(breakfast = quiche)": {"retreat": Fraction(1)}}
    assert instance.wrong(lenient, beliefs)
    sure = {**beliefs, "reply(breakfast = beer)": (Fraction(1), Fraction(0))}
    assert instance.wrong(behaviour, sure) == ["beliefs at reply(breakfast = beer) break Bayes' rule"]
