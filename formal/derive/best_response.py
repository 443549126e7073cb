"""Nash equilibria of games in which everybody chooses a number at once, by first-order conditions.

Method
------
Each player is at the low end of its range, at the high end, or where the derivative of its payoff in its own choice vanishes.
For each combination solve the equations that are left: by elimination where they are linear, else by SymPy. A solution is
kept with its conditions: it lies in the ranges, the derivative does not point into the range at an end, and neither end of
the range pays more. Payoffs with kinks are taken piece by piece. Where one is the same as another at the boundary of its
conditions, as at an end that a solution inside the range reaches, the boundary is left to the one that was found first.

A first-order condition is not sufficient. Everything found here is a conjecture; `formal.nash_obligations` states, from the
definition, what has to be proved of it.
References: Cournot (1838), Recherches, chapter VII; Osborne and Rubinstein (1994), section 2.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import sympy as sp

from formal.derive.leaves import smooth_pieces
from formal.derive.literals import Literal, conjunction, inequalities, literal
from formal.derive.normal_form import minimal, solve_linear
from formal.derive.partition import Profile
from formal.derive.polynomial import Poly, Quotient, Ring
from formal.derive.space import Space, over_parameters
from formal.errors import DerivationError
from formal.ladder import Context
from formal.model.static import Infinite

LOW, INSIDE, HIGH = range(3)
Values = Mapping[sp.Symbol, Quotient]
Found = tuple[Values, tuple[Literal, ...]]  # a profile, and where it may be an equilibrium


@dataclass
class Continuous:
    """A game of numbers over a ring, on one piece of its payoffs."""

    form: Infinite
    ring: Ring
    space: Space
    where: tuple[sp.Basic, ...]
    payoffs: tuple[Quotient, ...]
    ranges: tuple[tuple[Quotient, Quotient], ...]

    def slope(self, player: int) -> Poly:
        """A polynomial with the sign of the derivative of the player's payoff in its own choice."""
        top, bottom = self.payoffs[player].numerator, self.payoffs[player].denominator
        place = self.ring.index[self.form.choices[player]]
        return top.derivative(place) * bottom - top * bottom.derivative(place)

    def at(self, quotient: Quotient, values: Values) -> Quotient:
        for symbol, value in values.items():
            quotient = quotient.substitute(symbol, value)
        return quotient

    def at_poly(self, poly: Poly, values: Values) -> Quotient:
        return self.at(Quotient(self.ring, poly, self.ring.constant(1)), values)


def equilibria(form: Infinite, refuted: Sequence[Profile] = ()) -> Iterator[Profile]:
    """Every solution of the first-order conditions, with the parameters at which it may be an equilibrium.

    Solutions inside all ranges come first. Those that turn out to be `refuted`, before the next one is asked for, are none.
    """
    game = form.game
    ring = Ring([*game.parameters, *form.choices])
    space = over_parameters(ring, game.parameters, game.assume.values(), (), Context())
    ranges = tuple((ring.quotient(low), ring.quotient(high)) for low, high in form.ranges)

    def root(radicand: sp.Expr) -> sp.Symbol:
        raise DerivationError(f"{game.name}: first-order conditions with the root of {radicand} cannot be solved")

    found: list[tuple[Profile, Found]] = []
    for where, payoffs in smooth_pieces(form.payoffs, root):
        work = Continuous(form, ring, space, where, tuple(map(ring.quotient, payoffs)), ranges)
        for sides in product((INSIDE, LOW, HIGH), repeat=len(form.choices)):
            for values, conditions in _candidates(work, sides):
                kept = _elsewhere(work, values, conditions, [one for profile, one in found if profile not in refuted])
                if kept is not None:
                    found.append((_profile(work, values, kept), (values, kept)))
                    yield found[-1][0]


def _profile(work: Continuous, values: Values, where: Sequence[Literal]) -> Profile:
    form, players = work.form, work.form.game.players
    conditions = tuple(item.sympy() for item in minimal(work.space, where))
    numbers = {q: values[v].sympy() for q, v in zip(players, form.choices, strict=True)}
    paid = {q: work.at(u, values).sympy() for q, u in zip(players, work.payoffs, strict=True)}
    return Profile(conditions, numbers, paid)


