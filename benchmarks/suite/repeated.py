"""Repeated games: the patience that cooperation takes, punishments, cartels, tariffs and streams of payoffs."""

from sympy import Max, Symbol, sqrt

from formal import exists, forall, iff, implies, increasing, interval, parameters, proposition

p = parameters(
    "T R P S real: temptation, reward, punishment, sucker's payoff",
    "delta in (0, 1): patience",
    "n > 1: firms",
    "tariff > 0: what each country levies in a tariff war",
    "e > 0: what a unit of the other's tariff costs",
    "x1 x2 x3 y1 y2 y3 real: two streams of payoffs",
)
x = Symbol("x", real=True)
dilemma = [p.T > p.R, p.R > p.P]


def grim():
    """Cooperation is worth more than one defection and mutual defection from then on."""
    return p.R / (1 - p.delta) >= p.T + p.delta * p.P / (1 - p.delta)


def two_periods():
    """The same with a punishment of two periods."""
    return (p.delta + p.delta**2) * (p.R - p.P) >= p.T - p.R


def alternating():
    """Cooperation is worth more than to defect and to be defected upon in turn."""
    return p.R / (1 - p.delta) >= (p.T + p.delta * p.S) / (1 - p.delta**2)


@proposition("grim.patience", "The grim trigger sustains cooperation exactly when δ ≥ (T − R)/(T − P)", given=dilemma)
def patience():
    return iff(grim(), p.delta >= (p.T - p.R) / (p.T - p.P))


@proposition("retaliation.patience", "Tit for tat takes the greater of two patiences", given=[*dilemma, p.P > p.S])
def retaliation():
    gain = p.T - p.R
    return iff(grim() & alternating(), p.delta >= Max(gain / (p.T - p.P), gain / (p.R - p.S)))


@proposition("punishment.patience", "Two periods of punishment suffice from a root on", given=dilemma)
def punishment():
    return iff(two_periods(), p.delta >= (sqrt(1 + 4 * (p.T - p.R) / (p.R - p.P)) - 1) / 2)


@proposition("punishment.golden", "With payoffs 5, 3, 1 they suffice from the golden ratio on")
def golden():
    cooperate, defect = 3 * (1 + p.delta + p.delta**2), 5 + p.delta + p.delta**2
    return iff(cooperate >= defect, p.delta >= (sqrt(5) - 1) / 2)


@proposition("punishment.short", "Where the grim trigger works, two periods suffice", given=dilemma, expect="refuted")
def short():
    return implies(grim(), two_periods())


@proposition("punishment.never", "Two periods can suffice where the grim trigger fails", expect="refuted")
def never():
    return exists(dilemma[0] & dilemma[1] & two_periods() & ~grim())


@proposition("alternation.weaker", "Alternating can be deterred where defecting for good is not")
def alternation():
    order = (p.T > p.R) & (p.R > p.P) & (p.P > p.S) & (2 * p.R > p.T + p.S)
    return exists(order & alternating() & ~grim())


@proposition("cartel.patience", "A Cournot cartel of n is stable exactly when δ ≥ (n + 1)²/(n² + 6n + 1)")
def cartel():
    collude, deviate, compete = 1 / (4 * p.n), ((p.n + 1) / (4 * p.n)) ** 2, 1 / (p.n + 1) ** 2
    stable = collude >= (1 - p.delta) * deviate + p.delta * compete
    return iff(stable, p.delta >= (p.n + 1) ** 2 / (p.n**2 + 6 * p.n + 1))


@proposition("cartel.size", "The larger the cartel, the more patience it takes")
def size():
    return increasing((p.n + 1) ** 2 / (p.n**2 + 6 * p.n + 1), p.n, strictly=True)


@proposition("tariffs.lowest", "The lowest tariff that enforces itself is δe below that of a tariff war")
def tariffs():
    cut = p.tariff - x
    lasting = p.delta * (p.e * cut - cut**2) / (1 - p.delta)
    return forall({x: interval(0, p.tariff)}, iff(cut**2 <= lasting, x >= p.tariff - p.delta * p.e))


def discounted(first, second, third):
    return first + p.delta * second + p.delta**2 * third


def preferred():
    return discounted(p.x1, p.x2, p.x3) >= discounted(p.y1, p.y2, p.y3)


early, late = p.x1 >= p.y1, p.x1 + p.x2 + p.x3 >= p.y1 + p.y2 + p.y3


@proposition(
    "streams.sooner",
    "Who has received at least as much at every date is better off",
    given=[early, p.x1 + p.x2 >= p.y1 + p.y2, late],
)
def sooner():
    return preferred()


@proposition("streams.ends", "Who has received at least as much at first and at last is", given=[early, late], expect="refuted")
def streams_ends():
    return preferred()
