"""Symbols and titles as they are shown."""

import re

import pytest
import sympy as sp

from formal.report.names import latex_name, prose, text_name

SHOWN = {
    "alpha0": ("α₀", r"\alpha_{0}"),
    "alphab": ("α_b", r"\alpha_{b}"),
    "lambda_": ("λ", r"\lambda"),
    "phi'": ("φ'", r"\phi'"),
    "xbar": ("x̄", r"\bar{x}"),
    "m_hat": ("m̂", r"\hat{m}"),
    "m_hat2": ("m̂₂", r"\hat{m}_{2}"),
    "x_u": ("x_u", "x_{u}"),
    "x1": ("x₁", "x_{1}"),
    "x_a_b_c": ("x_a_b_c", "x_{a,b,c}"),
    "__state__": ("state", r"\mathrm{state}"),
    "q": ("q", "q"),
    "psi": ("ψ", r"\psi"),
    "share": ("share", r"\mathrm{share}"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_names(name):
    symbol = sp.Symbol(name)
    assert (text_name(symbol), latex_name(symbol)) == SHOWN[name]


@pytest.mark.parametrize("title", ["100 % of {x} & $5 #1 ~ ^ \\ a_bcd", "x ≤ 2β/φ and α_b ≥ α₀", "{\\input{secrets}}"])
def test_titles_are_inert_in_latex(title):
    written = prose(title)
    assert r"\input" not in written
    assert written.count("$") % 2 == 0 or r"\$" in written
    for special in "%&#":
        assert written.replace("\\" + special, "").count(special) == 0


@pytest.mark.parametrize("title", ["αx_b", "√x_1", "βγ_1", "·x̄", "≤α"])
def test_formulas_that_adjoin_do_not_run_together(title):
    """Every control word is one that LaTeX has."""
    assert set(re.findall(r"\\([A-Za-z]+)", prose(title))) <= {"alpha", "beta", "gamma", "surd", "cdot", "bar", "le"}


def test_keys_of_sources_are_no_formulas():
    assert prose("see [@smith_2_a] on x_a") == r"see [@smith\_2\_a] on $x_{a}$"


def test_signs_that_are_not_printed_are_left_out():
    assert prose("a\x00b\x1b[31mc\fd") == "ab[31mcd"
