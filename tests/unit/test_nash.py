"""Games of simultaneous moves: definitions hold, what is missing or wrong is noticed, and errors are named."""

import dataclasses
from itertools import product

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import Game, game, interval, matrix_game, nash, parameters, solve
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved, Refuted
from formal.derive import best_response
from formal.errors import DerivationError, ModelError, UsageError
from formal.model.static import Finite, static_form
from formal.nash_obligations import completeness, soundness
from formal.numeric.solver import solve_numeric
from proofs.gallery.contest import contest

p = parameters("a b > 0", "c >= 0")


def sexes() -> Game:
    table = [[(p.a, 1), (0, 0)], [(0, 0), (1, p.b)]]
    return matrix_game("sexes", rows=["u", "d"], columns=["l", "r"], payoffs=table)


def duopoly() -> Game:
    @game(players=("One", "Two"), assume={"production pays": p.a > p.c})
    def declared(g):
        x = g.choose("One", "x", interval(0, p.a))
        y = g.choose("Two", "y", interval(0, p.a), sees=[])
        return {"One": (p.a - x - y - p.c) * x, "Two": (p.a - x - y - p.c) * y}

    return declared


def all_proved(goals):
    return all(isinstance(decide(g), Proved) for g in goals)


@pytest.mark.parametrize("make", [sexes, duopoly])
def test_nothing_is_missing_and_a_missing_equilibrium_is_noticed(make):
    found = nash(make())
    profiles = [e.profile for e in found]
    assert found.completeness == "all of them"
    for dropped in range(len(profiles)):
        rest = profiles[:dropped] + profiles[dropped + 1 :]
        assert not all_proved(completeness(found.form, rest)[0].goals)


def test_a_mutated_mixture_is_rejected():
    found = nash(sexes())
    (mixed,) = found.mixed()
    wrong = {"Row": {"u": p.a / (1 + p.a), "d": 1 / (1 + p.a)}, "Column": mixed.profile.strategies["Column"]}
    assert all_proved(soundness(found.form, mixed.profile, "right"))
    mutants = [
        dataclasses.replace(mixed.profile, strategies=wrong),
        dataclasses.replace(mixed.profile, payoffs={**mixed.profile.payoffs, "Row": p.a}),
        dataclasses.replace(
            mixed.profile, strategies={**mixed.profile.strategies, "Row": {"u": sp.Integer(2), "d": sp.Integer(-1)}}
        ),
    ]
    for mutant in mutants:
        verdicts = [decide(g) for g in soundness(found.form, mutant, "wrong")]
        assert any(isinstance(v, Refuted) for v in verdicts)


def test_a_mutated_output_is_rejected():
    found = nash(duopoly())
    (one,) = found.equilibria
    assert sp.simplify(one.strategy("One") - (p.a - p.c) / 3) == 0
    wrong = dataclasses.replace(one.profile, strategies={**one.profile.strategies, "One": (p.a - p.c) / 2})
    assert any(isinstance(decide(g), Refuted) for g in soundness(found.form, wrong, "wrong"))


def test_a_local_maximum_is_no_equilibrium():
    """The first-order condition holds at a point that an end of the range beats for some parameters only."""

    @game(players=("One", "Two"))
    def hills(g):
        x = g.choose("One", "x", interval(0, 4))
        g.choose("Two", "y", interval(0, 1), sees=[])
        return {"One": x * (x - 2) ** 2 - p.c * x, "Two": 0}

    found = nash(hills)
    assert isinstance(found.sound.verdict, Proved)
    for equilibrium in found:
        for number in (sp.Integer(0), sp.Rational(1, 2), sp.Integer(20)):
            if equilibrium.where.subs(p.c, number) == sp.true:
                best = max(x * (x - 2) ** 2 - number * x for x in [sp.Rational(k, 8) for k in range(33)])
                assert equilibrium.payoff("One").subs(p.c, number) >= best


def test_degenerate_games_are_not_said_to_be_complete():
    table = [[(p.c, 0), (0, 0)], [(0, 0), (0, 0)]]
    found = nash(matrix_game("flat", rows=["u", "d"], columns=["l", "r"], payoffs=table))
    assert found.completeness == "all of them in nondegenerate games"


