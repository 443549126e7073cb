"""Nash equilibria of finite games in strategic form, with symbolic payoffs, each with the parameters at which it is one.

Definitions
-----------
A profile of mixed strategies is a Nash equilibrium when no action pays a player more, against the others' strategies, than
the player's own strategy does. A support is the set of actions that a mixed strategy plays.

Method
------
1. Pure: for each profile of actions the conditions are the definition.
2. Mixed, two players: for each pair of supports of one size k ≥ 2, the probabilities that make the other player indifferent
   over its support solve a linear system; they must be positive, and no action outside a support may pay more.
Supports of different sizes, and systems without a unique solution, give equilibria in degenerate games only: those where
some mixed strategy has more best responses than actions in its support (von Stengel 2007, in Nisan et al., Algorithmic
Game Theory, Proposition 3.3 and Algorithm 3.4).

Everything found here is a conjecture; `formal.nash_obligations` states what has to be proved of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp

from formal.derive.literals import Literal, conjunction, literal
from formal.derive.partition import Profile
from formal.derive.polynomial import Quotient, Ring
from formal.derive.space import Space, over_parameters
from formal.ladder import Context
from formal.model.static import Finite

Mixture = Mapping[str, sp.Expr]


@dataclass
class Strategic:
    """A finite game over a ring, with the space of its parameters."""

    form: Finite
    ring: Ring
    space: Space
    table: Mapping[tuple[str, ...], tuple[Quotient, ...]]

    def gap(self, player: int, profile: tuple[str, ...], action: str) -> Quotient:
        """What the player loses by the action."""
        other = (*profile[:player], action, *profile[player + 1 :])
        return self.table[profile][player] - self.table[other][player]


def strategic(form: Finite) -> Strategic:
    """Prepare a finite game. Raises DerivationError for payoffs that are not rational."""
    game = form.game
    ring = Ring(game.parameters)
    table = {profile: tuple(map(ring.quotient, payoffs)) for profile, payoffs in form.payoffs.items()}
    space = over_parameters(ring, game.parameters, game.assume.values(), (), Context())
    return Strategic(form, ring, space, table)


def equilibria(form: Finite) -> Iterator[Profile]:
    """Pure equilibria, then mixed ones where there are two players."""
    work = strategic(form)
    yield from _pure(work)
    if len(form.actions) == 2:
        yield from _mixed(work)


def _pure(work: Strategic) -> Iterator[Profile]:
    for profile in work.form.profiles():
        gaps = [work.gap(i, profile, a) for i, menu in enumerate(work.form.actions) for a in menu if a != profile[i]]
        where = conjunction(_at_least(work, gap) for gap in gaps)
        if where is not None and work.space.possible(where):
            strategies = {q: {a: sp.Integer(1)} for q, a in zip(work.form.game.players, profile, strict=True)}
            yield _profile(work, where, strategies, work.table[profile])


def _at_least(work: Strategic, gap: Quotient, *, strict: bool = False) -> Literal | bool:
    return literal(work.ring, gap.oriented(), strict=strict)


def _profile(work: Strategic, where: Sequence[Literal], strategies: Any, payoffs: Sequence[Quotient]) -> Profile:
    conditions = tuple(item.sympy() for item in minimal(work.space, where))
    paid = {q: u.sympy() for q, u in zip(work.form.game.players, payoffs, strict=True)}
    return Profile(conditions, strategies, paid)


def minimal(space: Space, where: Sequence[Literal]) -> list[Literal]:
    """The literals without those that the others imply, costly ones dropped first."""
    kept = sorted(where, key=lambda item: item.cost)
    for item in reversed(list(kept)):
        rest = [other for other in kept if other != item]
        if not any(space.possible([*rest, part]) for part in item.complement()):
            kept = rest
    return kept


# -- mixed strategies of two players


def _mixed(work: Strategic) -> Iterator[Profile]:
    rows, columns = work.form.actions
    for size in range(2, min(len(rows), len(columns)) + 1):
        for first in combinations(rows, size):
            for second in combinations(columns, size):
                found = _supported(work, first, second)
                if found is not None:
                    yield found


def _supported(work: Strategic, first: tuple[str, ...], second: tuple[str, ...]) -> Profile | None:
    """The equilibrium with these supports, or None where the systems are singular or nothing satisfies the conditions."""
    row, column = _indifference(work, 0, first, second), _indifference(work, 1, second, first)
    if row is None or column is None:
        return None
    (q, row_value), (p, column_value) = row, column
    inside: list[Literal | bool] = []
    for weight in (*p, *q):
        inside += [_at_least(work, weight, strict=True), literal(work.ring, weight.denominator**2, strict=True)]
    for player, own, other, weights, value in ((0, first, second, q, row_value), (1, second, first, p, column_value)):
        for action in work.form.actions[player]:
            if action not in own:
                inside.append(_at_least(work, value - _expected(work, player, action, other, weights)))
    where = conjunction(inside)
    if where is None or not work.space.possible(where):
        return None
    players = work.form.game.players
    mixtures = [dict(zip(s, (w.sympy() for w in ws), strict=True)) for s, ws in ((first, p), (second, q))]
    return _profile(work, where, dict(zip(players, mixtures, strict=True)), (row_value, column_value))


def _entry(work: Strategic, player: int, own: str, other: str) -> Quotient:
    return work.table[(own, other) if player == 0 else (other, own)][player]


def _expected(work: Strategic, player: int, own: str, support: Sequence[str], weights: Sequence[Quotient]) -> Quotient:
    terms = [w * _entry(work, player, own, other) for other, w in zip(support, weights, strict=True)]
    return sum(terms[1:], terms[0])


def _indifference(
    work: Strategic, player: int, own: tuple[str, ...], other: tuple[str, ...]
) -> tuple[list[Quotient], Quotient] | None:
    """The weights on `other` that make the player indifferent over `own`, and what it then gets."""
    one, zero = (Quotient(work.ring, work.ring.constant(k), work.ring.constant(1)) for k in (1, 0))
    rows = [[*(_entry(work, player, a, b) for b in other), zero - one, zero] for a in own]
    rows.append([*(one for _ in other), zero, one])
    solved = solve_linear(rows)
    return None if solved is None else (solved[:-1], solved[-1])


def solve_linear(rows: list[list[Quotient]]) -> list[Quotient] | None:
    """The solution of a square system, its last column the right-hand side; None when the determinant is zero."""
    rows = [list(row) for row in rows]
    size = len(rows)
    for place in range(size):
        pivots = [k for k in range(place, size) if not rows[k][place].numerator.is_zero()]
        if not pivots:
            return None
        best = min(pivots, key=lambda k: len(rows[k][place].numerator) + len(rows[k][place].denominator))
        rows[place], rows[best] = rows[best], rows[place]
        pivot = rows[place][place]
        rows[place] = [entry / pivot for entry in rows[place]]
        for k in range(size):
            factor = rows[k][place]
            if k != place and not factor.numerator.is_zero():
                rows[k] = [entry - factor * base for entry, base in zip(rows[k], rows[place], strict=True)]
    return [row[-1] for row in rows]
