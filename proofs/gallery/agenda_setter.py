"""The agenda setter: a committee makes a take-it-or-leave-it proposal to a voter, who otherwise gets the reversion.

Source: Romer and Rosenthal (1978) [@romer1978], "Political resource allocation, controlled agendas, and the status quo",
Public Choice 33. With voter ideal v, setter ideal s > v and reversion q ≤ s: x* = s if q ≤ 2v - s, 2v - q if 2v - s < q < v,
and q if v ≤ q. The model is on a policy space [0, 1]; losses are the distance to the ideal, or its square.
"""

from sympy import Abs, Eq, Piecewise

from formal import game, interval, parameters, proposition, solve

p = parameters("s in [0, 1]: the setter's ideal", "v in [0, 1]: the voter's ideal", "q in [0, 1]: the reversion")
ORDER = {"the setter wants more than the voter": p.s > p.v, "the reversion is not above the setter's ideal": p.q <= p.s}


@game(players=("Setter", "Voter"), ties={"vote": "accept"}, assume=ORDER)
def linear(g):
    """Losses are distances."""
    x = g.choose("Setter", "x", interval(0, 1))
    outcome = x if g.choose("Voter", "vote", ["accept", "reject"]) == "accept" else p.q
    return {"Setter": -Abs(outcome - p.s), "Voter": -Abs(outcome - p.v)}


@game(players=("Setter", "Voter"), ties={"vote": "accept"}, assume=ORDER)
def quadratic(g):
    """Losses are squared distances."""
    x = g.choose("Setter", "x", interval(0, 1))
    outcome = x if g.choose("Voter", "vote", ["accept", "reject"]) == "accept" else p.q
    return {"Setter": -((outcome - p.s) ** 2), "Voter": -((outcome - p.v) ** 2)}


def setter_outcome():
    """Romer and Rosenthal's outcome."""
    return Piecewise((p.s, p.q <= 2 * p.v - p.s), (2 * p.v - p.q, p.q < p.v), (p.q, True))


@proposition("RR.linear", "With linear losses the outcome is s, 2v - q or q as the reversion rises")
def with_distances():
    equilibrium = solve(linear)
    return Eq(equilibrium.payoff("Setter"), setter_outcome() - p.s)


@proposition("RR.quadratic", "Squared losses change nothing")
def with_squares():
    equilibrium = solve(quadratic)
    return Eq(equilibrium.payoff("Setter"), -((setter_outcome() - p.s) ** 2))
