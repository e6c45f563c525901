"""What other thresholds would have changed on the uploads of the last month, from what was measured of each page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.access import scope
from app.access.actor import Actor
from app.materials import adjusting
from app.materials.thresholds import Values, flags_under
from models import Application, Examination, Upload, db

BACK = timedelta(days=31)
MOST = 10_000
"""Examinations that a preview looks at, the newest first."""
SHOWN = 40
Flags = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Case:
    """One upload that would be judged otherwise; without one where it was tidied away since."""

    upload: Upload | None
    flags: tuple[str, ...]
    page: int


@dataclass(frozen=True)
class Preview:
    """How many uploads were looked at, and which would get a flag or lose one."""

    examined: int
    unmeasured: int
    newly: Sequence[Case]
    newly_count: int
    no_longer: Sequence[Case]
    no_longer_count: int
    by_flag: Sequence[tuple[str, int, int]]
    capped: bool


def preview(values: Values, *, item_id: int | None, material_code: str | None, by: Actor) -> Preview:
    """Hold these thresholds, in the place of what is in force there, against what was measured in the last month."""
    held = adjusting.all_in_force()
    then = {**held, adjusting.place_of(item_id, material_code): values}
    newly: list[tuple[int | None, Flags]] = []
    gone: list[tuple[int | None, Flags]] = []
    examined = unmeasured = 0
    for row in _measured(item_id, material_code, by):
        if not row.looks:
            unmeasured += 1
            continue
        examined += 1
        before = flags_under(row.looks, adjusting.over(held, row.item_id, row.material_code))
        after = flags_under(row.looks, adjusting.over(then, row.item_id, row.material_code))
        if after - before:
            newly.append((row.upload_id, frozenset(after - before)))
        if before - after:
            gone.append((row.upload_id, frozenset(before - after)))
    more, fewer = (Counter(flag for _, flags in cases for flag in {one for one, _ in flags}) for cases in (newly, gone))
    uploads = _uploads([key for key, _ in (*newly[:SHOWN], *gone[:SHOWN]) if key is not None], by)
    return Preview(
        examined, unmeasured, _cases(newly, uploads), len(newly), _cases(gone, uploads), len(gone),
        [(flag, more[flag], fewer[flag]) for flag in sorted(more | fewer)], examined + unmeasured >= MOST,
    )  # fmt: skip


def _measured(item_id: int | None, material_code: str | None, by: Actor) -> Any:
    wanted = [
        Examination.examined_at >= clock.now() - BACK, Examination.cause == "upload",
        scope.condition(by, "check:read", Examination),
    ]  # fmt: skip
    if item_id is not None:
        wanted += [Examination.item_id == item_id, Examination.material_code == material_code]
    columns = (Examination.upload_id, Examination.item_id, Examination.material_code, Examination.looks)
    return db.session.execute(
        select(*columns).where(*wanted).order_by(Examination.examined_at.desc(), Examination.id.desc()).limit(MOST)
    )


def _uploads(keys: Sequence[int], by: Actor) -> Mapping[int, Upload]:
    if not keys:
        return {}
    rows = db.session.scalars(
        select(Upload)
        .where(Upload.id.in_(keys), scope.condition(by, "check:read", Upload))
        .options(joinedload(Upload.application).joinedload(Application.unit), joinedload(Upload.file))
    )
    return {one.id: one for one in rows}


def _cases(found: Sequence[tuple[int | None, Flags]], uploads: Mapping[int, Upload]) -> list[Case]:
    return [
        Case(uploads.get(key or 0), tuple(sorted({flag for flag, _ in flags})), min(page for _, page in flags))
        for key, flags in found[:SHOWN]
    ]
