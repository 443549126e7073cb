"""Sets of points as bits: regions hold where they should, and nowhere that they should not, and say nothing to no purpose."""

from functools import reduce
from operator import and_, or_
from types import SimpleNamespace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from formal.derive.evidence import Evidence

POINTS, LITERALS, GROUPS = 40, 7, 3
ALL = (1 << POINTS) - 1
sets = st.integers(0, ALL)


@st.composite
def drawn(draw):
    """What literals say of points, and which group wins at each; both signs of a literal are there, so that points differ."""
    found = Evidence.__new__(Evidence)
    held = draw(st.lists(sets, min_size=LITERALS, max_size=LITERALS))
    found.truth = [*held, *(ALL & ~one for one in held)]
    found.held = np.array([[one >> k & 1 for k in range(POINTS)] for one in found.truth], dtype=bool)
    found.literals = [SimpleNamespace(cost=(1 + k % 3, 1 + k % 2, False, str(k))) for k in range(2 * LITERALS)]
    found.everywhere, found.groups = ALL, list(range(GROUPS))
    found.reasons = [list(range(2 * LITERALS))] * GROUPS
    alike = {tuple(one >> k & 1 for one in held): k for k in range(POINTS)}  # the winner depends on what literals say
    winner = {signs: draw(st.integers(0, GROUPS)) for signs in alike}
    at = [winner[tuple(one >> k & 1 for one in held)] for k in range(POINTS)]
    found.wins = found.first = [sum(1 << k for k in range(POINTS) if at[k] == i) for i in range(GROUPS)]
    found.won, found.distinct = reduce(or_, found.wins), np.array(sorted(alike.values()))
    return found


@given(drawn(), st.data())
def test_an_implicant_holds_at_its_seed_and_nowhere_that_another_wins(evidence, data):
    seeds = [(i, k) for i in range(GROUPS) for k in range(POINTS) if evidence.wins[i] >> k & 1]
    assume(seeds)
    i, seed = data.draw(st.sampled_from(seeds))
    order = data.draw(st.just(evidence.reasons[i]) | sets.map(lambda wanted: evidence.reluctant(i, wanted)))
    rows = evidence.implicant(i, seed, order, evidence.kept_out(i))
    bad = evidence.won & ~evidence.wins[i]
    assert rows is not None
    assert evidence.hold(rows) >> seed & 1
    assert not evidence.hold(rows) & bad
    for row in rows:  # each is needed
        assert reduce(and_, (evidence.truth[other] for other in rows if other != row), ALL) & bad


@given(drawn())
def test_a_cover_contains_every_point_and_gives_it_to_a_winner(evidence):
    cells = [(i, evidence.hold([evidence.literals.index(item) for item in where])) for i, where in evidence.cover()]
    assert evidence.won & ~reduce(or_, (inside for _, inside in cells), 0) == 0
    assert all(not inside & evidence.won & ~evidence.wins[i] for i, inside in cells)
    for k in range(len(cells)):  # none lies in the others
        others = reduce(or_, (inside for n, (_, inside) in enumerate(cells) if n != k), 0)
        assert cells[k][1] & evidence.won & ~others
