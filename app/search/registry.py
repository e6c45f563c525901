"""What can be found: each subject registers a source, which tells its documents; nothing here knows any subject.

A subject takes part in three steps:

1. In a module of its own it writes `register(Source(kind, name, documents))`, where `documents(keys)` yields the
   documents of these keys, or all of them for None, in both languages where it has both; it reads and never writes.
2. It adds that module to MODULES below, so that pages, commands and tests know the source.
3. Its verbs call `app.search.service.changed(kind, key, …)` inside their transaction when something that a document
   tells has changed, was published or is gone. The documents are written anew after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module

from app.messages import Message
from models.search import Reader

MODULES = ("app.public.searching", "app.learning.searching", "app.help.searching")
"""Where sources are registered, in the order in which kinds are named on the page."""


EVERYTHING = "*"
"""A key that stands for every document of a kind, where a change of one thing may concern them all."""


@dataclass(frozen=True)
class Audience:
    """Who may find a document. Of a UNIT: who holds the permission with a reach that covers the unit."""

    reader: Reader = Reader.PUBLIC
    permission: str | None = None
    unit_id: int | None = None
    staff_id: int | None = None


PUBLIC = Audience()
LOGGED_IN = Audience(Reader.LOGGED_IN)


def holders_of(permission: str) -> Audience:
    """Whoever holds the permission, wherever it reaches."""
    return Audience(Reader.PERMISSION, permission)


def in_unit(permission: str, unit_id: int) -> Audience:
    """Whoever holds the permission for this unit."""
    return Audience(Reader.UNIT, permission, unit_id=unit_id)


def only_person(staff_id: int) -> Audience:
    """The one person of the roster."""
    return Audience(Reader.PERSON, staff_id=staff_id)


@dataclass(frozen=True)
class Part:
    """A part of a body. The result leads to `link#anchor` of the part that was found: of a heading, or a second."""

    text: str
    heading: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Document:
    """Something that can be found, in one language: `zh` or `en`. `key` names it within its kind, in both languages
    alike; `link` is a path of the product. Plain text everywhere, no markup."""

    kind: str
    key: str
    language: str
    title: str
    body: str | Sequence[Part]
    link: str
    audience: Audience = PUBLIC

    @property
    def parts(self) -> tuple[Part, ...]:
        return (Part(self.body),) if isinstance(self.body, str) else tuple(self.body)


Documents = Callable[[Collection[str] | None], Iterable[Document]]


@dataclass(frozen=True)
class Source:
    """A kind of documents with its name in the plural, and who tells them."""

    kind: str
    name: Message
    documents: Documents


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Make a kind of documents known. Raises ValueError for a kind that another module has registered."""
    known = _sources.setdefault(source.kind, source)
    if known is not source:
        raise ValueError(f"documents of the kind {source.kind!r} are registered twice")
    return source


def sources() -> dict[str, Source]:
    """Every source by its kind, in order."""
    for module in MODULES:
        import_module(module)
    return _sources
