"""A statement and its certificate as a theorem of Rocq: what is given in a section, lemmas, the theorem, and its closed form.

The section follows the kernel's questions: what a given formula needs to have a value is proved before it is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from formal.certify.kernel import Certificate, Question
from formal.certify.reading import Formula, Rejected, Statement, Term, negate
from formal.certify.rocq.bridge import Bridge, Lines
from formal.certify.rocq.definitions import author_definitions
from formal.certify.rocq.events import Need, Overheard, Part, Special
from formal.certify.rocq.recall import Lemma, kept, recalled
from formal.certify.rocq.stock import Stock
from formal.certify.rocq.terms import Guards, Words
from formal.certify.rocq.text import atomic, formula, joined, names, wrapped
from formal.certify.rocq.tree import Core, core, pattern


@dataclass(frozen=True)
class Premise:
    """A variable or a hypothesis that the closed theorem begins with."""

    name: str
    said: str
    key: Term
    variable: bool = False


@dataclass
class Theorem:
    """A theorem as text: lemmas in a module, then the closed statement.

    The first `point` hypotheses give the variables their values where the theorem is that there are such.
    """

    name: str
    module: list[str]
    premises: list[Premise]
    claim: str
    key: Term
    needs: tuple[str, ...] = ()
    point: int = 0
    lemmas: Sequence[Lemma] = ()

    @property
    def length(self) -> int:
        return sum(map(len, self.module))

    @property
    def digits(self) -> int:
        """Of the longest number."""
        return max(map(len, re.findall(r"[0-9]+", "\n".join(self.module))), default=0)

    @property
    def closed(self) -> str:
        """The statement by itself, which the module proves."""
        free = self.premises[2 * self.point :]
        bound = [p.name for p in self.premises[: self.point]]
        opening = [wrapped(f"exists {' '.join(bound)} : R,", "  ")] if bound else []
        head = [f"Theorem {self.name} :", *opening, *_premises(free), wrapped(f"{self.claim}.", "  ")]
        given = [p.name for p in free]
        applied = " ".join([f"{self.name}_proof.claim", *bound, *("eq_refl" for _ in bound), *given])
        return "\n".join(
            [
                *head,
                "Proof.",
                *(wrapped(line, "  ") for line in self._values()),
                *([wrapped(f"intros {' '.join(given)}.", "  ")] if given else []),
                wrapped(f"exact ({applied}).", "  "),
                "Qed.",
            ]
        )

    def _values(self) -> list[str]:
        """The point, value by value: a value may use those before it."""
        said = [p.said.split(" = ", 1) for p in self.premises[self.point : 2 * self.point]]
        names = [p.name for p in self.premises[: self.point]]
        return [*(f"pose ({name} := {value})." for name, value in said), *([f"exists {', '.join(names)}."] if names else [])]


def _premises(premises: Sequence[Premise]) -> list[str]:
    lines, bound = [], list[str]()
    for premise in [*premises, Premise("", "", ())]:
        if premise.variable:
            bound.append(premise.name)
            continue
        if bound:
            lines.append(wrapped(f"forall {' '.join(bound)} : R,", "  "))
            bound = []
        if premise.name:
            lines.append(wrapped(f"{premised(premise.said)} ->", "  "))
    return lines


def premised(said: str) -> str:
    return said if atomic(said) else f"({said})"


class Section:
    """Writes one statement: walks through what the kernel hears and asks."""

    def __init__(
        self,
        name: str,
        statement: Statement,
        certificate: Certificate,
        given: Mapping[Term, Theorem],
        stock: Stock,
        *,
        point: int = 0,
        known: Sequence[Lemma] = (),
    ) -> None:
        self.name, self.proved, self.known = name, given, known
        self.proofs, self.lemmas = list(certificate["proofs"]), certificate["lemmas"]
        self.heard = Overheard(statement)
        self.questions = list(self.heard.questions)
        self.variables = self._names(statement)
        self.bridge = Bridge(self.heard, self.variables, stock)
        self.plain = Words(self.heard, self.variables, plain=True)
        self.cores: list[Core] = []
        self.lines: Lines = []
        self.givens: list[str] = []
        self.definitions: list[str] = []
        self.premises = [Premise(n, "", v, variable=True) for n, v in zip(self.variables, statement.variables, strict=False)]
        self.count = len(statement.given)
        self.key = statement.claim
        self.point = point

    def _names(self, statement: Statement) -> list[str]:
        made = names(statement.variables)
        extra = {e.variable: e.term[0] for e in self.heard.events if isinstance(e, Special)}
        for k in range(len(made), len(self.heard.gens)):
            made.append(f"{'v' if extra.get(k) == 'piecewise' else 's'}{k - len(statement.variables) + 1}")
        return made

    def theorem(self) -> Theorem:
        """The whole of it. Raises Rejected for what cannot be written."""
        declared = len(self.premises)
        opening = [wrapped(f"Variables {' '.join(self.variables[:declared])} : R.")] if declared else []
        claim = ""
        for event in self.heard.events:
            if isinstance(event, Need):
                self._need(event)
            elif isinstance(event, Special):
                self._special(event)
            elif len(self.givens) < self.count:
                self._given(event)
            else:
                claim = self._claim(event)
        written = [line for c in self.cores for line in (c.text, "")]
        module = [f"Module {self.name}_proof.", "", *written, "Section Claim.", "", *opening, "", *self.lines]
        needs = tuple(f"{self.name}_proof.defined_{k}" for k in range(1, len(self.bridge.needs) + 1))
        if any(p.variable for p in self.premises[self.point : 2 * self.point]):
            raise Rejected("a value at the point is piecewise")
        closed = [*module, "End Claim.", f"End {self.name}_proof."]
        lemmas = kept(f"{self.name}_proof", self.cores, self.variables)
        return Theorem(self.name, closed, self.premises, claim, self.key, needs, self.point, lemmas)

    # what the section consists of

    def _lemma(self, head: str, body: Lines) -> None:
        self.lines += [wrapped(head), "Proof.", *(wrapped(line, "  ") for line in body), "Qed.", ""]

    def _read(self, read: Formula) -> str:
        return formula(read, self.variables)

    def equivalent(self, name: str, said: Term, guards: Guards, read: Formula) -> Lines:
        return [f"pose proof {self.bridge.shared.iff(said, guards, read)} as {name}."]

    def author_guards(self, guards: Guards) -> list[tuple[Term, Guards, Formula]]:
        return [(self.heard.author(g), guards[:i], g) for i, g in enumerate(guards)]

    def _under(self, guards: Guards, said: str) -> str:
        """A formula behind its guards, in the author's words."""
        tests = [self.plain.formula(*guard) for guard in self.author_guards(guards)]
        return "".join(f"{premised(t)} -> " for t in tests) + said

    def _need(self, need: Need) -> None:
        if self.bridge.known(need.author, need.guards):
            self.questions.pop(0)
            self.proofs.pop(0)
            return
        number, guards = len(self.bridge.needs) + 1, need.guards
        hypotheses = [f"G{i + 1}" for i in range(len(guards))]
        stated = "".join(f"{premised(self._read(g))} -> " for g in guards) + self._read(need.formula)
        opening = [f"intros {' '.join(hypotheses)}."] if guards else []
        self._lemma(f"Lemma exists_{number} : {stated}.", [*opening, *self._refuted(number, need.formula, hypotheses)])
        author = self._under(guards, self.plain.formula(need.author, guards, need.formula))
        lines = [f"intros {' '.join(f'X{i + 1}' for i in range(len(guards)))}."] if guards else []
        for i, (said, at, read) in enumerate(self.author_guards(guards), start=1):
            lines += [*self.equivalent(f"E{i}", said, at, read), f"pose proof (proj1 E{i} X{i}) as G{i}."]
        lines += self.equivalent("E", need.author, guards, need.formula)
        applied = " ".join([f"exists_{number}", *hypotheses])
        self._lemma(f"Lemma defined_{number} : {author}.", [*lines, f"exact (proj2 E ({applied}))."])
        self.bridge.needs.append((need, f"exists_{number}"))
        self.bridge.stated[f"exists_{number}"] = stated

    def _refuted(self, number: int, wanted: Formula, hypotheses: Sequence[str]) -> Lines:
        """The proof of a kernel's formula by the certificate that its denial contradicts what is known."""
        question: Question = self.questions.pop(0)
        made, proof = recalled(self.known, question, self.variables), self.proofs.pop(0)
        if made is None:
            made = core(f"core_{number}", self.heard, self.variables, question, proof, self.lemmas)
            self.cores.append(made)
        sources = [*self.givens, *self.definitions, *hypotheses, "no"]
        lines = [f"refine (by_denial {self.bridge.shared.opposite(wanted)} _).", "intro no."]
        for source, parts in zip(sources, made.names, strict=True):
            shape = pattern(parts, set(made.uses))
            lines += [f"pose proof {source} as {shape}."] if shape != "_" else []
        return [*lines, f"exact ({made.call(self.variables)})."]

    def _special(self, event: Special) -> None:
        name = self.variables[event.variable]
        if event.term[0] == "piecewise":
            ((said, read, _),) = author_definitions(self.heard, event)
            stated = self._under(event.guards, self.plain.formula(said, event.guards, read))
            self.lines += [f"Variable {name} : R.", wrapped(f"Hypothesis {name}_is : {stated}."), ""]
            self.premises.append(Premise(name, "", (event.term, self._context(event.guards)), variable=True))
            self.premises.append(Premise(f"{name}_is", stated, (event.term, self._context(event.guards), "is")))
        else:
            self.lines += [wrapped(f"Definition {name} : R := {self.bridge.words.written_out(event.term, event.guards)}."), ""]
        for said, read, proof in author_definitions(self.heard, event):
            name = f"def_{len(self.definitions) + 1}"
            self._definition(name, event, said, read, proof) if proof else self._assumed(name, event, said, read)
            self.definitions.append(name)

    def _context(self, guards: Guards) -> Term:
        return tuple(said for said, *_ in self.author_guards(guards))

    def _assumed(self, name: str, event: Special, said: Term, read: Formula) -> None:
        """What is assumed of a piecewise term, as the kernel reads it."""
        guards, shared, given = event.guards, self.bridge.shared, f"{self.variables[event.variable]}_is"
        if not guards:
            self.lines += [wrapped(f"Definition {name} := {shared.forth(said, read)} {given}."), ""]
            return
        words = [f"(proj2 {shared.iff(*guard)} G{i})" for i, guard in enumerate(self.author_guards(guards), start=1)]
        term = f"(proj1 {shared.iff(said, guards, read)} ({' '.join([given, *words])}))"
        for i in range(len(guards), 0, -1):
            term = f"(or_of_imp _ {shared.opposite(guards[i - 1])} (fun G{i} => {term}))"
        shown = joined("or", [self._read(part) for part in (*map(negate, guards), read)])
        self._lemma(f"Lemma {name} : {shown}.", [f"exact {term}."])

    def _definition(
        self, name: str, event: Special, said: Term, read: Formula, proof: Callable[[Section, Special], Lines]
    ) -> None:
        guards, lines = event.guards, Lines()
        for i, guard in enumerate(guards, start=1):
            lines += [f"refine (or_of_imp _ {self.bridge.shared.opposite(guard)} _).", f"intro G{i}."]
        lines += [*self.equivalent("E", said, guards, read), "apply (proj1 E).", *proof(self, event)]
        shown = joined("or", [self._read(part) for part in (*map(negate, guards), read)])
        self._lemma(f"Lemma {name} : {shown}.", lines)

    def _given(self, part: Part) -> None:
        name, lemma = f"H{len(self.givens) + 1}", f"given_{len(self.givens) + 1}"
        shown = self.plain.formula(part.author, (), part.formula)
        step = self.proved.get(part.author)
        if step is not None and all(p.key != part.author for p in step.premises):  # no step that is given to itself
            self._lemma(f"Lemma {name} : {shown}.", [f"exact ({self._applied(step)})."])
        else:
            self.lines += [wrapped(f"Hypothesis {name} : {shown}."), ""]
            self.premises.append(Premise(name, shown, part.author))
        known = f"proj1 {self.bridge.shared.iff(part.author, (), part.formula)} {name}"
        self.lines += [wrapped(f"Definition {lemma} := {known}."), ""]
        self.givens.append(lemma)

    def _applied(self, theorem: Theorem) -> str:
        known = {p.key: p.name for p in self.premises}
        return " ".join([theorem.name, *(known[p.key] for p in theorem.premises)])

    def _claim(self, part: Part) -> str:
        shown = self.plain.formula(part.author, (), part.formula)
        lines = [*self.equivalent("E", part.author, (), part.formula), "apply (proj2 E)."]
        self._lemma(f"Theorem claim : {shown}.", [*lines, *self._refuted(len(self.bridge.needs) + 1, part.formula, ())])
        return shown
