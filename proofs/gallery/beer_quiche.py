"""Beer or quiche: what breakfast tells a bully (Cho and Kreps 1987, Quarterly Journal of Economics 102, section II) [@cho1987].

The Sender is strong with probability q, or weak; the strong prefer beer, the weak quiche, by b. The Receiver, who sees the
breakfast alone, duels or retreats; the Sender gains d when it retreats, the Receiver 1 when it duels with the weak or retreats
from the strong.
"""

from sympy import Ne

from formal import game, iff, parameters, perfect_bayesian, proposition

p = parameters("q in (0, 1): the prior", "b > 0: taste for the right breakfast", "d > 0: value of being left alone")


@game(players=("Sender", "Receiver"))
def beer_quiche(g):
    strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
    breakfast = g.choose("Sender", "breakfast", ["beer", "quiche"])
    retreats = g.choose("Receiver", "reply", ["duel", "retreat"], sees=["breakfast"]) == "retreat"
    return {
        "Sender": (p.b if strong == (breakfast == "beer") else 0) + (p.d if retreats else 0),
        "Receiver": 1 if strong == retreats else 0,
    }


def both(breakfast):
    return perfect_bayesian(beer_quiche).find(breakfast={"strong": breakfast, "weak": breakfast})


@proposition("beer.pooling", "Both drink beer exactly when a duel is the worse thing and the prior is high")
def beer():
    return iff(both("beer").where, (p.b <= p.d) & (p.q >= 1 - p.q))


@proposition("quiche.pooling", "Both eat quiche under the same conditions")
def quiche():
    return iff(both("quiche").where, both("beer").where)


@proposition("beer.intuitive", "Beer passes the Intuitive Criterion, and D1, wherever it is an equilibrium")
def beer_passes():
    return iff(both("beer").intuitive(), both("beer").where) & iff(both("beer").divine(), both("beer").where)


@proposition("quiche.intuitive", "Quiche never passes the Intuitive Criterion")
def quiche_fails():
    return ~both("quiche").intuitive()


@proposition("beer.separating", "The types part exactly when the right breakfast is worth a duel")
def parting():
    return iff(perfect_bayesian(beer_quiche).find(breakfast={"strong": "beer", "weak": "quiche"}).where, p.d <= p.b)


@proposition(
    "beer.coverage", "For all but exceptional parameters there is an equilibrium", given=[Ne(2 * p.q, 1), Ne(p.b, p.d)]
)
def always():
    return perfect_bayesian(beer_quiche).coverage()
