"""Two judges in the place of the solvers: one that writes down what they say, with certificates, and one that checks those.

`Recorder` asks the solvers, searches for certificates and keeps those of an earlier ledger that the kernel still accepts.
`Replayer` asks nobody: a goal is proved when the kernel accepts its certificate, and unknown when there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import sympy as sp

from formal.certify import kernel
from formal.certify.codec import decoded, encoded
from formal.certify.ledger import Ledger
from formal.certify.reading import Rejected, Statement
from formal.certify.statement import at_point, key, statement
from formal.decide.goal import Goal
from formal.decide.judge import SOLVERS
from formal.decide.verdict import Proved, Refuted, Unknown, Verdict
from formal.errors import ClaimError, FormalError
from formal.model.game import Game
from formal.model.quantifier import ForSome

CERTIFICATE = "certificate"


@lru_cache(maxsize=10_000)
def identity(goal: Goal) -> str:
    """What identifies a goal in a ledger: what it says, and which of its variables are whole numbers."""
    kind = "exists " if goal.existential else ""
    if isinstance(goal.conclusion, ForSome):
        parts = (*goal.all_facts(), *goal.hypotheses)
        inner = Goal(goal.name, goal.conclusion.body, goal.hypotheses, goal.facts)
        bound = ", ".join(s.name for s in goal.conclusion.bound)
        return f"for some {bound} {len(parts)} {key(statement(inner))}{_whole(inner.variables)}"
    return f"{kind}{key(statement(goal))}{_whole(goal.variables)}"


def _whole(variables: Iterable[sp.Symbol]) -> str:
    names = [v.name for v in variables if v.is_integer]
    return f" integers {', '.join(names)}" if names else ""


@dataclass
class Recorder:
    """Asks the solvers, and writes into the `new` ledger what they say and what certifies it.

    `new` changes from file to file. Each has all goals that it needs, so that it can be replayed alone; what certifies a goal
    is searched for once.
    """

    old: Ledger
    solvers: bool = True
    new: Ledger = field(default_factory=lambda: Ledger(Path()))
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    _memories: dict[Path, dict[Any, Any]] = field(default_factory=dict)

    @property
    def memory(self) -> dict[Any, Any]:
        """One for each ledger, so that each has what it takes to find it again."""
        return self._memories.setdefault(self.new.path, {})

    def decide(self, goal: Goal, *, doubtful: bool = False) -> Verdict:
        verdict = SOLVERS.decide(goal, doubtful=doubtful)
        try:
            name = identity(goal)
        except ClaimError:  # the kernel does not read it
            return verdict
        if name not in self.entries:
            self.entries[name] = self._entry(goal, verdict)
        self._write(name, goal)
        return verdict

    def contradictory(self, conditions: Sequence[sp.Basic], *, soon: bool = False) -> bool:
        """Only what has a certificate is believed, so that a replay goes the same way."""
        goal = _contradiction(conditions)
        try:
            name = identity(goal)
        except ClaimError:
            return False
        known = self.entries.get(name, {})
        if known.get("verdict") != "proved" or CERTIFICATE not in known:
            if not SOLVERS.contradictory(conditions, soon=soon):
                return False
            entry = self._entry(goal, Proved())
            if CERTIFICATE not in entry:
                return False
            self.entries[name] = entry
        self._write(name, goal)
        return True

    def _write(self, name: str, goal: Goal) -> None:
        """Into the ledger, under what the goal is called where it is first met there."""
        self.new.goals.setdefault(name, self.entries[name] | {"goal": goal.name})

    def proposed(self, game: Game, name: str, make: Callable[[], Any], more: Sequence[sp.Symbol] = ()) -> Any:
        value = make()
        entry = encoded(value)
        if decoded(entry, _symbols(game, more)) != value:
            raise ClaimError(f"{name} of {game.name} is not read from the ledger as it is written", place=game.place)
        self.new.proposals[f"{game.name}: {name}"] = entry
        return value

    def _entry(self, goal: Goal, verdict: Verdict) -> dict[str, Any]:
        entry: dict[str, Any] = {"goal": goal.name}
        if isinstance(verdict, Unknown):
            return entry | {"verdict": "unknown"}
        proved = isinstance(verdict, Proved)
        entry["verdict"] = "proved" if proved else "refuted"
        pointed = bool(goal.existential) == proved
        if isinstance(goal.conclusion, ForSome) or (not pointed and goal.existential):
            return entry
        assert isinstance(verdict, Proved | Refuted)
        try:
            if pointed:
                entry["point"] = encoded({v.name: value for v, value in verdict.witness.items()})
            claim = at_point(goal, verdict.witness, false=not proved) if pointed else statement(goal)
        except (ClaimError, KeyError):
            return entry
        proofs = self._proofs(claim, identity(goal))
        return entry if proofs is None else entry | {CERTIFICATE: proofs}

    def _proofs(self, claim: Statement, name: str) -> Any:
        from formal.certify.search import NotFoundError, certificate

        earlier = self.old.goals.get(name, {}).get(CERTIFICATE)
        for make in (lambda: earlier, lambda: certificate(claim)):
            try:
                proofs = make()
                if proofs is not None:
                    kernel.check(claim, proofs)
                    return proofs
            except (Rejected, NotFoundError, RecursionError):
                continue
        return None


@dataclass
class Replayer:
    """Believes what the kernel accepts, and nothing else."""

    ledger: Ledger
    solvers: bool = False
    accepted: set[str] = field(default_factory=set)
    memory: dict[Any, Any] = field(default_factory=dict)

    def decide(self, goal: Goal, *, doubtful: bool = False) -> Verdict:
        try:
            name = identity(goal)
        except ClaimError as error:
            return Unknown(f"{goal.name}: {error.message}")
        if name in self.accepted:
            return Proved((CERTIFICATE,))
        entry = self.ledger.goals.get(name)
        if entry is None:
            return Unknown(f"{goal.name} is not in the ledger: it has changed; formal check --update decides it again")
        if CERTIFICATE not in entry:
            said = {"proved": "a solver proved it", "refuted": "a solver refuted it"}.get(
                str(entry.get("verdict")), "undecided"
            )
            return Unknown(f"{goal.name} has no certificate: {said}")
        proved = entry.get("verdict") == "proved"
        try:
            if "point" not in entry:
                if goal.existential or not proved:
                    return Unknown(f"{goal.name}: the record is not of its kind")
                kernel.check(statement(goal), entry[CERTIFICATE])
                self.accepted.add(name)
                return Proved((CERTIFICATE,))
            point = recorded_point(goal, entry["point"])
            if goal.existential != proved:
                return Unknown(f"{goal.name}: the record is not of its kind")
            kernel.check(at_point(goal, point, false=not proved), entry[CERTIFICATE])
        except Rejected as error:
            return Unknown(f"{goal.name}: the certificate is rejected: {error}")
        return Proved((CERTIFICATE,), point) if proved else Refuted(point, "false there", (CERTIFICATE,))

    def contradictory(self, conditions: Sequence[sp.Basic], *, soon: bool = False) -> bool:
        return isinstance(self.decide(_contradiction(conditions)), Proved)

    def proposed(self, game: Game, name: str, make: Callable[[], Any], more: Sequence[sp.Symbol] = ()) -> Any:
        entry = self.ledger.proposals.get(f"{game.name}: {name}")
        if entry is None:
            raise ClaimError(
                f"{name} of {game.name} is not in the ledger: it has changed; formal check --update derives it again",
                place=game.place,
            )
        return decoded(entry, _symbols(game, more))


def _contradiction(conditions: Sequence[sp.Basic]) -> Goal:
    return Goal("a contradiction", sp.false, tuple(conditions))


def _symbols(game: Game, more: Sequence[sp.Symbol]) -> Iterable[sp.Symbol]:
    symbols = {s.name: s for n in game.nodes if (s := getattr(n, "symbol", None)) is not None}
    return [*game.parameters, *symbols.values(), *more]


def recorded_point(goal: Goal, data: Any) -> Mapping[sp.Symbol, sp.Expr]:
    """The recorded point. Raises Rejected when a variable has no number there, or an integer no integer."""
    try:
        values = decoded(data, ())
        point = {v: values[v.name] for v in goal.variables}
    except (FormalError, KeyError, TypeError):
        raise Rejected("the point is not one of the goal's variables") from None
    for variable, value in point.items():
        if not isinstance(value, sp.Expr) or not value.is_number or (variable.is_integer and not value.is_Integer):
            raise Rejected(f"{value} is not a value of {variable}")
    return point
