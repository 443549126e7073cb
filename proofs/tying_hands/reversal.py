"""Schelling's tying hands and its reversal: binding itself at home and abroad move the outcome in opposite directions."""

from sympy import Eq, Min

from formal import implies, proposition
from proofs.invitation.terms import contribution as invited_contribution
from proofs.parameters import p
from proofs.ratification.model import equilibrium as ratification
from proofs.tying_hands.model import benchmark, equilibrium


@proposition("C11.bound", "A government that binds itself at home contributes what it wants: min{σ/χ, 1}")
def bound():
    return Eq(equilibrium.outcome("m"), Min(p.sigma / p.chi, 1))


@proposition("C11.home", "Binding itself at home never raises the contribution")
def home():
    return equilibrium.outcome("m") <= benchmark.outcome("m")


@proposition("C11.gain", "It never hurts the government")
def gain():
    return equilibrium.payoff("Government") >= benchmark.payoff("Government")


@proposition("C11.strictly", "It lowers the contribution whenever the government wants less than everything")
def strictly():
    return implies(p.sigma < p.chi, equilibrium.outcome("m") < benchmark.outcome("m"))


@proposition("C11.abroad", "Binding itself abroad, by a signal, never lowers the contribution")
def abroad():
    return invited_contribution() >= ratification.outcome("x")
