"""What parliament accepts without an invitation, and what it is offered."""

from sympy import Eq, Min, sqrt

from formal import forall, iff, interval, proposition
from proofs.parameters import p
from proofs.ratification.model import equilibrium, ratification


def contribution():
    return ratification.symbol("x")


@proposition("C1", "Without an invitation, parliament accepts x exactly when x ≤ 2β/φ", given=[Eq(p.alphab, 0)])
def acceptance():
    x = contribution()
    accepts = equilibrium.when("vote", "accept")
    return forall({x: interval(0, 1)}, iff(accepts, x <= 2 * p.beta / p.phi))


@proposition("C1.general", "With a standing abandonment cost, it accepts exactly the x up to [β + √(β² + 2φα_b)]/φ")
def general_acceptance():
    x = contribution()
    accepts = equilibrium.when("vote", "accept")
    return forall({x: interval(0, 1)}, iff(accepts, x <= (p.beta + sqrt(p.beta**2 + 2 * p.phi * p.alphab)) / p.phi))


@proposition("C1.outcome", "The government tables the largest contribution that it wants and parliament accepts")
def outcome():
    return Eq(equilibrium.outcome("x"), Min(p.sigma / p.chi, equilibrium.threshold("x_u"), 1))
