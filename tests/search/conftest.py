"""An index to search in, with a kind of documents that only tests tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pytest
from flask import Flask

from app.messages import Message
from app.search import registry, service
from app.search.registry import Document, Source
from app.search.rules import read
from app.search.snippets import Found

NOTES: dict[str, list[Document]] = {}


def _told(keys: Collection[str] | None) -> Iterator[Document]:
    for key, documents in NOTES.items():
        if keys is None or key in keys:
            yield from documents


@pytest.fixture
def notes(app: Flask) -> Iterator[dict[str, list[Document]]]:
    """Documents of the kind `note`, told by whoever fills this."""
    registry.sources()
    registry._sources["note"] = Source("note", Message("Notes"), _told)
    NOTES.clear()
    yield NOTES
    del registry._sources["note"]


@pytest.fixture
def guide_index(app: Flask) -> Flask:
    """The index of everything that the 26 items and the policies tell."""
    service.refresh()
    return app


def plain(pieces: tuple[tuple[str, bool], ...]) -> str:
    """Pieces with the marked ones in brackets."""
    return "".join(f"[{text}]" if marked else text for text, marked in pieces)


def titles(found: tuple[Found, ...]) -> list[str]:
    return [one.key for one in found]


__all__ = ["plain", "read", "titles"]
