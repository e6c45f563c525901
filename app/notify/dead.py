"""Dead letters: what no gateway took. Somebody looks why, and sends it again under the key that it always had."""

from __future__ import annotations

from sqlalchemy import update

from app import clock
from app.access.actor import Actor
from app.access.policy import require
from app.access.scope import condition
from app.audit import service as audit
from app.errors import Conflict, NotFound
from app.messages import Message
from app.notify.service import wake
from app.uow import after_commit, atomic
from models import Announcement, Delivery, db
from models.messages import DeliveryState, Spread


@atomic
def send_again(delivery_id: int, *, by: Actor, revision: int) -> None:
    """Put a dead letter into the line once more, with all its attempts before it. The gateway sees the same key, so
    what it had taken after all is not delivered twice. Raises NotFound, NotAllowed, Conflict."""
    one = db.session.get(Delivery, delivery_id, populate_existing=True)
    if one is None:
        raise NotFound
    require(by, "message:send", one)
    done = db.session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.DEAD, Delivery.revision == revision)
        .values(state=DeliveryState.WAITING, due=clock.now(), attempts=0, revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            Message("This message does not lie among the dead letters any more."),
            remedy=Message("Reload the page to see what has become of it."),
        )
    audit.record("delivery:send_again", by=by, kind="delivery", record_id=delivery_id, unit_id=one.unit_id,
                 after={"event": one.event, "channel": one.channel})  # fmt: skip
    after_commit(wake)


@atomic
def spread_again(*, by: Actor) -> int:
    """Have another try at everything within one's reach that could not be turned into messages; how many."""
    require(by, "message:send")
    done = db.session.execute(
        update(Announcement).where(Announcement.state == Spread.FAILED, condition(by, "message:send", Announcement))
        .values(state=Spread.TOLD, attempts=0).execution_options(synchronize_session=False)
    )  # fmt: skip
    count = int(done.rowcount)  # type: ignore[attr-defined]
    audit.record("announcement:send_again", by=by, kind="announcement", record_id="", after={"count": count})
    after_commit(wake)
    return count


def masked(address: str) -> str:
    """An address as the back office shows it: enough to know it again, not enough to use it."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:2]}•••@{domain}"
    return f"{address[:3]}••••{address[-4:]}" if len(address) >= 9 else "•••"
