"""Reading second factors: which an account holds, and how many recovery codes are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from models import Factor, RecoveryCode, db
from models.factors import FactorKind


@dataclass(frozen=True)
class Held:
    """The factors of an account that count, and the recovery codes not used yet."""

    factors: Sequence[Factor]
    codes_left: int

    @property
    def passkeys(self) -> list[Factor]:
        return [one for one in self.factors if one.kind == FactorKind.PASSKEY]

    @property
    def one_time(self) -> Factor | None:
        return next((one for one in self.factors if one.kind == FactorKind.TOTP), None)


def holds_factor(account_id: int) -> bool:
    """Whether an account holds any factor that counts."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    Factor.account_id == account_id, Factor.confirmed_at.is_not(None), Factor.removed_at.is_(None)
                )
            )
        )
    )


def factors_of(account_id: int) -> Held:
    """Everything that counts, in the order in which it was set up."""
    factors = db.session.scalars(
        select(Factor)
        .where(Factor.account_id == account_id, Factor.confirmed_at.is_not(None), Factor.removed_at.is_(None))
        .order_by(Factor.id)
    ).all()
    left = db.session.scalar(
        select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    )
    return Held(factors, left or 0)


def begun_one_time(account_id: int) -> Factor | None:
    """The one-time password that is being set up and not confirmed yet."""
    return db.session.scalars(
        select(Factor).where(
            Factor.account_id == account_id, Factor.kind == FactorKind.TOTP, Factor.confirmed_at.is_(None),
            Factor.removed_at.is_(None),
        )
    ).one_or_none()  # fmt: skip
