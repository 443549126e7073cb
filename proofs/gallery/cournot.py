"""Cournot's oligopoly: firms choose their outputs at once.

Source: Cournot (1838) [@cournot1838], Recherches sur les principes mathématiques de la théorie des richesses, chapter VII;
Tirole (1988), The Theory of Industrial Organization, section 5.4. With price a - bQ and n firms that all produce, firm i's
output is (a - (n + 1)c_i + Σc_j) / ((n + 1)b).
"""

from sympy import Eq

from formal import Game, game, implies, interval, nash, parameters, proposition

p = parameters("a > 0: the highest price", "b > 0: how fast the price falls with output", "c1 c2 c3 c4 >= 0: unit costs")
COSTS = (p.c1, p.c2, p.c3, p.c4)


def oligopoly(n: int, name: str) -> Game:
    """n firms, each with a cost low enough to produce against the others."""
    firms, costs = tuple(f"Firm {i + 1}" for i in range(n)), COSTS[:n]

    @game(
        players=firms,
        assume={f"{firm} produces": (n + 1) * c < p.a + sum(costs) for firm, c in zip(firms, costs, strict=True)},
    )
    def declared(g):
        outputs = [g.choose(firm, f"q{i + 1}", interval(0, p.a / p.b), sees=[]) for i, firm in enumerate(firms)]
        price = p.a - p.b * sum(outputs)
        return {firm: (price - c) * q for firm, c, q in zip(firms, costs, outputs, strict=True)}

    return declared.named(name)


duopoly, triopoly, tetrapoly = oligopoly(2, "duopoly"), oligopoly(3, "triopoly"), oligopoly(4, "tetrapoly")


@game(players=("Firm 1", "Firm 2"), assume={"Firm 1 could be a monopolist": p.c1 < p.a, "so could Firm 2": p.c2 < p.a})
def asymmetric(g):
    """Two firms of any costs: one of them may be driven out."""
    q1 = g.choose("Firm 1", "q1", interval(0, p.a / p.b))
    q2 = g.choose("Firm 2", "q2", interval(0, p.a / p.b), sees=[])
    price = p.a - p.b * (q1 + q2)
    return {"Firm 1": (price - p.c1) * q1, "Firm 2": (price - p.c2) * q2}


def outputs_are(declared: Game):
    """Firm i's output in every equilibrium is the formula of the source."""
    n = len(declared.players)
    total = sum(COSTS[:n])
    claims = True
    for equilibrium in nash(declared):
        for firm, cost in zip(declared.players, COSTS, strict=False):
            formula = (p.a - (n + 1) * cost + total) / ((n + 1) * p.b)
            claims &= implies(equilibrium.where, Eq(equilibrium.strategy(firm), formula))
    return claims


@proposition("Cournot.2", "Two firms produce (a - 3c_i + Σc_j)/(3b)")
def two():
    return outputs_are(duopoly)


@proposition("Cournot.3", "Three firms produce (a - 4c_i + Σc_j)/(4b)")
def three():
    return outputs_are(triopoly)


@proposition("Cournot.4", "Four firms produce (a - 5c_i + Σc_j)/(5b)")
def four():
    return outputs_are(tetrapoly)
