"""Formulas: a small language of polynomial constraints between what authors write and what solvers read.

Definitions
-----------
A term is a polynomial expression over variables with rational constants. A formula is a Boolean combination, in negation
normal form, of comparisons of a term with 0. An author's SymPy expression becomes terms and formulas as follows:

- a quotient 1/b is a fresh q with q·b = 1, and b ≠ 0 is a need;
- a root √a is a fresh w ≥ 0 with w² = a, and a ≥ 0 is a need;
- Min, Max, Abs and Piecewise are a fresh v with a split: alternatives of a condition and a value for v. Piecewise
  functions with the same conditions share one split, since they take the same branch.

A need is what must be proved for the expression to have a value. Fresh variables are constrained only where their guard
holds (the branch of a Piecewise, the antecedent of an implication), so that an unused branch constrains nothing.
An expression that is none of this is an error: nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from formal.errors import ClaimError

# -- terms


@dataclass(frozen=True)
class Const:
    value: Fraction


@dataclass(frozen=True)
class Var:
    symbol: sp.Symbol


@dataclass(frozen=True)
class Sum:
    parts: tuple[Term, ...]


@dataclass(frozen=True)
class Product:
    parts: tuple[Term, ...]


@dataclass(frozen=True)
class Power:
    base: Term
    exponent: int


Term = Const | Var | Sum | Product | Power

# -- formulas


@dataclass(frozen=True)
class Compare:
    """term OP 0, where OP is one of > >= == !="""

    operator: str
    term: Term


@dataclass(frozen=True)
class All:
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Some:
    parts: tuple[Formula, ...]


Formula = Compare | All | Some
TRUE, FALSE = All(()), Some(())

MOST = 50_000
_plain: dict[sp.Basic, Formula] = {}  # of expressions that are encoded without fresh variables

OPPOSITE = {">": ">=", ">=": ">", "==": "!=", "!=": "=="}


def negate(formula: Formula) -> Formula:
    """The negation, again in negation normal form."""
    if isinstance(formula, All):
        return Some(tuple(negate(p) for p in formula.parts))
    if isinstance(formula, Some):
        return All(tuple(negate(p) for p in formula.parts))
    operator = OPPOSITE[formula.operator]
    flipped = formula.operator in (">", ">=")
    return Compare(operator, minus(formula.term) if flipped else formula.term)


def minus(term: Term) -> Term:
    return Product((Const(Fraction(-1)), term))


def symbols(part: Term | Formula) -> frozenset[sp.Symbol]:
    """The variables of a term or formula."""
    known: frozenset[sp.Symbol] | None = part.__dict__.get("symbols")
    if known is None:
        known = part.__dict__["symbols"] = _symbols(part)
    return known


def _symbols(part: Term | Formula) -> frozenset[sp.Symbol]:
    if isinstance(part, Var):
        return frozenset({part.symbol})
    if isinstance(part, Const):
        return frozenset()
    if isinstance(part, Power):
        return symbols(part.base)
    if isinstance(part, Compare):
        return symbols(part.term)
    return frozenset().union(*(symbols(p) for p in part.parts))


def degree(part: Term | Formula) -> int:
    """The highest degree that the part has when it is multiplied out."""
    known: int | None = part.__dict__.get("degree")
    if known is None:
        known = part.__dict__["degree"] = _degree(part)
    return known


def _degree(part: Term | Formula) -> int:
    if isinstance(part, Const | Var):
        return int(isinstance(part, Var))
    if isinstance(part, Power):
        return degree(part.base) * part.exponent
    if isinstance(part, Compare):
        return degree(part.term)
    degrees = [degree(p) for p in part.parts]
    return sum(degrees) if isinstance(part, Product) else max(degrees, default=0)


@dataclass(frozen=True)
class Definition:
    """What a fresh variable satisfies wherever all the guards hold."""

    symbol: sp.Symbol
    guards: tuple[Formula, ...]
    formula: Formula

    def guarded(self, known: range = range(0)) -> Formula:
        """The definition as a formula; guards at the places that are `known` to hold are left out."""
        open_ = tuple(g for place, g in enumerate(self.guards) if place not in known)
        return Some((negate(All(open_)), self.formula)) if open_ else self.formula


@dataclass(frozen=True)
class Need:
    """`formula` must hold wherever `guard` does, for `shown` to have a value.

    It has to be proved from `definitions` and `splits` alone: those that came before, as they were then, since the
    definition of the value itself would exclude the very points at which there is none.
    """

    formula: Formula
    guard: Formula
    shown: str
    definitions: tuple[Definition, ...]
    splits: tuple[Split, ...]


@dataclass(frozen=True)
class Alternative:
    """One way to give a split its values: `given` always, `first` when earlier alternatives are to be ruled out too.

    `inside` are the definitions made in this branch, read without the branch's own guards.
    """

    given: Formula
    first: Formula
    inside: tuple[tuple[sp.Symbol, Formula], ...] = ()


@dataclass(frozen=True)
class Split:
    """Fresh variables whose values depend on which of the alternatives is taken."""

    values: tuple[sp.Symbol, ...]
    alternatives: tuple[Alternative, ...]


@dataclass
class Encoder:
    """Translates SymPy expressions, collecting fresh variables' definitions, splits and needs on the way."""

    definitions: list[Definition] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    _guards: list[Formula] = field(default_factory=list)
    _asked: int = 0
    _fresh: dict[tuple[object, str, tuple[Formula, ...]], sp.Symbol] = field(default_factory=dict)
    _shared: dict[tuple[tuple[sp.Basic, ...], tuple[Formula, ...]], int] = field(default_factory=dict)

    # -- guards

    @property
    def _guard(self) -> Formula:
        return All(tuple(self._guards))

    def _define(self, variable: Var, formula: Formula) -> None:
        self.definitions.append(Definition(variable.symbol, tuple(self._guards), formula))

    def _need(self, formula: Formula, shown: str) -> None:
        self.needs.append(Need(formula, self._guard, shown, tuple(self.definitions), tuple(self.splits)))

    def _named(self, expression: object, prefix: str) -> tuple[Var, bool]:
        """A fresh variable for the expression under the present guards, and whether it is new."""
        self._asked += 1
        key = (expression, prefix, tuple(self._guards))
        new = key not in self._fresh
        if new:
            self._fresh[key] = sp.Dummy(f"{prefix}{len(self._fresh)}", real=True)
        return Var(self._fresh[key]), new

    # -- terms

    def term(self, expression: sp.Expr) -> Term:
        """A term for a real-valued expression. Raises ClaimError on a node that the language does not have."""
        if expression.is_Rational:
            return Const(Fraction(int(expression.p), int(expression.q)))
        if expression.is_Symbol:
            return Var(expression)
        if expression.is_Add:
            return Sum(tuple(self.term(a) for a in expression.args))
        if expression.is_Mul:
            return Product(tuple(self.term(a) for a in expression.args))
        if expression.is_Pow:
            return self._power(expression)
        if isinstance(expression, sp.Min | sp.Max):
            return self._extremum(expression)
        if isinstance(expression, sp.Abs):
            inner = expression.args[0]
            return self._split(expression, [(inner, inner >= 0), (-inner, sp.true)])
        if isinstance(expression, sp.Piecewise):
            return self._split(expression, list(expression.args))
        raise ClaimError(
            f"{expression} cannot be decided: claims use + - * /, integer powers, square roots, Min, Max, Abs, Piecewise"
        )

    def _power(self, expression: sp.Expr) -> Term:
        base, exponent = expression.args
        if not exponent.is_Rational or exponent.q not in (1, 2):
            raise ClaimError(f"{expression} cannot be decided: powers must be integers or square roots")
        if exponent.q == 2:
            root = self._root(base)
            return root if exponent == sp.Rational(1, 2) else self._integer_power(root, int(exponent.p), expression)
        return self._integer_power(self.term(base), int(exponent), expression)

    def _integer_power(self, base: Term, exponent: int, shown: sp.Expr) -> Term:
        if exponent > 0:
            return base if exponent == 1 else Power(base, exponent)
        inverse, new = self._named(base, "q")
        if new:
            self._need(Compare("!=", base), f"the denominator of {shown}")
            self._define(inverse, Compare("==", Sum((Product((inverse, base)), Const(Fraction(-1))))))
        return inverse if exponent == -1 else Power(inverse, -exponent)

    def _root(self, radicand: sp.Expr) -> Term:
        root, new = self._named(sp.sqrt(radicand, evaluate=False), "w")
        if new:
            inner = self.term(radicand)
            self._need(Compare(">=", inner), f"the root of {radicand}")
            self._define(root, All((Compare(">=", root), Compare("==", Sum((Power(root, 2), minus(inner)))))))
        return root

    def _extremum(self, expression: sp.Expr) -> Term:
        value, new = self._named(expression, "m")
        if new:
            sign = 1 if isinstance(expression, sp.Max) else -1
            parts = [self.term(a) for a in expression.args]
            alternatives = []
            for part in parts:
                beats = [
                    Compare(">=", difference(part, p) if sign > 0 else difference(p, part)) for p in parts if p is not part
                ]
                given = All((*beats, Compare("==", difference(value, part))))
                alternatives.append(Alternative(self._guarded(given), TRUE))
            self._branch(value, alternatives)
        return value

    def _split(self, expression: sp.Expr, branches: Sequence[tuple[sp.Expr, sp.Basic]]) -> Term:
        value, new = self._named(expression, "v")
        if new:
            key = (tuple(condition for _, condition in branches), tuple(self._guards))
            alternatives, earlier = list[Alternative](), list[Formula]()
            for result, condition in branches:
                missed = tuple(negate(t) for t in earlier)
                outside = len(self._guards)
                self._guards += missed
                test = self.formula(condition)
                self._guards.append(test)
                own, made = range(outside, len(self._guards)), len(self.definitions)
                equal = Compare("==", difference(value, self.term(result)))
                del self._guards[outside:]
                inside = tuple((d.symbol, d.guarded(own)) for d in self.definitions[made:])
                given, first = self._guarded(All((test, equal))), self._guarded(All(missed))
                alternatives.append(Alternative(given, first, inside))
                earlier.append(test)
            if key in self._shared:
                self._join(self._shared[key], value, alternatives)
            else:
                self._need(Some(tuple(earlier)), f"a branch of {expression}")
                self._shared[key] = len(self.splits)
                self._branch(value, alternatives)
        return value

    def _join(self, place: int, value: Var, alternatives: list[Alternative]) -> None:
        """Take the same branch as an earlier split over the same conditions."""
        earlier = self.splits[place]
        joined = [
            Alternative(All((a.given, b.given)), a.first, (*a.inside, *b.inside))
            for a, b in zip(earlier.alternatives, alternatives, strict=False)
        ]
        rest = earlier.alternatives[len(joined) :]
        self.splits[place] = Split((*earlier.values, value.symbol), (*joined, *rest))

    def _guarded(self, formula: Formula) -> Formula:
        return formula if not self._guards else All((self._guard, formula))

    def _branch(self, value: Var, alternatives: list[Alternative]) -> None:
        if self._guards:
            alternatives.append(Alternative(negate(self._guard), TRUE))
        self.splits.append(Split((value.symbol,), tuple(alternatives)))

    # -- formulas

    def formula(self, expression: sp.Basic) -> Formula:
        """A formula for a Boolean expression. Raises ClaimError on a node that the language does not have."""
        if isinstance(expression, BooleanAtom):
            return TRUE if expression == sp.true else FALSE
        known = _plain.get(expression)
        if known is None:
            asked = self._asked
            known = self._formula(expression)
            if self._asked == asked:
                if len(_plain) > MOST:
                    _plain.clear()
                _plain[expression] = known
        return known

    def _formula(self, expression: sp.Basic) -> Formula:
        if isinstance(expression, Relational):
            return self._comparison(expression)
        if isinstance(expression, sp.And):
            return All(tuple(self.formula(a) for a in expression.args))
        if isinstance(expression, sp.Or):
            return Some(tuple(self.formula(a) for a in expression.args))
        if isinstance(expression, sp.Not):
            return negate(self.formula(expression.args[0]))
        if isinstance(expression, sp.Implies):
            antecedent = self.formula(expression.args[0])
            self._guards.append(antecedent)
            consequent = self.formula(expression.args[1])
            self._guards.pop()
            return Some((negate(antecedent), consequent))
        if isinstance(expression, sp.Equivalent):
            parts = [self.formula(a) for a in expression.args]
            return Some((All(tuple(parts)), All(tuple(negate(p) for p in parts))))
        if isinstance(expression, sp.ITE):
            condition, yes, no = expression.args
            return self.formula(sp.And(sp.Implies(condition, yes), sp.Implies(sp.Not(condition), no)))
        raise ClaimError(f"{expression} cannot be decided: it is not a comparison or a Boolean combination of comparisons")

    def _comparison(self, relation: Relational) -> Formula:
        left, right = relation.args
        if isinstance(left, BooleanAtom) or not isinstance(left, sp.Expr) or not isinstance(right, sp.Expr):
            raise ClaimError(f"{relation} does not compare two numbers")
        first, second = self.term(left), self.term(right)
        if isinstance(relation, sp.Eq):
            return Compare("==", difference(first, second))
        if isinstance(relation, sp.Ne):
            return Compare("!=", difference(first, second))
        if isinstance(relation, sp.Gt | sp.Ge):
            return Compare(">" if isinstance(relation, sp.Gt) else ">=", difference(first, second))
        if isinstance(relation, sp.Lt | sp.Le):
            return Compare(">" if isinstance(relation, sp.Lt) else ">=", difference(second, first))
        raise ClaimError(f"{relation} cannot be decided: use <, <=, >, >=, Eq or Ne")


def difference(first: Term, second: Term) -> Term:
    return Sum((first, minus(second)))
