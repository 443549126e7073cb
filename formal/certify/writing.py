"""Proofs in the kernel's syntax. What a certificate would say more than once is a lemma: proved once, then applied.

Proofs become nodes, in which facts and disjunctions are known by what they say: equal nodes are one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formal.certify.reading import Formula
from formal.certify.tree import Absurd, Added, Choice, Derive, Fact, Split, Tree, same

Numbers = tuple[int, ...]


@dataclass(frozen=True)
class _Node:
    """A step: its rule, the nodes below it, the facts and disjunctions that all this rests on and does not add itself."""

    rule: tuple[Any, ...]
    below: Numbers
    facts: frozenset[int]
    choices: frozenset[int]


@dataclass(frozen=True)
class _Places:
    """Where facts and disjunctions are on the way down a proof, and how many there are; a fact may be there twice."""

    facts: Mapping[int, int]
    choices: Mapping[int, int]
    counts: tuple[int, int]

    def add(self, facts: Numbers, choices: Numbers = ()) -> _Places:
        known, open_ = self.counts
        return _Places(
            {**self.facts, **{f: place for place, f in enumerate(facts, known)}},
            {**self.choices, **{c: place for place, c in enumerate(choices, open_)}},
            (known + len(facts), open_ + len(choices)),
        )


NOWHERE = _Places({}, {}, (0, 0))


class Writing:
    """Writes the proofs of all questions of a statement."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self._said: list[list[str]] = []
        self._nodes: list[_Node] = []
        self._known: dict[int, tuple[Tree, int]] = {}
        self._lemmas: dict[int, tuple[int, Numbers]] = {}

    def certificate(self, proofs: Sequence[tuple[Added, Tree]]) -> dict[str, Any]:
        """The certificate of which these are the proofs, each with the facts and disjunctions of its question."""
        begun = [(NOWHERE.add(*self._added(added)), self._node(tree)) for added, tree in proofs]
        used = Counter([*(node for _, node in begun), *(below for node in self._nodes for below in node.below)])
        lemmas = list[Any]()
        for number, node in enumerate(self._nodes):  # after all that it rests on
            if used[number] > 1 and node.below and not node.choices:
                premises = tuple(sorted(node.facts))
                lemma = [[self._said[f] for f in premises], self._proof(number, NOWHERE.add(premises))]
                if _shorter(lemma, used[number]):
                    self._lemmas[number] = len(lemmas), premises
                    lemmas.append(lemma)
        return {"lemmas": lemmas, "proofs": [self._proof(node, places) for places, node in begun]}

    # nodes

    def _fact(self, fact: Fact) -> int:
        number = self._numbers.setdefault((fact.relation, same(fact.poly)), len(self._said))
        if number == len(self._said):
            self._said.append([fact.relation, str(fact.poly)])
        return number

    def _facts(self, facts: Iterable[Fact]) -> Numbers:
        return tuple(map(self._fact, facts))

    def _choice(self, choice: Choice) -> int:
        return self._numbers.setdefault(_form(("or", choice.parts)), len(self._numbers))

    def _added(self, added: Added) -> tuple[Numbers, Numbers]:
        return self._facts(added.facts), tuple(map(self._choice, added.choices))

    def _node(self, tree: Tree) -> int:
        if id(tree) not in self._known:
            node = self._made(tree)
            number = self._numbers.setdefault(node.rule, len(self._nodes))
            if number == len(self._nodes):
                self._nodes.append(node)
            self._known[id(tree)] = tree, number
        return self._known[id(tree)][1]

    def _made(self, tree: Tree) -> _Node:
        if isinstance(tree, Absurd):
            fact = self._fact(tree.fact)
            return _Node(("absurd", fact), (), frozenset([fact]), frozenset())
        if isinstance(tree, Derive):
            step, fact, last = tree.step, self._fact(tree.step.fact), self._node(tree.then)
            terms = tuple((str(c), self._facts(fs), None if s is None else str(s)) for c, fs, s in step.terms)
            multipliers = tuple((str(m), self._fact(e)) for m, e in step.multipliers)
            rule = ("derive", fact, self._facts(step.positive), terms, multipliers, last)
            then = self._nodes[last]
            return _Node(rule, (last,), (then.facts - {fact}) | {*self._facts(step.used())}, then.choices)
        ways = tuple((*self._added(added), self._node(then)) for *_, added, then in tree.branches)
        below = tuple(node for *_, node in ways)
        facts = frozenset[int]().union(*(self._nodes[node].facts - {*known} for known, _, node in ways))
        choices = frozenset[int]().union(*(self._nodes[node].choices - {*open_} for _, open_, node in ways))
        if isinstance(tree, Split):
            return _Node(("split", str(tree.poly), tuple(r for r, *_ in tree.branches), ways), below, facts, choices)
        choice = self._choice(tree.choice)
        return _Node(("cases", choice, ways), below, facts, choices | {choice})

    # text

    def _proof(self, number: int, at: _Places) -> list[Any]:
        if number in self._lemmas:
            lemma, premises = self._lemmas[number]
            return ["apply", lemma, [at.facts[f] for f in premises]]
        match self._nodes[number].rule:
            case "absurd", fact:
                return ["absurd", at.facts[fact]]
            case "derive", fact, positive, terms, multipliers, then:
                summands = [[weight, sorted(at.facts[f] for f in listed), square] for weight, listed, square in terms]
                zeros = [[multiplier, at.facts[equation]] for multiplier, equation in multipliers]
                places = sorted(at.facts[f] for f in positive)
                return ["derive", *self._said[fact], places, summands, zeros, self._proof(then, at.add((fact,)))]
            case "split", poly, relations, ways:
                return ["split", poly, [[r, way] for r, way in zip(relations, self._ways(ways, at), strict=True)]]
            case "cases", choice, ways:
                return ["cases", at.choices[choice], self._ways(ways, at)]
        raise AssertionError("there are no other rules")

    def _ways(self, ways: Iterable[tuple[Numbers, Numbers, int]], at: _Places) -> list[list[Any]]:
        return [self._proof(node, at.add(facts, choices)) for facts, choices, node in ways]


def _shorter(lemma: list[Any], uses: int) -> bool:
    """Whether a lemma and its uses take less to write than its proof as many times."""
    premises, proof = (len(json.dumps(part)) for part in lemma)
    use = len(json.dumps(["apply", 0, [0] * len(lemma[0])]))
    return premises + proof + uses * use < uses * proof


def _form(formula: Formula) -> tuple[Any, ...]:
    head, body = formula
    return (head, tuple(map(_form, body))) if head in ("and", "or") else (head, same(body))
