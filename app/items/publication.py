"""Verbs of publication: propose, take back, refuse, publish. What one person designs, another one publishes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from app import clock
from app.access.actor import Actor
from app.access.policy import Verdict, may, require
from app.audit import service as audit
from app.audit.queries import acted_on, stale_page
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from app.forms import reading
from app.items import rehearsal
from app.items.deciders import without_decider
from app.items.definition import definition_of, digest_of
from app.items.difference import difference
from app.items.rules import BLOCKING, Finding, findings
from app.messages import Message, joined
from app.search import service as search
from app.search.registry import EVERYTHING
from app.uow import atomic
from models import Application, ItemVersion, db
from models.applications import ApplicationState
from models.items import VersionState


class NotReady(Refused):
    """The checks found what blocks publication; `findings` says what."""

    status = 422

    def __init__(self, found: list[Finding]) -> None:
        super().__init__(
            joined([finding.message for finding in found[:5]], separator=" "),
            remedy=joined([finding.remedy for finding in found[:5]], separator=" "),
        )
        self.findings = found


def publish_findings(version_id: int) -> list[Finding]:
    """What the checks find in a version: what it says itself, who could decide its steps, whether it was rehearsed."""
    version = opened(version_id)
    definition = definition_of(version)
    return [*findings(definition), *without_decider(definition["steps"]), *rehearsal.lacking(version)]


def changes(version_id: int) -> list[Message]:
    """What a version changes against the one in force, in sentences; for a new item, against nothing."""
    version = opened(version_id)
    before = published_before(version)
    if before is None:
        return [Message("This is the first version of the item.")]
    return difference(definition_of(before), definition_of(version)) or [Message("Nothing is changed.")]


@atomic
def propose(version_id: int, *, by: Actor, revision: int, note: str = "") -> None:
    """Offer a draft for publication. Raises NotReady while a check blocks it."""
    require(by, "item:design")
    version = opened(version_id)
    _require_ready(version)
    note = reading.clean(note)[:500]
    _move(
        version, revision, VersionState.DRAFT, VersionState.PROPOSED, by=by, action="item:propose", note=note,
        proposed_at=clock.now(), proposed_by_id=by.account_id,
    )  # fmt: skip


@atomic
def take_back(version_id: int, *, by: Actor, revision: int) -> None:
    """Turn a proposed version into a draft again."""
    require(by, "item:design")
    version = opened(version_id)
    _move(
        version, revision, VersionState.PROPOSED, VersionState.DRAFT, by=by, action="item:take_back",
        note=version.note, proposed_at=None, proposed_by_id=None,
    )  # fmt: skip


@atomic
def refuse(version_id: int, *, by: Actor, revision: int, reason: str) -> None:
    """Send a proposed version back to the designer with a reason."""
    require(by, "item:publish")
    version = opened(version_id)
    reason = reading.clean(reason)[:500]
    if not reason:
        raise Invalid(fields={"reason": Message("Say why, so that the designer knows what to change.")})
    _move(
        version, revision, VersionState.PROPOSED, VersionState.DRAFT, by=by, action="item:refuse", note=reason,
        proposed_at=None, proposed_by_id=None,
    )  # fmt: skip


@atomic
def publish(version_id: int, *, by: Actor, revision: int) -> None:
    """Put a proposed version in force from today and retire the one before, in one transaction.

    A second person does it: neither who drafted nor who proposed it; and only what was rehearsed as it stands. Raises
    NotAllowed, NotReady, Conflict, Stale.
    """
    require(by, "item:publish")
    version = opened(version_id)
    verdict = may_publish(by, version)
    if not verdict:
        assert verdict.reason is not None
        raise NotAllowed(verdict.reason, remedy=Message("Ask another publisher."))
    if version.state == VersionState.PROPOSED:
        _require_ready(version)
        if unrehearsed := rehearsal.lacking(version):
            raise NotReady(unrehearsed)
    before = published_before(version)
    said = difference(definition_of(before), definition_of(version)) if before else []
    if before is not None:
        _retire(before, by)
    _move(
        version, revision, VersionState.PROPOSED, VersionState.PUBLISHED, by=by, action="item:publish",
        note=version.note, published_at=clock.now(), published_by_id=by.account_id, effective_from=clock.today(),
        told={"changes": [sentence.to_json() for sentence in said], "sha256": digest_of(definition_of(version))},
    )  # fmt: skip


@atomic
def withdraw(version_id: int, *, by: Actor, revision: int, reason: str) -> None:
    """Take a version out of force without another in its place. What was filed under it goes on; drafts are kept and
    say why they cannot be submitted. Raises NotAllowed, Invalid without a reason, Conflict, Stale."""
    require(by, "item:publish")
    version = opened(version_id)
    reason = reading.clean(reason)[:500]
    if not reason:
        raise Invalid(fields={"reason": Message("Say why, so that those who have drafts know.")})
    _move(
        version, revision, VersionState.PUBLISHED, VersionState.RETIRED, by=by, action="item:withdraw", note=reason,
        told={"drafts": drafts_of(version)},
    )  # fmt: skip


def drafts_of(version: ItemVersion) -> int:
    """How many drafts of applications stand under a version."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Application)
            .where(Application.item_version_id == version.id, Application.state == ApplicationState.DRAFT)
        )
        or 0
    )


