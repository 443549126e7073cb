"""Bargaining over a pie and in the shadow of war: shares, offers, and when there is no settlement."""

from sympy import Eq, Max, Rational, Symbol, sqrt

from formal import exists, forall, iff, implies, interval, parameters, proposition

p = parameters(
    "d1 d2 in (0, 1): patience of the first and of the second proposer",
    "a b >= 0: outside options",
    "v in [1/4, 1]: the buyer's value",
    "w in (0, 1): probability that the challenger, or the declining state, wins a war now",
    "c k > 0: the challenger's cost of war, and the highest cost that its opponent may have",
    "e > 0: the opponent's cost of war",
    "s > 0: loss of winning probability from today to tomorrow",
    "delta in (0, 1): patience",
)
x, y = Symbol("x", real=True), Symbol("y", real=True)


def share():
    """Rubinstein's share of the first proposer."""
    return (1 - p.d2) / (1 - p.d1 * p.d2)


@proposition("offers.shares", "Only at Rubinstein's shares are both indifferent between accepting and waiting")
def shares():
    indifferent = Eq(x, 1 - p.d2 * y) & Eq(y, 1 - p.d1 * x)
    return forall({x: interval(0, 1), y: interval(0, 1)}, implies(indifferent, Eq(x, share())))


@proposition("offers.condition", "The first proposer gets more than half exactly when δ₂ < 1/(2 − δ₁)")
def condition():
    return iff(share() > Rational(1, 2), p.d2 < 1 / (2 - p.d1))


@proposition("nash.weights", "Weights 1 and 2 divide the surplus over the outside options in thirds", given=[p.a + p.b <= 1])
def weights():
    return forall({x: interval(p.a, 1 - p.b)}, (x - p.a) * (1 - x - p.b) ** 2 <= 4 * (1 - p.a - p.b) ** 3 / 27)


@proposition("nash.averse", "A negotiator with utility √x gets a third from one who is neutral to risk")
def averse():
    third = Rational(1, 3)
    return forall({x: interval(0, 1)}, sqrt(x) * (1 - x) <= sqrt(third) * (1 - third))


@proposition("nash.decimals", "Their Nash product stays below 0.3849", expect="refuted")
def decimals():
    return forall({x: interval(0, 1)}, sqrt(x) * (1 - x) < Rational(3849, 10000))


@proposition("auction.double", "Against asks 2c/3 + 1/4, costs uniform, the buyer's best bid is 2v/3 + 1/12")
def double_auction():
    def surplus(bid):
        trades = Rational(3, 2) * (bid - Rational(1, 4))
        return trades * (p.v - bid / 2 - Rational(1, 8)) - trades**2 / 6

    best = 2 * p.v / 3 + Rational(1, 12)
    return forall({x: interval(Rational(1, 4), Rational(11, 12))}, surplus(x) <= surplus(best))


@proposition("war.range", "Even when both dislike risk, some division is better than war for both")
def bargaining_range():
    peace = (sqrt(x) > p.w - p.c) & (sqrt(1 - x) > 1 - p.w - p.e)
    return exists(peace, at={x: (p.w, interval(0, 1))})


@proposition("war.offer", "The best demand on an opponent of unknown cost is w, or w + (k − c)/2 where that is more")
def offer():
    def expected(demand):
        return demand * (p.w + p.k - demand) / p.k + (p.w - p.c) * (demand - p.w) / p.k

    best = p.w + Max(0, (p.k - p.c) / 2)
    return forall({x: interval(p.w, p.w + p.k)}, expected(x) <= expected(best))


def preventive():
    """The declining state prefers war now to all of the pie today and the best settlement from tomorrow."""
    return (p.w - p.c) / (1 - p.delta) > 1 + p.delta * (p.w - p.s + p.e) / (1 - p.delta)


@proposition("war.preventive", "War exactly when the discounted shift exceeds the costs and what can be given today")
def preventive_war():
    return iff(preventive(), p.delta * p.s > (1 - p.delta) * (1 - p.w) + p.c + p.delta * p.e)


@proposition("war.shift", "A shift of power that exceeds the costs of war means war", given=[p.s > p.c + p.e], expect="refuted")
def shift():
    return preventive()
