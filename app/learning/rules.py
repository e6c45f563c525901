"""What follows from a lesson and from what a learner did in it; no database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.messages import Message, Named
from models.learning import LessonKind

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
SEEN_SHARE = 0.9
"""Part of a video after which it counts as seen: nobody need watch the last picture fade."""

KINDS: dict[str, Message] = {
    LessonKind.TEXT: Message("Reading"),
    LessonKind.SLIDES: Message("Slides"),
    LessonKind.PDF: Message("Document"),
    LessonKind.VIDEO: Message("Video"),
    LessonKind.QUIZ: Message("Quiz"),
    LessonKind.PRACTICE: Message("Practice"),
}


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen."""

    text: Named
    right: bool


@dataclass(frozen=True)
class Question:
    """One question of a quiz; with several right answers all of them must be chosen and no other."""

    key: str
    text: Named
    choices: tuple[Choice, ...]
    why: Named

    @property
    def right(self) -> frozenset[int]:
        return frozenset(place for place, choice in enumerate(self.choices) if choice.right)

    @property
    def several(self) -> bool:
        return len(self.right) > 1


@dataclass(frozen=True)
class Marked:
    """A quiz that was answered: percent, whether that is enough, and which questions were wrong."""

    score: int
    passed: bool
    wrong: tuple[str, ...]


def questions_of(content: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions that the content of a quiz holds."""
    return tuple(
        Question(
            one["key"], _named(one["text"]),
            tuple(Choice(_named(choice["text"]), bool(choice.get("right"))) for choice in one["choices"]),
            _named(one.get("why") or {"zh": "", "en": ""}),
        )
        for one in content.get("questions", ())
    )  # fmt: skip


def mark(questions: Sequence[Question], chosen: Mapping[str, frozenset[int]], pass_mark: int) -> Marked:
    """What the chosen answers come to. A score is rounded down, so that nobody passes by rounding."""
    wrong = tuple(one.key for one in questions if chosen.get(one.key, frozenset()) != one.right)
    score = 100 * (len(questions) - len(wrong)) // max(len(questions), 1)
    return Marked(score, score >= pass_mark, wrong)


def places_in(kind: str, facts: Mapping[str, Any], slides: int) -> int:
    """The last place of a lesson: second of a video, page of a PDF, number of a slide; 0 where there is none."""
    if kind == LessonKind.VIDEO:
        return int(facts.get("seconds", 0))
    if kind == LessonKind.PDF:
        return int(facts.get("pages", 0))
    return slides if kind == LessonKind.SLIDES else 0


def is_done_at(kind: str, furthest: int, last: int) -> bool:
    """Whether having come so far is all that a lesson asks. Texts, quizzes and exercises are finished otherwise."""
    if kind == LessonKind.VIDEO:
        return last > 0 and furthest >= int(last * SEEN_SHARE)
    return kind in (LessonKind.PDF, LessonKind.SLIDES) and 0 < last <= furthest


def clock_time(seconds: int) -> str:
    """A second of a video as people read it, for example 1:05."""
    minutes, rest = divmod(max(seconds, 0), 60)
    return f"{minutes}:{rest:02d}"


def _named(value: Mapping[str, str]) -> Named:
    return Named(str(value.get("zh", "")), str(value.get("en", "")))
