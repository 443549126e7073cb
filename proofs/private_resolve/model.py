"""Private resolve: who is invited, and what parliament makes of it, when only the leader knows whether it would punish.

A leader is resolute with probability q and punishes a refusal by α, or is indifferent and does not. It invites or stays silent;
Parliament, which sees the invitation alone, accepts or rejects a contribution whose net entrapment cost is φ. Its *perceived*
abandonment cost is the posterior probability of resolve times the punishment.
"""

from formal import game, parameters, perfect_bayesian

p = parameters(
    "q in (0, 1): prior probability of the resolute type",
    "alpha > 0: what a resolute leader does to a parliament that refuses",
    "phi > 0: net entrapment cost of the contribution",
    "lambda_R > 0: the resolute leader's benefit",
    "lambda_I > 0: the indifferent leader's benefit",
    "iota >= 0: cost of issuing an invitation",
    "rho > 0: cost of seeing one declined",
)


@game(players=("Leader", "Parliament"))
def private_resolve(g):
    resolute = g.chance("resolve", {"resolute": p.q, "indifferent": 1 - p.q}) == "resolute"
    if g.choose("Leader", "invite", ["invite", "stay silent"]) == "stay silent":
        return {"Leader": 0, "Parliament": 0}
    benefit, punishment = (p.lambda_R, p.alpha) if resolute else (p.lambda_I, 0)
    if g.choose("Parliament", "vote", ["accept", "reject"], sees=["invite"]) == "accept":
        return {"Leader": benefit - p.iota, "Parliament": -p.phi}
    return {"Leader": -p.rho - p.iota, "Parliament": -punishment}


def resolve_and(resolute, indifferent, **vote):
    """The equilibria in which the two types invite so, and Parliament votes so."""
    return perfect_bayesian(private_resolve).find(invite={"resolute": resolute, "indifferent": indifferent}, **vote)


def pooling():
    return resolve_and("invite", "invite", vote="accept")


def separating():
    return resolve_and("invite", "stay silent", vote="accept")


def bluffing():
    """The indifferent type invites now and then, and Parliament accepts now and then."""
    return resolve_and("invite", ["invite", "stay silent"], vote=["accept", "reject"])


def perceived_abandonment_cost(equilibrium):
    """What Parliament expects a refusal to cost: the posterior times the punishment."""
    return equilibrium.belief("vote", "resolute") * p.alpha
