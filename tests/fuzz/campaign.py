"""The campaign: mutations of good and hostile files through everything that reads files, in processes that may die.

A worker forks with the limits of the examiner and tries one input after another. Every input must get a verdict in
known words, and what is accepted must be drawn whole. Where an input ends or halts its worker, as a hostile file may
in its own sandbox, the input goes once more through the sandbox proper, which has to say a verdict in time.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import select
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from app.errors import Refused
from app.materials.complaints import decoders_complain
from app.materials.containers import walk
from app.materials.drawing import draw_pages
from app.materials.filetypes import PDF, TIFF, contradicts, foreign_after_end, hides_other_content, identify
from app.materials.inspection import examine, inspect
from app.materials.names import LONGEST, label_of
from app.materials.pdfs import examine_structure
from app.materials.pictures import Unreadable, read_picture
from app.materials.rendering import draw_to_files, render_pages
from app.materials.sentences import CODES, FLAGS
from app.materials.verdicts import Limits
from app.sheets.reading import open_workbook, rows_of
from tests.fuzz.cases import Chance
from tests.fuzz.hostile_bombs import BOMBS
from tests.fuzz.hostile_files import PICTURES
from tests.fuzz.hostile_pdfs import PDFS, drawn_without_end
from tests.fuzz.mutations import mutated, mutated_workbook, odd_name
from tests.fuzz.seeds import foreign, full_size, seeds

LIMITS = Limits()
MOST_SECONDS = 10.0
_EXAMINED_WHOLE = 200
"""One mutation in so many is examined as a whole, with the look of its pages; the others are only read and drawn."""
_FULL_SIZE = 250
"""One in so many is a page as large as people send it; one in four times as many is made anew, good or hostile."""
_SHOWN_SIDE = 120
"""Pixels at which the pages of what is taken are shown here, to see that they can be."""
_TELL_SECONDS = 60.0
_KNOWN = CODES.keys() | FLAGS.keys() | {"signed"}


@dataclass
class Tally:
    """What a campaign has seen."""

    tried: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    ended: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    """Seconds of processor time of one input."""
    slowest_again: float = 0.0
    """Seconds by the clock of an input that went through the sandbox proper."""
    memory_mb: float = 0.0


class Fault(AssertionError):
    """Something that must never happen, said in a line."""


def read_and_draw(name: str, data: bytes, place: Path) -> str:
    """Everything that touches the bytes of a file, without judging how its pages look; what is taken is shown."""
    known = identify(data)
    contradicts(known.media_type, filename=name, declared=None)
    hidden = hides_other_content(data, known.media_type)
    if known.media_type is None:
        return "foreign"
    if known.media_type == PDF:
        return _read_pdf(data, place, hidden)
    walked = walk(data, known.media_type)
    foreign_after_end(data[walked.end :] if walked.end is not None else b"", known.media_type)
    try:
        picture = read_picture(data, known.media_type, longest_side=400, limits=LIMITS)
    except Unreadable as error:
        if error.code not in CODES:
            raise Fault(f"unknown code {error.code}") from error
        return "refused"
    frames = max(walked.frames, 1 if known.media_type == TIFF else picture.frames)
    if walked.codes or hidden or frames > 1 or decoders_complain(data, known.media_type):
        return "refused"
    place.write_bytes(data)
    show(place, known.media_type, pages=1, longest_side=_SHOWN_SIDE)
    return "taken"


def _read_pdf(data: bytes, place: Path, hidden: bool) -> str:
    structure = examine_structure(data, LIMITS)
    if not structure.codes.keys() <= CODES.keys():
        raise Fault(f"unknown code in {sorted(structure.codes)}")
    if structure.codes or hidden:
        return "refused"
    place.write_bytes(data)
    try:
        drawn = sum(1 for _ in draw_pages(place, longest_side=_SHOWN_SIDE, at_most=LIMITS.max_pages, enlarged=False))
    except MemoryError:
        raise
    except Exception:  # as the examination takes it
        return "refused"
    if drawn != structure.pages:
        return "refused"
    show(place, PDF, pages=drawn, longest_side=_SHOWN_SIDE)
    return "taken"


def show(place: Path, media_type: str, *, pages: int, longest_side: int, limits: Limits = LIMITS) -> None:
    """Draw what was taken as people will see it. Raises Fault where a page is missing or has nothing in it."""
    with TemporaryDirectory(dir=place.parent) as folder:
        try:
            drawn = draw_to_files(place, media_type, to=Path(folder), longest_side=longest_side, limits=limits)
        except MemoryError:
            raise
        except Exception as error:
            raise Fault(f"taken, and cannot be shown: {type(error).__name__}: {str(error)[:120]}") from error
        if len(drawn) != pages:
            raise Fault(f"taken with {pages} pages, {len(drawn)} can be shown")
        if not all(page.stat().st_size for page in drawn):
            raise Fault("taken, and a page is shown empty")


def examine_whole(name: str, data: bytes, place: Path) -> str:
    """The examination itself; what it accepts must be drawn, all its pages."""
    place.write_bytes(data)
    verdict = examine(place, filename=name, declared_type=None, limits=LIMITS)
    if not {finding.code for finding in verdict.findings} <= _KNOWN:
        raise Fault(f"unknown words: {[one.code for one in verdict.findings]}")
    json.dumps(verdict.to_json())
    if not verdict.accepted:
        return "refused"
    show(place, verdict.media_type or "", pages=verdict.pages, longest_side=500)
    return "accepted"


def read_workbook(name: str, data: bytes, place: Path) -> str:
    """A workbook is read or refused in a sentence."""
    try:
        book = open_workbook(data)
        for sheet in book.worksheets:
            for row in rows_of(sheet, {"name": ["姓名"], "step": ["薪级"]}, header_row=1):
                assert all(cell.address for cell in row.values())
    except Refused as refusal:
        if not str(refusal.message):
            raise Fault("refused without a sentence") from refusal
        return "refused"
    return "read"


def read_name(name: str, data: bytes, place: Path) -> str:
    """A name becomes a label that is no path and shows no trick."""
    label = label_of(name)
    if not label or len(label) > LONGEST or set(label) & set("/\\\x00\n\u202e"):
        raise Fault(f"{name!r} became {label!r}")
    contradicts(None, filename=label, declared=None)
    label.encode()
    return "label"


@dataclass(frozen=True)
class Input:
    """One thing to try: what with, under which name, which bytes."""

    kind: str
    name: str
    data: bytes


TRIES: dict[str, Callable[[str, bytes, Path], str]] = {
    "read": read_and_draw, "whole": examine_whole, "workbook": read_workbook, "name": read_name,
}  # fmt: skip


def input_of(seed: int, number: int) -> Input:
    """The input with this number: the same for the same seed, whoever asks."""
    rng: Chance = np.random.default_rng([seed, number])
    if number % 40 == 7:
        return Input("workbook", "a.xlsx", mutated_workbook(rng))
    if number % 40 == 13:
        return Input("name", odd_name(rng), b"")
    kind = "whole" if number % _EXAMINED_WHOLE == 0 else "read"
    if number % (4 * _FULL_SIZE) == 3:
        makers = [maker for maker in (*PICTURES, *PDFS, *BOMBS) if maker is not drawn_without_end]
        case = makers[int(rng.integers(0, len(makers)))](rng)
        return Input(kind, case.name, mutated(case.name, case.content, rng))
    known = full_size() if number % _FULL_SIZE in (0, 3) else foreign() if number % 40 == 33 else seeds()
    name = list(known)[int(rng.integers(0, len(known)))]
    return Input(kind, name, mutated(name, known[name], rng))


def attempt(one: Input, place: Path) -> str:
    """Try one input here. Raises Fault, or whatever got loose."""
    return TRIES[one.kind](one.name, one.data, place)


def in_the_sandbox(one: Input, tally: Tally) -> None:
    """An input that ended its worker must get a verdict in time from the sandbox proper, and must not be accepted
    where it cannot be shown."""
    if one.kind in ("workbook", "name"):
        tally.faults.append(f"{one.kind} {one.name!r} ended a process that has no sandbox")
        return
    with TemporaryDirectory() as folder:
        place = Path(folder) / "upload"
        place.write_bytes(one.data)
        began = _now()
        verdict = inspect(place, filename=one.name)
        tally.slowest_again = max(tally.slowest_again, _now() - began)
        if verdict.accepted:
            pages = render_pages(place, verdict.media_type or "", to=Path(folder) / "shown")
            if len(pages) != verdict.pages:
                tally.faults.append(f"{one.name}: accepted and not shown")


def run(
    seed: int,
    *,
    seconds: float,
    workers: int = 2,
    first: int = 0,
    most: int = 10**9,
    tell: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Try inputs from `first` on until the time is over, and tell what was seen; now and then also on the way."""
    cv2.setNumThreads(1)
    seeds(), full_size(), foreign()  # made here, the workers share them
    tally, until, hands, told = Tally(), _now() + seconds, {}, _now()
    for hand in range(workers):
        hands[hand] = _Hand(seed, first + hand, workers, until, first + most)
    while hands:
        ready, _, _ = select.select([one.reading for one in hands.values()], [], [], 1.0)
        if _now() - told > _TELL_SECONDS:
            told = _now()
            tell(tally)
        for key, one in list(hands.items()):
            if one.reading in ready:
                one.listen(tally)
            if one.over:
                del hands[key]
            elif one.gone or _now() - one.since > MOST_SECONDS * 20:  # asleep, or starved by others
                stuck = one.at
                one.end()
                culprit = input_of(seed, stuck)
                tally.ended.append(f"{stuck}: {culprit.kind} {culprit.name}")
                in_the_sandbox(culprit, tally)
                hands[key] = _Hand(seed, stuck + workers, workers, until, first + most)
    return tally


