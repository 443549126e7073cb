"""Code in the README and the docs is run, and its output is what the text shows."""

import re
import subprocess
import sys
import tomllib

import pytest

from formal.cli import main
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


def test_the_invitation_game_is_shown_as_it_is():
    """Code of the page stands in the files, and what it prints is printed, but for what is left out with an ellipsis."""
    page = ROOT / "docs/tutorial/invitation.md"
    sources = "\n".join(
        path.read_text() for path in [ROOT / "proofs/parameters.py", *(ROOT / "proofs/invitation").glob("*.py")]
    )
    assert blocks(page, "py")
    assert all(code in sources for code in blocks(page, "py"))
    transcripts = blocks(page, "console")
    assert len(transcripts) == 4
    for transcript in transcripts:
        command, _, shown = transcript.removeprefix("$ formal ").partition("\n")
        done = subprocess.run(
            [sys.executable, "-m", "formal.cli", *command.split()], cwd=ROOT, capture_output=True, text=True, check=False
        )
        printed = _squeezed(done.stdout)
        parts = [_squeezed(part) for part in re.split(r"^\.\.\.$", shown, flags=re.M)]
        assert printed.startswith(parts[0])
        for part in filter(None, parts):
            _, found, printed = printed.partition(part)
            assert found, done.stdout
        assert not (parts[-1] and printed)


def test_every_dependency_is_named_with_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    rows = [line for line in (ROOT / "docs/reference/libraries.md").read_text().splitlines() if line.startswith("|")]
    named = set(re.findall(r"[\w-]+", " ".join(rows)))
    assert {re.match(r"[\w-]+", requirement)[0] for requirement in wanted} <= named


def test_every_page_is_on_the_site():
    listed = (ROOT / "docs/index.md").read_text().split()
    for page in PAGES[1:]:
        name = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        assert name == "index" or name in listed, name


TEMPLATES = sorted((ROOT / "formal/templates").rglob("*.j2"))
NAMED = re.compile(r"(?<![\w-])formal\s([a-z]+)((?: [^`|\n&>#]*)?)")


@pytest.mark.parametrize("page", [*PAGES, *TEMPLATES], ids=lambda page: page.name)
def test_commands_and_options_exist(page):
    """What a page tells a reader to type: in code between backquotes, in blocks, in workflows."""
    text = page.read_text()
    typed = "\n".join(re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL)) if ".md" in page.name else text
    for name, rest in NAMED.findall(re.sub(r"import .*", "", typed)):
        assert name in main.commands, name
        known = {o for parameter in main.commands[name].params for o in (*parameter.opts, *parameter.secondary_opts)}
        assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", rest)) <= {*known, "--help"}, f"formal {name}{rest}"
