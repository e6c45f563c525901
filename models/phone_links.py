"""Links by which an upload begun at the desk goes on at a phone, and what came through each of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.applications import Application
from models.base import Base, Id, Key, one_of

_STANDS = text("closed_at IS NULL")


class PhoneLink(Base):
    """A link for one application, opened once by one device. Of the token and of the device only hashes are kept."""

    __tablename__ = "phone_links"
    __table_args__ = (
        one_of("close_reason", ("done", "desk", "replaced"), optional=True),
        CheckConstraint("(opened_at IS NULL) = (device_hash IS NULL)", name="opened_by_a_device"),
        CheckConstraint("(opened_at IS NULL) = (usable_until IS NULL)", name="opened_for_a_time"),
        CheckConstraint("(closed_at IS NULL) = (close_reason IS NULL)", name="closed_for_a_reason"),
        CheckConstraint("expires_at > made_at", name="expires_later"),
        Index(
            "uq_phone_links_one_stands", "application_id", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index("ix_phone_links_application_id", "application_id"),
        Index("ix_phone_links_made_by_id", "made_by_id"),
    )  # fmt: skip

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    material_code: Mapped[str | None] = mapped_column(String(20))  # None: every material of the application
    made_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # until when it may be opened
    locale: Mapped[str | None] = mapped_column(String(12))  # the language of the page it was made on
    opened_at: Mapped[datetime | None]
    usable_until: Mapped[datetime | None]
    device_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(60), default="", server_default="")
    user_agent: Mapped[str] = mapped_column(String(200), default="", server_default="")
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str | None] = mapped_column(String(10))

    application: Mapped[Application] = relationship()
    made_by: Mapped[Account] = relationship()


class PhoneUpload(Base):
    """A file that came through a link."""

    __tablename__ = "phone_uploads"
    __table_args__ = (Index("ix_phone_uploads_link_id", "link_id"),)

    upload_id: Mapped[int] = mapped_column(
        Key, ForeignKey("uploads.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    link_id: Mapped[int] = mapped_column(Key, ForeignKey("phone_links.id", ondelete="RESTRICT"))
