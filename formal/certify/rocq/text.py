"""Polynomials, and formulas of the kernel, as Rocq reads them; names that mean nothing else there."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from formal.certify.reading import Formula, Poly

WIDTH = 118
PRELUDES = tuple(Path(__file__).with_name(name) for name in ("Refutations.v", "Certificates.v"))  # in their order
_WORDS = """
Definition End Lemma Module Proof Prop Qed R Section Set Theorem Type as at cofix else end exists exists2 fix for forall
fun if in let match mod return then using where with quot opposite exp ln sin cos tan pow pi PI sqrt up Rmax Rmin Rabs Z
N nat S O I e INR IZR True False and or not iff eq le lt ge gt fst snd pair nil cons Some None tt id plus mult minus sum
prod list option bool true false unit comparison positive weak nonzero scale dist
Certificate Shown Fact Either Derive Absurd Order Weak Strict Zero Cases Apply Cons
Nil Times Square Multiple Gt Ge Eq Ne At And Or Yes No
Var certified identity opposite
""".split()
_OURS = re.compile(
    r"[FDGHKNXQAEZPsv][0-9]+|_.*|(core|exists|defined|given|def|claim|no|alike|opposed)(_.*)?|.*_(is|iff|lt|le|eq|gt|ge|ne|poly|quot|rat|int)"
)


def names(wanted: Sequence[str]) -> list[str]:
    """A name for each variable: its own, with a low line where Rocq or these files mean something by it."""
    made: list[str] = []
    for name in wanted:
        plain = name.lstrip("'")
        plain = f"{plain}_" if plain in _WORDS or _OURS.fullmatch(plain) else plain.lstrip("_")
        while plain in made:
            plain += "_"
        made.append(plain)
    return made


def identifier(text: str) -> str:
    """A claim's id as a name."""
    plain = re.sub(r"\W+", "_", text).strip("_")
    free = plain[:1].isalpha() and plain not in taken() and not re.fullmatch(r"(alike|opposed)_\d+", plain)
    return plain if free else f"P_{plain}"


@cache
def taken() -> frozenset[str]:
    """What the files that all theorems rest on call something."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in PRELUDES)
    return frozenset(re.findall(r"[A-Za-z]\w*", text))


def number(value: Any) -> str:
    """A rational number, as a factor."""
    top, bottom = Fraction(str(value)).as_integer_ratio()
    return str(top) if bottom == 1 else f"{top} / {bottom}"


def polynomial(poly: Poly, variables: Sequence[str]) -> str:
    """A polynomial, term by term."""
    shown = ""
    for powers, coefficient in poly.terms():
        sign = "-" if coefficient < 0 else "+"
        factors = [v if n == 1 else f"{v} ^ {n}" for v, n in zip(variables, powers, strict=True) if n]
        if coefficient not in (1, -1) or not factors:
            factors.insert(0, number(abs(coefficient)))
        shown += f" {sign} {' * '.join(factors)}" if shown else f"{'- ' if sign == '-' else ''}{' * '.join(factors)}"
    return shown or "0"


def grouped(poly: Poly, variables: Sequence[str]) -> str:
    """A polynomial as an argument."""
    return f"({polynomial(poly, variables)})"


def comparison(relation: str, poly: Poly, variables: Sequence[str]) -> str:
    """A fact of the kernel."""
    shown = polynomial(poly, variables)
    return {">": f"0 < {shown}", ">=": f"0 <= {shown}", "=": f"{shown} = 0", "!=": f"{shown} <> 0"}[relation]


def formula(read: Formula, variables: Sequence[str]) -> str:
    """A formula of the kernel; conjunctions and disjunctions of one part are that part."""
    head, body = read
    if head not in ("and", "or"):
        return comparison(head, body, variables)
    return joined(head, [formula(part, variables) for part in body])


def joined(head: str, parts: Iterable[str]) -> str:
    """A conjunction or disjunction of formulas that are written already."""
    shown = list(parts)
    if len(shown) < 2:
        return shown[0] if shown else {"and": "True", "or": "False"}[head]
    return {"and": r" /\ ", "or": r" \/ "}[head].join(part if atomic(part) else f"({part})" for part in shown)


def atomic(shown: str) -> bool:
    """Whether a formula is a comparison, a word, or a denial in brackets."""
    if shown.startswith("~ ("):
        depths = list(accumulate((c == "(") - (c == ")") for c in shown[2:]))
        return depths.index(0) == len(depths) - 1
    return not re.search(r"/\\|\\/|->|~", shown)


def wrapped(line: str, indent: str = "") -> str:
    """A long line in several."""
    if line.strip() == line and len(indent) + len(line) <= WIDTH and not re.search(r"[^\S ]", line):
        return f"{indent}{line}" if line else ""
    return textwrap.fill(
        line, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False, break_on_hyphens=False
    )
