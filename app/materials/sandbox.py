"""Runs work on hostile files in a child process, so that a file costs only itself.

A warm worker process has the decoders loaded and forks for every file; the fork has its own limits on memory,
processor time and written bytes, and dies with its file. Whatever happens in there, here it is an answer: a result or
the word for how it failed. Workers belong to the process that started them; a forked web server gets its own.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from app.materials.verdicts import Limits

Failure = Literal["timeout", "memory", "crash"]

_WORKER = Path(__file__).with_name("worker.py")
_GRACE_SECONDS = 5.0
"""How long a worker may take to say that its time was up, before it is ended itself."""
_IDLE_WORKERS = 2
_NO_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_MEMORY_KEPT = {
    "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""A picture is worked on in many steps of some megabytes each. Memory that the last step used is used for the next one,
instead of being given back and asked for anew; all of it goes when the file's own process ends."""


@dataclass(frozen=True)
class Outcome:
    """What came of the work: its answer, or how it failed."""

    answer: dict[str, Any] | None
    failure: Failure | None = None
    seconds: float = 0.0
    """Processor time that the work took in its own process."""
    memory_mb: int = 0
    """The most memory that process held, the decoders that it shares with the others included."""


def run(task: str, arguments: dict[str, Any], *, limits: Limits) -> Outcome:
    """Do one task ("examine", "render", "bind", "recognise", "watch") in its own process.

    Never raises for what a file does.
    """
    order = json.dumps({"task": task, "arguments": arguments, "limits": asdict(limits)}) + "\n"
    for start in (_Pool.take, _Worker):  # a worker that somebody else has ended is replaced by a new one, once
        worker = start()
        answer = worker.ask(order, seconds=2 * 2.5 * limits.seconds + _GRACE_SECONDS)  # it may try twice
        if answer is not None:
            _Pool.give_back(worker)
            return Outcome(
                answer.get("answer"), answer.get("failure"), answer.get("seconds", 0.0), answer.get("memory_mb", 0)
            )
        overdue = worker.overdue
        worker.close()
        if overdue:
            return Outcome(None, "timeout")
    return Outcome(None, "crash")


class _Worker:
    """One warm worker process, spoken to in lines of JSON, by one thread at a time."""

    def __init__(self) -> None:
        root = str(_WORKER.parents[2])
        self.overdue = False
        self._pipe = subprocess.Popen(
            [sys.executable, "-s", "-P", str(_WORKER), root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # No secret of the application is passed on to where hostile files are opened.
            env={"PATH": os.defpath, "LANG": "C.UTF-8", **_NO_THREADS, **_MEMORY_KEPT},
            cwd="/",
            start_new_session=True,
        )

    def ask(self, order: str, *, seconds: float) -> dict[str, Any] | None:
        assert self._pipe.stdin is not None
        assert self._pipe.stdout is not None
        try:
            self._pipe.stdin.write(order.encode())
            self._pipe.stdin.flush()
            ready, _, _ = select.select([self._pipe.stdout], [], [], seconds)
            if not ready:
                self.overdue = True
                return None
            line = self._pipe.stdout.readline()
            answer = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            return None
        return answer if isinstance(answer, dict) else None

    def alive(self) -> bool:
        return self._pipe.poll() is None

    def close(self) -> None:
        self._pipe.kill()
        for end in (self._pipe.stdin, self._pipe.stdout):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.close()
        self._pipe.wait()


class _Pool:
    """Idle workers of this process."""

    idle: ClassVar[list[_Worker]] = []
    lock = threading.Lock()

    @classmethod
    def take(cls) -> _Worker:
        with cls.lock:
            while cls.idle:
                worker = cls.idle.pop()
                if worker.alive():
                    return worker
                worker.close()
        return _Worker()

    @classmethod
    def give_back(cls, worker: _Worker) -> None:
        with cls.lock:
            if len(cls.idle) < _IDLE_WORKERS:
                cls.idle.append(worker)
                return
        worker.close()

    @classmethod
    def forget(cls) -> None:
        """After a fork the workers are the parent's; two processes on one pipe would read each other's answers."""
        cls.idle, cls.lock = [], threading.Lock()


def warm_up() -> None:
    """Start a worker now, so that the first upload need not wait for it."""
    _Pool.give_back(_Worker())


def close_workers() -> None:
    """End the idle workers of this process."""
    with _Pool.lock:
        idle, _Pool.idle = _Pool.idle, []
    for worker in idle:
        worker.close()


os.register_at_fork(after_in_child=_Pool.forget)
atexit.register(close_workers)
