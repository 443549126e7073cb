"""What a perfect Bayesian equilibrium is, stated from the game's own tree as formulas in behaviour and beliefs.

Definitions
-----------
The *weights* of two nodes are the probabilities with which they are reached, where moves that the two share are left out: the
same action at the same set, on the way to both, is as if it had been taken. Two sets are *alike* when their nodes are told
apart by the same moves, with draws of the same relative probabilities.

An assessment is a perfect Bayesian equilibrium when, at every information set,

- probabilities and beliefs are not negative and sum to 1;
- Bayes' rule: beliefs in any two nodes are in the proportion of their weights, even off the path of play;
- from an earlier set through which all nodes are reached beliefs are handed on: they are in the proportion of what was believed
  there times the weights from there on;
- no signalling of what one does not know: sets that are alike hold the same belief;
- sequential rationality: given the belief and the strategies, no action pays the mover more than those that it takes.

Each of these holds in every sequential equilibrium, since shared moves cancel in any sequence of trembles, and beliefs follow
from Bayes' rule throughout; in games with one
signal and one reply the two concepts coincide (Fudenberg and Tirole 1991, Journal of Economic Theory 53, 236-260).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import sympy as sp

from formal.derive.assessment import Mixture
from formal.model.information import Information, InformationSet, Way
from formal.model.tree import Chance, Decision, Leaf, Node

Behaviour = Mapping[str, Mixture]
Beliefs = Mapping[str, Sequence[sp.Expr]]
Supports = Mapping[InformationSet, tuple[str, ...]]


def expected(info: Information, node: Node, behaviour: Behaviour, player: str) -> sp.Expr:
    """What a player expects from a node on."""
    if isinstance(node, Leaf):
        return node.payoffs[player]
    if isinstance(node, Chance):
        pairs = list(zip(node.probabilities, node.children, strict=True))
    else:
        assert isinstance(node, Decision)
        mixture = behaviour[info.of[node].name]
        pairs = [(mixture[a], c) for a, c in zip(node.actions, node.children, strict=True) if a in mixture]
    return sp.Add(*(w * expected(info, child, behaviour, player) for w, child in pairs))


def after(info: Information, where: InformationSet, action: str, behaviour: Behaviour, beliefs: Beliefs) -> sp.Expr:
    """What the mover expects from an action, given what it believes."""
    children = [node.children[node.actions.index(action)] for node in where.nodes]
    weights = beliefs[where.name] if len(children) > 1 else (sp.Integer(1),)
    return sp.Add(*(w * expected(info, c, behaviour, where.player) for w, c in zip(weights, children, strict=True)))


def weight(way: Way, behaviour: Behaviour) -> sp.Expr:
    """The probability of a way to a node."""
    return sp.Mul(way.probability, *(behaviour[s.name].get(a, sp.Integer(0)) for s, a in way.actions))


def bayes(info: Information, where: InformationSet, behaviour: Behaviour, beliefs: Sequence[sp.Expr]) -> Iterator[sp.Basic]:
    """That the beliefs in any two nodes are in the proportion of their weights, apart from the moves that the two share."""
    yield from _proportional([info.way(node) for node in where.nodes], behaviour, beliefs, [sp.Integer(1)] * len(beliefs))


def handed_on(
    info: Information, where: InformationSet, behaviour: Behaviour, beliefs: Beliefs
) -> Iterator[tuple[InformationSet, sp.Basic]]:
    """That beliefs follow by Bayes' rule from those at each earlier set through which the set is reached."""
    for earlier, through in info.through(where):
        before = beliefs[earlier.name] if len(earlier.nodes) > 1 else (sp.Integer(1),)
        known = [before[earlier.nodes.index(node)] for node in through]
        ways = [info.between(first, last) for first, last in zip(through, where.nodes, strict=True)]
        for claim in _proportional(ways, behaviour, beliefs[where.name], known):
            yield earlier, claim


def _proportional(
    ways: Sequence[Way], behaviour: Behaviour, beliefs: Sequence[sp.Expr], before: Sequence[sp.Expr]
) -> Iterator[sp.Basic]:
    """That beliefs are in the proportion of the weights of the ways times what was believed before, pair by pair."""
    for i, j in combinations(range(len(ways)), 2):
        shared = set(ways[i].actions) & set(ways[j].actions)
        mine, theirs = (
            before[k] * weight(Way(ways[k].probability, tuple(a for a in ways[k].actions if a not in shared)), behaviour)
            for k in (i, j)
        )
        if mine != 0 or theirs != 0:
            yield sp.Eq(beliefs[i] * theirs, beliefs[j] * mine, evaluate=False)


def alike(info: Information) -> Iterator[tuple[InformationSet, InformationSet]]:
    """Pairs of sets of several nodes that are told apart by the same moves and relative probabilities of draws."""
    several = [s for s in info.sets if len(s.nodes) > 1]
    for first, second in combinations(several, 2):
        mine, theirs = info.apart(first), info.apart(second)
        if len(mine) == len(theirs) and all(
            a.actions == b.actions
            and sp.cancel(a.probability * theirs[0].probability - b.probability * mine[0].probability) == 0
            for a, b in zip(mine, theirs, strict=True)
        ):
            yield first, second


def rational(
    info: Information, where: InformationSet, behaviour: Behaviour, beliefs: Beliefs
) -> Iterator[tuple[str, sp.Basic]]:
    values = {a: after(info, where, a, behaviour, beliefs) for a in where.actions}
    for taken in behaviour[where.name]:
        for action in where.actions:
            if action != taken:
                claim = sp.Ge(values[taken], values[action], evaluate=False)
                yield f"{where.player} takes {taken} rather than {action} at {where.name}", claim


def unknown_mixture(where: InformationSet, support: Sequence[str]) -> tuple[Mixture, list[sp.Basic]]:
    """Unknown probabilities of the actions in a support, and that they are positive."""
    *named, _ = (sp.Dummy(f"{where.name}:{a}", positive=True) for a in support)
    rest = 1 - sp.Add(*named) if named else sp.Integer(1)
    mixture = dict(zip(support, (*named, rest), strict=True))
    return mixture, [sp.Gt(w, 0, evaluate=False) for w in mixture.values() if w != 1]


def weights(info: Information, where: InformationSet, behaviour: Behaviour) -> list[sp.Expr]:
    """Weights, which serve as beliefs where only the order of payoffs matters."""
    return [weight(way, behaviour) for way in info.apart(where)]
