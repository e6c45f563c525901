"""Courses in the portal: the list, a course, a lesson where it was left, its quiz, the certificate, and "why?"."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Invalid, NotFound
from app.learning import certificates, places, queries, service, videos
from app.learning.rules import KINDS, questions_of
from app.learning.service import Opened
from app.portal import learning_showing as showing
from app.portal.blueprint import pages
from app.portal.parsing import wants_fragment
from app.web.guard import current_actor, guarded
from app.web.ranges import send_in_parts
from models import Lesson
from models.learning import LessonKind

READ = queries.READ


@pages.get("/learning")
@guarded(READ)
def learning() -> ResponseReturnValue:
    """Every course, what is under way first."""
    return render_template("learning/index.html", courses=queries.listed(current_actor()), show=showing)


@pages.get("/learning/<course>")
@guarded(READ)
def course(course: str) -> ResponseReturnValue:
    """One course with its lessons, and where to go on."""
    version = queries.published(course)
    progress = queries.progress_of(current_actor(), version.course_id)
    finished = queries.is_finished(version, progress)
    next_one = next((one for one in version.lessons if not showing.is_done(progress.get(one.key))), None)
    return render_template(
        "learning/course.html", version=version, progress=progress, next=next_one, show=showing, kinds=KINDS,
        certificate=queries.certificate_of(current_actor(), version) if finished else None,
    )  # fmt: skip


@pages.get("/learning/<course>/<key>")
@guarded(READ)
def lesson(course: str, key: str) -> ResponseReturnValue:
    """One lesson at the place where it was left, or at the one that is asked for with `at`."""
    opened = service.open_lesson(course, key, by=current_actor(), at=showing.place_asked())
    if opened.lesson.kind == LessonKind.PRACTICE:
        return redirect(url_for("portal.practice", course=course, key=key))
    return lesson_page(opened)


@pages.post("/learning/<course>/<key>/place")
@guarded(READ)
def keep_place(course: str, key: str) -> ResponseReturnValue:
    """Keep where the reader is; a player tells it while it plays."""
    place = showing.place_asked()
    if place is None:
        raise Invalid(_no_place())
    done = service.keep_place(course, key, place, by=current_actor())
    if wants_fragment():
        return jsonify({"done": done})
    return redirect(url_for("portal.lesson", course=course, key=key))


@pages.post("/learning/<course>/<key>/done")
@guarded(READ)
def finish_lesson(course: str, key: str) -> ResponseReturnValue:
    """Say that it has been read, and go on to the next."""
    service.finish(course, key, by=current_actor())
    version = queries.published(course)
    keys = [one.key for one in version.lessons]
    after = keys[keys.index(key) + 1 :] if key in keys else []
    if after:
        return redirect(url_for("portal.lesson", course=course, key=after[0]))
    return redirect(url_for("portal.course", course=course))


@pages.post("/learning/<course>/<key>/answers")
@guarded(READ)
def answer_quiz(course: str, key: str) -> ResponseReturnValue:
    """Mark the quiz; the page says of each question whether it was right, and why."""
    version = queries.published(course)
    quiz = queries.lesson_of(version, key)
    chosen = showing.chosen(questions_of(quiz.content))
    try:
        marked = service.answer_quiz(course, key, chosen, by=current_actor())
    except Invalid as refusal:
        opened = service.open_lesson(course, key, by=current_actor())
        return lesson_page(opened, chosen=chosen, errors=refusal.fields), refusal.status
    if marked.passed:
        flash(_("Passed with %(score)s percent.", score=marked.score), "ok")
    opened = service.open_lesson(course, key, by=current_actor())
    return lesson_page(opened, chosen=chosen, marked=marked)


@pages.get("/learning/<course>/certificate")
@guarded(READ)
def certificate(course: str) -> ResponseReturnValue:
    """The certificate as a PDF with its check code."""
    from io import BytesIO

    from app.portal.printing import voice

    printed = certificates.print_own(course, by=current_actor(), voice=voice())
    return send_file(BytesIO(printed.pdf), mimetype="application/pdf", download_name=printed.name, max_age=0)


@pages.get("/learning/<course>/<key>/video")
@guarded(READ)
def lesson_video(course: str, key: str) -> ResponseReturnValue:
    """The video, whole or in parts."""
    return video_of(_lesson(course, key))


@pages.get("/learning/<course>/<key>/captions/<language>")
@guarded(READ)
def lesson_captions(course: str, key: str, language: str) -> ResponseReturnValue:
    """The captions of a video in one language."""
    return captions_of(_lesson(course, key), language)


@pages.get("/learning/<course>/<key>/pages/<int:page>")
@guarded(READ)
def lesson_page_picture(course: str, key: str, page: int) -> ResponseReturnValue:
    """One page of a document as a picture."""
    return picture_of(_lesson(course, key), page)


@pages.get("/learning/<course>/<key>/document")
@guarded(READ)
def lesson_document(course: str, key: str) -> ResponseReturnValue:
    """The document itself, to be kept."""
    found = _lesson(course, key)
    if found.kind != LessonKind.PDF or not found.file_sha256:
        raise queries.no_such_course()
    path = places.store().path(found.file_sha256)
    return send_file(path, mimetype="application/pdf", as_attachment=True, download_name=f"{key}.pdf", max_age=0)


def lesson_page(opened: Opened, **more: Any) -> str:
    """The page of a lesson, whatever it is made of."""
    return render_template("learning/lesson.html", **(showing.given(opened) | more))


def video_of(found: Lesson) -> Response:
    """The bytes of a video lesson; the player asks for ranges."""
    if found.kind != LessonKind.VIDEO or not found.file_sha256:
        raise queries.no_such_course()
    path = places.store().path(found.file_sha256)
    return send_in_parts(path, media_type=found.file_facts["media_type"], etag=found.file_sha256[:32])


def captions_of(found: Lesson, language: str) -> Response:
    """Captions as WebVTT."""
    text = {"zh": found.captions_zh, "en": found.captions_en}.get(language, "")
    if found.kind != LessonKind.VIDEO or not text:
        raise queries.no_such_course()
    return Response(text, mimetype="text/vtt")


def picture_of(found: Lesson, page: int) -> Response:
    """One page of a PDF lesson, redrawn."""
    if found.kind != LessonKind.PDF or not found.file_sha256 or not 1 <= page <= found.file_facts.get("pages", 0):
        raise NotFound
    return send_file(videos.page_picture(found.file_sha256, page), mimetype="image/jpeg", max_age=0)


def _lesson(course: str, key: str) -> Lesson:
    return queries.lesson_of(queries.published(course), key)


def _no_place() -> Any:
    from app.messages import Message

    return Message("This request does not say a place.")
