"""Files that arrive piece by piece: each byte once, for their sender alone, and one upload however often one asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, system
from app.applications import service as applications
from app.errors import Conflict, NotFound, Refused
from app.materials import examining, incoming, places, sweeping
from app.materials.drawing import draw_pages
from models import AuditEvent, IncomingFile, MaterialCheck, Upload, db
from models.accounts import Reach
from tests.applications.scene import Scene, a_draft, a_scene, ready
from tests.conftest import MORNING
from tests.factories import acting, an_account
from tests.materials import files, pages
from tests.statements import counted


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def announced(scene: Scene, application_id: int, content: bytes, name: str = "scan.jpg", code: str = "M01") -> str:
    return incoming.begin(
        application_id, code, filename=name, declared_type="image/jpeg", size=len(content), by=scene.clerk
    ).key


def sent(scene: Scene, application_id: int, content: bytes, name: str = "page.jpg", *, piece: int = 9000) -> str:
    """A file sent whole, in pieces."""
    key = announced(scene, application_id, content, name)
    for start in range(0, len(content), piece):
        incoming.append(key, start, BytesIO(content[start : start + piece]), by=scene.clerk)
    return key


def stands(key: str) -> int:
    db.session.expire_all()
    return db.session.get_one(IncomingFile, key).received


def uploads_kept() -> int:
    return db.session.scalar(select(func.count()).select_from(Upload)) or 0


class Breaking(BytesIO):
    """A line that breaks after some bytes."""

    def __init__(self, content: bytes, *, after: int) -> None:
        super().__init__(content[:after])

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if not piece:
            raise OSError("the line broke")
        return piece


def test_a_file_sent_in_pieces_is_received_whole_and_filed_once(scene: Scene) -> None:
    draft = a_draft(scene)
    key = sent(scene, draft.id, files.jpeg())
    upload = incoming.finish(key, by=scene.clerk)
    assert upload.sha256 == sha256(files.jpeg()).hexdigest()
    assert upload.accepted
    assert not places.pieces().path(key).exists()
    events = db.session.scalars(select(AuditEvent.action).where(AuditEvent.record_kind == "upload")).all()
    assert events == ["material:upload"]


def test_a_piece_that_begins_elsewhere_is_told_the_right_place_and_changes_nothing(scene: Scene) -> None:
    content = files.jpeg()
    key = announced(scene, a_draft(scene).id, content)
    incoming.append(key, 0, BytesIO(content[:5000]), by=scene.clerk)
    for offset in (0, 4999, 5001):
        with pytest.raises(incoming.WrongOffset) as wrong:
            incoming.append(key, offset, BytesIO(b"other bytes"), by=scene.clerk)
        assert wrong.value.offset == 5000
    incoming.append(key, 5000, BytesIO(content[5000:]), by=scene.clerk)
    assert places.pieces().path(key).read_bytes() == content


def test_what_came_before_the_line_broke_is_kept(scene: Scene) -> None:
    content = files.jpeg()
    key = announced(scene, a_draft(scene).id, content)
    assert incoming.append(key, 0, Breaking(content, after=7000), by=scene.clerk) == 7000
    assert stands(key) == 7000
    incoming.append(key, 7000, BytesIO(content[7000:]), by=scene.clerk)
    assert incoming.finish(key, by=scene.clerk).accepted


def test_a_torn_piece_on_the_disk_is_harmless(scene: Scene) -> None:
    """Killed after the bytes and before the row: the end of the file is not confirmed; the next piece replaces it."""
    content = files.jpeg()
    key = announced(scene, a_draft(scene).id, content)
    incoming.append(key, 0, BytesIO(content[:3000]), by=scene.clerk)
    with places.pieces().path(key).open("ab") as torn:
        torn.write(b"half of a piece that nobody confirmed")
    incoming.append(key, 3000, BytesIO(content[3000:]), by=scene.clerk)
    assert places.pieces().path(key).read_bytes() == content


def test_more_than_was_announced_is_never_taken(scene: Scene) -> None:
    content = files.jpeg()
    key = announced(scene, a_draft(scene).id, content)
    with pytest.raises(Refused, match="More came"):
        incoming.append(key, 0, BytesIO(content + b"x"), by=scene.clerk)
    assert stands(key) == 0


def test_two_at_once_cannot_write_the_same_file(scene: Scene) -> None:
    content = files.jpeg()
    key = announced(scene, a_draft(scene).id, content)
    with places.pieces().held(key), pytest.raises(incoming.WrongOffset):
        incoming.append(key, 0, BytesIO(content), by=scene.clerk)
    assert stands(key) == 0


def test_only_who_began_it_may_go_on(scene: Scene) -> None:
    content = files.jpeg()
    key = announced(scene, a_draft(scene).id, content)
    colleague = acting(an_account("colleague", ("clerk", scene.unit, Reach.UNIT)))
    for attempt in _every_verb(key, colleague):
        with pytest.raises(NotFound):
            attempt()
    assert stands(key) == 0


def _every_verb(key: str, by: Actor) -> list[Callable[[], object]]:
    return [
        lambda: incoming.append(key, 0, BytesIO(b"x"), by=by),
        lambda: incoming.opened(key, by=by),
        lambda: incoming.finish(key, by=by),
        lambda: incoming.discard(key, by=by),
    ]


def test_what_would_be_refused_at_the_end_is_refused_at_the_beginning(scene: Scene) -> None:
    draft = a_draft(scene)

    def announce(size: int, code: str = "M01") -> None:
        incoming.begin(draft.id, code, filename="a.jpg", declared_type=None, size=size, by=scene.clerk)

    with pytest.raises(Refused, match="larger than"):
        announce(21 * 1024 * 1024)
    with pytest.raises(Refused, match="empty"):
        announce(0)
    with pytest.raises(NotFound):
        announce(100, "M99")
    assert db.session.scalar(select(func.count()).select_from(IncomingFile)) == 0


def test_nobody_fills_the_disk_with_beginnings(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MOST_WAITING", 2)
    draft = a_draft(scene)
    for _ in range(2):
        announced(scene, draft.id, files.jpeg())
    with pytest.raises(Refused, match="on their way at once"):
        announced(scene, draft.id, files.jpeg())


def test_finishing_twice_gives_the_same_upload(scene: Scene) -> None:
    key = sent(scene, a_draft(scene).id, files.jpeg())
    first = incoming.finish(key, by=scene.clerk).id
    assert incoming.finish(key, by=scene.clerk).id == first
    assert uploads_kept() == 1


def test_of_two_who_finish_at_once_one_makes_the_upload(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second finishes while the first is still examining, as a repeat after a lost answer does."""
    key = sent(scene, a_draft(scene).id, files.jpeg())
    examine, made = examining.inspect, []

    def meanwhile(*args: object, **values: object) -> object:
        if not made:
            made.append(None)
            made.append(incoming.finish(key, by=scene.clerk).id)
        return examine(*args, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(examining, "inspect", meanwhile)
    assert incoming.finish(key, by=scene.clerk).id == made[1]
    assert uploads_kept() == 1


def test_a_file_that_is_not_whole_cannot_be_finished(scene: Scene) -> None:
    content = files.jpeg()
    key = announced(scene, a_draft(scene).id, content)
    incoming.append(key, 0, BytesIO(content[:-1]), by=scene.clerk)
    with pytest.raises(incoming.WrongOffset) as wrong:
        incoming.finish(key, by=scene.clerk)
    assert wrong.value.offset == len(content) - 1
    assert uploads_kept() == 0


def test_an_application_filed_in_the_middle_takes_no_more(scene: Scene) -> None:
    application = ready(scene)
    content = files.png()
    key = announced(scene, application.id, content)
    incoming.append(key, 0, BytesIO(content[:1000]), by=scene.clerk)
    service_uploads = uploads_kept()
    applications.submit(application.id, by=scene.clerk, revision=application.revision, key=None)
    with pytest.raises(Conflict, match="filed"):
        incoming.append(key, 1000, BytesIO(content[1000:]), by=scene.clerk)
    with pytest.raises(Conflict, match="filed"):
        incoming.finish(key, by=scene.clerk)
    assert uploads_kept() == service_uploads


def test_a_draft_withdrawn_in_the_middle_takes_no_more(scene: Scene) -> None:
    draft = a_draft(scene)
    key = announced(scene, draft.id, files.jpeg())
    applications.withdraw(draft.id, by=scene.clerk, revision=draft.revision, reason="不再办理")
    with pytest.raises(Conflict):
        incoming.append(key, 0, BytesIO(files.jpeg()), by=scene.clerk)


def test_a_discarded_file_leaves_nothing(scene: Scene) -> None:
    content = files.jpeg()
    key = announced(scene, a_draft(scene).id, content)
    incoming.append(key, 0, BytesIO(content[:1000]), by=scene.clerk)
    incoming.discard(key, by=scene.clerk)
    assert not places.pieces().path(key).exists()
    with pytest.raises(NotFound):
        incoming.opened(key, by=scene.clerk)


def test_a_piece_costs_few_statements_however_many_came_before(scene: Scene) -> None:
    content = files.jpeg()
    key = announced(scene, a_draft(scene).id, content)
    clerk, counts = scene.clerk, []
    for start in range(0, 5000, 1000):
        with counted() as statements:
            incoming.append(key, start, BytesIO(content[start : start + 1000]), by=clerk)
        counts.append(len([one for one in statements if one.startswith(("SELECT", "UPDATE", "INSERT"))]))
    assert len(set(counts)) == 1
    assert counts[0] <= 4, statements


def test_the_sweeper_takes_what_nobody_went_on_with_and_leaves_what_is_fresh(scene: Scene) -> None:
    draft = a_draft(scene)
    content = files.jpeg()
    old = announced(scene, draft.id, content)
    incoming.append(old, 0, BytesIO(content[:100]), by=scene.clerk)
    done = sent(scene, draft.id, content)
    upload_id = incoming.finish(done, by=scene.clerk).id
    with clock.frozen(MORNING + timedelta(hours=25)):
        fresh = announced(scene, draft.id, content)
        incoming.append(fresh, 0, BytesIO(content[:100]), by=scene.clerk)
        sweeping.sweep(by=system("tests"), unknown_for=timedelta(seconds=-1))
        assert incoming.append(fresh, 100, BytesIO(content[100:]), by=scene.clerk) == len(content)
        with pytest.raises(NotFound):
            incoming.opened(old, by=scene.clerk)
    assert not places.pieces().path(old).exists()
    assert db.session.get(Upload, upload_id) is not None


# Several photographed pages in one document.


def photo(seed: int, *, height: int = 1400) -> Image.Image:
    return pages.on_desk(pages.letter(height, files.rng(seed)), files.rng(seed), tilt=1.0)


def marked(shade: int, **options: object) -> bytes:
    """A page of text with a block of one shade of grey in its upper right corner, by which it is known again."""
    page = pages.letter(1400, files.rng(shade))
    page.paste((shade, shade, shade), (page.width - 200, 20, page.width - 40, 180))
    return files.saved(page, "JPEG", quality=90, **options)


def shades_of(upload: Upload) -> list[int]:
    found = []
    for drawn in draw_pages(places.store().path(upload.sha256), longest_side=1400, at_most=9):
        red, _, _ = drawn.image.getpixel((drawn.image.width - 120, 100))  # type: ignore[misc]
        found.append(round(red / 40) * 40)
    return found


def test_photographed_pages_become_one_document_in_the_order_given(scene: Scene) -> None:
    draft = a_draft(scene)
    keys = {shade: sent(scene, draft.id, marked(shade), f"{shade}.jpg", piece=200_000) for shade in (40, 120, 200)}
    order = [120, 200, 40]
    upload = incoming.finish_document(
        draft.id, "M01", [keys[shade] for shade in order], filename="毕业证书", by=scene.clerk
    )
    assert (upload.filename, upload.file.media_type, upload.file.pages) == ("毕业证书.pdf", "application/pdf", 3)
    assert upload.accepted
    assert shades_of(upload) == order
    assert uploads_kept() == 1


def test_a_document_finished_twice_is_the_same_upload(scene: Scene) -> None:
    draft = a_draft(scene)
    keys = [sent(scene, draft.id, marked(shade), piece=500_000) for shade in (40, 120)]
    first = incoming.finish_document(draft.id, "M01", keys, filename="a", by=scene.clerk).id
    assert incoming.finish_document(draft.id, "M01", keys, filename="a", by=scene.clerk).id == first
    third = sent(scene, draft.id, marked(200), piece=500_000)
    with pytest.raises(Conflict):  # one of them with another page is not that document
        incoming.finish_document(draft.id, "M01", [keys[0], third], filename="a", by=scene.clerk)


def test_a_photo_taken_sideways_stands_upright_in_the_document(scene: Scene) -> None:
    draft = a_draft(scene)
    page = pages.letter(1400, files.rng(3))
    exif = Image.Exif()
    exif[0x0112] = 6  # held sideways: to be turned by a quarter
    content = files.saved(page.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif)
    key = sent(scene, draft.id, content, piece=500_000)
    upload = incoming.finish_document(draft.id, "M01", [key], filename="a", by=scene.clerk)
    (drawn,) = draw_pages(places.store().path(upload.sha256), longest_side=1400, at_most=9)
    assert drawn.image.height > drawn.image.width
    assert upload.accepted
    assert b"Exif" not in places.store().path(upload.sha256).read_bytes()


def test_a_blurred_page_of_a_document_is_named_by_its_number(scene: Scene) -> None:
    draft = a_draft(scene)
    good = files.saved(photo(1), "JPEG", quality=90)
    blurred = files.saved(pages.blurred(photo(2), 9), "JPEG", quality=90)
    keys = [sent(scene, draft.id, content, piece=900_000) for content in (good, blurred)]
    upload = incoming.finish_document(draft.id, "M01", keys, filename="a", by=scene.clerk)
    found = db.session.scalars(select(MaterialCheck).where(MaterialCheck.upload_id == upload.id)).all()
    assert [(check.code, check.page, check.severity) for check in found] == [("blur", 2, "blocking")]
    assert not upload.accepted


def test_a_page_that_is_no_picture_is_named_and_nothing_is_kept(scene: Scene) -> None:
    draft = a_draft(scene)
    good = sent(scene, draft.id, marked(40), piece=500_000)
    for bad in (files.jpeg()[: len(files.jpeg()) // 2], b"MZ no picture", files.scan_pdf(1)):
        key = sent(scene, draft.id, bad, piece=500_000)
        with pytest.raises(Refused, match="Page 2"):
            incoming.finish_document(draft.id, "M01", [good, key], filename="a", by=scene.clerk)
    assert uploads_kept() == 0
    alone = incoming.finish_document(draft.id, "M01", [good], filename="a", by=scene.clerk)
    assert alone.accepted  # the good page is still there and can be gone on with


def test_a_document_takes_no_pages_of_another_application_or_person(scene: Scene) -> None:
    draft = a_draft(scene)
    key = announced(scene, draft.id, files.jpeg(), code="M02")
    with pytest.raises(NotFound):
        incoming.finish_document(draft.id, "M01", [key], filename="a", by=scene.clerk)
    colleague = acting(an_account("colleague", ("clerk", scene.unit, Reach.UNIT)))
    own = sent(scene, draft.id, files.jpeg())
    with pytest.raises(NotFound):
        incoming.finish_document(draft.id, "M01", [own], filename="a", by=colleague)


def test_many_large_photos_stay_below_the_limit_of_the_material(scene: Scene, tmp_path: Path) -> None:
    from app.materials.documents import bind

    noise = Image.effect_noise((2000, 2600), 90).convert("RGB")  # packs as badly as any photo can
    place = tmp_path / "noise.jpg"
    noise.save(place, "JPEG", quality=95)
    limit = 6 * place.stat().st_size // 3
    with bind([place] * 3, limit_bytes=limit) as document:
        assert len(document.read()) <= limit
