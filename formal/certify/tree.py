"""Proofs while they are searched for: facts are objects, which become places in the kernel's list when all is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from formal.certify.reading import Formula, Poly


def same(poly: Poly) -> tuple[Any, ...]:
    """Equal for equal polynomials, which cannot be hashed themselves; their strings are never freed (python-flint 0.9)."""
    return tuple(poly.terms())


@dataclass(frozen=True, eq=False)
class Fact:
    """A comparison of a polynomial with 0."""

    relation: str
    poly: Poly

    @property
    def false(self) -> bool:
        """Whether it compares a number, wrongly."""
        if not self.poly.is_constant():
            return False
        value = 0 if self.poly.is_zero() else self.poly.leading_coefficient()
        return not {">": value > 0, ">=": value >= 0, "=": value == 0, "!=": value != 0}[self.relation]


@dataclass(frozen=True, eq=False)
class Choice:
    """A disjunction."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Added:
    """What a branch adds to what is known."""

    facts: tuple[Fact, ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Derived:
    """A fact and why it holds: Π positive · fact = Σ coefficient Π factors square² + Σ multiplier equation."""

    fact: Fact
    positive: tuple[Fact, ...] = ()
    terms: tuple[tuple[Any, tuple[Fact, ...], Poly | None], ...] = ()
    multipliers: tuple[tuple[Poly, Fact], ...] = ()

    def used(self) -> list[Fact]:
        """The facts that it rests on."""
        return [*self.positive, *(f for _, factors, _ in self.terms for f in factors), *(e for _, e in self.multipliers)]


@dataclass(frozen=True)
class Derive:
    step: Derived
    then: Tree


@dataclass(frozen=True)
class Absurd:
    fact: Fact


@dataclass(frozen=True)
class Split:
    poly: Poly
    branches: tuple[tuple[str, Added, Tree], ...]


@dataclass(frozen=True)
class Cases:
    choice: Choice
    branches: tuple[tuple[Added, Tree], ...]


Tree = Derive | Absurd | Split | Cases


def chained(steps: Sequence[Derived], then: Tree) -> Tree:
    """The tree after these steps, without those that nothing rests on."""
    needed = used(then)
    for step in reversed(steps):
        if step.fact in needed:
            then, needed = Derive(step, then), (needed - {step.fact}) | set(step.used())
    return then


def used(tree: Tree) -> set[Fact]:
    """The facts that a proof rests on, as far as it does not add them itself."""
    if isinstance(tree, Derive):
        return (used(tree.then) - {tree.step.fact}) | set(tree.step.used())
    if isinstance(tree, Absurd):
        return {tree.fact}
    below = [used(then) - set(added.facts) for *_, added, then in tree.branches]
    return set[Fact]().union(*below)


@dataclass
class Writing:
    """Places of facts and disjunctions on the way down a tree, and how many there are; a fact may be there twice."""

    facts: dict[Fact, int] = field(default_factory=dict)
    choices: dict[Choice, int] = field(default_factory=dict)
    counts: tuple[int, int] = (0, 0)

    def add(self, added: Added) -> Writing:
        known, open_ = self.counts
        facts = self.facts | {f: known + k for k, f in enumerate(added.facts)}
        choices = self.choices | {c: open_ + k for k, c in enumerate(added.choices)}
        return Writing(facts, choices, (known + len(added.facts), open_ + len(added.choices)))

    def write(self, tree: Tree) -> list[Any]:
        """The proof in the kernel's syntax."""
        if isinstance(tree, Absurd):
            return ["absurd", self.facts[tree.fact]]
        if isinstance(tree, Derive):
            return self._derived(tree.step, self.add(Added((tree.step.fact,))).write(tree.then))
        if isinstance(tree, Split):
            return ["split", str(tree.poly), [[relation, self.add(a).write(t)] for relation, a, t in tree.branches]]
        return ["cases", self.choices[tree.choice], [self.add(a).write(t) for a, t in tree.branches]]

    def _derived(self, step: Derived, then: list[Any]) -> list[Any]:
        terms = [[str(c), sorted(self.facts[f] for f in fs), None if s is None else str(s)] for c, fs, s in step.terms]
        multipliers = [[str(m), self.facts[e]] for m, e in step.multipliers]
        positive = sorted(self.facts[f] for f in step.positive)
        return ["derive", step.fact.relation, str(step.fact.poly), positive, terms, multipliers, then]


def added(formula: Formula) -> Added:
    """A formula taken apart as the kernel does it."""
    facts, choices = list[Fact](), list[Choice]()

    def add(formula: Formula) -> None:
        head, body = formula
        if head == "and" or (head == "or" and len(body) == 1):
            for part in body:
                add(part)
        elif head == "or":
            choices.append(Choice(body))
        else:
            facts.append(Fact(head, body))

    add(formula)
    return Added(tuple(facts), tuple(choices))
