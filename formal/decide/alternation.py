"""One alternation of quantifiers: for all values of the parameters, some value of a choice makes a condition true.

Statement
---------
Write the condition C(p, m) with fresh variables f for its quotients, roots and cases, defined by D(p, m, f). There is such an f
where C has a value, which then does not depend on it, and none where it has not. So C(p, m) has a value and is true for some m
exactly when D ∧ C holds for some m and f, and the claim is proved when H(p) ∧ ∀m, f: ¬(D ∧ C) has no solution p, for facts and
hypotheses H.
"""

from __future__ import annotations

from formal.decide.formula import All, Encoder, Formula, Some, negate
from formal.decide.goal import Goal
from formal.decide.smtlib import Writer
from formal.decide.solvers.program import Question
from formal.errors import ClaimError
from formal.model.quantifier import ForSome


def denial(goal: Goal) -> Question:
    """The question whether for some values of the parameters no value of the choice will do.

    Raises ClaimError for hypotheses that have quotients, roots or cases of their own.
    """
    claim = goal.conclusion
    assert isinstance(claim, ForSome)
    outer, inner = Encoder(), Encoder()
    given = [outer.formula(part) for part in (*goal.all_facts(), *goal.hypotheses)]
    if outer.definitions or outer.splits:
        raise ClaimError(f"{goal.name}: beside exists(..., over=...) hypotheses must be polynomial; multiply denominators out")
    wanted = [inner.formula(claim.body), *defined(inner)]
    fresh = {d.symbol for d in inner.definitions} | {s for split in inner.splits for s in split.values}
    return Question([*given, negate(All(tuple(wanted)))], Writer(), universal=frozenset({*claim.bound, *fresh}))


def defined(encoder: Encoder) -> list[Formula]:
    """What the fresh variables of an encoder satisfy: definitions under their guards, and splits as disjunctions."""
    definitions = [d.guarded() for d in encoder.definitions]
    return [*definitions, *(Some(tuple(All((a.given, a.first)) for a in split.alternatives)) for split in encoder.splits)]
