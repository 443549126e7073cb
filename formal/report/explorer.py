"""The equilibrium as JavaScript: the page computes regions, choices and payoffs at any point from the closed forms.

Definitions
-----------
A comparison a ≥ b holds in the page where a - b > -EDGE in floating point, and a > b where a - b > EDGE. At a boundary, which
rounding errors may miss on either side, the closed side wins as it does in exact arithmetic. So does 0 under a square root.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.logic.boolalg import BooleanFalse, BooleanTrue
from sympy.printing.jscode import JavascriptCodePrinter

from formal.model.game import Game
from formal.model.parameters import Parameter
from formal.model.root import HALVINGS, Root
from formal.model.threshold import expand
from formal.numeric.draws import game_pool, span
from formal.report.mathml import mathml, shown
from formal.report.names import latex_name, text_name
from formal.report.regions import Move, Region, concept, exclusive, regions

EDGE = 1e-9
DRAWS = 4000
STARTS = 12
STEPS = 200  # positions of a slider


@dataclass
class Code:
    """Expressions that are computed together; a reference to one is its place in `values`."""

    parameters: Sequence[sp.Symbol]
    values: list[sp.Expr] = field(default_factory=list)

    def number(self, expression: sp.Expr) -> str:
        """A reference to the value of the expression."""
        expression = sp.sympify(expand(expression))
        if expression not in self.values:
            self.values.append(expression)
        return f"v[{self.values.index(expression)}]"

    def truth(self, condition: sp.Basic) -> str:
        """JavaScript for a condition."""
        if isinstance(condition, BooleanTrue | BooleanFalse):
            return "true" if condition else "false"
        if isinstance(condition, sp.And | sp.Or):
            sign = " && " if isinstance(condition, sp.And) else " || "
            return "(" + sign.join(self.truth(c) for c in sorted(condition.args, key=str)) + ")"
        if isinstance(condition, sp.Not):
            return f"!({self.truth(condition.args[0])})"
        if isinstance(condition, sp.Implies):
            return f"(!({self.truth(condition.args[0])}) || {self.truth(condition.args[1])})"
        left, right = condition.args
        if condition.rel_op in ("==", "!="):
            gap = self.number(left - right)
            return f"Math.abs({gap}) {'<=' if condition.rel_op == '==' else '>'} {EDGE}"
        over, under = (left, right) if condition.rel_op in (">", ">=") else (right, left)
        return f"{self.number(over - under)} > {'' if condition.rel_op in ('<', '>') else '-'}{EDGE}"

    def body(self) -> str:
        """Statements that compute `v` from `p`, the values of the parameters in order, common parts once."""
        names = {q: sp.Symbol(f"p[{k}]", real=True) for k, q in enumerate(self.parameters)}
        shared, values = sp.cse([v.xreplace(names) for v in self.values], symbols=sp.numbered_symbols("t"), order="none")
        lines = [f"const {symbol} = {_js(part)};" for symbol, part in shared]
        return "\n".join([ROOT, *lines, f"const v = [{', '.join(map(_js, values))}];"])


ROOT = f"""const root = (x) => Math.sqrt(x < 0 && x > -{EDGE} ? 0 : x);
const zero = (low, high, ...c) => {{
  for (let k = 0; k < {HALVINGS}; k++) {{
    const middle = (low + high) / 2;
    if (c.reduceRight((sum, part) => sum * middle + part, 0) <= 0) low = middle; else high = middle;
  }}
  return (low + high) / 2;
}};"""


class _Printer(JavascriptCodePrinter):  # type: ignore[misc]
    def _print_Pow(self, expr: sp.Expr) -> str:
        if expr.exp.is_Rational and expr.exp.q == 2 and not expr.base.is_number:
            return f"Math.pow(root({self._print(expr.base)}), {expr.exp.p})"
        return str(super()._print_Pow(expr))

    def _print_Root(self, expr: Root) -> str:
        return f"zero({', '.join(map(self._print, expr.args))})"

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return str(expr.name)

    def _print_NaN(self, expr: sp.Expr) -> str:
        return "NaN"


def _js(expression: sp.Expr) -> str:
    return str(_Printer().doprint(expression))


def explorer(game: Game) -> dict[str, Any] | None:
    """What the page needs to explore a game: parameters with ranges, regions with their words, and the code.

    None for a game without parameters, or of which no admissible point was found.
    """
    found, parameters = regions(game), list(game.parameters)
    starts = _starts(game)
    if not starts or not found:
        return None
    code = Code(parameters)
    assumed = [code.truth(a) for a in game.assume.values()]
    where = [" || ".join(_case(code, case) for case in r.cases) or "false" for r in found]
    number = _numbers(code, parameters)
    return {
        "name": game.name,
        "concept": concept(game),
        "exclusive": exclusive(game),
        "parameters": [_slider(q, [point[k] for point in starts]) for k, q in enumerate(parameters)],
        "starts": starts,
        "regions": [_region(r, number) for r in found],
        "assumptions": [shown(a) for a in game.assume.values()],
        "code": f"(p) => {{\n{code.body()}\nreturn [[{', '.join(assumed)}], [{', '.join(where)}], v];\n}}",
    }


def _case(code: Code, conditions: Iterable[sp.Basic]) -> str:
    return "(" + (" && ".join(code.truth(c) for c in conditions) or "true") + ")"


def _numbers(code: Code, parameters: Sequence[sp.Symbol]) -> Any:
    """A function that gives the place of a formula's value, or None where something else than parameters is left in it."""

    def place(expression: Any) -> int | None:
        formula = sp.sympify(expand(sp.sympify(expression)))
        return int(code.number(formula)[2:-1]) if formula.free_symbols <= set(parameters) else None

    return place


def _region(region: Region, place: Any) -> dict[str, Any]:
    return {
        "name": region.name,
        "attained": region.attained,
        "moves": [_move(move, place) for move in region.moves],
        "payoffs": [{"player": q, "formula": shown(u), "value": place(u)} for q, u in region.payoffs.items()],
    }


def _move(move: Move, place: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"player": move.player, "choice": move.choice}
    if isinstance(move.decision, str):
        return made | {"action": move.decision}
    if isinstance(move.decision, dict):
        shares = [{"action": a, "formula": shown(w), "value": place(w)} for a, w in move.decision.items()]
        return made | {"mixture": shares}
    made |= {"formula": shown(move.decision), "value": place(move.decision)}
    low, high = move.span
    if made["value"] is None and low and high:
        made["between"] = [place(sp.Max(*low)), place(sp.Min(*high))]
    return made


def _starts(game: Game) -> list[list[float]]:
    """Simple points inside the assumptions, from which the page takes the one with the most regions around it."""
    points = game_pool(game, DRAWS)
    return (
        [[float(v) for v in row] for row in zip(*(points[q][:STARTS] for q in game.parameters), strict=True)] if points else []
    )


def _slider(q: Parameter, starts: Sequence[float]) -> dict[str, Any]:
    """The range of a slider: the domain where it is bounded, else from its end to beyond the points to start from."""
    domain = q.domain
    low, high = map(float, span(q, Fraction(max(2.0, 2 * max(map(abs, starts))))))
    step = 1.0 if domain.whole else (high - low) / STEPS
    return {
        "name": q.name,
        "shown": text_name(q),
        "formula": mathml(latex_name(q)),
        "meaning": q.meaning,
        "low": low + step * domain.open_low,
        "high": high - step * domain.open_high,
        "step": step,
        "whole": domain.whole,
    }
