"""Ratification. A government tables a contribution x in [0, 1] or none; a parliament accepts it or stays out.

Players and payoffs follow the argument of Pedersen and Reykers (2023) [@pedersen2023] without its invitation: the agenda
setter of Romer and Rosenthal (1978) with quadratic costs. Parliament fears entrapment, and staying out has a standing
abandonment cost.
"""

from formal import game, interval, solve
from proofs.parameters import p


@game(
    players=("Government", "Parliament"),
    ties={"table": "table", "vote": "accept"},
    thresholds={"x": "x_u"},
)
def ratification(g):
    if g.choose("Government", "table", ["table", "withdraw"]) == "withdraw":
        return {"Government": 0, "Parliament": -p.alphab}
    x = g.choose("Government", "x", interval(0, 1))
    if g.choose("Parliament", "vote", ["accept", "reject"]) == "reject":
        return {"Government": 0, "Parliament": -p.alphab}
    return {"Government": p.sigma * x - p.chi * x**2 / 2, "Parliament": p.beta * x - p.phi * x**2 / 2}


equilibrium = solve(ratification)
