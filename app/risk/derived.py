"""Rules that hold what was paid against the career: not derivable, changed without a decision, above the post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, select

from app.cases.evidence import Figure, Piece, Place
from app.messages import Message
from app.pay.months import month_said
from app.pay.names import post_name
from app.risk.looking import (
    Looked,
    ended_before,
    in_lots,
    link_that_allows,
    months_said,
    of_units,
    paid_piece,
    staff_of,
)
from app.risk.registry import Finding, Knob, Rule, register
from models import Staff, Unit, WageRecord, db
from models.cases import CaseSeverity

_GRACE = Knob("grace", Message("Months in which a change may still be paid late"), 6, 0, 24, "months")
_MORE = Knob("more", Message("Yuan a month above the record that are let pass"), 1, 0, 1000, "yuan")


@dataclass(frozen=True)
class Above:
    """The months in which one unit paid somebody more than any wage the record knows; `jumped` where the month before
    was right and the payment rose by itself."""

    lines: Sequence[Any]
    jumped: bool
    due: dict[date, int]


def _paid_above(looked: Looked) -> Iterator[Above]:
    """Everybody who is paid above the record, by unit. Who is paid by a higher post's standard is for another rule."""
    paid = looked.lines
    months = looked.months_with(looked.most("grace"))
    asked, held = looked.posts.alias("asked"), looked.posts.alias("held")
    more = looked.least("more") * 100
    explained = link_that_allows(paid, months, Staff.id, lambda link: link.total_fen >= paid.c.basic_fen - more)
    newcomer = and_(Staff.state == "PENDING", Staff.joined_on > months.c.back)
    by_post = and_(paid.c.post.is_not(None), func.coalesce(asked.c.fen > held.c.fen, False))
    rows = db.session.execute(
        select(*paid.c, Unit.name.label("unit"), Unit.unit_type, Staff.id.label("who"))
        .join(months, months.c.month == paid.c.month)
        .join(Staff, staff_of(paid))
        .join(Unit, Unit.id == paid.c.unit_id)
        .outerjoin(asked, asked.c.post == paid.c.post)
        .outerjoin(held, held.c.post == Staff.post)
        .where(
            paid.c.basic_fen > more, not_(explained), not_(newcomer), not_(by_post),
            not_(ended_before(Staff, paid.c.month)), of_units(looked),
        )
        .order_by(Staff.id, paid.c.unit_id, paid.c.month)
    ).all()  # fmt: skip
    by_person: dict[tuple[int, int], dict[date, Any]] = defaultdict(dict)
    for row in rows:
        by_person[row.who, row.unit_id][row.month] = row
    earlier = _lines_of(looked, {row.id_number_index for row in rows})
    due = _due({who for who, _ in by_person}, looked.months)
    for (who, unit_id), flagged in by_person.items():
        index = next(iter(flagged.values())).id_number_index
        for jumped, lines in _by_kind(earlier[index, unit_id], flagged):
            wage = {line.month: due.get((who, line.month), 0) for line in lines}
            least = looked.value("more", lines[0].unit_type) * 100
            if any(line.basic_fen > wage[line.month] + least for line in lines):
                yield Above(lines, jumped, wage)


def _by_kind(everything: Sequence[Any], flagged: dict[date, Any]) -> list[tuple[bool, list[Any]]]:
    """The months above the record in two kinds: of runs that began with a jump after a right month, and of others. A
    month of which no payroll was handed in ends no run."""
    kinds: dict[bool, list[Any]] = {}
    before, jumped = None, False
    for line in everything:
        if line.month in flagged:
            if before is None or before.month not in flagged:
                jumped = before is not None and line.basic_fen > before.basic_fen
            kinds.setdefault(jumped, []).append(flagged[line.month])
        before = line
    return list(kinds.items())


