"""What a derivation proposes for a game with private information: assessments, gathered in classes.

Definitions
-----------
An assessment says with which probabilities each information set's mover takes each action, and how likely the mover thinks it
to be at each of the set's nodes. Assessments that agree on the path of play, and differ only in what is done and believed off
it, form a class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from formal.derive.partition import Conditions

Mixture = Mapping[str, sp.Expr]


@dataclass(frozen=True)
class Assessment:
    """Behaviour (probabilities of the actions in the support) and beliefs by the name of the information set, and where both
    form an equilibrium."""

    conditions: Conditions
    behaviour: Mapping[str, Mixture]
    beliefs: Mapping[str, tuple[sp.Expr, ...]]


@dataclass(frozen=True)
class Reply:
    """Something that may be done at a set off the path: where, beside the class's own conditions, no deviation to it pays, and
    the beliefs that support it, in the set's belief symbols."""

    mixture: Mixture
    conditions: Conditions
    believed: Conditions


@dataclass(frozen=True)
class Class:
    """Assessments with one path of play: what is done at the information sets that are reached, and what everybody gets.

    `replies` lists, for sets off the path on which nothing else off the path depends, all that may be done and believed there.
    """

    behaviour: Mapping[str, Mixture]
    payoffs: Mapping[str, sp.Expr]
    assessments: tuple[Assessment, ...]
    replies: Mapping[str, tuple[Reply, ...]]

    @cached_property
    def where(self) -> sp.Basic:
        """The condition on the parameters under which one of the assessments is an equilibrium."""
        return sp.Or(*(sp.And(*a.conditions) for a in self.assessments))

    @property
    def pure(self) -> bool:
        """Whether nobody mixes on the path."""
        return all(len(mixture) == 1 for mixture in self.behaviour.values())

    @property
    def supports(self) -> dict[str, tuple[str, ...]]:
        """The actions that are taken at each information set on the path."""
        return {name: tuple(mixture) for name, mixture in self.behaviour.items()}


Witness = tuple[sp.Expr, ...]  # a belief, one probability a node


@dataclass(frozen=True)
class Failure:
    """Where a class fails a refinement at a set off the path: the types that are struck, each with one because of which."""

    where: str
    struck: Mapping[str, str]
    conditions: Conditions


@dataclass(frozen=True)
class Refined:
    """Where a class passes a refinement and where it fails; beliefs and mixed replies by set, to check it with."""

    passes: tuple[Conditions, ...]
    fails: tuple[Failure, ...]
    beliefs: Mapping[str, tuple[Witness, ...]]
    mixtures: Mapping[str, tuple[Mixture, ...]]
