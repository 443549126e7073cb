"""The ultimatum game: one offer, one answer, and what an indifferent responder does.

Source: Rubinstein (1982) [@rubinstein1982], "Perfect equilibrium in a bargaining model", Econometrica 50, for the one-round
game; Osborne and Rubinstein (1994), section 6.1.2. When the responder accepts offers that leave it indifferent, the proposer
keeps everything above the responder's outside option. When it rejects them, every offer is beaten by a slightly meaner one:
there is no equilibrium.
"""

from sympy import Eq

from formal import game, interval, parameters, proposition, solve

p = parameters("w in [0, 1): the responder's outside option")


@game(players=("Proposer", "Responder"), ties={"answer": "accept"})
def generous(g):
    """An indifferent responder accepts."""
    x = g.choose("Proposer", "x", interval(0, 1))
    if g.choose("Responder", "answer", ["accept", "reject"]) == "accept":
        return {"Proposer": 1 - x, "Responder": x}
    return {"Proposer": 0, "Responder": p.w}


@game(players=("Proposer", "Responder"), ties={"answer": "reject"})
def spiteful(g):
    """An indifferent responder rejects."""
    x = g.choose("Proposer", "x", interval(0, 1))
    if g.choose("Responder", "answer", ["accept", "reject"]) == "accept":
        return {"Proposer": 1 - x, "Responder": x}
    return {"Proposer": 0, "Responder": p.w}


@proposition("U.offer", "The responder is offered its outside option, and accepts")
def offered():
    return Eq(solve(generous).outcome("x"), p.w)


@proposition("U.none", "An indifferent responder who rejects leaves no equilibrium at all")
def nothing_is_best():
    return solve(spiteful).nonexistence()
