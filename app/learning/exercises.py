"""Exercises: a real item for somebody invented, on a day of its own, seen by the real checks; nothing of it is stored.

An exercise is data: who it is about, what is typed at the start and what is right, which papers lie on the desk. The
application is built from rows of a transaction that is given up, by the code that builds real ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from app import clock
from app.access.actor import Actor
from app.applications import precheck
from app.applications.drafting import prefill
from app.applications.precheck import Finding
from app.applications.queries import sheet
from app.applications.sheet import ApplicationSheet
from app.config import ROOT
from app.forms import fields as forms
from app.forms.facts import facts_of
from app.items import queries as items
from app.items.editions import Version
from app.materials.recording import write_down
from app.materials.verdicts import CHECKER_VERSION
from app.materials.verdicts import Finding as FileFinding
from app.materials.verdicts import Verdict as FileVerdict
from app.messages import Named
from app.pay import queries as pay
from app.pay.events import event_from_json
from app.pay.recording import rewrite
from app.pay.replay import replay
from app.uow import transaction
from models import Application, ApplicationEmployee, CareerEvent, Lesson, Staff, StoredFile, Unit, Upload, db
from models.applications import ApplicationState
from models.staff import StaffState

PAPERS = ROOT / "app" / "demo" / "pictures"
"""The drawn pages of the demo city: they are of nobody, sound and flawed ones."""
LONGEST_NAME = 100
_NINE = 9


@dataclass(frozen=True)
class Paper:
    """A file that lies on the desk: which it is, how it is called there, and whether it is the right one."""

    file: str
    name: str
    title: Named
    right: bool

    @property
    def path(self) -> Path:
        return PAPERS / self.file


@dataclass(frozen=True)
class Exercise:
    """What is practised, as its lesson tells it."""

    item: str
    today: date
    unit_type: str
    person: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...]
    start: Mapping[str, str]
    solution: Mapping[str, str]
    papers: Mapping[str, tuple[Paper, ...]]
    laid: Mapping[str, int]

    @property
    def moment(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, _NINE, tzinfo=clock.SHANGHAI).astimezone(UTC)


@dataclass(frozen=True)
class Laid:
    """What was laid in for a material: a file that the checker has judged. `right` is None for one's own file."""

    name: str
    size: int
    right: bool | None
    verdict: FileVerdict
    findings: tuple[FileFinding, ...]

    @property
    def accepted(self) -> bool:
        return all(one.severity != precheck.BLOCKING for one in self.findings)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name, "size": self.size, "right": self.right, "verdict": self.verdict.to_json(),
            "findings": [one.to_json() for one in self.findings],
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Laid:
        return cls(
            kept["name"], kept["size"], kept["right"], FileVerdict.from_json(kept["verdict"]),
            tuple(FileFinding.from_json(one) for one in kept["findings"]),
        )  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """The exercise as it stands: the sheet of the application, and what the check before submission finds."""

    exercise: Exercise
    sheet: ApplicationSheet
    findings: tuple[Finding, ...]


class _GivenUp(Exception):
    """Ends the transaction of an exercise, so that nothing of it stays."""


def exercise_of(lesson: Lesson) -> Exercise:
    """The exercise that a lesson holds."""
    return exercise_from(lesson.content)


def exercise_from(told: Mapping[str, Any]) -> Exercise:
    """The exercise as data. Raises KeyError, ValueError or the like for one that is not whole."""
    return Exercise(
        item=told["item"], today=date.fromisoformat(told["today"]), unit_type=told.get("unit", "FULLY_FUNDED"),
        person=told["person"], events=tuple(told.get("events", ())), start=dict(told.get("start", {})),
        solution=dict(told["solution"]),
        papers={code: tuple(_paper(one) for one in some) for code, some in told.get("papers", {}).items()},
        laid=dict(told.get("laid", {})),
    )  # fmt: skip


@contextmanager
def staged(exercise: Exercise, typed: Mapping[str, Any], laid: Mapping[str, Laid], *, by: Actor) -> Iterator[Seen]:
    """The application of an exercise, alive inside the `with` and given up at its end.

    Raises NotFound when its item is not published any more.
    """
    try:
        with clock.supposed(exercise.moment), transaction():
            version = items.published(exercise.item)
            application = _begun(exercise, version, by)
            for place, (code, one) in enumerate(sorted(laid.items()), start=1):
                if version.material(code) is not None:
                    _lay(application, code, one, place, by)
            db.session.flush()
            yield _seen(exercise, version, application, typed)
            raise _GivenUp
    except _GivenUp:
        pass


