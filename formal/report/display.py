"""Formulas set off from the text: on a line of their own when they fit, else in a paragraph in which TeX may break them."""

from __future__ import annotations

import re

import sympy as sp

from formal.report.names import latex

FITS = 84  # characters on a line, about


def width(written: str) -> int:
    """About how many characters wide the formula is when it is set."""
    flat = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", lambda m: max(m[1], m[2], key=len), written)
    flat = re.sub(r"\\(?:text|emph|mathrm)\b", "", flat)
    flat = re.sub(r"\\(?:left|right|displaystyle)\b", "", flat)
    return len(re.sub(r"[{}^_\s]", "", re.sub(r"\\[a-zA-Z]+|\\.|[-+=<>]", "xx", flat)))


def display(written: str, mark: str = "") -> list[str]:
    """Lines of LaTeX for a formula in LaTeX, with a mark at its end."""
    if width(written) <= FITS:
        return [r"\[", written + (rf" \tag*{{{mark}}}" if mark else ""), r"\]"]
    return _paragraph(f"${written}$", mark)


def shown(formula: sp.Basic) -> str:
    """The formula in the text; alternatives and conditions one by one, so that a line may end between them."""
    if isinstance(formula, sp.Or) and width(latex(formula)) > FITS:
        return ", or ".join(f"({shown(part)})" for part in _ordered(formula))
    if isinstance(formula, sp.And) and width(latex(formula)) > FITS:
        return ", ".join(shown(part) for part in _ordered(formula))
    return f"${latex(formula)}$"


def relation(before: sp.Basic, link: str, after: sp.Basic | None, mark: str) -> list[str]:
    """Lines for two formulas and what leads from one to the other."""
    whole = latex(before) + (f" {link}{latex(after)}" if after is not None else "")
    if width(whole) <= FITS:
        return display(whole, mark)
    return _paragraph(shown(before) + (f" ${link}$ {shown(after)}" if after is not None else ""), mark)


def _paragraph(written: str, mark: str) -> list[str]:
    return [r"\begin{quote}\raggedright\small", written + (rf"\quad{mark}" if mark else ""), r"\end{quote}"]


def _ordered(formula: sp.Basic) -> list[sp.Basic]:
    return sorted(formula.args, key=sp.default_sort_key)
