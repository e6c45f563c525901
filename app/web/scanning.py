"""Files that are held for the virus scanner are scanned again beside the pages, once the scanner answers."""

from __future__ import annotations

import logging
import threading
import time

from flask import Flask

from app.access.actor import system
from app.materials import holding, scanner
from models import db

log = logging.getLogger("zerotrip")
EVERY_SECONDS = 60.0


def scan_what_is_held(app: Flask) -> None:
    """With a request, at most once a minute and in a thread of its own, look whether something is held."""
    working = threading.Lock()
    last = [0.0]

    @app.before_request
    def look() -> None:
        if app.testing or not scanner.configured() or time.monotonic() - last[0] < EVERY_SECONDS:
            return
        last[0] = time.monotonic()
        threading.Thread(target=_scan, args=(app, working), name="scanner", daemon=True).start()


def _scan(app: Flask, working: threading.Lock) -> None:
    if not working.acquire(blocking=False):
        return
    try:
        with app.app_context():
            try:
                if holding.anything_held():
                    holding.scan_held(by=system("scanner"))
            finally:
                db.session.remove()
    except Exception:
        log.exception("scanning what is held broke off")
    finally:
        working.release()
