"""Identities of rational functions, by exact polynomial arithmetic.

Statement
---------
Two rational functions with numerators n, m and denominators c, d agree wherever they are defined exactly when n d - m c is the
zero polynomial. That they are defined is for the caller to prove.
"""

from __future__ import annotations

from typing import Any

import flint
import sympy as sp

Pair = tuple[Any, Any]  # numerator and denominator, flint.fmpq_mpoly


def identical(first: sp.Expr, second: sp.Expr) -> bool:
    """Whether both are rational functions of their symbols, and the same one."""
    symbols = sorted(first.free_symbols | second.free_symbols, key=lambda s: s.name)
    names = [f"v{i}" for i in range(len(symbols) or 1)]
    context = flint.fmpq_mpoly_ctx.get(names, "degrevlex")
    generators = dict(zip(symbols, context.gens(), strict=False))
    one = context.from_dict({(0,) * len(names): 1})

    def read(part: sp.Expr) -> Pair | None:
        if part.is_Rational:
            return one * flint.fmpq(int(part.p), int(part.q)), one
        if part.is_Symbol:
            return generators[part], one
        if part.is_Add or part.is_Mul:
            parts = [read(a) for a in part.args]
            total: Pair = (0 * one, one) if part.is_Add else (one, one)
            for other in parts:
                if other is None:
                    return None
                total = _sum(total, other) if part.is_Add else (total[0] * other[0], total[1] * other[1])
            return total
        if part.is_Pow and part.exp.is_Integer:
            base, exponent = read(part.base), int(part.exp)
            if base is None or (exponent < 0 and base[0].is_zero()):
                return None
            top, bottom = base if exponent >= 0 else base[::-1]
            return top ** abs(exponent), bottom ** abs(exponent)
        return None

    left, right = read(first), read(second)
    return left is not None and right is not None and bool((left[0] * right[1] - right[0] * left[1]).is_zero())


def _sum(first: Pair, second: Pair) -> Pair:
    if first[1] == second[1]:
        return first[0] + second[0], first[1]
    return first[0] * second[1] + second[0] * first[1], first[1] * second[1]
