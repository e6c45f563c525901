"""A document is a lesson page by page; "why?" leads from a form and from a reason to its place."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access.actor import Actor
from app.applications import service as applications
from app.errors import Refused
from app.learning import arriving, authoring, binding, publication, queries, service
from app.learning.exercises import PAPERS
from app.workflow.reasons import add_reason
from models import Lesson, LessonProgress, Unit, db
from models.queue import ReasonKind
from tests.factories import Reach, acting, an_account, an_employee
from tests.learning import films

PAGES = "/learning/papers/paper"


def published_document(author: Actor, publisher: Actor) -> None:
    version = authoring.new_course("papers", "文件", "Papers", by=author)
    values = {"kind": "PDF", "key": "paper", "title_zh": "文件", "title_en": "Paper"}
    lesson = authoring.add_lesson(version.id, values, by=author, revision=1)
    with (PAPERS / "file.pdf").open("rb") as content:
        arriving.receive(lesson.id, content, filename="file.pdf", by=author)
    publication.propose(version.id, by=author, revision=3)
    publication.publish(version.id, by=publisher, revision=4)


def test_a_document_is_read_page_by_page_and_gone_on_with(
    author: Actor, publisher: Actor, learner: Actor, reader: FlaskClient
) -> None:
    published_document(author, publisher)
    pages = queries.last_place(queries.lesson_of(queries.published("papers"), "paper"))
    assert pages > 1
    assert reader.get(f"{PAGES}?at=2").status_code == 200
    assert f"2 / {pages}" in reader.get(PAGES).text
    row = db.session.scalars(select(LessonProgress).where(LessonProgress.lesson_key == "paper")).one()
    assert (row.place, row.done_at is None) == (2, pages > 2)
    assert reader.get(f"{PAGES}/pages/1").data.startswith(b"\xff\xd8")
    assert reader.get(f"{PAGES}/pages/{pages + 1}").status_code == 404
    assert reader.get(f"{PAGES}/document").data.startswith(b"%PDF")
    assert reader.get(f"{PAGES}/video").status_code == 404
    service.open_lesson("papers", "paper", by=learner, at=pages)
    assert queries.progress_of(learner, queries.published("papers").course_id)["paper"].done_at is not None


@pytest.mark.parametrize("content", [b"%PDF-1.7\n" + bytes(400), films.film(2), b"MZ" + bytes(900)])
def test_what_is_no_document_is_refused(author: Actor, content: bytes) -> None:
    version = authoring.new_course("papers", "文件", "Papers", by=author)
    values = {"kind": "PDF", "key": "paper", "title_zh": "文件", "title_en": "Paper"}
    lesson = authoring.add_lesson(version.id, values, by=author, revision=1)
    with pytest.raises(Refused):
        arriving.receive(lesson.id, BytesIO(content), filename="paper.pdf", by=author)
    assert db.session.get_one(Lesson, lesson.id).file_sha256 is None


def test_why_stands_beside_the_questions_of_a_draft_and_not_of_another_item(
    learner: Actor, reader: FlaskClient
) -> None:
    unit = db.session.get_one(Unit, learner.unit_id)
    draft = applications.start("NCGZ-01", staff_id=an_employee(unit).id, by=learner)
    page = reader.get(f"/applications/{draft.id}").text
    assert "/learning/new-staff/new-hire#at-day" in page
    assert "/learning/new-staff/new-hire#at-papers" in page
    assert "/learning/first-filing/tour?at=18" in page  # of a material in whatever item: a second of the video
    assert "/learning/post-change/rules" not in page
    assert reader.get("/learning/new-staff/new-hire").text.count('id="at-day"') == 1


def test_a_reason_of_the_library_leads_to_the_second_that_explains_it(
    author: Actor, publisher: Actor, learner: Actor
) -> None:
    approver = acting(an_account("approves", ("approver", None, Reach.ALL)))
    reason = add_reason(
        kind=ReasonKind.MATERIAL, text_zh="印章不清", text_en="The seal cannot be read", item_id=None, step_key=None,
        active=True, by=approver,
    )  # fmt: skip
    course = next(one for one in authoring.all_versions(by=author) if one.course.code == "first-filing")
    version = authoring.new_edition(course.course_id, by=author)
    tour = next(one for one in version.lessons if one.key == "tour")
    binding.bind(tour.id, {"kind": "REASON", "key": str(reason.id), "second": "0:18"}, by=author, revision=1)
    assert ("REASON", "印章不清") not in queries.places_for("NCGZ-01")
    publication.propose(version.id, by=author, revision=2)
    publication.publish(version.id, by=publisher, revision=3)
    for said in ("印章不清", "The seal cannot be read"):
        place = queries.places_for("NCGZ-01")["REASON", said]
        assert (place.course, place.lesson, place.second) == ("first-filing", "tour", 18)
