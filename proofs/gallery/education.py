"""Education as a signal, with one degree and two wages (after Spence 1973, Quarterly Journal of Economics 87, 355-374)
[@spence1973].

A worker of productivity θ_H (probability q) or θ_L may take a degree, at a cost e/θ that is lower for the able. Firms see the
degree alone and pay the productivity that they think the likelier.
"""

from formal import game, iff, implies, parameters, perfect_bayesian, proposition

p = parameters(
    "q in (0, 1): share of able workers",
    "theta_H > 0: productivity of the able",
    "theta_L > 0: productivity of the others",
    "e > 0: length of the degree",
)


@game(players=("Worker", "Firm"), assume={"abler": p.theta_H > p.theta_L})
def education(g):
    able = g.chance("type", {"able": p.q, "less able": 1 - p.q}) == "able"
    productivity = p.theta_H if able else p.theta_L
    cost = p.e / productivity if g.choose("Worker", "school", ["degree", "none"]) == "degree" else 0
    wage = p.theta_H if g.choose("Firm", "wage", ["high", "low"], sees=["school"]) == "high" else p.theta_L
    return {"Worker": wage - cost, "Firm": -((productivity - wage) ** 2)}


def schooling(able, other, **wage):
    return perfect_bayesian(education).find(school={"able": able, "less able": other}, **wage)


@proposition("education.separating", "The degree separates exactly when θ_L(θ_H − θ_L) ≤ e ≤ θ_H(θ_H − θ_L)")
def separates():
    gap = p.theta_H - p.theta_L
    return iff(schooling("degree", "none").where, (p.theta_L * gap <= p.e) & (p.e <= p.theta_H * gap))


@proposition("education.divine", "Where the able gain by a degree, D1 does not let firms pay nobody for one")
def divine():
    nobody = schooling("none", "none", wage={"none": "low"})
    return implies(nobody.divine(), p.theta_H * (p.theta_H - p.theta_L) <= p.e)
