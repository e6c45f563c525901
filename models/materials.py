"""Stored files, the uploads that point to them, and what the checks found."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    event,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.applications import Application
from models.base import Base, Id, Key, Revised, one_of

if TYPE_CHECKING:
    from models.readings import MaterialReading


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
    reading: Mapped[MaterialReading | None] = relationship(back_populates="upload", passive_deletes="all")


class MaterialCheck(Revised, Base):
    """One finding on one upload, and a person's override of it with the reason.

    It knows where it was found (application, unit, item, material) by itself, and so outlives an upload that nobody
    filed and that was tidied away: what fails most would otherwise be forgotten first.
    """

    __tablename__ = "material_checks"
    __table_args__ = (
        UniqueConstraint("upload_id", "code", "page"),
        one_of("severity", ("blocking", "warning")),
        CheckConstraint("(overridden_at IS NULL) = (overridden_by_id IS NULL)", name="override_has_a_person"),
        CheckConstraint("overridden_at IS NULL OR length(override_reason) > 0", name="override_has_a_reason"),
        Index("ix_material_checks_code_id", "code", "id"),
        Index("ix_material_checks_item_id", "item_id", "id"),
        Index("ix_material_checks_unit_id", "unit_id", "id"),
        Index("ix_material_checks_application_id", "application_id"),
        # all that the figures are counted from, so that they are read from the index alone
        Index(
            "ix_material_checks_figures",
            "checked_at",
            "code",
            "item_id",
            "material_code",
            "unit_id",
            "severity",
            "overridden_at",
        ),
    )

    id: Mapped[Id]
    upload_id: Mapped[int | None] = mapped_column(Key, ForeignKey("uploads.id", ondelete="RESTRICT"))
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("service_items.id", ondelete="RESTRICT"))
    material_code: Mapped[str] = mapped_column(String(20))
    checker_version: Mapped[str] = mapped_column(String(20))  # which version of the checks found it
    afterwards: Mapped[bool] = mapped_column(default=False, server_default="0")  # on what was accepted already: a note
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

    upload: Mapped[Upload | None] = relationship(back_populates="checks")
    application: Mapped[Application] = relationship()
    overridden_by: Mapped[Account | None] = relationship()


@event.listens_for(MaterialCheck, "before_insert")
def _know_its_place(_mapper: Any, connection: Connection, check: MaterialCheck) -> None:
    """What was not said of where a finding was made is read from its upload."""
    if check.application_id is not None and check.checker_version is not None:
        return
    told = connection.execute(
        select(
            Upload.application_id, Upload.material_code, Upload.checker_version, Application.unit_id,
            Application.item_id,
        )
        .join(Application, Application.id == Upload.application_id)
        .where(Upload.id == check.upload_id)
    ).one()  # fmt: skip
    for name, value in told._mapping.items():
        if getattr(check, name) is None:
            setattr(check, name, value)
