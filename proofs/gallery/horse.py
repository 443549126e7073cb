"""Selten's horse: an equilibrium that no sequence of mistakes supports (Selten 1975, International Journal of Game Theory 4,
25-55, figure 1) [@selten1975]."""

from formal import game, proposition
from formal import perfect_bayesian as equilibria


@game(players=("One", "Two", "Three"))
def horse(g):
    down = g.choose("One", "first", ["down", "across"]) == "down"
    if not down and g.choose("Two", "second", ["down", "across"]) == "across":
        return {"One": 1, "Two": 1, "Three": 1}
    if g.choose("Three", "third", ["left", "right"], sees=[]) == "right":
        return {"One": 0, "Two": 0, "Three": 0} if down else {"One": 0, "Two": 0, "Three": 1}
    return {"One": 3, "Two": 2, "Three": 2} if down else {"One": 4, "Two": 4, "Three": 0}


@proposition("horse.across", "One and Two go across in some equilibrium, and in every one that is found")
def across():
    (only,) = equilibria(horse).equilibria
    return only.where & (only.payoff("Three") >= 1)
