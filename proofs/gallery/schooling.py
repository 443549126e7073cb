"""Education as a signal of any length (Spence 1973, Quarterly Journal of Economics 87, 355-374) [@spence1973].

A worker of productivity θ_H (probability q) or θ_L chooses the length e of its schooling, at a cost e/θ. Firms see e alone, and
competition makes them pay the expected productivity, which here is the reply to a quadratic loss.
"""

from sympy import Eq

from formal import game, iff, interval, parameters, proposition, signalling

p = parameters(
    "q in (0, 1): share of able workers",
    "theta_H > 0: productivity of the able",
    "theta_L > 0: productivity of the others",
)


@game(players=("Worker", "Firms"), assume={"abler": p.theta_H > p.theta_L})
def schooling(g):
    productivity = p.theta_H if g.chance("type", {"able": p.q, "other": 1 - p.q}) == "able" else p.theta_L
    e = g.choose("Worker", "e", interval(0, p.theta_H**2))
    wage = g.choose("Firms", "wage", interval(0, p.theta_H), sees=["e"])
    return {"Worker": wage - e / productivity, "Firms": -((productivity - wage) ** 2)}


def separating():
    return signalling(schooling).find("able", "other")


def pooling():
    return signalling(schooling).find(["able", "other"])


@proposition("schooling.separating", "Schooling parts the types exactly when θ_L(θ_H − θ_L) ≤ e ≤ θ_H(θ_H − θ_L)")
def separates():
    e, gap = separating().signal("able"), p.theta_H - p.theta_L
    return iff(separating().conditions, (p.theta_L * gap <= e) & (e <= p.theta_H * gap))


@proposition("schooling.least", "The Intuitive Criterion leaves e = θ_L(θ_H − θ_L), Riley's outcome")
def riley():
    e = separating().signal("able")
    return iff(separating().intuitive(), Eq(e, p.theta_L * (p.theta_H - p.theta_L), evaluate=False))


@proposition("schooling.pooling", "All go to school for e exactly when e ≤ q θ_L(θ_H − θ_L)")
def together():
    e = pooling().signal("able")
    return iff(pooling().conditions, e <= p.q * p.theta_L * (p.theta_H - p.theta_L))


@proposition("schooling.intuitive", "No pooling passes the Intuitive Criterion")
def nobody():
    return ~pooling().intuitive()
