"""What an invitation is worth to the government, and to whom."""

from sympy import Eq

from formal import decreasing, iff, implies, larger, proposition
from proofs.invitation.terms import bound, invited_threshold, uninvited_threshold, value, wanted
from proofs.parameters import p


@proposition("C6.agree", "An invitation has no value where parliament already accepts what the government wants")
def agree():
    return implies(uninvited_threshold() >= wanted(), Eq(value(), 0))


@proposition("C6.always", "To a government held back by parliament an invitation is worth something", expect="refuted")
def held_back_gains():
    """False where the signal is too dear; C6.divided has the bound, and `formal when` finds it."""
    return implies((uninvited_threshold() < wanted()) & (p.alpha0 + p.alpha1 > 0), value() > 0)


@proposition("C6.divided", "To a government held back by parliament it is worth something exactly when κ is below κ̄")
def divided():
    held_back = (uninvited_threshold() < wanted()) & (p.alpha0 + p.alpha1 > 0)
    return implies(held_back, iff(value() > 0, p.kappa < bound()))


@proposition("C7", "An invitation always benefits the government", expect="refuted")
def always():
    """False: it is worth nothing to a government whose parliament agrees, or that finds the signal too dear."""
    return value() > 0


@proposition("C7.weak", "The invitation game never leaves the government worse off than ratification alone")
def never_hurts():
    return value() >= 0


@proposition("C7.repair", "It benefits the government exactly when α₀ + α₁ > 0 and κ < κ̄")
def repaired():
    return iff(value() > 0, (p.alpha0 + p.alpha1 > 0) & (p.kappa < bound()))


def thresholds_close_in():
    """As α_b grows both thresholds rise, the uninvited one by more: the invitation loses reach."""
    low, high = uninvited_threshold(), invited_threshold()
    low_after, high_after = larger(low, p.alphab), larger(high, p.alphab)
    return [low <= high, low_after <= high_after, low < low_after, high < high_after, high_after - high <= low_after - low]


@proposition(
    "C9.lowers", "A stronger Atlantic predisposition never raises the value of an invitation", steps=thresholds_close_in
)
def lowers():
    return decreasing(value(), p.alphab)


@proposition("C9.strictly", "It strictly lowers the value wherever there is one", steps=thresholds_close_in)
def strictly_lowers():
    return decreasing(value(), p.alphab, strictly=True, given=value() > 0)


@proposition("C9.positive", "However strong, it leaves room: κ̄ is positive whenever parliament is divided and α₀ + α₁ > 0")
def leaves_room():
    return implies((uninvited_threshold() < wanted()) & (p.alpha0 + p.alpha1 > 0), bound() > 0)
