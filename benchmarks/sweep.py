"""Speed over many parameter points: `python benchmarks/sweep.py`.

A table: points a second, the bytes of parameters and results that this moves as a share of what copying memory moves on the
same machine in the same run, and what else was measured. Closed forms; numeric backward induction on a discrete tree, beside a
loop over pygambit (1,000 games, extrapolated); 10⁸ points of that tree with the memory they take; two nested continuous choices
with their error.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from formal import game, parameters
from formal.interop.gambit import efg
from formal.numeric.cells import Partition
from formal.numeric.solver import FEW, solve_numeric
from proofs.invitation.model import equilibrium as invitation
from proofs.ratification.model import equilibrium as ratification

p = parameters("a b c d > 0")


@game(players=("Entrant", "Incumbent"))
def entry(g):
    if g.choose("Entrant", "entry", ["enter", "stay out"]) == "stay out":
        return {"Entrant": 0, "Incumbent": p.a}
    if g.choose("Incumbent", "answer", ["fight", "share"]) == "fight":
        return {"Entrant": -p.b, "Incumbent": -p.c}
    return {"Entrant": p.d, "Incumbent": p.d}


def draws(model, count, seed=1):
    """Random parameters, a few of them near 0."""
    random = np.random.default_rng(seed)
    return {q: random.uniform(0.05, 3.0, count) for q in model.parameters}


def timed(work):
    """Seconds of the faster of two runs, and the result."""
    times = []
    for _ in range(2):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    return min(times), result


def bandwidth():
    """Bytes a second of a copy in memory, read and written."""
    block = np.zeros(50_000_000)
    seconds, _ = timed(block.copy)
    return 2 * block.nbytes / seconds


def row(label, rate, moved, speed, note=""):
    """One line: `moved` are bytes of input and output for a point."""
    print(f"{label:<46} {rate:>13,.0f} {rate * moved / speed:>9.2%}   {note}", flush=True)


def closed_form(solution, count, speed):
    points = draws(solution.game, count)
    partition = Partition(solution.game.parameters, solution.cells)
    seconds, table = timed(lambda: partition.at(points))
    moved = sum(c.nbytes for c in (*points.values(), *table.values())) / count
    row(f"closed form, {solution.game.name}", count / seconds, moved, speed, f"{len(solution.cells)} cells")


def discrete(count, speed):
    import pygambit

    points = draws(entry, count)
    seconds, _ = timed(lambda: solve_numeric(entry, points))
    folder = Path(tempfile.mkdtemp())
    for k in range(1000):
        at = {q: str(round(float(c[k]), 3)) for q, c in points.items()}
        (folder / f"{k}.efg").write_text(efg(entry, at), encoding="utf-8")
    started = time.perf_counter()
    for k in range(1000):
        pygambit.nash.enumpure_solve(pygambit.read_efg(folder / f"{k}.efg"))
    loop = time.perf_counter() - started
    moved = 8 * (len(entry.parameters) + len(entry.players) + 1)
    times = (loop / 1000) / (seconds / count)
    row("discrete tree, numeric", count / seconds, moved, speed, f"{times:,.0f} times as fast as the loop below")
    row("the same games in a loop over pygambit", 1000 / loop, moved, speed)


def large(steps, speed):
    """All of a grid, chunk by chunk, in a process of its own for its memory."""
    script = f"""
import sys
from pathlib import Path
sys.path[:0] = {sys.path[:1]!r}
from benchmarks.sweep import entry
from formal.numeric.grid import Axis, Grid
from formal.numeric.solver import FEW, solve_numeric
grid = Grid(entry, tuple(Axis(q.name, 0.01, 3.0, {steps}) for q in entry.parameters))
entered = 0
for start, stop in grid.chunks(1 << 20):
    entered += int((solve_numeric(entry, grid.points(start, stop)).decision == 0).sum())
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(grid.size, entered, peak.split()[1])
"""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    size, _, kilobytes = map(int, done.stdout.split())
    moved = 8 * (len(entry.parameters) + len(entry.players) + 1)
    note = f"{size:,} points in {seconds:.0f} s, grid included, {kilobytes / 1e6:.2f} GB at most"
    row("discrete tree, numeric, a whole grid", size / seconds, moved, speed, note)


def nested(count, grid, speed):
    points = draws(invitation.game, count)
    solve_numeric(invitation.game, draws(invitation.game, FEW), grid=grid)  # compiles
    seconds, numeric = timed(lambda: solve_numeric(invitation.game, points, grid=grid))
    exact = Partition(invitation.game.parameters, invitation.cells).at(points)
    error = max(float(np.max(np.abs(exact[f"payoff {q}"] - numeric.payoffs[q]))) for q in invitation.game.players)
    moved = 8 * (len(invitation.game.parameters) + len(invitation.game.players) + 1)
    label = f"two nested choices, numeric, grid of {grid}"
    row(label, count / seconds, moved, speed, f"payoffs off by {error:.0e} at most")


def main():
    speed = bandwidth()
    print(f"{'':<46} {'points/s':>13} {'of copying':>10}")
    row("copying memory, 16 bytes a point", speed / 16, 16, speed, f"{speed / 1e9:.1f} GB a second")
    closed_form(ratification, 10_000_000, speed)
    closed_form(invitation, 5_000_000, speed)
    discrete(1_000_000, speed)
    large(100, speed)
    for grid in (8, 16):
        nested(200_000, grid, speed)


if __name__ == "__main__":
    main()
