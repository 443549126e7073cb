"""The kernel: whether a certificate proves a statement, by exact arithmetic alone.

Statements
----------
A statement is data: names of real variables, formulas that are given, in order, and a claim. Terms and formulas are nested
tuples, as ("<=", ("sqrt", "a"), ("/", "b", 2)); `Reading` lists the operators. Division by zero, the root of a negative
number and a Piecewise without a branch that applies have no value; a formula has a value where all its parts have one, but
the consequent of => , the branches of ite and of piecewise are read only where they are reached.

What acceptance means
---------------------
`check(statement, proofs)` returns normally only if, for all real values of the variables: each given formula, where those
before it hold, has a value; and where all of them hold the claim has a value and is true. Each need for a value and the claim
itself is a question: constraints that must have no real solution. Every question has its proof, a tree of four rules:

- derive: c h = Σ λ_i T_i + Σ m_k e_k, an identity of polynomials, with c a product of facts that are positive, λ_i > 0,
  T_i a product of inequalities among the facts and of a square, e_k = 0 facts. Then h = 0 without any T_i; h > 0 if in some
  T_i all factors are positive and there is no square; h ≥ 0 always;
- absurd: a fact that compares numbers is false;
- split: a polynomial is positive, zero or negative, and each case has its proof;
- cases: each alternative of a disjunction among the facts has its proof.

(Krivine 1964 and Stengle 1974: if constraints have no solution, a certificate exists.)

What is trusted
---------------
This file, python-flint's arithmetic of rational polynomials (+, -, *, comparison; factors and common divisors are multiplied
out again before use), and Python. Nothing here solves, searches or rounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import flint

Poly = Any  # flint.fmpq_mpoly, which has no type stubs
Term = Any  # int, str, or a tuple that starts with an operator
Formula = Any  # ("and" | "or", parts) or (relation, polynomial) with a relation among >, >=, =, !=
Proof = Sequence[Any]
DEPTH, POWER, DIGITS, LENGTH, WORK = 200, 64, 4_000, 200_000, 10_000_000
NEGATION = {">": ">=", ">=": ">", "=": "!=", "!=": "="}
COVERS = ({">", "=", "<"}, {">=", "<"}, {">", "<="}, {"=", "!="})
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


@dataclass(frozen=True)
class Question:
    """Constraints that have to have no solution, and what has no value otherwise ("" for the claim itself)."""

    constraints: tuple[Formula, ...]
    shown: str = ""


def check(statement: Statement, proofs: Sequence[Proof]) -> None:
    """Raise Rejected unless the proofs, one a question in order, prove the statement."""
    reading = Reading(statement)
    asked = questions(reading, statement)
    if not isinstance(proofs, list | tuple) or len(proofs) != len(asked):
        raise Rejected(f"the statement has {len(asked)} questions, the certificate other proofs")
    for question, proof in zip(asked, proofs, strict=True):
        refute(reading, question, proof)


def questions(reading: Reading, statement: Statement) -> list[Question]:
    """What the statement needs to have a value, in order, and its denial at last."""
    asked: list[Question] = []
    given: list[Formula] = []
    for part in (*statement.given, statement.claim):
        formula = reading.formula(part)
        for before, need, shown in reading.needs:
            asked.append(Question((*given, *before, negate(need)), shown))
        reading.needs.clear()
        given.append(formula)
    return [*asked, Question((*given[:-1], *reading.definitions, negate(given[-1])))]


def negate(formula: Formula) -> Formula:
    """The negation, in negation normal form."""
    head, body = formula
    if head in ("and", "or"):
        return ("or" if head == "and" else "and", tuple(negate(part) for part in body))
    return (NEGATION[head], -body if head in (">", ">=") else body)


# -- from terms to polynomials


def _specials(term: Term) -> int:
    if not isinstance(term, tuple):
        return 0
    return sum(map(_specials, term)) + (term[:1] in (("sqrt",), ("min",), ("max",), ("abs",), ("piecewise",)))


class Reading:
    """A statement's terms as quotients of polynomials, and its formulas as Boolean combinations of comparisons with 0.

    Terms: integers, names, ("+", ...), ("*", ...), ("/", a, b), ("^", a, n) with an integer n, ("sqrt", a), ("min", ...),
    ("max", ...), ("abs", a), ("piecewise", (value, condition), ...). Formulas: (relation, a, b) with < <= > >= = !=,
    ("and", ...), ("or", ...), ("not", f), ("=>", f, g), ("iff", f, ...), ("ite", f, g, h), ("true",), ("false",).
    """

    def __init__(self, statement: Statement) -> None:
        extra = sum(map(_specials, (*statement.given, statement.claim)))
        names = [*statement.variables, *(f"_{k}" for k in range(1, extra + 1))]
        if len(set(names)) < len(names) or not all(name.strip("'").isidentifier() for name in names):
            raise Rejected("variables need names of their own, of letters, digits and primes")
        self.names = {name: place for place, name in enumerate(names)}
        self.context = flint.fmpq_mpoly_ctx.get(names or ["_"], "degrevlex")
        self.gens = self.context.gens()
        self.one, self.zero = self.number(1), self.number(0)
        self.declared, self.used = len(statement.variables), 0
        self.definitions: list[Formula] = []
        self.needs: list[tuple[tuple[Formula, ...], Formula, str]] = []
        self._guards: list[Formula] = []
        self._known: dict[tuple[Term, str], Poly] = {}

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

    # terms

    def term(self, term: Term) -> tuple[Poly, Poly]:
        """Numerator and denominator; that the denominator is not zero is among the needs."""
        if isinstance(term, int) and not isinstance(term, bool):
            return self.number(term), self.one
        if isinstance(term, str) and self.names.get(term, self.declared) < self.declared:
            return self.gens[self.names[term]], self.one
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
                self._need(("!=", over), f"the denominator {_text(second)}")
                return self._reduced(top * under, bottom * over)
            case ("^", base, int(exponent)) if abs(exponent) <= POWER and not isinstance(exponent, bool):
                top, bottom = self.term(base)
                if exponent < 0:
                    self._need(("!=", top), f"the denominator {_text(base)}")
                    top, bottom = bottom, top
                return top ** abs(exponent), bottom ** abs(exponent)
            case ("sqrt", _) | ("min", _, *_) | ("max", _, *_) | ("abs", _) | ("piecewise", _, *_):
                key = (term, str(self._guards))
                if key not in self._known:
                    self._known[key] = getattr(self, f"_{term[0]}")(*term[1:])
                return self._known[key], self.one
        raise Rejected(f"{_text(term)} is not a term")

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
        self._need((">=", self._sign(top, bottom)), f"the root of {_text(inner)}")
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
                raise Rejected(f"{_text(branch)} is not a branch")
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

    def formula(self, formula: Term) -> Formula:
        """Comparisons with 0 under and/or."""
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
        raise Rejected(f"{_text(formula)} is not a formula")

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
        spread = re.sub(r"(?<=[^*^/\s])\s*([+-])\s*", r" \1", text.strip())
        found: dict[tuple[int, ...], Any] = {}
        for written in spread.split():
            powers, coefficient = [0] * len(self.gens), flint.fmpq(-1 if written[0] == "-" else 1)
            for factor in written.lstrip("+-").split("*"):
                name, _, exponent = factor.partition("^")
                if name in self.names:
                    powers[self.names[name]] += _integer(exponent or "1", POWER)
                else:
                    coefficient *= rational(factor)
            key = tuple(powers)
            found[key] = found.get(key, flint.fmpq(0)) + coefficient
        return self.context.from_dict(found)


def rational(text: Any) -> Any:
    """The non-negative rational number that is written as 3 or 3/2."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]+(/[0-9]+)?", text) or len(text) > DIGITS:
        raise Rejected(f"{_text(text)} is not a number")
    top, _, bottom = text.partition("/")
    if bottom and int(bottom) == 0:
        raise Rejected(f"{text} divides by zero")
    return flint.fmpq(int(top), int(bottom or 1))


