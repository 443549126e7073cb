"""How symbols and formulas are shown: Greek letters, subscripts, primes, in the terminal and in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import BooleanFunction
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from formal.model.parameters import GREEK
from formal.model.root import Root

_LETTERS = dict(zip(GREEK, "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_MARKS = {"bar": "\u0304", "hat": "\u0302"}


def _split(name: str) -> tuple[str, str, str, str]:
    """Stem, mark (bar, hat), subscript and primes of a symbol's name."""
    plain = name.lstrip("_").rstrip("'")
    primes = name[len(name.rstrip("'")) :]
    stem = next((g for g in sorted(GREEK, key=len, reverse=True) if re.match(rf"{g}(?![a-z]{{2}})", plain)), "")
    if stem:
        return stem, "", plain[len(stem) :].strip("_"), primes
    match = re.fullmatch(r"([A-Za-z])(?:_?(bar|hat))(\d*)|([A-Za-z]+)_?(\w*?)", plain)
    if match is None:
        return plain, "", "", primes
    if match[2]:
        return match[1], match[2], match[3], primes
    stem, rest = match[4], match[5].strip("_")
    digits = re.fullmatch(r"([A-Za-z])(\d+)", plain)
    return (digits[1], "", digits[2], primes) if digits else (stem, "", rest, primes)


def text_name(symbol: sp.Symbol) -> str:
    """α₀, α_b, x̄, x_u'."""
    stem, mark, subscript, primes = _split(symbol.name)
    below = subscript.translate(_DIGITS) if subscript.isdigit() else f"_{subscript}" if subscript else ""
    return _LETTERS.get(stem, stem) + _MARKS.get(mark, "") + below + primes


def latex_name(symbol: sp.Symbol) -> str:
    r"""\alpha_{0}, \bar{x}, x_{u}'."""
    stem, mark, subscript, primes = _split(symbol.name)
    letter = rf"\{stem}" if stem in _LETTERS else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    letter = rf"\{mark}{{{letter}}}" if mark else letter
    below = re.sub("_+", ",", subscript)  # LaTeX takes no second subscript
    return letter + (f"_{{{below}}}" if below else "") + primes


class _Text(StrPrinter):  # type: ignore[misc]
    _SIGNS: ClassVar[dict[str, str]] = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "="}

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return text_name(expr)

    _print_Parameter = _print_Threshold = _print_Variable = _print_Dummy = _print_Symbol

    def _print_Root(self, expr: Root) -> str:
        low, high = map(self._print, expr.ends)
        return f"the {(at := _unknown(expr))} in [{low}, {high}] with {self._print(expr.polynomial(at))} = 0"

    def _print_Relational(self, expr: Any) -> str:
        sign = self._SIGNS.get(expr.rel_op, expr.rel_op)
        return f"{self._print(expr.lhs)} {sign} {self._print(expr.rhs)}"

    def _print_Equivalent(self, expr: Any, **_: Any) -> str:
        return " ⇔ ".join(map(self._part, expr.args))

    def _print_Implies(self, expr: Any, **_: Any) -> str:
        return " ⇒ ".join(map(self._part, expr.args))

    def _part(self, formula: Any) -> str:
        shown = str(self._print(formula))
        return shown if formula.is_Relational or formula.is_Atom else f"({shown})"

    def _print_Pow(self, expr: sp.Expr, rational: bool = False) -> str:
        if expr.exp == 2 and expr.base.is_Symbol:
            return f"{self._print(expr.base)}²"
        if expr.exp == sp.Rational(1, 2):
            return f"√({self._print(expr.base)})"
        return str(super()._print_Pow(expr, rational))


