"""A small scanner that speaks clamd's protocol on this machine, well or badly."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.materials import scanner

VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"


@contextmanager
def clamd(manner: str = "well", *, family: int = socket.AF_INET, path: str = "") -> Iterator[list[bytes]]:
    """Listen, and let the product know where. `manner`: well, late, dripping, closing, halfway, garbage, error, silent.

    Gives the list of contents that came in.
    """
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.bind(path if path else ("127.0.0.1", 0))
    listening.listen(8)
    heard: list[bytes] = []
    done = threading.Event()
    thread = threading.Thread(target=_serve, args=(listening, manner, heard, done), daemon=True)
    thread.start()
    scanner.configure(path or f"127.0.0.1:{listening.getsockname()[1]}")
    try:
        yield heard
    finally:
        scanner.configure("")
        done.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@contextmanager
def nobody() -> Iterator[None]:
    """The scanner is configured, and nothing listens there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scanner.configure(f"127.0.0.1:{port}")
    try:
        yield
    finally:
        scanner.configure("")


def _serve(listening: socket.socket, manner: str, heard: list[bytes], done: threading.Event) -> None:
    while not done.is_set():
        try:
            line, _ = listening.accept()
        except OSError:
            return
        with line:
            if manner == "closing":
                continue
            content = _received(line)
            heard.append(content)
            if manner == "silent":
                done.wait(5)
                continue
            clean = b"stream: Eicar-Signature FOUND\0" if VIRUS in content else b"stream: OK\0"
            if manner == "dripping":
                _drip(line, clean * 40, done)
                continue
            if manner == "late":
                done.wait(0.3)
            line.sendall({
                "well": clean, "late": clean, "halfway": clean[:7], "garbage": b"\xff\xfe" * 3000,
                "unended": b"stream: OK", "both": b"stream: OK\0stream: x FOUND\0",
                "error": b"INSTREAM size limit exceeded. ERROR\0",
            }[manner])  # fmt: skip


def _drip(line: socket.socket, answer: bytes, done: threading.Event) -> None:
    """One byte after another, so that the line is never quiet and the answer never there in time."""
    for byte in answer.replace(b"\0", b" "):
        if done.wait(0.05):
            return
        try:
            line.sendall(bytes([byte]))
        except OSError:
            return


def _received(line: socket.socket) -> bytes:
    stream = line.makefile("rb")
    assert stream.read(10) == b"zINSTREAM\0"
    content = b""
    while size := struct.unpack(">I", stream.read(4))[0]:
        content += stream.read(size)
    return content
