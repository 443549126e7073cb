"""Time and memory of derivations and of their proofs, each in a process of its own: `python benchmarks/derive.py`.

Classic games, the variants of the invitation game, and how time grows with the leaves and the parameters of a tree. A row
that takes longer than the limit is stopped and says so; one that the engine cannot close shows its error. Memory is the most
that a row's processes held at once, pages that they share counted once (on Linux). How fast the machine was at the time is
said in seconds that Python took for three million additions, before the table and after it.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from importlib import import_module
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIMIT = 60
CLASSICS = {
    "agenda setter, linear": "proofs.gallery.agenda_setter:linear",
    "agenda setter, quadratic": "proofs.gallery.agenda_setter:quadratic",
    "ultimatum, accepting ties": "proofs.gallery.ultimatum:generous",
    "ultimatum, rejecting ties": "proofs.gallery.ultimatum:spiteful",
    "crisis bargaining": "proofs.gallery.crisis_bargaining:crisis",
    "Stackelberg": "proofs.gallery.stackelberg:stackelberg",
    "entry deterrence": "proofs.gallery.entry_deterrence:entry",
    "tying hands at home": "proofs.tying_hands.model:bound_at_home",
    "Cournot, 2 firms": "proofs.gallery.cournot:duopoly",
    "Cournot, 3 firms": "proofs.gallery.cournot:triopoly",
    "Cournot, 4 firms": "proofs.gallery.cournot:tetrapoly",
    "Cournot, any costs": "proofs.gallery.cournot:asymmetric",
    "Tullock contest": "proofs.gallery.contest:contest",
    "battle of the sexes": "proofs.gallery.coordination:sexes",
    "chicken": "proofs.gallery.coordination:chicken",
    "prisoner's dilemma": "proofs.gallery.coordination:dilemma",
}


def measure(kind: str, argument: str) -> None:
    """One row, in the child process: seconds to derive and to prove, cells or equilibria, obligations, peak memory."""
    sys.path.insert(0, str(ROOT))
    import_module("formal.derive.backward_induction")  # what starting takes is not measured
    from formal.nash_solution import nash
    from formal.solution import solve

    declared = {"classic": _classic, "variant": _variant, "tree": _tree}[kind](argument)
    len(declared.nodes)
    started = time.perf_counter()
    if declared.hidden:
        solution = nash(declared)
        found = len(solution.equilibria)  # each is proved as it is found
        derived = time.perf_counter()
    else:
        solution = solve(declared)
        found = len(solution.equilibrium.cells)
        derived = time.perf_counter()
    row = {"derive": derived - started, "found": found}
    print(json.dumps(row), flush=True)
    if kind != "tree":
        assurance = solution.assure()
        verdict = type(assurance.verdict).__name__
        row |= {"prove": time.perf_counter() - derived, "goals": assurance.goals, "verdict": verdict}
        print(json.dumps(row), flush=True)


def _classic(argument: str):
    module, name = argument.split(":")
    return getattr(import_module(module), name)


def _variant(argument: str):
    from proofs.invitation.variants import variant

    up_to, signal, entrapment = (c == "1" for c in argument)
    return variant(up_to=up_to, quadratic_signal=signal, quadratic_entrapment=entrapment)


def _tree(argument: str):
    """A tree in which players take turns, with payoffs linear in a parameter of the player's own."""
    from formal import game, parameters

    arity, depth, players = map(int, argument.split(","))
    own = list(parameters(*(f"p{i} in (0, 1)" for i in range(players))))
    names = tuple(f"P{i}" for i in range(players))

    @game(players=names)
    def drawn(g):
        menu = [str(k) for k in range(arity)]
        taken = [str(g.choose(names[d % players], f"c{d}", menu)) for d in range(depth)]
        draw = random.Random(" ".join(taken))
        return {n: draw.randint(-9, 9) * q + draw.randint(-9, 9) for n, q in zip(names, own, strict=True)}

    return drawn


def show(title: str, kind: str, argument: str) -> None:
    command = [sys.executable, __file__, kind, argument]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **pipes)
    peak, end = 0.0, time.monotonic() + LIMIT
    while process.poll() is None and time.monotonic() < end:
        peak = max(peak, _held(process.pid))
        time.sleep(0.5)  # to look takes time from what is looked at
    late = process.poll() is None
    if late:
        os.killpg(process.pid, signal.SIGKILL)
    said, errors = process.communicate()
    note = f"stopped after {LIMIT} s" if late else ""
    if process.returncode and not late:
        note = errors.strip().splitlines()[-1].partition("Error: ")[2][:70]
    row = json.loads(said.splitlines()[-1]) if said else {}
    cells = [f"{row[k]:8.2f}" if k in row else " " * 8 for k in ("derive", "prove")]
    counts = [f"{row.get(k, ''):>6}" for k in ("found", "goals")]
    verdict = row.get("verdict", "")
    print(f"{title:58} {' '.join(cells)} {' '.join(counts)} {verdict:8} {peak:6.0f} {note}", flush=True)


def _held(session: int) -> float:
    """Megabytes that the processes of a session hold together."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == session:
                held = next(line for line in (folder / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
                total += int(held.split()[1])
        except (OSError, StopIteration):
            continue
    return total / 1024


def speed() -> float:
    """Seconds for three million additions."""
    started, total = time.perf_counter(), 0
    for k in range(3_000_000):
        total += k
    return time.perf_counter() - started


def main() -> None:
    before = speed()
    print(f"{'game':58} {'derive s':>8} {'prove s':>8} {'found':>6} {'goals':>6} {'verdict':8} {'MB':>6}")
    for title, target in CLASSICS.items():
        show(title, "classic", target)
    for up_to, signalling, entrapment in product("01", repeat=3):
        words = ["up to" if up_to == "1" else "exactly"]
        words += ["quadratic" if k == "1" else "linear" for k in (signalling, entrapment)]
        show(f"invitation {words[0]}, {words[1]} signal, {words[2]} entrapment", "variant", up_to + signalling + entrapment)
    for arity, depth in ((10, 2), (10, 3), (10, 4)):
        show(f"tree, {arity**depth:,} leaves, 2 parameters", "tree", f"{arity},{depth},2")
    for players in (1, 2, 3, 4):
        show(f"tree, 256 leaves, {players} parameters", "tree", f"4,4,{players}")
    print(f"three million additions: {before:.2f} s before, {speed():.2f} s after")


if __name__ == "__main__":
    measure(*sys.argv[1:]) if sys.argv[1:] else main()
