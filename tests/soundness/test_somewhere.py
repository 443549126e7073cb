"""What is listed where nothing is does not count: every cell, profile and class is somewhere."""

import pytest
import sympy as sp

from formal import nash, perfect_bayesian, signalling, subgame_perfect
from formal.decide.verdict import Proved
from formal.errors import ClaimError, ModelError
from formal.solution import noting, solve
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.coordination import sexes
from proofs.gallery.schooling import schooling
from tests.conftest import ultimatum
from tests.soundness.forger import forged, forget


@pytest.fixture(autouse=True)
def afresh():
    yield
    forget()


def never(game):
    """A condition on the game's parameters that holds nowhere."""
    return sp.Lt(game.parameters[0] ** 2, 0, evaluate=False)


def parting(value):
    """Further on the list, that the strong eat quiche and the weak drink beer, where no parameters are."""
    listed, *rest = value
    (apart,) = [row for row in listed if row[0]["breakfast(type = strong)"].keys() != row[0]["breakfast(type = weak)"].keys()][
        :1
    ]
    behaviour, payoffs, ((_, whole, beliefs), *_), _ = apart
    turned = {"breakfast(type = strong)": {"quiche": sp.Integer(1)}, "breakfast(type = weak)": {"beer": sp.Integer(1)}}
    row = {**behaviour, **turned}, payoffs, (((never(beer_quiche),), {**whole, **turned}, beliefs),), {}
    return ((*listed, row), *rest)


def test_a_class_of_assessments_that_exists_nowhere_is_not_listed():
    honest = len(perfect_bayesian(beer_quiche).equilibria)
    with forged("assessments", parting):
        solution = perfect_bayesian(beer_quiche)
        assert len(solution._derivation[0]) == honest + 1
        assert len(solution.equilibria) == honest
        with pytest.raises(ModelError, match="0 classes"):
            solution.find(breakfast={"strong": "quiche", "weak": "beer"})


def test_a_class_of_signals_that_exists_nowhere_is_not_listed():
    honest, form = len(signalling(schooling).equilibria), signalling(schooling).form

    def change(value):
        (((types, signal, reply, _), *more), conditions, exists, payoffs), *_ = value
        end = next(end for end in (form.low, form.high) if end != signal)
        nowhere = never(schooling)
        return (*value, (((types, end, reply, ((), ())), *more), (*conditions, nowhere), (*exists, nowhere), payoffs))

    with forged("classes", change):
        solution = signalling(schooling)
        assert len(solution._proposed) == honest + 1
        assert len(solution.equilibria) == honest


def test_a_nash_profile_that_is_an_equilibrium_nowhere_is_not_listed():
    honest, added = len(nash(sexes).equilibria), []

    def change(made):
        if made or added:
            return made
        added.append({"Row": {"ballet": sp.Integer(1)}, "Column": {"boxing": sp.Integer(1)}})
        return (never(sexes),), added[0], dict.fromkeys(sexes.players, sp.Integer(9))

    with forged("equilibrium", change):
        assert len(nash(sexes).equilibria) == honest
    assert added


def test_a_subgame_perfect_profile_that_is_an_equilibrium_nowhere_is_not_listed():
    honest = subgame_perfect(sexes).equilibria
    apart = {"row": "ballet", "column": "boxing"}
    with forged("subgame perfect", lambda rows: (*rows, ((never(sexes),), apart, rows[0][2]))):
        assert len(subgame_perfect(sexes).equilibria) == len(honest)


def test_profiles_are_listed_once():
    with forged("subgame perfect", lambda rows: (*rows, rows[0])), pytest.raises(ClaimError, match="different"):
        subgame_perfect(sexes).assure()


def test_a_cell_that_is_nowhere_is_no_cell():
    honest = solve(ultimatum("accept"))
    assert isinstance(honest.assure().verdict, Proved)

    def change(rows):
        conditions, *rest = rows[0]
        return (*rows, ((*conditions, never(honest.game)), *rest))

    with forged("cells", change):
        solution = solve(ultimatum("accept"))
        assert len(solution.cells) == len(honest.cells) + 1
        made = solution.assure()
        assert not isinstance(made.verdict, Proved)
        assert "is somewhere" in made.failed


def test_what_is_found_and_its_kind_are_rested_on():
    """A proposition that says only that there is such a class rests on the class."""
    separating = signalling(schooling).find("able", "other")
    pooling, profile = perfect_bayesian(beer_quiche).equilibria[0], subgame_perfect(sexes).equilibria[0]
    for ask in (
        lambda: perfect_bayesian(beer_quiche).find(breakfast={"strong": "beer", "weak": "beer"}),
        lambda: signalling(schooling).find("able", "other"),
        lambda: separating.kind,
        lambda: pooling.kind,
        lambda: pooling.refined("intuitive"),
        lambda: profile.action("row"),
    ):
        with noting() as notes:
            ask()
        assert notes


def test_a_refinement_speaks_of_sets_off_the_path():
    def change(value):
        passes, _, beliefs, mixtures = value
        return passes, (("breakfast(type = strong)", {}, ()),), beliefs, mixtures

    with forged("intuitive", change), pytest.raises(ClaimError):
        perfect_bayesian(beer_quiche).find(breakfast={"strong": "quiche", "weak": "quiche"}).intuitive()
