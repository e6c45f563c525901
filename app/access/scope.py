"""Scope: which rows a permission opens to a person, as an SQL condition. Policy answers the same for one row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from app.access.actor import Actor, Confined
from models import (
    Account,
    Announcement,
    Answer,
    Application,
    ApplicationEmployee,
    AuditEvent,
    Batch,
    BatchLine,
    BatchWorkbook,
    BudgetDistribution,
    BudgetPayment,
    BudgetPlan,
    BudgetProposal,
    BudgetTotal,
    BudgetWarning,
    BudgetWorkbook,
    CareerEvent,
    Case,
    Delegation,
    Delivery,
    Establishment,
    Examination,
    MaterialCheck,
    PaymentBatch,
    PaymentInstruction,
    PayrollLine,
    PayrollSheet,
    PhoneUpload,
    Proposal,
    ReportedAssessment,
    RoleGrant,
    Staff,
    Unit,
    UnitReach,
    Upload,
    WageRecord,
)
from models.accounts import Reach
from models.applications import ApplicationState

Condition = ColumnElement[bool]


def condition(actor: Actor, permission: str, model: type[Any]) -> Condition:
    """True for the rows of `model` that `permission` opens to the actor. Records of no unit are open to any holder."""
    if len({grant.through for grant in actor.grants}) > 1:
        # each hat for itself, since what one person may see of drafts is not what the other may
        return or_(*(condition(hat, permission, model) for hat, _ in actor.hats))
    reached = _reached(actor, permission, model)
    if actor.within is not None:
        return and_(reached, _inside(actor.within, model))
    if model is Application and hides_drafts(actor, permission):
        return and_(reached, Application.state != ApplicationState.DRAFT)
    if model is Upload and hides_drafts(actor, permission):
        filed = select(Application.id).where(Application.state != ApplicationState.DRAFT)
        judged = select(MaterialCheck.upload_id)  # a finding on a draft may have to be judged by a person
        return and_(reached, or_(Upload.application_id.in_(filed), Upload.id.in_(judged)))
    return reached


def hides_drafts(actor: Actor, permission: str) -> bool:
    """Whether drafts stay out of sight: until it is filed, a draft is seen by those who write it, and by auditors.

    Its files too, but for those with a finding, since who may judge findings must see what was found.
    """
    if permission not in ("application:read", "material:read") or actor.is_system or actor.within is not None:
        return False
    return not (actor.holds("application:start") or actor.holds("audit:read"))


def _inside(confined: Confined, model: type[Any]) -> Condition:
    """What a phone link leaves: its application, and the files that came through it. Of anything else nothing."""
    if model is Application:
        return Application.id == confined.application_id
    if model is Upload:
        sent = select(PhoneUpload.upload_id).where(PhoneUpload.link_id == confined.link_id)
        return and_(Upload.application_id == confined.application_id, Upload.id.in_(sent))
    return false()


def _reached(actor: Actor, permission: str, model: type[Any]) -> Condition:
    grants = actor.grants_for(permission)
    if actor.is_system:
        return true()
    if not grants:
        return false()
    if model not in _PLACES or any(grant.reach == Reach.ALL for grant in grants):
        return true()
    ways: list[Condition] = []
    at_unit = [grant.unit_id for grant in grants if grant.reach == Reach.UNIT]
    below = [grant.unit_id for grant in grants if grant.reach == Reach.SUBTREE]
    if at_unit:
        ways.append(_PLACES[model](lambda unit: unit.in_(at_unit)))
    if below:
        reached = select(UnitReach.unit_id).where(UnitReach.upper_id.in_(below))
        ways.append(_PLACES[model](lambda unit: unit.in_(reached)))
    if actor.staff_id is not None and model in _OWN and any(grant.reach == Reach.SELF for grant in grants):
        ways.append(_OWN[model](actor.staff_id))
    return or_(*ways) if ways else false()


def units(actor: Actor, permission: str) -> Condition:
    """The units in which the actor holds the permission."""
    return condition(actor, permission, Unit)


# How a row of each kind hangs on its unit: a function from a test on a unit id to a test on the row.
_PLACES: dict[type[Any], Any] = {
    Unit: lambda test: test(Unit.id),
    Staff: lambda test: test(Staff.unit_id),
    Application: lambda test: test(Application.unit_id),
    Proposal: lambda test: test(Proposal.unit_id),
    Case: lambda test: test(Case.unit_id),
    PayrollSheet: lambda test: test(PayrollSheet.unit_id),
    PayrollLine: lambda test: test(PayrollLine.unit_id),
    Establishment: lambda test: test(Establishment.unit_id),
    BudgetTotal: lambda test: test(BudgetTotal.unit_id),
    BudgetProposal: lambda test: test(BudgetProposal.unit_id),
    BudgetPlan: lambda test: test(BudgetPlan.unit_id),
    BudgetDistribution: lambda test: test(BudgetDistribution.unit_id),
    BudgetWorkbook: lambda test: test(BudgetWorkbook.unit_id),
    BudgetWarning: lambda test: test(BudgetWarning.unit_id),
    BudgetPayment: lambda test: BudgetPayment.distribution_id.in_(
        select(BudgetDistribution.id).where(test(BudgetDistribution.unit_id))
    ),
    Batch: lambda test: test(Batch.unit_id),
    BatchLine: lambda test: BatchLine.batch_id.in_(select(Batch.id).where(test(Batch.unit_id))),
    BatchWorkbook: lambda test: test(BatchWorkbook.unit_id),
    ReportedAssessment: lambda test: ReportedAssessment.staff_id.in_(select(Staff.id).where(test(Staff.unit_id))),
    PaymentInstruction: lambda test: test(PaymentInstruction.unit_id),
    Announcement: lambda test: test(Announcement.unit_id),
    Delivery: lambda test: test(Delivery.unit_id),
    Account: lambda test: test(Account.unit_id),
    RoleGrant: lambda test: test(RoleGrant.unit_id),
    Delegation: lambda test: Delegation.from_id.in_(select(Account.id).where(test(Account.unit_id))),
    AuditEvent: lambda test: test(AuditEvent.unit_id),
    WageRecord: lambda test: WageRecord.staff_id.in_(select(Staff.id).where(test(Staff.unit_id))),
    CareerEvent: lambda test: CareerEvent.staff_id.in_(select(Staff.id).where(test(Staff.unit_id))),
    Answer: lambda test: Answer.application_id.in_(select(Application.id).where(test(Application.unit_id))),
    ApplicationEmployee: lambda test: ApplicationEmployee.application_id.in_(
        select(Application.id).where(test(Application.unit_id))
    ),
    Upload: lambda test: Upload.application_id.in_(select(Application.id).where(test(Application.unit_id))),
    MaterialCheck: lambda test: test(MaterialCheck.unit_id),
    Examination: lambda test: test(Examination.unit_id),
    PaymentBatch: lambda test: PaymentBatch.id.in_(
        select(PaymentInstruction.batch_id).where(test(PaymentInstruction.unit_id))
    ),
}

# How a row hangs on the employee whose own it is.
_OWN: dict[type[Any], Any] = {
    Staff: lambda staff_id: Staff.id == staff_id,
    WageRecord: lambda staff_id: WageRecord.staff_id == staff_id,
    CareerEvent: lambda staff_id: CareerEvent.staff_id == staff_id,
    Application: lambda staff_id: Application.id.in_(
        select(ApplicationEmployee.application_id).where(ApplicationEmployee.staff_id == staff_id)
    ),
}
