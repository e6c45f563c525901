"""Phone links: opened once, on one device, for a short time, and never for more than the files of one application."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.access import policy
from app.access import service as access
from app.access.permissions import PERMISSIONS
from app.applications import queries as applications
from app.applications import service as filing
from app.errors import Conflict, NotFound, TooMany
from app.materials import queries as files
from app.materials import service as materials
from app.phone import queries, service
from app.phone.rules import ONCE_OPENED, TO_OPEN, LinkGone, Standing
from models import Account, AuditEvent, PhoneLink, RoleGrant, Staff, Upload, db
from models.accounts import AccountState
from tests.applications.scene import Scene, a_draft, a_scene, add, ready
from tests.conftest import MORNING
from tests.factories import a_unit, acting, an_account, an_employee
from tests.materials.files import jpeg
from tests.phone.scene import VISITOR, a_link, opened, visiting


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def why(link_or_secret: object, *, at_opening: bool = False) -> str:
    """The code of the refusal."""
    come = (lambda text: service.open_on_device(text, visitor=VISITOR)) if at_opening else visiting
    with pytest.raises(LinkGone) as gone:
        come(str(link_or_secret))
    db.session.rollback()
    return gone.value.code


def test_the_database_knows_neither_the_token_nor_the_device(scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    secret = opened(link)
    row = db.session.scalars(select(PhoneLink)).one()
    kept = {str(getattr(row, column.key)) for column in PhoneLink.__table__.columns}
    assert link.token not in kept
    assert secret not in kept
    assert len(link.token) == len(secret) == 43


def test_a_link_is_opened_once(scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    opened(link)
    assert why(link.token, at_opening=True) == "used"


def test_looking_at_a_link_does_not_open_it(scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    for _ in range(3):
        service.look_at(link.token, device_secret=None, visitor=VISITOR)
    assert opened(link)


def test_a_link_waits_ten_minutes_for_its_phone(scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    with clock.frozen(MORNING + TO_OPEN):
        assert why(link.token, at_opening=True) == Standing.EXPIRED
    with clock.frozen(MORNING + TO_OPEN - timedelta(seconds=1)):
        assert opened(link)


def test_an_open_link_lasts_thirty_minutes(scene: Scene) -> None:
    secret = opened(a_link(scene, a_draft(scene)))
    with clock.frozen(MORNING + ONCE_OPENED - timedelta(seconds=1)):
        assert visiting(secret).until == MORNING + ONCE_OPENED
    with clock.frozen(MORNING + ONCE_OPENED):
        assert why(secret) == Standing.OVER


def test_a_newer_link_ends_the_earlier_ones(scene: Scene) -> None:
    draft = a_draft(scene)
    first = a_link(scene, draft)
    secret = opened(first)
    second = a_link(scene, draft)
    assert why(secret) == Standing.REPLACED
    third = a_link(scene, draft)
    assert why(second.token, at_opening=True) == Standing.REPLACED
    assert opened(third)


def test_either_end_closes_it(scene: Scene) -> None:
    draft = a_draft(scene)
    link = a_link(scene, draft)
    secret = opened(link)
    service.close(link.id, by=scene.clerk)
    assert why(secret) == Standing.CLOSED
    secret = opened(a_link(scene, draft))
    service.finish(visiting(secret))
    assert why(secret) == Standing.DONE


def test_who_may_not_send_here_can_neither_make_nor_close(scene: Scene) -> None:
    draft = a_draft(scene)
    link = a_link(scene, draft)
    stranger = acting(an_account("stranger", ("clerk", a_unit("别的学校"), "UNIT")))
    with pytest.raises(NotFound):
        service.make(draft.id, by=stranger)
    with pytest.raises(NotFound):
        service.close(link.id, by=stranger)
    with pytest.raises(NotFound):
        service.make(987654321, by=scene.clerk)
    db.session.rollback()
    assert opened(link)


def test_a_filed_application_gets_no_link(scene: Scene) -> None:
    draft = ready(scene)
    filing.submit(draft.id, by=scene.clerk, revision=draft.revision, key=None)
    with pytest.raises(Conflict):
        a_link(scene, draft)


def test_a_material_that_the_item_does_not_know_gets_no_link(scene: Scene) -> None:
    with pytest.raises(NotFound):
        a_link(scene, a_draft(scene), code="NOPE")


def test_unknown_and_broken_secrets_are_told_apart_from_nothing(scene: Scene) -> None:
    for token in ("", "x", "A" * 43, "A" * 44, "../" * 14 + "A", "一" * 43, "A" * 42 + "\x00"):
        assert why(token, at_opening=True) == "unknown"
        assert why(token) == "none"


def test_guessing_is_stopped_by_address(scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    for number in range(service.GUESSES_PER_ADDRESS):
        assert why(f"{number:043d}", at_opening=True) == "unknown"
    with pytest.raises(TooMany) as wait:
        service.open_on_device(link.token, visitor=VISITOR)
    db.session.rollback()
    assert 0 < wait.value.retry_after <= 15 * 60 + 1
    with clock.frozen(MORNING + service.WINDOW):
        assert why(link.token, at_opening=True) == Standing.EXPIRED


# What the phone may do


def test_it_sends_as_the_maker_and_the_record_says_through_what(scene: Scene) -> None:
    draft = a_draft(scene)
    link = a_link(scene, draft)
    visit = visiting(opened(link))
    upload = materials.receive(draft.id, "M01", BytesIO(jpeg()), filename="a.jpg", by=visit.actor)
    assert upload.uploaded_by_id == scene.accounts["clerk"].id
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "material:upload")).one()
    assert (event.actor_id, event.address, event.note) == (
        scene.accounts["clerk"].id, VISITOR.address, f"through phone link {link.id}",
    )  # fmt: skip
    assert queries.sent_through(link.id).standing == {upload.id}


def test_every_step_is_in_the_audit(scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    service.finish(visiting(opened(link)))
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.record_kind == "phone_link").order_by(AuditEvent.seq)
    ).all()
    assert [event.action for event in events] == ["phone_link:make", "phone_link:open", "phone_link:close"]
    assert events[1].address == VISITOR.address
    assert events[1].after is not None
    assert events[1].after["user_agent"] == VISITOR.user_agent


def test_of_all_that_the_maker_may_only_sending_is_left(scene: Scene) -> None:
    draft = a_draft(scene)
    actor = visiting(opened(a_link(scene, draft))).actor
    assert {name for name in PERMISSIONS if actor.holds(name)} == {"material:upload", "material:read"}
    assert actor.roles == frozenset()
    assert not policy.may(actor, "pay:read")
    assert not policy.may(actor, "staff:read", scene.staff)
    with pytest.raises(NotFound):
        applications.opened(actor, draft.id, "application:read")
    assert applications.rights(actor, draft) == {"material:upload", "material:read"}


@pytest.mark.parametrize("reach", ["UNIT", "SUBTREE", "ALL"])
def test_it_reaches_no_other_application_however_far_its_maker_reaches(app: Flask, reach: str) -> None:
    scene = a_scene()
    clerk = acting(an_account("wide", ("clerk", None if reach == "ALL" else scene.unit, reach)))
    draft = a_draft(scene)
    other_person = an_employee(scene.unit, "王芳", joined_on=date(2018, 3, 1), work_start=date(2018, 3, 1))
    other = filing.start("NCGZ-01", staff_id=other_person.id, by=clerk)
    theirs = add(scene, other.id, "M01").id
    link = service.make(draft.id, by=clerk)
    actor = visiting(opened(link)).actor
    with pytest.raises(NotFound):
        materials.receive(other.id, "M01", BytesIO(jpeg()), filename="a.jpg", by=actor)
    for permission in ("material:read", "material:upload"):
        with pytest.raises(NotFound):
            files.opened(actor, theirs, permission)
        with pytest.raises(NotFound):
            applications.opened(actor, other.id, permission)
        for model in (Staff, Account, RoleGrant, AuditEvent):
            record = db.session.scalars(select(model)).first()
            assert record is not None
            assert not policy.may(actor, permission, record)


def test_what_others_sent_for_the_same_application_is_not_shown(scene: Scene) -> None:
    draft = a_draft(scene)
    at_the_desk = add(scene, draft.id, "M01").id
    link = a_link(scene, draft)
    actor = visiting(opened(link)).actor
    with pytest.raises(NotFound):
        files.opened(actor, at_the_desk)
    with pytest.raises(NotFound):
        materials.remove(at_the_desk, by=actor)


def test_a_link_for_one_material_takes_no_other(scene: Scene) -> None:
    draft = a_draft(scene)
    visit = visiting(opened(a_link(scene, draft, code="M01")))
    assert [line.code for line in queries.asked_for(visit.application, visit.material_code)] == ["M01"]
    with pytest.raises(NotFound):
        visit.require("M02")
    with pytest.raises(NotFound):
        materials.receive(draft.id, "M02", BytesIO(jpeg()), filename="a.jpg", by=visit.actor)
    assert materials.receive(draft.id, "M01", BytesIO(jpeg()), filename="a.jpg", by=visit.actor).accepted


# What ends it from outside


def test_it_ends_with_the_role_of_its_maker(scene: Scene) -> None:
    secret = opened(a_link(scene, a_draft(scene)))
    db.session.execute(
        update(RoleGrant).where(RoleGrant.account_id == scene.accounts["clerk"].id).values(valid_to=clock.today())
    )
    db.session.commit()
    assert why(secret) == "withdrawn_right"


@pytest.mark.parametrize(
    "change",
    [
        {"state": AccountState.DISABLED},
        {"must_change_password": True},
        {"password_changed_at": MORNING + timedelta(seconds=1)},
    ],
    ids=["disabled", "password reset", "password changed"],
)
def test_it_ends_with_the_account_of_its_maker(scene: Scene, change: dict[str, object]) -> None:
    link = a_link(scene, a_draft(scene))
    db.session.execute(update(Account).where(Account.id == scene.accounts["clerk"].id).values(**change))
    db.session.commit()
    assert why(link.token, at_opening=True) == "withdrawn_right"


def test_when_the_application_is_submitted_it_says_what_went_along(scene: Scene) -> None:
    draft = ready(scene)
    visit = visiting(secret := opened(a_link(scene, draft)))
    materials.receive(draft.id, "M01", BytesIO(jpeg()), filename="a.jpg", by=visit.actor)
    materials.receive(draft.id, "M01", BytesIO(b"no picture"), filename="b.jpg", by=visit.actor)
    db.session.expire_all()
    filing.submit(draft.id, by=scene.clerk, revision=draft.revision, key=None)
    with pytest.raises(LinkGone) as gone:
        visiting(secret)
    assert gone.value.code == "submitted"
    assert "went with it: 1" in str(gone.value.message)
    assert "left out" in str(gone.value.message)
    assert db.session.scalar(select(Upload.claimed_at).where(Upload.filename == "a.jpg")) is not None


def test_a_withdrawn_application_ends_it(scene: Scene) -> None:
    draft = a_draft(scene)
    secret = opened(a_link(scene, draft))
    db.session.expire_all()
    filing.withdraw(draft.id, by=scene.clerk, revision=draft.revision, reason="不再办理")
    assert why(secret) == "closed_application"


def test_visitors_words_are_cut_to_fit(scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    long = access.Visitor(address="1" * 500, user_agent="x\x00" * 500)
    assert service.open_on_device(link.token, visitor=long).device_secret
    row = db.session.scalars(select(PhoneLink)).one()
    assert (len(row.address), "\x00" in row.user_agent) == (60, False)
