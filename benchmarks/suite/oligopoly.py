"""Oligopoly: Cournot, Bertrand and Hotelling competition, mergers, price discrimination and research with spillovers."""

from sympy import Ne, Rational, Symbol, sqrt

from formal import decreasing, forall, iff, increasing, interval, larger, parameters, proposition

p = parameters(
    "a b > 0: intercept and slope of demand",
    "c1 c2 c3 >= 0: marginal costs",
    "t > 0: a tax on each unit, or the cost of transport",
    "k >= 0: how fast marginal cost rises",
    "n > 1: firms",
    "g >= 0: how close substitutes the products are",
    "y >= 0: the rival's price",
    "u1 u2 >= 0: qualities",
    "a1 a2 a3 a4 b1 b2 b3 b4 > 0: intercepts and sizes of four markets",
    "beta in [0, 1]: spillover of research",
    "gamma > 7/8: cost of research",
)
x = Symbol("x", real=True)


def quantity(own, first, second):
    """What a firm sells in a taxed triopoly."""
    return (p.a - p.t - 3 * own + first + second) / (4 * p.b)


@proposition("cournot.reply", "Under a tax, no firm of three gains by another quantity")
def reply():
    first, second, third = quantity(p.c1, p.c2, p.c3), quantity(p.c2, p.c1, p.c3), quantity(p.c3, p.c1, p.c2)
    profit = x * (p.a - p.b * (x + second + third) - p.c1 - p.t)
    return forall({x: interval(0, p.a / p.b)}, profit <= p.b * first**2)


@proposition("cournot.tax", "A tax on all lowers the profit of a firm that stays in the market")
def tax():
    sold = quantity(p.c1, p.c2, p.c3)
    return decreasing(p.b * sold**2, p.t, strictly=True, given=larger(sold, p.t) >= 0)


def convex_profit():
    """Each of n firms' with cost cq + kq²/2."""
    return (1 + p.k / 2) * ((p.a - p.c1) / (p.n + 1 + p.k)) ** 2


@proposition("cournot.quantity", "With costs kq²/2, each of n firms sells a/(b(n + 1) + k)")
def convex_quantity():
    each = p.a / (p.b * (p.n + 1) + p.k)
    profit = x * (p.a - p.b * (x + (p.n - 1) * each)) - p.k * x**2 / 2
    return forall({x: interval(0, p.a / p.b)}, profit <= (p.b + p.k / 2) * each**2)


@proposition("cournot.convexity", "With more than k + 3 firms, costs that rise faster raise all profits", given=[p.c1 < p.a])
def convexity():
    return increasing(convex_profit(), p.k, strictly=True, given=larger(p.k, p.k) <= p.n - 3)


@proposition("merger.paradox", "Two of n Cournot firms lose by merging exactly when n > 1 + √2")
def merger():
    return iff(2 / (p.n + 1) ** 2 > 1 / p.n**2, p.n > 1 + sqrt(2))


@proposition("merger.decimals", "They lose exactly when n > 2.4142", expect="refuted")
def merger_decimals():
    return iff(2 / (p.n + 1) ** 2 > 1 / p.n**2, p.n > Rational(24142, 10000))


@proposition("merger.indifference", "A merger is never a matter of indifference", expect="refuted")
def merger_indifference():
    return Ne(2 / (p.n + 1) ** 2, 1 / p.n**2)


@proposition("bertrand.reply", "With differentiated products no price beats the best reply")
def bertrand():
    demand = p.a + p.g * p.y
    return forall({x: interval(p.c1, demand / p.b)}, (x - p.c1) * (demand - p.b * x) <= (demand - p.b * p.c1) ** 2 / (4 * p.b))


@proposition("hotelling.prices", "With different costs and qualities no firm leaves Hotelling's prices")
def hotelling():
    advantage = p.u1 - p.u2 - p.c1 + p.c2
    first, second = p.c1 + p.t + advantage / 3, p.c2 + p.t - advantage / 3

    def profit(price):
        return (price - p.c1) * (p.t + p.u1 - p.u2 - price + second) / (2 * p.t)

    return forall({x: interval(p.c1, p.c1 + 2 * p.t)}, profit(x) <= profit(first))


@proposition("prices.uniform", "One price for four markets earns no more than a price for each")
def uniform():
    intercepts, sizes = (p.a1, p.a2, p.a3, p.a4), (p.b1, p.b2, p.b3, p.b4)
    markets = list(zip(intercepts, sizes, strict=True))
    return sum(b * a for a, b in markets) ** 2 / (4 * sum(sizes)) <= sum(b * a**2 for a, b in markets) / 4


def alone():
    """Research of each of two firms that compete in it, over what demand exceeds cost by."""
    return (2 - p.beta) / (Rational(9, 2) * p.gamma - (2 - p.beta) * (1 + p.beta))


def together():
    """Research of each of two firms that agree on it."""
    return (1 + p.beta) / (Rational(9, 2) * p.gamma - (1 + p.beta) ** 2)


@proposition("research.joint", "Joint research is more exactly when more than half spills over", given=[9 * p.gamma > 8])
def joint():
    return iff(together() > alone(), p.beta > Rational(1, 2))


@proposition("research.spillover", "Firms that compete do less research the more spills over", given=[9 * p.gamma > 8])
def spillover():
    return decreasing(alone(), p.beta, strictly=True)


@proposition("research.cheap", "They do so however cheap research is", expect="refuted")
def cheap():
    return decreasing(alone(), p.beta)
