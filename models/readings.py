"""What was read on the pages of an upload, and a person's correction of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Id, Key, Revised
from models.materials import Upload


class MaterialReading(Revised, Base):
    """One reading of one upload, made in the queue, and what a person said instead where it erred.

    Identity numbers stand in it masked; beside them encrypted for who may see them, and as the index by which they are
    compared. What was found stays as it was found; a correction stands in it under its own name.
    """

    __tablename__ = "material_readings"
    __table_args__ = (
        UniqueConstraint("upload_id"),
        CheckConstraint("(corrected_at IS NULL) = (corrected_by_id IS NULL)", name="correction_has_a_person"),
    )

    id: Mapped[Id]
    upload_id: Mapped[int] = mapped_column(Key, ForeignKey("uploads.id", ondelete="CASCADE"))
    reader_version: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str | None] = mapped_column(String(20))  # as found or as corrected; none where nothing tells
    name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    found: Mapped[dict[str, Any]]  # all that was found, with confidence and place; and what a person corrected
    failure: Mapped[str] = mapped_column(String(20), default="", server_default="")  # how the reader broke off
    read_at: Mapped[datetime]
    corrected_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    corrected_at: Mapped[datetime | None]

    upload: Mapped[Upload] = relationship(back_populates="reading")
    corrected_by: Mapped[Account | None] = relationship()
