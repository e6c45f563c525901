"""Progress by number and code: for whoever holds both, and for nobody else; wrong ones are answered alike."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.documents import checking, codes
from app.documents import queries as documents
from app.errors import NotFound, TooMany
from app.public.progress import code_for, look_up
from models import Application, db
from models.applications import ApplicationState
from tests.statements import counted

ADDRESS = "192.0.2.7"


def _filed(state: str = ApplicationState.IN_REVIEW) -> Application:
    return db.session.scalars(select(Application).where(Application.state == state).order_by(Application.id)).first()  # type: ignore[return-value]


def _code(application: Application) -> str:
    code = code_for(application.id, application.number)
    assert code is not None
    return code


def test_number_and_code_open_progress_without_names(demo_city: Flask) -> None:
    filed = _filed()
    found = look_up(filed.number, _code(filed), address=ADDRESS)
    assert found.number == filed.number
    assert [one.standing for one in found.steps].count("here") == 1
    visitor = demo_city.test_client()
    page = _send(visitor, filed.number, _code(filed).lower())
    assert page.status_code == 200
    assert filed.number in page.text
    assert all(one.staff.name not in page.text for one in filed.employees)
    assert page.headers["Cache-Control"] == "no-store"


def test_the_check_code_of_a_print_opens_it_too(demo_city: Flask) -> None:
    filed = _filed()
    printed = codes.code_of(checking.APPLICATION, filed.id, documents.standings_of(filed.id)[-1].key)
    assert printed is not None
    assert look_up(filed.number, printed, address=ADDRESS).number == filed.number


@pytest.mark.parametrize("code", ["", "22222-22222", "x" * 10_000, "'; --", "ABCDE-FGHJK", "\x00"])
def test_wrong_codes_and_numbers_that_do_not_exist_are_answered_alike(demo_city: Flask, code: str) -> None:
    answers: list[tuple[str, str, int]] = []
    for number in (_filed().number, "GZ2018-999999", "", "%", "x" * 10_000):
        with pytest.raises(NotFound) as refused, counted() as sent:
            look_up(number, code, address=f"192.0.2.{len(answers)}")
        answers.append((str(refused.value), str(refused.value.remedy), len(sent)))
    assert len(set(answers)) == 1


def test_the_code_of_another_application_does_not_open_this_one(demo_city: Flask) -> None:
    mine, other = db.session.scalars(
        select(Application).where(Application.state == ApplicationState.IN_REVIEW).limit(2)
    ).all()  # fmt: skip
    with pytest.raises(NotFound):
        look_up(mine.number, _code(other), address=ADDRESS)


def test_a_draft_is_not_told_of(demo_city: Flask) -> None:
    draft = _filed(ApplicationState.DRAFT)
    with pytest.raises(NotFound):
        look_up(draft.number, _code(draft), address=ADDRESS)


def test_guessing_is_limited_by_number_and_by_address_in_the_database(demo_city: Flask) -> None:
    filed = _filed()
    for number in range(10):
        with pytest.raises(NotFound):
            look_up(filed.number, "22222-22222", address=f"198.51.100.{number}")
    with pytest.raises(TooMany):
        look_up(filed.number, _code(filed), address="198.51.100.77")
    for _ in range(20):
        with pytest.raises(NotFound):
            look_up(f"GZ2018-9{_:05d}", "22222-22222", address="203.0.113.5")
    with pytest.raises(TooMany):
        look_up("GZ2018-900099", "22222-22222", address="203.0.113.5")


def test_looking_up_ones_own_again_and_again_is_no_guessing(demo_city: Flask) -> None:
    filed = _filed()
    seen = [look_up(filed.number, _code(filed), address=ADDRESS) for _ in range(30)]
    assert {one.number for one in seen} == {filed.number}
    with pytest.raises(NotFound):  # and no attempt was used up by it: the first wrong one is only wrong
        look_up(filed.number, "22222-22222", address=ADDRESS)


def test_the_code_stands_on_the_page_of_whoever_filed(demo_city: Flask) -> None:
    from app.public.pages import progress_code

    filed, draft = _filed(), _filed(ApplicationState.DRAFT)
    assert progress_code(filed) == _code(filed)
    assert progress_code(draft) is None


def _send(visitor: FlaskClient, number: str, code: str):  # type: ignore[no-untyped-def]
    form = visitor.get("/guide/zh/progress").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    return visitor.post(
        "/guide/zh/progress", data={"csrf_token": token.group(1), "number": number, "code": code}
    )  # fmt: skip
