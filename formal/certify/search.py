"""The search for a certificate: disjunctions are split until the facts of each branch contradict one another.

Z3 says which constraints are needed (`formal.certify.oracle`), `formal.certify.leaf` looks for the identity. Where it finds
none, the sign of a polynomial that matters is split upon, one that makes each case rest on little. Nothing here is trusted: the
kernel checks what comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, zip_longest
from typing import Any

from formal.certify.combination import ONE
from formal.certify.kernel import Question, questions
from formal.certify.leaf import Leaf
from formal.certify.oracle import Oracle
from formal.certify.products import combined
from formal.certify.reading import Formula, Poly, Reading, Statement
from formal.certify.squares import squared
from formal.certify.tree import Absurd, Added, Cases, Choice, Derive, Derived, Fact, Split, Tree, added, same, used
from formal.certify.writing import Writing
from formal.errors import FormalError

CANDIDATES, BUDGET, ASKED = 8, 500_000, 100
SUMS = 5  # sums of squares, after products of sizes up to 4
FEW, MORE, SQUARES = range(2), range(2, 5), range(SUMS, SUMS + 1)
TRIES = ((0, FEW), (1, FEW), (0, SQUARES), (0, MORE), (2, FEW), (1, SQUARES), (1, MORE), (2, MORE))  # splits, sizes
SIDES = (">", "=", "<")
TRIED = 4
Case = tuple[Fact, Tree | None, list[Fact]]


class NotFoundError(FormalError):
    """The search found no certificate."""


def certificate(statement: Statement, budget: int = BUDGET) -> dict[str, Any]:
    """A certificate: proofs for all questions of the statement, each found within the budget.

    Raises NotFoundError, naming the first question without one.
    """
    reading, proofs = Reading(statement), list[tuple[Added, Tree]]()
    asked = questions(reading, statement)
    search = Search(reading)
    for question in asked:
        search.budget = budget
        proof = search.proof(question)
        if proof is None:
            raise NotFoundError(f"no certificate was found for {question.shown or 'the claim'}", place=None)
        proofs.append(proof)
    return Writing().certificate(proofs)


class Search:
    """One question's proof; the budget is the columns of all linear programs, and so many for each question to Z3."""

    def __init__(self, reading: Reading, budget: int = BUDGET) -> None:
        self.reading, self.oracle, self.budget = reading, Oracle(len(reading.gens)), budget
        self._interned: dict[tuple[str, tuple[Any, ...]], Fact] = {}
        self._learned: list[tuple[set[Fact], Tree]] = []
        self._splits: dict[frozenset[Fact], list[tuple[Poly, dict[str, Case]]]] = {}

    def proof(self, question: Question) -> tuple[Added, Tree] | None:
        """What the question's constraints say, and the proof against it; or None."""
        facts, choices = list[Fact](), list[Choice]()
        for more in map(self._added, question.constraints):
            facts += more.facts
            choices += more.choices
        tree = self.close(facts, choices, facts)
        return None if tree is None else (Added(tuple(facts), tuple(choices)), tree)

    def close(self, facts: Sequence[Fact], choices: Sequence[Choice], known: Sequence[Fact]) -> Tree | None:
        """A proof that facts and disjunctions have no common solution; what else is known may help to find the identity."""
        at_once = _opposed(self.reading, facts) or self._remembered(facts)
        if at_once is not None:
            return at_once
        if self.budget <= 0:
            return None
        self.budget -= ASKED
        shown = [*((f.relation, f.poly) for f in facts), *(("or", c.parts) for c in choices)]
        core = self.oracle.core(shown)
        if core is None:
            core = list(range(len(shown)))
        needed = [facts[k] for k in core if k < len(facts)]
        open_ = [choices[k - len(facts)] for k in core if k >= len(facts)]
        if not open_:
            return self._contradiction(needed, known)
        choice = self._choice(needed, open_)
        branches = []
        for part in choice.parts:
            more = self._added(part)
            kept = [*needed, *more.facts, *_helpful(known, needed)]
            then = self.close(kept, [*(c for c in open_ if c is not choice), *more.choices], [*known, *more.facts])
            if then is None:
                return None
            branches.append((more, then))
        return Cases(choice, tuple(branches))

    def _fact(self, relation: str, poly: Poly) -> Fact:
        """One and the same fact for one comparison, so that a proof that rests on it can be used again."""
        return self._interned.setdefault((relation, same(poly)), Fact(relation, poly))

    def _added(self, formula: Formula) -> Added:
        more = added(formula)
        return Added(tuple(self._fact(f.relation, f.poly) for f in more.facts), more.choices)

    def _remembered(self, facts: Sequence[Fact]) -> Tree | None:
        """An earlier proof that rests on nothing but these facts."""
        known = set(facts)
        return next((tree for needed, tree in self._learned if needed <= known), None)

    def _choice(self, facts: Sequence[Fact], choices: Sequence[Choice]) -> Choice:
        """The disjunction of which fewest parts are compatible with the facts."""
        if len(choices) == 1:
            return choices[0]
        known = [(f.relation, f.poly) for f in facts]
        ranked = sorted(choices, key=lambda c: len(c.parts))[:CANDIDATES]
        counts = [sum(not self.oracle.contradictory([*known, part]) for part in c.parts) for c in ranked]
        return ranked[counts.index(min(counts))]

    def _contradiction(self, needed: Sequence[Fact], known: Sequence[Fact]) -> Tree | None:
        """A proof that the facts that are needed, of those known, contradict one another; it is remembered."""
        tree = self._proof(needed, known)
        if tree is not None:
            self._learned.append((used(tree), tree))
        return tree

    def _proof(self, needed: Sequence[Fact], known: Sequence[Fact]) -> Tree | None:
        unequal = next((f for f in needed if f.relation == "!="), None)
        if unequal is not None:
            return self._apart(unequal, needed, known)
        pinned = _pinned(needed)
        if pinned is not None:
            return self._equal(*pinned, needed, known)
        facts = [*needed, *_helpful(known, needed)]
        tries = (self._leaf(facts, splits, sizes) for splits, sizes in TRIES)
        return next((tree for tree in tries if tree is not None), None)

    def _leaf(self, facts: Sequence[Fact], splits: int, sizes: range) -> Tree | None:
        """A proof with so many splits one in another, from products of these sizes."""
        leaves = []
        for constant, eliminated in ((True, False), (False, False), (True, True)):
            leaf = Leaf(self.reading, facts)
            leaf.simplify(constant=constant)
            if eliminated and not leaf.eliminate():
                continue
            leaf.sums()
            leaf.discriminants()
            absurd = leaf.absurd()
            if absurd is not None:
                return absurd
            leaves.append(leaf)
        for leaf, size in ((leaf, size) for size in sizes for leaf in leaves):
            if self.budget <= 0:
                return None
            before = leaf.columns
            found = squared(leaf) if size == SUMS else combined(leaf, size)
            self.budget -= ASKED + leaf.columns - before
            if found is not None:
                return found
        return self._split(leaves, facts, splits, sizes) if splits else None

    def _apart(self, unequal: Fact, needed: Sequence[Fact], known: Sequence[Fact]) -> Tree | None:
        """p ≠ 0 read as p > 0 or p < 0."""
        zero = self._fact("=", unequal.poly)
        end = Derived(Fact(">", self.reading.zero), (), ((ONE, (unequal,), None),), ((-unequal.poly, zero),))
        branches: list[tuple[str, Added, Tree]] = [("=", Added((zero,)), Derive(end, Absurd(end.fact)))]
        for side in (">", "<"):
            fact = self._fact(">", unequal.poly if side == ">" else -unequal.poly)
            rest = [f for f in needed if f is not unequal]
            then = self.close([*rest, fact, *_helpful(known, rest)], [], [*known, fact])
            if then is None:
                return None
            branches.append((side, Added((fact,)), then))
        return Split(unequal.poly, tuple(branches))

    def _equal(self, low: Fact, high: Fact, needed: Sequence[Fact], known: Sequence[Fact]) -> Tree | None:
        """p ≥ 0 and p ≤ 0 read as p = 0."""
        zero, said = self._fact("=", low.poly), {same(low.poly), same(high.poly)}
        rest = [f for f in needed if same(f.poly) not in said]
        others = [f for f in known if same(f.poly) not in said]
        then = self.close([*rest, zero, *_helpful(others, rest)], [], [*others, zero])
        if then is None:
            return None
        branches: list[tuple[str, Added, Tree]] = [("=", Added((zero,)), then)]
        for side, other in ((">", high), ("<", low)):
            fact = self._fact(">", low.poly if side == ">" else high.poly)
            end = Derived(Fact(">", self.reading.zero), (), ((ONE, (fact,), None), (ONE, (other,), None)))
            branches.append((side, Added((fact,)), Derive(end, Absurd(end.fact))))
        return Split(low.poly, tuple(branches))

    def _split(self, leaves: Sequence[Leaf], facts: Sequence[Fact], splits: int, sizes: range) -> Tree | None:
        """A case for each sign of a polynomial that matters, best of one that makes each case rest on little."""
        for poly, cases in self._ranked(leaves, facts)[:TRIED]:
            branches = []
            for side, (fact, at_once, needed) in cases.items():
                then = at_once or self._leaf([*needed, *_helpful([*facts, fact], needed)], splits - 1, sizes)
                if then is None:
                    break
                branches.append((side, Added((fact,)), then))
            else:
                return Split(poly, tuple(branches))
        return None

    def _ranked(self, leaves: Sequence[Leaf], facts: Sequence[Fact]) -> list[tuple[Poly, dict[str, Case]]]:
        """Polynomials to split upon with the cases for their signs: first those whose worst case rests on least."""
        key = frozenset(facts)
        if key not in self._splits:
            polys = {same(poly): poly for leaf in reversed(leaves) for poly in islice(_undetermined(leaf), CANDIDATES)}
            made = [(poly, {side: self._case(poly, side, facts) for side in SIDES}) for poly in polys.values()]
            self.budget -= len(made)
            self._splits[key] = sorted(made, key=lambda pair: max(_weight(case) for case in pair[1].values()))
        return self._splits[key]

    def _case(self, poly: Poly, side: str, facts: Sequence[Fact]) -> Case:
        """The fact that the polynomial has this sign, a proof against it that is seen at once, and what else it takes."""
        fact = self._fact("=" if side == "=" else ">", -poly if side == "<" else poly)
        known = [*facts, fact]
        core = self.oracle.core([(f.relation, f.poly) for f in known])
        needed = known if core is None or len(facts) not in core else [known[k] for k in core]
        return fact, _opposed(self.reading, known), needed


