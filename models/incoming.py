"""Files on their way: what was announced, how much of it has come, and what it became."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class IncomingFile(Base):
    """A file that arrives piece by piece under a key that nobody can guess; once whole it becomes an upload."""

    __tablename__ = "incoming_files"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("received >= 0 AND received <= size", name="no_more_than_announced"),
        CheckConstraint("finished_at IS NULL OR received = size", name="finished_whole"),
        CheckConstraint("upload_id IS NULL OR finished_at IS NOT NULL", name="upload_once_finished"),
        Index("ix_incoming_files_account_id", "account_id", "finished_at"),
        Index("ix_incoming_files_application_id", "application_id"),
        Index("ix_incoming_files_upload_id", "upload_id"),
        Index("ix_incoming_files_touched_at", "touched_at"),
    )

    key: Mapped[str] = mapped_column(String(43), primary_key=True)
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    material_code: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    phone_link_id: Mapped[int | None] = mapped_column(Key)  # the one-time link through which it comes, if one
    filename: Mapped[str] = mapped_column(String(200))  # a label only
    declared_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    upload_id: Mapped[int | None] = mapped_column(Key, ForeignKey("uploads.id", ondelete="SET NULL"))
