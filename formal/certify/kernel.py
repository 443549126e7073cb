"""The kernel: whether a certificate proves a statement, by exact arithmetic alone.

What acceptance means
---------------------
`check(statement, certificate)` returns normally only if, for all real values of the variables: each given formula, where those
before it hold, has a value; and where all of them hold the claim has a value and is true. Each need for a value and the claim
itself is a question: constraints that must have no real solution. A certificate has lemmas, facts that have no common solution,
and a proof for each question; a proof is a tree of five rules:

- derive: c h = Σ λ_i T_i + Σ m_k e_k, an identity of polynomials, with c a product of facts that are positive, λ_i > 0,
  T_i a product of inequalities among the facts and of a square, e_k = 0 facts. Then h = 0 without any T_i; h > 0 if in some
  T_i all factors are positive and there is no square; h ≥ 0 always;
- absurd: a fact that compares numbers is false;
- split: a polynomial is positive, zero or negative, and each case has its proof;
- cases: each alternative of a disjunction among the facts has its proof;
- apply: the facts of a lemma are among the facts. A lemma is proved as a question is, with the lemmas before it.

(Krivine 1964 and Stengle 1974: if constraints have no solution, a certificate exists.)

What is trusted
---------------
This file and `formal.certify.reading`; python-flint's arithmetic of rational polynomials (+, -, *, comparison: factors and
common divisors are multiplied out again before they are used); and Python. Nothing here solves, searches or rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import flint

from formal.certify.reading import Formula, Poly, Reading, Rejected, Statement, negate, rational, shown

Fact = tuple[str, Poly]
Lemmas = Sequence[tuple[Fact, ...]]
Certificate = Mapping[str, Any]  # {"lemmas": [[[[relation, polynomial], ...], proof], ...], "proofs": [proof, ...]}
DEPTH, FACTORS, WORK, ALL_WORK = 200, 32, 2_000_000, 200_000_000
COVERS = ({">", "=", "<"}, {">=", "<"}, {">", "<="}, {"=", "!="})


@dataclass(frozen=True)
class Question:
    """Constraints that have to have no solution, and what has no value otherwise ("" for the claim itself)."""

    constraints: tuple[Formula, ...]
    shown: str = ""


def check(statement: Statement, certificate: Certificate) -> None:
    """Raise Rejected unless the certificate's proofs, one a question in order, prove the statement."""
    if not isinstance(certificate, dict) or certificate.keys() != {"lemmas", "proofs"}:
        raise Rejected("a certificate consists of lemmas and proofs")
    try:
        _check(statement, certificate)
    except RecursionError:
        raise Rejected("the statement or a proof is nested too deeply") from None


def _check(statement: Statement, certificate: Certificate) -> None:
    reading = Reading(statement)
    asked, proofs = questions(reading, statement), _items(certificate["proofs"])
    if len(proofs) != len(asked):
        raise Rejected(f"the statement has {len(asked)} questions, the certificate {len(proofs)} proofs")
    lemmas: list[tuple[Fact, ...]] = []
    for premises, proof in _rows(certificate["lemmas"], 2):
        stated = tuple(_fact(reading, *premise) for premise in _rows(premises, 2))
        _refute(reading, Facts(lemmas, list(stated)), proof, 0)
        lemmas.append(stated)
    for question, proof in zip(asked, proofs, strict=True):
        facts = Facts(lemmas)
        for constraint in question.constraints:
            facts.add(constraint)
        _refute(reading, facts, proof, 0)


def _fact(reading: Reading, relation: Any, poly: Any) -> Fact:
    if relation not in (">", ">=", "=", "!="):
        raise Rejected(f"{shown(relation)} is not a relation of facts")
    return relation, reading.polynomial(poly)


def questions(reading: Reading, statement: Statement) -> list[Question]:
    """What the statement needs to have a value, in order, and its denial at last."""
    asked: list[Question] = []
    given: list[Formula] = []
    for part in (*statement.given, statement.claim):
        formula = reading.part(part)
        for before, need, what in reading.needs:
            asked.append(Question((*given, *before, negate(need)), what))
        reading.needs.clear()
        given.append(formula)
    return [*asked, Question((*given[:-1], *reading.definitions, negate(given[-1])))]


@dataclass
class Facts:
    """What is known on the way down a proof: comparisons with 0, and disjunctions; and the lemmas that are proved."""

    lemmas: Lemmas
    known: list[Fact] = field(default_factory=list)
    open: list[tuple[Formula, ...]] = field(default_factory=list)

    def copy(self, reading: Reading) -> Facts:
        _work(reading, len(self.known) + len(self.open))
        return Facts(self.lemmas, list(self.known), list(self.open))

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

    def inequality(self, reading: Reading, place: Any, *, strict: bool = False) -> tuple[Poly, bool]:
        """The polynomial of a fact that is not negative, and whether it is positive; p != 0 counts as p² > 0."""
        relation, poly = self.at(place)
        if relation == "=" or (strict and relation == ">="):
            raise Rejected(f"fact {place} is not an inequality of the right kind")
        return (_times(reading, poly, poly) if relation == "!=" else poly), relation != ">="

    def at(self, place: Any) -> Fact:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(self.known):
            raise Rejected(f"there is no fact {shown(place)}")
        return self.known[place]


