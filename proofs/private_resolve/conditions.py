"""C13 and C14: the perceived abandonment cost decides whether an invitation is heard."""

from sympy import Eq

from formal import decreasing, iff, implies, increasing, larger, proposition
from proofs.private_resolve.model import (
    bluffing,
    p,
    perceived_abandonment_cost,
    pooling,
    resolve_and,
    separating,
)


@proposition("C13.pooling", "Both types invite and parliament accepts exactly when qα ≥ φ and inviting pays both")
def pools():
    return iff(pooling().where, (p.q * p.alpha >= p.phi) & (p.lambda_I >= p.iota) & (p.lambda_R >= p.iota))


@proposition(
    "C13.separating", "The resolute type alone invites and is heard exactly when λ_R ≥ ι ≥ λ_I and α ≥ φ, all of them weak"
)
def separates():
    return iff(separating().where, (p.lambda_R >= p.iota) & (p.iota >= p.lambda_I) & (p.alpha >= p.phi))


def otherwise():
    return (p.alpha > p.phi) & (p.phi > p.q * p.alpha) & (p.lambda_I > p.iota)


@proposition("C13.otherwise", "With α > φ > qα and λ_I > ι the indifferent type bluffs now and then", expect="refuted")
def bluffs():
    """False where the resolute type values the contribution less than the other, and would rather not invite."""
    return implies(otherwise(), bluffing().where)


@proposition("C13.repair", "It does exactly when the resolute type values the contribution at least as much")
def bluffs_if():
    return iff(bluffing().where, otherwise() & (p.lambda_R >= p.lambda_I))


@proposition("C13.invites", "The indifferent type then invites with probability q(α − φ)/(φ(1 − q))")
def invites():
    invites = bluffing().probability("invite", "invite", resolve="indifferent")
    return implies(bluffing().where, Eq(invites, p.q * (p.alpha - p.phi) / (p.phi * (1 - p.q)), evaluate=False))


@proposition("C13.accepts", "And Parliament accepts with probability (ι + ρ)/(λ_I + ρ)")
def accepts():
    heard = bluffing().probability("vote", "accept")
    return implies(bluffing().where, Eq(heard, (p.iota + p.rho) / (p.lambda_I + p.rho), evaluate=False))


@proposition("C13.exclusive", "Where the indifferent type bluffs now and then, neither of the other equilibria exists")
def exclusive():
    return implies(bluffing().where, ~pooling().where & ~separating().where)


@proposition("C13.silence", "Silence is an equilibrium always, as a parliament that doubts the leader's resolve would reject")
def silence():
    return resolve_and("stay silent", "stay silent").where


def doubted():
    """The resolute type invites now and then, although the indifferent one always does."""
    return resolve_and(["invite", "stay silent"], "invite", vote=["accept", "reject"])


@proposition("C13.reversed", "With λ_I ≥ λ_R > ι and qα > φ the resolute type may be the one that invites now and then")
def reversed_roles():
    return iff(doubted().where, (p.lambda_I >= p.lambda_R) & (p.lambda_R > p.iota) & (p.q * p.alpha > p.phi))


@proposition("C13.perceived", "An invitation is heard for certain only where the perceived abandonment cost is at least φ")
def perceived():
    heard = [pooling(), separating()]
    claims = [implies(e.where, perceived_abandonment_cost(e) >= p.phi) for e in heard]
    return claims[0] & claims[1]


@proposition("C13.indifferent", "Where the leader bluffs now and then, the perceived abandonment cost equals the fear φ")
def balanced():
    return implies(bluffing().where, Eq(perceived_abandonment_cost(bluffing()), p.phi, evaluate=False))


def frequency():
    """How often an invitation is made."""
    return p.q + (1 - p.q) * bluffing().probability("invite", "invite", resolve="indifferent")


def still_bluffing():
    """The semi-separating equilibrium exists at both priors that are compared."""
    return bluffing().where & (p.alpha * larger(p.q, p.q) < p.phi)


@proposition("C14.frequency", "More resolute priors make invitations more frequent in the semi-separating equilibrium")
def frequent():
    return increasing(frequency(), p.q, strictly=True, given=still_bluffing())


@proposition("C14.acceptance", "But acceptance no likelier")
def likely():
    heard = bluffing().probability("vote", "accept")
    given = still_bluffing()
    return increasing(heard, p.q, given=given) & decreasing(heard, p.q, given=given)
