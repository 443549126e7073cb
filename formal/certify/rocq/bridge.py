"""From the author's words to the kernel's reading of them: proofs in Rocq that the two say the same.

A comparison of quotients is that of a polynomial with 0, where no denominator is zero; that none is, the needs say, which
are proved first. Formulas are gone through part by part, each with its one lemma.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from formal.certify.reading import Formula, Poly, Rejected, Term, negate
from formal.certify.rocq.events import Need, Overheard
from formal.certify.rocq.stock import Stock
from formal.certify.rocq.terms import Guards, Words, children, tree
from formal.certify.rocq.text import formula as kernel_words
from formal.certify.rocq.text import grouped
from formal.certify.rocq.tree import braced

LEMMAS = {"<": "lt", ">": "lt", "<=": "le", ">=": "ge", "=": "eq"}
Lines = list[str]
GUARD, EXISTS = re.compile(r"\bG([0-9]+)"), re.compile(r"\bexists_[0-9]+")


class Bridge:
    """Scripts that prove `author's formula <-> kernel's formula`, where the guards are the hypotheses G1, G2, ..."""

    def __init__(self, heard: Overheard, variables: Sequence[str], stock: Stock) -> None:
        self.heard, self.variables = heard, variables
        self.words = Words(heard, variables, plain=False)
        self.needs: list[tuple[Need, str]] = []
        self.stated: dict[str, str] = {}  # what the lemmas about needs say, in the kernel's words
        self.shared = Shared(self, stock)

    def read(self, formula: Formula) -> str:
        return f"({kernel_words(formula, self.variables)})"

    def known(self, author: Term, guards: Guards) -> tuple[Need, str] | None:
        """The need that is proved already and says this, where the guards hold; and the name of its lemma."""
        found = ((n, name) for n, name in self.needs if n.author == author and all(g in guards for g in n.guards))
        return next(found, None)

    def proved(self, author: Term, guards: Guards) -> tuple[str, Formula]:
        """The lemma about a need where the guards hold, applied to them, and what it says."""
        found = self.known(author, guards)
        if found is None:
            raise Rejected(f"nothing is said of {author}")
        need, name = found
        args = "".join(f" G{guards.index(g) + 1}" for g in need.guards)
        return (f"({name}{args})" if args else name), need.formula

    def comparison(self, said: Term, guards: Guards, read: Formula) -> Lines:
        relation, first, second = said
        if relation == "!=":
            zero = ("=", read[1])
            return [
                f"refine (not_iff {self.read(zero)} _ _).",
                *braced(self.comparison(("=", first, second), guards, zero)),
                "exact (opposite_eq _).",
            ]
        left, right = (second, first) if relation in ("<", "<=") else (first, second)
        return Atom(self, guards).lines(LEMMAS[relation], ("sub", tree(left), tree(right)), read[1])


class Shared:
    """Proof terms for formulas, of lemmas about comparisons that are proved once a file."""

    def __init__(self, bridge: Bridge, stock: Stock) -> None:
        self.bridge, self.stock = bridge, stock

    def _named(self, kind: str, said: str, proof: Lines) -> str:
        """The lemma that says this as a term; the needs that its proof rests on are given to it, as N1, N2, ..."""
        rests = list(dict.fromkeys(EXISTS.findall("\n".join(proof))))
        if rests:
            names = {need: f"N{k}" for k, need in enumerate(rests, start=1)}
            proof = [EXISTS.sub(lambda need: names[need[0]], line) for line in proof]
            proof = [f"intros {' '.join(names.values())}.", *proof]
            said = "".join(f"({self.bridge.stated[need]}) -> " for need in rests) + f"({said})"
        lemma = self.stock.lemma(kind, said, proof, self.bridge.variables)
        return f"({' '.join([lemma, *rests])})" if rests else lemma

    def opposite(self, read: Formula) -> str:
        """That the kernel's formula and its negation are opposites."""
        head, body = read
        said = f"opposite {self.bridge.read(read)} {self.bridge.read(negate(read))}"
        if head in ("and", "or"):
            parts = list(map(self.opposite, body)) or ["opposite_true" if head == "and" else "opposite_false"]
            term = _folded(f"opposite_{head}", parts)
            return self._named("opposed", said, [f"exact {term}."]) if len(parts) > 1 else term
        if head in ("=", "!="):
            return f"(opposite_{'eq' if head == '=' else 'ne'} _)"
        lemma = "gt" if head == ">" else "ge"
        return self._named("opposed", said, [f"apply opposite_{lemma}. identity."])

    def iff(self, said: Term, guards: Guards, read: Formula) -> str:
        """That the author's formula is what the kernel reads, where the guards are the hypotheses G1, G2, ..."""
        term = self._iff(said, guards, read)
        bound = any(int(n) <= len(guards) for n in GUARD.findall(term))
        if bound or len(children(said, guards, read)) + (said[0] == "not") < 2:
            return term
        shown = f"{self._words(said, guards, read)} <-> {self.bridge.read(read)}"
        return self._named("alike", shown, [f"exact {term}."])

    def forth(self, said: Term, read: Formula) -> str:
        """That the author's formula, read without guards, gives the kernel's: a proof term without both inside it."""
        proof = [f"exact (proj1 {self._iff(said, (), read)})."]
        return self._named("alike", f"{self._words(said, (), read)} -> {self.bridge.read(read)}", proof)

    def _words(self, said: Term, guards: Guards, read: Formula) -> str:
        return f"({self.bridge.words.formula(said, guards, read)})"

    def _iff(self, said: Term, guards: Guards, read: Formula) -> str:
        parts = children(said, guards, read)
        terms = [self.iff(part, at, k) for part, k, at in parts]
        match said[0]:
            case "and" | "or" if parts:
                return _folded(f"{said[0]}_iff", terms)
            case "&" | "|":
                return self._in_turn(said[0], terms, parts)
            case "not":
                return self._not(terms[0], parts[0][1])
            case "=>":
                return self._implies(terms[0], parts[0][1], terms[1], parts[1][2])
            case "ite":
                test = parts[0][1]
                yes = self._implies(terms[0], test, terms[1], parts[1][2])
                return f"(and_iff {yes} {self._implies(self._not(terms[0], test), negate(test), terms[2], parts[2][2])})"
            case "iff" if len(parts) == 2:
                return f"(iff_iff {' '.join(terms)} {' '.join(self.opposite(k) for _, k, _ in parts)})"
            case "iff":
                none = [self._not(term, k) for term, (_, k, _) in zip(terms, parts, strict=True)]
                return f"(or_iff {_folded('and_iff', terms)} {_folded('and_iff', none)})"
            case "and" | "true":
                return "(iff_refl True)"
            case "or" | "false":
                return "(iff_refl False)"
        return self._comparison(said, guards, read)

    def _in_turn(self, head: str, terms: Sequence[str], parts: Sequence[tuple[Term, Formula, Guards]]) -> str:
        """A conjunction each part of which is read where those before it hold, or a disjunction where they do not."""
        made = terms[-1]
        for k in range(len(terms) - 2, -1, -1):
            lemma = "and_then_iff" if head == "&" else "or_else_iff"
            opposite = "" if head == "&" else f" {self.opposite(parts[k][1])}"
            made = f"({lemma} {terms[k]}{opposite} (fun G{len(parts[k + 1][2])} => {made}))"
        return made

    def _not(self, term: str, read: Formula) -> str:
        return f"(not_iff _ {term} {self.opposite(read)})"

    def _implies(self, test: str, read: Formula, then: str, guards: Guards) -> str:
        return f"(imp_iff _ {test} {self.opposite(read)} (fun G{len(guards)} => {then}))"

    def _comparison(self, said: Term, guards: Guards, read: Formula) -> str:
        """Of the guards the lemma has those that its proof uses; words that only turn a comparison round need none."""
        author, kernel = self.bridge.words.formula(said, guards, read), kernel_words(read, self.bridge.variables)
        if author == kernel:
            return f"(iff_refl ({author}))"
        for relation, lemma, turned in (("> 0", "gt_iff", "0 <"), (">= 0", "ge_iff", "0 <=")):
            if f"{turned} {author.removesuffix(f' {relation}')}" == kernel:
                return f"({lemma} ({author.removesuffix(f' {relation}')}) 0)"
        proof = self.bridge.comparison(said, guards, read)
        used = sorted({int(n) for line in proof for n in GUARD.findall(line)})
        shown = "".join(f"{self.bridge.read(guards[n - 1])} -> " for n in used) + f"(({author}) <-> ({kernel}))"
        names = "".join(f" G{n}" for n in used)
        lemma = self._named("alike", shown, [f"intros{names}.", *proof] if used else proof)
        return f"({lemma}{names})" if used else lemma


