"""Verbs of search: say that something has changed, write its documents anew, and look for people with the record of it.

A change is written down in the transaction that makes it, and its documents are written after the commit. Whoever is
killed between the two leaves the line, and the next change or the nightly `flask search refresh` works it off.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select, text, true
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Refused
from app.search import people, rules
from app.search.pinyin import initials_of, pinyin_of
from app.search.registry import EVERYTHING, Document, sources
from app.uow import after_commit, atomic, reading
from models import SearchChange, SearchDocument, SearchToken, SearchWord, Staff, db

log = logging.getLogger("zerotrip")

AT_ONCE = 60  # keys whose documents are written in one transaction
LONGEST_BODY = 20_000
_LOCK = 8_018_001  # of PostgreSQL: one writer of the index at a time, as SQLite has it anyway


def changed(kind: str, *keys: str) -> None:
    """Say, inside the transaction that changes them, that these documents are to be written anew after the commit."""
    if keys:
        now = clock.now()
        db.session.execute(insert(SearchChange), [{"kind": kind, "key": key[:80], "at": now} for key in sorted(keys)])
        after_commit(work_off_quietly)


def work_off_quietly() -> None:
    """Write anew what has changed; what goes wrong is logged and left for the night, for the change itself is done."""
    try:
        while work_off():
            pass
    except (SQLAlchemyError, Refused):
        log.exception("the search index could not be written; flask search refresh does it")


@atomic
def work_off() -> int:
    """Write the documents of the oldest changes anew; how many changes that were."""
    _alone()
    waiting = db.session.execute(
        select(SearchChange.id, SearchChange.kind, SearchChange.key).order_by(SearchChange.id).limit(AT_ONCE)
    ).all()
    keys: dict[str, set[str]] = {}
    for row in waiting:
        keys.setdefault(row.kind, set()).add(row.key)
    for kind, those in keys.items():
        source, chosen = sources().get(kind), None if EVERYTHING in those else those
        _write(kind, list(source.documents(chosen)) if source else [], chosen)
    if waiting:
        db.session.execute(delete(SearchChange).where(SearchChange.id.in_([row.id for row in waiting])))
    return len(waiting)


def refresh(kinds: Collection[str] | None = None) -> dict[str, int]:
    """Hold every document against its source and write what differs; returns how many were written, by kind."""
    work_off_quietly()
    done = {}
    for kind, source in sources().items():
        if kinds is None or kind in kinds:
            by_key: dict[str, list[Document]] = {}
            for document in source.documents(None):
                by_key.setdefault(document.key, []).append(document)
            done[kind] = _drop_others(kind, by_key.keys())
            keys = list(by_key)
            for start in range(0, len(keys), AT_ONCE):
                some = keys[start : start + AT_ONCE]
                done[kind] += _write_some(kind, [document for key in some for document in by_key[key]])
    return done


def find_people(asked: rules.Asked, *, by: Actor) -> list[Staff]:
    """Employees in the person's reach who are called so. That they were found is written down, for each of them."""
    found = people.called(asked, by)
    if found:
        with reading():
            audit.read(
                "staff:search", by=by, kind="search", record_id="people", subjects=[one.id for one in found],
                note=asked.text,
            )  # fmt: skip
    return found


@atomic
def _write_some(kind: str, documents: list[Document]) -> int:
    _alone()
    return _write(kind, documents, {document.key for document in documents})


@atomic
def _drop_others(kind: str, keys: Collection[str]) -> int:
    """Drop the documents of a kind whose source does not know them any more."""
    _alone()
    known = db.session.execute(select(SearchDocument.id, SearchDocument.key).where(SearchDocument.kind == kind)).all()
    gone = [row.id for row in known if row.key not in keys]
    _drop(gone)
    return len(gone)


def _alone() -> None:
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def _write(kind: str, documents: Iterable[Document], keys: Collection[str] | None) -> int:
    """Put these documents in place of what is held of the keys, or of the kind; how many differed."""
    told = {(document.key, document.language): document for document in documents}
    held = {
        (row.key, row.language): row
        for row in db.session.execute(
            select(SearchDocument.id, SearchDocument.key, SearchDocument.language, SearchDocument.digest).where(
                SearchDocument.kind == kind, true() if keys is None else SearchDocument.key.in_(keys)
            )
        )
    }
    digests = {place: _digest(document) for place, document in told.items()}
    stale = [row.id for place, row in held.items() if digests.get(place) != row.digest]
    fresh = [place for place in told if place not in held or held[place].digest != digests[place]]
    _drop(stale)
    if fresh:
        _insert([told[place] for place in fresh], [digests[place] for place in fresh])
    return len(stale) + len([place for place in fresh if place not in held])


def _drop(ids: list[int]) -> None:
    for start in range(0, len(ids), 500):
        db.session.execute(delete(SearchDocument).where(SearchDocument.id.in_(ids[start : start + 500])))


def _insert(documents: list[Document], digests: list[str]) -> None:
    now = clock.now()
    ids = db.session.scalars(
        insert(SearchDocument).returning(SearchDocument.id, sort_by_parameter_order=True),
        [
            {
                "kind": document.kind, "key": document.key, "language": document.language,
                "title": document.title[:300], "initials": initials_of(document.title)[:300],
                "parts": [[part.anchor, part.heading, part.text] for part in document.parts], "link": document.link,
                "reader": document.audience.reader, "permission": document.audience.permission,
                "unit_id": document.audience.unit_id, "staff_id": document.audience.staff_id, "digest": digest,
                "indexed_at": now,
            }
            for document, digest in zip(documents, digests, strict=True)
        ],
    ).all()  # fmt: skip
    rows: list[dict[str, Any]] = []
    for document_id, document in zip(ids, documents, strict=True):
        weights = rules.weigh(document.title, _body(document))
        rows += [{"token": token, "document_id": document_id, "weight": at} for token, at in weights.items()]
    if rows:
        _know({row["token"] for row in rows})
        db.session.execute(insert(SearchToken), rows)


def _know(words: set[str]) -> None:
    """Remember words with their pinyin."""
    listed = sorted(words)
    known: set[str] = set()
    for start in range(0, len(listed), 500):
        some = listed[start : start + 500]
        known.update(db.session.scalars(select(SearchWord.word).where(SearchWord.word.in_(some))))
    new = [
        {"word": word, "pinyin": pinyin_of(word)[:24] if rules.is_han(word) else ""}
        for word in listed
        if word not in known
    ]
    if new:
        db.session.execute(insert(SearchWord), new)


def _body(document: Document) -> str:
    return "\n".join(f"{part.heading}\n{part.text}" for part in document.parts)[:LONGEST_BODY]


def _digest(document: Document) -> str:
    return sha256(repr(document).encode()).hexdigest()
