"""A small city with one item of each effect, the people who decide, and applications in any state, for these tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, system
from app.pay import queries as pay
from app.pay.events import Event, event_from_json
from app.pay.recording import rewrite
from app.pay.replay import replay
from app.uow import transaction
from app.workflow import service
from models import (
    Answer,
    Application,
    ApplicationEmployee,
    CareerEvent,
    ItemField,
    ItemMaterial,
    ItemStep,
    ItemVersion,
    ServiceItem,
    Staff,
    Unit,
    db,
)
from models.items import Necessity, VersionState
from models.staff import StaffState
from tests.factories import Reach, a_unit, acting, an_account, an_employee

_numbers = count(1)
STEPS = (
    ("unit_confirm", "application:confirm", 2, None),
    ("competent_review", "application:review", 3, {"fact": "unit.supervised", "op": "eq", "value": False}),
    ("hr_first_review", "application:first_review", 3, None),
    ("hr_second_review", "application:recheck", 2, None),
    ("decision", "application:approve", 2, None),
)
FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "new_hire": (
        ("joined_on", "date"),
        ("education", "education"),
        ("occupation", "choice"),
        ("graduation_year", "year"),
    ),
    "grading": (("graded_on", "date"), ("post", "post"), ("extra_grades", "integer")),
    "increment": (("assessment_year", "year"), ("result", "assessment")),
    "post_appointment": (("appointed_on", "date"), ("post", "post")),
}
MAPS: dict[str, dict[str, str]] = {
    "new_hire": {"day": "joined_on", "education": "education", "occupation": "occupation"},
    "grading": {"day": "graded_on", "post": "post", "extra_grades": "extra_grades"},
    "increment": {"year": "assessment_year", "result": "result"},
    "post_appointment": {"day": "appointed_on", "post": "post"},
}


@dataclass
class City:
    """A school under a department, another unit beside it, and one person for each task."""

    department: Unit
    school: Unit
    other: Unit
    people: dict[str, Actor] = field(default_factory=dict)
    versions: dict[str, ItemVersion] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def deciders(self, application: Application) -> list[Actor]:
        """Who decides, step by step."""
        return [self.head, self.department_reviewer, self.reviewer, self.rechecker, self.approver]


def a_city() -> City:
    department = a_unit("市教育局")
    school = a_unit("市第一中学", parent=department)
    other = a_unit("市图书馆")
    city = City(department, school, other)
    for name, role, unit, reach in (
        ("clerk", "clerk", school, Reach.UNIT),
        ("head", "head", school, Reach.UNIT),
        ("other_clerk", "clerk", other, Reach.UNIT),
        ("other_head", "head", other, Reach.UNIT),
        ("department_reviewer", "department", department, Reach.SUBTREE),
        ("reviewer", "reviewer", None, Reach.ALL),
        ("reviewer_2", "reviewer", None, Reach.ALL),
        ("rechecker", "rechecker", None, Reach.ALL),
        ("approver", "approver", None, Reach.ALL),
        ("approver_2", "approver", None, Reach.ALL),
        ("finance", "finance", None, Reach.ALL),
        ("auditor", "auditor", None, Reach.ALL),
    ):
        city.people[name] = acting(an_account(name, (role, unit, reach)))
    for effect in FIELDS:
        city.versions[effect] = an_item(effect)
    return city


def an_item(effect: str | None) -> ItemVersion:
    """A published item of its own with the five steps."""
    number = next(_numbers)
    item = ServiceItem(code=f"TEST-{number:04d}", name_zh="测试事项", name_en="Test item")
    version = ItemVersion(
        item=item, number=1, state=VersionState.PUBLISHED, elements={}, staff_types=["INSTITUTION"], effect=effect,
        effect_map=MAPS.get(effect or "", {}), promised_days=12, created_at=clock.now(), published_at=clock.now(),
    )  # fmt: skip
    version.fields = [
        ItemField(position=place, key=key, type=kind, label_zh=key, label_en=key, required=True, options={})
        for place, (key, kind) in enumerate(FIELDS.get(effect or "", ()), start=1)
    ]
    version.materials = [
        ItemMaterial(
            position=1, code="M01", name_zh="聘用合同", name_en="Contract", form="original_scan",
            necessity=Necessity.REQUIRED, accepts=["image/jpeg"], severities={}, elements={},
        )
    ]  # fmt: skip
    version.steps = [
        ItemStep(position=place, key=key, name_zh=key, name_en=key, permission=permission, limit_days=days,
                 skip_condition=skip)
        for place, (key, permission, days, skip) in enumerate(STEPS, start=1)
    ]  # fmt: skip
    db.session.add_all([item, version])
    db.session.commit()
    return version


def a_draft(
    city: City, staff: Staff, effect: str = "new_hire", *, by: Actor | None = None, **answers: Any
) -> Application:
    """A draft with its answers, for one employee."""
    version, by = city.versions[effect], by or city.clerk
    now = clock.now()
    application = Application(
        number=f"T{next(_numbers):06d}", item_id=version.item_id, item_version_id=version.id, unit_id=staff.unit_id,
        title=staff.name, created_by_id=by.account_id, created_at=now, changed_at=now,
    )  # fmt: skip
    application.employees = [ApplicationEmployee(staff_id=staff.id)]
    db.session.add(application)
    db.session.flush()
    db.session.add_all(
        Answer(application_id=application.id, key=key, value=value, changed_at=now) for key, value in answers.items()
    )
    db.session.commit()
    return application


def a_new_hire(city: City, **changes: Any) -> Application:
    """A draft for somebody who joined on 1 April 2018 with a bachelor's degree."""
    staff = an_employee(changes.pop("unit", city.school))
    return a_draft(
        city,
        staff,
        "new_hire",
        by=changes.pop("by", None),
        **{"joined_on": "2018-04-01", "education": "BACHELOR", **changes},
    )


