"""What authors write, made into HTML that can do nothing: Markdown without raw HTML, pictures or foreign schemes.

A heading may end with `{#name}`: the place then has that name, and "why?" can lead there. A line of three dashes begins
the next slide.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_ANCHOR = re.compile(r"\s*\{#([a-z0-9-]{1,30})\}\s*$")
_SLIDES = re.compile(r"^\s*---\s*$", re.MULTILINE)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|/(?!/)|#|\?at=\d{1,6}$)", re.IGNORECASE)
PREFIX = "at-"
"""Before the name of a place in the page, so that it meets no other id."""


def shown(text: str) -> Markup:
    """The text as HTML. What is no Markdown stands there as it was typed."""
    return _shown(text)


def slides_of(text: str) -> list[str]:
    """The slides of a text, at least one."""
    return [one for part in _SLIDES.split(text) if (one := part.strip())] or [""]


def anchors_of(text: str) -> list[str]:
    """The names of the places in a text, in order."""
    return [found.group(1) for line in text.splitlines() if line.startswith("#") and (found := _ANCHOR.search(line))]


def anchor_of(line: str) -> str:
    """The name of the place that a heading begins, or nothing."""
    found = _ANCHOR.search(line)
    return found.group(1) if found else ""


def plain(text: str) -> str:
    """The words of a text, for searching."""
    without = re.sub(r"\{#[a-z0-9-]+\}|[#*_`>|]|\]\([^)]*\)|\[", " ", text)
    return " ".join(without.split())


@lru_cache(maxsize=256)
def _shown(text: str) -> Markup:
    writer = _writer()
    tokens = writer.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and inline.type == "inline":
            _name_the_place(opening, inline)
    _lower_headings(tokens)
    return Markup(writer.renderer.render(tokens, writer.options, {}))


def _writer() -> MarkdownIt:
    writer = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable(["image", "autolink"])
    writer.validateLink = lambda url: bool(_SAFE_LINK.match(url.strip()))  # type: ignore[method-assign]
    return writer


def _name_the_place(opening: Token, inline: Token) -> None:
    found = _ANCHOR.search(inline.content)
    if found is None:
        return
    opening.attrSet("id", PREFIX + found.group(1))
    opening.attrSet("tabindex", "-1")
    children = inline.children or []
    if children and children[-1].type == "text":
        children[-1].content = _ANCHOR.sub("", children[-1].content)


def _lower_headings(tokens: list[Token]) -> None:
    """The page has its own h1; what authors write begins below it."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
