"""Whom an announcement reaches: its audience as accounts, with their language, addresses and choices."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select

from app.access.queries import holds_today
from app.access.roles import ROLES
from app.notify.events import Event
from models import Account, Announcement, MessageChoice, MessageHabit, RoleGrant, Staff, UnitReach, db
from models.accounts import AccountState, Reach
from models.messages import Channel

_USUAL_LOCALE = "zh_Hans_CN"


@dataclass(frozen=True)
class Reached:
    """A person who can be told, and how."""

    account_id: int
    name: str
    language: str
    unit_id: int | None
    addresses: dict[Channel, str]
    habit: MessageHabit | None
    choices: dict[tuple[str, Channel], bool] = field(default_factory=dict)

    def wants(self, event: Event, channel: Channel) -> bool:
        """Whether this event is to come over this channel. Deadlines come over every channel they usually take."""
        usual = channel in event.channels
        return usual if event.deadline else self.choices.get((event.code, channel), usual)


def language_of(locale: str | None) -> str:
    """The language of sentences for a locale."""
    return "en" if (locale or _USUAL_LOCALE).startswith("en") else "zh"


def accounts_of(announcements: Sequence[Announcement]) -> dict[int, list[int]]:
    """The ids of the active accounts that each of some announcements is for, by its number; four statements at most,
    and one more for each unit and permission."""
    by_staff = _of_staff({one for row in announcements for part in row.people for one in part.get("staff", ())})
    holding: dict[tuple[str, int | None], list[int]] = {}
    found: dict[int, list[int]] = {}
    for row in announcements:
        ids: dict[int, None] = {}
        for part in row.people:
            if "accounts" in part:
                ids.update(dict.fromkeys(part["accounts"]))
            elif "staff" in part:
                ids.update(dict.fromkeys(by_staff[one] for one in part["staff"] if one in by_staff))
            elif "holders" in part:
                asked = (part["holders"], part["unit"])
                if asked not in holding:
                    holding[asked] = _holding(*asked)
                ids.update(dict.fromkeys(one for one in holding[asked] if one not in part["but"]))
        found[row.id] = list(ids)
    return found


def _of_staff(staff_ids: Collection[int]) -> dict[int, int]:
    if not staff_ids:
        return {}
    rows = db.session.execute(select(Account.staff_id, Account.id).where(Account.staff_id.in_(staff_ids)))
    return {int(staff_id): account_id for staff_id, account_id in rows if staff_id is not None}


def _holding(permission: str, unit_id: int | None) -> list[int]:
    """Who holds a permission at a unit on their own account; without a unit, everywhere."""
    roles = [code for code, role in ROLES.items() if permission in role.permissions]
    ways = [RoleGrant.reach == Reach.ALL]
    if unit_id is not None:
        uppers = select(UnitReach.upper_id).where(UnitReach.unit_id == unit_id)
        ways += [
            and_(RoleGrant.reach == Reach.UNIT, RoleGrant.unit_id == unit_id),
            and_(RoleGrant.reach == Reach.SUBTREE, RoleGrant.unit_id.in_(uppers)),
        ]
    return list(
        db.session.scalars(
            select(RoleGrant.account_id).where(RoleGrant.role.in_(roles), holds_today(), or_(*ways)).distinct()
            .order_by(RoleGrant.account_id)
        )
    )  # fmt: skip


def reached(ids: Iterable[int]) -> dict[int, Reached]:
    """The active accounts among these with all that decides how they are told; two statements."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Account, Staff.phone, MessageHabit)
        .outerjoin(Staff, Staff.id == Account.staff_id)
        .outerjoin(MessageHabit, MessageHabit.account_id == Account.id)
        .where(Account.id.in_(wanted), Account.state == AccountState.ACTIVE)
    ).all()
    choices: dict[int, dict[tuple[str, Channel], bool]] = {}
    for one in db.session.scalars(select(MessageChoice).where(MessageChoice.account_id.in_(wanted))):
        choices.setdefault(one.account_id, {})[one.event, Channel(one.channel)] = one.wanted
    return {row.Account.id: _person(row, choices.get(row.Account.id, {})) for row in rows}


def _person(row: Any, choices: dict[tuple[str, Channel], bool]) -> Reached:
    account, habit = row.Account, row.MessageHabit
    return Reached(
        account.id, account.display_name, language_of(account.locale), account.unit_id,
        addresses_of(habit, row.phone or ""), habit, choices,
    )  # fmt: skip


def addresses_of(habit: MessageHabit | None, phone_on_file: str) -> dict[Channel, str]:
    """Where a person is reached outside: what they have named, and the telephone on the unit's roster."""
    named = {
        Channel.EMAIL: habit.email if habit else "",
        Channel.SMS: (habit.phone if habit else "") or phone_on_file,
        Channel.CHAT: habit.chat if habit else "",
    }
    return {channel: to for channel, to in named.items() if to}
