"""Lemmas that a file has already: a question is answered by an earlier one whose premises are among what it knows.

Premises are compared as they are written, after the lemma's variables were replaced by those of the question. Whether that is
right, Rocq decides when it reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

from formal.certify.kernel import Question
from formal.certify.reading import Formula
from formal.certify.rocq.text import formula
from formal.certify.rocq.tree import Core, Facts

SHORT = 2000  # characters of a lemma that is sooner proved again
TRIES = 64  # ways to replace variables


@dataclass(frozen=True)
class Lemma:
    """A lemma under its full name, and what it says."""

    name: str
    variables: tuple[str, ...]  # of its theorem
    about: tuple[int, ...]
    premises: tuple[Formula, ...]


def kept(module: str, cores: Sequence[Core], variables: Sequence[str]) -> list[Lemma]:
    """The lemmas of a theorem that are worth recalling."""
    return [Lemma(f"{module}.{c.name}", tuple(variables), c.variables, c.premises) for c in cores if len(c.text) > SHORT]


def recalled(lemmas: Sequence[Lemma], question: Question, variables: Sequence[str]) -> Core | None:
    """How one of the lemmas answers the question, or None."""
    facts = Facts()
    names = tuple(facts.add(constraint) for constraint in question.constraints)
    known = {formula(read, variables): name for name, read in facts.known}
    known |= {formula(("or", parts), variables): name for name, parts in facts.open}
    for lemma in lemmas:
        for chosen in islice(_replacements(lemma, variables), TRIES):
            uses = _found(lemma, chosen, known)
            if uses is not None:
                return Core(lemma.name, (), (*chosen, *uses), names, "")
    return None


def _replacements(lemma: Lemma, variables: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Variables of the question for those of the lemma, of the same kind: other values of a parameter, other quantities."""
    alike = [[v for v in variables if _kind(v) == _kind(lemma.variables[k])] for k in lemma.about]
    yield from (chosen for chosen in product(*alike) if len(set(chosen)) == len(chosen))


@cache
def _kind(name: str) -> str:
    return name[0] if re.fullmatch(r"[sv]\d+", name) else name.rstrip("'")


def _found(lemma: Lemma, chosen: Sequence[str], known: dict[str, str]) -> list[str] | None:
    """The names of the premises among what is known; None where one is missing."""
    renamed = list(lemma.variables)
    for k, name in zip(lemma.about, chosen, strict=True):
        renamed[k] = name
    uses = []
    for premise in lemma.premises:
        name = known.get(formula(premise, renamed), "")
        if not name:
            return None
        uses.append(name)
    return uses
