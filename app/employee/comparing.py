"""What changed between two months of a wage, in words: which part, from what to what, since when, by how much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.messages import Message, Named
from app.pay.components import Component
from app.pay.months import Month, month_said
from app.pay.names import component_name, row_name
from app.pay.trace import because, standard_name


@dataclass(frozen=True)
class Difference:
    """One part of the wage in two months; what is missing on a side was not paid then."""

    code: str
    before: Component | None
    after: Component | None
    since: Month

    @property
    def fen(self) -> int:
        """How much more or less."""
        before = self.before.amount_fen if self.before else 0
        return (self.after.amount_fen if self.after else 0) - before

    @property
    def why(self) -> Message | None:
        """The event that brought the later amount."""
        return because(self.after.cause) if self.after is not None and self.after.cause is not None else None

    @property
    def words(self) -> Message:
        """The difference as one sentence: "Grade wage: Grade 8 to Grade 9 since 2018-01, +31"."""
        said = {"part": component_name(self.code), "month": month_said(self.since), "difference": signed(self.fen)}
        if self.before is None:
            return Message("%(part)s: new since %(month)s, %(difference)s", **said)
        if self.after is None:
            return Message("%(part)s: no longer since %(month)s, %(difference)s", **said)
        row, earlier = _row(self.after), _row(self.before)
        if row != earlier:
            return Message(
                "%(part)s: %(before)s to %(after)s since %(month)s, %(difference)s",
                before=earlier or plain(self.before.amount), after=row or plain(self.after.amount), **said,
            )  # fmt: skip
        if self.before.version != self.after.version and self.after.version is not None:
            return Message(
                "%(part)s: new standard since %(month)s, %(standard)s, %(difference)s",
                standard=standard_name(self.after), **said,
            )  # fmt: skip
        return Message(
            "%(part)s: %(before)s to %(after)s yuan since %(month)s, %(difference)s",
            before=plain(self.before.amount), after=plain(self.after.amount), **said,
        )  # fmt: skip


def differences(before: Iterable[Component], after: Iterable[Component], *, since: Month) -> list[Difference]:
    """The parts whose amount differs, in the order of the later month; those that ended come last.

    `since` is said where a part does not know by itself what brought it.
    """
    earlier, later = {one.code: one for one in before}, {one.code: one for one in after}
    found = []
    for code in (*later, *(code for code in earlier if code not in later)):
        old, new = earlier.get(code), later.get(code)
        if old is None or new is None or old.amount != new.amount:
            known = new is not None and new.cause is not None
            month = new.cause.month if known and new is not None and new.cause is not None else since
            found.append(Difference(code, old, new, month))
    return found


def sum_of(parts: Sequence[Difference]) -> int:
    """How much more or less in all, in fen."""
    return sum(one.fen for one in parts)


def plain(amount: Decimal) -> str:
    """An amount as people say it: whole yuan without decimals."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def signed(fen: int) -> str:
    """A difference as people say it, with its sign: +31, −12.50."""
    sign = "+" if fen >= 0 else "−"
    return f"{sign}{plain(Decimal(abs(fen)) / 100)}"


def _row(component: Component) -> Message | Named | None:
    """Where the amount stands in its table; None for what is calculated."""
    if component.table is None or component.level is None:
        return None
    return row_name(component.category, component.level, component.step)
