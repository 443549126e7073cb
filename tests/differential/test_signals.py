"""Signals from an interval: at random parameters and signals of each class nobody gains, on a grid of signals and replies."""

import random
from fractions import Fraction

import pytest
import sympy as sp

from formal import signalling
from formal.model.signalling import Numbers
from formal.numeric.assessments import number
from proofs.gallery.schooling import schooling
from proofs.private_intent.model import private_intent
from tests.differential.bayes import draw

GRID = 24


def drawn(solution, one, generator):
    """Random parameters and signals in a class, as exact numbers."""
    for _ in range(400):
        point = draw(solution.game, generator, one.where)
        for group in one.found.groups:
            if group.signal.is_Symbol:
                low, high = (solution.form.low.subs(point), solution.form.high.subs(point))
                point[group.signal] = low + (high - low) * sp.Rational(generator.randint(0, 60), 60)
        if all(bool(c.subs(point)) for c in one.found.conditions):
            return point
    raise AssertionError("no signals of the class were drawn")


def expected(form, belief, signal, reply, point):
    return sum(w * number(form.paid(form.receiver, t, signal, reply), point) for t, w in enumerate(belief))


def rivals(form, point):
    if not isinstance(form.replies, Numbers):
        return list(form.replies)
    low, high = (number(end, point) for end in (form.replies.low, form.replies.high))
    return [sp.Rational(low + (high - low) * Fraction(k, GRID)) for k in range(GRID + 1)]


def gains(solution, one, point):
    """Everybody's gains by other signals and replies, in words."""
    form, worst = solution.form, solution.worst
    low, high = (number(end, point) for end in (form.low, form.high))
    signals = [sp.Rational(low + (high - low) * Fraction(k, GRID)) for k in range(GRID + 1)]
    for group in one.found.groups:
        belief = [number(b, point) for b in form.posterior(group.types)]
        mine = expected(form, belief, group.signal, group.reply, point)
        yield from (f"reply {r}" for r in rivals(form, point) if expected(form, belief, group.signal, r, point) > mine)
        for t in group.types:
            kept = number(form.paid(form.sender, t, group.signal, group.reply), point)
            for signal in signals:
                if number(form.paid(form.sender, t, signal, worst.at(form, signal)), point) > kept:
                    yield f"{form.types[t]} by {signal}"
            for other in one.found.groups:
                if number(form.paid(form.sender, t, other.signal, other.reply), point) > kept:
                    yield f"{form.types[t]} as {other.types}"
    certain = [number(b, point) for b in form.certain(worst.believed)]
    for signal in signals:
        mine = expected(form, certain, signal, worst.at(form, signal), point)
        yield from (f"reply {r} to {signal}" for r in rivals(form, point) if expected(form, certain, signal, r, point) > mine)


@pytest.mark.parametrize("game", [private_intent, schooling], ids=lambda g: g.name)
def test_nobody_gains(game):
    solution, generator = signalling(game), random.Random(11)
    for one in solution:
        for _ in range(6):
            assert list(gains(solution, one, drawn(solution, one, generator))) == []


def test_somebody_gains_outside_the_class():
    solution, generator = signalling(private_intent), random.Random(5)
    parted = solution.find("committed", "hesitant")
    point = drawn(solution, parted, generator)
    low, _ = parted.range("committed")
    assert list(gains(solution, parted, {**point, parted.signal("committed"): low.subs(point) / 2}))
