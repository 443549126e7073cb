"""Where a formula is true: the parameter space cut into regions on which it holds, and regions on which it fails.

Method
------
A formula and its negation are written as alternatives of literals, cases that cannot happen left out on the way. To say that
the formula holds for all v in a range, an adversary chooses v to make it fail: `formal.derive.candidates` gives the points
that have to be tried, the ends and the places where a literal vanishes (virtual substitution, Weispfenning 1988). The regions
are those of `formal.derive.regions`. All of this is a conjecture; `formal.condition` has it proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.logic.boolalg import BooleanAtom

from formal.derive.backward_induction import admit_choice
from formal.derive.candidates import Choice, Piece
from formal.derive.leaves import KINKED, ways_by_order, without_roots
from formal.derive.literals import Literal, conjunction, inequalities, literal
from formal.derive.polynomial import Poly, Quotient, Ring
from formal.derive.regions import Contest, Option, Region, partition
from formal.derive.roots import Known, Thresholds, square_root
from formal.derive.space import Space, over_parameters
from formal.ladder import Context
from formal.model.parameters import Parameter
from formal.model.threshold import Threshold, thresholds
from formal.model.tree import Continuous, Leaf

Conjunction = tuple[Literal, ...]
Alternatives = Sequence[Sequence[sp.Basic]]
STAGE = "the cases of the claim"


@dataclass(frozen=True)
class Bound:
    """A variable that takes all values in a range."""

    symbol: sp.Symbol
    low: sp.Expr
    high: sp.Expr

    def range(self) -> tuple[sp.Basic, sp.Basic]:
        """That the variable is in its range."""
        return sp.Le(self.low, self.symbol, evaluate=False), sp.Le(self.symbol, self.high, evaluate=False)


@dataclass(frozen=True)
class Part:
    """A region on which the formula holds, or fails: with values of the bound variables at, or near, which it fails."""

    conditions: tuple[sp.Basic, ...]
    holds: bool
    near: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()


def parts(
    holds: Alternatives,
    fails: Alternatives,
    parameters: Sequence[Parameter],
    assumed: Sequence[sp.Basic],
    bound: Sequence[Bound] = (),
) -> tuple[list[Part], list[Threshold]]:
    """Regions of the parameters on which a claim holds for all values of the bound variables, and on which it does not.

    `holds` and `fails` are alternatives of formulas, each of which has to have a value only where those before it hold.
    Also returns the thresholds that were named. Raises DerivationError for what the engine cannot read or solve.
    """
    ring = Ring([*parameters, *(b.symbol for b in bound)])
    before = over_parameters(ring, parameters, (), (), Context())
    found, nodes = Thresholds(), list[Continuous]()
    stated = [*(formula for alternative in (*holds, *fails) for formula in alternative), *assumed]
    _adopt(found, before, stated)
    for assumption in assumed:
        before.add_either(list(_cases(found, before, (), [assumption])))
    spaces = [before]
    for variable in bound:
        node = Continuous((), "", str(variable.symbol), variable.symbol, variable.low, variable.high, Leaf((), {}))
        inner = spaces[-1].below()
        admit_choice(inner, node)
        nodes.append(node)
        spaces.append(inner)
    _adopt(found, spaces[-1], stated)
    pieces = _pieces(found, spaces[-1], holds, fails)
    for node, inner, outer in zip(reversed(nodes), reversed(spaces[1:]), reversed(spaces[:-1]), strict=True):
        found.admit_all(outer)
        options = Choice(node, 0, 0, found, outer, inner).options(pieces)
        found.admit_all(outer)
        possible = [o for o in options if outer.possible(o.where)]
        regions = partition(Contest(outer, possible, 0), STAGE)
        pieces = [Piece(r.where, r.option.payoffs, r.option.path) for r in regions]
    return _simplest(found, before, pieces), list(found.facts)


def _adopt(found: Thresholds, space: Space, formulas: Sequence[sp.Basic]) -> None:
    """Take over the thresholds that rest on what the space knows."""
    for threshold in thresholds(*formulas):
        if all(space.ring.index.get(s, -1) in space.columns for s in threshold.definition.free_symbols):
            found.adopt(space, threshold)


def _simplest(found: Thresholds, space: Space, pieces: list[Piece]) -> list[Part]:
    """Pieces that differ in how the formula fails put together."""
    failing = [Option(p.where, p.path, p.payoffs, p.path) for p in pieces if _fails(p)]
    holding = [Option(p.where, "", p.payoffs, ()) for p in pieces if not _fails(p)]
    regions: list[Region] = partition(Contest(space, [*holding, *failing], 0), STAGE)
    return [
        Part(tuple(_plain(found, item).sympy() for item in r.where), not _fails(r.option), _values(r.option.path))
        for r in regions
    ]


def _fails(piece: Piece | Option) -> bool:
    return not piece.payoffs[0].numerator.is_zero()


def _plain(found: Thresholds, item: Literal) -> Literal:
    """The literal without thresholds that are solutions of linear equations; where they exist is among the other literals."""
    ring = item.ring
    for threshold, known in found.facts.items():
        parts = ring.coefficients(item.poly, threshold)
        if known.side == 0:
            continue
        c, b, a = known.parts
        if len(parts) > 1 and a.is_zero():  # b > 0
            root = Quotient(ring, -c, ring.constant(1)) / Quotient(ring, b, ring.constant(1))
            cleared = ring.substitute(item.poly, threshold, root) * Quotient(ring, b ** (len(parts) - 1), ring.constant(1))
            plain = literal(ring, cleared.numerator, strict=item.strict)
            item = plain if isinstance(plain, Literal) else item
        elif len(parts) == 2 and known.side > 0 and ring.weak_sign(c) in (-1, 0):
            item = _below_root(item, parts, known) or item
    return item


def _below_root(item: Literal, parts: list[Poly], known: Known) -> Literal | None:
    """t ≥ e as p(e) ≤ 0, where t is the positive root of p, p(0) ≤ 0 and e > 0; None where signs do not say so."""
    ring, sign = item.ring, item.ring.sign(parts[1])
    end = Quotient(ring, -parts[0], ring.constant(1)) / Quotient(ring, parts[1], ring.constant(1))
    if sign is None or ring.sign(end.numerator * end.denominator) != 1:
        return None
    c, b, a = (Quotient(ring, part, ring.constant(1)) for part in known.parts)
    at_end = ((a * end + b) * end + c).oriented()
    made = literal(ring, -sign * at_end, strict=item.strict)
    return made if isinstance(made, Literal) else None


def _values(path: tuple[Any, ...]) -> tuple[tuple[sp.Symbol, sp.Expr], ...]:
    return tuple((sp.Symbol(label), value) for label, value in path)


# -- cases


def _pieces(found: Thresholds, space: Space, holds: Alternatives, fails: Alternatives) -> list[Piece]:
    """Where the claim holds, at payoff 0 of its adversary, and where it fails, at payoff 1."""
    ring, made = space.ring, dict[tuple[frozenset[Literal], int], Piece]()
    for worth, alternatives in enumerate((holds, fails)):
        payoff = Quotient(ring, ring.constant(worth), ring.constant(1))
        for where in (where for alternative in alternatives for where in _cases(found, space, (), list(alternative))):
            made[frozenset(where), worth] = Piece(where, (payoff,), ())
    return list(made.values())


def _cases(found: Thresholds, space: Space, where: Conjunction, formulas: list[sp.Basic]) -> Iterator[Conjunction]:
    """All formulas together as alternatives of literals, as far as the space admits them."""
    if not formulas:
        yield where
        return
    first, *rest = formulas
    if isinstance(first, BooleanAtom):
        if first == sp.true:
            yield from _cases(found, space, where, rest)
    elif isinstance(first, sp.And):
        yield from _cases(found, space, where, [*first.args, *rest])
    elif isinstance(first, sp.Or):
        for part in first.args:
            yield from _cases(found, space, where, [part, *rest])
    elif isinstance(first, sp.Not | sp.Implies | sp.Equivalent | sp.ITE):
        yield from _cases(found, space, where, [sp.to_nnf(first, simplify=False), *rest])
    elif isinstance(first, sp.Ne):
        yield from _cases(found, space, where, [sp.Or(sp.Gt(*first.args), sp.Lt(*first.args)), *rest])
    else:
        for conditions, plain in _without_kinks(found, space, where, first):
            if conditions:
                yield from _cases(found, space, where, [*conditions, plain, *rest])
                continue
            together = conjunction([*where, *inequalities(space.ring, [plain])])
            if together is not None and space.possible(together):
                yield from _cases(found, space, together, rest)


def _without_kinks(
    found: Thresholds, space: Space, where: Conjunction, relation: sp.Basic
) -> Iterator[tuple[tuple[sp.Basic, ...], sp.Basic]]:
    """The relation without its first kink, in each case of that; without roots where it has no kink."""
    inner = next((a for a in sp.postorder_traversal(relation) if isinstance(a, KINKED)), None)
    if inner is not None:
        for conditions, value in _ways(inner):
            yield conditions, relation.func(*(side.xreplace({inner: value}) for side in relation.args), evaluate=False)
        return

    def root(radicand: sp.Expr) -> sp.Symbol:
        return square_root(space, found, space.ring.quotient(radicand), where)

    yield (), relation.func(*(without_roots(side, root) for side in relation.args), evaluate=False)


def _ways(kinked: sp.Expr) -> Iterator[tuple[tuple[sp.Basic, ...], sp.Expr]]:
    """The cases of a kink; branches of a Piecewise function without a last resort are taken to agree where they overlap."""
    if isinstance(kinked, sp.Piecewise):
        catches_all = kinked.args[-1][1] == sp.true
        missed: list[sp.Basic] = []
        for value, condition in kinked.args:
            yield (*(missed if catches_all else ()), condition), value
            missed.append(sp.Not(condition))
    else:
        yield from ways_by_order(kinked)