def _integer(text: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > most:
        raise Rejected(f"{text!r} is not an exponent")
    return int(text)


def _text(term: Any) -> str:
    shown = str(term)
    return shown if len(shown) < 80 else shown[:77] + "..."


# -- proofs


@dataclass
class Facts:
    """What is known on the way down a proof: comparisons with 0, and disjunctions."""

    known: list[tuple[str, Poly]] = field(default_factory=list)
    open: list[tuple[Formula, ...]] = field(default_factory=list)

    def copy(self) -> Facts:
        return Facts(list(self.known), list(self.open))

    def add(self, formula: Formula) -> None:
        """Take conjunctions apart; a disjunction of one is what it consists of."""
        head, body = formula
        if head == "and" or (head == "or" and len(body) == 1):
            for part in body:
                self.add(part)
        elif head == "or":
            self.open.append(body)
        else:
            self.known.append((head, body))

    def inequality(self, place: Any, *, strict: bool = False) -> tuple[Poly, bool]:
        """The polynomial of a fact that is not negative, and whether it is positive; p != 0 counts as p² > 0."""
        relation, poly = self.at(place)
        if relation == "=" or (strict and relation == ">="):
            raise Rejected(f"fact {place} is not an inequality of the right kind")
        return (poly**2 if relation == "!=" else poly), relation != ">="

    def at(self, place: Any) -> tuple[str, Poly]:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(self.known):
            raise Rejected(f"there is no fact {_text(place)}")
        return self.known[place]


def refute(reading: Reading, question: Question, proof: Proof) -> None:
    """Raise Rejected unless the proof shows that the question's constraints have no solution."""
    facts = Facts()
    for constraint in question.constraints:
        facts.add(constraint)
    _refute(reading, facts, proof, 0)


def _refute(reading: Reading, facts: Facts, proof: Any, depth: int) -> None:
    if depth > DEPTH:
        raise Rejected("the proof is too deep")
    if not isinstance(proof, list | tuple):
        raise Rejected(f"{_text(proof)} is not a proof")
    match proof:
        case ["derive", relation, poly, positive, terms, multipliers, then]:
            facts = facts.copy()
            facts.known.append(_derived(reading, facts, relation, poly, positive, terms, multipliers))
            _refute(reading, facts, then, depth + 1)
        case ["absurd", place]:
            relation, poly = facts.at(place)
            if not poly.is_constant() or _true(relation, poly):
                raise Rejected(f"fact {place} is not absurd")
        case ["split", poly, [*branches]] if {b[0] for b in map(_pair, branches)} in COVERS:
            value = reading.polynomial(poly)
            for relation, then in map(_pair, branches):
                below = facts.copy()
                below.add((relation.replace("<", ">"), -value if relation in ("<", "<=") else value))
                _refute(reading, below, then, depth + 1)
        case ["cases", int(place), [*branches]] if 0 <= place < len(facts.open) and len(branches) == len(facts.open[place]):
            for part, then in zip(facts.open[place], branches, strict=True):
                below = facts.copy()
                below.add(part)
                _refute(reading, below, then, depth + 1)
        case _:
            raise Rejected(f"{_text(proof)} is not a step of a proof")


def _pair(branch: Any) -> tuple[str, Any]:
    if not isinstance(branch, list | tuple) or len(branch) != 2 or not isinstance(branch[0], str):
        raise Rejected(f"{_text(branch)} is not a branch of a split")
    return branch[0], branch[1]


def _true(relation: str, constant: Poly) -> bool:
    value = constant.leading_coefficient() if not constant.is_zero() else flint.fmpq(0)
    return bool({">": value > 0, ">=": value >= 0, "=": value == 0, "!=": value != 0}[relation])


def _derived(
    reading: Reading, facts: Facts, relation: Any, poly: Any, positive: Any, terms: Any, multipliers: Any
) -> tuple[str, Poly]:
    value, left, right = reading.polynomial(poly), reading.one, reading.zero
    for place in _items(positive):
        left = _times(left, facts.inequality(place, strict=True)[0])
    strict = weak = False
    for coefficient, factors, square in _triples(terms):
        product, positive_term = reading.number(rational(coefficient)), rational(coefficient) > 0
        for place in factors:
            factor, above = facts.inequality(place)
            product, positive_term = _times(product, factor), positive_term and above
        if square is not None:
            root = reading.polynomial(square)
            product, positive_term = _times(product, _times(root, root)), False
        right, strict, weak = right + product, strict or positive_term, True
    for multiplier, place in map(_items, _items(multipliers)):
        kind, equation = facts.at(place)
        if kind != "=":
            raise Rejected(f"fact {place} is not an equation")
        right = right + _times(reading.polynomial(multiplier), equation)
    if _times(left, value) != right:
        raise Rejected("an identity does not hold")
    if relation not in ((">", ">=") if strict else (">=",) if weak else ("=", ">=")):
        raise Rejected(f"the identity does not give {_text(relation)}")
    return relation, value


def _times(first: Poly, second: Poly) -> Poly:
    if len(first) * len(second) > WORK:
        raise Rejected("the certificate multiplies polynomials that are too long")
    return first * second


def _items(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise Rejected(f"{_text(value)} is not a list")
    return value


def _triples(terms: Any) -> Iterator[tuple[Any, Sequence[Any], Any]]:
    for term in map(_items, _items(terms)):
        if len(term) != 3:
            raise Rejected(f"{_text(term)} is not a term of a certificate")
        yield term[0], _items(term[1]), term[2]
