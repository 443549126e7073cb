"""Alliances: abandonment and entrapment, extended deterrence, and who bears the burden."""

from sympy import Max, Piecewise, Symbol, sqrt

from formal import decreasing, forall, iff, interval, parameters, proposition

p = parameters(
    "alpha >= 0: cost of abandoning the ally",
    "beta >= 0: benefit of a unit of support",
    "phi > 0: fear of entrapment",
    "t in [0, 1]: support that entails no risk",
    "w in (0, 1): probability that the challenger beats the protégé alone",
    "u in (0, 1): probability that it beats both",
    "r in [0, 1]: probability of abandonment",
    "V c > 0: what the challenger wants, and its cost of war",
    "help stake fight > 0: what the patron adds to the chance of victory, its stake, and its cost of war",
    "v1 v2 v3 v4 > 0: what each ally gets from a unit of the common effort",
    "k1 k2 k3 k4 > 0: how easily each ally makes an effort",
    "r1 r2 r3 > 0: resources of three states",
)
x = Symbol("x", real=True)


def threshold():
    """The most support that is better than abandonment."""
    return (p.beta + sqrt(p.beta**2 + 2 * p.phi * p.alpha)) / p.phi


@proposition("ally.acceptance", "Support is better than abandonment exactly up to [β + √(β² + 2φα)]/φ")
def acceptance():
    return forall({x: interval(0, 1)}, iff(p.beta * x - p.phi * x**2 / 2 >= -p.alpha, x <= threshold()))


@proposition("ally.entrapment", "The greater the fear of entrapment, the less support is accepted")
def entrapment():
    return decreasing(threshold(), p.phi)


@proposition("ally.always", "It is strictly less", expect="refuted")
def always():
    return decreasing(threshold(), p.phi, strictly=True)


@proposition("ally.cubic", "With a cubic risk of entrapment, support √(β/φ) is best")
def cubic():
    return forall({x: interval(0, 1)}, p.beta * x - p.phi * x**3 / 3 <= 2 * p.beta * sqrt(p.beta / p.phi) / 3)


@proposition("ally.kink", "Where only support above t entails a risk, t + β/2φ is best")
def kink():
    risk = Piecewise((0, x <= p.t), (p.phi * (x - p.t) ** 2, True))
    return forall({x: interval(0, 1)}, p.beta * x - risk <= p.beta * p.t + p.beta**2 / (4 * p.phi))


@proposition("deterrence.extended", "A patron who may abandon deters exactly when r < (c/V − u)/(w − u)", given=[p.u < p.w])
def extended():
    return iff((p.r * p.w + (1 - p.r) * p.u) * p.V < p.c, p.r < (p.c / p.V - p.u) / (p.w - p.u))


@proposition(
    "deterrence.honour",
    "Where the challenger attacks one alone, a patron deters exactly when it honours and tips the balance",
    given=[p.w * p.V > p.c],
)
def honour():
    honours = p.help * p.stake - p.fight >= -p.alpha
    attack = Piecewise(((p.w - p.help) * p.V - p.c, honours), (p.w * p.V - p.c, True))
    return iff(attack < 0, (p.alpha >= p.fight - p.help * p.stake) & (p.help > p.w - p.c / p.V))


def adds_nothing():
    """The second ally, to what the first provides alone."""
    alone = p.v1**2 / 4
    return forall({x: interval(0, p.v1**2)}, p.v2 * sqrt(alone + x) - x <= p.v2 * sqrt(alone))


@proposition("burden.exploitation", "The small ally adds nothing to what the great one provides", given=[p.v2 <= p.v1])
def exploitation():
    return adds_nothing()


@proposition("burden.nearly", "Nor does an ally whose stake is 1 % greater", given=[100 * p.v2 <= 101 * p.v1], expect="refuted")
def nearly():
    return adds_nothing()


def welfare(values, ease, efforts):
    return sum(values) * sum(efforts) - sum(e**2 / (2 * k) for e, k in zip(efforts, ease, strict=True))


@proposition("burden.joint", "Four allies who decide together are better off in sum")
def joint():
    values, ease = (p.v1, p.v2, p.v3, p.v4), (p.k1, p.k2, p.k3, p.k4)
    separate = [v * k for v, k in zip(values, ease, strict=True)]
    return welfare(values, ease, [sum(values) * k for k in ease]) > welfare(values, ease, separate)


@proposition("burden.each", "Each of three allies who decide together is better off", expect="refuted")
def each():
    values, ease = (p.v1, p.v2, p.v3), (p.k1, p.k2, p.k3)
    together = [sum(values) * k for k in ease]
    separate = [v * k for v, k in zip(values, ease, strict=True)]

    def payoff(efforts):
        return p.v1 * sum(efforts) - efforts[0] ** 2 / (2 * p.k1)

    return payoff(together) >= payoff(separate)


@proposition("balance.three", "Any two states can balance the third exactly when none has half of all resources")
def balance():
    two = (p.r1 < p.r2 + p.r3) & (p.r2 < p.r1 + p.r3) & (p.r3 < p.r1 + p.r2)
    return iff(two, Max(p.r1, p.r2, p.r3) < (p.r1 + p.r2 + p.r3) / 2)
