"""The documentation as a site: `sphinx-build -W docs site`. Nothing is fetched while it is built."""

import re

from formal import __version__

project, author, release = "formal-games", "the formal-games authors", __version__
copyright = "2026 the formal-games authors"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
html_theme, html_title = "furo", f"formal-games {release}"
html_copy_source = html_show_sourcelink = False
default_role = "code"  # what is between backquotes in a docstring
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3


def setup(app):
    app.connect("autodoc-process-docstring", escaped)


def escaped(app, what, name, obj, options, lines):
    """Docstrings are plain text with code between backquotes: nothing else in them is markup."""
    for number, line in enumerate(lines):
        parts = re.split(r"(`[^`]*`)", line)
        lines[number] = "".join(p if p.startswith("`") else re.sub(r"([*|\\]|_(?=\W|$))", r"\\\1", p) for p in parts)
