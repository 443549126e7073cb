"""Zeros of many functions at once lie where their signs change, in few steps where the functions are smooth."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formal.derive.boundary import zeros

NEAR = 1e-9
coefficients = st.lists(st.floats(-3, 3), min_size=4, max_size=4)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(coefficients, st.floats(-2, 0), st.floats(0.5, 2)), min_size=1, max_size=8))
def test_signs_change_at_zeros(drawn):
    def values(some, at):
        return np.array([np.polyval(drawn[k][0], x) for k, x in zip(some, at, strict=True)])

    every = np.arange(len(drawn))
    low, high = (np.array([row[i] for row in drawn]) for i in (1, 2))
    below, above = values(every, low), values(every, high)
    keep = below * above < 0
    assume(keep.any())
    chosen = every[keep]
    found = zeros(lambda some, at: values(chosen[some], at), low[keep], high[keep], below[keep], above[keep])
    assert np.all((low[keep] <= found) & (found <= high[keep]))
    around = [values(chosen, found + step) for step in (-NEAR, NEAR)]
    assert np.all((np.abs(values(chosen, found)) < NEAR) | (around[0] * around[1] <= 0))


def test_a_jump_is_found_and_smooth_functions_take_few_steps():
    places, asked = np.linspace(0.1, 0.9, 200), [0, 0]

    def jump(some, at):
        asked[0] += len(some)
        return np.where(at < places[some], -1.0, 2.0)

    def smooth(some, at):
        asked[1] += len(some)
        return np.exp(at) - np.exp(places[some])

    for kind, gap in enumerate((jump, smooth)):
        a, b = np.zeros(200), np.ones(200)
        at_ends = (gap(np.arange(200), end) for end in (a, b))
        assert np.abs(zeros(gap, a, b, *at_ends) - places).max() < NEAR
        assert asked[kind] < (70, 15)[kind] * 200
