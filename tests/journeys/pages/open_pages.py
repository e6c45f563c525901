"""Examples of what is open to all or speaks to everybody: the guide in both languages, help, texts of messages."""

from __future__ import annotations

from collections.abc import Iterator

from app.help.tours import topics
from app.notify.events import EVENTS
from tests.journeys.pages.asking import Asking, Examples

ITEM = "NCGZ-01"
DATA = "data for a machine"
NOT_PAGES = {
    "guide.items_as_json": DATA,
    "guide.item_as_json": DATA,
    "guide.item_as_linked_data": DATA,
    "guide.schema": DATA,
    "guide.sitemap": DATA,
    "guide.robots": DATA,
    "guide.blank_form": "a file to save",
}


def alone(asking: Asking) -> Iterator[str]:
    """The guide says the same to everybody, so nobody in particular looks at it."""
    if asking.actor is None:
        yield asking.address(language="zh")


def of_an_item(asking: Asking) -> Iterator[str]:
    """The pages of one item."""
    if asking.actor is None:
        yield asking.address(language="zh", code=ITEM)


def of_a_material(asking: Asking) -> Iterator[str]:
    """The sample of one material."""
    if asking.actor is None:
        yield asking.address(language="zh", code=ITEM, material="M03")


def searched(asking: Asking) -> Iterator[str]:
    """What is found of two characters, and what of nothing."""
    if asking.actor is None:
        yield asking.address(language="zh", q="薪级")
        yield asking.address(language="zh", q="薪级薪级薪级")


def helped(asking: Asking) -> Iterator[str]:
    """The help for one page."""
    yield asking.address(code=next(iter(topics())))


def texts(asking: Asking) -> Iterator[str]:
    """What one event says."""
    yield asking.address(code=next(iter(EVENTS)))


EXAMPLES: dict[str, Examples] = {
    "guide.index": alone,
    "guide.policy": alone,
    "guide.real_figures": alone,
    "public.progress": alone,
    "guide.search": searched,
    "guide.item": of_an_item,
    "guide.needed": of_an_item,
    "guide.sample": of_a_material,
    "portal.help_for": helped,
    "message_templates.one": texts,
}
