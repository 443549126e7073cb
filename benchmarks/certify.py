"""Certificates of proofs/ and of the suite: `python benchmarks/certify.py`, one of them with `proofs` or `suite` behind it.

For proofs/ the ledgers are replayed. For the suite a certificate of every claim is searched for, and replayed. Printed are the
claims that are to be proved, how many of them are certified with all that they rest on, seconds of search for claims that take
more than a tenth (median, longest) and for all of them, the size of the certificates, and the time of a replay in one process:
for each claim, the longest, and all, and what the kernel takes of it, which checks what SymPy states; then the time of a replay
of proofs/ on all processors, after imports, and what is not certified. Games count as claims.
"""

import json
import sys
import time
from pathlib import Path
from statistics import median
from unittest import mock

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from formal.certify import kernel  # noqa: E402
from formal.certify.judges import CERTIFICATE, Recorder, Replayer  # noqa: E402
from formal.certify.ledger import Ledger, ledger_path, read  # noqa: E402
from formal.check import records  # noqa: E402
from formal.decide.judge import judging  # noqa: E402
from formal.loader import load  # noqa: E402
from formal.replay import read_all, replay, together  # noqa: E402

HARD = 0.1


class Timed(Recorder):
    """Adds up the seconds in which certificates are searched for and checked."""

    spent = 0.0

    def _entry(self, goal, verdict):
        started = time.perf_counter()
        try:
            return super()._entry(goal, verdict)
        finally:
            self.spent += time.perf_counter() - started


def size(ledger):
    """Bytes of the certificates."""
    return sum(len(json.dumps(entry.get(CERTIFICATE))) for entry in ledger.goals.values() if CERTIFICATE in entry)


def searched(files):
    """A ledger made afresh, and seconds of search by claim."""
    recorder, seconds = Timed(Ledger(Path())), {}
    for file in files:
        for item in file.propositions:
            print(f"\r{len(seconds) + 1} {item.id:<40}", end="", file=sys.stderr, flush=True)
            before = recorder.spent
            with judging(recorder):
                item.check()
            seconds[item.id] = recorder.spent - before
    print("\r" + " " * 50 + "\r", end="", file=sys.stderr)
    return recorder.new, seconds


def replayed(files, ledger):
    """The records of a replay in this process, and the seconds that the kernel takes."""
    spent, check = 0.0, kernel.check

    def timed(*arguments):
        nonlocal spent
        started = time.perf_counter()
        try:
            check(*arguments)
        finally:
            spent += time.perf_counter() - started

    with mock.patch.object(kernel, "check", timed), judging(Replayer(ledger)):
        found = list(records(files, lambda _: None, audit=False))
    return found, spent


def row(label, found, seconds, length, kernel_seconds):
    proved = [r for r in found if r.expected == "proved"]
    certified = [r for r in proved if r.status == "proved"]
    hard = [s for s in seconds.values() if s > HARD]
    search = f"{median(hard):>8.2f}{max(hard):>8.1f}{sum(seconds.values()):>8.1f}" if hard else f"{'':>24}"
    taken = [1000 * r.seconds for r in found]
    print(
        f"{label:<9}{len(proved):>7}{len(certified):>10}{100 * len(certified) / len(proved):>6.1f} %{search}"
        f"{length / 1000:>9.0f}{sum(taken) / len(found):>10.1f}{max(taken):>9.1f}{sum(taken) / 1000:>8.2f}"
        f"{kernel_seconds:>10.2f}"
    )
    return [r for r in proved if r.status != "proved"]


def suite():
    files = load([ROOT / "benchmarks" / "suite"])
    ledger, seconds = searched(files)
    found, spent = replayed(files, ledger)
    return row("suite", found, seconds, size(ledger), spent)


def proofs():
    files = load([ROOT / "proofs"])
    started = time.perf_counter()
    list(replay(files))
    clock = time.perf_counter() - started
    ledgers = [read(f.path) for f in files if ledger_path(f.path).exists()]
    found, spent = replayed(files, together(read_all(files)))
    missing = row("proofs/", found, {}, sum(map(size, ledgers)), spent)
    print(f"{'':<9}on all processors, by the clock: {clock:.2f} s")
    return missing


def main():
    wanted = [name for name in ("proofs", "suite") if name in sys.argv] or ["proofs", "suite"]
    search, again = f"{'median s':>8}{'max s':>8}{'all s':>8}", f"{'ms/claim':>10}{'max ms':>9}{'all s':>8}{'kernel s':>10}"
    print(f"{'':<9}{'claims':>7}{'certified':>10}{'':>8}{search}{'kB':>9}{again}")
    missing = [r for name in wanted for r in {"proofs": proofs, "suite": suite}[name]()]
    print("\nnot certified:" if missing else "\nall are certified")
    for record in missing:
        print(f"  {record.id:<28}{record.reason[:110]}")


if __name__ == "__main__":
    main()
