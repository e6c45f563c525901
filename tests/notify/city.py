"""A unit with people who can be told, a folder as gateway, and gateways that misbehave."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import clock
from app.notify import carriers
from models import Account, Delivery, MessageHabit, db
from tests.factories import an_account


def someone(name: str = "reader", **habit: Any) -> Account:
    """An account that is reached by mail, with further habits as they are given."""
    account = an_account(name)
    habit.setdefault("email", f"{name}@example.test")
    db.session.add(MessageHabit(account_id=account.id, changed_at=clock.now(), **habit))
    db.session.commit()
    return account


def into_files(folder: Path, **more: str) -> None:
    """Everything goes into a folder."""
    carriers.configure(carriers.read({"MESSAGES_DIR": str(folder), **more}, development=True))


def over_http(address: str, *, seconds: int = 2, **more: str) -> None:
    """Text messages go to a web service, everything else into no gateway."""
    settings = {"MESSAGES_SMS": "http", "SMS_URL": address, "MESSAGES_TIMEOUT": str(seconds), **more}
    carriers.configure(carriers.read(settings, development=False))


def delivered(folder: Path) -> list[dict[str, Any]]:
    """What lies in the folder, by key."""
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    return sorted(kept, key=lambda one: str(one["key"]))


def deliveries() -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def states() -> list[str]:
    return [one.state for one in deliveries()]


@contextmanager
def a_server(answer: Callable[[socket.socket, bytes], None]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads one request of each line and answers as it likes; its address and what it was sent."""
    received: list[bytes] = []
    door = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                line, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(line,), daemon=True).start()

    def one(line: socket.socket) -> None:
        with line:
            line.settimeout(10)
            try:
                request = _whole_request(line)
                received.append(request)
                answer(line, request)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}/send", received
    finally:
        over.set()
        door.close()


def _whole_request(line: socket.socket) -> bytes:
    text = b""
    while b"\r\n\r\n" not in text:
        text += line.recv(4096)
    head, _, body = text.partition(b"\r\n\r\n")
    size = next(int(one.split(b":")[1]) for one in head.split(b"\r\n") if one.lower().startswith(b"content-length"))
    while len(body) < size:
        body += line.recv(4096)
    return head + b"\r\n\r\n" + body


def key_in(request: bytes) -> str:
    """The key of a request."""
    head = request.partition(b"\r\n\r\n")[0].decode()
    return next(one.split(":", 1)[1].strip() for one in head.split("\r\n") if one.lower().startswith("idempotency-key"))


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