def may_publish(by: Actor, version: ItemVersion) -> Verdict:
    """Whether this person may publish this version, or the sentence why not."""
    verdict = may(by, "item:publish")
    if not verdict:
        return verdict
    if by.account_id is not None and has_worked_on(version, by):
        return Verdict(False, Message("You worked on this version yourself, so somebody else must publish it."))
    return verdict


def has_worked_on(version: ItemVersion, by: Actor) -> bool:
    """Whether this person drafted, proposed or changed any part of the version."""
    if by.account_id in (version.proposed_by_id, version.created_by_id):
        return True
    return by.account_id is not None and acted_on(
        "item_version", version.id, by.account_id, besides=("item:refuse", "item:publish")
    )


def moved_message(old: Any, new: Any) -> Message:
    """What the owner of a draft application is told when it moves to a new version of its item."""
    said = difference(definition_of(old), definition_of(new))
    if not said:
        return Message("The item was revised (version %(number)s); nothing in it concerns what you fill in.",
                       number=new.number)  # fmt: skip
    return Message("The item was revised (version %(number)s). %(changes)s",
                   number=new.number, changes=joined(said, separator=" "))  # fmt: skip


def opened(version_id: int) -> ItemVersion:
    """The version as it is now. Raises NotFound."""
    version = db.session.get(ItemVersion, version_id, populate_existing=True)
    if version is None:
        raise NotFound
    return version


def published_before(version: ItemVersion) -> ItemVersion | None:
    """The version of the same item that is in force."""
    return db.session.scalars(
        select(ItemVersion).where(
            ItemVersion.item_id == version.item_id,
            ItemVersion.state == VersionState.PUBLISHED,
            ItemVersion.id != version.id,
        )
    ).first()


def _require_ready(version: ItemVersion) -> None:
    definition = definition_of(version)
    found = [*findings(definition), *without_decider(definition["steps"])]
    blocking = [finding for finding in found if finding.severity == BLOCKING]
    if blocking:
        raise NotReady(blocking)


def _retire(version: ItemVersion, by: Actor) -> None:
    written = db.session.execute(
        update(ItemVersion)
        .where(ItemVersion.id == version.id, ItemVersion.state == VersionState.PUBLISHED)
        .values(state=VersionState.RETIRED, revision=ItemVersion.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if written.rowcount != 1:  # type: ignore[attr-defined]
        raise stale_page("item_version", version.id)
    audit.record("item:retire", by=by, kind="item_version", record_id=version.id,
                 before={"state": VersionState.PUBLISHED}, after={"state": VersionState.RETIRED})  # fmt: skip
    db.session.refresh(version)


def _move(
    version: ItemVersion, revision: int, state: VersionState, to: VersionState, *, by: Actor, action: str, note: str,
    told: dict[str, Any] | None = None, **values: Any,
) -> None:  # fmt: skip
    """The guard of every step: exactly one row, in the state it must be in, at the revision the page showed."""
    written = db.session.execute(
        update(ItemVersion)
        .where(ItemVersion.id == version.id, ItemVersion.state == state, ItemVersion.revision == revision)
        .values(state=to, note=note, revision=revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if written.rowcount != 1:  # type: ignore[attr-defined]
        raise _too_late(version, state, revision)
    audit.record(action, by=by, kind="item_version", record_id=version.id, before={"state": state},
                 after={"state": to, **(told or {})}, note=note)  # fmt: skip
    db.session.refresh(version)
    if VersionState.PUBLISHED in (state, to):
        search.changed("item", version.item.code)
        search.changed("policy", EVERYTHING)


def _too_late(version: ItemVersion, state: VersionState, revision: int) -> Conflict:
    if version.state == state or version.revision != revision:
        return stale_page("item_version", version.id)
    if state == VersionState.DRAFT:
        return Conflict(Message("Only a draft can be proposed."), remedy=Message("Begin a new draft of the item."))
    if state == VersionState.PUBLISHED:
        return Conflict(Message("This version is not in force."), remedy=Message("Reload the page."))
    return Conflict(Message("This version is not proposed."), remedy=Message("Let the designer propose it first."))
