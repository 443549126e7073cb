"""Results as JSON-ready data: formulas are texts that SymPy reads back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from formal.check import Record
from formal.decide.verdict import Proved, solvers
from formal.derive.partition import Equilibrium
from formal.derive.step import Step
from formal.levels import REQUIRED
from formal.nash_solution import NashSolution
from formal.query import Effect
from formal.report.text import shown_path

if TYPE_CHECKING:
    from formal.condition import When  # which imports Z3


def record_data(record: Record) -> dict[str, Any]:
    """A record as JSON-ready data."""
    witness = None if record.witness is None else {s.name: str(v) for s, v in record.witness.items()}
    return {
        "file": shown_path(record.file),
        "line": record.line,
        "id": record.id,
        "title": record.title,
        "verdict": record.status,
        "expected": record.expected,
        "as_expected": record.as_expected,
        "complete": record.complete,
        "assurance": record.assurance,
        "required": REQUIRED[record.require] if record.require else "",
        "reason": record.reason,
        "witness": witness,
        "solvers": list(solvers(record.by)),
        "strategies": list(record.by),
        "needed": [str(h) for h in record.audit.needed],
        "spare": [str(h) for h in record.audit.spare],
        "seconds": round(record.seconds, 3),
    }


def equilibrium_data(
    equilibrium: Equilibrium, effects: Sequence[Effect] = (), reasons: Mapping[int, Sequence[tuple[Step, bool]]] | None = None
) -> dict[str, Any]:
    """The equilibrium as JSON-ready data."""
    return {
        "game": equilibrium.game.name,
        "players": list(equilibrium.game.players),
        "thresholds": {t.name: str(t.definition) for t in equilibrium.thresholds},
        "strategies": [
            {
                "player": node.player,
                "choice": node.label,
                "after": node.moves(),
                "branches": [
                    {"decision": str(b.decision), "conditions": [str(c) for c in b.conditions], "attained": b.attained}
                    for b in strategy.branches
                ],
            }
            for node, strategy in ((s.node, s) for s in equilibrium.strategies.values())
        ],
        "cells": [
            {
                "name": cell.name,
                "conditions": [str(c) for c in cell.conditions],
                "attained": cell.attained,
                "path": _plain(cell.path),
                "payoffs": {q: str(u) for q, u in cell.payoffs.items()},
                "reasons": [_step(step, sure) for step, sure in (reasons or {}).get(number, ())],
            }
            for number, cell in enumerate(equilibrium.cells, start=1)
        ],
        "statics": [
            {"cell": e.cell, "choice": e.choice, "parameter": e.parameter.name, "derivative": str(e.derivative), "sign": e.sign}
            for e in effects
        ],
    }


def when_data(found: When) -> dict[str, Any]:
    """When a claim holds, as JSON-ready data."""
    return {
        "id": found.claim.id,
        "title": found.claim.title,
        "given": [str(g) for g in found.given],
        "cases": [[str(c) for c in case] for case in found.cases],
        "thresholds": {t.name: str(t.definition) for t in found.thresholds},
        "sufficient": isinstance(found.sufficient, Proved),
        "necessary": isinstance(found.necessary, Proved),
    }


def _step(step: Step, sure: bool) -> dict[str, Any]:
    return {
        "rule": step.rule,
        "player": step.player,
        "move": str(step.move),
        "instead": str(step.instead),
        "before": str(step.before),
        "after": str(step.after),
        "conditions": [str(c) for c in step.conditions],
        "proved": sure,
    }


def _plain(path: tuple[Any, ...]) -> list[Any]:
    def move(step: Any) -> Any:
        return {o: _plain(rest) for o, rest in step} if isinstance(step, tuple) else str(step)

    return [[label, move(step)] for label, step in path]


def nash_data(solution: NashSolution) -> dict[str, Any]:
    """Nash equilibria as JSON-ready data."""

    def strategy(played: Any) -> Any:
        return {a: str(w) for a, w in played.items()} if isinstance(played, Mapping) else str(played)

    return {
        "game": solution.game.name,
        "players": list(solution.game.players),
        "complete": solution.completeness,
        "equilibria": [
            {
                "conditions": [str(c) for c in e.profile.conditions],
                "strategies": {q: strategy(s) for q, s in e.profile.strategies.items()},
                "payoffs": {q: str(u) for q, u in e.profile.payoffs.items()},
            }
            for e in solution.equilibria
        ],
    }
