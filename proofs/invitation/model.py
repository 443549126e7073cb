"""The invitation game with complete information.

A government signals commitment s; a coalition leader invites it with a request m up to s, or stays silent; the
government tables exactly the request (uninvited: any contribution x) or withdraws; a parliament accepts or rejects.
Declining an invitation costs parliament more than never having been asked. The argument is that of Pedersen and
Reykers (2023) [@pedersen2023]; the formalisation is this project's own.
"""

from formal import game, interval, solve
from proofs.parameters import p


@game(
    players=("Government", "Leader", "Parliament"),
    ties={"invite": "invite", "table": "table", "vote": "accept"},
    thresholds={"x": "x_u", "m": "xbar"},
    cells={
        "no signal": {"invite": "stay silent"},
        "interior signal": {"s": (p.sigma - p.kappa) / p.chi},
        "a signal up to what parliament accepts": {"s": "xbar"},
        "full signal": {"s": 1},
        "nothing asked, nothing given": {"m": 0},
    },
)
def invitation(g):
    s = g.choose("Government", "s", interval(0, 1))
    invited = g.choose("Leader", "invite", ["invite", "stay silent"]) == "invite"
    if invited:
        m = g.choose("Leader", "m", interval(0, s))
        declined = {
            "Government": -p.kappa * s,
            "Leader": -p.rho,
            "Parliament": -(p.alphab + p.alpha0 + p.alpha1 * m),
        }
    else:
        declined = {"Government": -p.kappa * s, "Leader": 0, "Parliament": -p.alphab}
    if g.choose("Government", "table", ["table", "withdraw"]) == "withdraw":
        return declined
    x = m if invited else g.choose("Government", "x", interval(0, 1))
    if g.choose("Parliament", "vote", ["accept", "reject"]) == "reject":
        return declined
    return {
        "Government": p.sigma * x - p.chi * x**2 / 2 - p.kappa * s,
        "Leader": p.lambda_ * x,
        "Parliament": p.beta * x - p.phi * x**2 / 2,
    }


equilibrium = solve(invitation)
