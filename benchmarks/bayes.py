"""Perfect Bayesian equilibria: time and memory, each game in a process of its own: `python benchmarks/bayes.py`.

Named games with all their equilibria, then how time grows with types, signals and replies. Proving is of every obligation of
every class, and of the claim that none is missing. A row that takes longer than the limit is stopped and says so.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIMIT = 120
NAMED = {
    "beer and quiche": "proofs.gallery.beer_quiche:beer_quiche",
    "education": "proofs.gallery.education:education",
    "private resolve": "proofs.private_resolve.model:private_resolve",
    "sinking costs": "proofs.gallery.costly_signals:sinking_costs",
    "tying hands": "proofs.gallery.costly_signals:tying_hands",
    "reputation": "proofs.gallery.reputation:reputation",
    "Selten's horse": "proofs.gallery.horse:horse",
    "private intent, a signal in [0, 1]": "proofs.private_intent.model:private_intent",
    "schooling of any length": "proofs.gallery.schooling:schooling",
}
SIZES = ["2 2 2 mixed", "2 2 3 mixed", "2 3 2 mixed", "3 2 2 mixed", "3 2 3 pure", "3 3 2 pure", "2 3 3 pure", "3 3 3 pure"]


def ladder(types: int, signals: int, replies: int):
    """A sender whose type lowers the cost of a signal, and a receiver that wants to match the type; all costs are symbols."""
    from formal import game, parameters

    p = parameters("q1 q2 in (0, 1)", "a b > 0", "k1 k2 k3 > 0")
    shares = {2: {"low": p.q1, "high": 1 - p.q1}}
    shares[3] = {"low": p.q1, "middle": (1 - p.q1) * p.q2, "high": (1 - p.q1) * (1 - p.q2)}
    costs = [p.k1, p.k2, p.k3][:types]
    gains = [0, p.a, p.a + p.b]
    cheaper = {f"cheaper {i}": costs[i] > costs[i + 1] for i in range(types - 1)}

    @game(players=("Sender", "Receiver"), assume=cheaper)
    def rungs(g):
        names = list(shares[types])
        t = names.index(str(g.chance("type", shares[types])))
        m = int(g.choose("Sender", "signal", [str(k) for k in range(signals)]))
        r = int(g.choose("Receiver", "reply", [str(k) for k in range(replies)], sees=["signal"]))
        return {"Sender": gains[r] - costs[t] * m, "Receiver": -((t - r) ** 2)}

    return rungs


def measure(kind: str, argument: str) -> None:
    """One row, in the child process."""
    sys.path.insert(0, str(ROOT))
    from formal.bayes_solution import BayesianSolution
    from formal.concept import equilibria

    if kind == "named":
        from importlib import import_module

        module, name = argument.split(":")
        solution = equilibria(getattr(import_module(module), name))
    else:
        types, signals, replies, mixed = argument.split()
        solution = BayesianSolution(ladder(int(types), int(signals), int(replies)), mixed == "mixed", 10**6)
    started = time.perf_counter()
    found = solution._derivation[0] if isinstance(solution, BayesianSolution) else solution._proposed
    row = {"derive": time.perf_counter() - started, "found": len(found), "peak": _peak()}
    print(json.dumps(row), flush=True)
    started = time.perf_counter()
    assurance, complete = solution.assure(), solution.completeness
    row |= {"prove": time.perf_counter() - started, "goals": assurance.goals, "verdict": type(assurance.verdict).__name__}
    words = {"all of them": "all", "all pure ones": "pure ones"}.get(
        complete, "all, but for exceptions" if complete else "not proved"
    )
    print(json.dumps(row | {"complete": words, "peak": _peak()}), flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(label: str, kind: str, argument: str) -> None:
    command = [sys.executable, __file__, kind, argument]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        lines, error = done.stdout.splitlines(), done.stderr
    except subprocess.TimeoutExpired as stopped:
        lines, error = (stopped.stdout or b"").decode().splitlines(), f"stopped after {LIMIT} s"
    row = json.loads(lines[-1]) if lines else {}
    derive, prove = (f"{row[k]:.2f}" if k in row else "" for k in ("derive", "prove"))
    told = row.get("verdict", error.strip().splitlines()[-1][:60] if error.strip() else "")
    counts = f"{row.get('found', ''):>7} {row.get('goals', ''):>6}"
    print(
        f"{label:<36} {derive:>8} {prove:>8} {counts} {told:<9} {row.get('peak', 0):>5.0f}  {row.get('complete', '')}",
        flush=True,
    )


def main() -> None:
    print(f"{'game':<36} {'derive s':>8} {'prove s':>8} {'classes':>7} {'goals':>6} {'verdict':<9} {'MB':>5}  found")
    for label, target in NAMED.items():
        _row(label, "named", target)
    print("\ntypes, signals, replies")
    for size in SIZES:
        types, signals, replies, mixed = size.split()
        _row(f"{types} × {signals} × {replies}, {mixed}", "sized", size)


if __name__ == "__main__":
    measure(*sys.argv[1:3]) if len(sys.argv) > 1 else main()
