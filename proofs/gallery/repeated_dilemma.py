"""The repeated prisoner's dilemma: how patient must players be for the threat of punishment to sustain cooperation?

Source: Friedman (1971) [@friedman1971], "A non-cooperative equilibrium for supergames", Review of Economic Studies 38: grim
trigger sustains cooperation exactly when δ ≥ (t - r)/(t - d). A punishment for one period asks for δ ≥ (t - r)/(r - d),
which may exceed 1.
"""

from formal import iff, implies, parameters, proposition, repeated
from proofs.gallery.coordination import dilemma
from proofs.gallery.coordination import p as stage

p = parameters("delta in (0, 1): the discount factor")

GAME = repeated(dilemma, p.delta)
COOPERATE, DEFECT = ("cooperate", "cooperate"), ("defect", "defect")
grim = GAME.grim_trigger(COOPERATE, DEFECT)
short, longer, longest = (GAME.finite_punishment(COOPERATE, DEFECT, periods=n) for n in (1, 2, 5))


@proposition("PD.grim", "Grim trigger sustains cooperation exactly when δ ≥ (t - r)/(t - d)")
def friedman():
    """The threshold that the tool derives is Friedman's."""
    return iff(grim.where, p.delta >= (stage.t - stage.r) / (stage.t - stage.d))


@proposition("PD.short", "A punishment for one period does exactly when δ ≥ (t - r)/(r - d)")
def one_period():
    return iff(short.where, p.delta >= (stage.t - stage.r) / (stage.r - stage.d))


@proposition("PD.longer", "A punishment for two periods sustains all that one for one period does, and one for five more")
def longer_is_stronger():
    return implies(short.where, longer.where) & implies(longer.where, longest.where)


@proposition("PD.grimmest", "What a punishment for five periods sustains, grim trigger does")
def grim_is_strongest():
    return implies(longest.where, grim.where)


@proposition("PD.converse", "Grim trigger does no more than a punishment for five periods", expect="refuted")
def not_conversely():
    return implies(grim.where, longest.where)


@proposition("PD.thresholds", "More patience is needed for a shorter punishment")
def thresholds():
    return (grim.threshold() < longer.threshold()) & (longer.threshold() < short.threshold())
