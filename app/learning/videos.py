"""What is said of a file that is to be a lesson: a video or a PDF, examined in a process of its own within limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.errors import Refused
from app.learning import places
from app.materials import sandbox
from app.materials.inspection import inspect
from app.materials.verdicts import BLOCKING, Limits
from app.messages import Message

MOST_SECONDS = 2 * 60 * 60
MOST_SIDE = 1920
MOST_PAGES = 60
MOST_PDF_BYTES = 40 * 1024 * 1024
_LIMITS = Limits(seconds=30.0, memory_mb=900)

_AGAIN = Message("Export it from the editing program as MP4 (H.264, AAC) or WebM (VP9, Opus), then send it again.")
SENTENCES: dict[str, tuple[Message, Message]] = {
    "no_video": (Message("This file is no video that browsers play, whatever its name says."), _AGAIN),
    "no_picture": (Message("There is sound in this file, but no picture."), _AGAIN),
    "broken": (Message("This video is damaged: it cannot be played to its end."),
               Message("Play it on your own computer. If it stops there too, export it anew; if not, send it again.")),
    "cut_off": (Message("This video breaks off: it says %(said)s seconds, and %(seconds)s of them are there."),
                Message("It was probably not copied to its end. Copy or export it anew, then send it again.")),
    "codec": (Message("This video is encoded as %(codec)s, which not every browser plays."), _AGAIN),
    "too_long": (Message("This video is %(minutes)s minutes long; a lesson takes at most %(most)s."),
                 Message("Cut it into several lessons. Short ones are watched to their end.")),
    "too_wide": (Message("The picture is %(width)s × %(height)s pixels; a lesson takes at most %(most)s."),
                 Message("Export it at 1280 × 720, which is clear enough for screens of the product.")),
    "timeout": (Message("Looking through this video took too long, so it was not taken."), _AGAIN),
    "memory": (Message("Looking through this video took more memory than any honest video needs, so it was not taken."),
               _AGAIN),
}  # fmt: skip


def too_large(limit_bytes: int) -> Refused:
    """The refusal of a file above the limit, before a byte of it was sent."""
    return Refused(
        Message("The file is larger than %(limit)s MB, which is the most for a lesson.", limit=limit_bytes // 2**20),
        remedy=Message("Export it at 1280 × 720 with a lower bit rate, or cut it into several lessons."),
        code="too_large",
    )


def video_facts(path: Path) -> dict[str, Any]:
    """What is known of a video that can be played. Raises Refused with the sentence why it cannot."""
    outcome = sandbox.run("watch", {"path": str(path.resolve())}, limits=_LIMITS)
    if outcome.answer is None:
        raise refusal({"timeout": "timeout", "memory": "memory"}.get(outcome.failure or "", "broken"))
    facts = outcome.answer
    if "problem" in facts:
        raise refusal(facts["problem"], **{name: value for name, value in facts.items() if name != "problem"})
    if facts["seconds"] > MOST_SECONDS:
        raise refusal("too_long", minutes=facts["seconds"] // 60, most=MOST_SECONDS // 60)
    if max(facts["width"], facts["height"]) > MOST_SIDE:
        raise refusal("too_wide", width=facts["width"], height=facts["height"], most=MOST_SIDE)
    return facts


def pdf_facts(path: Path, filename: str) -> dict[str, Any]:
    """What is known of a PDF, judged as a material would be. Raises Refused with the first sentence that blocks."""
    verdict = inspect(path, filename=filename, limits=Limits(max_pages=MOST_PAGES, seconds=20.0))
    blocking = [
        one for one in verdict.findings
        if one.severity == BLOCKING and (one.code in verdict.codes or (one.code == "blank" and verdict.pages == 1))
    ]  # fmt: skip
    if blocking:
        raise Refused(blocking[0].message, remedy=blocking[0].remedy, code=blocking[0].code)
    if verdict.media_type != "application/pdf":
        raise Refused(
            Message("This file is no PDF."), remedy=Message("Save the document as PDF, then send it again."),
            code="no_pdf",
        )  # fmt: skip
    return {"media_type": verdict.media_type, "pages": verdict.pages}


def page_picture(sha256: str, page: int) -> Path:
    """One page of a PDF lesson as a picture; all are drawn at the first asking. Raises NotFound, Refused."""
    from app.materials.rendering import render_pages

    drawn = places.drawings_of(sha256)
    picture = drawn / f"page-{page}.jpg"
    if not picture.is_file():
        render_pages(
            places.store().path(sha256), "application/pdf", to=drawn, longest_side=1600,
            limits=Limits(max_pages=MOST_PAGES, seconds=20.0),
        )  # fmt: skip
    return picture


def refusal(code: str, **params: Any) -> Refused:
    """The refusal of a file, in its sentence."""
    message, remedy = SENTENCES[code]
    return Refused(Message(message.msgid, **params) if params else message, remedy=remedy, code=code)
