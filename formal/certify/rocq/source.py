"""A Rocq file: what it says at its head, and its theorems."""

from __future__ import annotations

from pathlib import Path

from formal.certify.rocq.recall import Lemma
from formal.certify.rocq.stock import Stock
from formal.certify.rocq.text import WIDTH, wrapped
from formal.certify.rocq.theorem import Theorem

HEAD = """(* {title}

   Each theorem is a claim of that file for all real values of its variables, in the author's words. Its hypotheses are the
   domains of the parameters, what characterises named thresholds (their closed forms are theorems of their own), the
   assumptions of the games that the claim is about, and the claim's hypotheses. The payoffs and choices of a solved game are
   written out; that they are its equilibrium is what the game's obligations say.

   A division by zero and the root of a negative number are numbers to Rocq, and nothing to the author. So whatever a claim
   needs to have a value is proved too: X_proof.defined_1, X_proof.defined_2, ... for the theorem X, each in its place, which
   is where the hypotheses before it are known. A piecewise term is a variable v with the hypothesis v_is: one of the
   branches applies, those before it do not, and v is its value. A claim that is false has the theorem that there is a point
   at which all that is given holds and the claim does not.

   The proofs are certificates: `core` lemmas say that polynomial constraints contradict one another, each for the reason that
   its certificate gives (Fact 3 is fact 3, Either 0 its first disjunction). A checker follows it, which is proved right in
   Refutations.v. `alike` lemmas say that a formula is what the certificate takes it to be, `opposed` ones what its denial
   is, whatever the variables are, and `identity` computes that two polynomials are the same. They come first; a `core` lemma
   that another theorem has proved already is taken from there. Nothing is searched for, and nothing is admitted. *)

From Coq Require Import Reals Lra List.
Import ListNotations.
Require Import Refutations Certificates.
Open Scope R_scope.
Set Default Proof Using "All".
"""


class Source:
    """One Rocq file while it is written."""

    def __init__(self, path: Path, target: Path) -> None:
        self.path, self.target = path, target
        self.theorems: list[Theorem] = []
        self.stock = Stock()
        self._titles: list[str] = []
        self._names: set[str] = set()

    def named(self, name: str) -> str:
        """The name, or one like it, if another theorem has it."""
        free, count = name, 1
        while free in self._names:
            count += 1
            free = f"{name}_{count}"
        return free

    def take(self, name: str) -> None:
        """From here on the name is taken."""
        self._names.add(name)

    def covering(self, theorem: Theorem) -> Theorem | None:
        """An earlier theorem with the same conclusion that needs no other hypotheses."""
        known = {p.key for p in theorem.premises}
        same = (t for t in self.theorems if t.key == theorem.key and t.point == theorem.point)
        return next((t for t in same if {p.key for p in t.premises} <= known), None)

    @property
    def lemmas(self) -> list[Lemma]:
        """What the theorems of the file have proved on their way."""
        return [lemma for theorem in self.theorems for lemma in theorem.lemmas]

    def add(self, theorem: Theorem, title: str) -> None:
        self.theorems.append(theorem)
        self._titles.append(title)

    def write(self) -> None:
        """Write the file."""
        parts = [HEAD.format(title=comment(f"The claims of {self.path.name}"))]
        if self.stock.lines:
            parts += ["(* What the words of the theorems say, and their denials *)\n", *self.stock.lines]
        for theorem, title in zip(self.theorems, self._titles, strict=True):
            rule = "-" * (WIDTH - 6)
            said = wrapped(comment(title.strip()), "   ").strip()
            parts += [f"(* {rule} *)\n\n(* {said} *)\n", *theorem.module, "", theorem.closed, ""]
        self.target.write_text("\n".join(parts), encoding="utf-8")


def comment(text: str) -> str:
    """Text that may stand in a comment of Rocq."""
    return text.replace('"', "''").replace("(*", "( *").replace("*)", "* )")
