"""Deliveries go to their gateways: claimed under a lease, handed over outside any transaction, tried again, given up.

The lease is longer than any gateway may take. A worker that is killed leaves its delivery to the next one, who sends
it under the same key; the gateway that had taken it already takes it again without delivering it twice.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import and_, or_, select, update

from app import clock
from app.messages import Message
from app.notify.carriers import gateway, whole_address
from app.notify.digest import gather_what_is_due
from app.notify.gateways import NotTaken, Parcel
from app.notify.rules import ATTEMPTS, wait_before
from app.notify.sealing import opened
from app.notify.spreading import spread_all
from app.notify.taking_up import take_up
from app.uow import transaction
from models import Delivery, db
from models.messages import Channel, DeliveryState

log = logging.getLogger("zerotrip")
LEASE = timedelta(minutes=3)
"""More than the longest timeout of a gateway, connecting included."""


def send_due(*, most: int = 1000) -> int:
    """Spread what was told and send what is due, one after the other; how many were taken by a gateway."""
    take_up()
    spread_all()
    gather_what_is_due()
    sent = 0
    for _ in range(most):
        claimed = _claim(worker := uuid4().hex)
        if claimed is None:
            break
        sent += _send(claimed, worker)
    return sent


def _claim(worker: str) -> int | None:
    """Take the oldest delivery that is due, or whose worker is gone; one guarded update decides between two who try."""
    while True:
        now = clock.now()
        free = and_(
            Delivery.due <= now, Delivery.gathers.is_(False),
            or_(
                Delivery.state == DeliveryState.WAITING,
                and_(Delivery.state == DeliveryState.SENDING, Delivery.lease_until < now),
            ),
        )  # fmt: skip
        seen = db.session.scalar(select(Delivery.id).where(free).order_by(Delivery.due, Delivery.id).limit(1))
        if seen is None:
            db.session.rollback()
            return None
        with transaction():
            taken = db.session.execute(
                update(Delivery)
                .where(Delivery.id == seen, free)
                .values(state=DeliveryState.SENDING, lease=worker, lease_until=now + LEASE,
                        attempts=Delivery.attempts + 1, revision=Delivery.revision + 1)
                .execution_options(synchronize_session=False)
            )  # fmt: skip
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            return int(seen)


def _send(delivery_id: int, worker: str) -> int:
    one = db.session.get_one(Delivery, delivery_id, populate_existing=True)
    attempt, until = one.attempts, one.until
    parcel, carrier = _parcel(one), gateway(Channel(one.channel))
    db.session.rollback()  # no transaction waits for a gateway
    if until is not None and until <= clock.now():
        _settle(delivery_id, worker, state=DeliveryState.DROPPED, problem=_TOO_LATE.to_json())
        return 0
    try:
        if carrier is None:
            raise NotTaken(
                Message("Nothing carries this channel any more: its gateway was switched off."), for_good=True
            )
        receipt = carrier.send(parcel)
    except NotTaken as refusal:
        _put_back(delivery_id, worker, attempt, refusal.message, for_good=refusal.for_good)
        return 0
    except Exception:
        log.exception("delivery %s broke its gateway", delivery_id)
        _put_back(delivery_id, worker, attempt, _BROKEN, for_good=False)
        return 0
    return _settle(delivery_id, worker, state=DeliveryState.SENT, sent_at=clock.now(), receipt=receipt, problem=None)


_SWITCHED_OFF = Message("Nothing carries this channel any more: its gateway was switched off.")
_TOO_LATE = Message("Its time was over before it could be sent.")
_BROKEN = Message("The gateway broke off; the log of the server says how.")


def _parcel(one: Delivery) -> Parcel:
    body = opened(one.body, of=one.key) if one.secret and one.body else one.body
    return Parcel(one.key, one.channel, one.address, one.language, one.subject, body, whole_address(one.link))


def _put_back(delivery_id: int, worker: str, attempt: int, problem: Message, *, for_good: bool) -> None:
    """Wait for the next attempt, or lie among the dead letters."""
    if for_good or attempt >= ATTEMPTS:
        _settle(delivery_id, worker, state=DeliveryState.DEAD, problem=problem.to_json())
    else:
        _settle(
            delivery_id, worker, state=DeliveryState.WAITING, due=clock.now() + wait_before(attempt),
            problem=problem.to_json(),
        )  # fmt: skip


def _settle(delivery_id: int, worker: str, **values: object) -> int:
    """Write down what came of it, unless the lease went to somebody else meanwhile. A secret that went is forgotten."""
    over = values["state"] not in (DeliveryState.WAITING, DeliveryState.DEAD)
    with transaction():
        done = db.session.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.lease == worker, Delivery.state == DeliveryState.SENDING)
            .values(**values, lease="", lease_until=None, revision=Delivery.revision + 1)
            .execution_options(synchronize_session=False)
        )
        if over:
            db.session.execute(
                update(Delivery).where(Delivery.id == delivery_id, Delivery.secret).values(body="")
                .execution_options(synchronize_session=False)
            )  # fmt: skip
    return int(done.rowcount)  # type: ignore[attr-defined]
