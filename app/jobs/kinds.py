"""The registry of kinds of jobs: each says how much there is to do and does the next chunk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.access.actor import Actor
from app.messages import Message
from models.jobs import Job, LineOutcome


@dataclass(frozen=True)
class Line:
    """What came of one record."""

    record_id: int
    outcome: LineOutcome = LineOutcome.DONE
    message: Message | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Chunk:
    """What one step did: its lines, and the last record it handled. No lines means that nothing is left."""

    cursor: int
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of job. `step` runs inside a transaction that also writes the progress; it must not commit."""

    code: str
    name: Message
    permission: str
    step: Callable[..., Chunk]  # given the job and who began it, and what was prepared where something is
    finish: Callable[[Job], dict[str, Any]] = lambda job: {}
    alone: bool = True  # whether only one of its kind may be at work
    prepare: Callable[[Job, Actor], Any] | None = None
    """What takes long and writes nothing (a file opened in the examiner): done before the transaction of the chunk."""
    take_up: Callable[[], int] | None = None
    """Begins jobs of this kind that somebody meant to begin and was killed before; how many."""


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known under its code."""
    KINDS[kind.code] = kind
    return kind
