"""Running Rocq's checker on files that were written: whether all is proved, and from which axioms."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from formal.certify.rocq.text import PRELUDES
from formal.errors import UsageError

AXIOMS = {  # those of Rocq's own real numbers
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "FunctionalExtensionality.functional_extensionality_dep",
    "Classical_Prop.classic",
}
SECONDS = 600


@dataclass(frozen=True)
class Reply:
    """What `coqc` says of one file: an error, or the axioms of each theorem."""

    error: str
    axioms: Mapping[str, tuple[str, ...]]


class Checker:
    """A copy of a folder's files, compiled one by one."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("coqc")
        if program is None:
            raise UsageError("coqc is not installed; apt-get install coq, or leave out --check", place=None)
        self.program = program
        self._copy = tempfile.TemporaryDirectory(prefix="formal-rocq-")
        self.folder = Path(self._copy.name)
        for file in folder.glob("*.v"):
            shutil.copy(file, self.folder / file.name)
        for prelude in PRELUDES:
            failed = self._run(prelude.name)[0]
            if failed:
                raise UsageError(f"{prelude.name} is not accepted: {failed}", place=None)

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        self._copy.cleanup()

    def check(self, file: str, theorems: Sequence[str]) -> Reply:
        """Compile a file of the folder, and ask what each theorem rests on."""
        error = self.compile(file)
        return Reply(error, {}) if error else self.ask({file: theorems})[file]

    def compile(self, file: str) -> str:
        """What is wrong with a file of the folder; empty when it is accepted."""
        return self._run(file)[0]

    def ask(self, theorems: Mapping[str, Sequence[str]]) -> dict[str, Reply]:
        """What the theorems of files that are compiled rest on: all together first, one by one where that is too much."""
        error, axioms = self._axioms([(file, name) for file, names in theorems.items() for name in names])
        if not error and not foreign(axioms):
            return {file: Reply("", dict.fromkeys(names, axioms)) for file, names in theorems.items()}
        if len(theorems) > 1:
            return {file: self.ask({file: names})[file] for file, names in theorems.items()}
        ((file, names),) = theorems.items()
        if error:
            return {file: Reply(error, {})}
        return {file: Reply("", {name: self._axioms([(file, name)])[1] for name in names})}

    def _axioms(self, theorems: Sequence[tuple[str, str]]) -> tuple[str, tuple[str, ...]]:
        """What went wrong, and what the theorems, each of a file, rest on all together."""
        modules = dict.fromkeys(Path(file).stem for file, _ in theorems)
        each = "".join(f"let _ := {Path(file).stem}.{name} in\n" for file, name in theorems)
        asked = f"Require {' '.join(modules)}.\nDefinition asked :=\n{each}True.\nPrint Assumptions asked.\n"
        file = self.folder / "What_is_asked.v"
        file.write_text(asked, encoding="utf-8")
        error, said = self._run(file.name)
        if not error and not re.match("Axioms:|Closed under", said):
            error = "what the theorems rest on is not said"
        return error, tuple(a for a in re.findall(r"^([\w.']+)\s*:", said, re.MULTILINE) if a != "Axioms")

    def _run(self, file: str) -> tuple[str, str]:
        """What went wrong, in one line, and what was printed."""
        command = [self.program, "-q", "-noglob", "-Q", ".", "", file]
        try:
            done = subprocess.run(
                command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            return f"{file} takes coqc more than {SECONDS} s", ""
        if done.returncode == 0:
            return "", done.stdout
        shown = " ".join(done.stderr.split())
        place = re.search(r'File "[./]*([^"]+)", line (\d+)', shown)
        message = shown.split("Error:", 1)[-1].strip()[:300]
        return (f"{place[1]}:{place[2]}: {message}" if place else message or "coqc fails"), ""


def foreign(axioms: Sequence[str]) -> list[str]:
    """The axioms that are not those of Rocq's real numbers: something was admitted."""
    return [a for a in axioms if a not in AXIOMS]
