"""A deadline over a whole exchange: a timeout of a socket begins anew with every byte, and a slow far side knows it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_AGAIN = 0.5


class Late(Exception):
    """The exchange was not over in time, and its line was cut."""


@contextmanager
def deadline(seconds: float, line: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut the line when the time is over, and again while somebody still holds on to it. `line` gives the socket, once
    there is one. Raises Late."""
    done, over = threading.Event(), threading.Event()

    def cut() -> None:
        wait = seconds
        while not done.wait(wait):
            over.set()
            wait = _AGAIN
            held = line()
            if held is not None:
                try:
                    held.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # closed already, or not connected yet

    threading.Thread(target=cut, name="deadline", daemon=True).start()
    try:
        yield
    except Exception as problem:
        if over.is_set():
            raise Late from problem
        raise
    finally:
        done.set()
    if over.is_set():
        raise Late
