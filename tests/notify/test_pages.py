"""The inbox in the head of every page, the choices, and what the back office sees of messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.notify import carriers, sending, spreading
from app.notify.events import EVENTS
from app.notify.service import accounts, tell
from app.notify.templates import LANGUAGES, PARTS, in_force, shipped, write_template
from models import Announcement, AuditEvent, Delivery, Letter, db
from models.accounts import Reach
from tests.access.browsing import send, somebody
from tests.conftest import MORNING
from tests.factories import a_unit, acting, an_account
from tests.notify.city import delivered, into_files, over_http, someone, states
from tests.statements import counted


def told(account_id: int, *numbers: int, event: str = "certificate") -> None:
    for n in numbers:
        facts = {name: f"{name}{n}" for name in EVENTS[event].facts}
        tell(event, people=accounts([account_id]), facts=facts, key=f"{event}/{n}", link="/my-wage")
    sending.send_due()


def test_the_head_of_every_page_counts_what_is_unread(app: Flask, post: Path) -> None:
    reader = someone()
    reading = somebody(app, "reader")
    assert "nav-count" not in reading.get("/messages").text
    told(reader.id, 1, 2)
    page = reading.get("/sessions")
    assert page.text.count('nav-count">2') == 3  # head, phone menu, and in the menu
    letter = db.session.scalars(select(Letter).order_by(Letter.id)).first()
    assert letter is not None
    opened = send(reading, f"/messages/{letter.id}/open")
    assert (opened.status_code, opened.location) == (302, "/my-wage")
    assert 'nav-count">1' in reading.get("/sessions").text


def test_the_unread_count_costs_no_statement_and_the_inbox_one(app: Flask, post: Path) -> None:
    reader = someone()
    reading = somebody(app, "reader")
    costs = []
    for numbers in ((1,), range(2, 20)):
        told(reader.id, *numbers)
        with counted() as sent:
            assert reading.get("/messages").status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 3, sent  # the session with its count, its last use, the inbox


def test_nobody_opens_the_letter_of_another(app: Flask, post: Path) -> None:
    told(someone("first").id, 1)
    someone("second")
    letter = db.session.scalars(select(Letter)).one()
    assert send(somebody(app, "second"), f"/messages/{letter.id}/open").status_code == 404
    db.session.expire_all()
    assert db.session.scalars(select(Letter)).one().read_at is None


def test_all_is_noted_up_to_what_the_page_showed(app: Flask, post: Path) -> None:
    reader = someone()
    told(reader.id, 1, 2)
    shown = max(db.session.scalars(select(Letter.id)))
    told(reader.id, 3)
    send(somebody(app, "reader"), "/messages/read", upto=str(shown))
    db.session.expire_all()
    assert [one.read_at is None for one in db.session.scalars(select(Letter).order_by(Letter.id))] == [
        False, False, True,
    ]  # fmt: skip


def choices(**changed: object) -> dict[str, object]:
    return {"revision": "1", "email": "reader@example.test", "phone": "", "chat": "", "quiet_from": "", "quiet_to": "",
            "digest_at": "", "want": [], **changed}  # fmt: skip


def test_what_nobody_wants_does_not_come_and_deadlines_come_all_the_same(app: Flask, post: Path) -> None:
    reader = someone()
    answer = send(somebody(app, "reader"), "/messages/choices", **choices())
    assert answer.status_code == 302, answer.text
    told(reader.id, 1)
    assert db.session.scalars(select(Letter)).all() == []
    told(reader.id, 2, event="account_changed")
    assert [one.event for one in db.session.scalars(select(Letter))] == ["account_changed"]
    assert [one.event for one in db.session.scalars(select(Delivery))] == ["account_changed"]


def test_what_is_typed_wrongly_is_named_and_kept_on_the_page(app: Flask, post: Path) -> None:
    someone()
    wrong = choices(email="x@y z.de", phone="12", quiet_from="25:00", quiet_to="07:00", digest_at="noon")
    page = send(somebody(app, "reader"), "/messages/choices", **wrong)
    assert page.status_code == 422
    for field in ("email", "phone", "quiet_from", "digest_at"):
        assert f'id="{field}-error"' in page.text, field
    assert "x@y z.de" in page.text


def test_an_old_page_of_choices_changes_nothing(app: Flask, post: Path) -> None:
    someone()
    reading = somebody(app, "reader")
    assert send(reading, "/messages/choices", **choices()).status_code == 302
    assert send(reading, "/messages/choices", **choices()).status_code == 409


def test_quiet_hours_wait_and_the_inbox_does_not(app: Flask, post: Path) -> None:
    folder = post
    reader = someone(quiet_from=22 * 60, quiet_to=7 * 60)
    night = datetime(2018, 4, 3, 23, 30, tzinfo=clock.SHANGHAI)
    with clock.frozen(night):
        told(reader.id, 1)
        assert states() == ["WAITING"]
        assert len(db.session.scalars(select(Letter)).all()) == 1
    with clock.frozen(night + timedelta(hours=7)):
        sending.send_due()
        assert states() == ["WAITING"]
    with clock.frozen(night + timedelta(hours=7, minutes=31)):
        assert sending.send_due() == 1
    assert len(delivered(folder)) == 1


def test_a_digest_gathers_a_day_and_leaves_deadlines_out(app: Flask, post: Path) -> None:
    reader = someone(digest_at=17 * 60)
    told(reader.id, 1, 2, 3)
    told(reader.id, 4, event="account_changed")
    assert states() == ["WAITING", "WAITING", "WAITING", "SENT"]
    with clock.frozen(MORNING + timedelta(hours=9)):
        assert sending.send_due() == 1
        assert sending.send_due() == 0
    assert states() == ["GATHERED", "GATHERED", "GATHERED", "SENT", "SENT"]
    digest = next(one for one in delivered(post) if one["key"].startswith("digest"))
    assert digest["body"].count("·") == 3


def test_a_trial_goes_over_every_channel_and_not_too_often(app: Flask, post: Path) -> None:
    someone(phone="13800000000", chat="reader")
    reading = somebody(app, "reader")
    for _ in range(7):
        assert send(reading, "/messages/trial").status_code == 302
    sending.send_due()
    assert [one["channel"] for one in delivered(post)].count("SMS") == 5
    assert {one["channel"] for one in delivered(post)} == {"SMS", "EMAIL", "CHAT"}


def test_a_dead_letter_is_sent_again_under_its_key_by_who_reaches_it(app: Flask, post: Path) -> None:
    unit, other = a_unit(), a_unit()
    an_account("chief", ("administrator", unit, Reach.SUBTREE))
    an_account("stranger", ("administrator", other, Reach.SUBTREE))
    reader = someone(phone="13800000000")
    over_http("http://127.0.0.1:9/nobody", seconds=1)
    tell("trial", people=accounts([reader.id]), facts={"name": "王芳"}, key="trial/1", unit_id=unit.id)
    sending.spread_all()
    one = db.session.scalars(select(Delivery)).one()
    one.state, one.attempts, one.problem = "DEAD", 8, {"m": "This is no e-mail address.", "p": {}}
    db.session.commit()
    key, dead_id = one.key, one.id
    again = {"action": "send_again", "rowid": str(dead_id), "confirmed": "1"}
    stranger, chief = somebody(app, "stranger"), somebody(app, "chief")
    send(stranger, "/admin/deliveries/action/", **again)
    assert states() == ["DEAD"]
    page = chief.get(f"/admin/deliveries/details/?id={dead_id}").text
    assert "138••••0000" in page
    assert "13800000000" not in page
    send(chief, "/admin/deliveries/action/", **again)
    assert states() == ["WAITING"]
    assert (
        db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq.desc())).first() == "delivery:send_again"
    )
    into_files(post)
    sending.send_due()
    assert [one["key"] for one in delivered(post)] == [key]


def test_what_could_not_be_spread_is_shown_and_tried_again_by_who_reaches_it(app: Flask, post: Path) -> None:
    reader, unit = someone(), a_unit()
    an_account("chief", ("administrator", None, Reach.ALL))
    an_account("local", ("administrator", unit, Reach.SUBTREE))
    tell("certificate", people=accounts([reader.id]), facts={"course": "course1"}, key="certificate/1")
    announcement = db.session.scalars(select(Announcement)).one()
    announcement.facts = {"sealed": "nonsense"}
    db.session.commit()
    for _ in range(spreading.TRIES):
        assert sending.send_due() == 0
    chief, local = somebody(app, "chief"), somebody(app, "local")
    page = chief.get("/admin/message-templates/").text
    assert "未能生成消息" in page
    assert "未能生成消息" not in local.get("/admin/message-templates/").text
    announcement.facts = {"course": "course1"}  # as if the cause had been mended
    db.session.commit()
    send(local, "/admin/message-templates/spread-again")
    assert sending.send_due() == 0
    send(chief, "/admin/message-templates/spread-again")
    assert sending.send_due() == 1
    assert [one.title_zh for one in db.session.scalars(select(Letter))] == ["您已通过“course1”"]


def test_every_event_has_its_sentences_in_both_languages_and_only_known_facts() -> None:
    from app.notify.templates import _problem

    assert shipped().keys() == EVENTS.keys()
    for event, edition in shipped().items():
        for part in PARTS:
            name, _, language = part.partition("_")
            assert _problem(event, part, getattr(edition.texts[language], name)) is None, (event, part)
        assert edition.texts.keys() == set(LANGUAGES)


def texts(**changed: str) -> dict[str, str]:
    held = shipped()["certificate"].texts
    kept = {part: getattr(held[part.partition("_")[2]], part.partition("_")[0]) for part in PARTS}
    return kept | changed


def test_a_new_version_holds_from_the_next_message_on(app: Flask, post: Path) -> None:
    chief = an_account("chief", ("administrator", None, Reach.ALL))
    reader = someone()
    told(reader.id, 1)
    page = somebody(app, "chief").get("/admin/message-templates/certificate")
    assert page.status_code == 200
    answer = send(
        somebody(app, "chief"), "/admin/message-templates/certificate", version="0", **texts(title_zh="恭喜：{course}")
    )
    assert answer.status_code == 302, answer.text
    told(reader.id, 2)
    titles = db.session.scalars(select(Letter.title_zh).order_by(Letter.id)).all()
    assert titles == ["您已通过“course1”", "恭喜：course2"]
    assert in_force(["certificate"])["certificate"].version == 1
    from app.errors import Conflict

    with pytest.raises(Conflict):
        write_template("certificate", texts(), by=acting(chief), after=0)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("title_zh", ""), ("title_en", "You passed {lesson}"), ("body_zh", "x" * 1001), ("short_en", "two\nlines"),
        ("body_en", "{course} {"), ("body_en", "{course.__class__}"), ("title_zh", "{}"),
    ],
)  # fmt: skip
def test_a_sentence_with_an_unknown_fact_or_a_stray_brace_is_refused(
    app: Flask, post: Path, part: str, text: str
) -> None:
    an_account("chief", ("administrator", None, Reach.ALL))
    page = send(somebody(app, "chief"), "/admin/message-templates/certificate", version="0", **texts(**{part: text}))
    assert page.status_code == 422
    assert f'id="{part}-error"' in page.text
    assert in_force(["certificate"])["certificate"].version == 0


def test_a_gateway_of_a_wrong_name_or_without_its_address_is_refused_at_the_start() -> None:
    for wrong in (
        {"MESSAGES_SMS": "pigeon"}, {"MESSAGES_SMS": "http"}, {"MESSAGES_EMAIL": "smtp", "SMTP_HOST": "mail"},
        {"MESSAGES_CHAT": "webhook", "CHAT_URL": "file:///etc/passwd"}, {"MESSAGES_TIMEOUT": "0"},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"MESSAGES|SMTP|SMS|CHAT"):
            carriers.read(wrong, development=False)
    assert carriers.read({}, development=False)["MESSAGES_EMAIL"] == "off"
