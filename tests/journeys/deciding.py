"""What deciders do at the queue and the desk, in the browser or, where the browser is not the point, by the verbs."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.payments import service as payments
from app.workflow import service as workflow
from models import Account, Application, RoleGrant, db
from models.accounts import Reach
from tests.factories import acting
from tests.journeys.person import Person


def open_from_the_queue(decider: Person, employee: str) -> None:
    """From the queue to the desk, by the number of the application in the employee's row."""
    decider.go("/admin/queue/")
    row = decider.page.locator("main tbody tr", has_text=employee).filter(has_text="新进人员工资核定")
    row.get_by_role("link").first.click()
    decider.page.wait_for_load_state()
    decider.sees(employee)


def mark(decider: Person, place: str, reason: str, *, note: str) -> None:
    """Return the application on the desk for one marked place."""
    decider.page.locator(f"input[name=mark][value='{place}']").check()
    decider.page.locator(f"[name='reason-{place}']").fill(reason)
    decider.page.locator("#note").fill(note)
    decider.page.locator("[data-verb=return]").click()


def demo_actor(username: str) -> Actor:
    """A demo account as it acts now."""
    return acting(account(username))


def account(username: str) -> Account:
    return db.session.scalars(select(Account).where(Account.username == username)).one()


def also_give_role(username: str, role: str) -> None:
    """Let a demo account hold a further role everywhere."""
    account = db.session.scalars(select(Account).where(Account.username == username)).one()
    db.session.add(
        RoleGrant(
            account_id=account.id, role=role, unit_id=None, reach=Reach.ALL, valid_from=date(2018, 1, 1),
            created_at=clock.now(),
        )
    )  # fmt: skip
    db.session.commit()


def put_under_review(application_id: int) -> None:
    """Let a draft pass into review as it stands, where its papers are not the point."""
    db.session.rollback()  # the browser may have begun it since
    application = db.session.get_one(Application, application_id)
    workflow.enter_review(application, by=demo_actor("clerk"), revision=application.revision)


def let_everybody_approve(application_id: int) -> None:
    """Head, department, reviewer, rechecker and approver approve, one after the other."""
    for name in ("head", "department", "reviewer", "rechecker", "approver"):
        approve(application_id, name)


def approve(application_id: int, username: str) -> None:
    """One demo account approves at its step."""
    db.session.rollback()
    revision = db.session.get_one(Application, application_id).revision
    workflow.approve(application_id, by=demo_actor(username), revision=revision)


def let_finance_pay() -> None:
    """Finance takes what waits and confirms it all."""
    taken = payments.take_batch(by=demo_actor("finance"))
    payments.confirm_batch(taken.batch_id, by=demo_actor("finance"))
