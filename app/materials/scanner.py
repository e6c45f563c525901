"""The virus scanner: asks a clamd, where one is configured, about a file. What it does not say clearly is not passed.

The protocol is clamd's INSTREAM: the command, the content in pieces with their lengths, a piece of length nought, and
one line in answer.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.materials.verdicts import BLOCKING, Finding
from app.messages import Message

HELD = "held"
INFECTED = "infected"
_PIECE = 64 * 1024
_CONNECTING = 2.0
_SECONDS = 10.0
"""Seconds for the whole conversation; a scanner that takes longer is treated as one that is down."""
_LONGEST_ANSWER = 4096
_ADDRESS = re.compile(r"(?:tcp://)?(?P<host>\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):(?P<port>\d{1,5})")

_address: str = ""


@dataclass(frozen=True)
class Scan:
    """What the scanner said: nothing found, the name of what it found, or no clear answer."""

    outcome: Literal["clean", "infected", "unanswered"]
    name: str = ""


def configure(address: str) -> None:
    """Say once, at the start, where the scanner listens; empty where there is none."""
    global _address
    _address = address


def configured() -> bool:
    """Whether files have to pass a scanner."""
    return bool(_address)


def is_address(given: str) -> bool:
    """Whether this names a place where a clamd can listen: `/path`, `unix:/path`, `host:port`, `tcp://host:port`."""
    if given.removeprefix("unix:").startswith("/"):
        return True
    match = _ADDRESS.fullmatch(given)
    return match is not None and 0 < int(match["port"]) < 65_536


def scan(path: Path) -> Scan:
    """Ask about one file. Never raises for what the scanner does; where none is configured, everything is clean."""
    if not _address:
        return Scan("clean")
    until = time.monotonic() + _SECONDS
    try:
        with _connected() as line, path.open("rb") as content:
            _say(line, b"zINSTREAM\0", until)
            while piece := content.read(_PIECE):
                _say(line, struct.pack(">I", len(piece)) + piece, until)
            _say(line, struct.pack(">I", 0), until)
            return _understood(_heard(line, until))
    except (OSError, ValueError):
        return Scan("unanswered")


def scan_finding(scanned: Scan) -> Finding | None:
    """What the sender is told, or None of a clean file."""
    if scanned.outcome == "clean":
        return None
    if scanned.outcome == "infected":
        message = Message("The virus scanner found %(name)s in this file.", name=scanned.name)
        remedy = Message("Do not open it. Tell your IT staff, and send a sound copy from another computer.")
        return Finding(INFECTED, BLOCKING, None, message, remedy, {"name": scanned.name})
    message = Message("This file waits for the virus scanner, which does not answer at the moment.")
    remedy = Message("It is kept and scanned as soon as the scanner answers again. Look again in a few minutes.")
    return Finding(HELD, BLOCKING, None, message, remedy)


def _connected() -> socket.socket:
    place = _address.removeprefix("unix:")
    if place.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_CONNECTING)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    match = _ADDRESS.fullmatch(_address)
    if match is None:
        raise ValueError(_address)
    return socket.create_connection((match["host"].strip("[]"), int(match["port"])), timeout=_CONNECTING)


def _say(line: socket.socket, told: bytes, until: float) -> None:
    line.settimeout(max(until - time.monotonic(), 0.001))
    line.sendall(told)


def _heard(line: socket.socket, until: float) -> bytes:
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
        line.settimeout(max(until - time.monotonic(), 0.001))
        piece = line.recv(1024)
        if not piece:
            break
        answer += piece
    return answer


def _understood(answer: bytes) -> Scan:
    """Only the two whole sentences of the protocol count: broken off, garbled or an error is no answer."""
    if not answer.endswith(b"\0"):
        return Scan("unanswered")
    told = answer[:-1].decode("utf-8", "replace").strip()
    if told == "stream: OK":
        return Scan("clean")
    found = re.fullmatch(r"stream: (?P<name>[\x20-\x7e]{1,200}) FOUND", told)
    return Scan("infected", found["name"][:80]) if found else Scan("unanswered")
