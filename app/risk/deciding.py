"""Rules about how decisions come about: one pair of people too often, one matter split to stay below a limit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from math import comb
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.cases.evidence import Figure, Piece, Place
from app.messages import Message
from app.pay.months import day_said, plus_months
from app.risk.looking import Looked, in_lots, moment_of, of_units
from app.risk.registry import Finding, Knob, Rule, register
from models import Account, Application, ApplicationEmployee, Decision, Staff, Unit, db
from models.cases import CaseSeverity


@register
class OnePair(Rule):
    """One person decides nearly all that one clerk files, at a step where several people decide."""

    code = "one-pair"
    title = Message("Decisions by one pair of people too often")
    why = Message(
        "Where several people decide a step, who decides an application does not hang on who filed it; a pair that "
        "meets far more often than chance gives is looked at. Steps that are shared out by units are left alone. "
        "No wage rule names a share; the parameters are set here."
    )
    cites = ()
    severity = CaseSeverity.NOTICE
    knobs = (
        Knob("least", Message("Decisions of the pair from which on it is looked at"), 12, 5, 500),
        Knob("percent", Message("Percent of the clerk's applications that one person decides"), 70, 30, 100, "percent"),
        Knob("times", Message("Times more often than that person decides for others"), 2, 1, 20),
    )
    _DECIDERS = 3
    _CHANCE = 1e-4
    _SHARED_OUT = 0.3

    def find(self, looked: Looked) -> Iterable[Finding]:
        rows = db.session.execute(
            select(Decision.step_key, Application.submitted_by_id.label("clerk"), Application.unit_id,
                   Decision.decided_by_id.label("decider"), Unit.unit_type, Unit.name, func.count().label("times"))
            .join(Application, Application.id == Decision.application_id)
            .join(Unit, Unit.id == Application.unit_id)
            .where(
                Decision.decided_at >= moment_of(looked.since),
                Decision.decided_at < moment_of(plus_months(looked.until, 1)),
                Application.submitted_by_id.is_not(None), of_units(looked),
            )
            .group_by(Decision.step_key, Application.submitted_by_id, Application.unit_id, Decision.decided_by_id,
                      Unit.unit_type, Unit.name)
        ).all()  # fmt: skip
        by_step: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            by_step[row.step_key].append(row)
        pairs: dict[tuple[int, int, int], list[tuple[Any, int, float]]] = defaultdict(list)
        for of_step in by_step.values():
            for row, all_of_clerk, usual in self._too_often(looked, of_step):
                pairs[row.unit_id, row.clerk, row.decider].append((row, all_of_clerk, usual))
        names = _names({one for _, clerk, decider in pairs for one in (clerk, decider)})
        for (unit_id, clerk, decider), found in pairs.items():
            yield self._finding(unit_id, clerk, decider, found, names)

    def _too_often(self, looked: Looked, rows: list[Any]) -> list[tuple[Any, int, float]]:
        by_decider: Counter[int] = Counter()
        by_clerk: Counter[int] = Counter()
        for row in rows:
            by_decider[row.decider] += row.times
            by_clerk[row.clerk] += row.times
        if len(by_decider) < self._DECIDERS:
            return []
        found, fixed, judged = [], 0, set()
        for row in rows:
            filed, least = by_clerk[row.clerk], looked.value("least", row.unit_type)
            if filed < least:
                continue
            judged.add(row.clerk)
            others = sum(by_decider.values()) - filed
            usual = (by_decider[row.decider] - row.times) / others if others else 1.0
            share = row.times / filed
            fixed += share * 100 >= looked.value("percent", row.unit_type)
            if (
                row.times >= least
                and share * 100 >= looked.value("percent", row.unit_type)
                and share >= looked.value("times", row.unit_type) * usual
                and chance_of(row.times, filed, usual) <= self._CHANCE
            ):
                found.append((row, filed, usual))
        shared_out = len(judged) > self._DECIDERS and fixed > self._SHARED_OUT * len(judged)
        return [] if shared_out else found

    def _finding(
        self, unit_id: int, clerk: int, decider: int, found: list[tuple[Any, int, float]], names: dict[int, str]
    ) -> Finding:
        return Finding(
            key=f"{unit_id}:{clerk}:{decider}", unit_id=unit_id, accounts=(clerk, decider),
            subject=Message("%(decider)s decides nearly all that %(clerk)s files", decider=names.get(decider, "–"),
                            clerk=names.get(clerk, "–")),
            evidence=[
                Piece(
                    Message("Step %(step)s", step=row.step_key),
                    (Figure(Message("Decided by this person"), row.times, "count"),
                     Figure(Message("Filed by the clerk"), filed, "count"),
                     Figure(Message("Share in other people's applications"), round(usual * 1000), "percent")),
                    None, unit_id,
                )
                for row, filed, usual in found
            ],
            digest=[clerk, decider],
        )  # fmt: skip


def chance_of(times: int, of: int, usual: float) -> float:
    """How likely so many or more of the clerk's applications come to one person, if it goes by that person's share."""
    return sum(comb(of, count) * usual**count * (1 - usual) ** (of - count) for count in range(times, of + 1))


def _names(account_ids: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for lot in in_lots(account_ids):
        rows = db.session.execute(select(Account.id, Account.display_name).where(Account.id.in_(lot)))
        found.update({row.id: row.display_name for row in rows})
    return found


@register
class SplitApplications(Rule):
    """Several applications of one unit for one item within some days, each just below the limit, together above it."""

    code = "split"
    title = Message("Application split to stay below a limit")
    why = Message(
        "Back pay of one change is one sum (G-4). Several applications shortly after one another, each just below the "
        "amount from which it is looked at more closely, may be one that was split."
    )
    cites = ("G-4",)
    knobs = (
        Knob("limit", Message("The limit, in yuan of back pay and raise of one application"), 10_000, 100, 1_000_000,
             "yuan"),
        Knob("percent", Message("Percent of the limit from which on an application is just below it"), 80, 50, 99,
             "percent"),
        Knob("days", Message("Days within which they were filed"), 15, 1, 90, "days"),
        Knob("least", Message("Applications from which on it is a case"), 3, 2, 20),
    )  # fmt: skip

    def find(self, looked: Looked) -> Iterable[Finding]:
        amount = func.sum(
            func.coalesce(ApplicationEmployee.back_pay_fen, 0)
            + func.coalesce(ApplicationEmployee.after_fen, 0)
            - func.coalesce(ApplicationEmployee.before_fen, 0)
        )
        low = min(looked.value("limit", one) * looked.value("percent", one) for one in ("", *looked.settings))
        rows = db.session.execute(
            select(Application.id, Application.number, Application.unit_id, Application.item_id, Unit.name,
                   Unit.unit_type, Application.submitted_at, amount.label("fen"))
            .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
            .join(Unit, Unit.id == Application.unit_id)
            .where(
                Application.submitted_at >= moment_of(looked.since),
                Application.submitted_at < moment_of(plus_months(looked.until, 1)),
                Application.state.not_in(("WITHDRAWN", "REJECTED")), of_units(looked),
            )
            .group_by(Application.id, Application.number, Application.unit_id, Application.item_id, Unit.name,
                      Unit.unit_type, Application.submitted_at)
            .having(amount >= low, amount < looked.most("limit") * 100)
            .order_by(Application.unit_id, Application.item_id, Application.submitted_at, Application.id)
        ).all()  # fmt: skip
        groups: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for row in rows:
            limit = looked.value("limit", row.unit_type) * 100
            if limit * looked.value("percent", row.unit_type) <= int(row.fen) * 100 < limit * 100:
                groups[row.unit_id, row.item_id].append(row)
        for filed in groups.values():
            yield from self._of_unit(looked, filed)

    def _of_unit(self, looked: Looked, filed: list[Any]) -> Iterable[Finding]:
        """Runs of applications in which each lies within the days of the first."""
        unit_type = filed[0].unit_type
        within = timedelta(days=looked.value("days", unit_type))
        while filed:
            together = [row for row in filed if row.submitted_at - filed[0].submitted_at <= within]
            filed = filed[len(together) :]
            if len(together) >= looked.value("least", unit_type):
                yield self._finding(together, looked.value("limit", unit_type))

    def _finding(self, rows: list[Any], limit: int) -> Finding:
        first = rows[0]
        people = db.session.scalars(
            select(ApplicationEmployee.staff_id)
            .join(Staff, Staff.id == ApplicationEmployee.staff_id)
            .where(ApplicationEmployee.application_id.in_([row.id for row in rows]))
        ).all()
        return Finding(
            key=f"{first.unit_id}:{first.item_id}:{first.id}", unit_id=first.unit_id, people=sorted(set(people)),
            subject=Message("Applications just below %(limit)s yuan, filed shortly after one another: %(count)s",
                            limit=limit, count=len(rows)),
            evidence=[
                Piece(
                    Message("%(number)s, filed on %(day)s", number=row.number,
                            day=day_said(clock.local(row.submitted_at).date())),
                    (Figure(Message("Back pay and raise"), int(row.fen)),), None, row.unit_id,
                    Place("application", row.id),
                )
                for row in rows
            ],
            digest=[row.id for row in rows],
        )  # fmt: skip
