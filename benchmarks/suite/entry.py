"""Entry: how many enter, how many should, what deters them, and where they settle."""

from sympy import Eq, Rational, Symbol, sqrt

from formal import decreasing, forall, iff, implies, interval, larger, parameters, proposition

p = parameters(
    "d > 0: what demand exceeds marginal cost by",
    "f > 0: the fixed cost of entry",
    "n > 0: firms that enter",
    "k >= 0: firms that should enter",
    "m b > 0: the profit of a monopolist, and the loss of each of three firms",
    "g > 0: the profit of each of two firms",
    "q in [0, 1]: probability that a rival enters",
    "r in [0, 1]: the reserve price",
    "l1 l2 in [0, 1]: distances of two sellers from the ends of the street",
    "t > 0: cost of transport",
    "a1 a2 b1 b2 c1 c2 d1 d2 real: payoffs when both play A, only oneself does, only the other does, neither does",
)
x = Symbol("x", real=True)


@proposition("entry.number", "Firms cover the cost of entry exactly when at most d/√f − 1 of them enter")
def number():
    return iff((p.d / (p.n + 1)) ** 2 >= p.f, p.n <= p.d / sqrt(p.f) - 1)


second_best = [Eq((p.k + 1) ** 3, (p.n + 1) ** 2)]


@proposition("entry.optimum", "Fewer firms should enter than do", given=second_best)
def optimum():
    return p.k < p.n


@proposition("entry.half", "At least half of those who enter should", given=second_best, expect="refuted")
def half():
    return p.k >= p.n / 2


def deterring():
    """The incumbent's profit from the output that just keeps the entrant out."""
    return (p.d - 2 * sqrt(p.f)) * 2 * sqrt(p.f)


accommodated = [16 * p.f <= p.d**2]


@proposition("deterrence.output", "The entrant loses exactly from outputs above d − 2√f", given=[4 * p.f <= p.d**2])
def output():
    return forall({x: interval(0, p.d)}, iff(((p.d - x) / 2) ** 2 < p.f, x > p.d - 2 * sqrt(p.f)))


@proposition("deterrence.choice", "To deter is worth it exactly when √f ≥ (2 − √2)d/8", given=accommodated)
def choice():
    return iff(deterring() >= p.d**2 / 8, sqrt(p.f) >= (2 - sqrt(2)) * p.d / 8)


@proposition("deterrence.decimals", "It is exactly when √f ≥ 0.0732d", given=accommodated, expect="refuted")
def decimals():
    return iff(deterring() >= p.d**2 / 8, sqrt(p.f) >= Rational(732, 10000) * p.d)


def entrant():
    """What one of three expects from entry."""
    return p.m * (1 - p.q) ** 2 + 2 * p.g * p.q * (1 - p.q) - p.b * p.q**2


@proposition("entry.crowding", "The likelier rivals enter, the less entry is worth", given=[p.g < p.m])
def crowding():
    return decreasing(entrant(), p.q, strictly=True)


@proposition("entry.symmetric", "Only one probability of entry makes all three indifferent", given=[p.g < p.m])
def symmetric():
    at_another = larger(entrant(), p.q)
    return implies(Eq(entrant(), 0) & Eq(at_another, 0), Eq(p.q, larger(p.q, p.q)))


@proposition(
    "location.ends",
    "With quadratic cost of transport a seller gains by moving to its end of the street",
    given=[larger(p.l1, p.l1) + p.l2 <= 1],
)
def ends():
    return decreasing(p.t * (1 - p.l1 - p.l2) * (3 + p.l1 - p.l2) ** 2 / 18, p.l1)


def revenue():
    """From two bidders with uniform values."""
    return Rational(1, 3) + p.r**2 - 4 * p.r**3 / 3


@proposition("reserve.bound", "No reserve price raises more than 5/12")
def reserve():
    return revenue() <= Rational(5, 12)


@proposition("reserve.strict", "Every reserve price raises less than 5/12", expect="refuted")
def reserve_strict():
    return revenue() < Rational(5, 12)


both_equilibria = [p.a1 > p.c1, p.a2 > p.c2, p.d1 > p.b1, p.d2 > p.b2]


def risk_dominates():
    return (p.a1 - p.c1) * (p.a2 - p.c2) > (p.d1 - p.b1) * (p.d2 - p.b2)


@proposition(
    "standard.risk",
    "A standard that each would choose against a coin dominates in risk",
    given=[*both_equilibria, p.a1 + p.b1 > p.c1 + p.d1, p.a2 + p.b2 > p.c2 + p.d2],
)
def risk():
    return risk_dominates()


@proposition(
    "standard.payoff",
    "A standard that pays both more dominates in risk",
    given=[*both_equilibria, p.a1 > p.d1, p.a2 > p.d2],
    expect="refuted",
)
def payoff():
    return risk_dominates()
