"""Binds lessons to what they explain: "why?" leads from an item, a question, a material or a reason to a place."""

from __future__ import annotations

from collections.abc import Mapping

from app.access.actor import Actor
from app.access.policy import require
from app.errors import Invalid, NotFound
from app.items import queries as items
from app.learning import authoring
from app.learning.queries import WRITE
from app.messages import Message
from app.uow import atomic
from models import LessonBinding, Reason, db
from models.learning import BindingKind

_PARTS = (BindingKind.FIELD, BindingKind.MATERIAL)
_LONGEST_DAY = 86_400


@atomic
def bind(lesson_id: int, values: Mapping[str, str], *, by: Actor, revision: int) -> None:
    """Let "why?" lead from an item, a field, a material or a reason to a place in the lesson.

    Raises Invalid at the field for what does not exist: nobody would ever come by such a binding.
    """
    lesson = authoring.opened_lesson(lesson_id, by=by)
    version = authoring.draft_of(lesson.version_id, by)
    kind = _text(values, "kind")
    binding = LessonBinding(
        lesson_id=lesson.id, kind=kind, item_code=_text(values, "item_code")[:30].upper(),
        key="" if kind == BindingKind.ITEM else _text(values, "key"), second=_second(values.get("second", "")),
        anchor=_text(values, "anchor").lower(),
    )  # fmt: skip
    wrong = _wrong(binding)
    if wrong:
        raise Invalid(fields=wrong)
    after = {"lesson": lesson.key, "bound": kind, "to": binding.key}
    authoring.hold(version, revision, by, action="course:edit", after=after)
    db.session.add(binding)
    authoring.flush_or_refuse(Message("This is bound to the lesson already."))


@atomic
def unbind(binding_id: int, *, by: Actor, revision: int) -> int:
    """Take a binding away; answers the lesson that it was of."""
    require(by, WRITE)
    binding = db.session.get(LessonBinding, binding_id)
    if binding is None:
        raise NotFound
    lesson = authoring.opened_lesson(binding.lesson_id, by=by)
    version = authoring.draft_of(lesson.version_id, by)
    before = {"lesson": lesson.key, "bound": binding.kind}
    authoring.hold(version, revision, by, action="course:edit", before=before)
    db.session.delete(binding)
    return lesson.id


def _wrong(binding: LessonBinding) -> dict[str, Message]:
    kind = binding.kind
    if kind not in set(BindingKind):
        return {"kind": Message("Choose what it is bound to.")}
    if kind == BindingKind.ITEM and not binding.item_code:
        return {"item_code": Message("Write the code of the item, for example NCGZ-11.")}
    if kind != BindingKind.ITEM and not binding.key:
        return {
            "key": Message("Write the key of the field, the code of the material or the number of the reason.")
        }  # fmt: skip
    if kind == BindingKind.REASON and not _reason_exists(binding.key):
        return {"key": Message("There is no reason with this number in the library.")}
    return _wrong_in_the_item(binding) if binding.item_code else {}


def _wrong_in_the_item(binding: LessonBinding) -> dict[str, Message]:
    try:
        edition = items.published(binding.item_code)
    except NotFound as refusal:
        return {"item_code": refusal.message}
    known = {
        BindingKind.FIELD: {one.key for one in edition.fields},
        BindingKind.MATERIAL: {one.code for one in edition.materials},
    }
    if binding.kind in _PARTS and binding.key not in known[BindingKind(binding.kind)]:
        return {"key": Message("The item %(code)s has no part called %(key)s.", code=binding.item_code,
                               key=binding.key)}  # fmt: skip
    return {}


def _reason_exists(number: str) -> bool:
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        return False
    return str(int(number)) == number and db.session.get(Reason, int(number)) is not None


def _second(text: str) -> int | None:
    text = text.strip()
    minutes, _, rest = text.rpartition(":")
    if not text:
        return None
    if not rest.isascii() or not rest.isdigit() or (minutes and not (minutes.isascii() and minutes.isdigit())):
        raise Invalid(fields={"second": Message("Write a moment of the video as 1:05 or 65.")})
    return min(int(minutes[:3] or 0) * 60 + int(rest[:5]), _LONGEST_DAY)


def _text(values: Mapping[str, str], name: str) -> str:
    return values.get(name, "").replace("\x00", "").strip()[:40]
