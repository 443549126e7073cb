r"""Formulas as MathML, which browsers set without any script or network.

Words inside formulas, as in \text{...}, are what authors wrote: the converter would take them as they are, so they are put in
here, escaped.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Any

from formal.report.names import latex, unquoted

WORDS = r"\text{"


@lru_cache(maxsize=8192)
def mathml(formula: str, *, block: bool = False) -> str:
    """MathML of a formula in LaTeX."""
    from latex2mathml.converter import convert

    bare, words = _without_words(formula)
    made = str(convert(bare, display="block" if block else "inline"))
    return re.sub(r"<mtext>formal(\d+)</mtext>", lambda m: f"<mtext>{html.escape(words[int(m[1])])}</mtext>", made)


def shown(expression: Any) -> str:
    """MathML of a SymPy expression."""
    return mathml(latex(expression))


def _without_words(formula: str) -> tuple[str, list[str]]:
    """The formula with a number for each piece of text, and the pieces."""
    made, words, at = "", list[str](), 0
    while (start := formula.find(WORDS, at)) >= 0:
        end = _closing(formula, start + len(WORDS))
        made += f"{formula[at:start]}{WORDS}formal{len(words)}}}"
        words.append(unquoted(formula[start + len(WORDS) : end]))
        at = end + 1
    return made + formula[at:], words


def _closing(formula: str, at: int) -> int:
    """The place of the brace that closes the group which begins at a place."""
    depth = 1
    while depth:
        if formula[at] == "\\":
            at += 1
        elif formula[at] in "{}":
            depth += 1 if formula[at] == "{" else -1
        at += 1
    return at - 1
