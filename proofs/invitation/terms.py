"""Closed forms that the propositions of the invitation game share."""

from sympy import Min, Piecewise, sqrt

from proofs.invitation.model import equilibrium
from proofs.parameters import p
from proofs.ratification.model import equilibrium as benchmark


def uninvited_threshold():
    """x_u: the largest contribution that parliament accepts without an invitation."""
    return equilibrium.threshold("x_u")


def invited_threshold():
    """x̄: the largest request that parliament accepts when it comes as an invitation."""
    return equilibrium.threshold("xbar")


def utility(x):
    """The government's payoff from a contribution, before the cost of signalling."""
    return p.sigma * x - p.chi * x**2 / 2


def wanted():
    """The contribution that the government would choose alone."""
    return Min(p.sigma / p.chi, 1)


def signal():
    """The signal that is best among those that an invitation answers, if any is worth sending."""
    return Min((p.sigma - p.kappa) / p.chi, invited_threshold(), 1)


def contribution():
    """x*: the equilibrium contribution, invited or not."""
    return equilibrium.outcome("m", "x")


def value():
    """What the government gains from the invitation game over ratification alone."""
    return equilibrium.payoff("Government") - benchmark.payoff("Government")


def bound():
    """κ̄: the cost of signalling below which an invitation is worth its price to a government that is held back.

    The best ratio of gain to signal, [U(s) - U(x_u)]/s, is reached at s = √(x_u(2σ/χ - x_u)) if that is feasible.
    """
    x_u, most = uninvited_threshold(), Min(invited_threshold(), 1)
    best = sqrt(x_u * (2 * p.sigma / p.chi - x_u))
    return Piecewise(
        (0, x_u >= wanted()),
        (p.sigma - p.chi * best, best <= most),
        ((utility(most) - utility(x_u)) / most, True),
    )
