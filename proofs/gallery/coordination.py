"""Battle of the sexes, chicken and the prisoner's dilemma, in symbols, with all their equilibria.

Source: Luce and Raiffa (1957) [@luce1957], Games and Decisions, chapter 5; Maynard Smith and Price (1973), "The logic of
animal conflict", Nature 246, for hawk and dove: with v < c hawk is played with probability v/c in the mixed equilibrium.
"""

from sympy import Eq

from formal import iff, implies, matrix_game, nash, parameters, proposition

p = parameters(
    "a b > 0: what each side gets at its own favourite",
    "v > 0: what is fought over",
    "c > 0: what losing a fight costs",
    "t r d s real: temptation, reward, punishment and sucker's payoff",
)

sexes = matrix_game(
    "sexes",
    rows=["ballet", "boxing"],
    columns=["ballet", "boxing"],
    payoffs=[[(p.a, 1), (0, 0)], [(0, 0), (1, p.b)]],
    assume={"the row player prefers ballet": p.a > 1, "the column player prefers boxing": p.b > 1},
)
chicken = matrix_game(
    "chicken",
    rows=["hawk", "dove"],
    columns=["hawk", "dove"],
    payoffs=[[((p.v - p.c) / 2, (p.v - p.c) / 2), (p.v, 0)], [(0, p.v), (p.v / 2, p.v / 2)]],
)
dilemma = matrix_game(
    "dilemma",
    rows=["cooperate", "defect"],
    columns=["cooperate", "defect"],
    payoffs=[[(p.r, p.r), (p.s, p.t)], [(p.t, p.s), (p.d, p.d)]],
    assume={"t > r": p.t > p.r, "r > d": p.r > p.d, "d > s": p.d > p.s},
)


@proposition("BoS.mixed", "In the mixed equilibrium each makes the other indifferent: ballet with b/(1 + b) and 1/(1 + a)")
def mixed():
    (equilibrium,) = nash(sexes).mixed()
    rows, columns = equilibrium.probability("Row", "ballet"), equilibrium.probability("Column", "ballet")
    return Eq(rows, p.b / (1 + p.b)) & Eq(columns, 1 / (1 + p.a))


@proposition("BoS.worse", "Both prefer either pure equilibrium to the mixed one")
def worse():
    (equilibrium,) = nash(sexes).mixed()
    pure = [nash(sexes).pure(k, k) for k in ("ballet", "boxing")]
    claims = [e.payoff(q) > equilibrium.payoff(q) for e in pure for q in ("Row", "Column")]
    return claims[0] & claims[1] & claims[2] & claims[3]


@proposition("HD.pure", "Two hawks meet in equilibrium exactly when the prize is worth the fight")
def hawks():
    return iff(nash(chicken).pure("hawk", "hawk").where, p.v >= p.c)


@proposition("HD.mixed", "Otherwise hawk may be played with probability v/c")
def mixed_hawks():
    equilibrium = nash(chicken).supported(("hawk", "dove"), ("hawk", "dove"))
    return iff(equilibrium.where, p.v < p.c) & implies(p.v < p.c, Eq(equilibrium.probability("Row", "hawk"), p.v / p.c))


@proposition("PD.defect", "Both defect, and both would be better off if neither did")
def tragedy():
    (equilibrium,) = nash(dilemma)
    return Eq(equilibrium.probability("Row", "defect"), 1) & (equilibrium.payoff("Row") < p.r)
