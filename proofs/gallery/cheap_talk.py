"""Cheap talk in two steps (Crawford and Sobel 1982, Econometrica 50, 1431-1451, section 4) [@crawford1982].

The Sender knows t, which is uniform on [0, 1], and says that it is low or high; the Receiver chooses y and loses (y - t)²; the
Sender loses (y - t - b)². Types below a threshold a say low, those above it high.
"""

from sympy import Eq, Rational, Symbol, integrate

from formal import forall, implies, interval, parameters, proposition

p = parameters("b > 0: the Sender's bias")
a, t, y, low, high = (Symbol(name, real=True) for name in ("a", "t", "y", "low", "high"))


def receives(y, low, high):
    """What the Receiver expects when t is uniform between two ends, up to their distance."""
    return integrate(-((y - t) ** 2), (t, low, high))


def sends(y, t):
    return -((y - t - p.b) ** 2)


def said(a):
    """The replies to low and high: the middles of the two steps."""
    return a / 2, (1 + a) / 2


def threshold():
    return Rational(1, 2) - 2 * p.b


@proposition("cheap_talk.receiver", "The Receiver does best by the middle of the step")
def middle():
    steps = {low: interval(0, 1), high: interval(0, 1), y: interval(0, 1)}
    return forall(steps, implies(low < high, receives((low + high) / 2, low, high) >= receives(y, low, high)))


@proposition("cheap_talk.necessary", "The type at the threshold is indifferent exactly when a = 1/2 − 2b")
def necessary():
    less, more = said(a)
    indifferent = Eq(sends(less, a), sends(more, a), evaluate=False)
    return forall({a: interval(0, 1)}, implies(indifferent, Eq(a, threshold(), evaluate=False)))


@proposition("cheap_talk.sufficient", "Then no type gains by saying the other thing")
def sufficient():
    less, more = said(threshold())
    honest_low = implies(t <= threshold(), sends(less, t) >= sends(more, t))
    honest_high = implies(t >= threshold(), sends(more, t) >= sends(less, t))
    return forall({t: interval(0, 1)}, honest_low & honest_high)


@proposition("cheap_talk.exists", "There is such a threshold between 0 and 1 exactly when b < 1/4")
def exists_below():
    return implies(p.b < Rational(1, 4), (threshold() > 0) & (threshold() < 1)) & implies(
        p.b >= Rational(1, 4), threshold() <= 0
    )
