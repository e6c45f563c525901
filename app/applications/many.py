"""Many applications of one item for one unit at once: each checked as if filed alone, and written together.

What is read and written does not grow with the number of statements; who cannot be filed holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.applications import assembling
from app.applications.assessing import lacking
from app.applications.marks import Marks
from app.applications.paychange import pay_change
from app.applications.precheck import BLOCKING, findings
from app.applications.sheet import ApplicationSheet, Around, Other, Past, PayChange
from app.forms.facts import facts_of, known_facts
from app.items.editions import Version
from app.messages import Message, Named, joined
from app.pay.effects import EFFECTS, facts_from_answers, fits
from app.pay.many import Asked, Planned, Refusal, plan_many
from app.pay.planning import change_json, refused_json
from app.pay.queries import Held, held_by
from models import (
    Answer,
    Application,
    ApplicationEmployee,
    ItemVersion,
    MaterialCheck,
    MaterialReading,
    PaymentInstruction,
    Proposal,
    ReportedAssessment,
    Staff,
    Unit,
    Upload,
    db,
)
from models.applications import ApplicationState
from models.proposals import ProposalState


@dataclass(frozen=True)
class Wanted:
    """What is to be filed for one employee: the answers, and files on record that serve again."""

    staff_id: int
    answers: Mapping[str, Any]
    files: Sequence[int] = ()


@dataclass(frozen=True)
class Checked:
    """What the check found: what stands in the way, what is worth a second look, and the explained pay change."""

    wanted: Wanted
    staff: Staff
    answers: Mapping[str, Any]
    change: Mapping[str, Any] | None
    problems: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    files: tuple[Upload, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def check_many(
    wanted: Sequence[Wanted], version: Version, unit: Unit, *, held: Mapping[int, Held] | None = None,
    prepared: Mapping[int, Mapping[str, Any]] | None = None,
) -> list[Checked]:  # fmt: skip
    """Check each as before a submission, in the order given. Each employee is named once.

    `held` is what is on record of each and `prepared` what the system proposes, if that was read already.
    """
    ids = [one.staff_id for one in wanted]
    if held is None:
        held = {one.staff.id: one for one in held_by(sorted(ids))}
    filed, drafts = _others(ids, version, unit)
    reported = _reported(ids)
    if prepared is None:
        prepared = _prepared(ids, version.item_id)
    files = _files({upload_id for one in wanted for upload_id in one.files})
    asked = [made for one in wanted if (made := _asked(one, version, held[one.staff_id].staff, unit)) is not None]
    planned = dict(zip([one.staff_id for one in asked], plan_many(asked, held=held), strict=True))
    checked = []
    for one in wanted:
        around = _around(
            held[one.staff_id], filed.get(one.staff_id, ()), reported.get(one.staff_id, {}),
            prepared.get(one.staff_id, {}),
        )  # fmt: skip
        own = [files[upload_id] for upload_id in one.files if upload_id in files]
        change = _change(planned.get(one.staff_id))
        checked.append(
            _checked(one, version, unit, held[one.staff_id].staff, around, drafts.get(one.staff_id), own, change)
        )  # fmt: skip
    return checked


def _asked(one: Wanted, version: Version, staff: Staff, unit: Unit) -> Asked | None:
    """What can be calculated at all: nobody of another unit or type, and every fact of the effect answered."""
    effect = EFFECTS[version.effect or ""]
    if _unfit(version, staff, unit) is not None:
        return None
    given = facts_from_answers(version.effect_map, one.answers)
    if any(kind.required and kind.key not in given for kind in effect.facts):
        return None
    return Asked(staff.id, version, one.answers)


def _unfit(version: Version, staff: Staff, unit: Unit) -> Message | None:
    if staff.unit_id != unit.id:
        return Message("%(name)s belongs to another unit now. Take the line out.", name=staff.name)
    if version.staff_types and staff.staff_type not in version.staff_types:
        return Message("This item does not serve the staff type of %(name)s.", name=staff.name)
    return fits(EFFECTS[version.effect or ""], staff)


def _checked(
    one: Wanted, version: Version, unit: Unit, staff: Staff, around: Around, draft: Other | None,
    files: Sequence[Upload], change: Mapping[str, Any] | None,
) -> Checked:  # fmt: skip
    application = Application(state=ApplicationState.DRAFT, round=0, unit_id=unit.id, item_id=version.item_id)
    facts = facts_of(staff=staff, unit=unit, answers=one.answers, filed_on=clock.today())
    known, marks = known_facts(version.fields), Marks(whole=True)
    laid_out = ApplicationSheet(
        application=application, version=version, item_name=Named(version.item.name_zh, version.item.name_en),
        staff=staff, unit=unit,
        questions=assembling.field_lines(
            version.fields, {}, one.answers, facts=facts, known=known, marks=marks, filed=set(), typed={}, problems={}
        ),
        materials=assembling.material_lines(
            version.materials, files, application=application, facts=facts, known=known, marks=marks,
            stated=assembling.dates_of(version.fields, one.answers),
        ),
        steps=(), history=(), facts=facts, around=around,
        pay=pay_change(change) if change is not None else PayChange(waiting_for=lacking(version, one.answers)),
    )  # fmt: skip
    unfit = _unfit(version, staff, unit)
    if unfit is not None:
        return Checked(one, staff, dict(one.answers), None, (unfit,))
    found = findings(laid_out)
    problems = [_draft_in_the_way(draft)] if draft is not None else []
    problems += [_said(finding) for finding in found if finding.severity == BLOCKING]
    asked = {line.key for line in laid_out.fields}
    return Checked(
        one, staff, {key: value for key, value in one.answers.items() if key in asked}, change, tuple(problems),
        tuple(finding.message for finding in found if finding.severity != BLOCKING), tuple(files), facts,
    )  # fmt: skip


def _change(made: Planned | Refusal | None) -> Mapping[str, Any] | None:
    if made is None:
        return None
    return refused_json(made.why, made.remedy) if isinstance(made, Refusal) else change_json(made.made)


def _said(finding: Any) -> Message:
    return joined([finding.message, finding.remedy], separator=" ")


def _draft_in_the_way(draft: Other) -> Message:
    return Message(
        "The draft %(number)s of this item is open already. Submit it by itself, or withdraw it and file this line.",
        number=draft.number,
    )


def _others(staff_ids: Sequence[int], version: Version, unit: Unit) -> tuple[dict[int, list[Other]], dict[int, Other]]:
    """What is filed for these people, the newest first, each with its answers; and the item's drafts that are open."""
    for_finance = exists().where(PaymentInstruction.application_id == Application.id)
    rows = db.session.execute(
        select(
            ApplicationEmployee.staff_id, Application.id, Application.number, Application.state, Application.item_id,
            for_finance.label("pays"), ItemVersion.effect, ItemVersion.effect_map, Answer.key, Answer.value,
        )
        .join(Application, Application.id == ApplicationEmployee.application_id)
        .join(ItemVersion, ItemVersion.id == Application.item_version_id)
        .outerjoin(Answer, Answer.application_id == Application.id)
        .where(
            ApplicationEmployee.staff_id.in_(staff_ids), Application.unit_id == unit.id,
            Application.state.not_in([ApplicationState.WITHDRAWN, ApplicationState.REJECTED]),
        )
        .order_by(Application.id.desc(), Answer.id)
    )  # fmt: skip
    found: dict[int, dict[int, Other]] = {}
    for row in rows:
        other = found.setdefault(row.staff_id, {}).setdefault(
            row.id,
            Other(
                row.id, row.number, row.state, {}, for_finance=row.pays, same_item=row.item_id == version.item_id,
                effect=row.effect, effect_map=row.effect_map or {},
            ),
        )  # fmt: skip
        if row.key is not None:
            other.answers[row.key] = row.value
    filed: dict[int, list[Other]] = {}
    drafts: dict[int, Other] = {}
    for staff_id, others in found.items():
        for other in others.values():
            if other.state != ApplicationState.DRAFT:
                filed.setdefault(staff_id, []).append(other)
            elif other.same_item:
                drafts[staff_id] = other
    return filed, drafts


