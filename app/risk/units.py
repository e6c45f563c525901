"""Rules about a unit as a whole: more people paid than its establishment, payments that grow unlike those of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any

from sqlalchemy import distinct, func, or_, select

from app.cases.evidence import Figure, Piece, Place
from app.messages import Message
from app.pay.months import Month, month_said, month_text, months_between, plus_months
from app.risk.looking import Looked, months_said, of_units
from app.risk.registry import Finding, Knob, Rule, register
from models import Establishment, Unit, db


@register
class AboveEstablishment(Rule):
    """More people with a basic wage than posts in the establishment of the month."""

    code = "above-establishment"
    title = Message("Head count above the establishment")
    why = Message(
        "The total of performance pay and every basic wage rest on the people of the establishment (P-1, P-2); a unit "
        "that pays more people than it may employ has to say who they are."
    )
    cites = ("P-1", "P-2")
    knobs = (
        Knob("people", Message("People above the establishment from which on it is a case"), 1, 1, 100),
        Knob("months", Message("Months in a row from which on it is a case"), 2, 1, 12, "months"),
    )

    def find(self, looked: Looked) -> Iterable[Finding]:
        paid = looked.lines
        heads = (
            select(paid.c.unit_id, paid.c.month, func.min(paid.c.sheet_id).label("sheet_id"),
                   func.count(distinct(paid.c.id_number_index)).label("heads"))
            .where(paid.c.basic_fen > 0)
            .group_by(paid.c.unit_id, paid.c.month)
            .subquery("heads")
        )  # fmt: skip
        rows = db.session.execute(
            select(*heads.c, Establishment.head_count, Establishment.document, Unit.unit_type, Unit.name)
            .join(Establishment, Establishment.unit_id == heads.c.unit_id)
            .join(Unit, Unit.id == heads.c.unit_id)
            .where(
                Establishment.valid_from <= heads.c.month,
                or_(Establishment.valid_to.is_(None), Establishment.valid_to > heads.c.month),
                heads.c.heads - Establishment.head_count >= looked.least("people"), of_units(looked),
            )
            .order_by(heads.c.unit_id, heads.c.month)
        ).all()  # fmt: skip
        by_unit: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            if row.heads - row.head_count >= looked.value("people", row.unit_type):
                by_unit[row.unit_id].append(row)
        for unit_id, found in by_unit.items():
            if len(found) >= looked.value("months", found[0].unit_type):
                yield self._finding(unit_id, found)

    def _finding(self, unit_id: int, found: list[Any]) -> Finding:
        worst = max(found, key=lambda row: row.heads - row.head_count)
        return Finding(
            key=str(unit_id), unit_id=unit_id,
            subject=Message("People paid above the establishment: %(count)s, %(months)s",
                            count=worst.heads - worst.head_count, months=months_said([row.month for row in found])),
            evidence=[
                Piece(
                    Message("%(month)s: establishment by %(document)s", month=month_said(row.month),
                            document=row.document),
                    (Figure(Message("People paid"), row.heads, "count"),
                     Figure(Message("Establishment"), row.head_count, "count")),
                    None, unit_id, Place("payroll", row.sheet_id),
                )
                for row in found
            ],
            digest=worst.heads - worst.head_count, latest=found[-1].month,
        )  # fmt: skip


@register
class UnusualGrowth(Rule):
    """What a unit pays a head rises by far more than what units of its class pay a head in the same months."""

    code = "unusual-growth"
    title = Message("Unusual growth of a unit")
    why = Message(
        "Basic wages and allowances rise by standards that hold for all units of a class at once (G-3, O-9); a unit "
        "whose payments a head rise far more than theirs pays by something else."
    )
    cites = ("G-3", "O-9")
    knobs = (
        Knob("percent", Message("Percentage points above the growth of its class"), 15, 5, 200, "percent"),
        Knob("heads", Message("People paid from which on a unit is looked at"), 5, 2, 100),
        Knob("months", Message("Months for which it must last"), 2, 1, 6, "months"),
    )
    _BASE = 3
    _LAGS = (0, 3)  # a rise at once, and one in small steps over a quarter

    def find(self, looked: Looked) -> Iterable[Finding]:
        paid = looked.lines_between(plus_months(looked.since, -2 * (self._BASE + max(self._LAGS))), looked.until)
        rows = db.session.execute(
            select(paid.c.unit_id, paid.c.month, func.min(paid.c.sheet_id).label("sheet_id"), Unit.unit_type,
                   Unit.name, func.sum(paid.c.basic_fen + paid.c.allowance_fen).label("fen"),
                   func.count(distinct(paid.c.id_number_index)).label("heads"))
            .join(Unit, Unit.id == paid.c.unit_id)
            .where(paid.c.basic_fen > 0, of_units(looked))
            .group_by(paid.c.unit_id, paid.c.month, Unit.unit_type, Unit.name)
        ).all()  # fmt: skip
        per_head: dict[int, dict[Month, float]] = defaultdict(dict)
        told: dict[tuple[int, Month], Any] = {}
        for row in rows:
            per_head[row.unit_id][row.month] = float(row.fen) / row.heads
            told[row.unit_id, row.month] = row
        growth = {
            (unit_id, month, lag): grown
            for unit_id, series in per_head.items()
            for month in series
            for lag in self._LAGS
            if (grown := self._growth(series, month, lag)) is not None
        }
        usual = self._usual(growth, told)
        found: dict[int, dict[Month, tuple[float, float]]] = defaultdict(dict)
        for (unit_id, month, lag), grown in growth.items():
            row, others = told[unit_id, month], usual[told[unit_id, month].unit_type, month, lag]
            if self._stands_out(looked, row, per_head[unit_id], month, grown - others):
                found[unit_id][month] = max(found[unit_id].get(month, (0.0, 0.0)), (grown - others, others))
        for unit_id, flagged in sorted(found.items()):
            for month in self._first_months(flagged):
                if month >= looked.since:
                    yield self._finding(told[unit_id, month], per_head[unit_id], *flagged[month])

    def _stands_out(self, looked: Looked, row: Any, series: dict[Month, float], month: Month, excess: float) -> bool:
        """Large enough, in a unit that is large enough, and at least half of it still there in the months after."""
        if row.heads < looked.value("heads", row.unit_type) or excess * 100 < looked.value("percent", row.unit_type):
            return False
        base = series[month] / (1 + excess)
        after = [plus_months(month, step) for step in range(1, looked.value("months", row.unit_type))]
        return all(one in series and series[one] >= base * (1 + excess / 2) for one in after)

    def _first_months(self, flagged: Iterable[Month]) -> list[Month]:
        """The month in which each rise began: one rise stands out until its own months are the base."""
        reach, firsts, last = self._BASE + max(self._LAGS), [], None
        for month in sorted(flagged):
            if last is None or months_between(last, month) > reach:
                firsts.append(month)
            last = month
        return firsts

    def _growth(self, series: dict[Month, float], month: Month, lag: int) -> float | None:
        """Of a month against the mean of three months: those before it, or those that lie a quarter further back."""
        back = range(lag + 1, lag + self._BASE + 1)
        before = [series[one] for step in back if (one := plus_months(month, -step)) in series]
        return series[month] / (sum(before) / self._BASE) - 1 if len(before) == self._BASE and all(before) else None

    def _usual(
        self, growth: dict[tuple[int, Month, int], float], told: dict[tuple[int, Month], Any]
    ) -> dict[Any, float]:
        by_class: dict[tuple[str, Month, int], list[float]] = defaultdict(list)
        for (unit_id, month, lag), grown in growth.items():
            by_class[told[unit_id, month].unit_type, month, lag].append(grown)
        return {key: median(grown) for key, grown in by_class.items()}

    def _finding(self, row: Any, series: dict[Month, float], excess: float, others: float) -> Finding:
        months = [plus_months(row.month, step) for step in range(-self._BASE - max(self._LAGS), 1)]
        pieces = [
            Piece(
                Message("%(month)s: paid a head", month=month_said(month)),
                (Figure(Message("Basic wage and allowances a head"), round(series[month])),), None, row.unit_id,
                Place("payroll", row.sheet_id) if month == row.month else None,
            )
            for month in months if month in series
        ]  # fmt: skip
        class_growth = Piece(
            Message("Units of the same class in %(month)s", month=month_said(row.month)),
            (Figure(Message("Usual growth"), round(others * 1000), "percent"),
             Figure(Message("Growth above it"), round(excess * 1000), "percent")),
            None, row.unit_id,
        )  # fmt: skip
        return Finding(
            key=f"{row.unit_id}:{month_text(row.month)}", unit_id=row.unit_id,
            subject=Message("Far more is paid a head since %(month)s", month=month_said(row.month)),
            evidence=[*pieces, class_growth], digest=month_text(row.month),
        )  # fmt: skip