def _refute(reading: Reading, facts: Facts, proof: Any, depth: int) -> None:
    """Raise Rejected unless the proof shows that the facts, which are added to, have no common solution."""
    if depth > DEPTH:
        raise Rejected("the proof is too deep")
    if not isinstance(proof, list | tuple):
        raise Rejected(f"{shown(proof)} is not a proof")
    match proof:
        case ["derive", relation, poly, positive, terms, multipliers, then]:
            facts.known.append(_derived(reading, facts, relation, poly, positive, terms, multipliers))
            _refute(reading, facts, then, depth + 1)
        case ["absurd", place]:
            relation, poly = facts.at(place)
            if not poly.is_constant() or _true(relation, poly):
                raise Rejected(f"fact {place} is not absurd")
        case ["split", poly, [*branches]] if {b[0] for b in map(_pair, branches)} in COVERS:
            value = reading.polynomial(poly)
            for relation, then in map(_pair, branches):
                below = facts.copy(reading)
                below.add((relation.replace("<", ">"), -value if relation in ("<", "<=") else value))
                _refute(reading, below, then, depth + 1)
        case ["cases", int(place), [*branches]] if 0 <= place < len(facts.open) and len(branches) == len(facts.open[place]):
            for part, then in zip(facts.open[place], branches, strict=True):
                below = facts.copy(reading)
                below.add(part)
                _refute(reading, below, then, depth + 1)
        case ["apply", int(number), [*places]] if 0 <= number < len(facts.lemmas):
            if facts.lemmas[number] != tuple(map(facts.at, places)):
                raise Rejected(f"lemma {number} speaks of other facts")
        case _:
            raise Rejected(f"{shown(proof)} is not a step of a proof")


def _pair(branch: Any) -> tuple[str, Any]:
    if not isinstance(branch, list | tuple) or len(branch) != 2 or not isinstance(branch[0], str):
        raise Rejected(f"{shown(branch)} is not a branch of a split")
    return branch[0], branch[1]


def _true(relation: str, constant: Poly) -> bool:
    value = constant.leading_coefficient() if not constant.is_zero() else flint.fmpq(0)
    return bool({">": value > 0, ">=": value >= 0, "=": value == 0, "!=": value != 0}[relation])


def _derived(reading: Reading, facts: Facts, relation: Any, poly: Any, positive: Any, terms: Any, multipliers: Any) -> Fact:
    value, right = reading.polynomial(poly), reading.zero
    left = value
    for place in _factors(positive):
        left = _times(reading, left, facts.inequality(reading, place, strict=True)[0])
    strict = weak = False
    for coefficient, listed, square in _rows(terms, 3):
        weight = rational(coefficient)
        product, positive_term = None, weight > 0
        for place in _factors(listed):
            factor, above = facts.inequality(reading, place)
            product = factor if product is None else _times(reading, product, factor)
            positive_term = positive_term and above
        if square is not None:
            root = reading.polynomial(square)
            squared, positive_term = _times(reading, root, root), False
            product = squared if product is None else _times(reading, product, squared)
        summand = reading.number(weight) if product is None else product * weight
        right, strict, weak = _plus(reading, right, summand), strict or positive_term, True
    for multiplier, place in _rows(multipliers, 2):
        kind, equation = facts.at(place)
        if kind != "=":
            raise Rejected(f"fact {place} is not an equation")
        right = _plus(reading, right, _times(reading, reading.polynomial(multiplier), equation))
    if left != right:
        raise Rejected("an identity does not hold")
    if relation not in ((">", ">=") if strict else (">=",) if weak else ("=", ">=")):
        raise Rejected(f"the identity does not give {shown(relation)}")
    return relation, value


def _times(reading: Reading, first: Poly, second: Poly) -> Poly:
    work = len(first) * len(second)
    if work > WORK:
        raise Rejected("the certificate multiplies polynomials that are too long")
    _work(reading, work)
    return first * second


def _plus(reading: Reading, first: Poly, second: Poly) -> Poly:
    _work(reading, len(first) + len(second))
    return first + second


def _work(reading: Reading, amount: int) -> None:
    reading.work += amount
    if reading.work > ALL_WORK:
        raise Rejected("the certificate takes too much work")


def _items(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise Rejected(f"{shown(value)} is not a list")
    return value


def _rows(value: Any, length: int) -> Sequence[Sequence[Any]]:
    rows = _items(value)
    for row in rows:
        if len(_items(row)) != length:
            raise Rejected(f"{shown(row)} is not a part of a certificate")
    return rows


def _factors(value: Any) -> Sequence[Any]:
    if len(_items(value)) > FACTORS:
        raise Rejected(f"a product has more than {FACTORS} factors")
    return _items(value)
