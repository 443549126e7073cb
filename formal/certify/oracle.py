"""What Z3 says of constraints: which of them already contradict one another. The search for a proof is guided by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flint
import z3

from formal.certify.reading import Formula, Poly
from formal.ladder import SHORT, Context, Rung, core, run

CORE_WORK, LEFT_OUT, BULKY = 20_000, 3, 60
PATIENCE = 3_000  # milliseconds, where Z3 is stuck in a step that it does not count
_OPERATORS = {">": lambda p: p > 0, ">=": lambda p: p >= 0, "=": lambda p: p == 0, "!=": lambda p: p != 0}


class Oracle:
    """Z3 over the polynomials of one context."""

    def __init__(self, count: int) -> None:
        self.context = Context()
        self.variables = [z3.Real(f"x{k}", self.context) for k in range(count)]
        self._read: dict[tuple[str, int], tuple[Any, z3.BoolRef]] = {}

    def core(self, formulas: Sequence[Formula]) -> list[int] | None:
        """Places of formulas that have no common solution, few of them; None when Z3 finds one or gives up."""
        bulk = sorted(range(len(formulas)), key=lambda k: -_size(formulas[k]))
        bulky = sum(_size(formula) > BULKY for formula in formulas)
        tries = (sorted(bulk[left_out:]) for left_out in range(min(bulky, LEFT_OUT), -1, -1))
        kept = next((places for places in tries if self.contradictory([formulas[k] for k in places])), None)
        if kept is None:
            return None
        read = [self._formula(formulas[k]) for k in kept]
        inside = core([z3.BoolVal(True, self.context)], read, CORE_WORK)
        found = kept if inside is None else [kept[k] for k in inside]
        for place in sorted(found, key=lambda k: (_plain(formulas[k]), -_size(formulas[k]))):
            if _plain(formulas[place]) and not all(_plain(formulas[k]) for k in found):
                break  # comparisons matter when no disjunction is left
            rest = [k for k in found if k != place]
            if len(found) > 1 and self.contradictory([formulas[k] for k in rest]):
                found = rest
        return found

    def contradictory(self, formulas: Sequence[Formula], rungs: Sequence[Rung] = SHORT) -> bool:
        """Whether Z3 soon finds that the formulas have no common solution."""
        return run([z3.BoolVal(True, self.context), *map(self._formula, formulas)], rungs, PATIENCE).status == "unsat"

    def _formula(self, formula: Formula) -> z3.BoolRef:
        """The formula for Z3; what was read is kept, so that its address stays its own."""
        head, body = formula
        key = head, id(body)
        if key not in self._read:
            self._read[key] = body, self._made(head, body)
        return self._read[key][1]

    def _made(self, head: str, body: Any) -> z3.BoolRef:
        if head in _OPERATORS:
            return _OPERATORS[head](self._poly(body))
        parts = [z3.BoolVal(head == "and", self.context), *map(self._formula, body)]
        return z3.And(*parts) if head == "and" else z3.Or(*parts)

    def _poly(self, poly: Poly) -> z3.ArithRef:
        return z3.Sum([self._term(p, c) for p, c in poly.to_dict().items()] or [self._number(flint.fmpq(0))])

    def _number(self, value: flint.fmpq) -> z3.ArithRef:
        return z3.Q(int(value.p), int(value.q), self.context)

    def _term(self, powers: Sequence[int], coefficient: flint.fmpq) -> z3.ArithRef:
        factors = [v for v, k in zip(self.variables, powers, strict=True) for _ in range(int(k))]
        return z3.Product([self._number(coefficient), *factors])


def _plain(formula: Formula) -> bool:
    return formula[0] in _OPERATORS


def _size(formula: Formula) -> int:
    head, body = formula
    return len(body) if head in _OPERATORS else sum(map(_size, body))
