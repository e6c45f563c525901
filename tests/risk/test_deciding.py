"""Rules about how decisions come about: one pair of people, one matter in several applications."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from flask import Flask
from sqlalchemy import insert, select

from app import clock
from app.risk.deciding import chance_of
from app.risk.service import look
from models import Account, Application, ApplicationEmployee, Case, Decision, Unit, db
from tests.factories import Reach, a_unit, an_account
from tests.fund_cases.factories import NIGHT
from tests.workflow.factories import City, a_city, a_new_hire, filed

_numbers = count(1)
UNTIL = date(2018, 4, 1)
BEGIN = datetime(2018, 2, 5, 9, tzinfo=clock.SHANGHAI)


def copies(of: Application, many: int, *, unit: Unit, clerk: Account, fen: int = 0, hours: int = 3) -> list[int]:
    """More applications like this one, of a unit and its clerk, filed some hours after one another."""
    columns = [one.name for one in Application.__table__.columns if one.name not in ("id", "number")]
    shared = {name: getattr(of, name) for name in columns}
    made = []
    for place in range(many):
        at = BEGIN + timedelta(hours=hours * place)
        own = {
            "number": f"GZ2018-9{next(_numbers):05d}", "unit_id": unit.id, "created_by_id": clerk.id,
            "submitted_by_id": clerk.id, "created_at": at, "submitted_at": at,
        }  # fmt: skip
        made.append(
            db.session.execute(insert(Application).values({**shared, **own}).returning(Application.id)).scalar_one()
        )
        db.session.execute(
            insert(ApplicationEmployee).values(
                application_id=made[-1], staff_id=of.employees[0].staff_id, before_fen=0, after_fen=0,
                back_pay_fen=fen,
            )
        )  # fmt: skip
    db.session.commit()
    return made


def decided(application_ids: list[int], deciders: list[Account]) -> None:
    """Each application decided at one step, by these people in turn."""
    db.session.execute(
        insert(Decision),
        [{"application_id": one, "round": 1, "step_position": 3, "step_key": "hr_first_review", "outcome": "APPROVED",
          "note": "", "decided_by_id": deciders[place % len(deciders)].id, "decided_at": BEGIN, "seat": 1}
         for place, one in enumerate(application_ids)],
    )  # fmt: skip
    db.session.commit()


def a_bureau() -> tuple[City, Application, list[Account]]:
    city = a_city()
    reviewers = [an_account(f"reviewer-{number}", ("reviewer", None, Reach.ALL)) for number in range(3)]
    return city, filed(city, a_new_hire(city)), reviewers


def cases(rule: str) -> list[Case]:
    look(rule, until=UNTIL, by=NIGHT)
    return list(db.session.scalars(select(Case).where(Case.rule == rule)))


def test_one_reviewer_who_decides_nearly_all_of_one_clerk_is_a_case_of_both(app: Flask) -> None:
    city, like, reviewers = a_bureau()
    for number in range(3):
        clerk = an_account(f"honest-{number}", ("clerk", city.other, Reach.UNIT))
        decided(copies(like, 15, unit=city.other, clerk=clerk), reviewers)
    friend = an_account("friend", ("clerk", city.school, Reach.UNIT))
    decided(copies(like, 14, unit=city.school, clerk=friend), reviewers[:1])
    [case] = cases("one-pair")
    assert (case.unit_id, case.accounts) == (city.school.id, [reviewers[0].id, friend.id])


def test_reviewers_who_share_the_units_out_are_no_case(app: Flask) -> None:
    _city, like, reviewers = a_bureau()
    for number in range(6):
        unit = a_unit()
        clerk = an_account(f"honest-{number}", ("clerk", unit, Reach.UNIT))
        decided(copies(like, 14, unit=unit, clerk=clerk), [reviewers[number % 3]])
    assert cases("one-pair") == []


def test_chance_is_that_of_drawing_by_share() -> None:
    assert abs(chance_of(0, 5, 0.3) - 1) < 1e-9
    assert abs(chance_of(2, 2, 0.5) - 0.25) < 1e-9
    assert chance_of(14, 14, 1 / 3) < 1e-6


def test_applications_just_below_the_limit_one_after_another_are_a_case(app: Flask) -> None:
    city, like, _ = a_bureau()
    clerk = an_account("splitter", ("clerk", city.school, Reach.UNIT))
    ids = copies(like, 4, unit=city.school, clerk=clerk, fen=950_000, hours=20)
    copies(like, 4, unit=city.other, clerk=clerk, fen=300_000, hours=20)
    [case] = cases("split")
    assert [piece["place"]["id"] for piece in case.evidence] == ids
    assert cases("split")[0].times_opened == 1


def test_applications_just_below_the_limit_months_apart_are_none(app: Flask) -> None:
    city, like, _ = a_bureau()
    clerk = an_account("patient", ("clerk", city.school, Reach.UNIT))
    copies(like, 3, unit=city.school, clerk=clerk, fen=950_000, hours=24 * 18)
    assert cases("split") == []
