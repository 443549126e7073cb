"""Reputation: a weak incumbent that fights a first entrant to deter a second (after Kreps and Wilson 1982, Journal of Economic
Theory 27, 253-279, with two entrants) [@kreps1982].

The incumbent is tough with probability q, and then always fights; a weak one chooses, and shares with a second entrant, as
nothing comes after. An entrant gets b if the incumbent shares, b - 1 if it fights; a weak incumbent a if nobody enters, 0 if
it shares, -1 if it fights.
"""

from sympy import Eq

from formal import game, iff, implies, parameters, perfect_bayesian, proposition

p = parameters("q in (0, 1): prior probability of toughness", "b in (0, 1): value of entry", "a > 1: value of a monopoly")


@game(players=("First entrant", "Incumbent", "Second entrant"))
def reputation(g):
    tough = g.chance("type", {"tough": p.q, "weak": 1 - p.q}) == "tough"
    sees, first, earlier = ["first"], 0, p.a
    if g.choose("First entrant", "first", ["enter", "stay out"], sees=[]) == "enter":
        fights = g.choose("Incumbent", "answer", ["fight"] if tough else ["fight", "share"]) == "fight"
        sees, first, earlier = ["first", "answer"], p.b - 1 if fights else p.b, -1 if fights else 0
    enters = g.choose("Second entrant", "second", ["enter", "stay out"], sees=sees) == "enter"
    second = (p.b - 1 if tough else p.b) if enters else 0
    later = (-1 if tough else 0) if enters else p.a
    return {"First entrant": first, "Incumbent": earlier + later, "Second entrant": second}


def after_entry(answer):
    return perfect_bayesian(reputation).find(first="enter", answer={"weak": answer})


@proposition("reputation.mixed", "With q < b² the first enters, and the weak incumbent fights now and then")
def mixed():
    return iff(after_entry(["fight", "share"]).where, p.q <= p.b**2)


@proposition("reputation.fights", "It fights just so often that the second entrant is indifferent")
def fights():
    found = after_entry(["fight", "share"])
    often = found.probability("answer", "fight", type="weak")
    return implies(found.where, Eq(often, p.q * (1 - p.b) / ((1 - p.q) * p.b), evaluate=False))


@proposition("reputation.enters", "After a fight the second enters with probability (a − 1)/a")
def enters():
    found = after_entry(["fight", "share"])
    return implies(found.where, Eq(found.probability("second", "enter", answer="fight"), (p.a - 1) / p.a, evaluate=False))
