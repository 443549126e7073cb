"""What an invitation does to the set of contributions that parliament accepts."""

from sympy import Integer, Min, sqrt

from formal import forall, iff, implies, interval, proposition
from proofs.invitation.model import equilibrium, invitation
from proofs.invitation.terms import invited_threshold, uninvited_threshold
from proofs.parameters import p


@proposition("C2", "An invited parliament accepts m exactly when m ≤ [β + α₁ + √((β + α₁)² + 2φ(α_b + α₀))]/φ")
def threshold():
    m = invitation.symbol("m")
    accepts = equilibrium.when("vote", "accept", invite="invite")
    slope = p.beta + p.alpha1
    return forall({m: interval(0, 1)}, iff(accepts, m <= (slope + sqrt(slope**2 + 2 * p.phi * (p.alphab + p.alpha0))) / p.phi))


@proposition("C2.outweighs", "It accepts exactly when the abandonment cost outweighs the net fear of entrapment")
def outweighs():
    m = invitation.symbol("m")
    accepts = equilibrium.when("vote", "accept", invite="invite")
    abandonment = p.alphab + p.alpha0 + p.alpha1 * m
    entrapment = p.phi * m**2 / 2 - p.beta * m
    return forall({m: interval(0, 1)}, iff(accepts, abandonment >= entrapment))


@proposition("C2.everything", "An invited parliament accepts every request", expect="refuted")
def everything():
    """False where entrapment is feared more: `formal when` finds φ ≤ 2(α₀ + α₁ + α_b + β), which C2.full proves."""
    m = invitation.symbol("m")
    return forall({m: interval(0, 1)}, equilibrium.when("vote", "accept", invite="invite"))


@proposition(
    "C2.full", "It accepts every request exactly when, at the full one, abandonment costs outweigh the fear of entrapment"
)
def everything_repaired():
    m = invitation.symbol("m")
    accepts = equilibrium.when("vote", "accept", invite="invite")
    outweigh = p.alphab + p.alpha0 + p.alpha1 + p.beta >= p.phi / 2
    return forall({m: interval(0, 1)}, implies(outweigh, accepts)) & iff(accepts.xreplace({m: Integer(1)}), outweigh)


@proposition("C2.uninvited", "Without an invitation it accepts exactly the x up to [β + √(β² + 2φα_b)]/φ")
def uninvited():
    x = invitation.symbol("x")
    accepts = equilibrium.when("vote", "accept", invite="stay silent")
    return forall({x: interval(0, 1)}, iff(accepts, x <= (p.beta + sqrt(p.beta**2 + 2 * p.phi * p.alphab)) / p.phi))


@proposition("C3", "An invitation strictly raises the acceptance threshold exactly when α₀ + α₁ > 0")
def enlarges():
    return iff(uninvited_threshold() < invited_threshold(), p.alpha0 + p.alpha1 > 0)


@proposition("C3.contains", "What parliament accepts uninvited it also accepts when invited")
def contains():
    x, m = invitation.symbol("x"), invitation.symbol("m")
    uninvited = equilibrium.when("vote", "accept", invite="stay silent")
    invited = equilibrium.when("vote", "accept", invite="invite").xreplace({m: x})
    return forall({x: interval(0, 1)}, implies(uninvited, invited))


@proposition("C3.unit", "Within [0, 1] the acceptance set grows whenever α₀ + α₁ > 0", expect="refuted")
def within_unit():
    """False as it stands: a parliament that accepts a full contribution uninvited cannot accept more."""
    grows = Min(uninvited_threshold(), 1) < Min(invited_threshold(), 1)
    return implies(p.alpha0 + p.alpha1 > 0, grows)


@proposition("C3.repair", "Within [0, 1] it grows exactly when α₀ + α₁ > 0 and the uninvited threshold is below 1")
def repaired():
    grows = Min(uninvited_threshold(), 1) < Min(invited_threshold(), 1)
    return iff(grows, (p.alpha0 + p.alpha1 > 0) & (uninvited_threshold() < 1))
