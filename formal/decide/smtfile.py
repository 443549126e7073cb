"""SMT-LIB files: one question in linear or non-linear real arithmetic, perhaps with integers, answered as a solver answers it.

Division follows SMT-LIB, where x/0 is some number that is not specified; claims of this package ask for more, namely that
nothing is divided by zero.
"""

from __future__ import annotations

import re
from pathlib import Path

import z3

from formal.errors import UsageError
from formal.ladder import INTEGERS, LONG, QUANTIFIED, run_script

LOGICS = {"QF_NRA": LONG, "QF_LRA": LONG, "NRA": QUANTIFIED, "LRA": QUANTIFIED, "QF_NIRA": INTEGERS}


def decide_file(path: Path) -> str:
    """ "sat", "unsat" or "unknown" for the assertions of a file.

    Raises UsageError for a file that cannot be read, another logic, and anything but one question.
    """
    script = path.read_text(encoding="utf-8")
    commands = re.sub(r'\|[^|]*\||"(?:[^"]|"")*"|;[^\n]*', "", script)  # without quoted symbols, strings and comments
    logic = re.search(r"\(\s*set-logic\s+([^\s)]+)\s*\)", commands)
    if logic is None or logic[1] not in LOGICS:
        said = f"asks for {logic[1]}" if logic else "sets no logic"
        raise UsageError(f"{path} {said}; supported are {', '.join(LOGICS)}", place=None)
    for command in ("push", "pop", "check-sat-assuming", "reset", "reset-assertions", "define-fun-rec"):
        if re.search(rf"\(\s*{command}[\s)]", commands):
            raise UsageError(f"{path} uses {command}; one question a file is supported", place=None)
    if len(re.findall(r"\(\s*check-sat\s*\)", commands)) != 1:
        raise UsageError(f"{path} must ask (check-sat) exactly once", place=None)
    try:
        answer = run_script(script, LOGICS[logic[1]])
    except z3.Z3Exception as error:
        raise UsageError(f"{path} cannot be read: {_first(error)}", place=None) from None
    return answer.status


def _first(error: z3.Z3Exception) -> str:
    found = error.args[0] if error.args else error
    shown = found.decode() if isinstance(found, bytes) else str(found)
    message = re.search(r'\(error "(.*?)"\)', shown)
    return message[1] if message else shown.splitlines()[0]
