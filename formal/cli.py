"""The command line. Heavy modules are imported by the commands that need them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formal import __version__
from formal.commands import desk
from formal.commands.checkmate import checkmate
from formal.commands.completion import TARGET, completion
from formal.commands.explain import explain
from formal.commands.explore import export, plot, sweep, validate
from formal.commands.new import new
from formal.commands.shared import FORMATS
from formal.commands.shared import no_traceback as _no_traceback
from formal.commands.shared import progress as _progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from formal.assurance import Assurance
    from formal.check import Record
    from formal.loader import ProofFile
    from formal.repeated_game import Trigger

    Decide = Callable[[Callable[[str], None]], Iterator[Record]]

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="formal")
def main() -> None:
    """Formal models: derive equilibria in closed form, prove or refute propositions for all parameter values.

    Exit codes: 0 everything as expected, 1 a claim failed, 2 bad input, 3 something stayed unknown.
    """
    gc.set_threshold(100_000, 20, 20)  # expressions and certificates are many small objects without cycles


@main.command()
@_PATHS
@click.option("--format", "style", type=click.Choice(FORMATS), default="text", help="How to print the result.")
@click.option("--confirm", is_flag=True, help="Believe only what two solvers prove; the rest is unknown.")
@click.option(
    "--solvers", default="", help="Solvers to ask where Z3 is not soon done, by commas; all that are installed by default."
)
@click.option(
    "--smt2", "folder", type=click.Path(path_type=Path), help="Write each claim's questions to this folder, as SMT-LIB 2."
)
@click.option("--update", is_flag=True, help="Search for certificates, and write the ledgers beside the proof files.")
@click.option("--rocq", is_flag=True, help="Have coqc check what is certified, with the games that it rests on.")
@click.option("--audit/--no-audit", default=True, help="Say which hypotheses each proved claim needs, and which not.")
@click.option("--watch", "watching", is_flag=True, help="Go on, and decide again what changes, until Ctrl-C.")
@click.option("--scheduler", metavar="ADDRESS", help="Decide on the Dask cluster with this scheduler, such as tcp://host:8786.")
@_no_traceback
def check(
    paths: tuple[Path, ...],
    style: str,
    confirm: bool,
    solvers: str,
    folder: Path | None,
    update: bool,
    rocq: bool,
    audit: bool,
    watching: bool,
    scheduler: str | None,
) -> int:
    """Decide every claim in PATHS: proof files, or folders of them; SMT-LIB files are answered sat, unsat or unknown.

    Without PATHS, those that [tool.formal] in pyproject.toml names, or the folder proofs. The same holds for other commands.
    """
    from formal.check import check as decide_all
    from formal.check import export as questions
    from formal.errors import UsageError
    from formal.loader import load
    from formal.project import proof_paths
    from formal.replay import assured
    from formal.replay import update as write

    if any(path.suffix == ".smt2" for path in paths):
        others = confirm or update or rocq or watching or folder or scheduler or style != "text"
        return _smtlib(paths, _names(solvers), plain=not others)
    if watching:
        from formal.commands.watch import watch

        if folder or update or rocq or scheduler or style != "text":
            raise UsageError("--watch goes with --solvers, --confirm and --no-audit only", place=None)
        return watch(proof_paths(paths), _names(solvers), confirm=confirm, audit=audit)
    if scheduler is not None and update:
        raise UsageError("--update decides here; give it without --scheduler", place=None)
    paths = tuple(proof_paths(paths))
    files = load(paths)
    if folder is not None:
        click.echo(f"{questions(files, folder)} questions in {folder}", err=True)

    def decided(tell: Callable[[str], None]) -> Iterator[Record]:
        if update:
            return write(files, tell)
        if scheduler is not None:
            from formal.remote import check_on

            found = check_on(scheduler, files, tell, solvers=_names(solvers), confirm=confirm, audit=audit)
            return assured(files, found)
        return assured(files, decide_all(files, tell, solvers=_names(solvers), confirm=confirm, audit=audit))

    return _told(files, _with_rocq(files, decided) if rocq else decided, style)[1]


@main.command()
@_PATHS
@click.option("--rocq", is_flag=True, help="Have coqc check what is certified, with the games that it rests on.")
@click.option("--format", "style", type=click.Choice(FORMATS), default="text", help="How to print the result.")
@_no_traceback
def replay(paths: tuple[Path, ...], rocq: bool, style: str) -> int:
    """Check the ledgers of the proof files in PATHS with the kernel alone: no solver is asked, or needs to be installed."""
    from formal.loader import load
    from formal.project import proof_paths
    from formal.replay import replay as check_again

    files = load(proof_paths(paths))

    def decided(tell: Callable[[str], None]) -> Iterator[Record]:
        return check_again(files, tell)

    return _told(files, _with_rocq(files, decided) if rocq else decided, style)[1]


@main.command()
@_PATHS
@click.option("-o", "--output", "folder", required=True, type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--check", "checking", is_flag=True, help="Have coqc check every theorem, and say what it rests on.")
@click.option("--obligations", is_flag=True, help="Write what the games' equilibria rest on, too.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="How to print the result.")
@_no_traceback
def rocq(paths: tuple[Path, ...], folder: Path, checking: bool, obligations: bool, style: str) -> int:
    """Write the certified claims in PATHS as theorems for Rocq (Coq), one file a proof file, with their proofs."""
    import json

    from formal.loader import load
    from formal.project import proof_paths
    from formal.report.rocq import axioms, entry_data, entry_lines, totals
    from formal.report.text import console
    from formal.rocq import checked, exit_code, write

    started, out, files = time.perf_counter(), console(), load(proof_paths(paths))
    with _progress(out, None) as tell:
        entries = list(write(files, folder, obligations=obligations, progress=tell))
        entries = list(checked(folder, entries, tell)) if checking else entries
    if style == "json":
        click.echo(json.dumps({"theorems": [entry_data(e) for e in entries]}, ensure_ascii=False, indent=2))
    else:
        out.print(entry_lines(entries))
        out.print(axioms(entries)) if checking else None
        out.print(totals(entries, time.perf_counter() - started))
    return exit_code(entries)


def _with_rocq(files: list[ProofFile], decided: Decide) -> Decide:
    """The same records, after Rocq has checked the theorems of those that are certified."""
    from formal.rocq import assured

    return lambda tell: assured(files, decided(tell), tell)


def _told(files: list[ProofFile], decided: Decide, style: str) -> tuple[list[Record], int]:
    """Print records as they come; returns them with the exit code."""
    from formal.check import exit_code
    from formal.report.formats import document
    from formal.report.text import console, record_lines, shown_path, summary

    started = time.perf_counter()
    total = sum(len(f.games) + len(f.propositions) for f in files)
    records: list[Record] = []
    out = console()
    interrupted = False
    with _progress(out, total) as tell:
        try:
            for record in decided(tell):
                if style == "text":
                    if not records or records[-1].file != record.file:
                        out.print(shown_path(record.file), style="bold")
                    out.print(record_lines(record))
                records.append(record)
                tell(None)
        except KeyboardInterrupt:
            interrupted = True
    if style != "text":
        click.echo(document(style, records, total), nl=False)
    if style in ("text", "github"):
        out.print(summary(records, total, time.perf_counter() - started))
    if interrupted:
        click.echo("interrupted", err=True)
        return records, 130
    return records, exit_code(records)


def _names(written: str) -> list[str]:
    """Names in one option, separated by commas."""
    return [name.strip() for name in written.split(",") if name.strip()]


def _smtlib(paths: tuple[Path, ...], solvers: list[str], *, plain: bool) -> int:
    """Answer SMT-LIB files, one word a line."""
    from formal.decide.panel import asking
    from formal.decide.smtfile import decide_file
    from formal.errors import UsageError

    mixed = next((path for path in paths if path.suffix != ".smt2"), None)
    if mixed is not None:
        raise UsageError(f"{mixed} is not an SMT-LIB file; check proof files and SMT-LIB files apart", place=None)
    if not plain:
        raise UsageError("of the options, --solvers alone goes with SMT-LIB files", place=None)
    with asking(solvers):
        answers = [decide_file(path) for path in paths]
    for answer in answers:
        click.echo(answer)
    return 3 if "unknown" in answers else 0


@main.command()
@click.argument("target", metavar="FILE:GAME", type=TARGET)
@click.option("--latex", is_flag=True, help="Print LaTeX for a paper.")
@click.option("--no-proof", is_flag=True, help="Print what was derived without having it proved.")
@click.option("--statics", is_flag=True, help="Add how outcomes vary with each parameter, with proved signs.")
@click.option("--explain", "explained", is_flag=True, help="Add why each case is what it is, step by step, each step proved.")
@click.option("--refine", is_flag=True, help="Add where equilibria of a signalling game pass the Intuitive Criterion and D1.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="How to print the result.")
@_no_traceback
def derive(target: str, latex: bool, no_proof: bool, statics: bool, explained: bool, refine: bool, style: str) -> int:
    """Solve the game GAME in FILE and print its equilibrium, case by case.

    Of a repeated game, GAME is the name of a trigger strategy in FILE.
    """
    import json

    from formal.concept import equilibria
    from formal.errors import DerivationError
    from formal.loader import load_model
    from formal.nash_solution import NashSolution
    from formal.repeated_game import Trigger
    from formal.report.bayes import bayes_data, bayes_lines
    from formal.report.data import equilibrium_data, nash_data
    from formal.report.signalling import signalling_data, signalling_lines
    from formal.report.text import console, equilibrium_lines, nash_lines
    from formal.signalling_solution import SignallingSolution
    from formal.solution import Solution

    game = load_model(target)
    out = console()
    if isinstance(game, Trigger):
        return _derive_trigger(game, out, latex=latex, no_proof=no_proof, style=style)
    with _progress(out, None) as tell:
        solution = equilibria(game)
        solution.progress = tell
        if not isinstance(solution, Solution):
            missing = solution.completeness or "whether there are others is not proved"
            status, code = _status(solution.sound, f"{solution.counted(len(solution.equilibria))} ({missing})")
            if isinstance(solution, NashSolution):
                shown, data = nash_lines(solution, status), nash_data(solution)
            elif isinstance(solution, SignallingSolution):
                shown, data = signalling_lines(solution, status, refine=refine), signalling_data(solution, refine=refine)
            else:
                shown, data = bayes_lines(solution, status, refine=refine), bayes_data(solution, refine=refine)
        else:
            one = solution
            concept = "the subgame perfect equilibrium under the tie rules"
            try:
                found = one.equilibrium  # derived before its proof is begun
            except DerivationError:
                if one.partial().strategies:
                    out.print(equilibrium_lines(one.partial(), "PARTIAL, not an equilibrium: only later stages are solved"))
                raise
            status, code = (f"proposed {concept}, NOT proved", 0) if no_proof else _status(one.assure(), concept)
            effects = one.comparative_statics() if statics else []
            reasons = one.reasons() if explained and not latex else {}
            shown = equilibrium_lines(found, status, effects, [] if no_proof else one.ties(), reasons)
            data = equilibrium_data(found, effects, reasons)
    if latex:
        from formal.report.latex import section

        click.echo(section(game, proved=not no_proof and code == 0, explained=explained, refine=refine))
        if code:
            click.echo(status, err=True)
    elif style == "json":
        click.echo(json.dumps({"status": status, **data}, ensure_ascii=False, indent=2))
    else:
        out.print(shown)
    return code


def _derive_trigger(trigger: Trigger, out: Console, *, latex: bool, no_proof: bool, style: str) -> int:
    """Print when a trigger strategy is an equilibrium; the exit code."""
    import json

    from formal.report.repeated import trigger_data, trigger_lines, trigger_section

    with _progress(out, None) as tell:
        trigger.progress = tell
        concept = "where it is a subgame perfect equilibrium"
        status, code = (f"proposed {concept}, NOT proved", 0) if no_proof else _status(trigger.assure(), concept)
    if latex:
        click.echo(trigger_section(trigger, sure=not no_proof and code == 0))
        if code:
            click.echo(status, err=True)
    elif style == "json":
        click.echo(json.dumps({"status": status, **trigger_data(trigger)}, ensure_ascii=False, indent=2))
    else:
        out.print(trigger_lines(trigger, status))
    return code


def _status(assurance: Assurance, concept: str) -> tuple[str, int]:
    """What became of the obligations, in words, and the exit code."""
    from formal.decide.verdict import Refuted, Unknown
    from formal.report.text import point

    if isinstance(assurance.verdict, Unknown):
        return f"UNPROVED: {assurance.failed}: {assurance.verdict.reason}", 3
    if isinstance(assurance.verdict, Refuted):
        return f"WRONG: {assurance.failed} fails at {point(assurance.verdict.witness)}", 1
    return f"{concept}, {assurance.goals} obligations proved", 0


@main.command()
@click.argument("target", metavar="FILE:ID", type=TARGET)
@click.option("--over", default="", help="Parameters, by commas, on which the condition may depend; it holds for all others.")
@click.option("--by", type=click.Choice(["qepcad"]), help="Have QEPCAD propose it: degree above 2, few variables.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="How to print the result.")
@_no_traceback
def when(target: str, over: str, by: str | None, style: str) -> int:
    """Find the exact condition on the parameters under which the claim ID in FILE holds, and prove it in both directions."""
    import json

    from formal.condition import named, when
    from formal.loader import load_claim
    from formal.report.data import when_data
    from formal.report.text import console, when_lines

    claim, out = load_claim(target), console()
    with _progress(out, None) as tell:
        tell(f"{claim.id}: when it holds")
        found = when(claim, over=named(claim, _names(over)), by=by or "")
    if style == "json":
        click.echo(json.dumps(when_data(found), ensure_ascii=False, indent=2))
    else:
        out.print(when_lines(found))
    return 0 if found.exact else 3


@main.command()
@_no_traceback
def doctor() -> int:
    """List the solvers and tools found, with their versions."""
    from rich.table import Table

    from formal.doctor import survey
    from formal.report.text import console

    table = Table("component", "version", "used for", box=None, pad_edge=False)
    missing = False
    for part in survey():
        missing = missing or (part.required and part.version is None)
        table.add_row(part.name, part.version or ("MISSING" if part.required else "not installed"), part.purpose)
    console().print(table)
    return 2 if missing else 0


for _command in (checkmate, completion, desk.paper, desk.report, explain, export, new, plot, sweep, validate):
    main.add_command(_command)

if __name__ == "__main__":
    main()
