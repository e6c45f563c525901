"""Two people at the same version in the same moment: one of them does it, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from app.errors import Conflict, Refused
from app.items import queries, service
from models import ItemVersion, db
from models.items import VersionState
from tests.factories import Reach, acting, an_account
from tests.items.people import an_office, rehearsed

ROUNDS = 5


def both(app: Flask, first: Callable[[], object], second: Callable[[], object]) -> list[Refused | None]:
    """Run two verbs together and say how each ended."""
    gate = Barrier(2)

    def run(verb: Callable[[], object]) -> Refused | None:
        with app.app_context():
            gate.wait()
            try:
                verb()
            except Refused as refusal:
                return refusal
            finally:
                db.session.remove()
            return None

    with ThreadPoolExecutor(2) as hands:
        return list(hands.map(run, (first, second)))


def test_two_publishers_publish_one_version_once(app: Flask) -> None:
    office = an_office()
    other = acting(an_account("other", ("publisher", None, Reach.ALL)))
    item_id = queries.published("NCGZ-01").item_id
    for _ in range(ROUNDS):
        draft = service.begin_draft(item_id, by=office.designer)
        service.propose(draft.id, by=office.designer, revision=draft.revision)
        rehearsed(draft.id, office.designer)
        version_id, revision = draft.id, draft.revision
        db.session.remove()
        ends = both(
            app,
            lambda v=version_id, r=revision: service.publish(v, by=office.publisher, revision=r),  # type: ignore[misc]
            lambda v=version_id, r=revision: service.publish(v, by=other, revision=r),  # type: ignore[misc]
        )
        assert sorted(isinstance(end, Conflict) for end in ends) == [False, True]
        assert queries.published("NCGZ-01").id == version_id
    in_force = db.session.scalar(
        select(func.count()).select_from(ItemVersion)
        .where(ItemVersion.item_id == item_id, ItemVersion.state == VersionState.PUBLISHED)
    )  # fmt: skip
    assert in_force == 1


def test_two_designers_begin_one_draft(app: Flask) -> None:
    office = an_office()
    other = acting(an_account("other", ("designer", None, Reach.ALL)))
    item_id = queries.published("NCGZ-02").item_id
    db.session.remove()
    ends = both(
        app,
        lambda: service.begin_draft(item_id, by=office.designer),
        lambda: service.begin_draft(item_id, by=other),
    )
    assert sorted(isinstance(end, Conflict) for end in ends) == [False, True]
    assert db.session.scalar(
        select(func.count()).select_from(ItemVersion).where(ItemVersion.item_id == item_id)
    ) == 2  # fmt: skip
