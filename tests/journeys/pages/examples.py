"""Examples from the demo city for addresses with parameters: which rows a person looks at, and in which states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from sqlalchemy import Select, and_, inspect, select
from werkzeug.routing import Rule as Route

from app.access import scope
from app.access.actor import Actor
from app.batches import queries as batches
from app.items import rehearsal
from app.pay import repricing_run
from models import (
    Application,
    Batch,
    BatchWorkbook,
    CopyTo,
    ItemVersion,
    Job,
    PaymentBatch,
    PaymentInstruction,
    SavedFilter,
    Staff,
    StandardEdition,
    Upload,
    db,
)
from models.applications import ApplicationState as State
from models.batches import BatchState
from models.items import VersionState
from models.payments import InstructionState
from models.staff import StaffState
from models.standards import EditionState
from tests.journeys.pages import scene


@dataclass(frozen=True)
class Asking:
    """Who asks for examples, and of which route."""

    app: Flask
    actor: Actor | None
    route: Route

    @property
    def view(self) -> Any:
        """The view of the back office that the route belongs to."""
        name = self.route.endpoint.partition(".")[0]
        return next(view for view in self.app.extensions["admin"][0]._views if view.endpoint == name)

    def address(self, **values: Any) -> str:
        return url_for(self.route.endpoint, **values)

    def rows(self, model: type[Any], permission: str, *narrower: Any) -> Select[Any]:
        assert self.actor is not None
        key = inspect(model).primary_key[0]
        return select(key).where(scope.condition(self.actor, permission, model), *narrower).order_by(key)


Examples = Callable[[Asking], Iterable[str]]


def _firsts(asking: Asking, model: type[Any], permission: str, *conditions: Any) -> list[Any]:
    """The first row in reach for each of the conditions."""
    found = (db.session.scalars(asking.rows(model, permission, each).limit(1)).first() for each in conditions)
    return list(dict.fromkeys(one for one in found if one is not None))


_WAITING = [
    Application.step_permission == f"application:{step}"
    for step in ("confirm", "review", "first_review", "recheck", "approve")
]
_OTHERS = [Application.state == state for state in State if state != State.IN_REVIEW]


def _applications(*conditions: Any) -> Examples:
    def find(asking: Asking) -> Iterator[str]:
        for found in _firsts(asking, Application, "application:read", *conditions):
            yield asking.address(application_id=found)

    return find


def _desks(asking: Asking) -> Iterator[str]:
    """What waits for this decider, and what is over."""
    assert asking.actor is not None
    own = [one for one in _WAITING if asking.actor.holds(str(one.right.value))]
    over = [Application.state == state for state in (State.RETURNED, State.PAID, State.REJECTED)]
    for found in _firsts(asking, Application, "application:read", *own, *over):
        yield asking.address(application_id=found)


def _own_desk(asking: Asking) -> Iterator[str]:
    """What waits for this decider alone."""
    assert asking.actor is not None
    own = [one for one in _WAITING if asking.actor.holds(str(one.right.value))]
    for found in _firsts(asking, Application, "application:read", *own):
        yield asking.address(application_id=found)


def _copies(asking: Asking) -> Iterator[str]:
    """A copy that was sent to this person; it opens the application."""
    assert asking.actor is not None
    mine = select(CopyTo.id).where(CopyTo.to_id == asking.actor.account_id).order_by(CopyTo.id).limit(1)
    for found in db.session.scalars(mine):
        yield asking.address(copy_id=found)


def _filed_for_many(*conditions: Any) -> Examples:
    def find(asking: Asking) -> Iterator[str]:
        assert asking.actor is not None
        seen = [and_(batches.visible(asking.actor), each) for each in conditions]
        for found in _firsts(asking, Batch, "application:read", *seen):
            yield asking.address(staff_batch_id=found)

    return find


def _workbooks(asking: Asking) -> Iterator[str]:
    for found in _firsts(asking, BatchWorkbook, "application:start", BatchWorkbook.id > 0):
        yield asking.address(batch_workbook_id=found)


def _uploads(asking: Asking) -> Iterator[str]:
    for found in _firsts(asking, Upload, "material:read", Upload.id > 0):
        yield asking.address(upload_id=found)


def _batches(asking: Asking) -> Iterator[str]:
    taken = select(PaymentInstruction.batch_id).join(
        Application, Application.id == PaymentInstruction.application_id
    ).where(Application.state == State.AT_FINANCE)  # fmt: skip
    for condition in (PaymentBatch.id.in_(taken), PaymentBatch.id > 0):
        for found in db.session.scalars(select(PaymentBatch.id).where(condition).limit(1)):
            yield asking.address(batch_id=found)


def _parts(asking: Asking) -> Iterator[str]:
    """An empty and a filled part of each kind of an item version in work."""
    draft = _draft()
    for part, key in (
        ("fields", draft.fields[0].key), ("materials", draft.materials[0].code), ("steps", draft.steps[0].key),
        ("forms", draft.forms[0].code if draft.forms else None),
    ):  # fmt: skip
        yield asking.address(id=draft.id, part=part)
        if key is not None:
            yield asking.address(id=draft.id, part=part, key=key)


def _draft() -> ItemVersion:
    return db.session.scalars(select(ItemVersion).where(ItemVersion.state == VersionState.DRAFT)).one()


def _drafts(asking: Asking) -> Iterator[str]:
    yield asking.address(id=_draft().id)


def _tried(asking: Asking) -> Iterator[str]:
    """The draft as its applicant would see it: nobody chosen yet, and somebody invented."""
    draft = _draft()
    yield asking.address(id=draft.id)
    yield asking.address(id=draft.id, kind=draft.staff_types[0])


def _hints(asking: Asking) -> Iterator[str]:
    """A question and a material of the draft."""
    draft = _draft()
    yield asking.address(id=draft.id, part="fields", key=draft.fields[0].key)
    yield asking.address(id=draft.id, part="materials", key=draft.materials[0].code)


def _rehearsals(asking: Asking) -> Iterator[str]:
    for job in db.session.scalars(select(Job).where(Job.kind == rehearsal.KIND)):
        yield asking.address(id=job.params["version"], job=job.id)


def _versions(asking: Asking) -> Iterator[str]:
    for found in _firsts(asking, ItemVersion, "item:read", *(ItemVersion.state == state for state in VersionState)):
        yield asking.address(id=found)


def _records(asking: Asking) -> Iterator[str]:
    """The first and the last row of a view that this person reaches."""
    view = asking.view
    rows = asking.rows(view.model, view.permission_read)
    key = inspect(view.model).primary_key[0]
    ends = (rows.limit(1), rows.order_by(None).order_by(key.desc()).limit(1))
    for found in dict.fromkeys(filter(None, (db.session.scalars(end).first() for end in ends))):
        yield asking.address(id=found)


def _first_record(asking: Asking) -> Iterator[str]:
    yield from list(_records(asking))[:1]


def _lists(asking: Asking) -> Iterator[str]:
    """A list as it opens, and one in which nothing is found."""
    yield asking.address()
    if hasattr(asking.view, "model"):
        yield asking.address(search="无此内容")


def _queues(asking: Asking) -> Iterator[str]:
    yield asking.address()
    yield asking.address(tab="claimed")
    yield asking.address(light="red", search="无此内容")


def itself(asking: Asking) -> list[str]:
    return [] if asking.route.arguments else [asking.address()]


def _filters(asking: Asking) -> Iterator[str]:
    assert asking.actor is not None
    for found in db.session.scalars(select(SavedFilter.id).where(SavedFilter.account_id == asking.actor.account_id)):
        yield asking.address(filter_id=found)


def _editions(asking: Asking) -> Iterator[str]:
    """A standard in each state."""
    for state in EditionState:
        for found in db.session.scalars(select(StandardEdition.id).where(StandardEdition.state == state).limit(1)):
            yield asking.address(edition_id=found)


def _costs(asking: Asking) -> Iterator[str]:
    assert asking.actor is not None
    return _editions(asking) if asking.actor.holds("pay:read") else iter(())


def _runs(asking: Asking) -> Iterator[str]:
    for found in db.session.scalars(select(Job.id).where(Job.kind == repricing_run.KIND)):
        yield asking.address(job_id=found)


def _tables(asking: Asking) -> Iterator[str]:
    yield asking.address(table="institution_post_wage")
    yield asking.address(table="civil_level_wage", version="2006-07-01")


def _januaries(asking: Asking) -> Iterator[str]:
    """Somebody with a wage and somebody without one."""
    for found in _firsts(
        asking, Staff, "pay:read", Staff.state == StaffState.ACTIVE, Staff.state == StaffState.PENDING
    ):
        yield asking.address(staff_id=found)


def _undoings(asking: Asking) -> Iterator[str]:
    """What finance has not taken yet, and what is paid."""
    assert asking.actor is not None
    if not asking.actor.holds("pay:undo"):
        return
    for state in (InstructionState.WAITING, InstructionState.CONFIRMED):
        lines = select(PaymentInstruction.staff_id).where(PaymentInstruction.state == state)
        for found in _firsts(asking, Staff, "pay:undo", Staff.id.in_(lines)):
            yield asking.address(id=found)


EXAMPLES: dict[str, Examples] = {
    "portal.januaries": _januaries,
    "staff.undo": _undoings,
    "standards.edition": _editions,
    "standards.cost": _costs,
    "standards.run": _runs,
    "standards.table": _tables,
    "portal.phone_link": _applications(Application.state == State.DRAFT),
    "phone.opening": lambda asking: [scene.a_phone_link()],
    "check.show": lambda asking: [asking.address(code=scene.a_check_code())],
    "shell.offline": lambda asking: [asking.address() + "?lang={language}"],
    "saved_filters.change": _filters,
    "saved_filters.delete": _filters,
    "portal.application": _applications(*_OTHERS, *_WAITING),
    "portal.return_application": _applications(_WAITING[0]),
    "portal.withdraw": _applications(*_WAITING[:1]),
    "portal.recall_application": _applications(*_WAITING),
    "portal.read_copy": _copies,
    "portal.batch": _filed_for_many(*(Batch.state == state for state in BatchState)),
    "portal.review_batch": _filed_for_many(Batch.state == BatchState.FILED),
    "portal.batch_workbook": _workbooks,
    "portal.pages_of": _uploads,
    "portal.applications": lambda asking: [asking.address(), asking.address(text="无此内容")],
    "portal.roster": lambda asking: [asking.address(), asking.address(text="无此内容")],
    "queue.desk": _desks,
    "queue.pass_on": _own_desk,
    "queue.index": _queues,
    "finance.batch": _batches,
    "item_versions.part": _parts,
    "item_versions.details_view": _versions,
    "item_versions.guide": _drafts,
    "item_versions.preview": _tried,
    "item_versions.hint": _hints,
    "item_versions.rehearsal": _rehearsals,
    "items.copy_item": _first_record,
    ".index_view": _lists,
    ".details_view": _records,
    ".edit_view": _first_record,
    ".delete_view": _first_record,
    ".history_view": _first_record,
}
"""By endpoint, or by its last part for what every list has. An address without parameters is its own example."""
