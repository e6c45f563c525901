"""Courses in the back office: written by authors in editions, looked at as learners see them, published by another."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from admin_views.custom import WorkView, sent_number, sent_text
from admin_views.roads import needs
from app.errors import Refused
from app.learning import arriving, authoring, binding, figures, publication
from app.learning.authoring import LONGEST_BODY
from app.learning.content import text_of
from app.learning.queries import PUBLISH, WRITE
from app.learning.rules import KINDS
from models import CourseVersion, Lesson
from models.learning import BindingKind

_l = lazy_gettext
STATES = {
    "DRAFT": (_l("Draft"), "wait", "edit"),
    "PROPOSED": (_l("Waiting for a second person"), "warn", "clock"),
    "PUBLISHED": (_l("In force"), "ok", "check-circle"),
    "RETIRED": (_l("Not in force any more"), "wait", "history"),
}
BOUND = {
    BindingKind.ITEM: _l("Service item"),
    BindingKind.FIELD: _l("Question of the form"),
    BindingKind.MATERIAL: _l("Material"),
    BindingKind.REASON: _l("Reason of the library"),
}
_LESSON_FIELDS = (
    "title_zh", "title_en", "body_zh", "body_en", "captions_zh", "captions_en", "content", "pass_mark",
)  # fmt: skip


class CoursesView(WorkView):
    """The workshop of lessons. What learners see is shown by the portal; here it is written, tried and published."""

    permission_read = WRITE
    page_lead = _l("Lessons are written here in editions. A second person publishes; published editions never change.")

    def __init__(self) -> None:
        super().__init__(name=_l("Courses"), endpoint="courses", url="courses", category=_l("Service items"),
                         menu_icon_value="book")  # fmt: skip

    def is_accessible(self) -> bool:
        return self.holds(WRITE) or self.holds(PUBLISH)

    @expose("/")
    @needs(WRITE, PUBLISH)
    def index(self) -> ResponseReturnValue:
        versions = authoring.all_versions(by=self.actor)
        lessons = authoring.count_lessons([one.id for one in versions])
        return self._page("index", versions=versions, lessons=lessons, states=STATES)

    @expose("/figures")
    @needs(WRITE, PUBLISH)
    def figures(self) -> ResponseReturnValue:
        """What is read most, and where learners fail."""
        courses, people, done = figures.totals(by=self.actor)
        return self._page(
            "figures", courses=courses, people=people, done=done, read=figures.read_most(by=self.actor),
            missed=figures.missed_most(by=self.actor), kinds=KINDS,
        )  # fmt: skip

    @expose("/new", methods=("GET", "POST"))
    @needs(WRITE)
    def new(self) -> ResponseReturnValue:
        typed = {name: sent_text(name, longest=200) for name in ("code", "title_zh", "title_en")}
        refusal: Refused | None = None
        if request.method == "POST":
            verb = lambda: authoring.new_course(**typed, by=self.actor).id  # noqa: E731
            version_id, refusal = self.attempt(verb)
            if refusal is None:
                return redirect(self.get_url(".version", version_id=version_id))
        page = self._page("new", typed=typed, errors=getattr(refusal, "fields", {}))
        return page, refusal.status if refusal else 200

    @expose("/<int:course_id>/edition/", methods=("POST",))
    @needs(WRITE)
    def edition(self, course_id: int) -> ResponseReturnValue:
        """Begin the next edition."""
        version_id, refusal = self.attempt(lambda: authoring.new_edition(course_id, by=self.actor).id)
        if refusal is not None:
            return redirect(self.get_url(".index"))
        return redirect(self.get_url(".version", version_id=version_id))

    @expose("/versions/<int:version_id>")
    @needs(WRITE, PUBLISH)
    def version(self, version_id: int) -> ResponseReturnValue:
        return self._version(authoring.opened(version_id, by=self.actor))

    def _version(self, version: CourseVersion, **more: Any) -> str:
        given: dict[str, Any] = {"errors": {}, "typed": {}, "lesson_errors": {}} | more
        return self._page(
            "version", version=version, states=STATES, kinds=KINDS, lacking=publication.findings(version),
            may_publish=publication.may_publish(self.actor, version), editing=self._edits(version),
            editions=authoring.editions_of(version.course_id, by=self.actor), **given,
        )  # fmt: skip

    def _edits(self, version: CourseVersion) -> bool:
        return version.state == "DRAFT" and self.holds(WRITE)

    @expose("/versions/<int:version_id>/change/", methods=("POST",))
    @needs(WRITE)
    def change(self, version_id: int) -> ResponseReturnValue:
        """Title and summary."""
        typed = {name: sent_text(name) for name in ("title_zh", "title_en", "summary_zh", "summary_en")}
        revision = sent_number("revision")
        verb = lambda: authoring.change_version(version_id, typed, by=self.actor, revision=revision)  # noqa: E731
        _done, refusal = self.attempt(verb, _("Saved."))
        if refusal is not None and hasattr(refusal, "fields"):
            opened = authoring.opened(version_id, by=self.actor)
            return self._version(opened, errors=refusal.fields, typed=typed), refusal.status
        return self._to(version_id)

    @expose("/versions/<int:version_id>/lessons/", methods=("POST",))
    @needs(WRITE)
    def add_lesson(self, version_id: int) -> ResponseReturnValue:
        typed = {name: sent_text(name, longest=200) for name in ("key", "kind", "title_zh", "title_en")}
        revision = sent_number("revision")
        verb = lambda: authoring.add_lesson(version_id, typed, by=self.actor, revision=revision).id  # noqa: E731
        lesson_id, refusal = self.attempt(verb)
        if refusal is None:
            return redirect(self.get_url(".lesson", lesson_id=lesson_id))
        if hasattr(refusal, "fields"):
            opened = authoring.opened(version_id, by=self.actor)
            return self._version(opened, lesson_errors=refusal.fields, typed=typed), refusal.status
        return self._to(version_id)

    @expose("/versions/<int:version_id>/<verb>/", methods=("POST",))
    @needs(WRITE, PUBLISH)
    def decide(self, version_id: int, verb: str) -> ResponseReturnValue:
        """Propose, take back, refuse, publish or withdraw."""
        revision, said = sent_number("revision"), sent_text("reason", longest=500)
        verbs = {
            "propose": lambda: publication.propose(version_id, by=self.actor, revision=revision, note=said),
            "take-back": lambda: publication.take_back(version_id, by=self.actor, revision=revision),
            "refuse": lambda: publication.refuse(version_id, by=self.actor, revision=revision, reason=said),
            "publish": lambda: publication.publish(version_id, by=self.actor, revision=revision),
            "withdraw": lambda: publication.withdraw(version_id, by=self.actor, revision=revision, reason=said),
        }
        opened = authoring.opened(version_id, by=self.actor)
        if verb in verbs:
            _done, refusal = self.attempt(verbs[verb], _("It is done."))
            if refusal is not None and hasattr(refusal, "fields"):
                opened = authoring.opened(version_id, by=self.actor)
                return self._version(opened, errors=refusal.fields, typed={"reason": said}), refusal.status
        return self._to(opened.id)

    @expose("/versions/<int:version_id>/discard/", methods=("POST",))
    @needs(WRITE)
    def discard(self, version_id: int) -> ResponseReturnValue:
        """Give a draft up."""
        revision = sent_number("revision")
        verb = lambda: authoring.discard(version_id, by=self.actor, revision=revision)  # noqa: E731
        _done, refusal = self.attempt(verb, _("The draft is gone."))
        return self._to(version_id) if refusal else redirect(self.get_url(".index"))

    @expose("/lessons/<int:lesson_id>", methods=("GET", "POST"))
    @needs(WRITE, PUBLISH)
    def lesson(self, lesson_id: int) -> ResponseReturnValue:
        """One lesson as its author writes it."""
        if request.method != "POST":
            return self._lesson(authoring.opened_lesson(lesson_id, by=self.actor))
        typed = {name: sent_text(name, longest=LONGEST_BODY + 1) for name in _LESSON_FIELDS}
        revision = sent_number("revision")
        verb = lambda: authoring.change_lesson(lesson_id, typed, by=self.actor, revision=revision)  # noqa: E731
        _done, refusal = self.attempt(verb, _("Saved."))
        if refusal is not None:
            opened = authoring.opened_lesson(lesson_id, by=self.actor)
            return self._lesson(opened, typed=typed, errors=getattr(refusal, "fields", {})), refusal.status
        return redirect(self.get_url(".lesson", lesson_id=lesson_id))

    def _lesson(self, lesson: Lesson, **more: Any) -> str:
        given: dict[str, Any] = {"errors": {}, "typed": None, "binding": {}, "binding_errors": {}} | more
        return self._page(
            "lesson", lesson=lesson, version=lesson.version, states=STATES, kinds=KINDS, bound=BOUND,
            content=text_of(lesson.content), editing=self._edits(lesson.version),
            megabytes=arriving.limit_of(lesson.kind) // 2**20, **given,
        )  # fmt: skip

    @expose("/lessons/<int:lesson_id>/bind/", methods=("POST",))
    @needs(WRITE)
    def bind(self, lesson_id: int) -> ResponseReturnValue:
        """Let "why?" lead here."""
        names = ("kind", "item_code", "key", "second", "anchor")
        typed = {name: sent_text(name, longest=40) for name in names}
        revision = sent_number("revision")
        verb = lambda: binding.bind(lesson_id, typed, by=self.actor, revision=revision)  # noqa: E731
        _done, refusal = self.attempt(verb, _("Saved."))
        if refusal is not None and hasattr(refusal, "fields"):
            opened = authoring.opened_lesson(lesson_id, by=self.actor)
            return self._lesson(opened, binding=typed, binding_errors=refusal.fields), refusal.status
        return redirect(self.get_url(".lesson", lesson_id=lesson_id) + "#why")

    @expose("/bindings/<int:binding_id>/remove/", methods=("POST",))
    @needs(WRITE)
    def unbind(self, binding_id: int) -> ResponseReturnValue:
        revision, lesson_id = sent_number("revision"), sent_number("lesson")
        verb = lambda: binding.unbind(binding_id, by=self.actor, revision=revision)  # noqa: E731
        self.attempt(verb)
        return redirect(self.get_url(".lesson", lesson_id=lesson_id) + "#why")

    @expose("/lessons/<int:lesson_id>/move/", methods=("POST",))
    @needs(WRITE)
    def move(self, lesson_id: int) -> ResponseReturnValue:
        """Up or down."""
        version_id = authoring.opened_lesson(lesson_id, by=self.actor).version_id
        revision, up = sent_number("revision"), request.form.get("way") == "up"
        self.attempt(lambda: authoring.move_lesson(lesson_id, up=up, by=self.actor, revision=revision))
        return self._to(version_id)

    @expose("/lessons/<int:lesson_id>/remove/", methods=("POST",))
    @needs(WRITE)
    def remove(self, lesson_id: int) -> ResponseReturnValue:
        version_id = authoring.opened_lesson(lesson_id, by=self.actor).version_id
        revision = sent_number("revision")
        self.attempt(lambda: authoring.remove_lesson(lesson_id, by=self.actor, revision=revision))
        return self._to(version_id)

    def _to(self, version_id: int) -> ResponseReturnValue:
        return redirect(self.get_url(".version", version_id=version_id))

    def _page(self, name: str, **values: Any) -> str:
        page: str = self.render(f"courses/{name}.html", **values)
        return page
