"""Proofs while they are searched for, in which facts are objects; `formal.certify.writing` makes them places in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
