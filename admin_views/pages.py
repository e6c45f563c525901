"""The pages of the materials as the viewer of the desk shows them, and the pass by which it may show them small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.access.actor import Actor
from app.applications.sheet import ApplicationSheet, FindingLine, UploadLine
from app.materials.sheets import Sheet, boxes_shown, sheet_of
from app.materials.told import Point
from app.messages import Named
from models import Upload

_PASS_HOURS = 12


@dataclass(frozen=True)
class PageView:
    """One page: `new` came after the return, `old` is of a file that was filed before and then replaced."""

    upload_id: int
    number: int
    of: int
    filename: str
    new: bool = False
    old: bool = False
    findings: tuple[FindingLine, ...] = ()
    sheet: Sheet | None = None
    points: tuple[Point, ...] = ()  # what was read on it

    @property
    def version(self) -> str:
        """Changes with how the page is shown."""
        return f"{self.sheet.turn}{'s' if self.sheet.shown else 't'}" if self.sheet else "t"

    @property
    def is_laid(self) -> bool:
        """Whether what is shown differs from the picture that was sent."""
        return self.sheet is not None and self.sheet.shown

    @property
    def marks(self) -> list[dict[str, Any]]:
        """What was found on the page and where, for the viewer: boxes on the page as shown, and on the photo."""
        marked = []
        for one in self.findings:
            shown = boxes_shown(one.measures, self.sheet)
            if shown:
                tone = "ok" if one.overridden else "bad" if one.severity == "blocking" else "warn"
                marked.append(
                    {"tone": tone, "shown": shown, "sent": boxes_shown(one.measures, self.sheet, as_sent=True)}
                )
        for point in self.points:
            shown, sent = (boxes_shown(point.measures, self.sheet, as_sent=one) for one in (False, True))
            marked.append({"tone": "info", "shown": shown, "sent": sent})
        return marked

    @property
    def key(self) -> str:
        return f"{self.upload_id}-{self.number}"

    @property
    def tone(self) -> str:
        """Of the findings that no person has judged otherwise."""
        grave = {one.severity for one in self.findings if not one.overridden}
        return "bad" if "blocking" in grave else "warn" if grave else "ok"


@dataclass(frozen=True)
class Group:
    """A material with all its pages, those of replaced files last."""

    code: str
    name: Named
    pages: tuple[PageView, ...]

    @property
    def tone(self) -> str:
        tones = {page.tone for page in self.pages if not page.old}
        return next((tone for tone in ("bad", "warn") if tone in tones), "ok")


def groups_of(sheet: ApplicationSheet, replaced: Sequence[Upload]) -> list[Group]:
    """The materials of which there is anything to look at, in the order of the item."""
    is_corrected = sheet.application.round > 1
    groups = []
    for line in sheet.materials:
        pages = [page for upload in line.uploads for page in _pages(upload, is_new=is_corrected and upload.is_new)]
        for upload in replaced:
            if upload.material_code == line.code:
                pages += [
                    PageView(
                        upload.id,
                        number,
                        upload.file.pages,
                        upload.filename,
                        old=True,
                        sheet=sheet_of(upload.sheets, number),
                    )
                    for number in range(1, upload.file.pages + 1)
                ]
        if pages:
            groups.append(Group(line.code, line.name, tuple(pages)))
    return groups


def _pages(upload: UploadLine, *, is_new: bool) -> list[PageView]:
    return [
        PageView(upload.id, number, upload.pages, upload.filename, new=is_new,
                 findings=tuple(one for one in upload.findings if one.page in (0, number)),
                 sheet=sheet_of(upload.sheets, number),
                 points=tuple(upload.told.on(number, besides=[one.measures for one in upload.findings]))
                 if upload.told is not None else ())
        for number in range(1, upload.pages + 1)
    ]  # fmt: skip


def pass_for(actor: Actor, application_id: int) -> str:
    """The pass that a desk gives to its small pictures: the opening of the desk has written down that they are seen."""
    return str(_passes().dumps([actor.account_id, application_id]))


def holds_pass(actor: Actor, application_id: int, token: str) -> bool:
    """Whether this person has opened the desk of the application within half a day. Without it a small picture is a
    reading of its own, to be written down like a large one."""
    try:
        held = _passes().loads(token[:200], max_age=_PASS_HOURS * 3600)
    except BadSignature:
        return False
    return bool(held == [actor.account_id, application_id])


def _passes() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="small pictures of a desk")
