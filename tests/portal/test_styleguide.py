"""The style guide shows every component, and what it says of colours holds."""

from __future__ import annotations

import re

from flask import Flask

from app.config import ROOT
from app.web.styleguide import contrasts, tokens

TEMPLATES = ROOT / "app" / "templates"
MACRO = re.compile(r"\{%-? macro (\w+)\(")
TEXT, LINE = 4.5, 3.0  # the least ratios of WCAG 2.2 for text and for what is not text


def macros() -> dict[str, str]:
    """The macros of the components with their bodies, by name."""
    text = re.sub(r"\{#.*?#\}", "", (TEMPLATES / "components.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    heads = list(MACRO.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return {head[1]: text[head.end() : end] for head, end in zip(heads, ends, strict=True)}


def test_every_component_is_shown() -> None:
    known = macros()
    shown = set(re.findall(r"ui\.(\w+)\(", (TEMPLATES / "styleguide.html").read_text(encoding="utf-8")))
    wider: set[str] = set()
    while shown != wider:  # what a shown component is made of is shown with it
        wider = set(shown)
        shown |= {name for one in wider & known.keys() for name in known if re.search(rf"\b{name}\(", known[one])}
    assert not known.keys() - shown, "add them to styleguide.html"


def test_every_component_says_what_it_is() -> None:
    text = (TEMPLATES / "components.html").read_text(encoding="utf-8")
    documented = set(re.findall(r"\{#-? (\w+)(?:\(|:)", text))
    bare = {name for name in macros() if not name.startswith("_")} - documented
    assert bare <= {
        "field_error",
        "described_by",
        "item",
        "column_head",
        "definition_list",
        "reason_list",
        "attributes",
    }


def test_the_page_opens_in_development_and_gives_the_tokens(app: Flask) -> None:
    page = app.test_client().get("/styleguide")
    assert page.status_code == 200
    for name in ("--accent", "on-accent", "bad-soft", "lamp-paused"):
        assert name in page.text


def test_colours_can_be_read_in_the_light_and_in_the_dark() -> None:
    faint = [
        one for one in contrasts(*tokens())
        if min(one.light, one.dark) < (LINE if one.front in ("line-strong", "focus") else TEXT)
    ]  # fmt: skip
    assert not faint
