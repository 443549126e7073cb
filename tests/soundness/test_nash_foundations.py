"""What a game of simultaneous moves rests on is proved before anything is said of its equilibria."""

from sympy import Eq, Piecewise

from formal import game, interval, matrix_game, nash, parameters, repeated
from formal.decide.verdict import Proved, Refuted, Unknown

p = parameters("a b in [0, 1]", "r real", "delta in (0, 1)")


def test_probabilities_are_not_negative():
    @game(players=("One", "Two"))
    def drawn(g):
        high = g.chance("state", {"high": p.r, "low": 1 - p.r}) == "high"
        first, second = (g.choose(q, q.lower(), ["l", "r"], sees=[]) for q in ("One", "Two"))
        return {"One": int(high) + int(str(first) == str(second)), "Two": int(str(first) == str(second))}

    assert isinstance(nash(drawn).assure().verdict, Refuted)


def test_payoffs_are_defined_beside_the_equilibrium_too():
    payoffs = [[(1 / p.r, 2), (0, 3)], [(3, 0), (1, 1)]]
    dilemma = matrix_game("dilemma", rows=["c", "d"], columns=["c", "d"], payoffs=payoffs)
    assert isinstance(nash(dilemma).assure().verdict, Refuted)
    never = repeated(dilemma, p.delta).grim_trigger(("d", "d"), ("d", "d"))
    assert isinstance(never.assure().verdict, Refuted)


def test_ranges_are_not_empty():
    @game(players=("One", "Two"))
    def ranged(g):
        x = g.choose("One", "x", interval(p.a, p.b))
        y = g.choose("Two", "y", interval(0, 1), sees=[])
        return {"One": x, "Two": -((x - y) ** 2)}

    assert isinstance(nash(ranged).assure().verdict, Refuted)


def test_nothing_found_is_nothing_proved():
    @game(players=("One", "Two"))
    def bertrand(g):
        x = g.choose("One", "x", interval(0, 1))
        y = g.choose("Two", "y", interval(0, 1), sees=[])

        def profit(own, other):
            return Piecewise((own * (1 - own), own < other), (own * (1 - own) / 2, Eq(own, other)), (0, True))

        return {"One": profit(x, y), "Two": profit(y, x)}

    solution = nash(bertrand)
    assert not solution.equilibria  # (0, 0) is one
    assert isinstance(solution.assure().verdict, Unknown)


def test_a_sound_game_is_still_proved():
    payoffs = [[(p.a, 1), (0, 0)], [(0, 0), (1, p.a)]]
    assert isinstance(nash(matrix_game("sexes", rows=["l", "r"], columns=["l", "r"], payoffs=payoffs)).assure().verdict, Proved)
