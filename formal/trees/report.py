"""What was decided, as data for JSON and as lines for the terminal. Pure functions of what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from formal.trees.decide import Finding, shown_history
from formal.trees.deviation import Deviation
from formal.trees.game import History
from formal.trees.polynomial import Poly, Symbols
from formal.trees.precondition import Precondition, comparison_text, constraint_text
from formal.trees.strategy import Case, Plan

LINES = 12  # moves that the terminal shows of one deviation or case
MARKS = {"yes": ("✓", "green"), "no": ("✗", "red"), "unknown": ("?", "yellow")}


@dataclass
class Answer:
    """A finding with all that was asked for about it. `certificate`: what became of the certificate of a yes, in a word."""

    symbols: Symbols
    finding: Finding
    seconds: float = 0.0
    certificate: str = ""
    deviation: Deviation | None = None
    counterexamples: list[tuple[tuple[Poly, ...], Deviation]] = field(default_factory=list)
    precondition: Precondition | None = None
    plans: list[Plan] | None = None
    left_out: str = ""

    @property
    def history(self) -> History:
        return self.finding.history

    @property
    def verdict(self) -> str:
        """yes, no or unknown."""
        return self.finding.verdict

    @property
    def point(self) -> dict[str, Fraction] | None:
        """Where the property fails, by the name of the symbol."""
        found = self.finding.point
        return None if found is None else dict(zip(self.symbols.names, found, strict=True))

    def data(self) -> dict[str, Any]:
        """The answer as JSON has it."""
        return answer_data(self.symbols, self)

    def __str__(self) -> str:
        first = f"{self.property} of {shown_history(self.history)}: {head(self)}"
        return "\n".join([first, *(f"  {line}" for line in lines(self.symbols, self))])

    @property
    def property(self) -> str:
        return self.finding.asked


def point_data(symbols: Symbols, point: Sequence[Fraction]) -> dict[str, str]:
    return {name: str(x) for name, x in zip(symbols.names, point, strict=True)}


def conditions(symbols: Symbols, comparisons: Iterable[Poly], relation: str) -> list[str]:
    return [comparison_text(symbols, c, relation) for c in comparisons]


def answer_data(symbols: Symbols, answer: Answer) -> dict[str, Any]:
    """One item of the list that `--format json` prints."""
    found = answer.finding
    data: dict[str, Any] = {"property": found.asked.replace(" ", "-"), "history": list(found.history), "verdict": found.verdict}
    if found.reason:
        data["reason"] = found.reason
    if found.vacuous:
        data["vacuous"] = True
    if found.verdict == "yes":
        data["certificate"] = answer.certificate
    data["regions"] = found.regions
    if answer.deviation is not None:
        data["point"] = point_data(symbols, answer.deviation.point)
        data["deviation"] = deviation_data(answer.deviation)
    if answer.counterexamples:
        data["counterexamples"] = [
            {"if": conditions(symbols, c, ">"), "point": point_data(symbols, d.point), **deviation_data(d)}
            for c, d in answer.counterexamples
        ]
    if answer.precondition is not None:
        data["precondition"] = precondition_data(symbols, answer.precondition)
    if answer.plans is not None:
        data["strategy"] = [plan_data(symbols, plan) for plan in answer.plans]
    if answer.left_out:
        data["left_out"] = answer.left_out
    data["seconds"] = round(answer.seconds, 3)
    return data


def deviation_data(deviation: Deviation) -> dict[str, Any]:
    return {
        "how": deviation.words,
        "moves": moves_data(deviation.moves),
        "outcomes": [
            {"history": list(o.history), "players": list(o.players), "gets": o.gets, "honestly": o.honestly}
            for o in deviation.outcomes
        ],
        "all_listed": deviation.all_listed,
    }


def moves_data(moves: Iterable[tuple[History, str]]) -> list[dict[str, Any]]:
    return [{"after": list(history), "action": action} for history, action in moves]


def precondition_data(symbols: Symbols, found: Precondition) -> dict[str, Any]:
    if found.never:
        return {"holds": "never"}
    data: dict[str, Any] = {"constraints": [constraint_text(symbols, clause) for clause in found.clauses]}
    if found.unsure:
        data["unknown"] = found.unsure
    return data


def plan_data(symbols: Symbols, plan: Plan) -> dict[str, Any]:
    cases = [
        {"if": conditions(symbols, c.comparisons, ">="), "moves": moves_data(c.moves), "all_listed": c.all_listed}
        for c in plan.cases
    ]
    return {"after": list(plan.after), **({"player": plan.player} if plan.player else {}), "cases": cases}


# Lines for the terminal.


def head(answer: Answer) -> str:
    """The verdict in words."""
    found = answer.finding
    if found.verdict == "yes":
        regions = f"{found.regions} region{'s' * (found.regions != 1)}"
        return f"yes, {'vacuously: no values satisfy the constraints' if found.vacuous else regions}, {answer.certificate}"
    return found.verdict


def lines(symbols: Symbols, answer: Answer) -> Iterator[str]:
    """What is shown below the verdict."""
    if answer.finding.reason:
        yield answer.finding.reason
    if answer.deviation is not None:
        values = ", ".join(f"{k} = {v}" for k, v in point_data(symbols, answer.deviation.point).items())
        yield f"at {values}:" if values else "whatever:"
        yield from deviation_lines(answer.deviation)
    for number, (comparisons, deviation) in enumerate(answer.counterexamples, start=1):
        yield f"counterexample {number}, wherever {', '.join(conditions(symbols, comparisons, '>')) or 'the constraints hold'}:"
        yield from (f"  {line}" for line in deviation_lines(deviation))
    if answer.precondition is not None:
        yield from precondition_lines(symbols, answer.precondition)
    for plan in answer.plans or ():
        yield from plan_lines(symbols, plan)
    if answer.plans is not None and not answer.plans:
        yield "strategy: the honest path, and anything off it"
    if answer.left_out:
        yield answer.left_out


def deviation_lines(deviation: Deviation) -> Iterator[str]:
    yield deviation.words
    yield from move_lines(deviation.moves)
    for outcome in deviation.outcomes[:LINES]:
        who = " and ".join(outcome.players)
        gets = "gets" if len(outcome.players) == 1 else "get"
        yield f"  {shown_history(outcome.history)}: {who} {gets} {outcome.gets}, honestly {outcome.honestly}"
    more = len(deviation.outcomes) - LINES
    if more > 0 or not deviation.all_listed:
        yield f"  and {max(more, 0)} outcomes more{'' if deviation.all_listed else ', and others that are not listed'}"


def move_lines(moves: Sequence[tuple[History, str]]) -> Iterator[str]:
    yield from (f"  after {shown_history(history)}: {action}" for history, action in moves[:LINES])
    if len(moves) > LINES:
        yield f"  and {len(moves) - LINES} moves more (--format json lists them)"


def precondition_lines(symbols: Symbols, found: Precondition) -> Iterator[str]:
    if found.never:
        yield "it holds for no values that satisfy the constraints"
        return
    if found.unsure:
        yield f"the weakest precondition was not found: {found.unsure}"
        return
    yield "it holds exactly where also"
    yield from (f"  {constraint_text(symbols, clause)}" for clause in found.clauses)


def plan_lines(symbols: Symbols, plan: Plan) -> Iterator[str]:
    by = f", {plan.player} plays" if plan.player else ""
    yield f"strategy after {shown_history(plan.after)}{by}"
    for case in plan.cases:
        yield from (f"  {line}" for line in case_lines(symbols, case))


def case_lines(symbols: Symbols, case: Case) -> Iterator[str]:
    yield f"if {', '.join(conditions(symbols, case.comparisons, '>='))}" if case.comparisons else "always"
    yield from move_lines(case.moves)
    if not case.moves:
        yield "  anything"
    if not case.all_listed:
        yield "  and further moves, which are not listed"
