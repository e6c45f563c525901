"""Lists as people keep them: a search with its filters and order, under a name of their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Key


class SavedFilter(Base):
    """What one person keeps for one list. At most one of them opens with the list."""

    __tablename__ = "saved_filters"
    __table_args__ = (
        UniqueConstraint("account_id", "endpoint", "name"),
        Index(
            "uq_saved_filters_opens_first", "account_id", "endpoint", unique=True,
            sqlite_where=text("opens_first"), postgresql_where=text("opens_first"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    endpoint: Mapped[str] = mapped_column(String(40))  # the list, by the name that addresses are made of
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(1000))  # as in the address, in one order
    opens_first: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    def __str__(self) -> str:
        return self.name
