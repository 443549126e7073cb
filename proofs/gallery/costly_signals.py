"""Tying hands and sinking costs (after Fearon 1997, Journal of Conflict Resolution 41, 68-90, with two types and one signal)
[@fearon1997].

A Defender that is resolved with probability q, and then gains r by a war, or not, and then loses d by it, may signal before a
Challenger decides. Being left alone is worth v > r to the resolved and u to the other; a Challenger gains b where the Defender
backs down, loses c in a war. Tying hands costs a, and only a Defender that backs down; sinking costs costs k whatever follows.
"""

from formal import game, iff, implies, parameters, perfect_bayesian, proposition

p = parameters(
    "q in (0, 1): prior probability of resolve",
    "v > 0: value of being left alone to the resolved",
    "u > 0: and to the other",
    "r > 0: the resolved Defender's value of war",
    "d > 0: the other's loss in it",
    "b > 0: value of what the Defender gives up",
    "c > 0: the Challenger's loss in a war",
    "a > 0: audience cost of backing down",
    "k > 0: cost that is sunk",
)
peace = {"peace is better": p.v > p.r}
PLAYERS = ("Defender", "Challenger")


@game(players=PLAYERS, assume=peace)
def tying_hands(g):
    resolved = g.chance("type", {"resolved": p.q, "unresolved": 1 - p.q}) == "resolved"
    tied = g.choose("Defender", "signal", ["tie hands", "nothing"]) == "tie hands"
    if g.choose("Challenger", "challenge", ["challenge", "leave"], sees=["signal"]) == "leave":
        return {"Defender": p.v if resolved else p.u, "Challenger": 0}
    if resolved:
        return {"Defender": p.r, "Challenger": -p.c}
    if tied and g.choose("Defender", "answer", ["fight", "back down"]) == "fight":
        return {"Defender": -p.d, "Challenger": -p.c}
    return {"Defender": -p.a if tied else 0, "Challenger": p.b}


@game(players=PLAYERS, assume=peace)
def sinking_costs(g):
    resolved = g.chance("type", {"resolved": p.q, "unresolved": 1 - p.q}) == "resolved"
    cost = p.k if g.choose("Defender", "signal", ["sink costs", "nothing"]) == "sink costs" else 0
    if g.choose("Challenger", "challenge", ["challenge", "leave"], sees=["signal"]) == "leave":
        return {"Defender": (p.v if resolved else p.u) - cost, "Challenger": 0}
    return {"Defender": (p.r if resolved else 0) - cost, "Challenger": -p.c if resolved else p.b}


def sunk():
    """The resolved Defender sinks costs, the other does not."""
    return perfect_bayesian(sinking_costs).find(signal={"resolved": "sink costs", "unresolved": "nothing"})


def tied():
    """Both types tie their hands."""
    return perfect_bayesian(tying_hands).find(signal={"resolved": "tie hands", "unresolved": "tie hands"})


@proposition("costly.sunk", "Sunk costs part the types exactly when u ≤ k ≤ v − r")
def parted():
    return iff(sunk().where, (p.u <= p.k) & (p.k <= p.v - p.r))


@proposition("costly.tied", "With audience costs above its loss in war even the unresolved ties its hands, and is left alone")
def deterred():
    return implies(p.a >= p.d, tied().where)


@proposition("costly.better", "The Defender then does better by tied hands than by costs that are sunk")
def better():
    return implies((p.a >= p.d) & sunk().where, tied().payoff("Defender") > sunk().payoff("Defender"))
