"""Applications: who they are for, what was answered, what happened to them and who decided."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Base, Fen, Id, Key, Revised, one_of
from models.items import ItemVersion, ServiceItem
from models.staff import Staff
from models.units import Unit

TOLD_KINDS = (
    "submitted", "resubmitted", "returned", "approved", "rejected", "paid", "recalled", "recall_refused", "urged",
    "opinion_asked", "opinion_given", "copied", "transferred", "drawn", "reminded", "overdue", "escalated",
)  # fmt: skip
"""The events of an application that somebody is told of."""
_UNTOLD = text("told_at IS NULL AND kind IN ({})".format(", ".join(f"'{kind}'" for kind in TOLD_KINDS)))


class ApplicationState(StrEnum):
    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    AT_FINANCE = "AT_FINANCE"
    PAID = "PAID"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class Outcome(StrEnum):
    APPROVED = "APPROVED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"


class Application(Revised, Base):
    """One application. Only app/workflow moves its state; the constraints refuse a state that its dates deny."""

    __tablename__ = "applications"
    __table_args__ = (
        one_of("state", ApplicationState),
        CheckConstraint(
            "state = 'DRAFT' OR state = 'WITHDRAWN' OR submitted_at IS NOT NULL", name="filed_has_a_moment"
        ),
        CheckConstraint(
            "(state IN ('IN_REVIEW', 'RETURNED')) = (step_position IS NOT NULL)", name="step_while_in_review"
        ),
        CheckConstraint("(state = 'IN_REVIEW') = (step_permission IS NOT NULL)", name="somebody_is_asked_in_review"),
        CheckConstraint("claimed_by_id IS NULL OR state = 'IN_REVIEW'", name="claimed_only_in_review"),
        CheckConstraint("(claimed_by_id IS NULL) = (claimed_at IS NULL)", name="claim_has_a_moment"),
        CheckConstraint(
            "(state IN ('APPROVED', 'AT_FINANCE', 'PAID', 'REJECTED')) = (decided_at IS NOT NULL)",
            name="decided_has_a_moment",
        ),
        CheckConstraint("(state = 'PAID') = (paid_at IS NOT NULL)", name="paid_has_a_moment"),
        CheckConstraint("submitted_at IS NULL OR submitted_at >= created_at", name="filed_after_begun"),
        CheckConstraint("decided_at IS NULL OR decided_at >= submitted_at", name="decided_after_filed"),
        CheckConstraint("paid_at IS NULL OR paid_at >= decided_at", name="paid_after_decided"),
        Index("ix_applications_queue", "state", "step_permission", "due_on", "id"),
        Index("ix_applications_unit_id_state", "unit_id", "state", "id"),
        Index("ix_applications_created_by_id_state", "created_by_id", "state"),
        Index("ix_applications_claimed_by_id", "claimed_by_id"),
        Index("ix_applications_item_id", "item_id"),
        Index("ix_applications_state_id", "state", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("service_items.id", ondelete="RESTRICT"))
    item_version_id: Mapped[int] = mapped_column(Key, ForeignKey("item_versions.id", ondelete="RESTRICT"), index=True)
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("units.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(200))  # the employee's name, or how many there are
    state: Mapped[str] = mapped_column(String(12), default=ApplicationState.DRAFT)
    round: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # counts submissions
    step_position: Mapped[int | None] = mapped_column(Integer)  # where it waits, or where a returned one goes back to
    step_permission: Mapped[str | None] = mapped_column(String(60))
    step_entered_at: Mapped[datetime | None]
    due_on: Mapped[date | None]  # orders the queue; what is shown is summed from the events
    claimed_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    claimed_at: Mapped[datetime | None]
    created_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    item: Mapped[ServiceItem] = relationship()
    version: Mapped[ItemVersion] = relationship()
    unit: Mapped[Unit] = relationship()
    created_by: Mapped[Account] = relationship(foreign_keys=[created_by_id])
    submitted_by: Mapped[Account | None] = relationship(foreign_keys=[submitted_by_id])
    claimed_by: Mapped[Account | None] = relationship(foreign_keys=[claimed_by_id])
    employees: Mapped[list[ApplicationEmployee]] = relationship(
        back_populates="application", order_by="ApplicationEmployee.id", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.number


class ApplicationEmployee(Base):
    """One person an application is for, with the pay change as it was calculated when it was filed."""

    __tablename__ = "application_employees"
    __table_args__ = (
        UniqueConstraint("application_id", "staff_id"),
        Index("ix_application_employees_staff_id", "staff_id"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("staff.id", ondelete="RESTRICT"))
    effective_month: Mapped[date | None]
    before_fen: Mapped[int | None] = mapped_column(Fen)
    after_fen: Mapped[int | None] = mapped_column(Fen)
    back_pay_fen: Mapped[int | None] = mapped_column(Fen)
    change: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # the explained pay change

    application: Mapped[Application] = relationship(back_populates="employees")
    staff: Mapped[Staff] = relationship()


class Answer(Base):
    """One answer of an application, under the key of the version's field."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("application_id", "key"),)

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    key: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON)
    prefilled: Mapped[bool] = mapped_column(default=False, server_default="0")
    changed_at: Mapped[datetime]


