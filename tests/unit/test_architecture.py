"""The layout is the pipeline: arrows point down it only."""

import ast

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "formal"
FORBIDDEN = {
    "model": ("derive", "decide", "numeric", "report", "obligations", "claims", "solution", "check"),
    "derive": ("decide", "numeric", "report", "obligations", "claims", "solution", "check"),
    "decide": ("derive", "numeric", "report", "obligations", "claims", "solution", "check"),
    "numeric": ("derive", "decide", "report", "obligations", "claims", "solution", "check"),
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize("room", FORBIDDEN)
def test_rooms_import_only_what_is_above_them(room):
    for path in (PACKAGE / room).glob("*.py"):
        for module in imports(path):
            assert not any(module == f"formal.{other}" or module.startswith(f"formal.{other}.") for other in FORBIDDEN[room])


def test_the_deriver_and_the_obligations_share_no_encoder():
    for name in ("polynomial", "literals", "space", "regions", "roots"):
        assert f"formal.derive.{name}" not in set(imports(PACKAGE / "obligations.py"))
    assert "z3" not in set(imports(PACKAGE / "obligations.py"))


def test_certificates_of_regions_are_checked_without_what_found_them():
    checker = ("certificate", "entailment", "refutation")
    trusted = {*checker, "expression", "game", "polynomial", "tree"}
    for part in checker:
        for module in imports(PACKAGE / "trees" / f"{part}.py"):
            assert not module.startswith("formal.trees.") or module.removeprefix("formal.trees.") in trusted
            assert module not in ("z3", "flint", "sympy")


def test_modules_are_short_enough_to_read():
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 450, path
