"""Variants of the invitation game: content tabled exactly or *up to* the request, linear or quadratic costs."""

from formal import Game, game, interval
from proofs.parameters import p


def variant(*, up_to: bool, quadratic_signal: bool, quadratic_entrapment: bool) -> Game:
    """The game with these features; the reference model tables exactly, with a linear signal and quadratic entrapment."""

    @game(
        players=("Government", "Leader", "Parliament"),
        ties={"invite": "invite", "table": "table", "vote": "accept"} | ({"m": "highest"} if up_to else {}),
        thresholds={"x": "x_u", "m": "xbar"},
    )
    def declared(g):
        s = g.choose("Government", "s", interval(0, 1))
        cost = p.kappa * s**2 / 2 if quadratic_signal else p.kappa * s
        invited = g.choose("Leader", "invite", ["invite", "stay silent"]) == "invite"
        m = g.choose("Leader", "m", interval(0, s)) if invited else 0
        declined = {
            "Government": -cost,
            "Leader": -p.rho if invited else 0,
            "Parliament": -(p.alphab + (p.alpha0 + p.alpha1 * m if invited else 0)),
        }
        if g.choose("Government", "table", ["table", "withdraw"]) == "withdraw":
            return declined
        if invited:
            x = g.choose("Government", "y", interval(0, m)) if up_to else m
        else:
            x = g.choose("Government", "x", interval(0, 1))
        if g.choose("Parliament", "vote", ["accept", "reject"]) == "reject":
            return declined
        entrapment = p.phi * x**2 / 2 if quadratic_entrapment else p.phi * x
        return {
            "Government": p.sigma * x - p.chi * x**2 / 2 - cost,
            "Leader": p.lambda_ * x,
            "Parliament": p.beta * x - entrapment,
        }

    words = ("up to" if up_to else "exactly", "quadratic" if quadratic_signal else "linear")
    return declared.named(f"{words[0]}, {words[1]} signal, {'quadratic' if quadratic_entrapment else 'linear'} entrapment")