def _prepared(staff_ids: Sequence[int], item_id: int) -> dict[int, Mapping[str, Any]]:
    """What the system itself prepared for these people and is open."""
    rows = db.session.execute(
        select(Proposal.staff_id, Proposal.facts).where(
            Proposal.staff_id.in_(staff_ids), Proposal.item_id == item_id, Proposal.state == ProposalState.OPEN
        )
    )
    return {row.staff_id: row.facts.get("answers", {}) for row in rows}


def _reported(staff_ids: Sequence[int]) -> dict[int, dict[int, str]]:
    rows = db.session.execute(
        select(ReportedAssessment.staff_id, ReportedAssessment.year, ReportedAssessment.result).where(
            ReportedAssessment.staff_id.in_(staff_ids)
        )
    )
    found: dict[int, dict[int, str]] = {}
    for row in rows:
        found.setdefault(row.staff_id, {})[row.year] = row.result
    return found


def _around(held: Held, others: Sequence[Other], reported: Mapping[int, str], prepared: Mapping[str, Any]) -> Around:
    """What a page reads beside an application, from what was read of everybody."""
    chain = held.chain
    return Around(
        others=tuple(others),
        events=tuple(Past(row.kind, row.day, row.year, row.data or {}) for row in held.events),
        reported=reported, prepared=prepared, wage_fen=chain[-1].total_fen if chain else None,
    )  # fmt: skip


def _files(ids: set[int]) -> dict[int, Upload]:
    """Files on record by number, with what was found on them."""
    if not ids:
        return {}
    rows = db.session.scalars(
        select(Upload)
        .options(
            joinedload(Upload.file), joinedload(Upload.uploaded_by),
            joinedload(Upload.reading).joinedload(MaterialReading.corrected_by),
            selectinload(Upload.checks).joinedload(MaterialCheck.overridden_by),
        )
        .where(Upload.id.in_(ids), Upload.accepted, or_(Upload.removed_at.is_(None), Upload.claimed_at.is_not(None)))
    )  # fmt: skip
    return {upload.id: upload for upload in rows}


def effective_month_of(change: Mapping[str, Any] | None) -> date | None:
    """The month from which an explained change counts, if it names one."""
    month = (change or {}).get("effective_month")
    return date.fromisoformat(month) if month else None


__all__ = ["Checked", "Wanted", "check_many", "effective_month_of"]
