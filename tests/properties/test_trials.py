"""Trials look at a literal only where it matters: what they find is what looking at all of them everywhere finds."""

from types import SimpleNamespace

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import parameters
from formal.derive.literals import Literal, literal
from formal.derive.polynomial import Ring
from formal.derive.probe import BATCHES, Trials
from formal.derive.regions import MANY, _answers, _mistakes
from formal.derive.space import Point, Space, over_parameters
from formal.ladder import Context

p = parameters("a b c in [0, 2]")
RING = Ring([p.a, p.b, p.c])
SPACE = over_parameters(RING, [p.a, p.b, p.c], (), (), Context())
TRIALS = Trials(SPACE)
expressions = st.tuples(*[st.integers(-2, 2)] * 5).map(
    lambda k: k[0] * p.a + k[1] * p.b + k[2] * p.c + k[3] * p.a * p.b + sp.Rational(k[4], 2)
)
literals = st.builds(
    lambda e, strict: literal(RING, RING.quotient(sp.expand(e)).numerator, strict=strict), expressions, st.booleans()
).filter(lambda item: isinstance(item, Literal))
conjunctions = st.lists(literals, max_size=3).map(tuple)


def everywhere(number, conjunction):
    batch = TRIALS._batch(number)
    held = np.ones(len(batch[0]), dtype=bool)
    for item in conjunction:
        held &= SPACE.about(item, batch)[0]
    return held


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, BATCHES - 1),
    conjunctions,
    st.lists(conjunctions, min_size=1, max_size=2),
    st.lists(conjunctions, max_size=3),
)
def test_an_option_loses_where_it_is_not_available_or_beaten(number, where, available, rivals):
    region = everywhere(number, where)
    inside = TRIALS._where(number, where, np.arange(len(region)))
    assert np.array_equal(inside, np.flatnonzero(region))
    for item in where:  # of which the sign is known
        outside = TRIALS._where(number, (item.negated(),), np.arange(len(region)))
        assert np.array_equal(outside, np.flatnonzero(everywhere(number, (item.negated(),))))
    wins = np.any([everywhere(number, one) for one in available], axis=0)
    for rival in rivals:
        wins &= ~everywhere(number, rival)
    assert np.array_equal(TRIALS._lost(number, inside, available, rivals), np.flatnonzero(region & ~wins))


def half(symbol, *, above):
    return literal(RING, RING.quotient(symbol - 1 if above else 1 - symbol).numerator, strict=False)


def test_a_gap_and_a_wrong_winner_are_found_and_a_partition_is_not_blamed():
    low, high = (half(p.a, above=above) for above in (False, True))
    for number in range(BATCHES):
        assert Trials(SPACE).mistakes(number, [((low,), [()], [])])  # nothing for a > 1
        assert Trials(SPACE).mistakes(number, [((), [()], [(half(p.b, above=True),)])])  # beaten for b ≥ 1
        assert not Trials(SPACE).mistakes(number, [((low,), [()], []), ((high,), [(high,)], [])])


class Late(Trials):
    """The first batch finds nothing."""

    def mistakes(self, number, regions):
        return super().mistakes(number, regions) if number else []


@pytest.mark.parametrize(
    ("rivals", "where", "left", "gap", "wrong"),
    [
        ([(half(p.b, above=True),)], (), (0,), None, True),  # the solver gives up on the rival
        ([(half(p.b, above=True),)], (), (), None, False),  # it refutes it, in whose word trials do not meddle
        ([], (), (), False, False),  # there is no gap, and it does not know
        ([], (half(p.a, above=False),), (), False, True),  # there is one
    ],
)
def test_where_the_solver_gives_up_there_are_further_trials(monkeypatch, rivals, where, left, gap, wrong):
    monkeypatch.setattr(Space, "meet", lambda self, _, wanted: left if wanted == rivals else ())
    monkeypatch.setattr(Space, "find", lambda self, *_, **__: gap)
    contest = SimpleNamespace(space=SPACE, available=[[()]], rivals=lambda _: rivals)
    asked = {}
    for _ in range(2):  # what was asked is not asked again, and stays in doubt
        assert bool(_mistakes(contest, Late(SPACE), [(0, where)], asked)) == wrong
        monkeypatch.setattr(Space, "meet", None)
    assert asked == {(0, where): left}


def test_what_the_solver_finds_is_a_mistake():
    """In one process, and handed over from others."""
    low, high = (half(p.a, above=above) for above in (False, True))
    for count in (1, 2 * MANY):
        space = over_parameters(RING, [p.a, p.b, p.c], (), (), Context())
        regions = [((low,), [()], [(high,)])] * count + [((low,), [()], [(half(p.a * p.b - 2, above=True),)])]
        *said, right, gap = _answers(space, regions, [(low,), (high,)])
        assert all(isinstance(point, Point) for point in said)
        assert (right, gap) == ((), ())
        assert isinstance(_answers(space, regions[:1], [(low,)])[-1], Point)
