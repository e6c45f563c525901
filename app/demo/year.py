"""A simulated year of the demo city: life happens, the system proposes, clerks confirm or file, reviewers decide."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as hour
from random import Random

from app import clock
from app.access.actor import system
from app.demo import loading, year_papers
from app.demo.timeline import working_day
from app.demo.year_city import MONTHS, START, YearCity, found
from app.demo.year_clerks import Clerks
from app.demo.year_life import Wish, wishes_of
from app.demo.year_offices import Desks, Offices, at, left_lying, offices, working_days_after
from app.demo.year_people import in_service
from app.demo.year_report import Lived, Refusals, report
from app.proposals import service as proposals
from models import db
from models.applications import ApplicationState

NIGHT = system("nightly run")
MID_MONTH = 15  # until then things have happened, and on the next working day clerks file them
ASSESSED_IN, ASSESSED_ON = 1, 12  # assessments of the year before are reported on 12 January
NINE = hour(9)
AT_ONCE = 500  # people in one transaction of the nightly run
Say = Callable[[str], None]


@dataclass
class Year:
    """One year that is lived: who takes part, chance, and what was refused."""

    city: YearCity
    random: Random
    say: Say
    offices: Offices = field(default_factory=offices)
    refusals: Refusals = field(default_factory=Refusals)
    clerks: Clerks = field(init=False)
    desks: Desks = field(init=False)
    day: date = field(default_factory=START.date)

    def __post_init__(self) -> None:
        self.clerks = Clerks(self.offices, self.random, self.refusals)
        self.desks = Desks(self.offices, self.clerks.mistakes, self.refusals)

    def live(self, months: Sequence[date] = MONTHS) -> None:
        """Every month in turn; what takes longer than the month goes on in the next, so the clock never turns back."""
        year_papers.keep_pages()
        self._bring_to_its_end()
        for month in months:
            begun = time.monotonic()
            filed = self._first_days(month) + self._middle(month)
            self.desks.pay(self.day)
            self.say(f"  {month:%Y-%m}  {filed:>7,} filed  {time.monotonic() - begun:>7,.0f} s")

    def _bring_to_its_end(self) -> None:
        """What the city was at before the year: what was returned is filed again, all is decided and paid."""
        units = self.city.unit_ids
        with at(self.day, 9):
            again = self.clerks.correct(left_lying(units, ApplicationState.RETURNED), {})
        self._decided([*again, *left_lying(units, ApplicationState.IN_REVIEW)])
        self.desks.pay(self.day)

    def _not_before(self, day: date) -> None:
        self.day = max(self.day, working_day(day))

    def _first_days(self, month: date) -> int:
        """Who joined is registered; the night proposes, the clerks confirm, the desks decide."""
        self._not_before(month)
        with at(self.day, 5):
            for person in self.city.coming:
                if (person.joined.year, person.joined.month) == (month.year, month.month):
                    self.clerks.register(person)
            self._night()
        return self._decided(self._confirmed())

    def _middle(self, month: date) -> int:
        """What happened until the middle of the month is filed by hand; in January assessments are reported before."""
        until = month.replace(day=MID_MONTH)
        people = in_service(self.city.unit_ids)
        if month.month == ASSESSED_IN:
            self._not_before(month.replace(day=ASSESSED_ON))
            with at(self.day, 9):
                self.clerks.report_assessments(month.year - 1, people)
        wishes = wishes_of(month, people, self.city.unit_ids, until=until, random=self.random, taken=self.city.taken)
        self._not_before(until + timedelta(days=1))
        with at(self.day, 5):
            self._night()
        confirmed = self._confirmed()
        return self._decided([*confirmed, *self._by_hand(wishes)])

    def _night(self) -> None:
        """The nightly run, for the units that live the year."""
        people = [one.id for one in in_service(self.city.unit_ids)]
        for start in range(0, len(people), AT_ONCE):
            proposals.refresh_people(people[start : start + AT_ONCE], by=NIGHT)
            db.session.expunge_all()

    def _confirmed(self) -> list[int]:
        with at(self.day, 9):
            return [number for unit_id in self.city.unit_ids for number in self.clerks.confirm(unit_id)]

    def _by_hand(self, wishes: Sequence[Wish]) -> list[int]:
        with at(self.day, 14):
            numbers = []
            for wish in wishes:
                number = self.clerks.file(wish)
                if number is not None:
                    numbers.append(number)
                db.session.expunge_all()
            return numbers

    def _decided(self, numbers: Collection[int]) -> int:
        """Through every step; what comes back is corrected and goes through the rest. Returns how many there were."""
        marked = dict(self.clerks.mistakes)
        returned, self.day = self.desks.decide(numbers, working_days_after(self.day, 1))
        if returned:
            with at(self.day, 9):
                again = self.clerks.correct(returned, marked)
            _none, self.day = self.desks.decide(again, self.day, corrected=True)
        return len(numbers)


def live(
    scale: str, *, seed: int, most_units: int | None = None, months: Sequence[date] = MONTHS, keep: bool = False,
    say: Say = print,
) -> Lived:  # fmt: skip
    """Found the city as of June 2017 in the present, empty database, and let it live.

    With `keep` the clock of this installation goes on from the end of the year.
    """
    random = Random(seed)
    city = found(scale, most_units=most_units, random=random)
    begun = time.monotonic()
    with clock.frozen(START):
        year = Year(city, random, say)
    year.live(months)
    seconds = time.monotonic() - begun
    if keep:
        loading.set_clock(datetime.combine(year.day, NINE, clock.SHANGHAI))
    return Lived(
        report(START, city.unit_ids), year.refusals, len(city.unit_ids), city.institutions, city.living,
        city.population, seconds,
    )  # fmt: skip
