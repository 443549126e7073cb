"""What defines a root, an extremum, an absolute value or a piecewise term: the author's formula, and why Rocq has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from formal.certify.reading import Formula, Term
from formal.certify.rocq.events import Overheard, Special

if TYPE_CHECKING:
    from formal.certify.rocq.theorem import Section

Proof = Callable[["Section", Special], list[str]]


def author_definitions(heard: Overheard, event: Special) -> list[tuple[Term, Formula, Proof | None]]:
    """The formulas that define the variable, how the kernel reads each, and its proof in Rocq; None where it is assumed."""
    names = {place: name for name, place in heard.names.items()}
    made = _formulas(event.term, names[event.variable])
    return [(said, read, proof) for (said, proof), read in zip(made, event.definitions, strict=True)]


def _formulas(term: Term, name: str) -> list[tuple[Term, Proof | None]]:
    head, *parts = term
    if head == "sqrt":
        return [(("<=", 0, name), _exact("sqrt_pos _")), (("=", ("^", name, 2), parts[0]), _square)]
    if head == "abs":
        up = ("and", ("<=", 0, parts[0]), ("=", name, parts[0]))
        down = ("and", ("<=", parts[0], 0), ("=", name, ("-", parts[0])))
        return [(("<=", 0, name), _exact("Rabs_pos _")), (("or", up, down), _exact("abs_cases _"))]
    if head == "piecewise":
        return [(("or", *_branches(parts, name)), None)]
    bounds = [("<=", part, name) if head == "max" else ("<=", name, part) for part in parts]
    last = len(parts) - 1
    proofs = [_exact(_bound(head, k, last)) for k in range(len(parts))]
    return [*zip(bounds, proofs, strict=True), (("or", *(("=", name, part) for part in parts)), _one_of)]


def _branches(parts: list[Term], name: str) -> list[Term]:
    """Each branch: the tests before it fail, its own holds, and the value is its own."""
    missed: list[Term] = []
    made = []
    for value, test in parts:
        made.append(("&", *missed, test, ("=", name, value)))
        missed.append(("not", test))
    return made


def _exact(proof: str) -> Proof:
    return lambda section, event: [f"exact ({proof})."]


def _bound(head: str, place: int, last: int) -> str:
    """The proof that a maximum is at least its part, or a minimum at most."""
    proof = "Rle_refl _" if place == last else {"max": "Rmax_l _ _", "min": "Rmin_l _ _"}[head]
    for _ in range(place):
        proof = f"{head}_right ({proof})"
    return proof


def _one_of(section: Section, event: Special) -> list[str]:
    """The proof that an extremum is one of its parts."""
    head, *parts = event.term
    shown = [section.bridge.words.term(part, event.guards) for part in parts]
    proof = "eq_refl"
    for k in range(len(parts) - 2, -1, -1):
        rest = r" \/ ".join(f"m = {part}" for part in shown[k + 1 :])
        proof = f"({head}_next _ _ (fun m => {rest}) {proof})"
    return [f"exact {proof}."]


def _square(section: Section, event: Special) -> list[str]:
    need = (">=", event.term[1], 0)
    proof, read = section.bridge.proved(need, event.guards)
    known = section.equivalent("P", need, event.guards, read)
    return [*known, f"exact (sqrt_square_of (Rge_le _ _ (proj2 P {proof})))."]
