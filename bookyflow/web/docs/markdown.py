"""docs/*.md as pages: headings with anchors, coloured code, links that lead to pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.html import escape

if TYPE_CHECKING:
    from markdown_it.token import Token

DEEPEST = 3  # headings that are listed
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")

LinkOf = Callable[[str], str | None]


@dataclass(frozen=True)
class Heading:
    """An entry of a page's table of contents."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Rendered:
    """A document as HTML that may be put into a page, and what its headings are."""

    title: str
    html: str
    headings: tuple[Heading, ...]


def rendered(text: str, link_of: LinkOf) -> Rendered:
    """The HTML of a document of ours; `link_of` says where a link leads, None for nowhere."""
    # Not before it is needed: it takes three megabytes, and pages are kept once they are made.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    parser = MarkdownIt("commonmark", {"html": False, "highlight": _code}).enable("table")
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("code_block", _code_block)
    tokens = parser.parse(text)
    headings = list(_anchored(tokens))
    for token in tokens:
        _unstyled(token)
        if token.children:
            token.children = _linked(token.children, link_of)
    html: str = parser.renderer.render(tokens, parser.options, {})
    title = next((one.text for one in headings if one.level == 1), "")
    return Rendered(title, html, tuple(one for one in headings if 1 < one.level <= DEEPEST))


def slug_of(text: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return _NOT_IN_SLUG.sub("", text.lower()).strip().replace(" ", "-")


def _anchored(tokens: list[Token]) -> list[Heading]:
    found: list[Heading] = []
    for token, content in pairwise(tokens):
        if token.type != "heading_open":
            continue
        text = content.content.replace("`", "").replace("*", "")
        anchor = slug_of(text)
        taken = [one.anchor for one in found]
        while anchor in taken:
            anchor += "-1"
        token.attrSet("id", anchor)
        found.append(Heading(int(token.tag[1]), text, anchor))
    return found


def _unstyled(token: Token) -> None:
    """Cells that stand at the right say so by a class; the content policy allows no styles."""
    style = token.attrs.pop("style", "")
    if "right" in str(style):
        token.attrSet("class", "amount")


def _linked(tokens: list[Token], link_of: LinkOf) -> list[Token]:
    """The same with links to pages; without those that lead nowhere here."""
    found, is_dropped = [], False
    for token in tokens:
        if token.type == "link_open":
            url = link_of(str(token.attrGet("href")))
            is_dropped = url is None
            if url is not None:
                token.attrSet("href", url)
        if not (is_dropped and token.type in ("link_open", "link_close")):
            found.append(token)
    return found


def _code(code: str, language: str, attributes: str) -> str:
    # Not before it is needed, as in `rendered`.
    from pygments import highlight  # noqa: PLC0415
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        lexer = get_lexer_by_name(language or "text")
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    coloured = highlight(code, lexer, HtmlFormatter(nowrap=True))
    return f'<pre tabindex="0"><code>{coloured}</code></pre>\n'


def _code_block(renderer: object, tokens: list[Token], index: int, *rest: object) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[index].content)}</code></pre>\n'


def _table_open(renderer: object, tokens: list[Token], index: int, *rest: object) -> str:
    return '<div class="scrolls" tabindex="0"><table class="data-table">\n'


def _table_close(renderer: object, tokens: list[Token], index: int, *rest: object) -> str:
    return "</table></div>\n"