class _Hand:
    """One worker process and what it said last."""

    def __init__(self, seed: int, first: int, step: int, until: float, before: int) -> None:
        self.at, self.since, self.over, self.gone = first, _now(), False, False
        self.reading, writing = os.pipe()
        self._left = b""
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.reading)
            _toil(seed, first, step, until, before, writing)
        os.close(writing)

    def listen(self, tally: Tally) -> None:
        told = os.read(self.reading, 1 << 16)
        if not told:
            self.gone = not self.over
            return
        *lines, self._left = (self._left + told).split(b"\n")
        for line in lines:
            said = json.loads(line)
            self.since = _now()
            if said.get("over"):
                self.over = True
                os.waitpid(self.pid, 0)
                os.close(self.reading)
            elif "at" in said:
                self.at = said["at"]
            else:
                tally.tried[said["kind"]] += 1
                tally.outcomes[f"{said['kind']}: {said['outcome']}"] += 1
                tally.slowest = max(tally.slowest, said["seconds"])
                tally.memory_mb = max(tally.memory_mb, said["memory_mb"])
                tally.faults.extend(said["faults"])

    def end(self) -> None:
        os.close(self.reading)
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        os.waitpid(self.pid, 0)


def _toil(seed: int, first: int, step: int, until: float, before: int, writing: int) -> None:
    """In the worker: the limits of the examiner, then one input after another until the time is over."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + LIMITS.memory_mb * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    folder = (
        Path(f"/dev/shm/fuzz-{os.getpid()}") if os.access("/dev/shm", os.W_OK) else Path(f"/tmp/fuzz-{os.getpid()}")
    )
    folder.mkdir(mode=0o700)
    number = first
    try:
        while _now() < until and number < before:
            os.write(writing, b'{"at": %d}\n' % number)
            one, faults, began = input_of(seed, number), [], time.process_time()
            signal.setitimer(
                signal.ITIMER_PROF, MOST_SECONDS
            )  # in a library that does not return, this ends the process
            try:
                outcome = attempt(one, folder / "upload")
            except MemoryError:
                outcome = "out of memory"
            except Exception as error:
                outcome = "fault"
                faults = [f"{number}: {one.kind} {one.name!r} {type(error).__name__}: {str(error)[:160]}"]
            signal.setitimer(signal.ITIMER_PROF, 0)
            told = {
                "kind": one.kind,
                "outcome": outcome,
                "seconds": time.process_time() - began,
                "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "faults": faults,
            }
            os.write(writing, json.dumps(told).encode() + b"\n")
            number += step
        os.write(writing, b'{"over": true}\n')
    finally:
        for left in folder.glob("*"):
            left.unlink(missing_ok=True)
        folder.rmdir()
        os._exit(0)


def kept_as(one: Input) -> str:
    """The name under which an input is kept in the corpus."""
    ending = one.name.rpartition(".")[2]
    return f"{hashlib.sha256(one.data).hexdigest()[:12]}.{ending if ending.isalnum() else 'bin'}"


def _now() -> float:
    return time.monotonic()
