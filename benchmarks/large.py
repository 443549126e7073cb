"""Large games through `formal checkmate`: `python benchmarks/large.py [--quick]`.

Each game is written to a file, and the command is run on it as a user would: start-up, reading, all four properties for every
honest history, certificates. Time (also of the processor alone) and peak memory are
those of the process; `growth` is its processor's time over that of the row above.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from large_games import auction, centipede, choices, orders, random_tree, tictactoe

GAMES = [
    ("tic-tac-toe, symbolic payoffs", tictactoe, ()),
    ("centipede, 50 moves", centipede, (50,)),
    ("centipede, 100 moves", centipede, (100,)),
    ("centipede, 200 moves", centipede, (200,)),
    ("centipede, 10,000 moves", centipede, (10_000,)),
    ("auction, 4 bidders", auction, (4,)),
    ("auction, 5 bidders", auction, (5,)),
    ("choices, 81 regions", choices, (4, 3)),
    ("choices, 243 regions", choices, (5, 3)),
    ("choices, 729 regions", choices, (6, 3)),
    ("orders, 24 regions", orders, (4,)),
    ("orders, 120 regions", orders, (5,)),
    *((f"random, {10**k:,} nodes, {c} constants", random_tree, (10**k, c, 1)) for c in (3, 8) for k in (4, 5, 6)),
    ("random, 1,000,000 nodes, payoffs all different", random_tree, (10**6, 8, 1)),
]
QUICK = 4_000_000  # bytes; --quick leaves larger files out


COMMAND = """
import sys
from formal.cli import main
try:
    main()
finally:
    status = open("/proc/self/status").read()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), file=sys.stderr)
"""


def run(path, *options):
    """Seconds, those of the processor, peak memory in MB, and the answers, of one run of the command."""
    with tempfile.TemporaryFile() as output:
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-c", COMMAND, "checkmate", str(path), "--format", "json", *options]
        done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True, check=False)
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        output.seek(0)
        return seconds, busy, int(done.stderr.split()[-1]) / 1024, json.loads(output.read())


def row(label, path, before):
    seconds, busy, memory, answers = run(path)
    verdicts = [a["verdict"] for a in answers]
    told = ", ".join(f"{verdicts.count(v)} {v}" for v in ("yes", "no", "unknown") if v in verdicts)
    certified = sum(a.get("certificate") == "certified" for a in answers)
    regions = max(a["regions"] for a in answers)
    growth = f"{busy / before:6.1f}" if before else "      "
    size = path.stat().st_size / 1e6
    print(
        f"{label:<48} {size:6.1f} {seconds:7.2f} {busy:7.2f} {growth} {memory:7.0f} {regions:8} {certified:10}  {told}",
        flush=True,
    )
    return busy


def main():
    quick = "--quick" in sys.argv
    print(
        f"{'game':<48} {'MB':>6} {'seconds':>7} {'CPU':>7} {'growth':>6} {'peak MB':>7} {'regions':>8} {'certified':>10}"
        "  verdicts"
    )
    family, before = None, None
    with tempfile.TemporaryDirectory() as folder:
        for label, make, parameters in GAMES:
            path = Path(folder) / "game.json"
            options = {"pool": None} if "different" in label else {}
            make(path, *parameters, **options)
            if quick and path.stat().st_size > QUICK:
                continue
            same = family == (make, parameters[1:])
            before = row(label, path, before if same or (family and family[0] is make is not random_tree) else None)
            family = make, parameters[1:]
    shared = os.environ.get("CHECKMATE_GAMES")
    for path in sorted(Path(shared).glob("*.json")) if shared else ():
        row(path.name, path, None)


if __name__ == "__main__":
    main()