def _folded(lemma: str, terms: Sequence[str]) -> str:
    return reduce(lambda rest, term: f"({lemma} {term} {rest})", reversed(terms[:-1]), terms[-1])


class Atom:
    """The proof of one comparison: its difference as a quotient, bottom up, and the sign of that."""

    def __init__(self, bridge: Bridge, guards: Guards) -> None:
        self.bridge, self.guards, self.heard = bridge, guards, bridge.heard
        self.made: Lines = []
        self.known: dict[str, tuple[Poly, Poly, str]] = {}

    def shown(self, poly: Poly) -> str:
        return grouped(poly, self.bridge.variables)

    def lines(self, lemma: str, difference: tuple[Any, ...], sign: Poly) -> Lines:
        whole = self.value(difference)
        if whole is not None:
            factor = _number(_ratio(whole, sign), signed=lemma == "eq")
            return [f"refine ({lemma}_poly {factor} _). identity."]
        top, bottom, name = self.quotient(difference)
        if lemma == "eq":
            return [*self.made, f"refine (eq_quot {name} {_number(_ratio(top, sign), signed=True)} _). identity."]
        for odd, root in self._parts(bottom):
            ratio = _ratio(top * odd, sign)
            if ratio > 0:
                given = f"(o := {self.shown(odd)}) (w := {self.shown(root)})"
                return [*self.made, f"refine ({lemma}_quot {given} {name} {_number(ratio)} _ _); identity."]
        raise Rejected("the sign of a quotient is not as the kernel reads it")

    def _parts(self, bottom: Poly) -> list[tuple[Poly, Poly]]:
        """Ways to write it as a product of something and a square."""
        root = self.heard.one
        for factor, power in bottom.factor()[1]:
            root = root * factor ** (int(power) // 2)
        return [(bottom / (root * root), root), (bottom, self.heard.one)]

    def value(self, node: tuple[Any, ...]) -> Poly | None:
        """The polynomial that a term is, unless it divides by something that is not a number."""
        match node:
            case ("num", number):
                return self.heard.number(number)
            case ("var", name):
                return self.heard.gens[self.heard.names[name]]
            case ("special", term):
                return self.heard.gens[self.heard.place(term, self.guards)]
            case ("opp", a):
                inner = self.value(a)
                return None if inner is None else -inner
            case ("pow", a, exponent):
                inner = self.value(a)
                return None if inner is None else inner**exponent
            case ("div", a, (b, _, exponent)):
                over, under = self.value(a), self.value(b)
                constant = over is not None and under is not None and under.is_constant()
                return over / under**exponent if constant else None
        first, second = self.value(node[1]), self.value(node[2])
        if first is None or second is None:
            return None
        return {"add": first + second, "sub": first - second, "mul": first * second}[node[0]]

    def quotient(self, node: tuple[Any, ...]) -> tuple[Poly, Poly, str]:
        """Numerator and denominator of a term, and the name of the hypothesis that says so."""
        text = self.bridge.words.node(node, self.guards)[0]
        if text not in self.known:
            value = self.value(node)
            if value is None:
                self.known[text] = self._composed(node, text)
            else:
                proof = ["refine (quot_poly _).", "identity."]
                self.known[text] = self._assert(text, value, self.heard.one, proof)
        return self.known[text]

    def _composed(self, node: tuple[Any, ...], text: str) -> tuple[Poly, Poly, str]:
        head = node[0]
        p, q, first = self.quotient(node[1])
        if head == "opp":
            return self._reduced(text, -p, q, f"(quot_opp {first})")
        if head == "pow":
            return self._reduced(text, p ** node[2], q ** node[2], f"(quot_pow {node[2]} {first})")
        if head == "div":
            return self._divided(node[2], text, (p, q, first))
        r, s, second = self.quotient(node[2])
        top = {"add": p * s + r * q, "sub": p * s - r * q, "mul": p * r}[head]
        return self._reduced(text, top, q * s, f"(quot_{head} {first} {second})")

    def _divided(self, divisor: tuple[Any, ...], text: str, over: tuple[Poly, Poly, str]) -> tuple[Poly, Poly, str]:
        node, base, exponent = divisor
        r, s, name = self.quotient(node)
        if r.is_constant():
            zero = _number(Fraction(str(r.leading_coefficient())), signed=True)
        else:
            proof, need = self.bridge.proved(("!=", base, 0), self.guards)
            factor, shown = _factor(_ratio(need[1], r)), self.shown(need[1])
            zero = f"(nonzero {factor} {proof} (_ : {self.shown(r)} * {factor} = {shown}))"
        if exponent > 1:
            r, s, name, zero = r**exponent, s**exponent, f"(quot_pow {exponent} {name})", f"(pow_nonzero _ {exponent} {zero})"
        p, q, first = over
        return self._reduced(text, p * s, q * r, f"(quot_div {first} {name} {zero})")

    def _reduced(self, text: str, top: Poly, bottom: Poly, proof: str) -> tuple[Poly, Poly, str]:
        common = bottom if bottom.is_constant() or top.is_zero() else top.gcd(bottom)
        if (bottom / common).is_constant():
            common = bottom
        lines = [f"refine (quot_reduce {self.shown(common)} {proof} _ _); identity."]
        return self._assert(text, top / common, bottom / common, lines)

    def _assert(self, text: str, top: Poly, bottom: Poly, proof: Lines) -> tuple[Poly, Poly, str]:
        name = f"Q{len(self.known) + 1}"
        self.made += [f"assert ({name} : quot ({text}) {self.shown(top)} {self.shown(bottom)}).", *braced(proof)]
        return top, bottom, name


def _ratio(poly: Poly, to: Poly) -> Fraction:
    """The number k with poly = k to; 1 for zeros. Raises Rejected when there is none."""
    if poly.is_zero() and to.is_zero():
        return Fraction(1)
    if not poly.is_zero() and not to.is_zero():
        ratio = poly.leading_coefficient() / to.leading_coefficient()
        if poly == to * ratio:
            return Fraction(str(ratio))
    raise Rejected("a polynomial is not what the kernel reads")


def _number(value: Fraction, *, signed: bool = False) -> str:
    """The proof that a number is positive, or, if `signed`, that it is not zero."""
    top, bottom = abs(value).as_integer_ratio()
    proof = f"(pos_int {top})" if bottom == 1 else f"(pos_rat {top} {bottom})"
    return f"({'ne_pos' if value > 0 else 'ne_neg'} {proof})" if signed else proof


def _factor(value: Fraction) -> str:
    return f"({value.numerator})" if value.denominator == 1 else f"({value.numerator} / {value.denominator})"
