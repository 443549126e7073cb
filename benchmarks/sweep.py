"""Speed over many parameter points: `python benchmarks/sweep.py`.

Closed forms against the memory bandwidth of the same machine, numeric backward induction on a discrete tree against a loop over
pygambit (1,000 games, extrapolated), and numeric backward induction with two nested continuous choices with its error.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from formal import game, parameters
from formal.interop.gambit import efg
from formal.numeric.cells import Partition
from formal.numeric.solver import solve_numeric
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


def closed_form(solution, count, speed):
    points = draws(solution.game, count)
    partition = Partition(solution.game.parameters, solution.cells)
    seconds, table = timed(lambda: partition.at(points))
    moved = sum(c.nbytes for c in (*points.values(), *table.values()))
    share = moved / seconds / speed
    label, rate = f"closed form, {solution.game.name}", count / seconds / 1e6
    print(f"{label:<44} {rate:8.1f} million points a second, {share:6.1%} of copying")


def discrete(count):
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
    loop = (time.perf_counter() - started) * count / 1000
    print(f"{'discrete tree, numeric':<44} {count / seconds / 1e6:8.1f} million points a second")
    print(f"{'the same games in a loop over pygambit':<44} {loop / seconds:8.0f} times as long")


def nested(count, grid):
    points = draws(invitation.game, count)
    solve_numeric(invitation.game, draws(invitation.game, 1), grid=grid)  # compiles
    seconds, numeric = timed(lambda: solve_numeric(invitation.game, points, grid=grid))
    exact = Partition(invitation.game.parameters, invitation.cells).at(points)
    error = max(float(np.nanmax(np.abs(exact[f"payoff {q}"] - numeric.payoffs[q]))) for q in invitation.game.players)
    typical = np.nanmedian(np.abs(exact["payoff Government"] - numeric.payoffs["Government"]))
    label = f"two nested choices, numeric, grid of {grid}"
    print(f"{label:<44} {count / seconds:8.0f} points a second, error {error:.1e} at most, {typical:.1e} in the median")


def main():
    speed = bandwidth()
    print(f"{'copying memory':<44} {speed / 1e9:8.1f} GB a second")
    closed_form(ratification, 10_000_000, speed)
    closed_form(invitation, 5_000_000, speed)
    discrete(1_000_000)
    for grid in (8, 16):
        nested(200_000, grid)


if __name__ == "__main__":
    main()
