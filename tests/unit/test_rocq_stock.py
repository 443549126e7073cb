"""Lemmas that a file proves once: shared by what differs in the names of variables alone, and by nothing else."""

from formal.certify.rocq.stock import Stock

PROOF = ["identity."]


def test_other_variables_are_given_to_the_lemma_that_is_there():
    stock = Stock()
    first = stock.lemma("alike", "x > 0 <-> 0 < x + y'", PROOF, ["x", "y'"])
    again = stock.lemma("alike", "a > 0 <-> 0 < a + x", PROOF, ["x", "a"])
    assert (first, again) == ("(alike_1 x y')", "(alike_1 a x)")
    assert stock.lines[0] == "Lemma alike_1 (x y' : R) : x > 0 <-> 0 < x + y'."


def test_what_differs_in_more_than_names_is_another_lemma():
    stock = Stock()
    said = ["x < y", "x < x", "y < x + 1", "x <= y", "x < z", "x < 2"]
    terms = [stock.lemma("alike", one, PROOF, ["x", "y"]) for one in said]
    assert len({term.strip("()").split()[0] for term in terms}) == len(said)  # z is no variable
    assert stock.lemma("opposed", "x < y", PROOF, ["x", "y"]).startswith("(opposed_")
    assert stock.lemma("alike", "x < y", ["exact other."], ["x", "y"]) not in terms


def test_a_variable_of_the_proof_alone_is_bound_too():
    stock = Stock()
    term = stock.lemma("alike", "x = x", ["exact (proved x w)."], ["w", "x"])
    assert term == "(alike_1 x w)"
    assert "(x w : R)" in stock.lines[0]


def test_what_has_no_variables_is_a_name():
    assert Stock().lemma("opposed", "True", PROOF, ["x"]) == "opposed_1"