def _seen(exercise: Exercise, version: Version, application: Application, typed: Mapping[str, Any]) -> Seen:
    values, problems = forms.read_answers(version.fields, typed)
    db.session.expire_all()
    made = sheet(application, values=values, typed=typed, problems=problems)
    return Seen(exercise, made, tuple(precheck.findings(made)))


def _begun(exercise: Exercise, version: Version, by: Actor) -> Application:
    """What starting it would write, but for the number, which is not used up."""
    staff = _settled(exercise)
    now = clock.now()
    application = Application(
        number=f"PRACTICE-{uuid4().hex[:12]}", item_id=version.item_id, item_version_id=version.id,
        unit_id=staff.unit_id, title=staff.name, state=ApplicationState.DRAFT, created_by_id=by.account_id,
        created_at=now, changed_at=now,
    )  # fmt: skip
    application.employees = [ApplicationEmployee(staff_id=staff.id)]
    db.session.add(application)
    db.session.flush()
    prefill(application, version.fields, {}, facts_of(staff=staff, unit=db.session.get_one(Unit, staff.unit_id)))
    return application


def _settled(exercise: Exercise) -> Staff:
    """Somebody invented, on the roster of an invented unit, with the wage that their career brings."""
    mark, told = uuid4().hex, dict(exercise.person)
    unit = Unit(code=f"X{mark[:12]}", name="示例单位", name_en="Sample unit", unit_type=exercise.unit_type,
                credit_code=mark[:18])  # fmt: skip
    db.session.add(unit)
    db.session.flush()
    name = told.pop("name")
    for key in ("birth_date", "work_start", "joined_on"):
        told[key] = date.fromisoformat(told[key])
    staff = Staff(
        unit_id=unit.id, staff_no=f"X{mark[:12]}", name=name["zh"], name_initials="SL", id_number_cipher="",
        id_number_index=mark, id_tail_index=mark,
        state=StaffState.ACTIVE if exercise.events else StaffState.PENDING, **told,
    )  # fmt: skip
    db.session.add(staff)
    db.session.flush()
    if exercise.events:
        _live(staff, exercise)
    return staff


def _live(staff: Staff, exercise: Exercise) -> None:
    kept = []
    for place, event in enumerate(exercise.events):
        read = event_from_json({"id": f"x{place}", **event})
        row = CareerEvent(staff_id=staff.id, created_at=clock.now(), **pay.kept_event(read))
        db.session.add(row)
        db.session.flush()
        kept.append(pay.read_event(row))
    career = replay(pay.person_of(staff), kept, until=exercise.today.replace(day=1))
    rewrite(staff, career, [], [], {})
    staff.post = career.state_in(exercise.today).get("post")


def _lay(application: Application, code: str, one: Laid, place: int, by: Actor) -> None:
    """The rows that an upload would be; the file itself is not there."""
    digest = sha256(f"{application.number} {code} {place}".encode()).hexdigest()
    now = clock.now()
    db.session.add(
        StoredFile(
            sha256=digest, size=max(one.size, 1), pages=one.verdict.pages, fingerprint=one.verdict.fingerprint,
            media_type=one.verdict.media_type or "application/octet-stream", stored_at=now,
        )
    )  # fmt: skip
    db.session.flush()
    upload = Upload(
        application_id=application.id, material_code=code, position=1, sha256=digest, filename=one.name,
        accepted=one.accepted, checker_version=CHECKER_VERSION, uploaded_by_id=by.account_id, uploaded_at=now,
    )  # fmt: skip
    db.session.add(upload)
    db.session.flush()
    write_down(upload, application, one.verdict, one.findings, thresholds={})


def _paper(told: Mapping[str, Any]) -> Paper:
    path = (PAPERS / told["file"]).resolve()
    if not path.is_relative_to(PAPERS):  # an author names one of the drawn pages, and no other file of this machine
        raise ValueError(f"{told['file']} is none of the drawn pages")
    if not isinstance(told["name"], str) or not 0 < len(told["name"]) <= LONGEST_NAME:
        raise ValueError("a paper without a name")
    return Paper(told["file"], told["name"], Named(told["title"]["zh"], told["title"]["en"]), bool(told.get("right")))