def test_three_players_have_their_pure_equilibria():
    @game(players=("A", "B", "C"))
    def minority(g):
        votes = [g.choose(q, q.lower(), ["yes", "no"], sees=[]) for q in ("A", "B", "C")]
        counts = {v: votes.count(v) for v in ("yes", "no")}
        return {q: p.a if counts[v] == 1 else 0 for q, v in zip(("A", "B", "C"), votes, strict=True)}

    found = nash(minority)
    assert found.completeness == "all pure ones"
    assert len(found.equilibria) == 6


small = st.integers(-3, 3).map(sp.Integer)


@settings(max_examples=25, deadline=None)
@given(st.lists(small, min_size=18, max_size=18))
def test_pure_equilibria_are_those_of_brute_force(numbers):
    table = [[(numbers[6 * i + 2 * j], numbers[6 * i + 2 * j + 1]) for j in range(3)] for i in range(3)]
    found = nash(matrix_game("random", rows=list("abc"), columns=list("xyz"), payoffs=table))
    brute = {
        ("abc"[i], "xyz"[j])
        for i, j in product(range(3), repeat=2)
        if all(table[i][j][0] >= table[k][j][0] and table[i][j][1] >= table[i][k][1] for k in range(3))
    }
    pure = {tuple(next(iter(e.strategy(q))) for q in ("Row", "Column")) for e in found if e.profile.pure}
    assert pure == brute
    assert isinstance(found.assure().verdict, Proved)
    for equilibrium in found.mixed():
        rows, columns = (equilibrium.strategy(q) for q in ("Row", "Column"))
        for action in "abc":
            paid = sum(w * table["abc".index(action)]["xyz".index(b)][0] for b, w in columns.items())
            assert paid <= equilibrium.payoff("Row")
            assert action not in rows or paid == equilibrium.payoff("Row")


def test_the_strategic_form_averages_over_chance():
    @game(players=("A", "B"))
    def draw(g):
        a = g.choose("A", "a", ["u", "d"])
        b = g.choose("B", "b", ["l", "r"], sees=[])
        luck = g.chance("luck", {"good": "1/3", "bad": "2/3"})
        return {"A": 3 if luck == "good" and a == "u" else 0, "B": 6 if b == "l" else 0}

    form = static_form(draw)
    assert isinstance(form, Finite)
    assert form.payoffs["u", "l"] == (1, 6)


def test_errors_name_what_is_wrong():
    @game(players=("A", "B"))
    def seen(g):
        g.choose("A", "a", ["u", "d"])
        g.choose("B", "b", ["l", "r"])
        return {"A": 0, "B": 0}

    with pytest.raises(ModelError, match=r'B sees other choices before "b"; say sees=\[\]'):
        list(nash(seen))

    @game(players=("A", "B"))
    def misspelt(g):
        g.choose("A", "action", ["u", "d"])
        g.choose("B", "b", ["l", "r"], sees=["acton"])
        return {"A": 0, "B": 0}

    with pytest.raises(ModelError, match='"b" sees "acton", which was not chosen before; did you mean "action"'):
        repr(misspelt)

    @game(players=("A", "B"))
    def capped(g):
        x = g.choose("A", "x", interval(0, 1))
        y = g.choose("B", "y", interval(0, x), sees=[])
        return {"A": x, "B": y}

    with pytest.raises(ModelError, match='range of "y" depends on a choice that is made at the same time'):
        list(nash(capped))
    with pytest.raises(UsageError, match="choices that are not seen"):
        solve_numeric(duopoly(), {})
    with pytest.raises(DerivationError, match=r"x is not seen; use nash"):
        solve(duopoly()).payoff("One")
    with pytest.raises(ModelError, match="needs 2 rows of 2 pairs"):
        matrix_game("short", rows=["u", "d"], columns=["l", "r"], payoffs=[[(0, 0)]])
    with pytest.raises(ModelError, match="float"):
        matrix_game("floats", rows=["u"], columns=["l"], payoffs=[[(0.5, 0)]])


def test_what_does_not_solve_the_first_order_conditions_is_left_out(monkeypatch):
    form, found = static_form(contest), sp.solve
    expected = list(best_response.equilibria(form))

    def misled(equations, unknowns, **options):
        solutions = found(equations, unknowns, **options)
        return [*solutions, {**solutions[-1], unknowns[0]: sp.Rational(1, 7)}]

    monkeypatch.setattr(best_response.sp, "solve", misled)
    assert expected
    assert list(best_response.equilibria(form)) == expected
