"""Where the government signals, what is contributed, and how that varies with the parameters."""

from sympy import Eq, Min

from formal import decreasing, iff, implies, increasing, larger, proposition
from proofs.invitation.model import equilibrium
from proofs.invitation.terms import contribution, invited_threshold, signal, uninvited_threshold, utility
from proofs.parameters import p


@proposition("C4", "Where the government signals, the contribution is min{(σ - κ)/χ, x̄, 1}")
def closed_form():
    return implies(equilibrium.outcome("s") > 0, Eq(contribution(), Min((p.sigma - p.kappa) / p.chi, invited_threshold(), 1)))


@proposition("C4.silent", "Where it does not signal, the contribution is min{σ/χ, x_u, 1}")
def silent():
    return implies(Eq(equilibrium.outcome("s"), 0), Eq(contribution(), Min(p.sigma / p.chi, uninvited_threshold(), 1)))


@proposition("C4.where", "It signals exactly where min{(σ - κ)/χ, x̄, 1} lies above x_u and its net payoff above U(x_u)")
def where():
    net = utility(signal()) - p.kappa * signal()
    worth = (signal() > uninvited_threshold()) & (net > utility(uninvited_threshold()))
    return iff(equilibrium.outcome("s") > 0, worth)


def thresholds_order():
    """An invitation never lowers the threshold."""
    return [uninvited_threshold() <= invited_threshold()]


def thresholds_rise(parameter):
    """An invitation never lowers the threshold, nor does a larger value of the parameter."""
    high = invited_threshold()
    return [*thresholds_order(), uninvited_threshold() <= larger(high, parameter), high <= larger(high, parameter)]


@proposition("C5.alpha0", "The contribution is weakly increasing in α₀", steps=lambda: thresholds_rise(p.alpha0))
def in_alpha0():
    return increasing(contribution(), p.alpha0)


@proposition("C5.alpha1", "The contribution is weakly increasing in α₁", steps=lambda: thresholds_rise(p.alpha1))
def in_alpha1():
    return increasing(contribution(), p.alpha1)


@proposition("C5.sigma", "The contribution is weakly increasing in σ", steps=thresholds_order)
def in_sigma():
    return increasing(contribution(), p.sigma)


@proposition("C5.chi", "The contribution is weakly decreasing in χ", steps=thresholds_order)
def in_chi():
    return decreasing(contribution(), p.chi)


@proposition("C5.kappa", "The contribution is weakly decreasing in κ", steps=thresholds_order)
def in_kappa():
    return decreasing(contribution(), p.kappa)


@proposition("C5.alphab", "The contribution is weakly increasing in α_b", expect="refuted")
def in_alphab():
    """False: a higher standing cost makes staying silent better, and a government that stops signalling gets less."""
    return increasing(contribution(), p.alphab)


@proposition("C5.beta", "The contribution is weakly increasing in β", expect="refuted")
def in_beta():
    """False, for the same reason: a friendlier parliament makes the invitation not worth its price."""
    return increasing(contribution(), p.beta)


@proposition("C5.phi", "The contribution is weakly decreasing in φ", expect="refuted")
def in_phi():
    """False: a parliament that fears entrapment more can make the government start to signal."""
    return decreasing(contribution(), p.phi)
