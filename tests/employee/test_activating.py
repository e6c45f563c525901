"""Activation: who holds number, name and code opens an account once; nobody else learns anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access import service
from app.access.activation_codes import LASTS
from app.access.service import NotActivated
from app.errors import Conflict, Invalid, NotFound
from models import Account, Activation, AuditEvent, RoleGrant, db
from models.activations import ActivationWay
from models.staff import StaffState
from tests.access.browsing import is_in, log_in, send, somebody, token_on
from tests.employee.people import PASSWORD, VISITOR, a_claim, a_number, a_school, activated, code_sent
from tests.factories import Reach, a_unit, acting, an_account, an_employee

WRONG = "Identity number, name and code do not fit together."


def test_who_holds_the_slip_gets_an_account_that_reaches_their_own_wage_alone(app: Flask) -> None:
    school = a_school()
    done = activated(school)
    account = db.session.scalars(select(Account).where(Account.staff_id == school.person.id)).one()
    grants = db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id)).all()
    assert [(one.role, one.reach, one.unit_id) for one in grants] == [("employee", Reach.SELF, None)]
    assert account.username == done.username == school.person.staff_no.lower()
    assert not account.must_change_password
    assert account.last_login_at is not None
    client = app.test_client()
    assert log_in(client, done.username, PASSWORD).status_code == 302
    assert client.get("/my-wage").status_code == 200


def test_the_code_is_kept_as_a_hash_alone(app: Flask) -> None:
    handed = service.issue_code((school := a_school()).person.id, by=school.clerk)
    kept = db.session.scalars(select(Activation)).one()
    assert kept.code_hash.startswith("$argon2")
    plain = handed.code.replace("-", "")
    for event in db.session.scalars(select(AuditEvent)):
        assert handed.code not in str((event.after, event.note))
        assert plain not in str((event.after, event.note))


@pytest.mark.parametrize("typed", ["lower", "blanks", "name"])
def test_small_letters_blanks_and_the_dot_of_a_name_do_not_matter(app: Flask, typed: str) -> None:
    school = a_school()
    code = service.issue_code(school.person.id, by=school.clerk).code
    claim = {
        "lower": a_claim(code.lower().replace("-", "")),
        "blanks": a_claim(f" {code[:3]} {code[3:]} ", number=f" {a_number()[:6]} {a_number()[6:].lower()}"),
        "name": a_claim(code, name="欧阳·海 燕"),
    }[typed]
    assert service.activate(claim, visitor=VISITOR).username


@pytest.mark.parametrize(
    "instead",
    [
        {"code": "22222-22222"}, {"name": "欧阳海"}, {"number": a_number(21)},
        {"number": a_number(21), "name": "无此人", "code": "22222-22222"},
    ],
    ids=["guess", "name", "another number", "nobody"],
)  # fmt: skip
def test_whatever_is_wrong_the_sentence_is_the_same(app: Flask, instead: dict[str, str]) -> None:
    school = a_school()
    an_employee(school.unit, "另一个人", id_number=a_number(21))
    code = service.issue_code(school.person.id, by=school.clerk).code
    with pytest.raises(NotActivated) as refused:
        service.activate(a_claim(code, **{key: value for key, value in instead.items() if key != "code"})
                         if "code" not in instead else a_claim(**instead), visitor=VISITOR)  # fmt: skip
    assert refused.value.message.msgid == WRONG
    assert db.session.scalar(select(Account.id).where(Account.staff_id == school.person.id)) is None


def test_a_code_opens_once_and_says_so_to_who_held_it(app: Flask) -> None:
    school = a_school()
    code = service.issue_code(school.person.id, by=school.clerk).code
    service.activate(a_claim(code), visitor=VISITOR)
    with pytest.raises(NotActivated, match="used already"):
        service.activate(a_claim(code), visitor=VISITOR)
    with pytest.raises(NotActivated, match="do not fit"):
        service.activate(a_claim(code, name="别人"), visitor=VISITOR)


@pytest.mark.parametrize("way", list(ActivationWay))
def test_a_code_expires(app: Flask, way: ActivationWay) -> None:
    school = a_school()
    school.person.phone = "13800001234"
    db.session.commit()
    code = service.issue_code(school.person.id, by=school.clerk, way=way).code or code_sent()
    with clock.frozen(clock.now() + LASTS[way]), pytest.raises(NotActivated, match="expired"):
        service.activate(a_claim(code), visitor=VISITOR)
    with clock.frozen(clock.now() + LASTS[way] - timedelta(seconds=1)):
        assert service.activate(a_claim(code), visitor=VISITOR).username


def test_a_new_code_ends_the_one_before(app: Flask) -> None:
    school = a_school()
    first = service.issue_code(school.person.id, by=school.clerk).code
    second = service.issue_code(school.person.id, by=school.clerk).code
    with pytest.raises(NotActivated, match="do not fit"):
        service.activate(a_claim(first), visitor=VISITOR)
    assert service.activate(a_claim(second), visitor=VISITOR).username


def test_a_lost_password_is_replaced_by_a_new_code_and_old_sessions_end(app: Flask) -> None:
    school = a_school()
    first = activated(school)
    client = app.test_client()
    assert log_in(client, first.username, PASSWORD).status_code == 302
    handed = service.issue_code(school.person.id, by=school.clerk)
    assert handed.again
    other = "夏天的风吹过稻田与河"
    done = service.activate(a_claim(handed.code, password=other + "xyz", repeated=other + "xyz"), visitor=VISITOR)
    assert done.again
    assert not is_in(client)
    assert log_in(app.test_client(), first.username, PASSWORD).status_code == 401
    assert log_in(app.test_client(), first.username, other + "xyz").status_code == 302


def test_the_unit_makes_no_code_for_an_account_that_holds_other_tasks(app: Flask) -> None:
    school = a_school()
    an_account("the-head", ("head", school.unit, Reach.UNIT), staff=school.person)
    with pytest.raises(Conflict, match="other tasks"):
        service.issue_code(school.person.id, by=school.clerk)


def test_a_role_given_meanwhile_closes_the_way_by_code(app: Flask) -> None:
    school = a_school()
    activated(school)
    code = service.issue_code(school.person.id, by=school.clerk).code
    account = db.session.scalars(select(Account).where(Account.staff_id == school.person.id)).one()
    db.session.add(
        RoleGrant(account_id=account.id, role="head", unit_id=school.unit.id, reach=Reach.UNIT,
                  valid_from=clock.today(), created_at=clock.now())
    )  # fmt: skip
    db.session.commit()
    before = account.password_hash
    with pytest.raises(Conflict, match="other tasks"):
        service.activate(a_claim(code), visitor=VISITOR)
    db.session.expire_all()
    assert account.password_hash == before


def test_no_code_for_who_has_left_nor_for_who_is_out_of_reach(app: Flask) -> None:
    school = a_school()
    elsewhere = acting(an_account("other-clerk", ("clerk", a_unit(), Reach.UNIT)))
    with pytest.raises(NotFound):
        service.issue_code(school.person.id, by=elsewhere)
    school.person.state, school.person.left_on = StaffState.ENDED, clock.today()
    db.session.commit()
    with pytest.raises(Conflict, match="has left"):
        service.issue_code(school.person.id, by=school.clerk)


@pytest.mark.parametrize(
    ("instead", "field"),
    [
        ({"number": "360102198806120"}, "number"), ({"number": a_number()[:-1] + "?"}, "number"),
        ({"name": " "}, "name"), ({"code": "K7QM2"}, "code"), ({"code": "K7QM2-9RTX0"}, "code"),
        ({"password": "short"}, "password"), ({"repeated": "x"}, "repeated"),
        ({"password": "欧阳海燕的密码是什么呢好吗", "repeated": "欧阳海燕的密码是什么呢好吗"}, "password"),
        ({"password": a_number() + "!", "repeated": a_number() + "!"}, "password"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_named_at_its_place_and_costs_no_attempt(
    app: Flask, instead: dict[str, str], field: str
) -> None:
    for _ in range(8):
        with pytest.raises(Invalid) as refused:
            service.activate(a_claim(**{"code": "22222-22222"} | instead), visitor=VISITOR)
        assert field in refused.value.fields


def test_the_clerk_gets_a_slip_and_the_page_takes_what_stands_on_it(app: Flask) -> None:
    school = a_school()
    clerk = somebody(app, "roster-clerk")
    assert f"/roster/{school.person.id}/activation" in clerk.get("/roster").text
    slip = send(clerk, f"/roster/{school.person.id}/activation", page="/roster").text
    code = slip.split('class="activation-code">')[1].split("<")[0]
    assert code not in slip.split("data:image/svg")[1].split('"')[0]
    phone = app.test_client()
    form = {"number": a_number(), "name": "欧阳海燕", "code": code, "password": PASSWORD, "repeated": PASSWORD}
    token = token_on(phone.get("/activate"))
    missed = phone.post("/activate", data={"csrf_token": token, **form, "name": "欧阳"})
    assert missed.status_code == 401
    for typed in (a_number(), "欧阳", code):  # nothing typed is lost but the password, which no page repeats
        assert f'value="{typed}"' in missed.text
    assert PASSWORD not in missed.text
    done = phone.post("/activate", data={"csrf_token": token, **form})
    assert (done.status_code, done.location) == (302, "/factors?welcome=1")
    assert is_in(phone)


def test_an_activation_can_be_seen_in_the_audit_of_the_person(app: Flask) -> None:
    school = a_school()
    activated(school)
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"activation:issue", "account:create", "grant:give", "account:activate"} <= actions
