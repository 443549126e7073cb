"""Stackelberg's duopoly: one firm chooses its output first.

Source: Stackelberg (1934) [@stackelberg1934], Marktform und Gleichgewicht; Tirole (1988), The Theory of Industrial
Organization, section 8.2. With price a - b(q1 + q2) and unit cost c, the leader produces (a - c)/(2b), the follower half of
that.
"""

from sympy import Eq

from formal import game, interval, parameters, proposition, solve

p = parameters("a > 0: the highest price", "b > 0: how fast the price falls with output", "c >= 0: the cost of a unit")


@game(players=("Leader", "Follower"), assume={"production pays": p.a > p.c})
def stackelberg(g):
    """Outputs are at most what the market takes at price 0."""
    q1 = g.choose("Leader", "q1", interval(0, p.a / p.b))
    q2 = g.choose("Follower", "q2", interval(0, p.a / p.b))
    margin = p.a - p.b * (q1 + q2) - p.c
    return {"Leader": margin * q1, "Follower": margin * q2}


equilibrium = solve(stackelberg)


@proposition("S.leader", "The leader produces (a - c)/(2b)")
def leader():
    return Eq(equilibrium.outcome("q1"), (p.a - p.c) / (2 * p.b))


@proposition("S.follower", "The follower produces half as much, and earns half as much")
def follower():
    half = Eq(2 * equilibrium.outcome("q2"), equilibrium.outcome("q1"))
    return half & Eq(2 * equilibrium.payoff("Follower"), equilibrium.payoff("Leader"))
