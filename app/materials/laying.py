"""Verbs by which a person has a page shown straightened, as it was taken, or turned; the file itself never changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from app.access.actor import Actor
from app.access.policy import require, require_material
from app.applications.marks import require_material_open
from app.audit import service as audit
from app.errors import NotFound, Refused, Stale
from app.materials import queries, service
from app.materials.sheets import WHOLE, Sheet, sheet_of
from app.messages import Message
from app.uow import atomic
from models import Application, Upload, db
from models.applications import ApplicationState

_OPEN_STATES = (ApplicationState.DRAFT, ApplicationState.RETURNED)


def show_as_taken(upload_id: int, page: int, *, by: Actor, revision: int) -> Upload:
    """Have people see this page as it was photographed: the straightening was wrong, or loses something."""
    return _lay(upload_id, page, _as_taken, by=by, revision=revision)


def show_straightened(upload_id: int, page: int, *, by: Actor, revision: int) -> Upload:
    """Have people see the straightened page again."""
    return _lay(upload_id, page, _straightened, by=by, revision=revision)


def turn(upload_id: int, page: int, *, quarters: int, by: Actor, revision: int) -> Upload:
    """Have the page shown turned clockwise by so many quarters."""
    return _lay(upload_id, page, lambda sheet: replace(sheet, shown=True).turned(quarters), by=by, revision=revision)


def turn_as_read(upload: Upload, turns: Mapping[int, int]) -> bool:
    """Turn pages upright that were read on their side or upside down: by page, degrees clockwise, as told by the
    reading of what people see now. Called in the transaction that keeps the reading; whether anything was turned.

    A page that a person has turned, or wants to see as it was taken, is left so.
    """
    sheets = {sheet["page"]: Sheet.from_json(sheet) for sheet in upload.sheets}
    turned = {page: degrees // 90 % 4 for page, degrees in turns.items() if degrees // 90 % 4}
    for page, quarters in turned.items():
        sheet = sheets.get(page) or Sheet(page=page, corners=WHOLE)
        if sheet.shown and not sheet.turn:
            sheets[page] = sheet.turned(quarters)
    after = [sheets[page].to_json() for page in sorted(sheets)]
    if after == upload.sheets:
        return False
    upload.sheets, upload.revision = after, upload.revision + 1
    return True


def _as_taken(sheet: Sheet) -> Sheet:
    return replace(sheet, shown=False, turn=0)


def _straightened(sheet: Sheet) -> Sheet:
    if not sheet.was_found:
        raise Refused(
            Message("No sheet was found on this picture, so there is nothing to straighten."),
            remedy=Message("Turn the page by hand, or photograph it again with the whole sheet in the frame."),
        )
    return replace(sheet, shown=True)


@atomic
def _lay(upload_id: int, page: int, change: Callable[[Sheet], Sheet], *, by: Actor, revision: int) -> Upload:
    """Raises NotFound, NotAllowed, Conflict where nothing may be changed, Stale for a page that shows an old state."""
    upload = queries.opened(by, upload_id, "material:upload")
    if not 1 <= page <= upload.file.pages:
        raise NotFound
    application = upload.application
    _require_open(upload, by)
    before = sheet_of(upload.sheets, page) or Sheet(page=page, corners=WHOLE)
    after = change(before)
    sheets = [one for one in upload.sheets if one["page"] != page]
    if after.was_found or after.turn:
        sheets.append(after.to_json())
    sheets.sort(key=lambda sheet: int(sheet["page"]))
    open_still = select(Application.id).where(Application.id == application.id, Application.state.in_(_OPEN_STATES))
    changed = db.session.execute(
        update(Upload)
        .where(
            Upload.id == upload.id, Upload.revision == revision, Upload.removed_at.is_(None),
            Upload.application_id.in_(open_still),
        )
        .values(sheets=sheets, revision=revision + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(
            Message("This file has been changed since the page was opened."), remedy=Message("Reload the page.")
        )
    audit.record(
        "material:lay", by=by, kind="upload", record_id=upload.id, unit_id=application.unit_id,
        before=_told(before, page), after=_told(after, page),
    )  # fmt: skip
    db.session.refresh(upload)
    return upload


def may_lay(upload: Upload, *, by: Actor) -> bool:
    """Whether this person may change now how the pages are shown. The upload was opened in their scope."""
    try:
        require(by, "material:upload", upload.application)
        _require_open(upload, by)
    except Refused:
        return False
    return True


def _require_open(upload: Upload, by: Actor) -> None:
    if upload.removed_at is not None:
        raise NotFound
    application = upload.application
    service.require_not_filed(application)
    require_material(by, upload.material_code)
    require_material_open(application, queries.material_of(application.item_version_id, upload.material_code))


def _told(sheet: Sheet, page: int) -> dict[str, Any]:
    return {"page": page, "straightened": sheet.shown and sheet.was_found, "turned": 90 * sheet.turn}
