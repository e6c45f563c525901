"""A gateway as a process of its own: it keeps to the contract of keys, and misbehaves in every other way it is told to.

    python -m tests.notify.far_side PORT FOLDER MODE,MODE,…

It is somebody else's program and knows nothing of ours but the contract: a key that it has taken it takes again without
delivering. One mode for each call, in their order; after the last it is well.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
SILENCE = 4.0
"""Longer than the worker waits."""


class FarSide(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, folder: Path, modes: list[str]) -> None:
        super().__init__(("127.0.0.1", port), Call)
        self.folder, self.modes, self.lock = folder, modes, threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def next_mode(self, key: str) -> str:
        """The mode of this call, written down beside its key before anything else is done."""
        with self.lock:
            mode = self.modes.pop(0) if self.modes else "well"
            with (self.folder / "calls.log").open("a", encoding="utf-8") as log:
                log.write(f"{mode} {key}\n")
            return mode

    def take(self, told: dict[str, Any]) -> None:
        """Deliver it, whole or not at all, unless its key was delivered before."""
        draft = self.folder / f".{uuid4().hex}"
        draft.write_text(json.dumps({**told, "body": told["text"]}), encoding="utf-8")
        try:
            os.link(draft, self.folder / f"{sha256(told['key'].encode()).hexdigest()}.json")
        except FileExistsError:
            pass
        finally:
            draft.unlink()


class Call(BaseHTTPRequestHandler):
    server: FarSide
    connection: socket.socket

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mode = self.server.next_mode(told["key"])
        if mode == "refuse":
            self.connection.sendall(BUSY)
            return
        if mode == "late":
            time.sleep(SILENCE)  # the worker has given it up long since, and it takes it all the same
        for _ in range(2 if mode == "twice" else 1):
            self.server.take(told)
        if mode == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if mode == "hold":
            (self.server.folder / "held").touch()
            time.sleep(600)
        self._answer(mode)

    def _answer(self, mode: str) -> None:
        if mode == "cut":
            return
        if mode == "hang":
            time.sleep(SILENCE)
            return
        if mode == "slow":
            until = time.monotonic() + SILENCE
            self.connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while time.monotonic() < until:
                self.connection.sendall(b"X")
                time.sleep(0.2)
        self.connection.sendall(OK * 2 if mode == "twice" else OK)

    def log_message(self, format: str, *args: object) -> None:
        """The test reads `calls.log`."""


if __name__ == "__main__":
    FarSide(int(sys.argv[1]), Path(sys.argv[2]), [one for one in sys.argv[3].split(",") if one]).serve_forever()