class ApplicationEvent(Base):
    """A change of state or step. Time limits are summed from these.

    What people are told of is taken from here too: a decision writes no second row for it (app/notify/taking_up.py).
    """

    __tablename__ = "application_events"
    __table_args__ = (
        Index("ix_application_events_application_id", "application_id", "id"),
        Index("ix_application_events_untold", "id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(30))  # started, submitted, claimed, released, approved, returned, …
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(12))  # after the event
    step_position: Mapped[int | None] = mapped_column(Integer)
    round: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    for_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))  # by delegation
    told_at: Mapped[datetime | None]  # when people were told, for the kinds that anybody is told of

    by: Mapped[Account | None] = relationship(foreign_keys=[by_id])
    stood_for: Mapped[Account | None] = relationship(foreign_keys=[for_id])


class Decision(Base):
    """What a person decided at a step. Each seat of a step and round is taken once: the unique key is the guard.

    A step with one decider has one seat. Nobody takes two seats.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("application_id", "round", "step_position", "seat"),
        UniqueConstraint("application_id", "round", "step_position", "decided_by_id"),
        CheckConstraint("for_id IS NULL OR for_id <> decided_by_id", name="stands_for_another"),
        Index("ix_decisions_for_id_application_id", "for_id", "application_id"),
        Index("ix_decisions_decided_by_id_application_id", "decided_by_id", "application_id"),
        one_of("outcome", Outcome),
        CheckConstraint("outcome = 'APPROVED' OR length(note) > 0", name="refusal_has_a_reason"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(Key, ForeignKey("applications.id", ondelete="RESTRICT"))
    round: Mapped[int] = mapped_column(Integer)
    step_position: Mapped[int] = mapped_column(Integer)
    step_key: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    decided_by_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime]
    seat: Mapped[int] = mapped_column(Integer, default=1, server_default="1")  # counts the deciders of step and round
    for_id: Mapped[int | None] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))  # by delegation

    decided_by: Mapped[Account] = relationship(foreign_keys=[decided_by_id])
    stood_for: Mapped[Account | None] = relationship(foreign_keys=[for_id])
    marks: Mapped[list[ReturnMark]] = relationship(back_populates="decision", order_by="ReturnMark.id")


class ReturnMark(Base):
    """What a returned application opens: one answer or one material, with the reason."""

    __tablename__ = "return_marks"
    __table_args__ = (
        UniqueConstraint("decision_id", "kind", "key"),
        one_of("kind", ("ANSWER", "MATERIAL")),
    )

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(Key, ForeignKey("decisions.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500))

    decision: Mapped[Decision] = relationship(back_populates="marks")


class IdempotencyKey(Base):
    """A request that may be sent twice: the same key and body get the first result, another body is refused."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(Key, ForeignKey("accounts.id", ondelete="RESTRICT"))
    key: Mapped[str] = mapped_column(String(80))
    verb: Mapped[str] = mapped_column(String(60))
    body_hash: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)


class NumberSeries(Base):
    """The last number given out in a series, for example the applications of a year."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
