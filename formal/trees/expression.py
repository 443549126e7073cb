"""Expressions of the input format: utilities and constraints.

    constraint  =  comparison { "|" comparison }
    comparison  =  sum relation sum  |  "(" constraint ")"
    relation    =  "=" "!=" "<" ">" "<=" ">="
    sum         =  ["-" | "+"] product { ("+" | "-") product }
    product     =  factor { "*" factor }
    factor      =  number  |  name  |  "(" sum ")"  |  "-" factor

A constraint is a clause: comparisons of which at least one holds. Two factors that both contain an infinitesimal are an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from formal.errors import ModelError, suggestion
from formal.trees.polynomial import ZERO, Monomial, Number, Poly, Symbols, combination, difference, negative, product

DEPTH, TERMS, DEGREE, DIGITS, LENGTH = 50, 2_000, 20, 1_000, 100_000
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(\w+)|(!=|<=|>=|==|\|\||&&|\S))")
_SIGN = re.compile(r" ?([+-]) ?")
_TERM = re.compile(r"(?:(\d{1,18})(?: ?\* ?(?=[^\W\d])|$))?([^\W\d]\w*)?")
_RELATIONS = ("=", "!=", "<", ">", "<=", ">=")
_HINTS = {
    "==": 'write "=" for equality',
    "||": 'write "|" for or',
    "&&": 'list conjuncts as constraints of their own, in place of "&&"',
    "&": 'list conjuncts as constraints of their own, in place of "&"',
    "/": "there is no division; multiply the other side, or write a decimal number",
    "^": 'write powers as products: "p * p"',
}


@dataclass(frozen=True)
class Comparison:
    """`poly` stands in `relation` to 0, lexicographically; the relation is one of >=, >, =, !=."""

    poly: Poly
    relation: str


Clause = tuple[Comparison, ...]


class Expressions:
    """A reader of expressions over given symbols; what it rejects is a ModelError without a place."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self.index: Mapping[str, int] = {name: i for i, name in enumerate(symbols.names)}
        self.terms: dict[tuple[str, str], tuple[Monomial, int] | None] = {}  # by sign and text, as far as they were met

    def utility(self, text: str) -> Poly:
        """The value of a sum. Raises ModelError that says what is wrong with it."""
        found = self._plain(text)
        if found is not None:
            return found
        parser = _Parser(self, text)
        poly = parser.sum()
        parser.end()
        return poly

    def constraint(self, text: str) -> Clause:
        """The clause that a constraint is. Raises ModelError that says what is wrong with it."""
        parser = _Parser(self, text)
        clause = parser.clause()
        parser.end()
        return clause

    def _plain(self, text: str) -> Poly | None:
        """The common case, quickly: a sum of numbers, symbols and multiples of symbols. None for anything else."""
        if len(text) > LENGTH:
            return None
        pieces = _SIGN.split(text)
        signed = zip(pieces[1::2], pieces[2::2], strict=True)
        found = [self._term(*key) for key in ((("+", pieces[0]), *signed) if pieces[0] else signed)]
        if None in found or not found:
            return None
        terms = dict(found)  # type: ignore[arg-type]
        if len(terms) == len(found) and 0 not in terms.values():
            return tuple(sorted(found))  # type: ignore[arg-type]
        return combination((1, (term,)) for term in found if term)

    def _term(self, sign: str, text: str) -> tuple[Monomial, int] | None:
        """A number, a symbol or a multiple of a symbol; equal ones are one object."""
        known = self.terms.get((sign, text), ZERO)
        if known != ZERO:
            return known  # type: ignore[return-value]
        match, found = _TERM.fullmatch(text), None
        number, name = match.groups() if match and text else (None, None)
        if (number or name) and (not name or name in self.index):
            size = int(number) if number else 1
            found = ((self.index[name],) if name else (), -size if sign == "-" else size)
        if len(self.terms) < 100_000:
            self.terms[sign, text] = found
        return found


