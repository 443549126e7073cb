"""Cases: what a solver has to be told once alternatives of the splits are chosen, and nothing that cannot matter.

A definition matters when its fresh variable is reached from the constraints; leaving out the others only weakens what the
solver is told, so that "no solution" stays right. A split matters when one of its values is reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp

from formal.decide.formula import Alternative, Encoder, Formula, Split, symbols


class Cases:
    """The constraints of a goal, with those splits and definitions of an encoder that they depend on."""

    def __init__(self, encoder: Encoder, constraints: Sequence[Formula]) -> None:
        self.constraints = list(constraints)
        self._definitions = {d.symbol: d.guarded() for d in encoder.definitions}
        self.splits = self._relevant(encoder.splits)

    def formulas(self, chosen: Sequence[Alternative], more: Sequence[Formula] = ()) -> list[Formula]:
        """All constraints where the chosen alternatives are taken."""
        if not self._definitions:
            return [*self.constraints, *(a.given for a in chosen), *more]
        definitions = self._definitions | dict(pair for alternative in chosen for pair in alternative.inside)
        asserted = [*self.constraints, *(a.given for a in chosen), *more]
        return [*asserted, *self._reached(asserted, {s: [f] for s, f in definitions.items()})]

    def all_formulas(self) -> list[Formula]:
        """Everything that may be asserted in some case."""
        branches = [f for split in self.splits for a in split.alternatives for f in (a.given, a.first)]
        return [*self.constraints, *self._definitions.values(), *branches]

    def _relevant(self, splits: Sequence[Split]) -> list[Split]:
        if not splits:
            return []
        leads = {symbol: [formula] for symbol, formula in self._definitions.items()}
        for split in splits:
            branches = [f for a in split.alternatives for f in (a.given, a.first)]
            leads |= dict.fromkeys(split.values, branches)
        reached = self._symbols(self.constraints) | self._symbols(self._reached(self.constraints, leads))
        return [split for split in splits if not reached.isdisjoint(split.values)]

    def _reached(self, formulas: Sequence[Formula], leads: Mapping[sp.Symbol, Sequence[Formula]]) -> list[Formula]:
        """What the variables of the formulas lead to, and the variables of that, and so on."""
        seen, found = set[sp.Symbol](), dict[int, Formula]()
        pending = self._ordered(formulas)
        while pending:
            symbol = pending.pop()
            if symbol in seen:
                continue
            seen.add(symbol)
            new = [f for f in leads.get(symbol, ()) if id(f) not in found]
            found |= {id(f): f for f in new}
            pending += self._ordered(new)
        return list(found.values())

    def _ordered(self, formulas: Sequence[Formula]) -> list[sp.Symbol]:
        return sorted(self._symbols(formulas), key=lambda s: s.sort_key())

    def _symbols(self, formulas: Sequence[Formula]) -> set[sp.Symbol]:
        return set[sp.Symbol]().union(*map(symbols, formulas))
