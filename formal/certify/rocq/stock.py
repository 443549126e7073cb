"""Lemmas about words that a file proves once: what they say depends on nothing but their variables, whatever these are called.

A lemma that is asked for again with other variables is the one that is there, applied to those. Whether that is right, Rocq
decides when it reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from formal.certify.rocq.text import wrapped

WORD = re.compile(r"[A-Za-z_][\w']*")


@dataclass
class Stock:
    """The lemmas of one file, by what they say of variables that are numbered, and as text."""

    lines: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def lemma(self, kind: str, said: str, proof: Iterable[str], variables: Iterable[str]) -> str:
        """The lemma that says this of the variables, as a term; it is written if it is not there yet."""
        body = list(proof)
        named, places = frozenset(variables), dict[str, int]()

        def numbered(word: re.Match[str]) -> str:
            return f"${places.setdefault(word[0], len(places))}" if word[0] in named else word[0]

        key = WORD.sub(numbered, "\n".join([kind, said, *body]))
        if key not in self._known:
            self._known[key] = f"{kind}_{len(self._known) + 1}"
            bound = f" ({' '.join(places)} : R)" if places else ""
            head = wrapped(f"Lemma {self._known[key]}{bound} : {said}.")
            self.lines += [head, "Proof.", *(wrapped(line, "  ") for line in body), "Qed.", ""]
        return f"({' '.join([self._known[key], *places])})" if places else self._known[key]
