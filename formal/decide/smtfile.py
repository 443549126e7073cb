"""SMT-LIB files: one question in linear or non-linear real arithmetic, perhaps with integers, answered as a solver answers it.

Division follows SMT-LIB, where x/0 is some number that is not specified; claims of this package ask for more, namely that
nothing is divided by zero. Z3 is asked first, then the other solvers side by side; not where something is divided by other
than a number, as they may specify what SMT-LIB does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import z3

from formal.decide.panel import panel
from formal.decide.smtlib import Writer
from formal.decide.solvers.program import Question, race
from formal.errors import UsageError
from formal.ladder import INTEGERS, LONG, QUANTIFIED, run_script

LOGICS = {"QF_NRA": LONG, "QF_LRA": LONG, "NRA": QUANTIFIED, "LRA": QUANTIFIED, "QF_NIRA": INTEGERS}
BEFORE = {"assert", "declare-const", "declare-fun", "define-const", "define-fun", "define-sort", "set-logic"}
AFTER = {"exit", "get-assignment", "get-info", "get-model", "get-option", "get-unsat-core", "get-value"}
ANYWHERE = {"echo", "set-info", "set-option"}
DIVISIONS = {"/", "div", "mod"}  # each is some number, not specified, where the divisor is 0
NUMBER = re.compile(r"\d+(\.\d+)?")
TOKEN = re.compile(r'\|[^|]*\||"(?:[^"]|"")*"|;[^\n]*|[()]|[^\s()|";]+|\S')


def decide_file(path: Path) -> str:
    """ "sat", "unsat" or "unknown" for the assertions of a file.

    Raises UsageError for a file that cannot be read, another logic, a command that is not understood, and anything but one
    question.
    """
    try:
        script = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} cannot be read: byte {error.start} is not UTF-8", place=None) from None
    asked, logics, stated = 0, list[str](), list[str]()
    for place, command, argument, text in _commands(path, script):
        if command in BEFORE - {"set-logic"}:
            stated.append(text)
        if command == "set-logic":
            logics.append(argument)
        if command == "check-sat":
            asked += 1
        elif command in BEFORE | AFTER and (command in AFTER) != (asked > 0):
            when = "before" if command in AFTER else "after"
            raise UsageError(f"{path} cannot be read: {place}: {command} {when} (check-sat) is not supported", place=None)
        elif command not in BEFORE | AFTER | ANYWHERE:
            raise UsageError(f"{path} uses {command}, {place}; one question a file is supported", place=None)
    if not logics or logics[0] not in LOGICS or len(logics) > 1:
        said = f"asks for {' and '.join(logics)}" if logics else "sets no logic"
        raise UsageError(f"{path} {said}; supported are {', '.join(LOGICS)}", place=None)
    if asked != 1:
        raise UsageError(f"{path} must ask (check-sat) exactly once", place=None)
    try:
        answer = run_script(script, LOGICS[logics[0]])
    except z3.Z3Exception as error:
        raise UsageError(f"{path} cannot be read: {_first(error)}", place=None) from None
    return answer.status if answer.status != "unknown" else _others(Text((), Writer(), text="\n".join(stated), asked=logics[0]))


@dataclass(frozen=True)
class Text(Question):
    """A question as a file states it: declarations and assertions, and its logic; the writer has no names to ask values for."""

    text: str = ""
    asked: str = ""

    @property
    def script(self) -> str:
        return self.text

    @property
    def logic(self) -> str:
        return self.asked


def _others(question: Text) -> str:
    """What the first of the other solvers says that has an answer."""
    if _divides(question.script):
        return "unknown"
    known = [program for program in panel.get().programs if program.name in ("Yices", "cvc5")]
    definite = (answer.status for _, answer in race(known, question) if answer.status in ("sat", "unsat"))
    return next(definite, "unknown")


def _divides(script: str) -> bool:
    """Whether something is divided by other than a number."""
    stack: list[list[str]] = [[]]
    for token in (t[0] for t in TOKEN.finditer(script) if not t[0].startswith(";")):
        if token == "(":
            stack.append([])
        elif token == ")":
            inside = stack.pop()
            divides = bool(inside) and inside[0].strip("|") in DIVISIONS
            if divides and not all(NUMBER.fullmatch(part) and float(part) for part in inside[2:]):
                return True
            stack[-1].append("(")
        else:
            stack[-1].append(token)
    return False


def _commands(path: Path, script: str) -> Iterator[tuple[str, str, str, str]]:
    """Each command with its place, its first argument and its text. Raises UsageError where parentheses do not match."""
    depth, start, words = 0, 0, list[str]()
    for token in TOKEN.finditer(script):
        text = token[0]
        if text.startswith(";"):
            continue
        if depth == 0:
            if text != "(":
                shown = f"{_place(script, token.start())}: a command begins with (, not {text}"
                raise UsageError(f"{path} cannot be read: {shown}", place=None)
            start, words = token.start(), []
        elif depth == 1:
            words.append(text)
        depth += (text == "(") - (text == ")")
        if depth == 0:
            text = script[start : token.end()]
            yield _place(script, start), words[0] if len(words) > 1 else "()", words[1] if len(words) > 2 else "", text
    if depth:
        raise UsageError(f"{path} cannot be read: {_place(script, start)}: this command is not closed", place=None)


def _place(script: str, offset: int) -> str:
    before = script[:offset]
    return f"line {before.count(chr(10)) + 1} column {offset - before.rfind(chr(10))}"


def _first(error: z3.Z3Exception) -> str:
    found = error.args[0] if error.args else error
    shown = found.decode() if isinstance(found, bytes) else str(found)
    message = re.search(r'\(error "(.*?)"\)', shown)
    return message[1] if message else shown.splitlines()[0]
