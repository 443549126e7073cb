"""Code in the README and the docs is run, and its output is what the text shows."""

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"```(\w+)[^\n]*\n(.*?)```", re.DOTALL)


def blocks(page, language):
    return [body for kind, body in BLOCK.findall(page.read_text()) if kind == language]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_run_in_order(page, tmp_path):
    """All blocks of a page make one file; what it declares is then checked as a user would."""
    code = "\n".join(blocks(page, "python"))
    if not code:
        return
    (tmp_path / "page.py").write_text(code)
    expected = 1 if "# refuted on purpose" in code else 0
    command = ["check", "--update", "page.py"] if "require=" in code else ["check", "page.py"]
    done = subprocess.run(
        [sys.executable, "-m", "formal.cli", *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == expected, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_pages_have_python_blocks():
    assert any(blocks(page, "python") for page in PAGES if page.name == "README.md")
    assert any(blocks(page, "python") for page in PAGES if "tutorial" in str(page))


def _squeezed(text):
    """Words and signs without spacing and times, which differ between runs."""
    return re.sub(r"\s+", " ", re.sub(r"\d+\.\d+ s", "", text)).strip()


@pytest.mark.parametrize(
    ("page", "file"),
    [
        ("tutorial/ratification.md", "ratification.py"),
        ("how-to/certificates.md", "prize.py"),
        ("how-to/signalling.md", "breakfast.py"),
        ("how-to/sweep.md", "bargain.py"),
        ("how-to/security.md", "entry.py"),
    ],
)
def test_what_a_page_prints_is_real(page, file, tmp_path):
    page = ROOT / "docs" / page
    (tmp_path / file).write_text("\n".join(blocks(page, "python")))
    transcripts = [part for block in blocks(page, "console") for part in re.split(r"^\$ formal ", block, flags=re.M) if part]
    assert transcripts
    for transcript in transcripts:
        command, _, shown = transcript.partition("\n")
        done = subprocess.run(
            [sys.executable, "-m", "formal.cli", *command.split()], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert _squeezed(shown) == _squeezed(done.stdout)
