"""A document as HTML and Markdown: every text stays text, and nothing in it is run, fetched or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presentation.documents.document import BarChart, Document, Paragraph, Section, Struck, TextTable
from presentation.documents.html import html
from presentation.documents.markdown import markdown, plain
from presentation.escaping import safe_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><b>&amp;",
    "a\x1b[31mred\x00\u202egnp\u202c",
    "javascript:alert(1)",
    "</td></tr></table>",
    "<!-- \n -->",
    "`code` *bold* _it_ [a](http://x) ![i](http://x) | # ~~",
    "- a\n+ b\n1. c\n12) d\n# e\n===",
)
TEXTS = st.text() | st.sampled_from(HOSTILE)


def document(text: str) -> Document:
    """Return a document that has the text in every place."""
    table = TextTable(text, (text, "other"), [(text, Struck(text)), ("1", text)])
    values = TextTable(text, (), [(text, text)])
    below = Section(text, [Paragraph(text, note=True), values])
    bars = BarChart(text, [(text, 3), ("b", 0)])
    return Document(text, [Paragraph(text)], [Section(text, [Paragraph(text), bars, table], [below])])


def parsed(found: bytes) -> Element:
    parser = html5lib.HTMLParser(strict=True)
    tree: Element = parser.parse(found)
    assert parser.errors == []
    return tree


def texts(tree: Element, name: str) -> list[str]:
    return ["\n".join(one.itertext()) for one in tree.iter(f"{HTML}{name}")]


@given(TEXTS)
def test_any_text_is_valid_html_and_nothing_but_text(text: str) -> None:
    """Read by a parser that follows the standard: the elements are ours alone, whatever the texts hold."""
    tree = parsed(html(document(text)))
    ours = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "section", "table"}
    ours |= {"caption", "thead", "tbody", "tr", "th", "td", "br", "s"}
    ours |= {f"{SVG}{name}" for name in ("svg", "title", "text", "rect")}
    assert {str(one.tag).removeprefix(HTML) for one in tree.iter()} <= ours
    lines = [safe_text(line) for line in text.splitlines() if line]
    assert "".join(texts(tree, "h1")).replace("\n", "") == "".join(lines)


def attributes(tree: Element) -> set[str]:
    return {name for one in tree.iter() for name in one.attrib}


@pytest.mark.parametrize("text", HOSTILE)
def test_html_runs_and_fetches_nothing(text: str) -> None:
    """No attribute that could, and a policy that forbids it."""
    tree = parsed(html(document(text)))
    drawn = {"role", "viewBox", "width", "height", "x", "y", "fill", "font-family", "font-size"}
    assert attributes(tree) <= {"lang", "charset", "http-equiv", "content", "name", "class", "scope"} | drawn
    policies = [one.get("content") for one in tree.iter(f"{HTML}meta") if one.get("http-equiv")]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    (style,) = texts(tree, "style")
    assert "url(" not in style
    assert "@import" not in style


def test_html_can_be_heard() -> None:
    """It says its language, its tables have captions and headers, and headings go down by one."""
    tree = parsed(html(document("a")))
    assert tree.get("lang") == "en-GB"
    assert len(texts(tree, "caption")) == len(texts(tree, "table")) == 2
    assert {one.get("scope") for one in tree.iter(f"{HTML}th")} == {"row", "col"}
    levels = [int(str(one.tag)[-1]) for one in tree.iter() if str(one.tag)[-2:] in {"h1", "h2", "h3"}]
    assert levels == [1, 2, 3]


def test_bars_are_to_one_scale_and_say_how_many() -> None:
    """Each under its name, all under a title that can be heard; a name that is too long ends with a sign."""
    chart = BarChart("Cases by team", [("Hydra", 1_200), ("L" * 100, 600), ("none", 0)])
    tree = parsed(html(Document("t", [], [Section("s", [chart])])))
    (picture,) = tree.iter(f"{SVG}svg")
    assert [one.text for one in picture.iter(f"{SVG}title")] == ["Cases by team"]
    said = [one.text for one in picture.iter(f"{SVG}text")]
    assert said == ["Hydra", "1,200", f"{'L' * 75}…", "600", "none", "0"]
    assert [int(one.get("width", "")) for one in picture.iter(f"{SVG}rect")] == [560, 280, 0]
    assert not list(parsed(html(Document("t", [], [Section("s", [BarChart("c", [])])]))).iter(f"{SVG}svg"))


def test_a_format_without_pictures_leaves_bars_out() -> None:
    """The table beside them has the same figures."""
    made = Document("t", [], [Section("s", [BarChart("c", [("a", 1)]), Paragraph("p")])])
    assert list(markdown(made)) == ["# t", "", "## s", "", "p"]


def test_a_reference_stands_on_one_line() -> None:
    """A name of a row with a hyphen is not parted at it, unless it is long."""
    rows = [("IMG-0417", "a"), ("two words-", "a"), ("L-" * 20, "a")]
    found = html(Document("t", [], [Section("s", [TextTable("c", ("n", "w"), rows)])])).decode()
    assert found.count('class="kept"') == 1
    assert '<th scope="row" class="kept">IMG-0417</th>' in found


def test_a_text_of_several_lines_keeps_them() -> None:
    """Each on a line of its own, empty ones too, in either format."""
    made = Document("t", [], [Section("s", [TextTable("c", ("n", "what"), [("1", "a\nb\n\nc")])])])
    assert b"<td>a<br>b<br><br>c</td>" in html(made)
    wanted = ["# t", "", "## s", "", "- **n 1**", "  - what: a\\", "    b", "", "    c"]
    assert list(markdown(made)) == wanted
    assert list(plain(made)) == [line.removesuffix("\\") for line in wanted]


def test_what_no_longer_counts_is_struck_through() -> None:
    """And stays readable."""
    made = Document("t", [], [Section("s", [TextTable("c", ("n", "what"), [("1", Struck("a\nb"))])])])
    assert b"<td><s>a<br>b</s></td>" in html(made)
    assert "  - what: ~~a~~\\" in list(markdown(made))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        ("[a](http://x)", r"\[a\](http://x)"),
        ("<b>&amp;|~", r"\<b\>\&amp;\|\~"),
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("1. a", r"1\. a"),
        ("12) a", r"12\) a"),
        ("a - b # 1. c", "a - b # 1. c"),
        ("a\x1b[0m", r"a\\x1b\[0m"),
    ],
)
def test_markdown_takes_no_text_for_markup(text: str, written: str) -> None:
    """Anywhere, or at the beginning of a line."""
    assert list(markdown(Document(text, [], []))) == [f"# {written}"]


@given(TEXTS)
def test_no_line_of_markdown_steers_a_terminal(text: str) -> None:
    """What cannot be seen stands there as an escape."""
    for line in (*markdown(document(text)), *plain(document(text))):
        assert safe_text(line) == line
