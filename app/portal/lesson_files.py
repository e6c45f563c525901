"""For authors: a lesson looked at before it is published, and its file sent, whole by a form or piece by piece."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    Response,
    after_this_request,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Invalid, NotAllowed, NotFound, Refused
from app.learning import arriving, authoring, exercises, writing
from app.learning.queries import PUBLISH, WRITE, last_place
from app.learning.rules import KINDS, clock_time, questions_of
from app.materials.incoming import WrongOffset
from app.messages import Message
from app.portal import learning_showing, showing
from app.portal.learning import captions_of, picture_of, video_of
from app.web.guard import current_actor, guarded
from app.web.showing import say
from models import Lesson
from models.learning import LessonKind

pages = Blueprint("lesson_files", __name__, url_prefix="/lessons")
OFFSET, LENGTH = "Upload-Offset", "Upload-Length"


@pages.get("/<int:lesson_id>")
@guarded(WRITE, PUBLISH)
def preview(lesson_id: int) -> ResponseReturnValue:
    """A lesson as learners will see it; nothing is counted."""
    lesson = authoring.opened_lesson(lesson_id, by=current_actor())
    last = last_place(lesson)
    place = max(1, min(learning_showing.place_asked() or 1, last)) if last else 0
    given: dict[str, Any] = {
        "lesson": lesson, "version": lesson.version, "kinds": KINDS, "last": last, "clock_time": clock_time,
        "html": writing.shown(learning_showing.body(lesson)), "preview": _Preview(lesson_id),
        "place": learning_showing.place_asked() or 0 if lesson.kind == LessonKind.VIDEO else place,
        "slides": [writing.shown(one) for one in writing.slides_of(learning_showing.body(lesson))],
        "questions": questions_of(lesson.content) if lesson.kind == LessonKind.QUIZ else (),
    }  # fmt: skip
    if lesson.kind != LessonKind.PRACTICE or not lesson.content:
        return render_template("learning/preview.html", **given)
    exercise = exercises.exercise_of(lesson)
    try:
        with exercises.staged(exercise, exercise.start, {}, by=current_actor()) as seen:
            page = render_template("learning/preview.html", sheet=seen.sheet, exercise=exercise, show=showing, **given)
    except Refused as refusal:  # its item may not be published, its career not work out: drafts may be wrong
        page = render_template("learning/preview.html", problem=refusal, **given)
    return page


class _Preview:
    """Where the parts of a draft are found."""

    def __init__(self, lesson_id: int) -> None:
        self._id = lesson_id

    def page(self, page: int) -> str:
        return url_for("lesson_files.picture", lesson_id=self._id, page=page)


@pages.get("/<int:lesson_id>/video")
@guarded(WRITE, PUBLISH)
def video(lesson_id: int) -> ResponseReturnValue:
    """The video of a draft, whole or in parts."""
    return video_of(_lesson(lesson_id))


@pages.get("/<int:lesson_id>/captions/<language>")
@guarded(WRITE, PUBLISH)
def captions(lesson_id: int, language: str) -> ResponseReturnValue:
    """The captions of a draft."""
    return captions_of(_lesson(lesson_id), language)


@pages.get("/<int:lesson_id>/pages/<int:page>")
@guarded(WRITE, PUBLISH)
def picture(lesson_id: int, page: int) -> ResponseReturnValue:
    """One page of the document of a draft."""
    return picture_of(_lesson(lesson_id), page)


@pages.post("/<int:lesson_id>/file")
@guarded(WRITE)
def receive(lesson_id: int) -> ResponseReturnValue:
    """Without script: the whole file in one form. What cannot be taken is said on the page it came from."""
    authoring.require_open(lesson_id, by=current_actor())
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(
                Message("No file was chosen."), remedy=Message("Choose one or several files, then press upload.")
            )
        arriving.receive(lesson_id, cast(BinaryIO, sent.stream), filename=sent.filename, by=current_actor())
        flash(_("The file is in the lesson."), "ok")
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        flash(" ".join(filter(None, (say(refusal.message), say(refusal.remedy)))), "error")
    return redirect(url_for("courses.lesson", lesson_id=lesson_id))


@pages.post("/<int:lesson_id>/files")
@guarded(WRITE)
def begin(lesson_id: int) -> ResponseReturnValue:
    """Announce a file: 201 with where it goes on."""
    told = request.get_json(silent=True)
    told = told if isinstance(told, dict) else request.form.to_dict()
    name = str(told.get("filename") or "")[:1000]
    begun = arriving.begin(lesson_id, filename=name, size=_whole(told.get("size")) or 0, by=current_actor())
    where = url_for("lesson_files.offset", key=begun.key)
    answer = make_response(jsonify({"key": begun.key, "url": where, "offset": 0, "size": begun.size}), 201)
    answer.headers["Location"], answer.headers[OFFSET] = where, "0"
    return answer


@pages.get("/files/<key>")
@guarded(WRITE)
def offset(key: str) -> ResponseReturnValue:
    """How much of it has come."""
    found = arriving.opened(key, by=current_actor())
    answer = make_response("", 200)
    answer.headers[OFFSET], answer.headers[LENGTH] = str(found.received), str(found.size)
    return answer


@pages.patch("/files/<key>")
@guarded(WRITE)
def append(key: str) -> ResponseReturnValue:
    """Take the next piece: 204 with the new place, 409 with the right one when it begins elsewhere."""
    begins = _whole(request.headers.get(OFFSET))
    if begins is None:
        arriving.opened(key, by=current_actor())
        raise Invalid(Message("The piece does not say where it begins."), remedy=Message("Reload the page."))
    try:
        reached = arriving.append(key, begins, cast(BinaryIO, request.stream), by=current_actor())
    except WrongOffset as wrong:
        _say_where(wrong.offset)
        raise
    answer = make_response("", 204)
    answer.headers[OFFSET] = str(reached)
    return answer


@pages.delete("/files/<key>")
@guarded(WRITE)
def discard(key: str) -> ResponseReturnValue:
    """Forget it."""
    arriving.discard(key, by=current_actor())
    return make_response("", 204)


@pages.post("/files/<key>/finish")
@guarded(WRITE)
def finish(key: str) -> ResponseReturnValue:
    """Look through what is whole; the answer is HTML, as the sender of files expects."""
    try:
        arriving.finish(key, by=current_actor())
    except WrongOffset as wrong:
        _say_where(wrong.offset)
        raise
    return make_response(f"<p>{_('The file is in the lesson.')}</p>", 200)


def _lesson(lesson_id: int) -> Lesson:
    return authoring.opened_lesson(lesson_id, by=current_actor())


def _say_where(reached: int) -> None:
    @after_this_request
    def add(response: Response) -> Response:
        response.headers[OFFSET] = str(reached)
        return response


def _whole(value: object) -> int | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
