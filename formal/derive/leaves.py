"""Payoffs with Min, Max, Abs, Piecewise and square roots, as pieces on which they are rational.

Statement
---------
Min(a, b) is a where a ≤ b and b where b ≤ a; likewise Max and Abs; a Piecewise function takes the branch of the first
condition that holds. A root √(n/d) is a threshold w with d w² = n and w ≥ 0. The pieces cover the space, and a kink is a place
where a literal of a piece vanishes, so that it is among the candidates of `formal.derive.candidates`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import sympy as sp
from sympy.logic.boolalg import BooleanAtom

from formal.errors import DerivationError

KINKED = (sp.Min, sp.Max, sp.Abs, sp.Piecewise)

Conditions = tuple[sp.Basic, ...]
Root = Callable[[sp.Expr], sp.Symbol]


def is_rational(expression: sp.Expr) -> bool:
    """Whether the expression is made of + - * / and integer powers alone."""
    return not expression.has(*KINKED) and not any(p.exp.is_Rational and not p.exp.is_Integer for p in expression.atoms(sp.Pow))


def smooth_pieces(payoffs: Sequence[sp.Expr], root: Root) -> Iterator[tuple[Conditions, tuple[sp.Expr, ...]]]:
    """Conditions and rational payoffs, one pair a piece; `root` names the square root of a rational expression.

    Raises DerivationError for a power that is neither whole nor a square root.
    """
    inner = next((a for u in payoffs for a in sp.postorder_traversal(u) if isinstance(a, KINKED)), None)
    if inner is not None:
        for conditions, value in _ways(inner):
            rest = smooth_pieces([u.xreplace({inner: value}) for u in payoffs], root)
            for further, smooth in rest:
                yield _rooted((*conditions, *further), root), smooth
        return
    yield (), tuple(without_roots(u, root) for u in payoffs)


def _rooted(conditions: Conditions, root: Root) -> Conditions:
    return tuple(c.func(*(without_roots(side, root) for side in c.args), evaluate=False) for c in conditions)


def without_roots(expression: sp.Expr, root: Root) -> sp.Expr:
    """The expression with its square roots named. Raises DerivationError for other fractional powers."""
    while not is_rational(expression):
        powers = (a for a in sp.postorder_traversal(expression) if isinstance(a, sp.Pow) and not a.exp.is_Integer)
        power = next((p for p in powers if is_rational(p.base)), None)
        if power is None or not power.exp.is_Rational or power.exp.q != 2:
            raise DerivationError(f"the engine derives whole powers and square roots; it cannot use {power or expression}")
        expression = expression.xreplace({power: root(power.base) ** power.exp.p})
    return expression


def _ways(kinked: sp.Expr) -> Iterator[tuple[Conditions, sp.Expr]]:
    """The alternatives of one Min, Max, Abs or Piecewise whose arguments have none."""
    if isinstance(kinked, sp.Piecewise):
        missed: list[sp.Basic] = []
        for value, condition in kinked.args:
            for way in alternatives(sp.And(condition, *(sp.Not(c) for c in missed))):
                yield way, value
            missed.append(condition)
    else:
        yield from ways_by_order(kinked)


def ways_by_order(kinked: sp.Expr) -> Iterator[tuple[Conditions, sp.Expr]]:
    """The alternatives of one Min, Max or Abs."""
    if isinstance(kinked, sp.Abs):
        inner = kinked.args[0]
        yield (sp.Ge(inner, 0, evaluate=False),), inner
        yield (sp.Le(inner, 0, evaluate=False),), -inner
    else:
        order = sp.Le if isinstance(kinked, sp.Min) else sp.Ge
        for value in kinked.args:
            yield tuple(order(value, other, evaluate=False) for other in kinked.args if other is not value), value


def alternatives(condition: sp.Basic) -> list[Conditions]:
    """A condition as alternatives of relations that hold together."""
    if isinstance(condition, BooleanAtom):
        return [()] if condition == sp.true else []
    if isinstance(condition, sp.And):
        found: list[Conditions] = [()]
        for part in condition.args:
            found = [(*before, *way) for before in found for way in alternatives(part)]
        return found
    if isinstance(condition, sp.Or):
        return list(chain.from_iterable(alternatives(part) for part in condition.args))
    if isinstance(condition, sp.Not):
        return alternatives(sp.to_nnf(condition, simplify=False))
    if isinstance(condition, sp.Ne):
        return [(order(*condition.args, evaluate=False),) for order in (sp.Gt, sp.Lt)]
    return [(condition,)]
