"""What can be searched: documents with who may see them, their tokens, all words, and what has changed since."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Key, one_of

LONGEST_TOKEN = 24


class Reader(StrEnum):
    """Who may see a document: anybody, whoever is logged in, holders of a permission, in a unit, or one person."""

    PUBLIC = "PUBLIC"
    LOGGED_IN = "LOGGED_IN"
    PERMISSION = "PERMISSION"
    UNIT = "UNIT"
    PERSON = "PERSON"


class SearchDocument(Base):
    """Something that can be found, in one language. It is written anew from its source whenever that has changed."""

    __tablename__ = "search_documents"
    __table_args__ = (
        UniqueConstraint("kind", "key", "language"),
        one_of("language", ("zh", "en")),
        one_of("reader", Reader),
        CheckConstraint("(reader IN ('PERMISSION', 'UNIT')) = (permission IS NOT NULL)", name="permission_named"),
        CheckConstraint("(reader = 'UNIT') = (unit_id IS NOT NULL)", name="unit_named"),
        CheckConstraint("(reader = 'PERSON') = (staff_id IS NOT NULL)", name="person_named"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(300))
    initials: Mapped[str] = mapped_column(String(300))  # pinyin initials of the title
    parts: Mapped[list[Any]]  # [anchor, heading, text] of each part of the body, in order
    link: Mapped[str] = mapped_column(String(300))
    reader: Mapped[str] = mapped_column(String(12))
    permission: Mapped[str | None] = mapped_column(String(60))
    unit_id: Mapped[int | None] = mapped_column(Key, ForeignKey("units.id", ondelete="CASCADE"))
    staff_id: Mapped[int | None] = mapped_column(Key, ForeignKey("staff.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    indexed_at: Mapped[datetime]


class SearchToken(Base):
    """That a document holds a token: a Chinese character, two neighbouring ones, or a word in letters and figures."""

    __tablename__ = "search_tokens"
    __table_args__: Any = (Index("ix_search_tokens_document_id", "document_id"), {"sqlite_with_rowid": False})

    token: Mapped[str] = mapped_column(String(LONGEST_TOKEN), primary_key=True)
    document_id: Mapped[int] = mapped_column(
        Key, ForeignKey("search_documents.id", ondelete="CASCADE"), primary_key=True
    )
    weight: Mapped[int] = mapped_column(SmallInteger)


class SearchWord(Base):
    """A token that some document holds or has held, with its pinyin: what is typed in letters is looked up here."""

    __tablename__ = "search_words"
    __table_args__: Any = (Index("ix_search_words_pinyin", "pinyin"), {"sqlite_with_rowid": False})

    word: Mapped[str] = mapped_column(String(LONGEST_TOKEN), primary_key=True)
    pinyin: Mapped[str] = mapped_column(String(LONGEST_TOKEN))  # of Chinese; empty for words in letters


class SearchChange(Base):
    """That a source has changed and its documents are not written anew yet."""

    __tablename__ = "search_changes"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
