"""Infinitely repeated games: strategies as automata, their values, and when no one-shot deviation pays.

Definitions
-----------
An automaton has states, each with a profile of actions, and a successor for each state and each profile that is played. With
a discount factor δ and stage payoffs u, the normalised value of a state is v(s) = (1 - δ) u(profile of s) + δ v(successor). By
the one-shot deviation principle the automaton is a subgame perfect equilibrium exactly when, in each state s, no player i
gains by one other action: v_i(s) ≥ (1 - δ) u_i(deviation) + δ v_i(successor after it).

References: Friedman (1971), "A non-cooperative equilibrium for supergames", Review of Economic Studies 38, for grim trigger;
Abreu (1988), "On the theory of infinitely repeated games with discounting", Econometrica 56; Mailath and Samuelson (2006),
Repeated Games and Reputations, section 2.2 for the one-shot deviation principle, 2.3 for automata.
"""

from __future__ import annotations

import sympy as sp

from formal.derive.automaton import Automaton, deviations
from formal.derive.literals import conjunction, literal
from formal.derive.normal_form import minimal, solve_linear
from formal.derive.polynomial import Quotient, Ring
from formal.derive.space import over_parameters
from formal.ladder import Context
from formal.model.parameters import Parameter
from formal.model.static import Finite


def values_and_conditions(
    form: Finite, automaton: Automaton, discount: Parameter
) -> tuple[dict[str, tuple[sp.Expr, ...]], tuple[sp.Basic, ...] | None]:
    """The value of each state to each player, and the conditions for an equilibrium; None where they cannot hold."""
    game = form.game
    ring = Ring(sorted({*game.parameters, discount}, key=lambda q: q.name))
    delta, one = ring.quotient(discount), Quotient(ring, ring.constant(1), ring.constant(1))
    stage = {profile: tuple(map(ring.quotient, payoffs)) for profile, payoffs in form.payoffs.items()}
    states = list(automaton.profiles)
    table = [
        _values(ring, automaton, delta, [stage[automaton.profiles[s]][i] for s in states]) for i in range(len(game.players))
    ]
    where = []
    for d in deviations(form, automaton):
        later = table[d.player][states.index(automaton.successor(d.state, d.played))]
        gap = table[d.player][states.index(d.state)] - (one - delta) * stage[d.played][d.player] - delta * later
        where.append(literal(ring, gap.oriented(), strict=False))
    values = {s: tuple(table[i][k].sympy() for i in range(len(game.players))) for k, s in enumerate(states)}
    space = over_parameters(ring, [q for q in ring.symbols if isinstance(q, Parameter)], game.assume.values(), (), Context())
    kept = conjunction(where)
    if kept is None or not space.possible(kept):
        return values, None
    return values, tuple(item.sympy() for item in minimal(space, kept))


def _values(ring: Ring, automaton: Automaton, delta: Quotient, paid: list[Quotient]) -> list[Quotient]:
    """v(s) - δ v(next of s) = (1 - δ) u(s), solved for one player."""
    one, zero = (Quotient(ring, ring.constant(k), ring.constant(1)) for k in (1, 0))
    states = list(automaton.profiles)
    rows = []
    for s, u in zip(states, paid, strict=True):
        row = [one if t == s else zero for t in states]
        place = states.index(automaton.next[s])
        row[place] = row[place] - delta
        rows.append([*row, (one - delta) * u])
    solved = solve_linear(rows)
    assert solved is not None  # the matrix is 1 - δ times a stochastic one
    return solved
