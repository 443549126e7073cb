"""Crisis bargaining: why rational states need not fight, when both know what a war would bring.

Source: Fearon (1995) [@fearon1995], "Rationalist explanations for war", International Organization 49, pages 386 to 390 and
the appendix: with complete information the proposer demands x = min{p + c_B, 1}, the other state accepts, and there is no
war.
"""

from sympy import Eq, Min

from formal import game, interval, parameters, proposition, solve

p = parameters("p in [0, 1]: the probability that A wins a war", "cA cB > 0: what a war costs each state")


@game(players=("A", "B"), ties={"answer": "accept"})
def crisis(g):
    """A demands a share of the good, B accepts or fights."""
    x = g.choose("A", "x", interval(0, 1))
    if g.choose("B", "answer", ["accept", "fight"]) == "accept":
        return {"A": x, "B": 1 - x}
    return {"A": p.p - p.cA, "B": 1 - p.p - p.cB}


equilibrium = solve(crisis)


@proposition("F.demand", "A demands min{p + c_B, 1}")
def demand():
    return Eq(equilibrium.outcome("x"), Min(p.p + p.cB, 1))


@proposition("F.peace", "There is no war")
def peace():
    return equilibrium.played("answer", "accept")


@proposition("F.better", "Both states are at least as well off as in a war, and A strictly better")
def better():
    return (equilibrium.payoff("A") > p.p - p.cA) & (equilibrium.payoff("B") >= 1 - p.p - p.cB)
