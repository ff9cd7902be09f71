"""What the documentation site is made from, and how: the manual pages, the decisions, README as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Longcase"
extensions = ["myst_parser"]
root_doc = "docs/site/index"
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**"]
templates_path = ["templates"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]
nitpick_ignore = [("myst", "NNNN-name.md")]
html_theme = "furo"
html_title = "Longcase"
html_additional_pages = {"index": "to_index.html"}
html_copy_source = False
html_show_sphinx = False


def setup(app: Sphinx) -> None:
    """Have blocks of CSV shown as they are: there is no lexer for them."""
    app.add_lexer("csv", TextLexer)
