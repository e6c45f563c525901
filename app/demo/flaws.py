"""The demo's bad photos: what people sent first, what the checks said, and that they sent it better.

The pictures are made once from the demo's own pages, by `python -m app.demo.flaws`, and lie beside them with what the
checks said of each: so the demo loads without an examination, and says nothing that the checks would not say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.demo.scans import PICTURES, TITLES
from app.materials import places
from app.materials.judging import Twin, twin_findings
from app.materials.recording import check_row, write_down
from app.materials.verdicts import CHECKER_VERSION, Verdict
from models import Account, StoredFile, Upload
from models.applications import ApplicationState

FLAWED = PICTURES / "flawed"
TOLD = FLAWED / "verdicts.json"
SEED = 6
SHOWN = timedelta(days=45)
_SENT_FIRST = 28
_SENT_TWICE = 3
_NOTED = 4


def write(session: Session, now: datetime) -> int:
    """What went wrong in the last weeks; returns how many findings there are."""
    told = {name: Verdict.from_json(one) for name, one in json.loads(TOLD.read_text(encoding="utf-8")).items()}
    random = Random(SEED)
    uploads = list(
        session.scalars(
            select(Upload).join(Upload.application).where(Upload.uploaded_at > now - SHOWN).order_by(Upload.id)
        )
    )
    clean = {verdict.sha256: verdict for verdict in told.values()}
    for upload in uploads:
        with clock.frozen(upload.uploaded_at):
            write_down(upload, upload.application, clean.get(upload.sha256, Verdict()), [], thresholds={})
    _keep_files(session, told, now)
    found = _send_bad_photos(session, uploads, told, random)
    found += _name_the_same_file_twice(session, uploads)
    return found


def _send_bad_photos(session: Session, uploads: list[Upload], told: dict[str, Verdict], random: Random) -> int:
    """Each is sent a while before the good one and taken away for it; one that is merely turned is kept."""
    names = [name for name in told if (FLAWED / name).is_file()]
    notes = [name for name in names if told[name].accepted and told[name].findings]
    refused = [name for name in names if not told[name].accepted]
    waiting = [one for one in uploads if one.application.state == ApplicationState.IN_REVIEW]
    found = 0
    for turn, upload in enumerate(random.sample(uploads, min(_SENT_FIRST, len(uploads)))):
        found += _send(session, upload, refused[turn % len(refused)], told, removed=True)
    for turn, upload in enumerate(random.sample(waiting, min(_NOTED, len(waiting)))):
        found += _send(session, upload, notes[turn % len(notes)], told, removed=False, judged=turn == 0)
    return found


def _send(
    session: Session, good: Upload, name: str, told: dict[str, Verdict], *, removed: bool, judged: bool = False
) -> int:
    verdict, sent = told[name], good.uploaded_at - timedelta(minutes=9)
    upload = Upload(
        application_id=good.application_id, material_code=good.material_code, position=good.position + 7,
        sha256=verdict.sha256, filename=f"IMG_{good.id:04d}{Path(name).suffix}", accepted=verdict.accepted,
        checker_version=CHECKER_VERSION, uploaded_by_id=good.uploaded_by_id, uploaded_at=sent,
        removed_at=good.uploaded_at if removed else None, claimed_at=None if removed else good.claimed_at,
        claimed_round=None if removed else good.claimed_round,
    )  # fmt: skip
    session.add(upload)
    session.flush()
    with clock.frozen(sent):
        write_down(upload, good.application, verdict, verdict.findings, thresholds={})
    session.flush()
    if judged:
        session.refresh(upload)
        reviewer = session.scalars(select(Account.id).where(Account.username == "reviewer")).one()
        for check in upload.checks:
            check.overridden_at, check.overridden_by_id = sent + timedelta(days=1), reviewer
            check.override_reason, check.revision = "页面横置，内容完整可辨，予以采用。", check.revision + 1
    return len(verdict.findings)


def _name_the_same_file_twice(session: Session, uploads: list[Upload]) -> int:
    """The demo offers the same page for many people; of a few it is said, as it would be of all."""
    first: dict[str, Upload] = {}
    found = 0
    for upload in uploads:
        earlier = first.setdefault(upload.sha256, upload)
        if earlier.application_id == upload.application_id or found == _SENT_TWICE:
            continue
        one, other = upload.application, earlier.application
        twins = [Twin(other.id, other.number, other.unit_id, None)]
        with clock.frozen(upload.uploaded_at):
            for finding in twin_findings(twins, application_id=one.id, unit_id=one.unit_id, severities={}):
                session.add(check_row(upload, one, finding))
                found += 1
    return found


def _keep_files(session: Session, told: dict[str, Verdict], now: datetime) -> None:
    for name, verdict in told.items():
        if not (FLAWED / name).is_file():
            continue
        with (FLAWED / name).open("rb") as stream:
            stored = places.store().receive(stream, limit_bytes=2**22)
        session.add(
            StoredFile(
                sha256=stored.sha256, size=stored.size, pages=verdict.pages, fingerprint=verdict.fingerprint,
                media_type=verdict.media_type or "application/octet-stream", stored_at=now - SHOWN,
            )
        )  # fmt: skip
    session.flush()


def _made() -> Iterator[tuple[str, bytes]]:
    """The demo's pages as people first photographed them."""
    from PIL import Image, ImageEnhance, ImageFilter

    def page(name: str, side: int = 1300) -> Image.Image:
        image = Image.open(PICTURES / f"{name}.jpg").convert("RGB")
        image.thumbnail((side, side))
        return image

    def saved(image: Image.Image, quality: int = 60) -> bytes:
        out = BytesIO()
        image.save(out, "JPEG", quality=quality)
        return out.getvalue()

    yield "blurred.jpg", saved(page("appointment").filter(ImageFilter.GaussianBlur(4)))
    yield "moved.jpg", saved(page("assessment").filter(ImageFilter.GaussianBlur(5)))
    yield "dark.jpg", saved(ImageEnhance.Brightness(page("post")).enhance(0.18))
    yield "washed.jpg", saved(Image.blend(page("form"), Image.new("RGB", page("form").size, (252, 252, 252)), 0.95))
    yield "small.jpg", saved(page("letter", 640))
    yield "sideways.jpg", saved(page("diploma").rotate(90, expand=True))
    yield "empty.jpg", saved(Image.new("RGB", (920, 1300), (247, 247, 245)))
    yield "cut.jpg", saved(page("appointment").crop((170, 0, 920, 900)))
    yield "squeezed.jpg", saved(page("assessment"), quality=4)
    yield "broken.jpg", saved(page("post"))[:30_000]
    yield "renamed.pdf", saved(page("form", 900))


def make() -> None:
    """Write the pictures, and what the checks say of them and of the demo's sound pages."""
    from app.materials.inspection import inspect

    FLAWED.mkdir(exist_ok=True)
    for name, content in _made():
        (FLAWED / name).write_bytes(content)
    sound = [one for one in sorted(PICTURES.iterdir()) if one.stem in TITLES]
    told = {}
    for path in [*sorted(one for one in FLAWED.iterdir() if one != TOLD), *sound]:
        verdict = inspect(path, filename=path.name, straightened=True)
        told[path.name] = verdict.to_json()
        print(path.name, verdict.flags, verdict.codes)
    TOLD.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make()
