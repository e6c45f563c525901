"""What can be found of help: what is said on single pages, and the reasons for which most is returned."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import sha256

from app.help.queries import asked_most
from app.help.tours import topics
from app.messages import Message, Named
from app.search.registry import LOGGED_IN, Document, Source, register

ANSWER = "answer"
LANGUAGES = ("zh", "en")


def answers(keys: Collection[str] | None) -> Iterator[Document]:
    """Help for pages, and each reason that is returned most; these are counted anew whenever the index is refreshed."""
    for document in (*_of_pages(), *_of_returns()):
        if keys is None or document.key in keys:
            yield document


def _of_pages() -> Iterator[Document]:
    for topic in topics().values():
        for language in LANGUAGES:
            body = "\n".join(_in(line, language) for line in topic.text)
            yield Document(
                ANSWER,
                f"page-{topic.code}",
                language,
                _in(topic.title, language),
                body,
                f"/help/{topic.code}",
                LOGGED_IN,
            )


def _of_returns() -> Iterator[Document]:
    for one in asked_most():
        key = f"return-{sha256(one.text.zh.encode()).hexdigest()[:8]}-{one.item_code}"
        for language in LANGUAGES:
            body = f"{_in(one.item, language)} {one.item_code}" if one.item else ""
            yield Document(ANSWER, key, language, _in(one.text, language), body, "/help#faq", LOGGED_IN)


def _in(text: Named, language: str) -> str:
    return text.zh if language == "zh" else text.en


register(Source(ANSWER, Message("Help and answers"), answers))
