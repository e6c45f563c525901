"""The press: sets forms as PDFs in a process of its own, with limits on time and memory and on how many run at once."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.errors import Refused, TooMany
from app.messages import Message

log = logging.getLogger("zerotrip")

Job = tuple[str, dict[str, Any]]

SECONDS = 60
MEMORY = 2 * 1024**3  # of addresses: the fonts alone, which are mapped and not read, take 50 MB of them each
AT_ONCE = 2
WAIT_SECONDS = 30.0
FONTS = ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc")
_PLACES = ("/usr/share/fonts", "/usr/local/share/fonts")
_TEMPLATES = Path(__file__).parent / "templates"
_PROGRAM = Path(__file__).with_name("typeset.py")
_presses = threading.BoundedSemaphore(AT_ONCE)


class NotPrinted(Refused):
    """A form that could not be set."""

    status = 503


def set_documents(jobs: Sequence[Job]) -> list[bytes]:
    """One PDF for each layout with its content, in order.

    Raises NotPrinted where the fonts are missing or a limit is reached, TooMany where the presses stay busy.
    """
    with TemporaryDirectory(prefix="press-") as folder:
        for font in fonts():
            (Path(folder) / font.name).symlink_to(font)
        order = {
            "folder": str(_TEMPLATES), "fonts": folder, "seconds": SECONDS, "memory": MEMORY,
            "jobs": [{"layout": layout, "content": content} for layout, content in jobs],
        }  # fmt: skip
        if not _presses.acquire(timeout=WAIT_SECONDS):
            raise TooMany(
                Message("Too many forms are being printed at this moment."),
                retry_after=30,
                remedy=Message("Wait half a minute, then print again."),
            )
        try:
            return _run(json.dumps(order, ensure_ascii=False).encode())
        finally:
            _presses.release()


def fonts(places: Sequence[str | Path] | None = None) -> list[Path]:
    """The files of the two fonts that every form is set in; raises NotPrinted where one is missing."""
    named = os.environ.get("FONTS_DIR")
    looked_at = [Path(one) for one in places or ([named] if named else _PLACES)]
    found = [_font(name, looked_at) for name in FONTS]
    if None in found:
        raise NotPrinted(
            Message("This server lacks the Chinese fonts that forms are printed in, so nothing was printed."),
            remedy=Message("Tell your IT team: install the Debian package fonts-noto-cjk, or name the folder with "
                           "%(files)s in FONTS_DIR. No restart is needed.", files=", ".join(FONTS)),
        )  # fmt: skip
    return [one for one in found if one is not None]


def _font(name: str, places: Sequence[Path]) -> Path | None:
    for place in places:
        usual = place / "opentype" / "noto" / name
        if usual.is_file():
            return usual
        if (found := next(place.rglob(name), None)) is not None:
            return found
    return None


def _run(order: bytes) -> list[bytes]:
    """Hand the order to the program; what it writes is the lengths in one line, and the documents behind it."""
    try:
        done = subprocess.run(
            [sys.executable, "-s", "-P", str(_PROGRAM)],
            input=order, capture_output=True, timeout=SECONDS, check=True, cwd="/",
            # No secret of the application is passed on; threads are few, since a print may not take the machine.
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "RAYON_NUM_THREADS": "2"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _failed(Message("Printing took longer than %(seconds)s seconds.", seconds=SECONDS)) from None
    except subprocess.CalledProcessError as error:
        _log(error.stderr)
        raise _failed(Message("This form could not be printed.")) from None
    line, _, rest = done.stdout.partition(b"\n")
    documents, place = [], 0
    for length in json.loads(line):
        documents.append(rest[place : place + length])
        place += length
    return documents


def _log(said: bytes) -> None:
    """The last line alone: what stands before it may carry what is on the form."""
    lines = said.decode(errors="replace").strip().splitlines()
    log.error("a form could not be set: %s", lines[-1][:200] if lines else "no word")


def _failed(message: Message) -> NotPrinted:
    return NotPrinted(
        message,
        remedy=Message("Print fewer people at a time, or try again later. If it happens again, tell your IT team."),
    )
