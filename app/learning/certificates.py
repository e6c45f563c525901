"""Certificates: that somebody has finished an edition of a course, as a print whose code can be checked by anybody."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.audit import service as audit
from app.documents import checking, codes
from app.documents import service as documents
from app.documents.content import Content
from app.documents.service import Printed
from app.documents.voice import Voice
from app.errors import Conflict
from app.learning import queries
from app.messages import Message, Named
from app.uow import reading
from models import Certificate, CourseVersion, Lesson, db


def print_own(course: str, *, by: Actor, voice: Voice) -> Printed:
    """The certificate of the actor for a course, the newest edition that they have finished.

    Raises NotFound for a course that does not exist, Conflict while lessons are still to be done.
    """
    require(by, queries.READ)
    version = queries.published(course)
    found = newest(by, version.course_id)
    if found is None:
        raise Conflict(
            Message("There is no certificate yet: not every lesson of this course is done."),
            remedy=Message("Open the course; it shows which lessons are still to be done."),
        )
    laid_out = "certificate", _content(found, course)
    with reading():
        audit.record("course:print_certificate", by=by, kind="certificate", record_id=found.id)
    return documents.set_one(laid_out, name=f"{course}-{found.id}.pdf", voice=voice)


def newest(by: Actor, course_id: int) -> Certificate | None:
    """The certificate of the newest edition that somebody has finished."""
    return db.session.scalars(
        select(Certificate)
        .join(Certificate.version)
        .options(joinedload(Certificate.version))
        .where(Certificate.account_id == by.account_id, Certificate.course_id == course_id)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    ).first()


def _content(found: Certificate, course: str) -> Content:
    version = found.version
    at = clock.now()
    code = codes.code_of(checking.CERTIFICATE, found.id, str(found.version_id))
    count = db.session.scalar(select(func.count()).select_from(Lesson).where(Lesson.version_id == version.id)) or 0
    title = Named(version.title_zh, version.title_en)
    head = {
        "title": Message("Certificate"), "form": "", "unit": "", "state": "", "watermark": "", "currency": "",
        "number": Message("No. %(number)s", number=f"{course}-{found.id:06d}"),
        "printed": Message("Printed %(moment)s", moment=f"{clock.local(at):%Y-%m-%d %H:%M}"),
        "date": list(clock.local(at).timetuple()[:5]),
        "page": Message("Page %(page)s of %(pages)s", page="¤1", pages="¤2"), "continued": Message("continued"),
        "code": code or "",
        "check": Message("Check code %(code)s", code=code) if code else Message("No check code: not a settled paper"),
        "rendering": Message("English rendering; the Chinese print is the official form."),
    }  # fmt: skip
    done = (
        Message("has finished all %(count)s lessons of the course “%(course)s”, edition %(edition)s.",
                count=count, course=title, edition=version.number)
        if found.score is None
        else Message(
            "has finished all %(count)s lessons of the course “%(course)s”, edition %(edition)s, and passed its "
            "quizzes with at least %(score)s percent.",
            count=count, course=title, edition=version.number, score=found.score,
        )
    )  # fmt: skip
    return {"head": head, "holder": found.holder, "text": done, "issued": found.issued_at}
