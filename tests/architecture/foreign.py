"""A city that is not ours: a row of every kind that hangs on a unit, none of it in the reach of who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.budgets.computing import Basis
from app.payments import service as payments
from models import (
    Account,
    Announcement,
    Application,
    AuditEvent,
    Batch,
    BatchLine,
    BatchWorkbook,
    BudgetDistribution,
    BudgetPayment,
    BudgetPlan,
    BudgetProposal,
    BudgetTotal,
    BudgetWorkbook,
    Case,
    CopyTo,
    Delegation,
    Delivery,
    Factor,
    IncomingFile,
    Letter,
    LoginSession,
    MaterialCheck,
    Opinion,
    PaymentInstruction,
    PayrollSheet,
    Proposal,
    ReportExport,
    ReportSchedule,
    RoleGrant,
    SavedFilter,
    SavedPivot,
    Staff,
    StoredFile,
    Upload,
    db,
)
from tests.workflow.factories import a_city, a_new_hire, approved, filed

MISSING = 987654321


@dataclass(frozen=True)
class Foreign:
    """The keys of the rows, by the names that addresses give them, and by the views of the back office."""

    in_addresses: dict[str, int | str]
    in_views: dict[str, int]
    department_id: int


def a_foreign_city() -> Foreign:
    city = a_city()
    now = clock.now()
    done = approved(city)
    payments.take_batch(by=city.finance, key="the-first-batch")
    waiting = filed(city, a_new_hire(city))
    db.session.add(StoredFile(sha256="a" * 64, size=1, media_type="image/png", pages=1, stored_at=now))
    db.session.flush()
    upload = Upload(
        application_id=waiting.id, material_code="M01", position=1, sha256="a" * 64, filename="合同.png", accepted=True,
        checker_version="1", uploaded_by_id=waiting.created_by_id, uploaded_at=now, claimed_at=now, claimed_round=1,
    )  # fmt: skip
    db.session.add(upload)
    db.session.flush()
    check = MaterialCheck(
        upload_id=upload.id, code="blur", severity="blocking", message={"m": "x", "p": {}},
        remedy={"m": "x", "p": {}}, measures={}, checked_at=now,
    )  # fmt: skip
    clerk = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
    factor = Factor(
        account_id=clerk.id, kind="PASSKEY", name="", made_at=now, confirmed_at=now, credential_id="x", public_key="x"
    )
    session = LoginSession(
        token_hash="b" * 64, account_id=clerk.id, created_at=now, last_seen_at=now, address="10.0.0.2"
    )
    arriving = IncomingFile(
        key="f" * 43, application_id=waiting.id, material_code="M01", account_id=clerk.id, filename="合同.png",
        declared_type="image/png", size=9, received=0, created_at=now, touched_at=now,
    )  # fmt: skip
    kept = SavedFilter(account_id=clerk.id, endpoint="staff", name="自用", query="search=x", created_at=now)
    prepared = Proposal(
        staff_id=waiting.employees[0].staff_id, unit_id=waiting.unit_id, item_id=waiting.item_id, due_key="first",
        foresight="new_hire", rule="I-2", due_on=clock.today(), why={"m": "x", "p": {}}, digest="d" * 64, made_at=now,
        facts={"version": waiting.item_version_id, "answers": {}, "materials": {}}, missing=[], changes=[],
    )  # fmt: skip
    delegation = Delegation(
        from_id=city.head.account_id, to_id=clerk.id, reason="出差", valid_from=now.date(),
        valid_to=now.date() + timedelta(days=9), created_at=now,
    )  # fmt: skip
    copy = CopyTo(application_id=waiting.id, to_id=city.head.account_id, from_id=clerk.id, sent_at=now)
    opinion = Opinion(
        application_id=waiting.id, round=1, step_position=1, asked_by_id=city.head.account_id, asked_of_id=clerk.id,
        question="是否合规？", asked_at=now,
    )  # fmt: skip
    db.session.add_all([delegation, copy, opinion])
    many = Batch(
        number="PL2018-000009", item_id=waiting.item_id, item_version_id=waiting.item_version_id,
        unit_id=waiting.unit_id, origin="ROSTER", state="OPEN", created_by_id=clerk.id, created_at=now, changed_at=now,
    )  # fmt: skip
    sheet = BatchWorkbook(
        unit_id=waiting.unit_id, item_id=waiting.item_id, filename="批量.xlsx", content=b"x", uploaded_by_id=clerk.id,
        uploaded_at=now,
    )  # fmt: skip
    asked = Case(
        key="risk:foreign:1", source="risk", rule="paid-twice", unit_id=waiting.unit_id, subject={"m": "x", "p": {}},
        reason={"m": "x", "p": {}}, evidence=[], accounts=[], digest="d" * 64, severity="GRAVE", state="OPEN", days=10,
        due_on=now.date(), opened_at=now, found_at=now,
    )  # fmt: skip
    payroll = PayrollSheet(
        unit_id=waiting.unit_id, month=now.date().replace(day=1), origin="WORKBOOK", line_count=1, total_fen=0,
        kept_at=now,
    )  # fmt: skip
    db.session.add_all([many, sheet, asked, payroll])
    db.session.flush()
    many_line = BatchLine(
        batch_id=many.id, staff_id=waiting.employees[0].staff_id, answers={}, files=[], problems=[], traits={}
    )
    db.session.add(many_line)
    db.session.add_all([check, session, factor, arriving, kept, prepared])
    pivot = SavedPivot(account_id=clerk.id, name="自用", question={}, created_at=now)
    again = ReportSchedule(
        account_id=clerk.id, report="fund", params={}, months=1, format="XLSX", language="zh", frequency="MONTHLY",
        next_on=clock.today(), created_at=now,
    )  # fmt: skip
    export = ReportExport(
        report="fund", params={}, format="XLSX", language="zh", reach=[], made_by_id=clerk.id, made_at=now,
        keep_until=now + timedelta(days=7), totals={}, files=[],
    )  # fmt: skip
    db.session.add_all([pivot, again, export])
    db.session.commit()
    line = db.session.scalars(select(PaymentInstruction)).one()
    assert line.batch_id is not None
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == clerk.id)).one()
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.unit_id == city.school.id)).first()
    staff = db.session.scalars(select(Staff)).first()
    assert event is not None
    assert staff is not None
    assert db.session.get(Application, done.id) is not None
    budget = _a_budget(city.school.id, clerk.id, staff.id)
    letter, delivery = _a_message(city.school.id, clerk.id)
    return Foreign(
        in_addresses={
            **budget,
            "letter_id": letter.id,
            "application_id": waiting.id, "upload_id": upload.id, "check_id": check.id, "line_id": line.id,
            "batch_id": line.batch_id, "session_id": session.id, "factor_id": factor.id,
            "staff_id": staff.id, "key": arriving.key,
            "filter_id": kept.id, "proposal_id": prepared.id,
            "staff_batch_id": many.id, "staff_line_id": many_line.id, "batch_workbook_id": sheet.id,
            "pivot_id": pivot.id, "schedule_id": again.id, "export_id": export.id,
            "delegation_id": delegation.id, "copy_id": copy.id, "opinion_id": opinion.id,
            "case_id": asked.id, "sheet_id": payroll.id,
        },
        in_views={
            "delegations": delegation.id, "deliveries": delivery.id,
            "accounts": clerk.id, "grants": grant.id, "sessions": session.id, "staff": staff.id,
            "proposals": prepared.id, "units": city.school.id, "applications": waiting.id, "audit_events": event.seq,
        },
        department_id=city.department.id,
    )  # fmt: skip


def _a_message(unit_id: int, account_id: int) -> tuple[Letter, Delivery]:
    """What somebody of the foreign unit was told, and what did not reach them."""
    now = clock.now()
    told = Announcement(key="foreign", event="certificate", people=[], facts={}, unit_id=unit_id, at=now,
                        state="SPREAD", spread_at=now)  # fmt: skip
    db.session.add(told)
    db.session.flush()
    letter = Letter(announcement_id=told.id, account_id=account_id, event="certificate", title_zh="您已通过",
                    title_en="Passed", body_zh="您已通过", body_en="Passed", at=now)  # fmt: skip
    delivery = Delivery(
        key="foreign:1:EMAIL", event="certificate", announcement_id=told.id, account_id=account_id, unit_id=unit_id,
        channel="EMAIL", address="x@example.test", language="zh", subject="您已通过", body="您已通过", state="DEAD",
        due=now, created_at=now,
    )  # fmt: skip
    db.session.add_all([letter, delivery])
    db.session.commit()
    return letter, delivery


def _a_budget(unit_id: int, clerk_id: int, staff_id: int) -> dict[str, int | str]:
    """Performance pay of the foreign unit: a total, a proposal, a plan, a distribution, a workbook."""
    now = clock.now()
    total = BudgetTotal(unit_id=unit_id, year=2018, unit_class="FULLY_FUNDED", items=["BASIC"], total_fen=1000,
                        committed_fen=500, approved_on=clock.today(), basic_percent=70)  # fmt: skip
    db.session.add(total)
    db.session.flush()
    proposal = BudgetProposal(
        total_id=total.id, unit_id=unit_id, before_fen=1000, amount_fen=2000, basic_percent=70, items=["BASIC"],
        basis=Basis(2018, 1, 0, 1000, 0, "0", 0, 0, "").to_json(), document="文号", reason="年度核定",
        proposed_by_id=clerk_id, proposed_at=now,
    )  # fmt: skip
    plan = BudgetPlan(
        total_id=total.id, unit_id=unit_id, item="INCENTIVE", title="方案", pool_fen=100, tiers={}, findings=[],
        made_by_id=clerk_id, made_at=now,
    )  # fmt: skip
    sent = BudgetDistribution(
        number="JX2018-900009", total_id=total.id, unit_id=unit_id, month=clock.today().replace(day=1), item="BASIC",
        title="四月", counted=True, amount_fen=500, people=1, state="COMMITTED", findings=[], digest="e" * 64,
        made_by_id=clerk_id, made_at=now,
    )  # fmt: skip
    sheet = BudgetWorkbook(total_id=total.id, unit_id=unit_id, kind="DISTRIBUTION", asked={}, filename="x.xlsx",
                           content=b"x", uploaded_by_id=clerk_id, uploaded_at=now)  # fmt: skip
    db.session.add_all([proposal, plan, sent, sheet])
    db.session.flush()
    db.session.add(BudgetPayment(distribution_id=sent.id, staff_id=staff_id, amount_fen=500))
    db.session.commit()
    return {"total_id": total.id, "budget_proposal_id": proposal.id, "plan_id": plan.id, "distribution_id": sent.id,
            "budget_workbook_id": sheet.id}  # fmt: skip
