"""Formulas in the page: what authors wrote inside them comes out as they wrote it, and as text."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from formal.report.mathml import mathml
from formal.report.names import quoted


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12))
def test_words_in_formulas_are_text(words):
    tree = ElementTree.fromstring(mathml(rf"x_{{{quoted(words)}}} \leq \frac{{1}}{{2}}"))
    (text,) = [element for element in tree.iter() if element.tag.endswith("mtext")]
    assert text.text == words
    assert len(list(text)) == 0
