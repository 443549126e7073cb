"""Time and memory of the headline operations, each in a process of its own: `python benchmarks/spine.py`."""

import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
DERIVE = "from proofs.{0}.model import equilibrium; equilibrium.equilibrium"
PROVE = DERIVE + "; equilibrium.assure()"
TASKS = {
    "formal --help": (["-m", "formal.cli", "--help"], 0.3),
    "derive ratification": (["-c", DERIVE.format("ratification")], 2),
    "derive and prove ratification": (["-c", PROVE.format("ratification")], None),
    "derive invitation": (["-c", DERIVE.format("invitation")], 30),
    "derive and prove invitation": (["-c", PROVE.format("invitation")], None),
    "formal check proofs": (["-m", "formal.cli", "check", "proofs"], 90),
}


def main() -> None:
    print(f"{'task':32} {'seconds':>8} {'target':>7} {'peak MB so far':>15}")
    for name, (arguments, target) in TASKS.items():
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{name:32} {seconds:8.2f} {target if target is not None else '':>7} {peak:15.0f}")


if __name__ == "__main__":
    main()
