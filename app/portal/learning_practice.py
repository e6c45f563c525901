"""An exercise in the portal: the case, its questions and papers, and what the real checks say when it is handed in."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Invalid, NotFound, Refused
from app.learning import practising, queries, service, writing
from app.learning.exercises import Seen, staged
from app.learning.practising import Practice
from app.learning.rules import KINDS
from app.materials.verdicts import BLOCKING
from app.portal import learning_showing, showing
from app.portal.blueprint import pages
from app.portal.parsing import typed_answers, typed_revision
from app.web.guard import current_actor, guarded
from app.web.showing import say

READ = queries.READ


@pages.get("/learning/<course>/<key>/practice")
@guarded(READ)
def practice(course: str, key: str) -> ResponseReturnValue:
    """The exercise where it was left."""
    service.open_lesson(course, key, by=current_actor())
    found = practising.opened(course, key, by=current_actor())
    with staged(found.exercise, found.attempt.answers, found.laid, by=current_actor()) as seen:
        page = render_template("learning/practice.html", **given(found, seen))
    return page  # noqa: RET504, what was staged is gone by now


@pages.post("/learning/<course>/<key>/practice/save")
@guarded(READ)
def save_practice(course: str, key: str) -> ResponseReturnValue:
    """Keep what was typed."""
    practising.save(course, key, typed_answers(), by=current_actor(), revision=typed_revision())
    return _back(course, key)


@pages.post("/learning/<course>/<key>/practice/hand-in")
@guarded(READ)
def hand_in(course: str, key: str) -> ResponseReturnValue:
    """Hand it in to the real checks."""
    if practising.hand_in(course, key, typed_answers(), by=current_actor(), revision=typed_revision()):
        flash(_("Passed: the checks find nothing, and everything is as the case says."), "ok")
    return _back(course, key)


@pages.post("/learning/<course>/<key>/practice/papers/<code>")
@guarded(READ)
def lay_paper(course: str, key: str, code: str) -> ResponseReturnValue:
    """Lay a paper of the desk in for a material, or send a file of one's own."""
    practising.exercise_in(queries.lesson_of(queries.published(course), key))  # what is not there is told nothing more
    sent = request.files.get("file")
    place = request.form.get(f"paper-{code}", "")
    given: dict[str, Any] = {"by": current_actor(), "revision": typed_revision(), "typed": typed_answers()}
    try:
        if sent is not None and sent.filename:
            stream = cast(BinaryIO, sent.stream)
            practising.send_paper(course, key, code, stream, sent.filename, **given)
        elif place.isascii() and place.isdigit() and len(place) < 3:
            practising.lay_paper(course, key, code, int(place), **given)
        else:
            raise Invalid(_no_paper())
    except NotFound:
        raise
    except Refused as refusal:
        if refusal.status >= 409 and refusal.status != 422:
            raise
        flash(" ".join(filter(None, (say(refusal.message), say(refusal.remedy)))), "error")
    return _back(course, key, f"material-{code}")


@pages.post("/learning/<course>/<key>/practice/papers/<code>/remove")
@guarded(READ)
def take_paper_away(course: str, key: str, code: str) -> ResponseReturnValue:
    """Take it away again."""
    given: dict[str, Any] = {"by": current_actor(), "revision": typed_revision(), "typed": typed_answers()}
    practising.take_away(course, key, code, **given)
    return _back(course, key, f"material-{code}")


@pages.post("/learning/<course>/<key>/practice/again")
@guarded(READ)
def practise_again(course: str, key: str) -> ResponseReturnValue:
    """Begin anew, with the mistakes planted again."""
    practising.begin(course, key, by=current_actor())
    return _back(course, key)


@pages.get("/learning/<course>/<key>/papers/<code>/<int:place>")
@guarded(READ)
def paper_picture(course: str, key: str, code: str, place: int) -> ResponseReturnValue:
    """What a paper on the desk looks like; one that is no picture shows nothing."""
    version = queries.published(course)
    papers = practising.exercise_in(queries.lesson_of(version, key)).papers.get(code, ())
    if not place < len(papers) or papers[place].path.suffix != ".jpg":
        raise NotFound
    return send_file(papers[place].path, mimetype="image/jpeg", max_age=0)


def given(found: Practice, seen: Seen) -> dict[str, Any]:
    """What the page of an exercise needs."""
    lesson, attempt = found.lesson, found.attempt
    keys = [one.key for one in found.version.lessons]
    position = keys.index(lesson.key)
    told = [
        {"place": one["place"], "text": say(one["message"]), "remedy": say(one["remedy"])} for one in attempt.told
    ]  # fmt: skip
    return {
        "practice": found, "lesson": lesson, "version": found.version, "attempt": attempt, "sheet": seen.sheet,
        "html": writing.shown(learning_showing.body(lesson)), "show": showing, "told": told, "kinds": KINDS,
        "laid": found.laid, "passed": attempt.state == "PASSED", "verdict": verdict, "note": file_note,
        "after": found.version.lessons[position + 1] if position + 1 < len(keys) else None,
        "pay_rows": showing.pay_rows(seen.sheet),
    }  # fmt: skip


def verdict(laid: Any) -> list[dict[str, Any]]:
    """What the checker said of a paper, for the macro `verdict`."""
    return [
        {"tone": "bad" if one.severity == BLOCKING else "warn", "text": one.message, "remedy": one.remedy}
        for one in laid.findings
    ]


def file_note(laid: Any) -> str:
    """The size of a file."""
    return showing.size(laid.size)


def _no_paper() -> Any:
    from app.messages import Message

    return Message("Choose one of the papers on the desk, or a file of your own.")


def _back(course: str, key: str, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("portal.practice", course=course, key=key, _anchor=anchor))
