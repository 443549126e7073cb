"""Tying hands at home: the government binds itself before it bargains abroad.

The government first sets a bound b on the contribution that it may accept. The leader then makes an ultimatum offer, and the
government accepts it, if it may, or declines, which costs it α₀ as declining an official request does. Without the first
stage the leader pushes the government to its limit. Game 3 of the reference model; the argument is Schelling's (The Strategy
of Conflict, 1960, chapter 2) [@schelling1960].
"""

from formal import game, interval, solve
from proofs.parameters import p


def offer(g, most):
    """The leader asks for m; the government, which may accept up to `most`, answers."""
    m = g.choose("Leader", "m", interval(0, 1))
    declined = {"Government": -p.alpha0, "Leader": -p.rho}
    if g.when(m > most):
        return declined
    if g.choose("Government", "answer", ["accept", "decline"]) == "decline":
        return declined
    return {"Government": p.sigma * m - p.chi * m**2 / 2, "Leader": p.lambda_ * m}


@game(players=("Government", "Leader"), ties={"answer": "accept"}, thresholds={"m": "m_hat"})
def bound_at_home(g):
    """The government binds itself at home, then bargains abroad."""
    b = g.choose("Government", "b", interval(0, 1))
    return offer(g, b)


@game(players=("Government", "Leader"), ties={"answer": "accept"}, thresholds={"m": "m_hat"})
def unbound(g):
    """The same bargaining without a bound."""
    return offer(g, 1)


equilibrium, benchmark = solve(bound_at_home), solve(unbound)
