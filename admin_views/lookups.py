"""Look-ups: how one row of many is chosen in a form. Only rows in reach are found, and no more than twenty at once."""

from __future__ import annotations

from typing import Any

from flask_admin.model.ajax import AjaxModelLoader
from sqlalchemy import or_, select

from admin_views.values import as_key, as_text, begins_with
from app.access import scope
from app.web.guard import current_actor
from app.web.showing import named
from models import Account, ServiceItem, Staff, Unit, db

MOST = 20


class ScopedLookup(AjaxModelLoader):
    """Finds rows of one model that a permission opens to the person of the request."""

    model: type[Any]

    def __init__(self, name: str, permission: str) -> None:
        super().__init__(name, {})
        self.permission = permission

    def reach(self) -> Any:
        return scope.condition(current_actor(), self.permission, self.model)

    def matches(self, text: str) -> list[Any]:
        """The ways in which a row can be meant by what was typed."""
        raise NotImplementedError

    def get_one(self, pk: Any) -> Any:
        """The row of a posted key, or None where the person does not reach it."""
        key = as_key(pk, self.model.id)
        if key is None:
            return None
        return db.session.scalars(select(self.model).where(self.model.id == key, self.reach())).one_or_none()

    def get_list(self, query: str, offset: int = 0, limit: int = MOST) -> list[Any]:
        text = as_text(query)
        statement = select(self.model).where(self.reach())
        if text:
            statement = statement.where(or_(*self.matches(text)))
        statement = statement.order_by(*self.order()).limit(max(1, min(limit or MOST, MOST)))
        return list(db.session.scalars(statement.offset(max(0, min(offset or 0, 10_000)))))

    def order(self) -> tuple[Any, ...]:
        return (self.model.id,)

    def text(self, row: Any) -> str:
        return str(row)

    def hint(self, row: Any) -> str:
        return ""

    def format(self, model: Any) -> tuple[int, str] | None:
        return None if model is None else (model.id, self.text(model))

    def found(self, row: Any) -> dict[str, str]:
        """One answer, as the page's script reads it."""
        return {"id": str(row.id), "text": self.text(row), "hint": self.hint(row)}


class UnitLookup(ScopedLookup):
    """Units by name, code or credit code. There are hundreds, so a part of the name may stand anywhere in it."""

    model = Unit

    def matches(self, text: str) -> list[Any]:
        return [
            Unit.name.contains(text, autoescape=True),
            begins_with(Unit.code, text.upper()),
            Unit.credit_code == text.upper(),
        ]

    def order(self) -> tuple[Any, ...]:
        return (Unit.code,)

    def text(self, row: Unit) -> str:
        return named(row)

    def hint(self, row: Unit) -> str:
        return row.code


class StaffLookup(ScopedLookup):
    """Employees by the beginning of the name, the initials or the number."""

    model = Staff

    def matches(self, text: str) -> list[Any]:
        return [
            begins_with(Staff.name, text),
            begins_with(Staff.name_initials, text.upper()),
            Staff.staff_no == text.upper(),
        ]

    def order(self) -> tuple[Any, ...]:
        return (Staff.name, Staff.id)

    def hint(self, row: Staff) -> str:
        return row.staff_no


class AccountLookup(ScopedLookup):
    """Accounts by user name or the beginning of the displayed name."""

    model = Account

    def matches(self, text: str) -> list[Any]:
        return [begins_with(Account.username, text), begins_with(Account.display_name, text)]

    def order(self) -> tuple[Any, ...]:
        return (Account.username,)

    def hint(self, row: Account) -> str:
        return row.username


class ItemLookup(ScopedLookup):
    """Service items by code or name."""

    model = ServiceItem

    def matches(self, text: str) -> list[Any]:
        return [begins_with(ServiceItem.code, text.upper()), ServiceItem.name_zh.contains(text, autoescape=True)]

    def order(self) -> tuple[Any, ...]:
        return (ServiceItem.code,)

    def text(self, row: ServiceItem) -> str:
        return f"{row.code} {named(row)}"