class _Latex(LatexPrinter):  # type: ignore[misc]
    known: Mapping[sp.Symbol, str] = MappingProxyType({})

    def _print_Symbol(self, expr: sp.Symbol, style: str = "plain") -> str:
        return self.known.get(expr) or latex_name(expr)

    _print_Parameter = _print_Threshold = _print_Variable = _print_Dummy = _print_Symbol

    def _print_Equivalent(self, expr: Any, altchar: str | None = None) -> str:
        """SymPy keeps equal sides once, and would print one of them as if it were claimed."""
        sides = sorted(expr.args, key=sp.default_sort_key)
        return r" \Leftrightarrow ".join(self._side(side) for side in (sides if len(sides) > 1 else 2 * sides))

    def _print_Root(self, expr: Root) -> str:
        low, high = map(self._print, expr.ends)
        at = _unknown(expr)
        formula = rf"{self._print(expr.polynomial(at))} = 0"
        return rf"\text{{the }} {at} \in \left[{low},\; {high}\right] \text{{ with }} {formula}"

    def _print_Not(self, expr: Any) -> str:
        """SymPy strikes arrows out, and would not strike out ours; a struck arrow is read as not always either."""
        return rf"\neg \left({self._print(expr.args[0])}\right)"

    def _side(self, side: Any) -> str:
        printed = str(self._print(side))
        return rf"\left({printed}\right)" if isinstance(side, BooleanFunction) and not isinstance(side, sp.Not) else printed


def _unknown(root: Root) -> sp.Symbol:
    """A name for the root that stands for nothing else in it."""
    taken = {s.name for s in root.free_symbols}
    return sp.Symbol(next(letter for letter in "rtzywuvxabcdef" if letter not in taken))


def text(expression: Any) -> str:
    """The expression for the terminal."""
    return str(_Text().doprint(expression))


def latex(expression: Any, known: Mapping[sp.Symbol, str] | None = None) -> str:
    """The expression in LaTeX's mathematics mode; `known` symbols are written as it says."""
    printer = _Latex({"fold_short_frac": False})
    printer.known = known or {}
    return str(printer.doprint(expression))


_PROSE = {
    "≤": r"\le ", "≥": r"\ge ", "√": r"\surd ", "²": "^2", "·": r"\cdot ", "≠": r"\ne ", "₀": "_0", "₁": "_1", "₂": "_2",
    "±": r"\pm ", "∈": r"\in ", "−": "-", "×": r"\times ", "→": r"\to ",
}  # fmt: skip
_CITATION = r"\[@[\w:.+/-]+\]"
_ESCAPES = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip


def prose(sentence: str) -> str:
    """A title or meaning in LaTeX: special characters escaped, Greek letters and signs as mathematics."""
    pieces = []
    greek = {letter: rf"\{name} " for name, letter in _LETTERS.items()}
    for piece in re.split(rf"({_CITATION}|" r"\w\u0304|\w_\w\b|[α-ωϕ](?:_\w\b)?|[≤≥√²·≠₀₁₂±∈−×→])", sentence):
        if re.fullmatch(_CITATION, piece):  # no formula, whatever is in the key
            pieces.append(piece.replace("_", r"\_"))
        elif re.fullmatch(r"\w\u0304", piece):
            pieces.append(rf"$\bar{{{piece[0] if piece[0] not in greek else greek[piece[0]]}}}$")
        elif re.fullmatch(r"\w_\w", piece):
            pieces.append(f"${greek.get(piece[0], piece[0])}_{{{piece[2]}}}$")
        elif piece in greek or piece in _PROSE:
            pieces.append(f"${greek.get(piece) or _PROSE[piece]}$")
        else:
            pieces.append(plain(piece))
    joined = re.sub(r"(?<!\\)\$\$", "", "".join(pieces))  # adjoining formulas are one
    return re.sub(r"(\\[a-z]+) \$", r"\1$", joined)


def plain(words: str) -> str:
    """The words in LaTeX, sign for sign."""
    return "".join(map(_sign, words))


def _sign(character: str) -> str:
    if character.isascii():
        return _ESCAPES.get(character) or (character if character.isprintable() or character in "\n\t" else "")
    return _foreign(character)


@lru_cache(maxsize=1024)
def _foreign(character: str) -> str:
    """LaTeX for a character beyond ASCII; its code point where LaTeX has no name for it."""
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    written = UnicodeToLatexEncoder(unknown_char_policy="unihex", unknown_char_warning=False).unicode_to_latex(character)
    return rf"\texttt{{U+{ord(character):04X}}}" if "U+" in written else f"{{{written}}}"


_quoted: dict[str, str] = {}


def quoted(words: str) -> str:
    """Words inside a formula, in LaTeX."""
    written = prose(words)
    _quoted[written] = words
    return rf"\text{{{written}}}"


def unquoted(written: str) -> str:
    """The words that `quoted` wrote so."""
    return _quoted.get(written, written)
