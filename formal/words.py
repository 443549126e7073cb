"""The words to claim with: quantifiers, implications, and how expressions change with a parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom, BooleanFunction

from formal.errors import ClaimError
from formal.model.exact import exact
from formal.model.parameters import Parameter
from formal.model.quantifier import ForAll, ForSome, Quantifier
from formal.model.rewriting import as_written
from formal.model.run import Interval
from formal.model.substitution import substitute
from formal.model.threshold import Threshold, copy, rests_on, thresholds
from formal.readings import again
from formal.solution import note_values


class Quantified(sp.Symbol):  # type: ignore[misc]
    """A bound variable of a claim."""

    __slots__ = ()


@dataclass(frozen=True)
class Exists:
    """The claim that some values of the parameters make `body` true."""

    body: sp.Basic


def iff(first: Any, second: Any) -> sp.Basic:
    """Both or neither."""
    return as_written(sp.Equivalent, [condition(first), condition(second)])


def implies(hypothesis: Any, conclusion: Any) -> sp.Basic:
    """`conclusion` wherever `hypothesis` holds; the conclusion need not be defined elsewhere."""
    antecedent = condition(hypothesis)
    if antecedent == sp.false:
        raise ClaimError(f"the hypothesis {hypothesis} is never true; the claim says nothing")
    return sp.Implies(antecedent, condition(conclusion), evaluate=False)


def forall(ranges: Mapping[sp.Symbol, Interval], body: Any) -> sp.Basic:
    """`body` for all values of the choices in their ranges: `forall({x: interval(0, 1)}, ...)`.

    A range may speak of those before it. Raises ClaimError for what is no symbol, has no range, or is spoken of twice.
    """
    claim = condition(body)
    bound, inside = _bound(ranges, lambda s: Quantified(s.name, real=True, **({"integer": True} if s.is_integer else {})))
    note_values(bound, inside)
    within = [variable for part in claim.atoms(ForAll) for variable in part.bound]
    names = [variable.name for variable in (*bound.values(), *dict.fromkeys(within))]
    for name in names:
        if names.count(name) > 1:
            raise ClaimError(f"forall(...) speaks of two variables {name}; give one of them another name")
    return ForAll(sp.Implies(sp.And(*inside), substitute(claim, bound), evaluate=False), *bound.values())


def exists(
    body: Any, at: Mapping[sp.Symbol, tuple[Any, Interval]] | None = None, *, over: Mapping[sp.Symbol, Interval] | None = None
) -> Any:
    """`body` for some values.

    Without more, some values of the parameters make the body true, and the proof is an exact example. With
    `over={m: range}` some m in the range makes it true, whatever the parameters. With `at={m: (value, range)}` the proof is
    easier: the value, which may depend on the parameters, is shown to lie in the range and to make the body true. A range may
    speak of those before it. Raises ClaimError for what cannot be decided or read so.
    """
    claim = condition(body)
    if at is not None and over is not None:
        raise ClaimError("exists(..., at=..., over=...) says two things; name values for all, or ranges for all")
    if claim.has(Quantifier) and at is None:
        what = "exists(..., over=...)" if over is not None else "exists(...)"
        raise ClaimError(f"a quantifier inside {what} cannot be decided; name the values with at=")
    if at is not None:
        return _at(at, claim)
    if over is not None:
        bound, inside = _bound(over, lambda s: sp.Dummy(s.name, real=True))
        if whole := [str(symbol) for symbol in over if symbol.is_integer]:
            raise ClaimError(f"that some whole number {whole[0]} will do cannot be decided; name the value with at=")
        for named in thresholds(claim):
            if moved := sorted(map(str, rests_on(named) & over.keys())):
                raise ClaimError(f"{named} depends on {moved[0]}, of which some value cannot be found; name it with at=")
        note_values(bound, inside)
        return ForSome(as_written(sp.And, [*inside, substitute(claim, bound)]), *bound.values())
    return Exists(claim)


def _at(at: Mapping[sp.Symbol, tuple[Any, Interval]], claim: sp.Basic) -> sp.Basic:
    for symbol, pair in _mapped(at).items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ClaimError(f"the witness for {symbol} is {pair!r}; write (value, interval(low, high))")
    values = {symbol: exact(value, f"the witness for {symbol}") for symbol, (value, _) in at.items()}
    for symbol, value in values.items():
        if symbol.is_integer and not value.is_integer:
            raise ClaimError(f"the witness {value} for {symbol} is not known to be a whole number, as {symbol} is")
    _, inside = _bound({symbol: r for symbol, (_, r) in at.items()}, values.__getitem__)
    note_values(values, ())
    return as_written(sp.And, [*inside, substitute(claim, values)])


def _bound(
    ranges: Mapping[sp.Symbol, Interval], named: Callable[[sp.Symbol], sp.Expr]
) -> tuple[dict[sp.Symbol, sp.Expr], list[sp.Basic]]:
    """What stands for each symbol, and that it lies in its range, whose ends may speak of the symbols before it."""
    bound: dict[sp.Symbol, sp.Expr] = {}
    inside, later = list[sp.Basic](), {*_mapped(ranges)}
    for symbol, r in ranges.items():
        if not isinstance(r, Interval):
            raise ClaimError(f"the range of {symbol} is {r!r}; write interval(low, high)")
        if ahead := later & (r.low.free_symbols | r.high.free_symbols):
            raise ClaimError(f"the range of {symbol} speaks of {min(map(str, ahead))}, which is to be named before it")
        value, low, high = named(symbol), substitute(r.low, bound), substitute(r.high, bound)
        inside.append(sp.And(sp.Le(low, value, evaluate=False), sp.Le(value, high, evaluate=False), evaluate=False))
        bound[symbol] = value
        later.discard(symbol)
    return bound, inside


def _mapped(ranges: Any) -> Mapping[sp.Symbol, Any]:
    if not isinstance(ranges, Mapping):
        raise ClaimError(f"{ranges!r} is no table of ranges; write {{x: interval(low, high)}}")
    for symbol in ranges:
        if not isinstance(symbol, sp.Symbol) or isinstance(symbol, Threshold):
            raise ClaimError(f"{symbol} is neither a parameter nor a choice, and has the value that it has")
    return ranges


def opened(claim: sp.Basic, alone: bool = True) -> sp.Basic:
    """The claim with the symbols of forall(...) free, as they may be where the claim as a whole is about all their values.

    Raises ClaimError where they may not: under a negation, in an alternative or a hypothesis.
    """
    if isinstance(claim, ForAll):
        return opened(claim.body, alone)
    if isinstance(claim, sp.And):
        return as_written(sp.And, [opened(part, alone=False) for part in claim.args])
    if isinstance(claim, sp.Implies) and not claim.args[0].has(Quantifier):
        return as_written(sp.Implies, [claim.args[0], opened(claim.args[1], alone)])
    if (isinstance(claim, ForSome) and alone) or not claim.has(Quantifier):
        return claim
    raise ClaimError(
        "forall(...) may be joined by and, and exists(..., over=...) stands alone, both perhaps behind a hypothesis; "
        f"state {claim} in claims of its own"
    )


def unquantified(hypothesis: sp.Basic) -> sp.Basic:
    """The hypothesis. Raises ClaimError for one with a quantifier."""
    if hypothesis.has(Quantifier):
        raise ClaimError(
            f"a hypothesis with a quantifier cannot be used: {hypothesis}; state it for the values that are needed"
        )
    return hypothesis


def increasing(expression: Any, parameter: Parameter, *, strictly: bool = False, given: Any = sp.true) -> sp.Basic:
    """A larger value of the parameter, all else equal, never lowers the expression; `given` holds at the smaller one."""
    return _monotone(expression, parameter, strictly, given, 1)


def decreasing(expression: Any, parameter: Parameter, *, strictly: bool = False, given: Any = sp.true) -> sp.Basic:
    """A larger value of the parameter, all else equal, never raises the expression; `given` holds at the smaller one."""
    return _monotone(expression, parameter, strictly, given, -1)


def larger(expression: Any, parameter: Parameter) -> sp.Basic:
    """The expression at the larger value of the parameter that `increasing` and `decreasing` speak of."""
    if not isinstance(parameter, Parameter):
        raise ClaimError(f"{parameter} is not a declared parameter")
    values = {parameter: parameter.renamed(f"{parameter.name}'")}
    again(lambda value: copy(value, values), f"with {parameter.name}'")
    return copy(sp.sympify(expression), values)


def _monotone(expression: Any, parameter: Parameter, strictly: bool, given: Any, sign: int) -> sp.Basic:
    before = exact(expression, "the expression")
    after, held = larger(before, parameter), condition(given)
    relation = (sp.Lt if strictly else sp.Le)(*((before, after) if sign > 0 else (after, before)), evaluate=False)
    higher = sp.Lt(parameter, larger(parameter, parameter), evaluate=False)
    return sp.Implies(sp.And(higher, held), relation, evaluate=False)


def condition(formula: Any) -> sp.Basic:
    """What an author wrote as a formula. Raises ClaimError for anything else."""
    if isinstance(formula, bool):
        raise ClaimError(
            f"a comparison came out as {formula} in Python, where == and != compare formulas; write Eq(a, b) or Ne(a, b)"
        )
    if formula is None or isinstance(formula, Exists):
        shown = "nothing; return the claim" if formula is None else "exists(...) inside another claim; use over= or at="
        raise ClaimError(f"what was to be a condition is {shown}")
    read = sp.sympify(formula)
    if not isinstance(read, sp.Basic):
        raise ClaimError(f"{formula!r} is not a condition; join conditions with & and |")
    for number in read.atoms(sp.Float):
        exact(number, f"a number in {read}")
    if not isinstance(read, Relational | BooleanAtom | BooleanFunction):
        raise ClaimError(f"{formula!r} is not a condition: it is neither a comparison nor a combination of comparisons")
    return read
