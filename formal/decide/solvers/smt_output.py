"""What SMT-LIB solvers print: a word, and values of variables."""

from __future__ import annotations

import re
from fractions import Fraction

from formal.decide.solvers.program import Answer, Question

_TOKEN = re.compile(r"[()]|<[^>]*>|[^\s()<>]+")
_INTERVAL = re.compile(r"\(\s*(-?\d+(?:/\d+)?)\s*,\s*(-?\d+(?:/\d+)?)\s*\)")

Expression = str | list["Expression"]


def script(question: Question) -> str:
    """The question with its logic, and the commands that ask for an answer and for values."""
    asserted = question.script  # which gives the variables their names
    names = " ".join(question.writer.names.values())
    values = f"(get-value ({names}))\n" if names else ""
    return f"(set-option :produce-models true)\n(set-logic {question.logic})\n{asserted}\n(check-sat)\n{values}"


def answer(output: str) -> Answer:
    """The answer in what a solver printed. Anything but "sat" or "unsat" in the first line is no answer."""
    first, _, rest = output.strip().partition("\n")
    if first.strip() == "sat":
        return Answer("sat", "", values(rest))
    return Answer("unsat" if first.strip() == "unsat" else "unknown")


def values(output: str) -> dict[str, Fraction]:
    """The values in ((x 1) (y (/ 1 2)) ...), algebraic ones roughly; what cannot be read is left out."""
    found: dict[str, Fraction] = {}
    for pair in _expression(_TOKEN.findall(output)):
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str):
            number = _number(pair[1])
            if number is not None:
                found[pair[0]] = number
    return found


def _expression(tokens: list[str]) -> list[Expression]:
    """The first list among the tokens; what is cut off is closed."""
    stack: list[list[Expression]] = [[]]
    for token in tokens:
        if token == "(":
            stack.append([])
        elif token == ")":
            if len(stack) == 1:
                break
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(token)
    return next((part for part in stack[0] if isinstance(part, list)), [])


def _number(part: Expression) -> Fraction | None:
    match part:
        case str():
            interval = _INTERVAL.search(part)
            if interval is not None:
                return (Fraction(interval[1]) + Fraction(interval[2])) / 2
            return Fraction(part) if re.fullmatch(r"\d+(\.\d+)?", part) else None
        case ["-", inner]:
            number = _number(inner)
            return None if number is None else -number
        case ["/", over, under]:
            top, bottom = _number(over), _number(under)
            return None if top is None or not bottom else top / bottom
        case ["_", "real_algebraic_number", inner]:
            return _number(inner)
    return None
