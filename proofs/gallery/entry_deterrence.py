"""Entry deterrence with investment: an incumbent's capacity decides whether a rival finds it worth its while to enter.

Source: Dixit (1979) [@dixit1979], "A model of duopoly suggesting a theory of entry barriers", Bell Journal of Economics 10;
Tirole (1988), The Theory of Industrial Organization, section 8.2. With price 1 - k - q, no variable cost and an entry cost
f, the incumbent's monopoly output 1/2 keeps the rival out when f ≥ 1/16 (entry is blockaded); below that the deterring
capacity 1 - 2√f is chosen as long as it earns at least the 1/8 of the leader who lets the rival in.
"""

from sympy import Eq, Rational, sqrt

from formal import game, iff, implies, interval, parameters, proposition, solve

p = parameters("f in (0, 1): the cost of entry")


@game(players=("Incumbent", "Entrant"), ties={"entry": "stay out", "k": "lowest"})
def entry(g):
    """The incumbent commits to capacity k, and uses it."""
    k = g.choose("Incumbent", "k", interval(0, 1))
    if g.choose("Entrant", "entry", ["stay out", "enter"]) == "stay out":
        return {"Incumbent": k * (1 - k), "Entrant": 0}
    q = g.choose("Entrant", "q", interval(0, 1))
    return {"Incumbent": k * (1 - k - q), "Entrant": q * (1 - k - q) - p.f}


equilibrium = solve(entry)


@proposition("E.blockaded", "The monopoly output is enough exactly when f ≥ 1/16")
def blockaded():
    return iff(Eq(equilibrium.outcome("k"), Rational(1, 2)) & equilibrium.played("entry", "stay out"), p.f >= Rational(1, 16))


@proposition("E.capacity", "Below that, a rival who stays out is kept out by the capacity 1 - 2√f")
def capacity():
    return implies(
        (p.f < Rational(1, 16)) & equilibrium.played("entry", "stay out"), Eq(equilibrium.outcome("k"), 1 - 2 * sqrt(p.f))
    )


@proposition("E.accommodated", "Entry happens exactly when deterring it would earn less than 1/8")
def accommodated():
    deterring = 2 * sqrt(p.f) * (1 - 2 * sqrt(p.f))
    return iff(equilibrium.played("entry", "enter"), (p.f < Rational(1, 16)) & (deterring <= Rational(1, 8)))
