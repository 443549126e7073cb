"""Solvers side by side on the suite of claims: `python benchmarks/decide.py`.

Each claim of `benchmarks/suite` is decided by the toolkit as it is (the panel), and by each solver alone: for Z3 its short and
its longer tries, for the others without Z3. Printed are the claims decided, wrong verdicts, the total time, and the longest;
then every claim that took the panel more than half a second, with its ratio to the fastest solver alone, and what the toolkit
adds to Z3's own time on the claims that Z3 decides at once, without the time in which SymPy builds the author's formula. With
`--quick` only the panel is measured.
"""

import sys
import time
from contextlib import contextmanager
from math import inf
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from formal.decide import z3_adapter  # noqa: E402
from formal.decide.panel import PROGRAMS, Panel, asking  # noqa: E402
from formal.decide.solvers import program  # noqa: E402
from formal.decide.verdict import Proved, Refuted, Unknown, solvers  # noqa: E402
from formal.errors import FormalError  # noqa: E402
from formal.ladder import LATER, Answer  # noqa: E402
from formal.loader import load  # noqa: E402

PATIENCE = 10  # seconds for each question
SLOW, EASY = 0.5, 0.05


@contextmanager
def alone(name):
    """Only this solver is asked."""
    tries = z3_adapter.run_script

    def silent(script, rungs, *more, **options):
        own = set(rungs).isdisjoint(LATER)  # the others are the panel's, whose models are read here
        return Answer("unknown", "not asked") if own else tries(script, rungs, *more, **options)

    if name != "Z3":
        z3_adapter.run_script = silent
    try:
        with asking([name]):
            yield
    finally:
        z3_adapter.run_script = tries


@contextmanager
def timed(spent):
    """Add to `spent` the seconds in Z3's own tries, without end where these were not enough."""
    tries, started_panel = z3_adapter.run_script, Panel.started

    def watched(*arguments, **options):
        started = time.perf_counter()
        try:
            return tries(*arguments, **options)
        finally:
            spent.append(time.perf_counter() - started)

    def started(*arguments):
        spent.append(inf)
        return started_panel(*arguments)

    z3_adapter.run_script, Panel.started = watched, started
    try:
        yield
    finally:
        z3_adapter.run_script, Panel.started = tries, started_panel


def decided(claim):
    """The verdict and the seconds that it took."""
    started = time.perf_counter()
    try:
        verdict = claim.check().verdict
    except FormalError as error:
        verdict = Unknown(str(error))
    return verdict, time.perf_counter() - started


def column(claims, way, label):
    """One solver on all claims: verdicts and seconds by id."""
    found = {}
    for number, claim in enumerate(claims, start=1):
        if sys.stderr.isatty():
            print(f"\r{label} {number}/{len(claims)} ", end="", file=sys.stderr, flush=True)
        with way():
            found[claim.id] = decided(claim)
    if sys.stderr.isatty():
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    return found


def wrong(claim, verdict):
    return isinstance(verdict, Proved | Refuted) and not claim.as_expected(verdict)


def summary(label, claims, found):
    solved = [found[c.id][1] for c in claims if not isinstance(found[c.id][0], Unknown)]
    errors = sum(wrong(c, found[c.id][0]) for c in claims)
    print(f"{label:<10}{len(solved):>8}{errors:>7}{sum(s for _, s in found.values()):>9.1f}{max(solved):>9.2f}")


def main():
    program.PATIENCE = PATIENCE
    claims = [p for f in load([ROOT / "benchmarks" / "suite"]) for p in f.propositions]
    false = sum(c.expect == "refuted" for c in claims)
    print(f"{len(claims)} claims, {false} of them false; at most {PATIENCE} s a question\n")
    print(f"{'':<10}{'decided':>8}{'wrong':>7}{'total s':>9}{'longest':>9}")
    panel = column(claims, asking, "panel")
    summary("panel", claims, panel)
    names = [] if "--quick" in sys.argv else [program.name for program in PROGRAMS]
    single = {}
    for name in names:
        single[name] = column(claims, lambda name=name: alone(name), name)
        summary(name, claims, single[name])
    hard = [c for c in claims if panel[c.id][1] > SLOW or isinstance(panel[c.id][0], Unknown)]
    print(f"\n{'over half a second':<34}{'panel s':>8}{'best s':>8}{'ratio':>7}  by")
    for claim in sorted(hard, key=lambda c: -panel[c.id][1]):
        verdict, seconds = panel[claim.id]
        times = [(s, name) for name in names for v, s in [single[name][claim.id]] if not isinstance(v, Unknown)]
        best, name = min(times, default=(None, ""))
        ratio = f"{best:>8.2f}{seconds / best:>7.2f}  {name}" if best else ""
        print(f"{claim.id:<34}{seconds:>8.2f}{ratio}{'  UNKNOWN' if isinstance(verdict, Unknown) else ''}")
    added = []
    for claim in claims:
        spent, started = [], time.perf_counter()
        claim.statement()
        stating = time.perf_counter() - started
        with timed(spent):
            verdict, seconds = decided(claim)
        seconds -= stating
        by_z3 = isinstance(verdict, Proved) and solvers(verdict.by) == ("Z3",)
        if by_z3 and spent and sum(spent) < EASY:
            added.append(((seconds - sum(spent)) / len(spent), claim.id))
    worst, name = max(added)
    print(
        f"\nadded to each of Z3's calls on {len(added)} easy claims: median {median(s for s, _ in added) * 1000:.1f} ms, ",
        end="",
    )
    print(f"over 20 ms on {sum(s > 0.02 for s, _ in added)}, at most {worst * 1000:.1f} ms ({name})")


if __name__ == "__main__":
    main()
