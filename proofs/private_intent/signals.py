"""C12: which signals of commitment part the committed from the hesitant, and what a leader makes of them."""

from sympy import Eq

from formal import iff, implies, proposition
from proofs.private_intent.model import p, pooling, separating


def gain():
    """What a forceful invitation is worth over a modest one."""
    return p.v_1 - p.v_w


def forceful_pays():
    """The leader invites forcefully when it knows no more than the prior."""
    return p.q * p.lambda_ - (1 - p.q) * p.rho >= p.lambda_ * p.w


@proposition("C12.separating", "A signal parts the types exactly when (v₁ − v_w)/κ_L ≤ s ≤ (v₁ − v_w)/κ_H")
def separates():
    s = separating().signal("committed")
    return iff(separating().conditions, (gain() / p.kappa_L <= s) & (s <= gain() / p.kappa_H))


@proposition("C12.exists", "One does exactly when κ_L ≥ v₁ − v_w: when signalling can cost the hesitant the prize")
def some():
    return iff(separating().where, gain() <= p.kappa_L)


@proposition("C12.hesitant", "The hesitant then signal nothing")
def nothing():
    return Eq(separating().signal("hesitant"), 0, evaluate=False)


@proposition("C12.least", "The least costly signal that parts them is (v₁ − v_w)/κ_L")
def least():
    low, _ = separating().range("committed")
    return implies(separating().where, Eq(low, gain() / p.kappa_L, evaluate=False))


@proposition("C12.forceful", "Both may signal s and be invited forcefully exactly when the prior is high and κ_L s ≤ v₁ − v_w")
def together():
    s = pooling("forceful").signal("committed")
    return iff(pooling("forceful").conditions, forceful_pays() & (p.kappa_L * s <= gain()))


@proposition("C12.modest", "Both signal nothing and are invited modestly exactly when the prior is low")
def modestly():
    doubtful = p.q * p.lambda_ - (1 - p.q) * p.rho <= p.lambda_ * p.w
    return iff(pooling("modest").where, doubtful)


@proposition("C12.intuitive", "Of the signals that part the types the Intuitive Criterion leaves the least costly one")
def riley():
    s = separating().signal("committed")
    return iff(separating().intuitive(), separating().conditions & Eq(s, gain() / p.kappa_L, evaluate=False))


@proposition("C12.common", "Common signals that are answered forcefully all pass: a cheaper one would pay either type")
def common():
    return iff(pooling("forceful").intuitive(), pooling("forceful").conditions)


@proposition("C12.silence", "Silence, answered modestly, passes only where no signal can cost the hesitant the prize")
def silence():
    modest = pooling("modest")
    return iff(modest.intuitive(), modest.where & (gain() >= p.kappa_L))
