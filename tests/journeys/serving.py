"""The product served on this machine, and the browser that looks at it."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, Playwright
from werkzeug.serving import make_server

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def start_chromium(playwright: Playwright) -> Browser:
    """Debian's Chromium, or the one that is installed as google-chrome."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "the journeys need a browser: run scripts/browser"
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


@contextmanager
def at_a_free_port(app: Flask) -> Iterator[str]:
    """The address under which the product is served meanwhile."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    served = make_server("127.0.0.1", 0, app, threaded=True)
    served.daemon_threads = False  # type: ignore[attr-defined]  # so that closing waits for requests that still run
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{served.server_port}"
    finally:
        served.shutdown()
        served.server_close()
        thread.join()
