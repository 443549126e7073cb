"""Contests: effort and dissipation in closed form, handicaps, and whether those who win value the prize most."""

from sympy import Max, Symbol, sqrt

from formal import decreasing, forall, increasing, interval, larger, parameters, proposition

p = parameters(
    "v w > 0: what the prize is worth to each of two sides",
    "y > 0: what the other side spends",
    "h c > 0: the advantage and the cost of effort of the first side",
    "n >= 1: contestants",
    "v1 v2 v3 v4 > 0: what the prize is worth to each of several contestants",
    "x1 x2 x3 x4 > 0: what they spend",
)
x = Symbol("x", real=True)


@proposition("contest.reply", "Against y nobody does better than with √(vy) − y, which is worth (√v − √y)²")
def reply():
    return forall({x: interval(0, p.v)}, p.v * x / (x + p.y) - x <= (sqrt(p.v) - sqrt(p.y)) ** 2)


@proposition("contest.symmetric", "Nobody gains by leaving the common effort (n − 1)v/n²", given=[p.n >= 2])
def symmetric():
    others = (p.n - 1) * (p.n - 1) * p.v / p.n**2
    return forall({x: interval(0, p.v)}, p.v * x / (x + others) - x <= p.v / p.n**2)


@proposition("contest.crowd", "The more contestants, the less each of them spends", expect="refuted")
def crowd():
    return decreasing((p.n - 1) * p.v / p.n**2, p.n)


def total():
    """What three active contestants spend."""
    return 2 / (1 / p.v1 + 1 / p.v2 + 1 / p.v3)


@proposition("contest.three", "With three valuations, X(1 − X/v) is a best reply", given=[total() < p.v1])
def three():
    effort = total() * (1 - total() / p.v1)
    equilibrium = p.v1 * effort / total() - effort
    return forall({x: interval(0, p.v1)}, p.v1 * x / (x + total() - effort) - x <= equilibrium)


@proposition("contest.dissipation", "Three contestants spend at most two thirds of the average valuation")
def dissipation():
    return total() <= 2 * (p.v1 + p.v2 + p.v3) / 9


@proposition("contest.levelling", "An advantage of the weaker side makes the contest closer", given=[p.v <= p.w])
def levelling():
    wins = p.h * p.v / (p.h * p.v + p.w)
    return increasing(wins * (1 - wins), p.h, given=larger(p.h, p.h) * p.v <= p.w)


@proposition("contest.handicap", "With an advantage h and unit cost c, the first side does no better than win hv to cw")
def handicap():
    wins = p.h * p.v / (p.h * p.v + p.c * p.w)
    rival = p.w * wins * (1 - wins)
    return forall({x: interval(0, p.v / p.c)}, p.v * p.h * x / (p.h * x + rival) - p.c * x <= p.v * wins**2)


@proposition("contest.decisive", "With effort squared in the success function, v/2 is a best reply to v/2")
def decisive():
    return forall({x: interval(0, p.v)}, p.v * x**2 / (x**2 + (p.v / 2) ** 2) - x <= 0)


@proposition(
    "contest.weaker",
    "With effort squared, both sides gain when one values the prize at most 1 % more",
    given=[100 * p.w <= 101 * p.v],
    expect="refuted",
)
def weaker():
    wins = p.v**2 / (p.v**2 + p.w**2)
    return p.v * wins - 2 * p.v * wins * (1 - wins) >= 0


def average_value(*values, efforts):
    return sum(v * e for v, e in zip(values, efforts, strict=True)) / sum(efforts)


@proposition("contest.winner", "The prize is on average worth no more to its winner than to the keenest contestant")
def winner():
    values = (p.v1, p.v2, p.v3, p.v4)
    return average_value(*values, efforts=(p.x1, p.x2, p.x3, p.x4)) <= Max(*values)


@proposition(
    "contest.merit",
    "Where the keener spend more, the contest allocates the prize better than a lottery",
    given=[p.v1 >= p.v2, p.v2 >= p.v3, p.x1 >= p.x2, p.x2 >= p.x3],
)
def merit():
    return average_value(p.v1, p.v2, p.v3, efforts=(p.x1, p.x2, p.x3)) >= (p.v1 + p.v2 + p.v3) / 3
