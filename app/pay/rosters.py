"""Rosters: people, and the stretches of months in which each of them is of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from app.pay.kinds import KindBook, Numbers
from app.pay.months import Month, months_between
from app.pay.replay import Career

EPOCH = Month(1, 1, 1)
# A stretch without an end runs to here.
OPEN = 10**6


def _none() -> Numbers:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Layer:
    """One stretch of each of some people (`who`; null means everybody). Stretch numbers count from `offset`."""

    stretch: Numbers
    who: Numbers | None = None
    offset: int = 0


@dataclass(frozen=True, eq=False)
class Roster:
    """People, and from which month to which each is of which kind.

    `kind`, `first` and `last` describe the distinct stretches: the number of the kind in `book`, and the first and last
    month as `month_number`. Each layer gives people their stretch; the stretches of one person do not overlap. `ids`
    and `units` are whatever the caller calls people and units; empty if they have no names.
    """

    people: int
    book: KindBook
    kind: Numbers
    first: Numbers
    last: Numbers
    layers: tuple[Layer, ...]
    ids: Numbers = field(default_factory=_none)
    units: Numbers = field(default_factory=_none)

    def kind_in(self, month: Month) -> Numbers:
        """The number of everybody's kind in a month; -1 for who is not paid then."""
        when = month_number(month)
        return self.look_up(np.where((self.first <= when) & (when <= self.last), self.kind, -1))

    def add_up(self, worth: Numbers) -> Numbers:
        """For each person the sum of what their stretches are worth."""
        total: Numbers | None = None
        for layer in self.layers:
            part = worth[layer.offset :].take(layer.stretch)
            if layer.who is None:
                total = part if total is None else np.add(total, part, out=total)
            else:
                total = np.zeros(self.people, np.int64) if total is None else total
                total[layer.who] += part
        return np.zeros(self.people, np.int64) if total is None else total

    def look_up(self, values: Numbers) -> Numbers:
        """For each person the value of the first of their stretches that has one; -1 means none."""
        found = np.full(self.people, -1, np.int64)
        for layer in self.layers:
            part = values[layer.offset :].take(layer.stretch)
            if layer.who is None:
                found = np.where(found < 0, part, found)
            else:
                found[layer.who] = np.where(found[layer.who] < 0, part, found[layer.who])
        return found


def month_number(month: Month) -> int:
    """Months counted from the first of all."""
    return months_between(EPOCH, month)


def roster_of_segments(
    book: KindBook,
    people: int,
    person: npt.ArrayLike,
    first: npt.ArrayLike,
    last: npt.ArrayLike,
    kind: npt.ArrayLike,
    *,
    ids: Numbers | None = None,
    units: Numbers | None = None,
) -> Roster:
    """A roster of segments, one entry each: place of the person (from 0), first and last month as `month_number`,
    number of the kind in `book`. In any order; the segments of one person must not overlap. Empty ones (last before
    first) fall away."""
    columns = [np.asarray(column, dtype=np.int64) for column in (person, kind, first, last)]
    held = columns[2] <= columns[3]
    who, kinds, starts, ends = (column[held] for column in columns)
    order = np.lexsort((starts, who))
    who = who[order]
    stretches, number = np.unique(np.stack((kinds[order], starts[order], ends[order])), axis=1, return_inverse=True)
    # The n-th segments of all people make the n-th layer.
    begins = np.flatnonzero(np.r_[True, who[1:] != who[:-1]]) if who.size else np.empty(0, np.int64)
    rank = np.arange(who.size) - np.repeat(begins, np.diff(np.r_[begins, who.size]))
    layers = [Layer(number[rank == place], who[rank == place]) for place in range(int(rank.max(initial=-1)) + 1)]
    return Roster(
        people=people,
        book=book,
        kind=stretches[0],
        first=stretches[1],
        last=stretches[2],
        layers=tuple(layers),
        ids=_none() if ids is None else ids,
        units=_none() if units is None else units,
    )


def roster_of_columns(book: KindBook, columns: Sequence[tuple[Month, Month | None, Numbers]]) -> Roster:
    """A roster of people who all change in the same months: first and last month of each column (null: no end), and
    everybody's kind in it. The columns must not overlap."""
    size = len(book.kinds)
    spans = [(month_number(first), month_number(last) if last else OPEN) for first, last, _ in columns]
    return Roster(
        people=len(columns[0][2]) if columns else 0,
        book=book,
        kind=np.tile(np.arange(size), len(columns)),
        first=np.repeat(np.array([first for first, _ in spans], np.int64), size),
        last=np.repeat(np.array([last for _, last in spans], np.int64), size),
        layers=tuple(Layer(kinds, None, place * size) for place, (_, _, kinds) in enumerate(columns)),
    )


def roster_of_careers(careers: Iterable[Career], book: KindBook | None = None) -> Roster:
    """A roster of replayed careers. Months before the start are not paid; from where a replay stopped, a person is set
    aside with the error of the event that stopped it."""
    book = book or KindBook()
    rows: list[tuple[int, int, int, int]] = []
    people = 0
    for person, career in enumerate(careers):
        people = person + 1
        rows += [(person, *stretch) for stretch in stretches_of(career, book)]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return roster_of_segments(book, people, columns[0], columns[1], columns[2], columns[3])


def with_careers(roster: Roster, careers: Mapping[int, Career]) -> Roster:
    """The same roster with some people as their careers say; by their place in it."""
    if not careers:
        return roster
    rows = [(place, *stretch) for place, career in careers.items() for stretch in stretches_of(career, roster.book)]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    others = roster_of_segments(roster.book, roster.people, columns[0], columns[1], columns[2], columns[3])
    stays = np.ones(roster.people, np.bool_)
    stays[list(careers)] = False
    layers = []
    for layer in roster.layers:
        who = np.arange(roster.people) if layer.who is None else layer.who
        layers.append(Layer(layer.stretch[stays[who]], who[stays[who]], layer.offset))
    layers += [Layer(layer.stretch, layer.who, layer.offset + len(roster.kind)) for layer in others.layers]
    return replace(
        roster,
        kind=np.concatenate((roster.kind, others.kind)),
        first=np.concatenate((roster.first, others.first)),
        last=np.concatenate((roster.last, others.last)),
        layers=tuple(layers),
    )


def stretches_of(career: Career, book: KindBook) -> list[tuple[int, int, int]]:
    """First and last month and kind of each stretch of a replayed career, in order."""
    facts = career.facts
    alone: dict[str, Any] = {"leaves": facts.leaves, "measures": facts.measures, "versions": facts.versions}
    marks = [
        (month_number(moment.month), book.number_of(moment.state.to_json(), facts.person, **alone))
        for moment in career.moments
    ]
    if career.stopped is not None:
        stopped = month_number(career.stopped.month)
        marks = [mark for mark in marks if mark[0] < stopped]
        marks.append((stopped, book.refused(facts.person, career.stopped.error)))
    ends = [*(start - 1 for start, _ in marks[1:]), OPEN]
    return [(start, end, kind) for (start, kind), end in zip(marks, ends, strict=True)]
