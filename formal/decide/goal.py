"""Goals: closed statements that a solver is asked to prove.

A universal goal says that for all values of its variables the facts and hypotheses imply the conclusion. An existential
goal says that some values satisfy facts, hypotheses and conclusion together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy as sp

from formal.model.parameters import Parameter
from formal.model.rewriting import conjunction
from formal.model.root import closed_form_claims
from formal.model.threshold import Threshold, rests_on, thresholds


@dataclass(frozen=True)
class Goal:
    """What is to be proved; how it is called makes no difference.

    `facts` are ranges, polynomial and always defined; `hypotheses` are read in order, each may use those before.

    A `sufficient` goal is stronger than what is really wanted, so that a counterexample to it settles nothing. Nobody reads the
    witness of an existential goal that is `silent`: any will do.
    """

    name: str = field(compare=False)
    conclusion: sp.Basic
    hypotheses: tuple[sp.Basic, ...] = ()
    facts: tuple[sp.Basic, ...] = ()
    existential: bool = False
    sufficient: bool = False
    silent: bool = False

    @cached_property
    def variables(self) -> tuple[sp.Symbol, ...]:
        """Everything that is quantified over: parameters and choices, without thresholds."""
        return tuple(sorted(rests_on(self.conclusion, *self.hypotheses, *self.facts), key=lambda s: s.name))

    @cached_property
    def named(self) -> tuple[Threshold, ...]:
        """The thresholds that the goal mentions, innermost first."""
        return thresholds(self.conclusion, *self.hypotheses, *self.facts)

    def all_facts(self) -> tuple[sp.Basic, ...]:
        """Domains of the parameters, characterisations of the thresholds, and the goal's own facts."""
        domains = [f for v in self.variables if isinstance(v, Parameter) for f in v.facts()]
        characterised = [f for t in self.named for f in t.facts]
        return (*domains, *characterised, *self.facts)


def foreign(name: str, said: Iterable[Any], known: Iterable[sp.Symbol]) -> Iterator[Goal]:
    """A goal that fails, where the expressions among what is said rest on symbols that are not known there.

    What is proved under conditions on such a symbol may be proved of no value of it, or of some values alone.
    """
    strange = rests_on(*(e for e in said if isinstance(e, sp.Basic))) - set(known)
    if strange:
        yield Goal(f"{name}: {', '.join(sorted(map(str, strange)))} is not known there", sp.false)


def resting(name: str, said: Iterable[Any], known: Iterable[sp.Symbol], assumed: Sequence[sp.Basic]) -> Iterator[Goal]:
    """That what is said rests on what is known, and that the thresholds in it are what they are said to be."""
    stated = [e for e in said if isinstance(e, sp.Basic)]
    yield from foreign(name, stated, known)
    for threshold in thresholds(*stated):
        yield from closed_form_goals(threshold, assumed)


def somewhere(name: str, conditions: Sequence[sp.Basic], assumed: Sequence[sp.Basic]) -> Iterator[Goal]:
    """That conditions hold at some parameters: what is listed where nothing is would be counted."""
    if any(c != sp.true for c in conditions):
        yield Goal(f"{name} is somewhere", conjunction(*conditions), tuple(assumed), existential=True, silent=True)


def closed_form_goals(threshold: Threshold, hypotheses: Sequence[sp.Basic] = ()) -> list[Goal]:
    """What makes a threshold trustworthy: its closed form is real and satisfies its characterisation.

    An implicit root satisfies it by definition, if it is defined.
    """
    given = (*hypotheses, *threshold.exists)
    return [Goal(f"closed form of {threshold}: {said}", claim, given) for said, claim in closed_form_claims(threshold)]