def _weight(case: Case) -> int:
    """How much a case rests on."""
    _, at_once, needed = case
    return 0 if at_once is not None else sum(len(f.poly) for f in needed)


def _pinned(facts: Sequence[Fact]) -> tuple[Fact, Fact] | None:
    """Facts p ≥ 0 and -p ≥ 0."""
    table = {same(f.poly): f for f in facts if f.relation == ">=" and not f.poly.is_constant()}
    found = ((f, table.get(same(-f.poly))) for f in table.values())
    return next(((low, high) for low, high in found if high is not None), None)


def _helpful(facts: Sequence[Fact], but: Sequence[Fact]) -> list[Fact]:
    """Simple facts about the variables that matter."""
    used = _used(but)
    simple = (f for f in facts if f.relation != "!=" and f.poly.total_degree() <= 2 and len(f.poly) <= 3 and f not in but)
    return [f for f in simple if _used([f]) <= used]


def _used(facts: Sequence[Fact]) -> set[int]:
    return {place for f in facts for place, degree in enumerate(f.poly.degrees()) if degree > 0}


def _opposed(reading: Reading, facts: Sequence[Fact]) -> Tree | None:
    """A proof from one fact, or from two that deny each other."""
    table = {same(f.poly): f for f in facts if f.relation in (">", ">=")}
    for fact in facts:
        if fact.false:
            return Absurd(fact)
        if fact.relation == ">" and not fact.poly.is_constant():
            other = table.get(same(-fact.poly))
            if other is not None:
                end = Derived(Fact(">", reading.zero), (), ((ONE, (fact,), None), (ONE, (other,), None)))
                return Derive(end, Absurd(end.fact))
    return None


