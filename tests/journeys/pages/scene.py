"""What the demo city does not hold by itself and some page needs: items in work, and whatever begins with a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import select

from app import clock
from app.access import service as entering
from app.access.actor import Actor
from app.access.roles import ROLES
from app.batches import service as batches
from app.batches import workbooks
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.documents import service as documents
from app.items import service as items
from app.jobs import service as jobs
from app.lists import service as lists
from app.materials import adjusting, again
from app.notify import choosing
from app.notify.spreading import spread_all
from app.pay import repricing_run
from app.phone import service as phone
from app.portal.batches_workbooks import words
from app.standards import service as standards
from app.workflow import corrections
from app.workflow import service as workflow
from app.workflow.delegating import give
from app.workflow.opinions import ask_opinion
from app.workflow.passing_on import send_copy
from app.workflow.reasons import add_reason
from models import Account, Application, ApplicationEmployee, Batch, BatchLine, ServiceItem, Staff, db
from models.applications import ApplicationState
from models.batches import BatchState
from models.queue import ReasonKind
from models.staff import StaffState
from tests.factories import acting
from tests.journeys.pages import figures, fund, performance
from tests.standards.editions import published

MISSPELT = "写错的名字"
"""A name in a workbook, which only its file holds."""


def actor_of(username: str) -> Actor:
    """A demo account as it acts now."""
    return acting(db.session.scalars(select(Account).where(Account.username == username)).one())


def prepare() -> None:
    """Item versions in work, a corrected day, somebody logged in, and a list that each of the back office keeps."""
    designer = actor_of("designer")
    drafted, proposed = (
        db.session.scalars(select(ServiceItem.id).where(ServiceItem.code == code)).one()
        for code in ("NCGZ-12", "NCGZ-11")
    )
    items.begin_draft(drafted, by=designer)
    version = items.begin_draft(proposed, by=designer)
    items.propose(version.id, by=designer, revision=version.revision, note="按年度修订。")
    corrections.correct_day(date(2018, 4, 4), working=False, note="停电放假。", by=actor_of("administrator"))
    entering.log_in("clerk", PASSWORD, visitor=entering.Visitor("127.0.0.1", "Firefox"))
    for account in ACCOUNTS:
        if ROLES[account.role].back_office and "unit:read" in ROLES[account.role].permissions:
            lists.save("units", name="学校", query="search=学校", by=actor_of(account.username))
    _standards()
    _many()
    _desks()
    _material_desk()
    fund.prepare(actor_of("rechecker"))
    performance.prepare(actor_of("clerk"))
    figures.prepare([actor_of("clerk"), actor_of("approver")])
    items.rehearse(version.id, by=designer)
    jobs.work_off()
    _messages()
    db.session.remove()


def _material_desk() -> None:
    """Thresholds that wait for a second person, and a run over what was sent sideways."""
    values, why = {"blur_width": "2.2", "lowres_pixels": "900"}, "近期多份材料字迹发虚。"
    adjusting.propose(values, item_id=None, material_code=None, reason=why, by=actor_of("rechecker"))
    today = clock.today()
    again.begin(since=today - timedelta(days=40), until=today, code="rotated", by=actor_of("approver"))
    jobs.work_off()


def _messages() -> None:
    """Somebody whose address is on file has asked for a trial message."""
    choosing.ask_for_trial(by=actor_of("clerk"))
    spread_all()


def _standards() -> None:
    """A standard in force with its run, one that waits for a second person, and one that was refused."""
    raised = {"institution_post_wage": 100_00, "institution_grade_wage_cadre": 0}
    in_force = published(date(2018, 1, 1), raised)
    published(date(2018, 7, 1), raised, publish=False)
    refused = published(date(2018, 9, 1), raised, publish=False)
    approver = actor_of("approver")
    standards.refuse(refused.id, by=approver, revision=1, reason="文号与附件不一致。")
    repricing_run.begin(in_force.id, by=approver)
    jobs.work_off()


def _many() -> None:
    """In the clerk's school a batch being put together, one that is filed, and a workbook with a wrong row."""
    clerk = actor_of("clerk")
    unit_id = db.session.scalars(select(Account.unit_id).where(Account.username == "clerk")).one()
    assert unit_id is not None
    under_way = db.session.execute(
        select(ApplicationEmployee.staff_id, Application.id)
        .join(Application, Application.id == ApplicationEmployee.application_id)
        .join(ServiceItem, ServiceItem.id == Application.item_id)
        .where(ServiceItem.code == "NCGZ-12", Application.unit_id == unit_id,
               Application.state == ApplicationState.IN_REVIEW)
    ).all()  # fmt: skip
    applications = {row.staff_id: row.id for row in under_way}
    _as_filed(batches.from_roster("NCGZ-12", unit_id, list(applications), by=clerk).batch_id, applications)
    people = db.session.scalars(
        select(Staff.id).where(Staff.unit_id == unit_id, Staff.state == StaffState.ACTIVE).order_by(Staff.id).limit(4)
    ).all()
    batches.from_roster("NCGZ-12", unit_id, people, by=clerk)
    name, content = workbooks.filled_template("NCGZ-12", unit_id, by=clerk, words=words, chinese=True)
    book = load_workbook(BytesIO(content))
    book.worksheets[0].cell(4, 2).value = MISSPELT
    changed = BytesIO()
    book.save(changed)
    workbooks.keep("NCGZ-12", unit_id, name, changed.getvalue(), by=clerk)


