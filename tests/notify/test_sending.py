"""Sending: each message once, whatever happens to the worker and to the gateway; and nothing lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.notify import sending
from app.notify.rules import ATTEMPTS
from app.notify.service import Telling, accounts, address, tell, tell_many
from models import Announcement, Letter, db
from models.messages import Channel
from tests.conftest import MORNING
from tests.notify.city import OK, a_server, delivered, deliveries, into_files, key_in, over_http, someone, states


def tell_of(account_id: int, *numbers: int) -> None:
    tell_many(
        "certificate",
        [Telling(accounts([account_id]), {"course": f"第{n}课"}, f"course/{n}", link="/my-wage") for n in numbers],
    )


def test_a_message_lands_in_the_inbox_and_in_the_mail(app: Flask, post: Path) -> None:
    reader = someone()
    tell_of(reader.id, 1)
    assert sending.send_due() == 1
    (letter,) = db.session.scalars(select(Letter)).all()
    assert (letter.account_id, letter.title_zh, letter.title_en) == (
        reader.id, "您已通过“第1课”", "You have passed 第1课",
    )  # fmt: skip
    (mail,) = delivered(post)
    assert (mail["to"], mail["channel"], mail["subject"]) == ("reader@example.test", "EMAIL", "您已通过“第1课”")
    assert states() == ["SENT"]
    assert sending.send_due() == 0


def test_a_killed_worker_leaves_each_message_once(app: Flask, post: Path, tmp_path: Path) -> None:
    """The worker is a process of its own, killed while it sends; another goes on after the lease is over."""
    reader, count = someone().id, 60
    tell_of(reader, *range(count))
    settings = app.config["SETTINGS"]
    environment = {
        **os.environ, "ZEROTRIP_ENV": "development", "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key, "UPLOADS_DIR": str(settings.uploads_dir), "MESSAGES_DIR": str(post),
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "app", "notify", "send"]
    db.session.rollback()
    worker = subprocess.Popen(command, env=environment, cwd=Path(app.root_path).parent, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 300  # on a laden machine it takes a while to begin
        while len(list(post.glob("*.json"))) < 5 and worker.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        worker.send_signal(signal.SIGKILL)
    finally:
        worker.wait()
    killed_after = len(delivered(post))
    assert 0 < killed_after < count, "the worker was killed in the middle"
    # The worker ran on the real clock, later than the stopped one of this test.
    with clock.frozen(clock.now() + timedelta(days=20_000)):
        sending.send_due()
    assert states() == ["SENT"] * count
    assert len(delivered(post)) == len({one["key"] for one in delivered(post)}) == count
    assert all(letter.read_at is None for letter in db.session.scalars(select(Letter)))
    assert len(db.session.scalars(select(Letter)).all()) == count


def test_a_worker_killed_between_gateway_and_record_sends_it_once(
    app: Flask, post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst moment: the gateway has it, and nobody has written that down."""
    tell_of(someone().id, 1)

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> int:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(sending, "_settle", die)
        with pytest.raises(Killed):
            sending.send_due()
    db.session.rollback()
    assert states() == ["SENDING"]
    assert sending.send_due() == 0, "the lease still holds"
    with clock.frozen(MORNING + sending.LEASE + timedelta(seconds=1)):
        assert sending.send_due() == 1
    (one,) = deliveries()
    assert (one.state, one.attempts) == ("SENT", 2)
    assert len(delivered(post)) == 1


def test_two_workers_at_once_send_each_once(app: Flask, post: Path) -> None:
    count = 30
    tell_of(someone().id, *range(count))
    problems: list[BaseException] = []
    begin = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            try:
                begin.wait(30)
                sending.send_due()
            except BaseException as problem:
                problems.append(problem)
            finally:
                db.session.remove()

    db.session.rollback()
    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(300)
    assert problems == []
    assert states() == ["SENT"] * count
    assert [one.attempts for one in deliveries()] == [1] * count
    assert len(delivered(post)) == count


def test_a_gateway_that_takes_it_and_does_not_say_so_gets_the_same_key_again(app: Flask, post: Path) -> None:
    taken: set[str] = set()
    calls: list[str] = []

    def answer(line: socket.socket, request: bytes) -> None:
        calls.append(key_in(request))
        taken.add(key_in(request))
        if len(calls) > 1:
            line.sendall(OK + OK)  # it answers twice, too

    reader = someone(phone="13800000000")
    with a_server(answer) as (url, _):
        over_http(url)
        tell("trial", people=accounts([reader.id]), facts={"name": "王芳"}, key="trial/1")
        assert sending.send_due() == 0
        assert states() == ["WAITING"]
        with clock.frozen(MORNING + timedelta(minutes=1)):
            assert sending.send_due() == 1
    assert len(calls) == 2
    assert len(taken) == 1


