"""Private intent: what a signal tells the leader of a coalition, when only the government knows how committed it is.

The government is committed (probability q) or hesitant, and signals s at a cost κ_H s or κ_L s, κ_L > κ_H. The leader, seeing s
alone, invites forcefully (content 1) or modestly (content w < 1). A forceful invitation is worth v₁ to either type, a modest
one v_w. The leader gets λ from a forceful one that is carried through, as a committed government does, -ρ from one that is
not, as a hesitant one does, and λw from a modest one, which either carries through.
"""

from formal import game, interval, parameters, signalling

p = parameters(
    "q in (0, 1): prior probability of commitment",
    "kappa_H > 0: a committed government's cost of signalling",
    "kappa_L > 0: a hesitant government's",
    "v_1 > 0: value of a forceful invitation",
    "v_w >= 0: value of a modest one",
    "lambda_ > 0: the leader's benefit per unit of contribution",
    "rho > 0: the leader's cost of a contribution that is not carried through",
    "w in (0, 1): content of a modest invitation",
)


@game(players=("Government", "Leader"), assume={"costlier": p.kappa_L > p.kappa_H, "better": p.v_1 > p.v_w})
def private_intent(g):
    committed = g.chance("intent", {"committed": p.q, "hesitant": 1 - p.q}) == "committed"
    s = g.choose("Government", "s", interval(0, 1))
    cost = (p.kappa_H if committed else p.kappa_L) * s
    if g.choose("Leader", "invitation", ["forceful", "modest"], sees=["s"]) == "modest":
        return {"Government": p.v_w - cost, "Leader": p.lambda_ * p.w}
    return {"Government": p.v_1 - cost, "Leader": p.lambda_ if committed else -p.rho}


def separating():
    return signalling(private_intent).find("committed", "hesitant")


def pooling(invitation):
    return signalling(private_intent).find(["committed", "hesitant"], replies=[invitation])
