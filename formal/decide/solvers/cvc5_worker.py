"""cvc5 as a program: an SMT-LIB script in, what cvc5 prints out. It imports nothing else, so that it starts at once."""

from __future__ import annotations

import sys

WORK = 1_000_000  # cvc5's own count


def main() -> None:
    """Answer the SMT-LIB script on standard input."""
    import cvc5

    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    for option, value in (("rlimit", str(WORK)), ("nl-cov", "true"), ("seed", "1")):
        try:
            solver.setOption(option, value)
        except RuntimeError:  # a wheel without coverings
            continue
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, sys.stdin.read(), "question")
    names = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        sys.stdout.write(str(command.invoke(solver, names)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
