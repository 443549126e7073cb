"""What the invitation game does to parliament."""

from sympy import Eq, Min

from formal import iff, implies, proposition
from proofs.invitation.model import equilibrium
from proofs.invitation.terms import contribution, invited_threshold, uninvited_threshold, wanted
from proofs.parameters import p
from proofs.ratification.model import equilibrium as benchmark


@proposition("C8.worse", "Parliament is never better off in the invitation game than in the ratification game")
def never_better():
    return equilibrium.payoff("Parliament") <= benchmark.payoff("Parliament")


@proposition("C8.invited", "Where the government signals, parliament gets its reservation payoff exactly when x̄ binds")
def held_down_invited():
    reservation = -(p.alphab + p.alpha0 + p.alpha1 * contribution())
    binds = Min((p.sigma - p.kappa) / p.chi, 1) >= invited_threshold()
    return implies(equilibrium.outcome("s") > 0, iff(Eq(equilibrium.payoff("Parliament"), reservation), binds))


@proposition("C8.uninvited", "Where it does not, parliament gets its uninvited reservation payoff exactly when x_u binds")
def held_down_uninvited():
    binds = wanted() >= uninvited_threshold()
    return implies(Eq(equilibrium.outcome("s"), 0), iff(Eq(equilibrium.payoff("Parliament"), -p.alphab), binds))
