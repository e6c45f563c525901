"""The settings of rules and the establishments of units: read by date, ended and set anew, never edited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app import clock
from app.access import policy
from app.access.actor import Actor
from app.audit import service as audit
from app.errors import Conflict, Invalid, NotFound
from app.messages import Message
from app.risk.looking import Setting
from app.risk.registry import RULES, Rule
from app.uow import atomic
from models import Establishment, RiskSetting, Unit, db
from models.units import UnitType

_RELOAD = Message("Reload the page to see it as it is now.")


def settings_in_force() -> dict[str, dict[str, Setting]]:
    """By rule and unit type (empty: all units): what holds today. One statement."""
    rows = db.session.scalars(select(RiskSetting).where(RiskSetting.valid_to.is_(None)))
    found: dict[str, dict[str, Setting]] = defaultdict(dict)
    for row in rows:
        found[row.rule][row.unit_type] = Setting(row.active, {name: int(value) for name, value in row.values.items()})
    return dict(found)


def history_of(rule: str) -> Sequence[RiskSetting]:
    """Every setting of a rule, the newest first."""
    chosen = select(RiskSetting).where(RiskSetting.rule == rule).options(joinedload(RiskSetting.set_by))
    return db.session.scalars(chosen.order_by(RiskSetting.id.desc())).all()


@atomic
def set_rule(
    rule: str, *, by: Actor, reason: str, active: bool, values: Mapping[str, str], unit_type: str = "",
    after: int | None = None,
) -> RiskSetting:  # fmt: skip
    """Set a rule for one class of units, or for all; what held before is ended. `after` is the id of the setting that
    the page showed. Raises Invalid naming each wrong value, Conflict where somebody else has set it since."""
    policy.require(by, "risk:edit")
    known = RULES.get(rule)
    if known is None or (unit_type and unit_type not in set(UnitType)):
        raise NotFound
    fit = _checked(known, values, reason)
    held = db.session.scalars(
        select(RiskSetting)
        .where(RiskSetting.rule == rule, RiskSetting.unit_type == unit_type, RiskSetting.valid_to.is_(None))
        .with_for_update()
    ).one_or_none()
    if (held.id if held is not None else None) != after:
        raise Conflict(Message("Somebody else has set this rule since you opened the page."), remedy=_RELOAD)
    today = clock.today()
    if held is not None:
        db.session.execute(
            update(RiskSetting).where(RiskSetting.id == held.id, RiskSetting.valid_to.is_(None)).values(valid_to=today)
        )
    made = RiskSetting(
        rule=rule, unit_type=unit_type, active=active, values=fit, reason=" ".join(reason.split())[:500],
        valid_from=today, set_by_id=by.account_id, set_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError:
        raise Conflict(Message("Somebody else has set this rule since you opened the page."), remedy=_RELOAD) from None
    audit.record(
        "risk:set", by=by, kind="risk_rule", record_id=rule, note=made.reason,
        before={"active": held.active, "values": held.values} if held is not None else None,
        after={"active": active, "values": fit, "unit_type": unit_type},
    )  # fmt: skip
    return made


def _checked(rule: Rule, values: Mapping[str, str], reason: str) -> dict[str, int]:
    problems: dict[str, Message] = {}
    fit: dict[str, int] = {}
    for knob in rule.knobs:
        text = values.get(knob.code, "").strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) < 10 and knob.lowest <= int(text) <= knob.highest):
            problems[knob.code] = Message(
                "Write a whole number from %(least)s to %(most)s.", least=knob.lowest, most=knob.highest
            )
        else:
            fit[knob.code] = int(text)
    if not 2 <= len(" ".join(reason.split())) <= 500:
        problems["reason"] = Message("Write in 2 to 500 characters why, and by which document.")
    if problems:
        raise Invalid(fields=problems)
    return fit


@atomic
def set_establishment(unit_id: int, *, head_count: int, valid_from: date, document: str, by: Actor) -> Establishment:
    """Set how many people a unit may employ from a day on; the one before ends on that day."""
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    policy.require(by, "establishment:edit", unit)
    document = " ".join(document.split())
    problems: dict[str, Message] = {}
    if not 0 <= head_count <= 100_000:
        problems["head_count"] = Message("Write a whole number from %(least)s to %(most)s.", least=0, most=100_000)
    if not 2 <= len(document) <= 200:
        problems["document"] = Message("Name the document in 2 to 200 characters.")
    held = db.session.scalars(
        select(Establishment).where(Establishment.unit_id == unit_id, Establishment.valid_to.is_(None))
        .with_for_update()
    ).one_or_none()  # fmt: skip
    if held is not None and valid_from <= held.valid_from:
        problems["valid_from"] = Message("It begins after the one that holds now.")
    if problems:
        raise Invalid(fields=problems)
    if held is not None:
        db.session.execute(update(Establishment).where(Establishment.id == held.id).values(valid_to=valid_from))
    made = Establishment(
        unit_id=unit_id, head_count=head_count, document=document, valid_from=valid_from, set_by_id=by.account_id,
        set_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record(
        "establishment:set", by=by, kind="establishment", record_id=made.id, unit_id=unit_id,
        before={"head_count": held.head_count} if held is not None else None,
        after={"head_count": head_count, "valid_from": valid_from, "document": document},
    )  # fmt: skip
    return made
