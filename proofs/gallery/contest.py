"""A contest: two sides spend effort on a prize that goes to each with a probability equal to its share of the effort.

Source: Tullock (1980) [@tullock1980], "Efficient rent seeking", in Buchanan, Tollison and Tullock (eds), Toward a Theory of
the Rent-Seeking Society; Nti (1999), "Rent-seeking with asymmetric valuations", Public Choice 98. In the only equilibrium
side 1, to whom the prize is worth v, spends v²w/(v + w)², side 2 vw²/(v + w)².
"""

from sympy import Eq, Piecewise, Rational

from formal import game, interval, nash, parameters, proposition

p = parameters("v w > 0: what the prize is worth to each side")


@game(players=("One", "Two"))
def contest(g):
    """If nobody spends anything, a coin is tossed."""
    x = g.choose("One", "x", interval(0, p.v))
    y = g.choose("Two", "y", interval(0, p.w), sees=[])
    share = Piecewise((Rational(1, 2), Eq(x + y, 0)), (x / (x + y), True))
    return {"One": p.v * share - x, "Two": p.w * (1 - share) - y}


def efforts():
    """The two strategies of the equilibrium."""
    (equilibrium,) = nash(contest)
    return equilibrium.strategy("One"), equilibrium.strategy("Two")


@proposition("T.efforts", "The sides spend v²w/(v + w)² and vw²/(v + w)²")
def formula():
    first, second = efforts()
    share = p.v * p.w / (p.v + p.w) ** 2
    return Eq(first, p.v * share) & Eq(second, p.w * share)


@proposition("T.dissipation", "Together they spend at most a quarter of the sum of what the prize is worth to each")
def dissipation():
    first, second = efforts()
    return first + second <= (p.v + p.w) / 4


@proposition("T.stronger", "The side that values the prize more spends more")
def stronger():
    first, second = efforts()
    return (p.v <= p.w) | (first > second)
