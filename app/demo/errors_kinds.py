"""Kinds of mistakes in the answers: what cannot be read, impossible days, and what contradicts the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

from app import clock
from app.demo.errors_filing import START, Attempt, Spoil
from app.demo.errors_valid import MAKERS, OFFICE, SCHOOL, Sample
from app.uow import transaction
from models import ReportedAssessment, Staff, db
from models.staff import StaffState


@dataclass(frozen=True)
class Kind:
    """A kind of mistake: its group and name, in which sample it is made (`with_` changes it), and how."""

    group: str
    name: str
    item: str
    spoil: Spoil
    with_: Callable[[Sample], Sample] = lambda sample: sample

    def sample(self, random: Random) -> Sample:
        return self.with_(MAKERS[self.item](random))


def typed(group: str, name: str, item: str, changes: Mapping[str, str | None], *at: str, **person: Any) -> Kind:
    """Other answers than the right ones; None leaves one out. They must be named at the first of them, or `at`."""

    def change(attempt: Attempt) -> None:
        for key, value in changes.items():
            if value is None:
                attempt.answers[key] = ""
            else:
                attempt.answers[key] = value
        attempt.expect(*(at or (f"answer-{next(iter(changes))}",)))

    with_ = (lambda sample: replace(sample, person={**sample.person, **person})) if person else (lambda sample: sample)
    return Kind(group, name, item, Spoil(answers=change), with_)


def refused(group: str, name: str, item: str, changes: Mapping[str, str | None]) -> Kind:
    """Answers that each can be right, and of which the wage rules say why they bring nothing."""
    return typed(group, name, item, changes, "pay")


def started(name: str, item: str, change: Callable[[Attempt], None], with_: Callable[[Sample], Sample]) -> Kind:
    """An item that does not fit the person, refused before anything is typed."""

    def before(attempt: Attempt) -> None:
        change(attempt)
        attempt.expect(START)

    return Kind("ineligible", name, item, Spoil(before=before), with_)


def _as(item: str, **values: Any) -> Callable[[Sample], Sample]:
    return lambda sample: replace(sample, item=item, **values)


def _more_events(*events: dict[str, Any]) -> Callable[[Sample], Sample]:
    return lambda sample: replace(sample, events=(*sample.events, *events))


def _nothing(_attempt: Attempt) -> None:
    """The sample itself is the mistake."""


def _leave_the_unit(attempt: Attempt) -> None:
    with transaction():
        staff = db.session.get_one(Staff, attempt.staff.id)
        staff.state, staff.left_on = StaffState.ENDED, date(2018, 3, 1)


def _report(year: int, result: str, field: str) -> Callable[[Attempt], None]:
    def change(attempt: Attempt) -> None:
        with transaction():
            db.session.add(
                ReportedAssessment(staff_id=attempt.staff.id, year=year, result=result, reported_at=clock.now())
            )
        attempt.expect(f"answer-{field}")

    return change


def _event(group: str, name: str, item: str, event: dict[str, Any], *at: str, **answers: str) -> Kind:
    """The record holds an event that the answers overlook."""

    def change(attempt: Attempt) -> None:
        attempt.answers.update(answers)
        attempt.expect(*(at or ("pay",)))

    return Kind(group, name, item, Spoil(answers=change), _more_events(event))


UNREADABLE = (
    typed("cannot be read", "a day that does not exist", "NCGZ-11", {"appointed_on": "2018-02-30"}),
    typed("cannot be read", "a day in words", "NCGZ-11", {"appointed_on": "三月底"}),
    typed("cannot be read", "a year of another millennium", "NCGZ-11", {"appointed_on": "1018-03-20"}),
    typed("cannot be read", "a month that does not exist", "NCGZ-04", {"stop_month": "2018-13"}),
    typed("cannot be read", "a year with two digits", "NCGZ-01", {"graduation_year": "17"}),
    typed("cannot be read", "an amount in words", "NCGZ-18", {"monthly": "两百六十元整"}),
    typed("cannot be read", "an amount below nothing", "NCGZ-18", {"monthly": "-260"}),
    typed("cannot be read", "a grade that does not exist", "NCGZ-03", {"grade": "165"}),
    typed("cannot be read", "a post that is not on the list", "NCGZ-11", {"post": "高级工程师"}),
    typed("cannot be read", "a name longer than its field", "NCGZ-03", {"former_unit": "外地第三中学" * 30}),
    typed("cannot be read", "a diploma of tomorrow", "NCGZ-15", {"obtained_on": "2018-05-20"}),
)
MISSING = (
    typed("missing answer", "the day is left out", "NCGZ-11", {"appointed_on": None}),
    typed("missing answer", "the result of the assessment is left out", "NCGZ-12", {"result": None}),
    typed("missing answer", "a yes or no is left out", "NCGZ-23", {"raised_percentage": None}),
    typed("missing answer", "the kind of sanction is left out", "NCGZ-20", {
        "sanction": None, "matter": "SANCTION", "measure": None}),
    refused("missing answer", "post and grade of a transfer are left out", "NCGZ-03", {"post": None, "grade": None}),
)  # fmt: skip
WRONG_DATES = (
    typed("wrong date", "before the person joined", "NCGZ-11", {"appointed_on": "1988-03-20"}),
    typed("wrong date", "still to come", "NCGZ-11", {"appointed_on": "2018-05-20"}),
    typed("wrong date", "digits of the year changed places", "NCGZ-11", {"appointed_on": "2081-03-20"}),
    typed("wrong date", "a year that is long over", "NCGZ-11", {"appointed_on": "2015-03-20"}),
    typed("wrong date", "not the day of joining on the roster", "NCGZ-01", {"joined_on": "2018-02-27"}),
    typed("wrong date", "retirement two years before the age", "NCGZ-23", {"retires_on": "2018-03-31"},
          birth_date=date(1960, 3, 12)),
    typed("wrong date", "retirement long after the age", "NCGZ-23", {"retires_on": "2018-03-31"},
          birth_date=date(1956, 1, 12)),
    typed("wrong date", "retirement of a woman at the age of men", "NCGZ-23", {"retires_on": "2018-03-31"},
          sex="FEMALE"),
    typed("wrong date", "a leave that ends before it begins", "NCGZ-21", {"leave_to": "2017-05-20"}),
    typed("wrong date", "a leave of five weeks", "NCGZ-21", {"leave_to": "2018-02-20"}),
    typed("wrong date", "pay stops a year too early", "NCGZ-04", {"stop_month": "2017-03"}),
    typed("wrong date", "pay stops a year too late", "NCGZ-03", {"stop_month": "2019-03"}),
    typed("wrong date", "graduated after joining", "NCGZ-01", {"graduation_year": "2020"}),
    typed("wrong date", "graduated as a child", "NCGZ-01", {"graduation_year": "2007"}),
    typed("wrong date", "enlisted after joining", "NCGZ-05", {"enlisted_on": "2018-04-02"}),
    typed("wrong date", "enlisted as a child", "NCGZ-05", {"enlisted_on": "1996-12-01"}),
    typed("wrong date", "taught from a year to come", "NCGZ-17", {"teaching_start_year": "2021"}),
    typed("wrong date", "taught as a child", "NCGZ-17", {"teaching_start_year": "1984"}),
    typed("wrong date", "more years taken off than taught", "NCGZ-17", {"deducted_years": "40"}),
    typed("wrong date", "interrupted for longer than worked", "NCGZ-22", {"interruption_years": "50"}),
    typed("wrong date", "at work as a child", "NCGZ-22", {"work_start": "1984-07-01"},
          birth_date=date(1974, 5, 9)),
    typed("wrong date", "first day of work after joining", "NCGZ-22", {"work_start": "2017-07-01"}),
    typed("wrong date", "longer in the post than at work", "NCGZ-19", {"service_years": "45"}),
    refused("wrong date", "graded before probation is over", "NCGZ-02", {"graded_on": "2017-09-01"}),
    refused("wrong date", "a standard of no day", "NCGZ-16", {"effective_from": "2016-08-01"}),
    typed("wrong date", "a possible day, but not the one in the document", "NCGZ-11", {"appointed_on": "2018-03-01"}),
)  # fmt: skip
WRONG_YEARS = (
    typed("wrong year", "the year that is running", "NCGZ-12", {"assessment_year": "2018"}),
    typed("wrong year", "an assessment of the year before the last", "NCGZ-12", {"assessment_year": "2016"}),
    typed("wrong year", "an assessment of before joining", "NCGZ-12", {"assessment_year": "1990"}),
    typed("wrong year", "a total of last year", "NCGZ-26", {"year": "2017"}),
    typed("wrong year", "a total of next year", "NCGZ-26", {"year": "2019"}),
    _event("wrong year", "an assessment that is on record already", "NCGZ-12",
           {"type": "assessment", "year": 2017, "result": "QUALIFIED"}),
)  # fmt: skip
WRONG_PLACES = (
    refused("wrong post", "the post that is held already", "NCGZ-11", {"post": "TECH-12"}),
    typed("wrong post", "a lower post", "NCGZ-11", {"post": "TECH-13"}),
    typed("wrong post", "a post two titles higher", "NCGZ-11", {"post": "TECH-4"}),
    refused("wrong post", "a worker post for a professional", "NCGZ-11", {"post": "WORKER-3"}),
    typed("wrong post", "a grade below the starting grade", "NCGZ-03", {"grade": "5", "post": "TECH-7"}),
    typed("wrong post", "a technical grade that skips two", "NCGZ-13", {"technical_grade": "SENIOR_TECHNICIAN"}),
    refused("wrong post", "the technical grade held already", "NCGZ-13", {"technical_grade": "JUNIOR_WORKER"}),
    typed("wrong post", "a position that skips several", "NCGZ-07", {"position": "DIV_CHIEF"}),
    typed("wrong post", "a rank before there were ranks", "NCGZ-08", {"approved_on": "2018-09-20"}),
    refused("wrong post", "lowered to a higher post", "NCGZ-20", {
        "post": "TECH-10", "matter": "SANCTION", "sanction": "POST_LOWERED", "no_lower_post": "no", "measure": None}),
    refused("wrong staff type", "a sanction of civil servants", "NCGZ-20", {
        "sanction": "MAJOR_DEMERIT", "matter": "SANCTION", "measure": None}),
    typed("wrong staff type", "a category without its level", "NCGZ-06", {"new_category": "CIVIL_SERVANT"},
          "answer-level", "answer-step", "answer-level_clock", "pay"),
)  # fmt: skip
INELIGIBLE = (
    typed("ineligible", "an education that is not higher", "NCGZ-15", {"education": "JUNIOR_COLLEGE"}),
    refused("ineligible", "increment after an unqualified year", "NCGZ-12", {"result": "UNQUALIFIED"}),
    refused("ineligible", "a level after four qualified years", "NCGZ-09", {"result_4": "UNQUALIFIED"}),
    refused("ineligible", "a step after one qualified year", "NCGZ-10", {"result_1": "NOT_ASSESSED"}),
    refused("ineligible", "a sanction lifted that was never decided", "NCGZ-20", {
        "matter": "LIFTED", "sanction": None, "measure": None}),
    refused("ineligible", "a measure ended that was never taken", "NCGZ-20", {
        "matter": "MEASURE_ENDED", "cleared": "yes", "sanction": None, "measure": None}),
    _event("ineligible", "promoted during a sanction", "NCGZ-07",
           {"type": "sanction", "date": "2012-01-10", "kind": "DEMERIT"}),
    started("an item for civil servants, a teacher", "NCGZ-12", _nothing, _as("NCGZ-09")),
    started("a first wage for who has one", "NCGZ-12", _nothing, _as("NCGZ-01")),
    started("a change for who has no wage yet", "NCGZ-01", _nothing, _as("NCGZ-17")),
    started("for who has left", "NCGZ-11", _leave_the_unit, _as("NCGZ-11")),
    started("a performance-pay total of an organ", "NCGZ-26", _nothing, _as("NCGZ-26", unit=OFFICE)),
    started("an item of the unit for one employee", "NCGZ-12", _nothing, _as("NCGZ-26", unit=SCHOOL)),
)  # fmt: skip
CONTRADICTING = (
    Kind("contradicts the record", "another result than was reported", "NCGZ-12",
         Spoil(before=_report(2017, "BASICALLY_QUALIFIED", "result"))),
    _event("contradicts the record", "another result of an earlier year than on record", "NCGZ-10",
           {"type": "assessment", "year": 2009, "result": "NOT_ASSESSED"}, "answer-result_1", result_1="EXCELLENT"),
    typed("contradicts the record", "another education than on the roster", "NCGZ-01", {"education": "DOCTOR"}),
    refused("contradicts the record", "a unit code that does not exist", "NCGZ-04", {"new_unit_code": "U99999"}),
)  # fmt: skip
AMOUNTS = (
    typed("amount", "nothing", "NCGZ-18", {"monthly": "0"}),
    typed("amount", "the decimal point two places off", "NCGZ-18", {"monthly": "26000.00"}),
    typed("over budget", "a total a hundred times too high", "NCGZ-26", {"total": "5000000.00"}),
    typed("over budget", "a total in ten thousands of yuan", "NCGZ-26", {"total": "5.40"}),
)
OF_ANSWERS = (
    *UNREADABLE, *MISSING, *WRONG_DATES, *WRONG_YEARS, *WRONG_PLACES, *INELIGIBLE, *CONTRADICTING, *AMOUNTS,
)  # fmt: skip