@pytest.mark.parametrize("piece", [b"", b"HTTP/1.1 200 OK\r\n", b"x"])
def test_a_slow_gateway_holds_nobody_up_for_longer_than_its_deadline(app: Flask, post: Path, piece: bytes) -> None:
    """It takes the line and says nothing, or one header and no end, or a byte now and then for ever."""
    over = threading.Event()

    def trickle(line: socket.socket, _: bytes) -> None:
        while not over.is_set():
            if piece:
                line.sendall(piece if piece == b"x" else b"X-Slow: 1\r\n")
            over.wait(0.3)

    reader = someone(phone="13800000000")
    try:
        with a_server(trickle) as (url, _):
            over_http(url, seconds=1)
            tell("trial", people=accounts([reader.id]), facts={"name": "王芳"}, key="trial/1")
            begun = time.monotonic()
            assert sending.send_due() == 0
            assert time.monotonic() - begun < 30, "it hangs"
    finally:
        over.set()
    (one,) = deliveries()
    assert (one.state, one.attempts) == ("WAITING", 1)
    assert one.due > clock.now()
    into_files(post)
    with clock.frozen(MORNING + timedelta(minutes=1)):
        assert sending.send_due() == 1
    assert len(delivered(post)) == 1


def test_a_refusal_for_good_is_not_tried_again_and_one_for_now_is(app: Flask, post: Path) -> None:
    reader = someone(phone="13800000000")
    for status, state in (("400 Bad Request", "DEAD"), ("503 Busy", "WAITING"), ("429 Slow Down", "WAITING")):
        reply = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        with a_server(lambda line, _, reply=reply: line.sendall(reply)) as (url, _):
            over_http(url)
            tell("trial", people=accounts([reader.id]), facts={"name": "王芳"}, key=f"trial/{status}")
            sending.send_due()
        assert states()[-1] == state, status


def test_after_enough_attempts_it_lies_among_the_dead_letters(app: Flask, post: Path) -> None:
    reader = someone(phone="13800000000")
    over_http("http://127.0.0.1:9/nobody-listens", seconds=1)
    tell("trial", people=accounts([reader.id]), facts={"name": "王芳"}, key="trial/1")
    waits = []
    for attempt in range(ATTEMPTS):
        with clock.frozen(MORNING + timedelta(hours=2 * attempt)):
            sending.send_due()
            waits.append(deliveries()[0].due - clock.now())
    (one,) = deliveries()
    assert (one.state, one.attempts) == ("DEAD", ATTEMPTS)
    assert one.problem is not None
    assert waits[0] < timedelta(minutes=1) < waits[5] <= timedelta(hours=1)


def test_a_secret_is_nowhere_after_it_went(app: Flask, post: Path) -> None:
    tell("activation_code", people=address(Channel.SMS, "13800000000"), facts={"code": "739214", "hours": 24},
         key="activation/1")  # fmt: skip
    sending.send_due()
    (message,) = delivered(post)
    assert "739214" in message["body"]
    (one,) = deliveries()
    assert (one.state, one.body) == ("SENT", "")
    assert "739214" not in str(db.session.scalars(select(Announcement)).one().facts)
    assert db.session.scalars(select(Letter)).all() == []


def test_what_is_too_late_is_not_sent(app: Flask, post: Path) -> None:
    tell("activation_code", people=address(Channel.SMS, "13800000000"), facts={"code": "739214", "hours": 24},
         key="activation/1", until=MORNING - timedelta(hours=1))  # fmt: skip
    assert sending.send_due() == 0
    assert states() == ["DROPPED"]
    assert delivered(post) == []


def test_an_announcement_that_cannot_be_spread_holds_up_no_other(app: Flask, post: Path) -> None:
    reader = someone().id
    tell_of(reader, 1, 2, 3)
    broken = db.session.scalars(select(Announcement).where(Announcement.key == "course/2")).one()
    broken.facts = {"sealed": "nonsense"}
    db.session.commit()
    for _ in range(6):
        sending.send_due()
    assert [one["key"].split(":")[0] for one in delivered(post)] == ["course/1", "course/3"]
    assert db.session.scalars(select(Announcement.state).order_by(Announcement.id)).all() == [
        "SPREAD", "FAILED", "SPREAD",
    ]  # fmt: skip