def _undetermined(leaf: Leaf) -> Iterator[Poly]:
    """Polynomials whose sign is not known and matters.

    Factors of facts, differences of roots, coefficients, variables, differences of variables.
    """
    seen = set[Any]()

    def new(poly: Poly) -> bool:
        fresh = not {same(poly), same(-poly)} & seen and not poly.is_constant()
        seen.update((same(poly), same(-poly)))
        return fresh and leaf.positive(poly) is None and leaf.positive(-poly) is None

    for fact in leaf.facts:
        factors = [factor for factor, _ in fact.poly.factor()[1]] if not fact.poly.is_zero() else []
        if len(factors) > 1 or any(power > 1 for _, power in fact.poly.factor()[1]):
            yield from (factor for factor in factors if new(factor))
    used = sorted({i for f in leaf.facts for p in f.poly.monoms() for i, k in enumerate(p) if k})
    roots = [i for i in used if any(f.relation == "=" and f.poly.degrees()[i] > 1 for f in leaf.given)]
    yield from (d for d in _differences(leaf, roots) if new(d))
    for fact in (f for f in leaf.facts if f.relation == "="):
        for place in used:
            parts = leaf.parts(fact.poly, place)
            if len(parts) == 2 and new(parts[1]):
                yield parts[1]
    yield from (leaf.gens[i] for i in used if new(leaf.gens[i]))
    ordered = (d for d in _differences(leaf, used) if new(d))
    weak = (leaf.gens[i] for i in used if i in leaf.signs and not leaf.signs[i][1])
    yield from (poly for pair in zip_longest(ordered, weak) for poly in pair if poly is not None)
    for fact in leaf.facts:
        for place in used:
            parts = leaf.parts(fact.poly, place)
            if 2 <= len(parts) <= 3 and new(parts[-1]):
                yield parts[-1]


def _differences(leaf: Leaf, places: Sequence[int]) -> Iterator[Poly]:
    return (leaf.gens[first] - leaf.gens[second] for first, second in combinations(places, 2))
