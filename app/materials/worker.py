"""The process in which hostile files are opened: a warm parent that forks once for every file.

Started by the sandbox as a script, with the root of the project as its argument. The package `app` is entered here
without running its own start, so that the web application, its settings and its secrets are never part of this process.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import math
import os
import resource
import select
import signal
import sys
import time
from types import ModuleType
from typing import Any

_OWN_FAULTS = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP, signal.SIGFPE)
"""What a file does to its examiner; anything else that ends it came from outside."""
_NEARLY_ALL = 0.6
"""Part of the memory that may be in use when the library that wanted more gives up."""
_WORTH_ANOTHER = 0.25
"""Part of the time that a failed try may have cost to be tried once more: nothing takes longer than its limit."""


def serve() -> None:
    """Answer orders line by line until the other side closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        if order["task"] in _BEFORE:
            _BEFORE[order["task"]]()
        sys.stdout.write(json.dumps(_in_own_process(order)) + "\n")
        sys.stdout.flush()


def _in_own_process(order: dict[str, Any]) -> dict[str, Any]:
    """What came of the order. A failure that need not be the file's own (the machine stood still, or ended the process)
    is no verdict on the file: it is tried once more."""
    answer, certain = _tried(order)
    return answer if certain else _tried(order)[0]


def _tried(order: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """One try in a fork: its answer, and whether trying again could not bring another."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(order, writing)
    os.close(writing)
    told = _collect(reading, deadline=time.monotonic() + 2.5 * order["limits"]["seconds"])
    if told is None:
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    _, status, used = os.wait4(child, 0)
    limits = order["limits"]
    seconds = used.ru_utime + used.ru_stime
    cost = {"seconds": round(seconds, 4), "memory_mb": used.ru_maxrss // 1024}
    answer, certain = _answer_of(told, status, limits, cost)
    return {**answer, **cost}, certain


def _answer_of(
    told: bytes | None, status: int, limits: dict[str, Any], cost: dict[str, float]
) -> tuple[dict[str, Any], bool]:
    """What the child said, or what its end says, and whether trying again could not bring another answer."""
    seconds = cost["seconds"]
    if told is None:
        return {"failure": "timeout"}, seconds >= limits["seconds"]
    with contextlib.suppress(ValueError):
        answer = json.loads(told)
        if isinstance(answer, dict):
            return answer, answer.get("failure") != "crash" or seconds > _WORTH_ANOTHER * limits["seconds"]
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if ended_by == signal.SIGXCPU or (ended_by == signal.SIGKILL and seconds >= limits["seconds"]):
        return {"failure": "timeout"}, True
    if ended_by in _OWN_FAULTS and cost["memory_mb"] > _NEARLY_ALL * limits["memory_mb"]:
        return {"failure": "memory"}, True  # libraries end the process where they get no memory
    return {"failure": "crash"}, ended_by in _OWN_FAULTS or seconds > _WORTH_ANOTHER * limits["seconds"]


def _collect(reading: int, *, deadline: float) -> bytes | None:
    """All that the child writes until it closes; None when it takes too long."""
    pieces: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return None
        piece = os.read(reading, 65_536)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)


def _work(order: dict[str, Any], writing: int) -> None:
    """In the child: take the limits, do the task, write the answer, and leave without any clean-up of the parent's."""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        _confine(order["limits"])
        answer: dict[str, Any] = {"answer": _TASKS[order["task"]](order["arguments"], order["limits"])}
    except MemoryError:
        answer = {"failure": "memory"}
    except BaseException as error:
        from app.materials.complaints import tells_of_exhaustion

        answer = {"failure": "memory" if tells_of_exhaustion(error) else "crash"}
    try:
        told = json.dumps(answer).encode()
        while told:
            told = told[os.write(writing, told) :]
    finally:
        os._exit(0)


def _confine(limits: dict[str, Any]) -> None:
    with open("/proc/self/statm") as sizes:
        used = int(sizes.read().split()[0]) * resource.getpagesize()
    memory = used + limits["memory_mb"] * 1024 * 1024
    seconds = max(1, math.ceil(limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024 * 1024, 256 * 1024 * 1024))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _examine(arguments: dict[str, Any], limits: dict[str, Any]) -> dict[str, Any]:
    from pathlib import Path

    from app.materials.inspection import examine
    from app.materials.verdicts import Limits

    verdict = examine(
        Path(arguments["path"]),
        filename=arguments["filename"],
        declared_type=arguments["declared_type"],
        limits=Limits(**limits),
        straightened=arguments.get("straightened", False),
    )
    return verdict.to_json()


def _render(arguments: dict[str, Any], limits: dict[str, Any]) -> dict[str, Any]:
    from pathlib import Path

    from app.materials.rendering import draw_to_files
    from app.materials.verdicts import Limits

    pages = draw_to_files(
        Path(arguments["path"]),
        arguments["media_type"],
        to=Path(arguments["to"]),
        longest_side=arguments["longest_side"],
        limits=Limits(**limits),
        sheets=arguments.get("sheets", ()),
    )
    return {"pages": [str(page) for page in pages]}


def _bind(arguments: dict[str, Any], limits: dict[str, Any]) -> dict[str, Any]:
    from pathlib import Path

    from app.materials.documents import bind_to_file
    from app.materials.verdicts import Limits

    return bind_to_file(
        [Path(picture) for picture in arguments["pictures"]],
        to=Path(arguments["to"]),
        limit_bytes=arguments["limit_bytes"],
        limits=Limits(**limits),
    )


def _recognise(arguments: dict[str, Any], limits: dict[str, Any]) -> dict[str, Any]:
    from pathlib import Path

    from app.materials.recognising import recognise_pages
    from app.materials.verdicts import Limits

    pages = recognise_pages(
        Path(arguments["path"]),
        arguments["media_type"],
        at_most=arguments["at_most"],
        budget=arguments["budget"],
        limits=Limits(**limits),
        sheets=arguments.get("sheets", ()),
    )
    return {"pages": pages}


def _watch(arguments: dict[str, Any], _limits: dict[str, Any]) -> dict[str, Any]:
    from pathlib import Path

    from app.learning.watching import look_through

    return look_through(Path(arguments["path"]))


def _load_the_recogniser() -> None:
    """In the parent, before the first page is read: forks then share the models. They hold no threads of their own."""
    from app.materials import recognition

    recognition.load()


def _load_the_classifier() -> None:
    """The same for what tells which way up a line stands; it is small, and every examination asks it."""
    from app.materials import recognition

    recognition.load_the_classifier()


_TASKS = {"examine": _examine, "render": _render, "bind": _bind, "recognise": _recognise, "watch": _watch}
_BEFORE = {"examine": _load_the_classifier, "recognise": _load_the_recogniser}


def _enter(root: str) -> None:
    """Make the project importable, with an empty `app` package, and load every decoder before the first order."""
    package = ModuleType("app")
    package.__path__ = [os.path.join(root, "app")]
    sys.modules["app"] = package
    sys.path.append(root)

    import cv2

    import app.materials.documents
    import app.materials.drawing
    import app.materials.inspection
    import app.materials.rendering  # noqa: F401

    cv2.setNumThreads(0)
    _try_everything_once()
    gc.freeze()  # what is loaded stays: nothing of it is walked through in every fork
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)  # a fork has its own memory, within its limit, and not what was left over here


def _try_everything_once() -> None:
    """Examine a photo drawn here, so that what is loaded and prepared for a first file is there for all of them."""
    import tempfile
    from pathlib import Path

    import cv2
    import numpy as np
    from PIL import Image

    from app.materials import pdfs  # noqa: F401
    from app.materials.inspection import examine
    from app.materials.moire import get_ready
    from app.materials.verdicts import Limits

    get_ready()
    Image.init()  # the kinds of pictures, which would otherwise be made known anew in every fork
    page = np.full((800, 600, 3), 120, np.uint8)
    page[60:740, 50:550] = 240
    for line in range(100, 700, 24):
        cv2.putText(page, "everything once", (90, line), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (30, 30, 30), 1)
    # Where nothing can be written, the first file of each fork takes a little longer.
    with contextlib.suppress(OSError), tempfile.NamedTemporaryFile(suffix=".jpg") as photo:
        Image.fromarray(page).save(photo, "JPEG")
        photo.flush()
        examine(Path(photo.name), filename="photo.jpg", declared_type=None, limits=Limits(), straightened=True)


if __name__ == "__main__":
    _enter(sys.argv[1])
    serve()
