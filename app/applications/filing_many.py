"""Files many checked applications in one transaction: numbered, answered, explained, entered into review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert, select

from app import clock
from app.access.actor import Actor
from app.applications.many import Checked
from app.applications.numbering import next_numbers
from app.errors import Conflict
from app.items import queries as items
from app.items.editions import Version
from app.messages import Message
from app.pay.service import figures_of
from app.workflow.many import at_first_step, draw_at_first_step
from models import Answer, Application, ApplicationEmployee, ApplicationEvent, ItemVersion, Unit, Upload, db
from models.applications import ApplicationState
from models.items import VersionState


@dataclass(frozen=True)
class Filed:
    """An application that was filed for one employee."""

    application_id: int
    number: str
    staff_id: int


def file_many(
    checked: Sequence[Checked], version: Version, unit: Unit, *, by: Actor, typed: bool = False
) -> list[Filed]:  # fmt: skip
    """File what the check found nothing against, in the caller's transaction; the caller has locked the employees.

    `typed` says that a person wrote the answers; otherwise they count as filled in by the system.
    """
    if not checked:
        return []
    objection = out_of_force(version)
    if objection is not None:
        raise Conflict(objection, remedy=Message("Nothing was filed. File them again once the item is in force."))
    now = clock.now()
    columns = at_first_step(version, [one.facts for one in checked])
    if not all(columns):
        raise Conflict(
            Message("This service item has no step at which somebody decides."),
            remedy=Message("Tell the designer of the item; the draft is kept."),
        )
    numbers = next_numbers(len(checked))
    written = db.session.execute(
        insert(Application).returning(Application.number, Application.id),
        [
            {
                "number": number, "item_id": version.item_id, "item_version_id": version.id, "unit_id": unit.id,
                "title": one.staff.name, "round": 1, "created_by_id": by.account_id, "created_at": now,
                "submitted_by_id": by.account_id, "submitted_at": now, "changed_at": now, "revision": 1,
                **(at_step or {}),
            }
            for one, number, at_step in zip(checked, numbers, columns, strict=True)
        ],
    ).all()  # fmt: skip
    numbered = {row.number: int(row.id) for row in written}
    ids = [numbered[number] for number in numbers]
    together = list(zip(ids, checked, columns, strict=True))
    _keep_employees(together)
    _keep_answers(together, prefilled=not typed)
    _keep_files(together, by=by)
    _keep_events(together, by=by)
    draw_at_first_step(version, {number: step or {} for number, _one, step in together}, by=by)
    return [
        Filed(number_id, number, one.staff.id) for number_id, number, one in zip(ids, numbers, checked, strict=True)
    ]


def out_of_force(version: Version) -> Message | None:
    """Why nothing can be filed under a version any more, if it was revised or withdrawn; it is held as it is until the
    caller's work ends, so that nobody withdraws it between the check and the filing."""
    state = db.session.scalar(
        select(ItemVersion.state).where(ItemVersion.id == version.id).with_for_update(read=True)
    )  # fmt: skip
    if state == VersionState.PUBLISHED:
        return None
    return items.withdrawn(version.item_id) or Message(
        "The item was revised since this was checked. Check it under the version that holds now."
    )


def _table(model: type[Any]) -> Table:
    """The table itself: the mapper would leave out what is empty and so split the rows into many statements."""
    table: Table = model.__table__
    return table


_Together = Sequence[tuple[int, Checked, Mapping[str, Any] | None]]


def _keep_employees(together: _Together) -> None:
    rows = []
    for application_id, one, _step in together:
        change = dict(one.change) if one.change is not None else None
        figures = figures_of(change) if change is not None else {}
        if change is not None and change.get("after") is None:
            figures["back_pay_fen"] = None
        rows.append({"application_id": application_id, "staff_id": one.staff.id, "change": change, **figures})
    db.session.execute(insert(_table(ApplicationEmployee)), rows)


def _keep_answers(together: _Together, *, prefilled: bool) -> None:
    rows = [
        {"application_id": application_id, "key": key, "value": value, "prefilled": prefilled,
         "changed_at": clock.now()}
        for application_id, one, _step in together
        for key, value in one.answers.items()
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(Answer), rows)


def _keep_files(together: _Together, *, by: Actor) -> None:
    """Files that serve again: new rows, the same content in the store, filed with this round."""
    now = clock.now()
    rows = [
        {
            "application_id": application_id, "material_code": file.material_code, "position": place,
            "sha256": file.sha256, "filename": file.filename, "accepted": True,
            "checker_version": file.checker_version, "uploaded_by_id": by.account_id, "uploaded_at": now,
            "claimed_at": now, "claimed_round": 1, "revision": 1,
        }
        for application_id, one, _step in together
        for place, file in enumerate(sorted(one.files, key=lambda upload: upload.id), start=1)
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(_table(Upload)), rows)


def _keep_events(together: _Together, *, by: Actor) -> None:
    begun: dict[str, Any] = {
        "kind": "started", "at": clock.now(), "by_id": by.account_id, "state": ApplicationState.DRAFT,
        "step_position": None, "round": 0, "note": "",
    }  # fmt: skip
    rows = []
    for application_id, _one, step in together:
        rows.append({**begun, "application_id": application_id})
        rows.append(
            {**begun, "application_id": application_id, "kind": "submitted", "state": ApplicationState.IN_REVIEW,
             "step_position": (step or {}).get("step_position"), "round": 1}
        )  # fmt: skip
    db.session.execute(insert(_table(ApplicationEvent)), rows)
