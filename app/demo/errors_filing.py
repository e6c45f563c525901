"""One application on its way to submission, as a clerk files it: what the product says at each place is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from io import BytesIO
from random import Random
from typing import Any

from app import clock
from app.access.actor import Actor
from app.applications import queries, service
from app.applications.precheck import findings
from app.demo import errors_papers as papers
from app.demo.errors_town import DECIDERS, Town, a_unit, settle
from app.demo.errors_valid import Sample
from app.errors import Invalid, Refused
from app.materials import service as materials
from app.messages import Message
from app.workflow import service as workflow
from models import Application, Staff, Unit, Upload, db

START = "start"
PICTURES = 0.9  # share of the materials that are scans; the others are printed documents


@dataclass(frozen=True)
class Sentence:
    """What the clerk is told at a place of the page."""

    place: str
    message: Message
    remedy: Message | None
    blocking: bool = True


@dataclass
class Paper:
    """A file as it will be sent for a material."""

    code: str
    content: bytes
    filename: str


@dataclass
class Attempt:
    """One application that is being filed. A mistake changes it, and notes where the product should name it."""

    town: Town
    sample: Sample
    random: Random
    unit: Unit
    staff: Staff
    answers: dict[str, str] = field(default_factory=dict)
    papers: list[Paper] = field(default_factory=list)
    named_at: set[str] = field(default_factory=set)
    application_id: int | None = None

    @property
    def clerk(self) -> Actor:
        return self.town.clerks[self.unit.id]

    def expect(self, *places: str) -> None:
        """Where the mistake must be named for it to count as caught."""
        self.named_at.update(places)

    def names_of(self) -> dict[str, str]:
        """What the materials of the item are called, by code."""
        assert self.application_id is not None
        sheet = queries.sheet(queries.opened(self.clerk, self.application_id))
        return {one.code: one.name_zh for one in sheet.version.materials}


Change = Callable[[Attempt], None]


@dataclass(frozen=True)
class Spoil:
    """A mistake: what it changes before the start, in the answers, among the papers, and after they were sent."""

    before: Change | None = None
    answers: Change | None = None
    papers: Change | None = None
    afterwards: Change | None = None


NOTHING = Spoil()


@contextmanager
def at(day: date) -> Iterator[None]:
    """The morning of a day."""
    with clock.frozen(datetime(day.year, day.month, day.day, 9, 0, tzinfo=clock.SHANGHAI)):
        yield


def settled(town: Town, sample: Sample, random: Random) -> Attempt:
    """The person of a sample, on the roster of a unit of the right kind."""
    with at(sample.today):
        unit = a_unit(town, sample.unit, new=sample.for_unit)
        staff = settle(town, unit, sample.events, **sample.person)
        if sample.for_unit:  # two people make a roster
            settle(town, unit, sample.events, **sample.person)
        return Attempt(town, sample, random, unit, staff, dict(sample.answers))


def file(attempt: Attempt, spoil: Spoil = NOTHING) -> list[Sentence]:
    """Everything that the clerk is told from the start to the button that submits."""
    with at(attempt.sample.today):
        try:
            if spoil.before is not None:
                spoil.before(attempt)
            application = _start(attempt)
        except Refused as refusal:
            return list(_told(refusal, START))
        attempt.application_id = application.id
        if spoil.answers is not None:
            spoil.answers(attempt)
        told = _answer(attempt)
        attempt.papers = _papers(attempt)
        if spoil.papers is not None:
            spoil.papers(attempt)
        for paper in attempt.papers:
            told += _send(attempt, paper)
        if spoil.afterwards is not None:
            spoil.afterwards(attempt)
            told += _answer(attempt)
        db.session.expire_all()
        sheet = queries.sheet(queries.opened(attempt.clerk, application.id))
        told += [Sentence(one.place, one.message, one.remedy, one.severity == "blocking") for one in findings(sheet)]
        return told


def _start(attempt: Attempt) -> Application:
    if attempt.sample.for_unit:
        return service.start_for_unit(attempt.sample.item, unit_id=attempt.unit.id, by=attempt.clerk)
    return service.start(attempt.sample.item, staff_id=attempt.staff.id, by=attempt.clerk)


def _answer(attempt: Attempt) -> list[Sentence]:
    """Save what is typed; what cannot be read is named at its field and left out, as the page does."""
    typed, told = dict(attempt.answers), []
    assert attempt.application_id is not None
    for _ in range(2):
        application = db.session.get(Application, attempt.application_id, populate_existing=True)
        assert application is not None
        try:
            service.save_answers(application.id, typed, by=attempt.clerk, revision=application.revision)
            break
        except Invalid as refusal:
            told += list(_told(refusal, "", prefix="answer-"))
            typed = {key: value for key, value in typed.items() if key not in refusal.fields}
    return told


def _papers(attempt: Attempt) -> list[Paper]:
    """A sound file of its own for every material that is asked for, named as people name files."""
    assert attempt.application_id is not None
    sheet = queries.sheet(queries.opened(attempt.clerk, attempt.application_id))
    found = []
    for line in sheet.needed:
        if line.shared:
            continue
        is_scan = attempt.random.random() < PICTURES
        content = papers.scan(attempt.random) if is_scan else papers.text_pdf(attempt.random, line.material.min_pages)
        suffix = "jpg" if is_scan else "pdf"
        name = attempt.random.choice(
            (f"scan{attempt.town.number():04d}", line.material.name_zh, f"{attempt.staff.name}{line.material.name_zh}")
        )
        found.append(Paper(line.code, content, f"{name.replace('/', '')}.{suffix}"))
    return found


def _send(attempt: Attempt, paper: Paper) -> list[Sentence]:
    place = f"material-{paper.code}"
    assert attempt.application_id is not None
    try:
        upload: Upload = materials.receive(
            attempt.application_id, paper.code, BytesIO(paper.content), filename=paper.filename, by=attempt.clerk
        )
    except Refused as refusal:
        return list(_told(refusal, place))
    return [
        Sentence(
            place, Message.from_json(one.message), Message.from_json(one.remedy), one.severity == "blocking"
        )
        for one in upload.checks
        if one.code != "rotated"  # told for information: nothing needs to be done
    ]  # fmt: skip


def _told(refusal: Refused, place: str, *, prefix: str = "") -> Iterator[Sentence]:
    """A refusal with a sentence at a field says there what is wrong and what is expected instead."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    for key, sentence in fields.items():
        yield Sentence(place or prefix + key, sentence, refusal.remedy or sentence)
    if not fields:
        yield Sentence(place, refusal.message, refusal.remedy)


def file_another(attempt: Attempt, sample: Sample, *, decided: bool = False, staff: Staff | None = None) -> Attempt:
    """Another application, submitted before: for the same person unless said otherwise, under way or decided."""
    other = replace(attempt, sample=sample, answers=dict(sample.answers), papers=[], staff=staff or attempt.staff)
    other.application_id = None
    told = [one for one in file(other) if one.blocking]
    if told:
        raise AssertionError(f"{sample.item}: {'; '.join(str(one.message) for one in told)}")
    with at(sample.today):
        application = db.session.get(Application, other.application_id, populate_existing=True)
        assert application is not None
        service.submit(application.id, by=other.clerk, revision=application.revision, key=None)
        for role in DECIDERS if decided else ():
            db.session.expire_all()
            revision = db.session.get_one(Application, application.id).revision
            if role != "department":  # nobody supervises the units of this town
                workflow.approve(application.id, by=attempt.town.deciders[role], revision=revision)
        db.session.expire_all()
    return other


def with_answers(sample: Sample, **answers: Any) -> Sample:
    """The same sample, answered otherwise."""
    return replace(sample, answers={**sample.answers, **answers})
