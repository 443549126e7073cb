"""Agenda setting, vetoes and majority rule: which policies pass, and what the one who proposes them gains."""

from sympy import Abs, And, Min, Symbol

from formal import decreasing, exists, forall, implies, interval, larger, parameters, proposition

p = parameters(
    "q real: the status quo",
    "m s real: the ideal policies of the pivot and of the setter",
    "a b c real: the ideal policies of three players",
    "x y z real: policies put to a vote",
    "a1 a2 b1 b2 real: the ideal policies of two players on two issues",
    "x1 x2 real: a policy on two issues",
    "t in [0, 1]: where a policy lies between two others",
    "u1 u2 u3 w1 w2 w3 real: what two bills are worth to three members, or two policies on three issues",
    "poor middle rich > 0: incomes",
)
choice = Symbol("tau", real=True)


def loss(policy, ideal):
    return (policy - ideal) ** 2


def nearer(first, second, ideal):
    return Abs(first - ideal) < Abs(second - ideal)


def tabled():
    """What a setter on the right of the pivot gets through."""
    return Min(p.s, 2 * p.m - p.q)


setting = [p.q <= p.m, p.m <= p.s]


@proposition("setter.optimum", "The setter tables its ideal policy or the reflection, whichever is nearer", given=setting)
def optimum():
    return forall({choice: interval(p.q, 2 * p.m - p.q)}, loss(tabled(), p.s) <= loss(choice, p.s))


@proposition("setter.leverage", "The setter always gains from a worse status quo", given=setting, expect="refuted")
def leverage():
    return decreasing(-loss(tabled(), p.s), p.q, strictly=True, given=larger(p.q, p.q) <= p.m)


@proposition("veto.plane", "On two issues, no policy beats a status quo on the line between two veto players")
def plane():
    status_quo = [p.t * p.a1 + (1 - p.t) * p.b1, p.t * p.a2 + (1 - p.t) * p.b2]

    def gain(ideal):
        moves = zip(status_quo, [p.x1, p.x2], ideal, strict=True)
        return sum(loss(before, best) - loss(after, best) for before, after, best in moves)

    return implies(gain([p.a1, p.a2]) > 0, gain([p.b1, p.b2]) < 0)


@proposition("compromise.three", "On three issues a compromise costs no more than the lottery that it replaces")
def compromise():
    def cost(*policy):
        return sum(issue**2 for issue in policy)

    first, second = (p.u1, p.u2, p.u3), (p.w1, p.w2, p.w3)
    between = [p.t * u + (1 - p.t) * w for u, w in zip(first, second, strict=True)]
    return cost(*between) <= p.t * cost(*first) + (1 - p.t) * cost(*second)


@proposition("majority.median", "The policy nearer to the median has a majority", given=[p.a <= p.b, p.b <= p.c])
def median():
    return implies(nearer(p.x, p.y, p.b), nearer(p.x, p.y, p.a) | nearer(p.x, p.y, p.c))


@proposition("majority.mean", "The policy nearer to the mean has a majority", given=[p.a <= p.b, p.b <= p.c], expect="refuted")
def mean():
    left, centre, right = (nearer(p.x, p.y, ideal) for ideal in (p.a, p.b, p.c))
    return implies(nearer(p.x, p.y, (p.a + p.b + p.c) / 3), (left & centre) | (centre & right) | (left & right))


@proposition("majority.cycle", "On one issue three voters with quadratic losses can run in a cycle", expect="refuted")
def cycle():
    def prefer(first, second, *voters):
        return [loss(first, v) < loss(second, v) for v in voters]

    return exists(And(*prefer(p.x, p.y, p.a, p.b), *prefer(p.y, p.z, p.b, p.c), *prefer(p.z, p.x, p.c, p.a)))


@proposition("logroll.inefficient", "Two bills can fail alone and pass together although they destroy value")
def logroll():
    fail = (p.u2 < 0) & (p.u3 < 0) & (p.w1 < 0) & (p.w3 < 0)
    passes = (p.u1 + p.w1 > 0) & (p.u2 + p.w2 > 0)
    return exists(fail & passes & (p.u1 + p.u2 + p.u3 + p.w1 + p.w2 + p.w3 < 0))


@proposition("tax.middle", "Where taxing has a quadratic cost, the middle voter wants the tax 1 − y/ȳ")
def tax():
    average = (p.poor + p.middle + p.rich) / 3

    def net(rate):
        return (1 - rate) * p.middle + (rate - rate**2 / 2) * average

    return forall({choice: interval(0, 1)}, net(choice) <= net(1 - p.middle / average))
