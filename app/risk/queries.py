"""What is read of fund risk: payrolls in reach, one with its lines, the rules with settings and precision."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.access import scope
from app.access.actor import Actor
from app.access.policy import require
from app.errors import NotFound
from app.paging import Page
from models import PayrollLine, PayrollSheet, Staff, Unit, db

PAGE = 50


def payrolls(actor: Actor, permission: str, number: int = 1) -> Page[PayrollSheet]:
    """The payrolls that stand, the newest month first."""
    rows = db.session.scalars(
        select(PayrollSheet)
        .where(PayrollSheet.replaced_at.is_(None), scope.condition(actor, permission, PayrollSheet))
        .options(joinedload(PayrollSheet.unit))
        .order_by(PayrollSheet.month.desc(), PayrollSheet.unit_id)
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    ).all()
    return Page(list(rows[:PAGE]), number, PAGE, len(rows) > PAGE)


def payroll(actor: Actor, permission: str, sheet_id: int) -> PayrollSheet:
    """One payroll in reach, also one that was replaced. Raises NotFound."""
    require(actor, permission)
    found = db.session.scalars(
        select(PayrollSheet)
        .where(PayrollSheet.id == sheet_id, scope.condition(actor, permission, PayrollSheet))
        .options(joinedload(PayrollSheet.unit))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def lines_of(sheet: PayrollSheet, number: int = 1) -> Page[PayrollLine]:
    """Lines of a payroll in their order."""
    rows = db.session.scalars(
        select(PayrollLine)
        .where(PayrollLine.sheet_id == sheet.id)
        .order_by(PayrollLine.row)
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    ).all()
    return Page(list(rows[:PAGE]), number, PAGE, len(rows) > PAGE)


def units_to_pay(actor: Actor, *, most: int = 700) -> Sequence[Unit]:
    """Units for which the actor hands payrolls in: those that have staff."""
    return db.session.scalars(
        select(Unit)
        .where(scope.units(actor, "payroll:import"), Unit.active, Unit.id.in_(select(Staff.unit_id)))
        .order_by(Unit.name)
        .limit(most)
    ).all()


def posts_in_use() -> list[str]:
    """The codes of posts that anybody holds, as a payroll names them."""
    held = select(Staff.post).where(Staff.post.is_not(None)).distinct().order_by(Staff.post)
    return [post for post in db.session.scalars(held) if post]
