"""Parameters: real symbols with a domain and a meaning.

A domain is an interval of the real line, or the whole numbers in it. Two parameters are the same only when name, domain and
meaning agree, so that a symbol can never be read under another declaration's assumptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from formal.errors import ModelError, suggestion
from formal.model.exact import exact

GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
    "phi chi psi omega"
).split()


@dataclass(frozen=True)
class Domain:
    """The interval from `low` to `high`; None is unbounded, `open_low` and `open_high` leave the end out.

    With `whole` only its whole numbers belong to the domain.
    """

    low: sp.Rational | None = None
    high: sp.Rational | None = None
    open_low: bool = False
    open_high: bool = False
    whole: bool = False

    def relations(self, x: sp.Expr) -> tuple[sp.Basic, ...]:
        """The domain as unevaluated inequalities on `x`."""
        found = []
        if self.low is not None:
            found.append((sp.Gt if self.open_low else sp.Ge)(x, self.low, evaluate=False))
        if self.high is not None:
            found.append((sp.Lt if self.open_high else sp.Le)(x, self.high, evaluate=False))
        return tuple(found)

    def assumptions(self) -> dict[str, bool]:
        """What SymPy may assume of a symbol with this domain."""
        return self._signs() | ({"integer": True} if self.whole else {})

    def _signs(self) -> dict[str, bool]:
        if self.low is not None and self.low >= 0:
            positive = self.low > 0 or self.open_low
            return {"real": True, "positive": True} if positive else {"real": True, "nonnegative": True}
        if self.high is not None and self.high <= 0:
            negative = self.high < 0 or self.open_high
            return {"real": True, "negative": True} if negative else {"real": True, "nonpositive": True}
        return {"real": True}

    def __str__(self) -> str:
        return f"integer {self._interval()}".strip() if self.whole else self._interval() or "real"

    def _interval(self) -> str:
        if self.low is None and self.high is None:
            return ""
        if self.high is None:
            return f"{'>' if self.open_low else '≥'} {self.low}"
        if self.low is None:
            return f"{'<' if self.open_high else '≤'} {self.high}"
        return f"in {'(' if self.open_low else '['}{self.low}, {self.high}{')' if self.open_high else ']'}"


class Parameter(sp.Symbol):  # type: ignore[misc]
    """A real symbol that knows its domain and what it stands for."""

    __slots__ = ("_shown", "domain", "meaning")
    domain: Domain
    meaning: str
    _shown: str

    def __new__(cls, name: str, domain: Domain, meaning: str = "") -> Parameter:
        symbol: Parameter = sp.Symbol.__xnew__(cls, name, **domain.assumptions())
        symbol.domain, symbol.meaning, symbol._shown = domain, meaning, str(domain)
        return symbol

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self._shown, self.meaning)

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.name, self.domain, self.meaning), {}

    def facts(self) -> tuple[sp.Basic, ...]:
        """The domain of this parameter as inequalities."""
        return _facts(self)

    def renamed(self, name: str) -> Parameter:
        """Another value of the same parameter, such as alpha' beside alpha."""
        return Parameter(name, self.domain, self.meaning)


@lru_cache(maxsize=4096)
def _facts(parameter: Parameter) -> tuple[sp.Basic, ...]:
    return parameter.domain.relations(parameter)


class Parameters:
    """A namespace of parameters: `p.sigma`, iteration in order of declaration, `len`."""

    def __init__(self, declared: dict[str, Parameter]) -> None:
        self._declared = declared

    def __getattr__(self, name: str) -> Parameter:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._declared[name]
        except KeyError:
            raise ModelError(f'undeclared parameter "{name}"; {suggestion(name, self._declared)}') from None

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._declared.values())

    def __len__(self) -> int:
        return len(self._declared)

    def __repr__(self) -> str:
        return "\n".join(f"{q.name} {q.domain}" + (f": {q.meaning}" if q.meaning else "") for q in self)


_DECLARATION = re.compile(
    r"""^\s*(?P<names>[A-Za-z_]\w*(?:[\s,]+(?!in\b|real\b|integer\b)[A-Za-z_]\w*)*)\s*
    (?P<integer>integer\b)?\s*
    (?:(?P<relation>>=|<=|>|<|≥|≤)\s*(?P<bound>\S+)
      |in\s*(?P<open>[(\[])\s*(?P<low>[^,\s]+)\s*,\s*(?P<high>[^)\]\s]+)\s*(?P<close>[)\]])
      |(?P<real>real)
      |in\s*(?P<binary>\{\s*0\s*,\s*1\s*\})
      |(?<=integer))\s*$""",
    re.VERBOSE,
)


def parameters(*declarations: str) -> Parameters:
    """Declare parameters with their signs or ranges, and say what they mean.

    Each declaration is `names domain` or `names domain: meaning`, where the domain is `> 0`, `>= 0`, `< 1`,
    `in (0, 1)`, `in [0, 1]` or `real`; `integer`, alone or before a range, means whole numbers, and `in {0, 1}` no or yes:

    >>> p = parameters("phi > 0: fear of entrapment", "alpha0 alpha1 >= 0", "q in (0, 1): prior", "n integer >= 2: firms")
    >>> str(p.q.domain), str(p.n.domain)
    ('in (0, 1)', 'integer ≥ 2')

    Raises ModelError for a declaration that does not read so, a float bound, an empty range or a name used twice.
    """
    declared: dict[str, Parameter] = {}
    for text in declarations:
        head, _, meaning = text.partition(":")
        match = _DECLARATION.match(head)
        if match is None:
            raise ModelError(f'cannot read the parameter declaration "{text}"; write "sigma > 0: meaning" or "q in (0, 1)"')
        domain = _domain(match, text)
        for name in re.split(r"[\s,]+", match["names"].strip()):
            if name in declared:
                raise ModelError(f'parameter "{name}" is declared twice')
            declared[name] = Parameter(name, domain, meaning.strip())
    return Parameters(declared)


def _domain(match: re.Match[str], text: str) -> Domain:
    if match["integer"] is None:
        return Domain(sp.Integer(0), sp.Integer(1), whole=True) if match["binary"] else _interval(match, text)
    if match["real"] or match["binary"]:
        raise ModelError(f'"{text}" declares integers twice over; write "n integer >= 2" or "d in {{0, 1}}"')
    found = _interval(match, text)
    low = None if found.low is None else sp.ceiling(found.low) + (found.open_low and found.low.is_integer)
    high = None if found.high is None else sp.floor(found.high) - (found.open_high and found.high.is_integer)
    if low is not None and high is not None and low > high:
        raise ModelError(f'there is no integer in the range of "{text}"')
    return Domain(low, high, whole=True)


def _interval(match: re.Match[str], text: str) -> Domain:
    if match["real"] or not (match["open"] or match["relation"]):
        return Domain()
    if match["open"]:
        low, high = exact(match["low"], "the lower bound"), exact(match["high"], "the upper bound")
        domain = Domain(low, high, match["open"] == "(", match["close"] == ")")
        if low > high or (low == high and (domain.open_low or domain.open_high)):
            raise ModelError(f'the range in "{text}" is empty')
        return domain
    bound, relation = exact(match["bound"], "the bound"), match["relation"]
    if relation in (">", ">=", "≥"):
        return Domain(low=bound, open_low=relation == ">")
    return Domain(high=bound, open_high=relation == "<")
