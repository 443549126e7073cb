"""The region search against definitions: all strategies of small games, at points that meet every sign of every
comparison."""

from __future__ import annotations

import collections
import itertools
import re
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formal.trees.game import PROPERTIES
from formal.trees.naive import holds, satisfies
from tests.soundness.security import CONSTRAINTS, PLAIN, PLAIN_CONSTRAINTS, VALUES, Oracle, affine, findings, games


def samples(roots):
    between = [(x + y) / 2 for x, y in itertools.pairwise(roots)]
    return sorted([roots[0] - 1, *roots, *between, roots[-1] + 1])


def roots_of(oracle, property, honest):
    """All roots in a of what is compared with 0 in the property's definition and in its constraints."""
    texts = oracle.data["initial_constraints"] + oracle.data["property_constraints"][property.replace(" ", "_")]
    sides = [re.split(r"<=|>=|!=|<|>|=", part) for text in texts for part in text.split("|")]

    def minus(x, y):
        return tuple((x[k][0] - y[k][0], x[k][1] - y[k][1]) for k in (0, 1))

    def total(vector, group):
        return tuple((sum(vector[i][k][0] for i in group), sum(vector[i][k][1] for i in group)) for k in (0, 1))

    found = {minus(affine(left.strip()), affine(right.strip())) for left, right in sides}
    vectors = {h: [affine(str(e["value"])) for e in n["utility"]] for h, n in oracle.nodes.items() if "utility" in n}
    count = len(oracle.players)
    if property == "practicality":
        found |= {minus(v[i], w[i]) for v, w in itertools.combinations(vectors.values(), 2) for i in range(count)}
    elif property == "collusion resilience":
        groups = [g for size in range(1, count) for g in itertools.combinations(range(count), size)]
        found |= {minus(total(v, g), total(vectors[honest], g)) for v in vectors.values() for g in groups}
    else:
        found |= {line for v in vectors.values() for line in v}
    return sorted({Fraction(-c, m) for one in found for m, c in one if m} | {Fraction(0)})


EXAMPLES = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
ANSWERS = collections.Counter()
PAIRS = st.sampled_from(list(itertools.combinations(PROPERTIES, 2)))


@settings(max_examples=2550, **EXAMPLES)
@given(data=st.integers(2, 3).flatmap(lambda n: games(["A", "B", "C"][:n], VALUES, CONSTRAINTS, ["a", "e"])), asked=PAIRS)
def test_one_constant_and_one_infinitesimal_are_decided_exactly(data, asked, tmp_path_factory):
    """The comparison is complete: signs of all comparisons are met at the samples."""
    oracle = Oracle(data)
    _, found = findings(data, tmp_path_factory.getbasetemp(), asked)
    for finding in found:
        honest = tuple(finding.history)
        points = [(a, Fraction(e)) for a in samples(roots_of(oracle, finding.asked, honest)) for e in (-1, 0, 1)]
        points = [p for p in points if oracle.assumed(finding.asked, p)]
        assert finding.verdict == ("yes" if all(oracle.holds(finding.asked, honest, p) for p in points) else "no")
        assert finding.vacuous == (not points)
        ANSWERS[finding.asked, finding.verdict] += 1


GRID = [(Fraction(a, 2), Fraction(b, 3)) for a in range(-5, 6) for b in range(-6, 7)]


@settings(max_examples=2550, **EXAMPLES)
@given(
    data=st.integers(2, 4).flatmap(lambda n: games(["A", "B", "C", "D"][:n], PLAIN, PLAIN_CONSTRAINTS, ["a", "b"])), asked=PAIRS
)
def test_two_constants_and_more_players(data, asked, tmp_path_factory):
    """A no is confirmed at its point; a yes holds wherever it is tried; the plain evaluator agrees with the definitions."""
    oracle = Oracle(data)
    game, found = findings(data, tmp_path_factory.getbasetemp(), asked)
    for number, finding in enumerate(found):
        honest = tuple(finding.history)
        if finding.verdict == "no":
            assert oracle.assumed(finding.asked, finding.point)
            assert not oracle.holds(finding.asked, honest, finding.point)
            tried = [finding.point]
        else:
            tried = [p for p in GRID[number::7] if oracle.assumed(finding.asked, p)]
            assert finding.verdict == "yes"
            assert all(oracle.holds(finding.asked, honest, p) for p in tried)
        for point in tried[:3]:
            assert satisfies(game, finding.asked, point)
            assert holds(game, finding.asked, honest, point) == (finding.verdict == "yes")
        ANSWERS[finding.asked, finding.verdict] += 1


def test_both_answers_were_met():
    """For every property, a hundred times and more, in the tests above."""
    assert all(ANSWERS[p, v] > 100 for p in PROPERTIES for v in ("yes", "no")), ANSWERS
