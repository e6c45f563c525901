"""Stored files, the uploads that point to them, and what the checks found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.applications import Application
from models.base import Base, Id, Key, Revised, one_of


class StoredFile(Base):
    """A file in the store, known by the hash of its content; the same file uploaded twice is stored once."""

    __tablename__ = "stored_files"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(60))
    pages: Mapped[int] = mapped_column(Integer)
    fingerprint: Mapped[str | None] = mapped_column(String(16))  # perceptual, 64 bits in hex
    stored_at: Mapped[datetime]


class Upload(Revised, Base):
    """One file offered for one material of one application. It counts as filed once a submission has claimed it."""

    __tablename__ = "uploads"
    __table_args__ = (
        Index("ix_uploads_application_id", "application_id", "material_code", "position"),
        Index("ix_uploads_sha256", "sha256"),
        CheckConstraint("removed_at IS NULL OR claimed_at IS NULL OR removed_at >= claimed_at", name="removed_last"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    material_code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("stored_files.sha256", ondelete="RESTRICT"))
    filename: Mapped[str] = mapped_column(String(200))  # a label only
    accepted: Mapped[bool]
    checker_version: Mapped[str] = mapped_column(String(20))
    uploaded_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    uploaded_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_round: Mapped[int | None] = mapped_column(Integer)
    removed_at: Mapped[datetime | None]
    sheets: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # app.materials.sheets

    application: Mapped[Application] = relationship()
    file: Mapped[StoredFile] = relationship()
    uploaded_by: Mapped[Account] = relationship()
    checks: Mapped[list[MaterialCheck]] = relationship(
        back_populates="upload", order_by="MaterialCheck.id", passive_deletes="all"
    )


class MaterialCheck(Revised, Base):
    """One finding on one upload, and a person's override of it with the reason."""

    __tablename__ = "material_checks"
    __table_args__ = (
        UniqueConstraint("upload_id", "code", "page"),
        one_of("severity", ("blocking", "warning")),
        CheckConstraint("(overridden_at IS NULL) = (overridden_by_id IS NULL)", name="override_has_a_person"),
        CheckConstraint("overridden_at IS NULL OR length(override_reason) > 0", name="override_has_a_reason"),
        Index("ix_material_checks_code_id", "code", "id"),
    )

    id: Mapped[Id]
    upload_id: Mapped[int] = mapped_column(Key, ForeignKey("uploads.id", ondelete="RESTRICT"))
    code: Mapped[str] = mapped_column(String(30))
    severity: Mapped[str] = mapped_column(String(10))
    page: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # 0: the whole file
    message: Mapped[dict[str, Any]]  # a Message
    remedy: Mapped[dict[str, Any]]  # a Message
    measures: Mapped[dict[str, Any]]
    checked_at: Mapped[datetime]
    overridden_at: Mapped[datetime | None]
    overridden_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    override_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")

    upload: Mapped[Upload] = relationship(back_populates="checks")
    overridden_by: Mapped[Account | None] = relationship()