def many_new_hires(city: City, number: int) -> list[Application]:
    """Drafts like `a_new_hire`, many in one transaction."""
    first, now = an_employee(city.school), clock.now()
    columns = [column.key for column in Staff.__table__.columns if column.key != "id"]
    version = city.versions["new_hire"]
    drafts = []
    for place in range(number):
        values = {name: getattr(first, name) for name in columns}
        values |= {"staff_no": f"M{first.id}-{place}", "id_number_index": f"{first.id}-{place}"}
        staff = Staff(**values)
        application = Application(
            number=f"M{next(_numbers):06d}", item_id=version.item_id, item_version_id=version.id,
            unit_id=first.unit_id, title=first.name, created_by_id=city.clerk.account_id, created_at=now,
            changed_at=now,
        )  # fmt: skip
        application.employees = [ApplicationEmployee(staff=staff)]
        drafts.append(application)
    db.session.add_all(drafts)
    db.session.flush()
    db.session.add_all(
        Answer(application_id=draft.id, key=key, value=value, changed_at=now)
        for draft in drafts
        for key, value in (("joined_on", "2018-04-01"), ("education", "BACHELOR"))
    )
    db.session.commit()
    return drafts


def filed(city: City, application: Application, *, by: Actor | None = None) -> Application:
    """The application, submitted."""
    service.enter_review(application, by=by or city.clerk)
    return fresh(application)


def passed(city: City, application: Application, *, steps: int) -> Application:
    """The application after `steps` approvals, each by the one whose step it is."""
    for decider in city.deciders(application)[:steps]:
        service.approve(application.id, by=decider, revision=fresh(application).revision)
    return fresh(application)


def at_last_step(city: City, application: Application | None = None) -> Application:
    return passed(city, filed(city, application or a_new_hire(city)), steps=4)


def approved(city: City, application: Application | None = None) -> Application:
    return passed(city, filed(city, application or a_new_hire(city)), steps=5)


def fresh(application: Application) -> Application:
    """The row as the database has it now."""
    db.session.rollback()
    found = db.session.get(Application, application.id, populate_existing=True)
    assert found is not None
    return found


def an_employee_with_career(unit: Unit, *events: dict[str, Any], **values: Any) -> Staff:
    """Somebody with a wage: events in the career format, and the chain that follows from them until now."""
    values.setdefault("work_start", date(2010, 7, 1))
    staff = an_employee(unit, state=StaffState.ACTIVE, **values)
    with transaction():
        kept: list[Event] = []
        for place, event in enumerate(events):
            read = event_from_json({"id": f"x{place}", **event})
            row = CareerEvent(staff_id=staff.id, created_at=clock.now(), **pay.kept_event(read))
            db.session.add(row)
            db.session.flush()
            kept.append(pay.read_event(row))
        career = replay(pay.person_of(staff), kept, until=clock.today().replace(day=1))
        rewrite(staff, career, [], [], {})
        staff.post = career.state_in(clock.today()).get("post")
    return staff


def count_of(model: type[Any], **values: Any) -> int:
    return len(db.session.scalars(select(model).filter_by(**values)).all())


__all__ = ["City", "a_city", "a_draft", "a_new_hire", "approved", "at_last_step", "filed", "fresh", "passed", "system"]
