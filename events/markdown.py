"""Descriptions: a little Markdown, never HTML of anybody's own.

The parser escapes HTML and knows few constructs (CommonMark without images and code); what it makes is washed once more
by a list of permitted tags, so that a fault in either is no hole in the page.
"""

import re
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h3"}
SCHEMES = {"http", "https", "mailto"}
LONGEST = 20_000
"""Characters that are read; forms take fewer, and imports might not."""
_parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).disable(
    ["code", "fence", "backticks", "html_block", "html_inline", "entity"]
)


@lru_cache(maxsize=512)
def html(text: str) -> SafeString:
    """For a page: paragraphs, emphasis, lists, quotations, headings of one level, links that give nothing away."""
    made = _parser.renderer.render(_tamed(_parser.parse(text[:LONGEST])), _parser.options, {})
    washed = nh3.clean(
        made,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="nofollow noopener",
        clean_content_tags={"script", "style"},
    )
    return mark_safe(washed)  # noqa: S308  (washed by nh3)


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """For feeds and the first lines of a search engine: words only, an empty line between paragraphs."""
    blocks: list[str] = []
    bullets: list[str] = []
    for token in _parser.parse(text[:LONGEST]):
        if token.type == "list_item_open":
            bullets.append("– ")
        elif token.type == "inline":
            blocks.append((bullets.pop() if bullets else "") + _words(token.children or []))
    return re.sub(r"\n\n(?=– )", "\n", "\n\n".join(block for block in blocks if block.strip()))


def _tamed(tokens: list[Token]) -> list[Token]:
    """Every heading is one below those of the page, and of a picture its words stay."""
    for token in tokens:
        for child in token.children or []:
            if child.type == "image":
                child.type, child.tag = "text", ""
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3"
    return tokens


def _words(tokens: list[Token]) -> str:
    """A line of text; an address stands in brackets behind the words that led to it."""
    said: list[str] = []
    links: list[tuple[int, str]] = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            said.append("\n")
        elif token.type == "link_open":
            links.append((len(said), str(token.attrs.get("href", ""))))
        elif token.type == "link_close":
            begun, href = links.pop()
            words = "".join(said[begun:])
            address = href.removeprefix("mailto:")
            said += [f" ({address})"] if _is_public(href) and address != words else []
        else:
            said.append(token.content)
    return "".join(said)


def _is_public(href: str) -> bool:
    return href.partition(":")[0].lower() in SCHEMES
