"""What happens in the work reaches the people it concerns: applications, limits, cases, proposals."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import system
from app.notify import sending, taking_up
from app.notify.taking_up import TOO_OLD, take_up
from app.workflow import service
from app.workflow.reminding import remind
from app.workflow.rules import Mark
from models import Account, Announcement, ApplicationEvent, Letter, MessageChoice, Staff, WageRecord, db
from models.accounts import Reach
from models.messages import Channel
from tests.conftest import MORNING
from tests.factories import an_account
from tests.statements import counted
from tests.workflow.factories import City, a_city, a_new_hire, filed, fresh, passed


def letters() -> list[tuple[str, str]]:
    """Who was told of what, in order."""
    rows = db.session.execute(
        select(Account.username, Letter.event).join(Account, Account.id == Letter.account_id).order_by(Letter.id)
    )
    return [(row.username, row.event) for row in rows]


def returned(city: City) -> int:
    application = filed(city, a_new_hire(city))
    service.return_for_correction(
        application.id, by=city.head, revision=fresh(application).revision, note="缺少学位证书",
        marks=[Mark("MATERIAL", "M01", "模糊")],
    )  # fmt: skip
    return int(application.id)


def test_what_was_filed_waits_for_the_head_and_a_return_comes_back_to_the_clerk(app: Flask, post: Path) -> None:
    city = a_city()
    application = filed(city, a_new_hire(city))
    sending.send_due()
    assert ("head", "to_confirm") in letters()
    assert all(name == "head" for name, event in letters() if event == "to_confirm"), letters()
    service.return_for_correction(
        application.id, by=city.head, revision=fresh(application).revision, note="缺少学位证书",
        marks=[Mark("MATERIAL", "M01", "模糊")],
    )  # fmt: skip
    sending.send_due()
    assert letters()[-1] == ("clerk", "returned")
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert letter is not None
    assert "缺少学位证书" in letter.body_zh
    assert letter.link == f"/applications/{application.id}"


def test_a_decision_costs_no_statement_more_for_being_told(app: Flask, post: Path) -> None:
    city = a_city()
    returned(city)
    application = filed(city, a_new_hire(city))
    revision = fresh(application).revision
    with counted() as sent:
        service.return_for_correction(
            application.id, by=city.head, revision=revision, note="看不清", marks=[Mark("MATERIAL", "M01", "模糊")]
        )
    assert not [one for one in sent if "announcements" in one]


def test_the_approval_is_told_to_the_unit(app: Flask, post: Path) -> None:
    city = a_city()
    passed(city, filed(city, a_new_hire(city)), steps=5)
    sending.send_due()
    assert letters().count(("clerk", "approved")) == 1


def test_the_employee_is_told_of_the_change_and_of_the_payment_without_an_amount(app: Flask, post: Path) -> None:
    city = a_city()
    application = a_new_hire(city)
    person = db.session.get_one(Staff, application.employees[0].staff_id)
    own = an_account("own", ("employee", None, Reach.SELF), staff=person)
    passed(city, filed(city, application), steps=5)
    sending.send_due()
    (letter,) = db.session.scalars(select(Letter).where(Letter.account_id == own.id)).all()
    record = db.session.scalars(select(WageRecord).where(WageRecord.staff_id == person.id)).one()
    assert (letter.event, letter.link) == ("wage_changed", "/my-wage")
    assert f"{record.effective_month:%Y-%m}" in letter.body_zh
    said = letter.title_zh + letter.body_zh + letter.title_en + letter.body_en
    assert str(record.total_fen // 100) not in said
    paid = ApplicationEvent(application_id=application.id, kind="paid", at=clock.now(), state="PAID", round=1)
    db.session.add(paid)
    db.session.commit()
    sending.send_due()
    told = db.session.scalars(select(Letter.event).where(Letter.account_id == own.id).order_by(Letter.id)).all()
    assert told == ["wage_changed", "wage_paid"]


def test_an_event_that_cannot_be_told_holds_up_no_other(
    app: Flask, post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = a_city()
    broken, whole = returned(city), returned(city)
    news = taking_up.tellings

    def choke(event: Any, known: Any) -> Any:
        if event.application_id == broken and event.kind == "returned":
            raise LookupError(event.kind)
        return news(event, known)

    with monkeypatch.context() as choking:
        choking.setattr(taking_up, "tellings", choke)
        sending.send_due()
    links = select(Letter.link).where(Letter.event == "returned").order_by(Letter.id)
    assert db.session.scalars(links).all() == [f"/applications/{whole}"]
    sending.send_due()
    assert db.session.scalars(links).all() == [f"/applications/{whole}", f"/applications/{broken}"]


def test_each_event_is_taken_up_once_also_by_two(app: Flask, post: Path) -> None:
    city = a_city()
    returned(city)
    assert take_up() > 0
    before = db.session.scalars(select(Announcement.key).order_by(Announcement.id)).all()
    assert take_up() == 0
    db.session.query(ApplicationEvent).update({"told_at": None})  # as if the first had been killed before its mark
    db.session.commit()
    take_up()
    assert db.session.scalars(select(Announcement.key).order_by(Announcement.id)).all() == before


def test_a_whole_batch_is_told_as_one(app: Flask, post: Path) -> None:
    city = a_city()
    for _ in range(8):
        returned(city)
    sending.send_due()
    to_the_clerk = [event for name, event in letters() if name == "clerk"]
    assert to_the_clerk == ["many"]
    letter = db.session.scalars(select(Letter).where(Letter.event == "many")).first()
    assert letter is not None
    assert "8" in letter.title_zh


def test_taking_up_many_costs_no_more_statements(app: Flask, post: Path) -> None:
    city = a_city()
    costs = []
    for many in (6, 12):
        for _ in range(many):
            returned(city)
        with counted() as sent:
            take_up()
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 20, costs


def test_the_past_is_nobodys_news(app: Flask, post: Path) -> None:
    returned(a_city())
    with clock.frozen(MORNING + TOO_OLD + timedelta(hours=1)):
        sending.send_due()
    assert letters() == []


def test_limits_reach_who_decides_and_nobody_can_turn_them_off(app: Flask, post: Path) -> None:
    city = a_city()
    filed(city, a_new_hire(city))
    for day in (1, 2, 6, 8, 10):
        with clock.frozen(MORNING + timedelta(days=day)):
            remind(by=system("test"))
            sending.send_due()
    told = [event for name, event in letters() if name == "head" and event.startswith("limit")]
    assert told == ["limit_near", "limit_over"]
    assert [name for name, event in letters() if event == "limit_escalated"] == ["department_reviewer"]


def test_many_limits_at_once_are_told_as_one_that_nobody_can_turn_off(app: Flask, post: Path) -> None:
    city = a_city()
    for _ in range(6):
        filed(city, a_new_hire(city))
    db.session.add(MessageChoice(account_id=city.head.account_id, event="many", channel=Channel.IN_APP, wanted=False))
    db.session.commit()
    with clock.frozen(MORNING + timedelta(days=1)):
        remind(by=system("test"))
        sending.send_due()
    assert [event for name, event in letters() if name == "head"] == ["many_limits"]


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_a_mail_speaks_the_language_of_its_reader(app: Flask, post: Path, language: str) -> None:
    from models import MessageHabit
    from tests.notify.city import delivered

    city = a_city()
    account = db.session.query(Account).filter_by(username="clerk").one()
    account.locale = language
    db.session.add(MessageHabit(account_id=account.id, email="clerk@example.test", changed_at=clock.now()))
    db.session.commit()
    returned(city)
    sending.send_due()
    (mail,) = [one for one in delivered(post) if one["to"] == "clerk@example.test"]
    assert ("was returned for correction" in mail["subject"]) == (language == "en")