def _as_filed(batch_id: int, applications: Mapping[int, int]) -> None:
    """What of the demo city is under way already, as if this batch had filed it."""
    batch = db.session.get_one(Batch, batch_id)
    batch.state, batch.submitted_at, batch.submitted_by_id = BatchState.FILED, clock.now(), batch.created_by_id
    for line in db.session.scalars(select(BatchLine).where(BatchLine.batch_id == batch_id)):
        line.application_id, line.problems, line.alike = applications[line.staff_id], [], "0" * 64
    db.session.commit()


def _desks() -> None:
    """Around the desk: a ready sentence, a deputy, a copy and a question sent to a colleague."""
    reviewer, approver = actor_of("reviewer"), actor_of("approver")
    add_reason(by=approver, kind=ReasonKind.ANSWER, text_zh="年度与考核表不一致。",
               text_en="The year differs from the assessment form.")  # fmt: skip
    rechecker = db.session.scalars(select(Account).where(Account.username == "rechecker")).one()
    give(
        db.session.scalars(select(Account.id).where(Account.username == "approver")).one(), by=actor_of("rechecker"),
        reason="外出学习。", valid_to=clock.today() + timedelta(days=7),
    )  # fmt: skip
    waiting = db.session.scalars(
        select(Application).where(Application.step_permission == "application:first_review",
                                  Application.claimed_by_id.is_(None)).order_by(Application.id).limit(1)
    ).one()  # fmt: skip
    workflow.claim(waiting.id, by=reviewer, revision=waiting.revision)
    send_copy(waiting.id, to_id=rechecker.id, note="供参考。", by=reviewer)
    ask_opinion(waiting.id, of_id=rechecker.id, question="工龄是否连续计算？", by=reviewer, revision=waiting.revision)


def a_phone_link() -> str:
    """The path of a link by which a phone sends materials for the clerk's draft; it ends earlier ones."""
    draft = db.session.scalars(
        select(Application.id).join(Account, Account.unit_id == Application.unit_id)
        .where(Account.username == "clerk", Application.state == ApplicationState.DRAFT).limit(1)
    ).one()  # fmt: skip
    link = phone.make(draft, by=actor_of("clerk"))
    return f"/phone/{link.token}"


def a_check_code() -> str:
    """The code at the foot of a print of something that was paid."""
    paid = select(Application).where(Application.state == ApplicationState.PAID).order_by(Application.id).limit(1)
    return documents.check_code(db.session.scalars(paid).one()) or ""