def _lines_of(looked: Looked, people: set[str]) -> dict[tuple[str, int], list[Any]]:
    """All payroll lines of these people, by unit, in the order of their months."""
    paid, found = looked.lines, defaultdict(list)
    wanted = sorted(people)
    for start in range(0, len(wanted), 5_000):
        rows = db.session.execute(
            select(paid.c.id_number_index, paid.c.unit_id, paid.c.month, paid.c.basic_fen)
            .where(paid.c.id_number_index.in_(wanted[start : start + 5_000]))
            .order_by(paid.c.month)
        )
        for row in rows:
            found[row.id_number_index, row.unit_id].append(row)
    return found


def _due(people: set[int], months: Sequence[date]) -> dict[tuple[int, date], int]:
    """What the record gives each of these people in each month, in fen."""
    chains: dict[int, list[Any]] = defaultdict(list)
    for lot in in_lots(people):
        for row in db.session.execute(
            select(WageRecord.staff_id, WageRecord.effective_month, WageRecord.total_fen)
            .where(WageRecord.staff_id.in_(lot), WageRecord.voided_at.is_(None))
            .order_by(WageRecord.staff_id, WageRecord.position)
        ):
            chains[row.staff_id].append(row)
    return {
        (who, month): total
        for who, chain in chains.items()
        for month in months
        for total in [next((one.total_fen for one in reversed(chain) if one.effective_month <= month), 0)]
    }


def _finding(above: Above, subject: Message) -> Finding:
    first = above.lines[0]
    months = [line.month for line in above.lines]
    pieces = [
        paid_piece(line, unit=line.unit, staff_id=line.who,
                   figures=(Figure(Message("By the record"), above.due[line.month]),
                            Figure(Message("Paid above it"), line.basic_fen - above.due[line.month])))
        for line in above.lines
    ]  # fmt: skip
    return Finding(
        key=f"{first.who}:{first.unit_id}", unit_id=first.unit_id, people=(first.who,),
        subject=subject, evidence=[*pieces, _to_wage(first)],
        digest=above.lines[-1].basic_fen - above.due[months[-1]], latest=months[-1],
    )  # fmt: skip


def _to_wage(line: Any) -> Piece:
    return Piece(Message("The wage on record, with its reasons"), (), line.who, line.unit_id, Place("staff", line.who))


@register
class NotDerivable(Rule):
    """More is paid than any wage that the career gives."""

    code = "wage-not-derivable"
    title = Message("Wage not derivable from the career")
    why = Message(
        "Every wage follows from the career and the standard of its month (G-2); what is paid above it has no rule "
        "behind it. A change that is paid late is no such case (G-4)."
    )
    cites = ("G-2", "G-4")
    knobs = (_GRACE, _MORE)

    def find(self, looked: Looked) -> Iterable[Finding]:
        for above in _paid_above(looked):
            if not above.jumped:
                months = [line.month for line in above.lines]
                yield _finding(
                    above,
                    Message("%(name)s is paid more in %(months)s than the career gives", name=above.lines[0].name,
                            months=months_said(months)),
                )  # fmt: skip


@register
class ChangeWithoutDecision(Rule):
    """The payment rose from one month to the next, and no decision is behind it."""

    code = "change-without-decision"
    title = Message("Change without a decision")
    why = Message(
        "A wage changes by a decision that writes a new wage record, with the month from which it counts (G-1, G-2); "
        "here the payment rose and the record did not."
    )
    cites = ("G-1", "G-2")
    severity = CaseSeverity.GRAVE
    knobs = (_GRACE, _MORE)

    def find(self, looked: Looked) -> Iterable[Finding]:
        for above in _paid_above(looked):
            if above.jumped:
                yield _finding(
                    above,
                    Message("The wage of %(name)s rose in %(month)s without a decision", name=above.lines[0].name,
                            month=month_said(above.lines[0].month)),
                )  # fmt: skip


