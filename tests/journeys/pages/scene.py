"""What the demo city does not hold by itself and some page needs: items in work, and whatever begins with a person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.access import service as entering
from app.access.actor import Actor
from app.access.roles import ROLES
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.documents import service as documents
from app.items import service as items
from app.jobs import service as jobs
from app.lists import service as lists
from app.pay import repricing_run
from app.phone import service as phone
from app.standards import service as standards
from app.workflow import corrections
from models import Account, Application, ServiceItem, db
from models.applications import ApplicationState
from tests.factories import acting
from tests.standards.editions import published


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
    db.session.remove()


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
