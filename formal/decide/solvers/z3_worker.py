"""Z3 as a program: assertions in, an answer and its strategy out. It imports nothing but Z3, so that it starts at once."""

from __future__ import annotations

import sys

from formal.ladder import LATER, run_script


def main() -> None:
    """Print the answer to the assertions on standard input, and the strategy that found it."""
    script = sys.stdin.read()
    for rung in LATER:
        answer = run_script(script, [rung])
        if answer.status != "unknown":
            sys.stdout.write(f"{answer.status}: {rung}\n")
            return


if __name__ == "__main__":
    main()