def _elsewhere(
    work: Continuous, values: Values, where: tuple[Literal, ...], found: Sequence[Found]
) -> tuple[Literal, ...] | None:
    """Where the profile is none of those that were found before, as far as it is the same at boundaries; None for nowhere."""
    known = []
    for others, conditions in found:
        gaps = [(values[v] - others[v]).oriented() for v in work.form.choices]
        same = conjunction(literal(work.ring, side, strict=False) for gap in gaps for side in (gap, -gap))
        if same is not None and work.space.consistent((*where, *conditions, *same)):
            known.append((*conditions, *same))
    if any(_covered(work, where, [one]) for one in known):
        return None
    return tuple(Literal(i.ring, i.poly, i.strict or _shared(work, where, i, known)) for i in where)


def _shared(work: Continuous, where: tuple[Literal, ...], end: Literal, known: Sequence[tuple[Literal, ...]]) -> bool:
    """Whether the boundary at which a literal just holds is covered."""
    boundary = (*where, end.negated().weakened())
    near = [one for one in known if work.space.consistent((*boundary, *one))]
    return bool(near) and _covered(work, boundary, near)


def _covered(work: Continuous, where: tuple[Literal, ...], known: Sequence[tuple[Literal, ...]]) -> bool:
    """Whether one of the conjunctions that are known holds wherever these literals do."""
    if not work.space.consistent(where):
        return True
    if not known:
        return False
    first, *rest = known
    return all(_covered(work, (*where, part), rest) for item in first for part in item.complement() if item not in where)


def _candidates(work: Continuous, sides: Sequence[int]) -> Iterator[Found]:
    form = work.form
    ends = {form.choices[i]: work.ranges[i][side == HIGH] for i, side in enumerate(sides) if side != INSIDE}
    unknowns = [form.choices[i] for i, side in enumerate(sides) if side == INSIDE]
    equations = [work.at_poly(work.slope(i), ends).numerator for i, side in enumerate(sides) if side == INSIDE]
    for solution in _solutions(work, equations, unknowns):
        values = {**ends, **solution}
        where = conjunction(_conditions(work, sides, values))
        if where is None or not work.space.possible(where):
            continue
        yield values, where


def _conditions(work: Continuous, sides: Sequence[int], values: Values) -> Iterator[Literal | bool]:
    ring = work.ring
    for value in values.values():
        yield literal(ring, value.denominator**2, strict=True)
    for item in inequalities(ring, work.where):
        yield (
            literal(ring, work.at_poly(item.poly, values).oriented(), strict=item.strict) if isinstance(item, Literal) else item
        )
    for i, side in enumerate(sides):
        low, high = work.ranges[i]
        choice, payoff = work.form.choices[i], work.payoffs[i]
        here = work.at_poly(payoff.denominator, values)
        yield literal(ring, here.numerator**2, strict=True)
        if here.numerator.is_zero():
            return
        if side == INSIDE:
            yield literal(ring, (values[choice] - low).oriented(), strict=False)
            yield literal(ring, (high - values[choice]).oriented(), strict=False)
        else:
            slope = work.at_poly(work.slope(i), values)
            yield literal(ring, (slope if side == HIGH else work.at_poly(-work.slope(i), values)).oriented(), strict=False)
        for end in (low, high):
            deviation = {**values, choice: end}
            if not work.at_poly(payoff.denominator, deviation).numerator.is_zero():
                gap = work.at(payoff, values) - work.at(payoff, deviation)
                yield literal(ring, gap.oriented(), strict=False)


def _solutions(
    work: Continuous, equations: Sequence[Poly], unknowns: Sequence[sp.Symbol]
) -> Iterator[dict[sp.Symbol, Quotient]]:
    """The solutions that are rational in the parameters."""
    ring = work.ring
    places = [ring.index[v] for v in unknowns]
    if all(sum(int(powers[i]) for i in places) <= 1 for poly in equations for powers in poly.monoms()):
        rows = [_row(ring, poly, unknowns) for poly in equations]
        solved = solve_linear(rows) if rows else []
        if solved is not None:
            yield dict(zip(unknowns, solved, strict=True))
        return
    for solution in sp.solve([ring.sympy(poly) for poly in equations], unknowns, dict=True, check=False):
        try:
            values = {v: ring.quotient(sp.cancel(solution[v])) for v in unknowns}
        except (KeyError, DerivationError):
            continue
        if all(work.at_poly(poly, values).numerator.is_zero() for poly in equations):
            yield values


def _row(ring: Ring, poly: Poly, unknowns: Sequence[sp.Symbol]) -> list[Quotient]:
    one = ring.constant(1)
    rest, row = poly, []
    for v in unknowns:
        slope = poly.derivative(ring.index[v])
        row.append(Quotient(ring, slope, one))
        rest = rest - slope * ring.gens[ring.index[v]]
    return [*row, Quotient(ring, -rest, one)]