@register
class AbovePost(Rule):
    """Paid by the standard of a post higher than the one held."""

    code = "above-post"
    title = Message("Standard above the person's post")
    why = Message("The post wage is that of the post to which the person is appointed, from the month after (I-6).")
    cites = ("I-6",)
    knobs = (Knob("grace", Message("Months in which a change may still be paid late"), 1, 0, 24, "months"),)

    def find(self, looked: Looked) -> Iterable[Finding]:
        paid, months = looked.lines, looked.months_with(looked.most("grace"))
        asked, held = looked.posts.alias("asked"), looked.posts.alias("held")
        was_held = link_that_allows(paid, months, Staff.id, lambda link: link.state["post"].as_string() == paid.c.post)
        rows = db.session.execute(
            select(*paid.c, Unit.name.label("unit"), Unit.unit_type, Staff.id.label("who"),
                   Staff.post.label("held"), asked.c.fen.label("asked_fen"), held.c.fen.label("held_fen"))
            .join(months, months.c.month == paid.c.month)
            .join(Staff, staff_of(paid))
            .join(Unit, Unit.id == paid.c.unit_id)
            .outerjoin(asked, asked.c.post == paid.c.post)
            .outerjoin(held, held.c.post == Staff.post)
            .where(paid.c.post != Staff.post, self._higher(asked, held), not_(was_held), of_units(looked))
            .order_by(Staff.id, paid.c.unit_id, paid.c.month)
        ).all()  # fmt: skip
        by_person: dict[tuple[int, int, str], list[Any]] = defaultdict(list)
        for row in rows:
            by_person[row.who, row.unit_id, row.post].append(row)
        for lines in by_person.values():
            yield self._paid(lines)
        yield from self._kept(looked)

    @staticmethod
    def _higher(asked: Any, held: Any) -> ColumnElement[bool]:
        """So that SQLite looks the standards up last: it knows nothing of their size, and would begin with them."""
        return func.coalesce(asked.c.fen > held.c.fen, false())

    def _paid(self, lines: list[Any]) -> Finding:
        first, months = lines[0], [line.month for line in lines]
        figures = (
            Figure(Message("Post wage by which it was paid"), first.asked_fen),
            Figure(Message("Post wage of the post held"), first.held_fen),
        )
        return Finding(
            key=f"{first.who}:{first.unit_id}:{first.post}", unit_id=first.unit_id, people=(first.who,),
            subject=Message("%(name)s is paid as %(paid)s and holds %(held)s", name=first.name,
                            paid=post_name(first.post), held=post_name(first.held)),
            evidence=[*(paid_piece(line, unit=line.unit, figures=figures, staff_id=line.who) for line in lines),
                      _to_wage(first)],
            digest=first.post, latest=months[-1],
        )  # fmt: skip

    def _kept(self, looked: Looked) -> Iterator[Finding]:
        """Where the wage record itself goes by a higher post than the roster."""
        asked, held = looked.posts.alias("asked"), looked.posts.alias("held")
        post = WageRecord.state["post"].as_string()
        later = select(WageRecord.previous_id).where(
            WageRecord.voided_at.is_(None), WageRecord.previous_id.is_not(None)
        )
        rows = db.session.execute(
            select(Staff.id.label("who"), Staff.name, Staff.unit_id, Staff.post.label("held"), asked.c.post,
                   asked.c.fen.label("asked_fen"), held.c.fen.label("held_fen"), WageRecord.id, Unit.unit_type)
            .join(WageRecord, and_(WageRecord.staff_id == Staff.id, WageRecord.voided_at.is_(None),
                                   WageRecord.id.not_in(later)))
            .join(Unit, Unit.id == Staff.unit_id)
            .outerjoin(asked, asked.c.post == post)
            .outerjoin(held, held.c.post == Staff.post)
            .where(Staff.state == "ACTIVE", post != Staff.post, self._higher(asked, held), of_units(looked))
            .order_by(Staff.id)
        ).all()  # fmt: skip
        for row in rows:
            yield Finding(
                key=f"record:{row.who}:{row.post}", unit_id=row.unit_id, people=(row.who,),
                subject=Message("%(name)s is paid as %(paid)s and holds %(held)s", name=row.name,
                                paid=post_name(row.post), held=post_name(row.held)),
                evidence=[
                    Piece(Message("The wage on record, with its reasons"),
                          (Figure(Message("Post wage by which it was paid"), row.asked_fen),
                           Figure(Message("Post wage of the post held"), row.held_fen)),
                          row.who, row.unit_id, Place("staff", row.who)),
                ],
                digest=[row.post, row.held],
            )  # fmt: skip
