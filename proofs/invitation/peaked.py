"""C10: the value of an invitation is single-peaked in how divided government and parliament are.

Let β grow. While parliament limits the signal, the value is max(0, w) with w the worth of being held at x̄ rather than x_u
(C10.held), and wherever w is stationary it is at a peak (C10.peak): a smooth function all of whose stationary points are
strict maxima has at most one. Once parliament does not limit the signal it never does again (C10.once), and the value
(C10.free) only falls (C10.falls). So the value rises up to one β, and falls from there on. The last step, from the five
claims to this sentence, is a theorem of calculus and not machine-checked.
"""

from sympy import Eq, Max, Min

from formal import decreasing, implies, increasing, proposition
from formal.model.threshold import total_derivative
from proofs.invitation.terms import invited_threshold, uninvited_threshold, utility, value, wanted
from proofs.parameters import p


def ideal():
    """The signal that the government would choose if parliament accepted everything."""
    return Max(0, Min((p.sigma - p.kappa) / p.chi, 1))


def held():
    """Parliament limits the signal, and limits the contribution more without an invitation."""
    return [p.beta > 0, invited_threshold() < ideal(), uninvited_threshold() < invited_threshold()]


def worth():
    """What the government gains by contributing x̄ after the signal x̄, instead of x_u after none."""
    low, high = uninvited_threshold(), invited_threshold()
    return utility(high) - p.kappa * high - utility(low)


def free_worth():
    """What the government gains by its ideal signal and contribution, instead of what parliament accepts without any."""
    alone = Min(uninvited_threshold(), wanted())
    return Max(0, utility(ideal()) - p.kappa * ideal() - utility(alone))


def slope():
    return total_derivative(worth(), p.beta)


def curvature():
    return total_derivative(slope(), p.beta)


def bending():
    """With A = φx_u - β and B = φx̄ - β - α₁: the slope has the sign of `first - second`, the curvature that of `bend`."""
    x, y = uninvited_threshold(), invited_threshold()
    a, b = p.phi * x - p.beta, p.phi * y - p.beta - p.alpha1
    gain, loss = p.sigma - p.kappa - p.chi * y, p.sigma - p.chi * x
    first, second = gain * y * a, loss * x * b
    steeper = (2 * b - p.phi * y) * a**2 - (2 * a - p.phi * x) * b**2
    spread = y**2 * a**2 - x**2 * b**2
    bend = y * (gain * (2 * b - p.phi * y) - p.chi * y * b) * a**3 - x * (loss * (2 * a - p.phi * x) - p.chi * x * a) * b**3
    return [
        a > 0, b >= a, x >= 0, 2 * a >= p.phi * x, 2 * b >= p.phi * y, gain > 0, loss > gain,
        Eq(slope() * a * b, first - second), Eq(first, second), y * a > x * b,
        (2 * a - p.phi * x) * b >= (2 * b - p.phi * y) * a, steeper <= 0, spread > 0, first > 0, first * steeper <= 0,
        a * b * spread > 0, first * steeper < p.chi * a * b * spread,
        Eq(bend, first * steeper - p.chi * a * b * spread + (first - second) * (2 * a - p.phi * x) * b**2),
        Eq((first - second) * (2 * a - p.phi * x) * b**2, 0), bend < 0,
        Eq(curvature() * a**3 * b**3, bend),
    ]  # fmt: skip


@proposition(
    "C10.held", "While parliament limits the signal, the value is what x̄ is worth over x_u, if that is positive", given=held
)
def value_when_held():
    return Eq(value(), Max(0, worth()))


@proposition(
    "C10.peak",
    "There, wherever that is stationary in β it is at a strict peak",
    given=lambda: [*held(), Eq(slope(), 0)],
    steps=bending,
)
def stationary_is_peak():
    return curvature() < 0


@proposition("C10.once", "When parliament does not limit the signal, it does not at any larger β either")
def never_again():
    return increasing(invited_threshold() - ideal(), p.beta)


@proposition("C10.free", "From there on the value is what the ideal signal is worth over x_u, if positive")
def value_when_free():
    return implies(invited_threshold() >= ideal(), Eq(value(), free_worth()))


@proposition("C10.falls", "And a larger β never raises that")
def falls():
    return decreasing(free_worth(), p.beta)
