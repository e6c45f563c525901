"""Sends messages beside the pages: a thread of this process that wakes when something was told, and now and then."""

from __future__ import annotations

import logging
import threading

from flask import Flask

from app.notify import carriers, sending, service
from models import db

log = logging.getLogger("zerotrip")
EVERY = 20.0
"""Seconds after which it looks by itself: for what waited for its hour, and for what another process was killed at."""
_wake = threading.Event()


def send_beside_the_pages(app: Flask) -> None:
    """Begin with the first request, so that a command or a test that only builds the product sends nothing."""
    begun = threading.Event()
    service.wake_with(_wake.set)

    @app.before_request
    def look() -> None:
        if not begun.is_set():
            begun.set()
            if not app.testing and carriers.in_process():
                threading.Thread(target=_send_on_and_on, args=(app,), name="messages", daemon=True).start()


def _send_on_and_on(app: Flask) -> None:
    while True:
        _wake.clear()
        try:
            with app.app_context():
                try:
                    sending.send_due()
                finally:
                    db.session.remove()
        except Exception:
            log.exception("sending messages broke off; it goes on with the next look")
        _wake.wait(EVERY)