class _Parser:
    def __init__(self, expressions: Expressions, text: str) -> None:
        if len(text) > LENGTH:
            raise ModelError(f"an expression has more than {LENGTH:,} characters", place=None)
        self.expressions, self.text = expressions, text
        self.tokens = [m for m in _TOKEN.finditer(text) if m.group().strip()]
        self.at = self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.at].group().strip() if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """The next token when it is among those wanted, else nothing."""
        token = self.peek()
        if token not in wanted or not token:
            return ""
        self.at += 1
        return token

    def fail(self, expected: str) -> ModelError:
        token = self.peek()
        column = self.tokens[self.at].end() - len(token) + 1 if token else len(self.text) + 1
        hint = f"; {_HINTS[token]}" if token in _HINTS else ""
        shown = self.text if len(self.text) <= 80 else self.text[:77] + "..."
        return ModelError(f'"{shown}" needs {expected} at column {column}, not {_quoted(token) or "its end"}{hint}', place=None)

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise self.fail('an operator, or "|"' if self.peek() not in _RELATIONS else "its end")

    def clause(self) -> Clause:
        found = list(self.comparison())
        while self.take("|"):
            found += self.comparison()
        return tuple(found)

    def comparison(self) -> Clause:
        start = self.at
        if self.take("("):  # either a constraint or a sum in parentheses
            self.deeper()
            try:
                inner = self.clause()
                if self.take(")"):
                    self.depth -= 1
                    return inner
            except _NoRelation:
                pass
            self.at, self.depth = start, self.depth - 1
        left = self.sum()
        relation = self.take(*_RELATIONS)
        if not relation:
            raise _NoRelation(self.fail("a relation").message, place=None)
        poly = difference(left, self.sum())
        if relation.startswith("<"):
            return (Comparison(negative(poly), relation.replace("<", ">")),)
        return (Comparison(poly, relation),)

    def sum(self) -> Poly:
        parts: list[tuple[Number, Poly]] = []
        sign = self.take("+", "-")
        while True:
            parts.append((-1 if sign == "-" else 1, self.product()))
            sign = self.take("+", "-")
            if not sign:
                return parts[0][1] if len(parts) == 1 and parts[0][0] == 1 else combination(parts)

    def product(self) -> Poly:
        poly = self.factor()
        while self.take("*"):
            poly = self.times(poly, self.factor())
        return poly

    def times(self, left: Poly, right: Poly) -> Poly:
        if all(any(self.expressions.symbols.infinitesimal(m) for m, _ in side) for side in (left, right)):
            raise ModelError(f'"{self.text}" multiplies an infinitesimal by an infinitesimal, which has no value', place=None)
        degree = sum(max((len(m) for m, _ in side), default=0) for side in (left, right))
        if len(left) * len(right) > TERMS or degree > DEGREE:
            raise ModelError(f'"{self.text[:80]}" has a product of more than {TERMS:,} terms or degree {DEGREE}', place=None)
        poly = product(left, right)
        if any(max(c.numerator.bit_length(), c.denominator.bit_length()) > 4 * DIGITS for _, c in poly):
            raise ModelError(f'"{self.text[:80]}" has a product of more than {DIGITS} digits', place=None)
        return poly

    def factor(self) -> Poly:
        negated = False
        while self.take("-"):
            negated = not negated
        token = self.peek()
        if self.take("("):
            self.deeper()
            poly = self.sum()
            if not self.take(")"):
                raise self.fail('")"')
            self.depth -= 1
        elif token[:1].isdigit() or token[:1] == ".":
            number = exact_number(token)
            poly = (((), number),) if number else ()
            self.at += 1
        elif token in self.expressions.index:
            poly = (((self.expressions.index[token],), 1),)
            self.at += 1
        elif re.fullmatch(r"\w+", token):
            known = suggestion(token, self.expressions.index)
            raise ModelError(f'"{token}" is neither a constant nor an infinitesimal; {known}', place=None)
        else:
            raise self.fail("a number or a name")
        return negative(poly) if negated else poly

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise ModelError(f"an expression has parentheses more than {DEPTH} deep", place=None)


class _NoRelation(ModelError):
    """A sum where a comparison was sought."""


def exact_number(text: str) -> Number:
    """The rational number that a JSON number or a decimal is, exactly. Raises ModelError for one of too many digits."""
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > DIGITS or len(exponent) > 4 or (exponent and abs(int(exponent)) > DIGITS):
        raise ModelError(f"a number has more than {DIGITS} digits: {text[:20]}...", place=None)
    try:
        number = Fraction(text)
    except ValueError:
        raise ModelError(f'"{text}" is not a number', place=None) from None
    return number.numerator if number.denominator == 1 else number


def _quoted(token: str) -> str:
    return f'"{token}"' if token else ""
