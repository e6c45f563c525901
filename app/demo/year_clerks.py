"""The clerks of a simulated year: they register, report, confirm what is proposed, and file the rest by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor
from app.applications import queries, service
from app.applications.sheet import ApplicationSheet
from app.demo import year_batches, year_papers
from app.demo.people import Person
from app.demo.year_life import Wish
from app.demo.year_offices import Offices
from app.demo.year_people import Someone
from app.demo.year_rates import parameter
from app.demo.year_report import Refusals
from app.errors import Refused
from app.proposals import service as proposals
from app.staff import service as staff
from app.workflow.service import Mark
from models import Application, Proposal, db
from models.proposals import ProposalState

CONFIRMED, COMPLETED, BY_HAND = "mistake_confirmed", "mistake_completed", "mistake_by_hand"
SEEN = "原件与所填不符"


@dataclass
class Clerks:
    """Everything that units do. What they submit is handed on; what has a mistake is marked for a reviewer to find."""

    offices: Offices
    random: Random
    refusals: Refusals
    mistakes: dict[int, Mark] = field(default_factory=dict)

    def register(self, person: Person) -> None:
        """Somebody joins: the unit writes them on its roster, and the next night proposes the first wage."""
        staff.register(
            person.unit.id, name=person.name, id_number=person.id_number, staff_type="INSTITUTION",
            education=person.education, work_start=person.work_start, joined_on=person.joined,
            occupation=person.occupation, teaching_start_year=person.teaching_start,
            by=self.offices.clerk(person.unit.id),
        )  # fmt: skip

    def report_assessments(self, year: int, people: Iterable[Someone]) -> None:
        """Every unit reports its year in one piece; who is on probation is assessed without a grade."""
        results: dict[int, list[proposals.Result]] = {}
        for one in people:
            if one.active and one.joined_on.year <= year:
                result = "NO_GRADE" if one.on_probation else self._result()
                results.setdefault(one.unit_id, []).append(proposals.Result(one.id, year, result))
        for unit_id, found in sorted(results.items()):
            proposals.report(found, by=self.offices.clerk(unit_id))

    def _result(self) -> str:
        if self.random.random() >= parameter("assessment_passes"):
            return "BASICALLY_QUALIFIED"
        return "EXCELLENT" if self.random.random() < parameter("assessment_excellent") else "QUALIFIED"

    def confirm(self, unit_id: int) -> list[int]:
        """Confirm everything that is proposed to the unit, and complete what lacks something. Returns what is filed."""
        by = self.offices.clerk(unit_id)
        filed = year_batches.file_proposed(unit_id, by=by)
        for number in filed:
            self._maybe_wrong(number, CONFIRMED, by)
        chosen = select(Proposal.id, Proposal.revision).where(
            Proposal.unit_id == unit_id, Proposal.state == ProposalState.OPEN
        )
        open_ones = db.session.execute(chosen.order_by(Proposal.due_on, Proposal.id))
        wanted = [(number, revision) for number, revision in open_ones]
        for start in range(0, len(wanted), proposals.MOST_AT_ONCE):
            lines = proposals.confirm_many(wanted[start : start + proposals.MOST_AT_ONCE], by=by)
            for line in lines:
                if line.done is None:
                    self.refusals.counts["proposal", line.problem.text() if line.problem else ""] += 1
                elif line.done.submitted:
                    filed.append(line.done.application_id)
                    self._maybe_wrong(line.done.application_id, CONFIRMED, by)
                elif self._complete(line.done.application_id, {}, COMPLETED, by, where="completing"):
                    filed.append(line.done.application_id)
        db.session.expunge_all()
        return filed

    def file(self, wish: Wish) -> int | None:
        """File by hand what happened; None where the product refuses, which is counted with its sentence."""
        by = self.offices.clerk(wish.unit_id)
        try:
            if wish.roster:
                someone = staff.register(wish.unit_id, **wish.roster, by=by).id
                begun = service.start(wish.item, staff_id=someone, by=by)
            elif wish.staff_id is not None:
                begun = service.start(wish.item, staff_id=wish.staff_id, by=by)
            else:
                begun = service.start_for_unit(wish.item, unit_id=wish.unit_id, by=by)
        except Refused as refusal:
            self.refusals.note(wish.item, refusal)
            return None
        number = begun.id
        return number if self._complete(number, wish.answers, BY_HAND, by, where=wish.item) else None

    def _complete(self, number: int, answers: Mapping[str, Any], kind: str, by: Actor, *, where: str) -> bool:
        """Type what is known, send the papers that are asked for, submit. What cannot be filed is given up."""
        try:
            self._type(number, answers, by)
            lacking = [line.code for line in self._sheet(number, by).needed if not line.shared and not line.accepted]
            if lacking:
                year_papers.put(number, lacking, by=by)
            service.submit(number, by=by, revision=_revision(number), key=None)
        except Refused as refusal:
            self.refusals.note(where, refusal)
            self._give_up(number, by)
            return False
        self._maybe_wrong(number, kind, by)
        return True

    def _type(self, number: int, answers: Mapping[str, Any], by: Actor) -> None:
        sheet = self._sheet(number, by)
        typed = dict(answers)
        for line in sheet.fields:
            if line.required and line.value in (None, "") and line.key not in typed:
                typed[line.key] = _known_to_the_clerk(line.key, sheet)
        if typed:
            service.save_answers(number, typed, by=by, revision=_revision(number))

    def _give_up(self, number: int, by: Actor) -> None:
        try:
            service.withdraw(number, by=by, revision=_revision(number), reason="条件不符，不再申报。")
        except Refused as refusal:
            self.refusals.note("withdrawal", refusal)

    def _maybe_wrong(self, number: int, kind: str, by: Actor) -> None:
        """A seeded share has a mistake that no rule can see: in a paper where there is one, else in an answer."""
        if self.random.random() >= parameter(kind):
            return
        sheet = self._sheet(number, by)
        papers = [line.code for line in sheet.needed if not line.shared]
        answers = [line.key for line in sheet.fields if line.required]
        if papers:
            self.mistakes[number] = Mark("MATERIAL", self.random.choice(papers), SEEN)
        elif answers:
            self.mistakes[number] = Mark("ANSWER", answers[-1], SEEN)

    def correct(self, numbers: Collection[int], marked: Mapping[int, Mark]) -> list[int]:
        """Correct what was returned: the marked paper is sent anew, a marked answer is held against the file again."""
        again = []
        for number in sorted(numbers):
            application = db.session.get_one(Application, number)
            by = self.offices.clerk(application.unit_id)
            mark = marked.get(number)
            if mark is not None and mark.kind == "MATERIAL":
                year_papers.put(number, [mark.key], by=by)
            try:
                service.submit(number, by=by, revision=_revision(number), key=None)
                again.append(number)
            except Refused as refusal:
                self.refusals.note("correction", refusal)
        return again

    def _sheet(self, number: int, by: Actor) -> ApplicationSheet:
        return queries.sheet(queries.opened(by, number))


def _known_to_the_clerk(key: str, sheet: ApplicationSheet) -> Any:
    """What is asked and stands on no record: the clerk reads it from the papers at hand."""
    if key == "graduation_year" and sheet.staff is not None:
        return sheet.staff.joined_on.year
    raise LookupError(f"nobody in the simulated year knows what to answer to {key} of {sheet.version.code}")


def _revision(number: int) -> int:
    found: int = db.session.scalar(select(Application.revision).where(Application.id == number)) or 0
    return found
