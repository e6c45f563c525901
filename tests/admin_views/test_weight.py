"""What fifty rows of each list weigh and cost, with names as long as a city has, for those who are offered most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, inspect, select

from models import (
    Account,
    Application,
    AuditEvent,
    CalendarDay,
    ItemMaterial,
    ItemVersion,
    LoginSession,
    PaymentInstruction,
    RoleGrant,
    ServiceItem,
    Staff,
    Unit,
    WageRecord,
    db,
)
from tests.access.browsing import send
from tests.admin_views.browsing import Person, statements
from tests.admin_views.test_lists import LISTS
from tests.factories import Reach, a_unit, an_account, an_employee
from tests.workflow.factories import City, a_city, a_new_hire, approved, filed

ROWS = 60
MOST_BYTES = 60_000
MOST_STATEMENTS = 6
LONG = "江城市丰和新区第二十五实验初级中学（分校区）"


def many(model: type[Any], **different: Callable[[int], Any]) -> None:
    """Sixty more rows like the first one of its kind, but for what must differ, in one statement."""
    first = db.session.scalars(select(model).limit(1)).one()
    mapper = inspect(model)
    same = {one.key: getattr(first, one.key) for one in mapper.column_attrs if not one.columns[0].primary_key}
    rows = [same | {name: make(number) for name, make in different.items()} for number in range(ROWS)]
    db.session.execute(insert(model), rows)


@pytest.fixture
def crowded(app: Flask) -> City:
    """A city with at least sixty rows in every list."""
    city = a_city()
    filed(city, a_new_hire(city))
    an_employee(city.school)
    an_account("somebody", ("reviewer", a_unit(LONG), Reach.SUBTREE))
    Person(app, "somebody")
    digest = lambda text: lambda n: sha256(f"{text}{n}".encode()).hexdigest()  # noqa: E731
    many(Unit, code=lambda n: f"W{n:05d}", credit_code=lambda n: f"9136010099{n:08d}", name=lambda n: f"{LONG}{n}")
    many(Staff, staff_no=lambda n: f"W{n:08d}", id_number_index=digest("staff"), name=lambda n: f"欧阳文{n}",
         education=lambda n: "DUAL_OR_PGCLASS")  # fmt: skip
    many(Application, number=lambda n: f"XJRY-01-2018-{n:06d}", title=lambda n: f"欧阳文{n}")
    many(ServiceItem, code=lambda n: f"W{n:03d}")
    many(ItemVersion, number=lambda n: n + 100, note=lambda n: LONG * 2, state=lambda n: "RETIRED")
    many(ItemMaterial, code=lambda n: f"M{n:03d}", name_zh=lambda n: f"{LONG}聘用合同及岗位变动审批表{n}")
    many(Account, username=lambda n: f"somebody{n}", staff_id=lambda n: None, display_name=lambda n: f"欧阳文{n}")
    many(RoleGrant)
    many(LoginSession, token_hash=digest("session"), user_agent=lambda n: "Mozilla/5.0 (Windows NT 10.0) " * 4)
    many(AuditEvent, seq=lambda n: n + 1_000_000, hash=digest("event"), note=lambda n: LONG)
    db.session.execute(
        insert(CalendarDay),
        [{"day": date(2018, 1, 1) + timedelta(n), "working": n % 2 == 0, "note": LONG} for n in range(ROWS)],
    )
    db.session.commit()
    return city


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_fifty_rows_of_any_list_are_light_and_cheap(app: Flask, crowded: City, locale: str) -> None:
    everything = [(role, None, Reach.ALL) for role in ("auditor", "administrator", "designer", "publisher")]
    an_account("busy", *everything)
    person = Person(app, "busy")
    send(person.client, "/language", locale=locale)
    heavy = {}
    for view in LISTS:
        person.get(f"/admin/{view}/")
        with statements() as seen:
            answer = person.get(f"/admin/{view}/?page_size=50")
        rows = answer.text.count("<tr") - 1
        if rows != 50 or len(answer.data) > MOST_BYTES or len(seen) > MOST_STATEMENTS:
            heavy[view] = (rows, len(answer.data), len(seen))
    assert not heavy


def test_a_page_of_finance_is_light_and_cheap_however_many_units(app: Flask, crowded: City) -> None:
    """Lines of as many units, each with its back pay below it; and the same lines in a batch."""
    approved(crowded)
    unpaid = select(Staff.id).where(~select(WageRecord.id).where(WageRecord.staff_id == Staff.id).exists())
    staff = db.session.scalars(unpaid.order_by(Staff.id.desc()).limit(ROWS)).all()
    units = db.session.scalars(select(Unit.id).order_by(Unit.id.desc()).limit(ROWS)).all()
    many(WageRecord, staff_id=lambda n: staff[n])
    links = db.session.scalars(select(WageRecord.id).order_by(WageRecord.id.desc()).limit(ROWS)).all()
    many(PaymentInstruction, staff_id=lambda n: staff[n], unit_id=lambda n: units[n], wage_record_id=lambda n: links[n],
         back_pay_fen=lambda n: 123_456)  # fmt: skip
    db.session.commit()
    an_account("payer", ("finance", None, Reach.ALL))
    person = Person(app, "payer")
    assert _cost(person, "/admin/finance/") == (40, True, True)
    batch = person.post("/admin/finance/take/", {"key": "k1"}).headers["Location"]
    assert _cost(person, batch) == (20, True, True)


def _cost(person: Person, url: str) -> tuple[int, bool, bool]:
    """Lines with back pay, and whether the page is light and cheap; what the audit writes is not counted."""
    person.get(url)
    with statements() as seen:
        answer = person.get(url)
    asked = [one for one in seen if "audit_" not in one]
    return answer.text.count('class="line-below"'), len(answer.data) <= MOST_BYTES, len(asked) <= MOST_STATEMENTS
