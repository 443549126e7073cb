"""The report of all of proofs/: what it takes beyond deciding, how large it is, and how fast its sliders answer.

    python benchmarks/report.py [PATHS]

Verdicts come from the ledgers. A slider's time is from the event to the new outcome in the page, in headless Chromium; the
region plot follows in the next frame and is timed apart.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

MOVE = """(name) => {
  const one = explorers.find((e) => e.game.name === name);
  one.details.open = true; one.open();
  const times = [], plots = [];
  for (let k = 0; k < 60; k += 1) {
    const slider = one.sliders[k % one.sliders.length], q = one.game.parameters[k % one.sliders.length];
    slider.value = q.low + (q.high - q.low) * ((k * 7) % 60 + 0.5) / 60;
    let start = performance.now(); slider.dispatchEvent(new Event("input")); times.push(performance.now() - start);
    start = performance.now(); one.paint(); plots.push(performance.now() - start);
  }
  return [one.game.parameters.length, times, plots];
}"""


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or [Path("proofs")]
    from formal.loader import load
    from formal.replay import replay
    from formal.report import sources
    from formal.report.html import page
    from formal.report.paper import paper

    table = Table("measure", "figure", "target", box=None)
    helps = [timed(lambda: subprocess.run([sys.executable, "-m", "formal.cli", "--help"], capture_output=True, check=True))[0]]
    helps += [timed(lambda: subprocess.run(["formal", "--help"], capture_output=True, check=True))[0] for _ in range(5)]
    table.add_row("formal --help", f"{min(helps):.2f} s", "0.25 s")
    files, known = load(paths), sources.find(paths)
    seconds, records = timed(lambda: list(replay(files)))
    table.add_row(f"{len(records)} verdicts from the ledgers", f"{seconds:.1f} s", "")
    seconds, html = timed(lambda: page(files, records, "benchmark", known))
    table.add_row("the page, beyond deciding", f"{seconds:.1f} s", "10 s")
    table.add_row("its size", f"{len(html.encode()) / 1e6:.2f} MB", "3 MB")
    seconds, _ = timed(lambda: paper(files, records, known, lambda _: None))
    table.add_row("the appendix, beyond deciding", f"{seconds:.1f} s", "")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "index.html"
        path.write_text(html, encoding="utf-8")
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page()
        table.add_row("opening it", f"{timed(lambda: tab.goto(path.as_uri()))[0]:.2f} s", "")
        for name in tab.evaluate("GAMES.filter(Boolean).map((g) => g.name)"):
            count, times, plots = tab.evaluate(MOVE, name)
            shown = f"{statistics.median(times):.1f} ms, at most {max(times):.1f} (plot {statistics.median(plots):.1f} ms)"
            table.add_row(f"a slider of {name}, {count} parameters", shown, "50 ms")
        browser.close()
    Console().print(table)


def timed(work):
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made


if __name__ == "__main__":
    main()
