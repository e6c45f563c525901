"""Works off jobs beside the pages: a thread of this process that starts when there is something to do and then ends."""

from __future__ import annotations

import logging
import threading

from flask import Flask, current_app

from app.jobs import service
from models import db

log = logging.getLogger("zerotrip")
_working = threading.Lock()


def start_working(*, after_a_restart: bool = False) -> None:
    """See to it that this process works off what waits. A thread that is at it already does the new job too."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if app.testing:
        return  # tests work jobs off themselves, at the moment they choose
    threading.Thread(target=_work, args=(app, after_a_restart), name="jobs", daemon=True).start()


def go_on_after_a_restart(app: Flask) -> None:
    """Take up, with the first request of a process, what another one was killed at."""
    begun = threading.Event()

    @app.before_request
    def look() -> None:
        if not begun.is_set():
            begun.set()
            start_working(after_a_restart=True)


def _work(app: Flask, after_a_restart: bool) -> None:
    if not _working.acquire(blocking=False):
        return  # the thread that holds it looks once more before it ends
    try:
        with app.app_context():
            try:
                if after_a_restart:
                    service.take_up_lost()
                while service.work_off():
                    pass
            finally:
                db.session.remove()
    except Exception:
        log.exception("working off jobs broke off")
    finally:
        _working.release()
