"""A unit with its clerk, head, department and bureau, and applications in the states that tests need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from app.access.actor import Actor
from app.applications import queries, service
from app.materials import service as materials
from models import Account, Application, Staff, Unit, db
from models.accounts import Reach
from tests.factories import a_unit, acting, an_account, an_employee
from tests.materials import files

NEW_HIRE = "NCGZ-01"
PEOPLE = ("clerk", "head", "department", "reviewer", "rechecker", "approver", "finance")


@dataclass
class Scene:
    """Everybody who takes part, as accounts and as actors."""

    department_unit: Unit
    unit: Unit
    staff: Staff
    accounts: dict[str, Account]

    def __getattr__(self, name: str) -> Actor:
        if name in PEOPLE or name in self.accounts:
            return acting(self.accounts[name])
        raise AttributeError(name)


def a_scene() -> Scene:
    """A school under the education bureau, with one new employee who has no wage yet."""
    above = a_unit("演示市教育局")
    unit = a_unit("演示第一中学", parent=above)
    staff = an_employee(unit, "陈静", joined_on=date(2018, 3, 1), work_start=date(2018, 3, 1), education="BACHELOR")
    accounts = {
        "clerk": an_account("clerk", ("clerk", unit, Reach.UNIT)),
        "head": an_account("head", ("head", unit, Reach.UNIT)),
        "department": an_account("department", ("department", above, Reach.SUBTREE)),
        **{
            name: an_account(name, (name, None, Reach.ALL)) for name in ("reviewer", "rechecker", "approver", "finance")
        },
    }
    return Scene(above, unit, staff, accounts)


def a_draft(scene: Scene, **answers: Any) -> Application:
    """A new hire's application, begun by the clerk."""
    application = service.start(NEW_HIRE, staff_id=scene.staff.id, by=scene.clerk)
    if answers:
        application = service.save_answers(application.id, answers, by=scene.clerk, revision=application.revision)
    return application


def add(scene: Scene, application_id: int, code: str, content: bytes | None = None, name: str = "scan.jpg") -> Any:
    """Send one file for one material, as the clerk."""
    return materials.receive(
        application_id, code, BytesIO(files.jpeg() if content is None else content), filename=name, by=scene.clerk
    )


def ready(scene: Scene) -> Application:
    """A draft with every answer and every material that is needed."""
    application = a_draft(scene, graduation_year="2017")
    sheet = queries.sheet(queries.opened(scene.clerk, application.id))
    for line in sheet.needed:
        if not line.shared and not line.accepted:
            for _ in range(line.material.min_pages):
                add(scene, application.id, line.code)
    db.session.expire_all()
    return application


def filed(scene: Scene, key: str | None = None) -> Application:
    """An application that the clerk has submitted."""
    application = ready(scene)
    service.submit(application.id, by=scene.clerk, revision=application.revision, key=key)
    db.session.expire_all()
    return application
