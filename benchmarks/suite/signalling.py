"""Information and incentives: signals, beliefs, juries, cheap talk, screening and pay by results."""

from sympy import Eq, Rational, Symbol

from formal import exists, forall, iff, implies, increasing, interval, parameters, proposition

p = parameters(
    "low high > 0: productivities of two types",
    "e >= 0: education",
    "e1 e2 >= 0: two levels of education",
    "y1 y2 real: the wages that go with them",
    "q in (0, 1): prior",
    "r in (0, 1): the belief that makes the receiver indifferent",
    "a in (0, 1): accuracy of a signal",
    "g h in (0, 1): probability of the signal in the good and in the bad state",
    "z in [0, 1]: competence of each juror",
    "z1 z2 z3 in [1/2, 1]: competences of three jurors",
    "b > 0: the sender's bias",
    "n >= 1: intervals of a partition",
    "lam in (0, 1): share of the high type",
    "s1 s2 s3 s4 > 0: variances of reports",
    "k1 k2 k3 k4 real: their weights",
    "v1 v2 m1 m2 > 0: value of two tasks, and how easily effort in them is had",
    "risk > 0: aversion to risk",
    "pay real: pay by results",
    "w1 w2 w3 w4 > 0: prior weights of the types 1 to 4",
    "l1 l2 l3 l4 > 0: probability of the signal from each type",
)
x = Symbol("x", real=True)


@proposition("education.separating", "Education e separates exactly when θL(θH − θL) ≤ e ≤ θH(θH − θL)")
def separating():
    stay = p.low >= p.high - p.e / p.low
    acquire = p.high - p.e / p.high >= p.low
    gap = p.high - p.low
    return iff(stay & acquire, (p.low * gap <= p.e) & (p.e <= p.high * gap))


@proposition("education.crossing", "More education that pays for the low type pays for the high type", given=[p.low < p.high])
def crossing():
    def gain(productivity):
        return p.y2 - p.y1 - (p.e2**2 - p.e1**2) / productivity

    return implies((p.e1 < p.e2) & (gain(p.low) >= 0), gain(p.high) > 0)


def posterior(good, bad, prior=p.q):
    return prior * good / (prior * good + (1 - prior) * bad)


@proposition("beliefs.twice", "The same news twice convinces more than once", given=[2 * p.a > 1])
def twice():
    return posterior(p.a**2, (1 - p.a) ** 2) > posterior(p.a, 1 - p.a)


@proposition("beliefs.martingale", "The expected posterior is the prior")
def martingale():
    signal = p.q * p.g + (1 - p.q) * p.h
    return Eq(signal * posterior(p.g, p.h) + (1 - signal) * posterior(1 - p.g, 1 - p.h), p.q)


@proposition("jury.three", "Three jurors beat one exactly when one beats a coin and may err")
def three():
    return iff(p.z**2 * (3 - 2 * p.z) > p.z, (2 * p.z > 1) & (p.z < 1))


def of_five():
    return p.z**3 * (10 - 15 * p.z + 6 * p.z**2)


def of_seven():
    return p.z**4 * (35 - 84 * p.z + 70 * p.z**2 - 20 * p.z**3)


@proposition("jury.five", "Five jurors beat three when one beats a coin", given=[2 * p.z >= 1])
def five():
    return of_five() >= p.z**2 * (3 - 2 * p.z)


@proposition("jury.larger", "Seven jurors beat five when one beats a coin and may err", given=[2 * p.z > 1, p.z < 1])
def larger_jury():
    return of_seven() > of_five()


@proposition("jury.coin", "They do when one is right 49 times in 100", given=[100 * p.z >= 49], expect="refuted")
def coin():
    return of_seven() >= of_five()


@proposition("jury.seven", "The competence of a jury of seven grows with that of its members")
def seven():
    return increasing(of_seven(), p.z, strictly=True)


def majority():
    """The probability that at least two of three jurors are right."""
    return p.z1 * p.z2 + p.z1 * p.z3 + p.z2 * p.z3 - 2 * p.z1 * p.z2 * p.z3


@proposition("jury.average", "Three different jurors beat the average of them")
def average():
    return majority() >= (p.z1 + p.z2 + p.z3) / 3


@proposition("jury.expert", "Three jurors beat the best of them if the others are right nine times in ten", expect="refuted")
def expert():
    others = (p.z2 >= Rational(9, 10)) & (p.z3 >= Rational(9, 10))
    return implies(others, majority() >= p.z1)


@proposition("talk.finer", "Another interval helps the receiver exactly while it can be told: 2bn(n + 1) < 1")
def finer():
    def loss(intervals):
        return 1 / (12 * intervals**2) + p.b**2 * (intervals**2 - 1) / 3

    return iff(loss(p.n + 1) < loss(p.n), 2 * p.b * p.n * (p.n + 1) < 1)


@proposition(
    "reports.precision",
    "No weights on four reports do better than their precisions",
    given=[Eq(p.k1 + p.k2 + p.k3 + p.k4, 1)],
)
def precision():
    weights, variances = (p.k1, p.k2, p.k3, p.k4), (p.s1, p.s2, p.s3, p.s4)
    error = sum(k**2 * s for k, s in zip(weights, variances, strict=True))
    return error >= 1 / sum(1 / s for s in variances)


def keeps_indifferent():
    """Some probability of bluffing leaves the receiver at r."""
    bluff = p.q * (1 - p.r) / (p.r * (1 - p.q))
    return exists(Eq(posterior(1, x), p.r), at={x: (bluff, interval(0, 1))})


@proposition("bluff.mixing", "A sender who is probably weak bluffs just often enough", given=[p.q <= p.r])
def mixing():
    return keeps_indifferent()


@proposition("bluff.always", "Every sender does", expect="refuted")
def always():
    return keeps_indifferent()


@proposition("screening.low", "The low type gets the quality of its virtual valuation")
def screening():
    def profit(quality):
        return (1 - p.lam) * (p.low * quality - quality**2 / 2) - p.lam * (p.high - p.low) * quality

    return forall({x: interval(0, p.low)}, profit(x) <= profit(p.low - p.lam * (p.high - p.low) / (1 - p.lam)))


@proposition("pay.tasks", "One rate of pay for two tasks earns at most (v₁m₁ + v₂m₂)²/2(m₁ + m₂ + rσ²)")
def tasks():
    worth, response = p.v1 * p.m1 + p.v2 * p.m2, p.m1 + p.m2
    surplus = worth * p.pay - response * p.pay**2 / 2 - p.risk * p.s1 * p.pay**2 / 2
    return surplus <= worth**2 / (2 * (response + p.risk * p.s1))


def good_news():
    """The signal raises the expected type."""
    weights, signal = (p.w1, p.w2, p.w3, p.w4), (p.l1, p.l2, p.l3, p.l4)

    def mean(of):
        return sum(i * w for i, w in enumerate(of, start=1)) / sum(of)

    return mean([w * likely for w, likely in zip(weights, signal, strict=True)]) >= mean(weights)


@proposition(
    "news.ordered", "A signal that higher types send more is good news", given=[p.l1 <= p.l2, p.l2 <= p.l3, p.l3 <= p.l4]
)
def ordered():
    return good_news()


@proposition(
    "news.ends",
    "It is when only the middle types may be out of order",
    given=[p.l1 <= p.l2, p.l1 <= p.l3, p.l2 <= p.l4, p.l3 <= p.l4],
    expect="refuted",
)
def news_ends():
    return good_news()
