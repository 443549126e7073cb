"""Statements for the kernel, and what they say as comparisons of polynomials with 0. Trusted, like the kernel itself.

Terms and formulas are nested tuples, as ("<=", ("sqrt", "a"), ("/", "b", 2)); `Reading` lists the operators. Division by zero,
the root of a negative number and a Piecewise without a branch that applies have no value; a formula has a value where all its
parts have one, but the consequent of =>, the branches of ite and of piecewise are read only where they are reached.
Roots, Min, Max, Abs and Piecewise become fresh variables with definitions, which constrain nothing where they are not reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import flint

Poly = Any  # flint.fmpq_mpoly, which has no type stubs
Term = Any  # int, str, or a tuple that starts with an operator
T = TypeVar("T")
Formula = Any  # ("and" | "or", parts) or (relation, polynomial) with a relation among >, >=, =, !=
POWER, DIGITS, LENGTH, BITS = 64, 4_000, 200_000, 20_000
NEGATION = {">": ">=", ">=": ">", "=": "!=", "!=": "="}
SIGNS, NUMBER = re.compile(r"(?<=[^*^/\s])\s*([+-])\s*"), re.compile(r"[0-9]+(/[0-9]+)?")
POSITIVE, NEGATIVE = flint.fmpq(1), flint.fmpq(-1)
TRUE: Formula = ("and", ())
FALSE: Formula = ("or", ())


class Rejected(ValueError):
    """The certificate does not prove the statement, or is not a certificate."""


@dataclass(frozen=True)
class Statement:
    """Where all `given` hold, the claim does, for all real values of the variables."""

    variables: tuple[str, ...]
    given: tuple[Term, ...]
    claim: Term


def negate(formula: Formula) -> Formula:
    """The negation, in negation normal form."""
    head, body = formula
    if head in ("and", "or"):
        return ("or" if head == "and" else "and", tuple(negate(part) for part in body))
    return (NEGATION[head], -body if head in (">", ">=") else body)


@lru_cache(maxsize=100_000)
def _specials(formula: Term) -> int:
    """How many roots, extrema, absolute values and piecewise terms there are."""
    return _counted(formula)


def _counted(term: Term) -> int:
    if not isinstance(term, tuple):
        return 0
    return sum(map(_counted, term)) + (term[:1] in (("sqrt",), ("min",), ("max",), ("abs",), ("piecewise",)))


@lru_cache(maxsize=100_000)
def _total(formula: Term) -> bool:
    """Whether it needs nothing and defines nothing, wherever it is read: only numbers are divided by, and not by 0."""
    return not _counted(formula) and _undivided(formula)


def _undivided(term: Term) -> bool:
    match term:
        case ("/", _, second) if not isinstance(second, int) or second == 0:
            return False
        case ("^", _, exponent) if not isinstance(exponent, int) or exponent < 0:
            return False
    return not isinstance(term, tuple) or all(map(_undivided, term))


@dataclass(frozen=True)
class Ring:
    """Polynomials in some variables, and what was read as such: statements about the same variables share most of it."""

    names: dict[str, int]
    context: Any
    gens: tuple[Poly, ...]
    written: dict[str, Poly] = field(default_factory=dict)
    plain: dict[Term, Formula] = field(default_factory=dict)  # formulas without fresh variables that always have a value


@lru_cache(maxsize=1_000)
def ring(variables: tuple[str, ...], extra: int) -> Ring:
    """The polynomials in variables and in so many fresh ones. Raises Rejected where two are the same, or one is no name."""
    names = (*variables, *(f"_{k}" for k in range(1, extra + 1)))
    if len(set(names)) < len(names) or not all(name.strip("'").isidentifier() for name in names):
        raise Rejected("variables need names of their own, of letters, digits and primes")
    context = flint.fmpq_mpoly_ctx.get(names or ["_"], "degrevlex")
    return Ring({name: place for place, name in enumerate(names)}, context, context.gens())


class Reading:
    """A statement's terms as quotients of polynomials, and its formulas as Boolean combinations of comparisons with 0.

    Terms: integers, names, ("+", ...), ("*", ...), ("/", a, b), ("^", a, n) with an integer n, ("sqrt", a), ("min", ...),
    ("max", ...), ("abs", a), ("piecewise", (value, condition), ...). Formulas: (relation, a, b) with < <= > >= = !=,
    ("and", ...), ("or", ...), ("not", f), ("=>", f, g), ("iff", f, ...), ("ite", f, g, h), ("true",), ("false",).
    """

    def __init__(self, statement: Statement) -> None:
        extra = sum(map(_specials, (*statement.given, statement.claim)))
        self.ring = ring(statement.variables, extra)
        self.names, self.context, self.gens = self.ring.names, self.ring.context, self.ring.gens
        self.one, self.zero = self.number(1), self.number(0)
        self.declared, self.used, self.work = len(statement.variables), 0, 0
        self.definitions: list[Formula] = []
        self.needs: list[tuple[tuple[Formula, ...], Formula, str]] = []
        self._guards: list[Formula] = []
        self._terms: dict[Term, list[tuple[list[Formula], tuple[Poly, Poly]]]] = {}
        self._formulas: dict[Term, list[tuple[list[Formula], Formula]]] = {}

    def number(self, value: Any) -> Poly:
        return self.context.constant(value)

    def _need(self, formula: Formula, shown: str) -> None:
        if formula[0] == "!=" and formula[1].is_constant() and not formula[1].is_zero():
            return
        self.needs.append(((*self.definitions, *self._guards), formula, shown))

    def _define(self, *formulas: Formula) -> None:
        outside = tuple(map(negate, self._guards))
        self.definitions += [("or", (*outside, formula)) if outside else formula for formula in formulas]

    def _fresh(self) -> Poly:
        self.used += 1
        return self.gens[self.declared + self.used - 1]

    def _once(self, known: dict[Term, list[tuple[list[Formula], T]]], said: Term, reader: Callable[[Term], T]) -> T:
        """What is read, or known: where fewer guards held it was asked for what it needs, and that holds here too."""
        for guards, read in known.get(said, ()):
            if guards == self._guards[: len(guards)]:
                return read
        read = reader(said)
        known.setdefault(said, []).append((list(self._guards), read))
        return read

    # terms

    def term(self, term: Term) -> tuple[Poly, Poly]:
        """Numerator and denominator; that the denominator is not zero is among the needs."""
        if isinstance(term, int) and not isinstance(term, bool):
            return self.number(term), self.one
        if isinstance(term, str) and self.names.get(term, self.declared) < self.declared:
            return self.gens[self.names[term]], self.one
        if not isinstance(term, tuple):
            raise Rejected(f"{shown(term)} is not a term")
        return self._once(self._terms, term, self._compound)

    def _compound(self, term: Term) -> tuple[Poly, Poly]:
        match term:
            case ("+", *parts):
                return self._sum([self.term(part) for part in parts])
            case ("*", *parts):
                top, bottom = self.one, self.one
                for part in parts:
                    over, under = self.term(part)
                    top, bottom = top * over, bottom * under
                return self._reduced(top, bottom)
            case ("/", first, second):
                (top, bottom), (over, under) = self.term(first), self.term(second)
                self._need(("!=", over), f"the denominator {shown(second)}")
                return self._reduced(top * under, bottom * over)
            case ("^", base, int(exponent)) if abs(exponent) <= POWER and not isinstance(exponent, bool):
                top, bottom = self.term(base)
                if exponent < 0:
                    self._need(("!=", top), f"the denominator {shown(base)}")
                    top, bottom = bottom, top
                return top ** abs(exponent), bottom ** abs(exponent)
            case ("sqrt", _) | ("min", _, *_) | ("max", _, *_) | ("abs", _) | ("piecewise", _, *_):
                return getattr(self, f"_{term[0]}")(*term[1:]), self.one
        raise Rejected(f"{shown(term)} is not a term")

    def _sum(self, parts: list[tuple[Poly, Poly]]) -> tuple[Poly, Poly]:
        top, bottom = self.zero, self.one
        for over, under in parts:
            if under == bottom:
                top = top + over
            else:
                top, bottom = self._reduced(top * under + over * bottom, bottom * under)
        return top, bottom

    def _reduced(self, top: Poly, bottom: Poly) -> tuple[Poly, Poly]:
        """Without the common divisor, which is not zero where the denominator is not."""
        if bottom.is_constant():
            return top, bottom
        common = top.gcd(bottom)
        over, under = top / common, bottom / common
        return (over, under) if over * common == top and under * common == bottom else (top, bottom)

    def _sign(self, top: Poly, bottom: Poly) -> Poly:
        """A polynomial with the sign of top/bottom, where bottom is not zero: top times the odd part of bottom."""
        constant, factors = bottom.factor()
        odd, square = self.number(1 if constant > 0 else -1), self.number(abs(constant))
        for factor, power in factors:
            odd, square = (odd * factor if power % 2 else odd), square * factor ** (power - power % 2)
        return top * (odd if odd * square == bottom else bottom)

    def _sqrt(self, inner: Term) -> Poly:
        top, bottom = self.term(inner)
        self._need((">=", self._sign(top, bottom)), f"the root of {shown(inner)}")
        root = self._fresh()
        self._define((">=", root), ("=", root**2 * bottom - top))
        return root

    def _abs(self, inner: Term) -> Poly:
        top, bottom = self.term(inner)
        size, sign = self._fresh(), self._sign(top, bottom)
        up = ("and", ((">=", sign), ("=", size * bottom - top)))
        down = ("and", ((">=", -sign), ("=", size * bottom + top)))
        self._define((">=", size), ("or", (up, down)))
        return size

    def _max(self, *inner: Term) -> Poly:
        return self._extremum(inner, 1)

    def _min(self, *inner: Term) -> Poly:
        return self._extremum(inner, -1)

    def _extremum(self, inner: Sequence[Term], side: int) -> Poly:
        parts = [self.term(part) for part in inner]
        best = self._fresh()
        self._define(*((">=", self._sign((best * bottom - top) * side, bottom)) for top, bottom in parts))
        self._define(("or", tuple(("=", best * bottom - top) for top, bottom in parts)))
        return best

    def _piecewise(self, *branches: Any) -> Poly:
        value, missed, ways = self._fresh(), list[Formula](), list[Formula]()
        outside = len(self._guards)
        for branch in branches:
            if not isinstance(branch, tuple) or len(branch) != 2:
                raise Rejected(f"{shown(branch)} is not a branch")
            self._guards += missed
            test = self.formula(branch[1])
            self._guards.append(test)
            top, bottom = self.term(branch[0])
            del self._guards[outside:]
            ways.append(("and", (*missed, test, ("=", value * bottom - top))))
            missed.append(negate(test))
        self._need(("or", tuple(map(negate, missed))), "a branch of a piecewise function")
        self._define(("or", tuple(ways)))
        return value

    # formulas

    def part(self, formula: Term) -> Formula:
        """A given formula or the claim. One that is total reads the same in every statement."""
        known = self.ring.plain
        if formula in known:
            return known[formula]
        read = self.formula(formula)
        if _total(formula):
            known[formula] = read
        return read

    def formula(self, formula: Term) -> Formula:
        """Comparisons with 0 under and/or."""
        if not isinstance(formula, tuple):
            raise Rejected(f"{shown(formula)} is not a formula")
        return self._once(self._formulas, formula, self._joined)

    def _joined(self, formula: Term) -> Formula:
        match formula:
            case ("true",):
                return TRUE
            case ("false",):
                return FALSE
            case ("and", *parts):
                return ("and", tuple(map(self.formula, parts)))
            case ("or", *parts):
                return ("or", tuple(map(self.formula, parts)))
            case ("not", part):
                return negate(self.formula(part))
            case ("=>", first, second):
                antecedent = self.formula(first)
                return ("or", (negate(antecedent), self._under(antecedent, second)))
            case ("ite", first, second, third):
                test = self.formula(first)
                yes, no = self._under(test, second), self._under(negate(test), third)
                return ("and", (("or", (negate(test), yes)), ("or", (test, no))))
            case ("iff", *parts):
                read = tuple(map(self.formula, parts))
                return ("or", (("and", read), ("and", tuple(map(negate, read)))))
            case ("<" | "<=" | ">" | ">=" | "=" | "!=" as relation, first, second):
                left, right = (second, first) if relation in ("<", "<=") else (first, second)
                over, under = self.term(right)
                top, bottom = self._sum([self.term(left), (-over, under)])
                if relation in ("=", "!="):
                    return (relation, top)
                return (">" if relation in ("<", ">") else ">=", self._sign(top, bottom))
        raise Rejected(f"{shown(formula)} is not a formula")

    def _under(self, guard: Formula, formula: Term) -> Formula:
        self._guards.append(guard)
        read = self.formula(formula)
        self._guards.pop()
        return read

    # polynomials of certificates, written as 3/2*a^2*b - 1

    def polynomial(self, text: Any) -> Poly:
        """The polynomial that is written; raises Rejected for anything else."""
        if not isinstance(text, str) or len(text) > LENGTH:
            raise Rejected("a polynomial is a string of some length")
        written = self.ring.written
        if text not in written:
            written[text] = self._parsed(text)
        return written[text]

    def _parsed(self, text: str) -> Poly:
        spread = SIGNS.sub(r" \1", text.strip())
        found: dict[tuple[int, ...], Any] = {}
        for written in spread.split():
            powers, coefficient = [0] * len(self.gens), NEGATIVE if written[0] == "-" else POSITIVE
            for factor in written.lstrip("+-").split("*"):
                name, _, exponent = factor.partition("^")
                if name not in self.names:
                    coefficient = coefficient * rational(factor)
                else:
                    powers[self.names[name]] += _integer(exponent, POWER) if exponent else 1
            if tuple(powers) in found:
                raise Rejected("a polynomial has a monomial twice")
            found[tuple(powers)] = coefficient
        denominators = {int(c.q) for c in found.values()}
        if sum(d.bit_length() for d in denominators) > BITS or any(int(c.p).bit_length() > BITS for c in found.values()):
            raise Rejected("a polynomial has numbers that are too long")
        return self.context.from_dict(found)


def rational(text: Any) -> Any:
    """The non-negative rational number that is written as 3 or 3/2."""
    if not isinstance(text, str) or len(text) > DIGITS:
        raise Rejected(f"{shown(text)} is not a number")
    return _rational(text)


@lru_cache(maxsize=10_000)
def _rational(text: str) -> Any:
    if not NUMBER.fullmatch(text):
        raise Rejected(f"{shown(text)} is not a number")
    top, _, bottom = text.partition("/")
    if bottom and int(bottom) == 0:
        raise Rejected(f"{text} divides by zero")
    return flint.fmpq(int(top), int(bottom or 1))


def _integer(text: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > most:
        raise Rejected(f"{text!r} is not an exponent")
    return int(text)


def shown(term: Any) -> str:
    try:
        shown = str(term)
    except (RecursionError, ValueError):  # nested too deeply, or a number that is too long
        return f"a {type(term).__name__} that is too long"
    return shown if len(shown) < 80 else shown[:77] + "..."
