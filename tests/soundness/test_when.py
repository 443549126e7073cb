"""A condition is called exact only where the claim fails at values that its parameters can take."""

import pytest

from formal import parameters, when
from formal.decide.verdict import Proved

p = parameters("d in {0, 1}", "n integer >= 1", "a in [0, 1]", "b real")


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        (p.d * (1 - p.d) <= p.a, p.a),  # always, as d is 0 or 1
        ((2 * p.n - 3) ** 2 >= p.b, p.b),  # exactly where b <= 1
    ],
)
def test_a_claim_about_integers_does_not_fail_between_them(claim, kept):
    found = when(claim, over=[kept])
    assert isinstance(found.sufficient, Proved)
    assert not isinstance(found.necessary, Proved)


def test_a_claim_may_fail_at_an_integer():
    assert when(p.n >= p.b, over=[p.b]).exact
