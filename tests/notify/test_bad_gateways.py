"""A gateway that is killed, doubled and slow, and workers that are killed: each message exactly once in the end.

Everything here is a process of its own: the gateway listens on 127.0.0.1, the workers are the command that production
runs, and what dies is killed outright.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.notify.service import Telling, accounts, tell_many
from models import MessageChoice, db
from models.messages import Channel
from tests.notify.city import delivered, deliveries, someone, states

ROOT = Path(__file__).resolve().parents[2]
TOLD = 10
MESSAGES = TOLD * 3
PATIENCE = 300.0
"""Seconds that a laden machine is given for what takes some."""


def wait_for(what: Callable[[], bool], *, why: str) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, why
        time.sleep(0.005)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def gateway(port: int, folder: Path, *modes: str) -> Iterator[subprocess.Popen[bytes]]:
    """The far side as a process; killed at the end, if it has not killed itself."""
    command = [sys.executable, "-m", "tests.notify.far_side", str(port), str(folder), ",".join(modes)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: listens(port), why="the gateway does not listen")
        yield process
    finally:
        process.kill()
        process.wait()


class Workers:
    """The command that sends, with everything by telephone and chat over the gateway and mail into a folder."""

    def __init__(self, app: Flask, port: int, mail: Path) -> None:
        settings = app.config["SETTINGS"]
        self.environment = {
            **os.environ, "ZEROTRIP_ENV": "development", "DATABASE_URL": settings.database_url,
            "SECRET_KEY": settings.secret_key, "UPLOADS_DIR": str(settings.uploads_dir), "MESSAGES_DIR": str(mail),
            "MESSAGES_SMS": "http", "SMS_URL": f"http://127.0.0.1:{port}/sms",
            "MESSAGES_CHAT": "webhook", "CHAT_URL": f"http://127.0.0.1:{port}/chat",
        }  # fmt: skip

    def begin(self, *, timeout: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flask", "--app", "app", "notify", "send"]
        environment = {**self.environment, "MESSAGES_TIMEOUT": str(timeout)}
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)

    def send(self, *, many: int = 1) -> None:
        """Some workers at once, to their end."""
        working = [self.begin(timeout=1) for _ in range(many)]
        assert [one.wait(PATIENCE) for one in working] == [0] * many


def hours_pass() -> None:
    """What waits for its next attempt is due, and the lease of who was killed is over."""
    for one in deliveries():
        one.due -= timedelta(hours=2)
        if one.lease_until is not None:
            one.lease_until -= timedelta(hours=2)
    db.session.commit()


def calls(folder: Path) -> list[tuple[str, str]]:
    """The modes and keys of every call, in their order."""
    lines = (folder / "calls.log").read_text(encoding="utf-8").splitlines()
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


@pytest.fixture
def told(app: Flask) -> None:
    """One person who is reached over three channels, and what they are told."""
    reader = someone(phone="13800000000", chat="wangfang")
    db.session.add(MessageChoice(account_id=reader.id, event="certificate", channel=Channel.SMS, wanted=True))
    db.session.commit()
    tell_many(
        "certificate",
        [Telling(accounts([reader.id]), {"course": f"第{n}课"}, f"course/{n}", link="/learning") for n in range(TOLD)],
    )
    db.session.rollback()


def test_each_message_is_there_once_after_all_were_killed_doubled_and_slow(
    app: Flask, told: None, tmp_path: Path
) -> None:
    port, folder, mail = free_port(), tmp_path / "far side", tmp_path / "mail"
    workers = Workers(app, port, mail)

    with gateway(port, folder, "well", "twice", "hold"):  # killed at the end, with a message in its hands
        worker = workers.begin(timeout=60)
        wait_for(lambda: (folder / "held").exists() or worker.poll() is not None, why="no third message came")
        worker.kill()
        worker.wait()
    held = calls(folder)[-1][1]
    (unwritten,) = [one for one in deliveries() if one.state == "SENDING"]
    assert unwritten.key == held, "the gateway has it, and nobody has written that down"
    assert held in [one["key"] for one in delivered(folder)]

    hours_pass()
    with gateway(port, folder, "cut", "refuse", "hang", "die") as killed:
        workers.send()  # what follows on the death of the gateway finds nobody there
        assert killed.wait(PATIENCE) == -9
    assert "WAITING" in states()

    hours_pass()
    with gateway(port, folder, "late", "slow", "twice", "hang", "refuse", "cut"):
        workers.send(many=2)
        for _ in range(5):  # on a laden machine a good answer may be late as well
            hours_pass()
            workers.send()
            if set(states()) == {"SENT"}:
                break
        wait_for(lambda: len(delivered(folder)) == 2 * TOLD, why="what is late has not come")

    assert Counter(states()) == {"SENT": MESSAGES}
    keys = [one["key"] for one in delivered(folder)] + [one["key"] for one in delivered(mail)]
    assert sorted(keys) == sorted(one.key for one in deliveries())
    assert len({(one["to"], one["body"]) for one in delivered(folder)}) == 2 * TOLD
    assert len({(one["to"], one["body"]) for one in delivered(mail)}) == TOLD
    seen = Counter(mode for mode, _ in calls(folder))
    assert seen.keys() == {"well", "twice", "hold", "cut", "refuse", "hang", "die", "late", "slow"}
    made = calls(folder)
    for place, (mode, key) in enumerate(made):
        if mode not in ("well", "twice"):
            assert key in [later for _, later in made[place + 1 :]], f"{mode} {key} was not tried again"
