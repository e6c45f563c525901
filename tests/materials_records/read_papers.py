"""Papers as the recogniser hands them over: their lines with places, so that a test need not have one recognised."""

from __future__ import annotations

from itertools import count

from app import clock
from app.access.actor import Actor
from app.applications import queries, service
from app.materials import saying
from app.materials.recognising import Recognised
from app.materials.written import Line, ReadPage
from app.uow import transaction
from models import Application, MaterialReading, StoredFile, Upload, db
from tests.applications.scene import Scene, a_draft

_CONTENTS = count(1)


def sent(scene: Scene, application_id: int, code: str, *, pages: int = 1) -> Upload:
    """A file that was accepted for a material, without having been examined: these tests are about what it says."""
    sha256 = f"{next(_CONTENTS):064x}"
    with transaction():
        db.session.add(
            StoredFile(sha256=sha256, size=1000, media_type="image/jpeg", pages=pages, stored_at=clock.now())
        )
        db.session.flush()
        upload = Upload(
            application_id=application_id, material_code=code, position=1, sha256=sha256, filename=f"{code}.jpg",
            accepted=True, checker_version="1", uploaded_by_id=scene.accounts["clerk"].id, uploaded_at=clock.now(),
            sheets=[],
        )  # fmt: skip
        db.session.add(upload)
    return upload


def filed(scene: Scene, **answers: str) -> Application:
    """An application with every answer and material, submitted by the clerk."""
    draft = a_draft(scene, **{"graduation_year": "2017", **answers})
    sheet = queries.sheet(queries.opened(scene.clerk, draft.id))
    for line in sheet.needed:
        if not line.shared:
            sent(scene, draft.id, line.code, pages=line.material.min_pages)
    db.session.expire_all()
    service.submit(draft.id, by=scene.clerk, revision=db.session.get_one(Application, draft.id).revision, key=None)
    db.session.expire_all()
    return db.session.get_one(Application, draft.id)


def page(*lines: str, sure: float = 0.97, turn: int = 0, number: int = 1) -> ReadPage:
    """A page whose first line is its title, in tall letters; the others follow below it."""
    found = []
    for place, text in enumerate(lines):
        tall = 0.05 if place == 0 else 0.022
        wide = min(0.9, len(text) * tall * 0.75)
        left, top = (0.5 - wide / 2 if place == 0 else 0.1), 0.08 + 0.06 * place
        found.append(Line(text, (left, top, left + wide, top + tall), (sure,) * len(text)))
    return ReadPage(number, turn, tuple(found), len(found))


def diploma(name: str = "陈静", *, day: str = "2017年7月1日", sure: float = 0.97) -> ReadPage:
    """A diploma of this person, of this day."""
    return page(
        "普通高等学校毕业证书",
        f"学生{name}，性别女，一九九五年三月二日生，",
        "在本校汉语言文学专业四年制本科学习，修完教学计划规定的全部课程，成绩合格，准予毕业。",
        "证书编号：105741201705001234",
        day,
        sure=sure,
    )


def appointment(name: str = "陈静", *, day: str = "2018年3月5日") -> ReadPage:
    """A document by which this person is appointed."""
    return page(
        f"关于{name}同志任职的通知",
        "演教人发〔2018〕12号",
        f"经研究决定，聘任{name}同志为一级教师，任职时间从{day}起。",
        "特此通知。",
    )


def identity_card(name: str, number: str, *, valid_to: str = "2030.01.01") -> ReadPage:
    """An identity card."""
    return page("中华人民共和国居民身份证", f"姓名{name}", f"公民身份号码{number}", f"有效期限2010.01.01-{valid_to}")


def keep(upload: Upload, *pages: ReadPage, by: Actor) -> MaterialReading:
    """Write down what stands on the pages of an upload, as the queue does."""
    with transaction():
        row, _found = saying.keep(upload, Recognised(tuple(pages)), by=by)
    return row
