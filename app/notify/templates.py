"""What events say: the shipped sentences, and the versions that the back office has written over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound
from app.messages import Message
from app.notify.events import EVENTS
from app.notify.rules import Text, fill, on_one_line, places_in, shortened, stray_braces
from app.reports.voices import CHINESE, ENGLISH, voice_of
from app.uow import atomic
from models import MessageTemplate, db

_FILE = Path(__file__).parent / "data" / "templates.yaml"
LANGUAGES = (CHINESE, ENGLISH)
LONGEST = {"title": 100, "body": 1000, "short": 200}
PARTS = tuple(f"{part}_{language}" for language in LANGUAGES for part in LONGEST)


@dataclass(frozen=True)
class Edition:
    """The sentences of an event in both languages; version 0 is what was shipped."""

    event: str
    version: int
    texts: Mapping[str, Text]


@lru_cache(maxsize=1)
def shipped() -> dict[str, Edition]:
    """The sentences as the product brings them along."""
    kept = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        event: Edition(event, 0, {language: Text(**texts[language]) for language in LANGUAGES})
        for event, texts in kept.items()
    }


def in_force(events: Iterable[str]) -> dict[str, Edition]:
    """The edition of each event that holds today; one statement."""
    wanted = set(events)
    newest = (
        select(MessageTemplate.event, func.max(MessageTemplate.version).label("version"))
        .where(MessageTemplate.event.in_(wanted))
        .group_by(MessageTemplate.event)
        .subquery()
    )
    rows = db.session.scalars(
        select(MessageTemplate).join(
            newest, (newest.c.event == MessageTemplate.event) & (newest.c.version == MessageTemplate.version)
        )
    )
    return {event: shipped()[event] for event in wanted} | {row.event: edition_of(row) for row in rows}


def edition_of(row: MessageTemplate) -> Edition:
    texts = {
        language: Text(*(getattr(row, f"{part}_{language}") for part in ("title", "body", "short")))
        for language in LANGUAGES
    }
    return Edition(row.event, row.version, texts)


def said(edition: Edition, facts: Mapping[str, Any], language: str) -> Text:
    """The sentences of an event with its facts, in one language. Titles and short forms stay on one line."""
    voice = voice_of(language)
    plain = {name: voice.text(value) for name, value in Message.from_json({"m": "", "p": facts}).params.items()}
    texts = edition.texts[language]
    return Text(
        shortened(on_one_line(fill(texts.title, plain)), 200),
        fill(texts.body, plain).strip(),
        shortened(on_one_line(fill(texts.short, plain)), 300),
    )


@atomic
def write_template(event: str, texts: Mapping[str, str], *, by: Actor, after: int, note: str = "") -> int:
    """Write the next version of what an event says; it holds from now on. `after` is the version that was on the page.

    Raises NotAllowed, NotFound, Invalid naming each sentence, and Conflict if somebody else has written one meanwhile.
    """
    require(by, "message:edit")
    if event not in EVENTS:
        raise NotFound
    kept = {part: texts.get(part, "").strip() for part in PARTS}
    problems = {part: problem for part in PARTS if (problem := _problem(event, part, kept[part]))}
    if problems:
        raise Invalid(fields=problems)
    if in_force([event])[event].version != after:
        raise _overtaken()
    try:
        db.session.execute(
            insert(MessageTemplate).values(
                event=event, version=after + 1, note=note.strip()[:200], made_at=clock.now(),
                made_by_id=by.account_id, **kept,
            )
        )  # fmt: skip
    except IntegrityError as taken:  # the unique key decides between two who write at once
        raise _overtaken() from taken
    audit.record("message_template:write", by=by, kind="message_template", record_id=event, note=note,
                 after={"version": after + 1, **kept})  # fmt: skip
    return after + 1


def _overtaken() -> Conflict:
    return Conflict(
        Message("Somebody else has written a newer version of these sentences."),
        remedy=Message("Open them again, look at the newer version and write yours over it."),
    )


def _problem(event: str, part: str, text: str) -> Message | None:
    """What is wrong with a sentence, or nothing."""
    longest = LONGEST[part.partition("_")[0]]
    if not text:
        return Message("This sentence is missing.")
    if len(text) > longest:
        return Message("This sentence is longer than %(longest)s characters.", longest=longest)
    if not part.startswith("body") and "\n" in text:
        return Message("This sentence stands on one line.")
    unknown = sorted(places_in(text) - EVENTS[event].facts.keys())
    if unknown:
        return Message(
            "{%(name)s} is no fact of this event. Known are: %(known)s.", name=unknown[0],
            known=", ".join(f"{{{name}}}" for name in EVENTS[event].facts),
        )  # fmt: skip
    if stray_braces(text):
        first = next(iter(EVENTS[event].facts))
        return Message("A brace stands alone. Names stand in braces, like {%(name)s}.", name=first)
    if EVENTS[event].secret and part.startswith("title") and places_in(text):
        return Message("The title of a secret message names no facts: it is seen before the message is opened.")
    return None
