"""Private resolve: who may invite whom, when only the leader knows whether a refusal will be punished.

A leader is resolute with probability q and punishes a refusal by α, or is indifferent and does not. It invites or not;
Parliament, which sees the invitation alone, accepts or rejects a contribution whose net entrapment cost is φ. An assessment
(r, s, y, μ) says how likely the resolute and the indifferent type invite, how likely Parliament accepts, and what it then
believes the probability of resolve to be. It is a perfect Bayesian equilibrium when nobody gains by another choice and μ
follows from Bayes's rule wherever somebody invites (Fudenberg and Tirole 1991). The conditions are written out here; nothing
is derived.
"""

from sympy import And, Eq, Ge, Gt, Le, Lt

from formal import iff, implies, parameters, proposition

p = parameters(
    "q in (0, 1): prior probability of the resolute type",
    "alpha > 0: what a resolute leader does to a parliament that refuses",
    "phi > 0: net entrapment cost of the contribution",
    "lambda_R > 0: the resolute leader's benefit",
    "lambda_I > 0: the indifferent leader's benefit",
    "iota >= 0: cost of issuing an invitation",
    "rho > 0: cost of seeing one declined",
)


def best(probability, gain):
    """A choice is taken for sure only if it gains nothing less, avoided only if nothing more, and mixed only if neither."""
    if probability == 1:
        return Ge(gain, 0)
    return Le(gain, 0) if probability == 0 else Eq(gain, 0, evaluate=False)


def assessment(r, s, y, belief):
    """That these strategies and this belief are a perfect Bayesian equilibrium."""
    gains = [y * benefit - (1 - y) * p.rho - p.iota for benefit in (p.lambda_R, p.lambda_I)]
    inviting = p.q * r + (1 - p.q) * s
    bayes = Eq(belief * inviting, p.q * r, evaluate=False)
    return And(best(r, gains[0]), best(s, gains[1]), best(y, belief * p.alpha - p.phi), bayes)


def pooling():
    return assessment(1, 1, 1, p.q)


def separating():
    return assessment(1, 0, 1, 1)


def semi_separating():
    invites = p.q * (p.alpha - p.phi) / (p.phi * (1 - p.q))
    accepts = (p.iota + p.rho) / (p.lambda_I + p.rho)
    probabilities = And(Gt(invites, 0), Lt(invites, 1), Gt(accepts, 0), Lt(accepts, 1))
    return And(probabilities, assessment(1, invites, accepts, p.phi / p.alpha))


@proposition("C13.pooling", "Both types invite and parliament accepts exactly when qα ≥ φ and inviting pays both")
def pools():
    return iff(pooling(), (p.q * p.alpha >= p.phi) & (p.lambda_I >= p.iota) & (p.lambda_R >= p.iota))


@proposition(
    "C13.separating", "The resolute type alone invites and is heard exactly when λ_R ≥ ι ≥ λ_I and α ≥ φ, all of them weak"
)
def separates():
    return iff(separating(), (p.lambda_R >= p.iota) & (p.iota >= p.lambda_I) & (p.alpha >= p.phi))


def otherwise():
    return (p.alpha > p.phi) & (p.phi > p.q * p.alpha) & (p.lambda_I > p.iota)


@proposition("C13.otherwise", "With α > φ > qα and λ_I > ι the indifferent type bluffs now and then", expect="refuted")
def bluffs():
    """False where the resolute type values the contribution less than the other, and would rather not invite."""
    return implies(otherwise(), semi_separating())


@proposition("C13.repair", "It does exactly when the resolute type values the contribution at least as much")
def bluffs_if():
    return implies(otherwise(), iff(semi_separating(), p.lambda_R >= p.lambda_I))


@proposition("C13.exclusive", "Where the indifferent type bluffs now and then, neither of the other equilibria exists")
def exclusive():
    return implies(semi_separating(), ~pooling() & ~separating())
