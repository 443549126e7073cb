"""Verdicts: Proved, Refuted with an exact witness, or Unknown with its reason. Unknown is never a boolean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import sympy as sp

SOLVERS = ("Z3", "Yices", "cvc5", "QEPCAD", "certificates")


class Verdict:
    """The answer to a goal."""

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is Proved, Refuted or Unknown, not true or false; use isinstance or match")


@dataclass(frozen=True)
class Proved(Verdict):
    """True for all values; `by` names what decided it. An existential claim carries its witness."""

    by: tuple[str, ...] = ()
    witness: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)

    __bool__ = Verdict.__bool__


@dataclass(frozen=True)
class Refuted(Verdict):
    """False at `witness`, as exact evaluation without the solver confirms; `detail` says how it fails there."""

    witness: Mapping[sp.Symbol, sp.Expr]
    detail: str
    by: tuple[str, ...] = ()

    __bool__ = Verdict.__bool__


@dataclass(frozen=True)
class Unknown(Verdict):
    """Neither proved nor refuted: the reason, and the limits that were reached."""

    reason: str

    __bool__ = Verdict.__bool__


def solvers(by: Iterable[str]) -> tuple[str, ...]:
    """The names of the solvers in what decided a claim; "exact arithmetic" where none was needed.

    Strategies are told as "Z3 smt" or, when two solvers agreed, "Z3 smt and Yices".
    """
    named = dict.fromkeys(part.split()[0] for entry in by for part in entry.split(" and "))
    return tuple(name for name in named if name in SOLVERS) or ("exact arithmetic",)
