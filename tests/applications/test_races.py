"""The same thing sent several times at once happens once, on either database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.applications import service
from app.errors import Refused
from models import Application, ApplicationEvent, Upload, db
from tests.applications.scene import NEW_HIRE, a_scene, ready

AT_ONCE = 6


def all_at_once(app: Flask, act: Callable[[int], Any]) -> list[Any]:
    """What each of several threads got: its result, or its refusal."""
    start, results = Barrier(AT_ONCE), []

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                results.append(act(number))
            except Refused as refusal:
                results.append(refusal)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def submissions(application_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(ApplicationEvent)
            .where(ApplicationEvent.application_id == application_id, ApplicationEvent.kind == "submitted")
        )
        or 0
    )


def test_one_key_sent_at_once_is_one_submission_with_one_answer(app: Flask) -> None:
    scene = a_scene()
    draft = ready(scene)
    draft_id, revision, clerk = draft.id, draft.revision, scene.clerk
    db.session.remove()
    results = all_at_once(app, lambda _number: service.submit(draft_id, by=clerk, revision=revision, key="same"))
    assert len(results) == AT_ONCE
    assert all(one == results[0] for one in results), results
    assert submissions(draft_id) == 1
    assert db.session.get_one(Application, draft_id).round == 1


def test_two_tabs_at_once_are_one_submission_and_the_rest_are_told(app: Flask) -> None:
    scene = a_scene()
    draft = ready(scene)
    draft_id, revision, clerk = draft.id, draft.revision, scene.clerk
    db.session.remove()
    results = all_at_once(app, lambda number: service.submit(draft_id, by=clerk, revision=revision, key=f"tab{number}"))
    refused = [one for one in results if isinstance(one, Refused)]
    assert len(refused) == AT_ONCE - 1
    assert {one.status for one in refused} == {409}
    assert submissions(draft_id) == 1
    unclaimed = select(func.count()).select_from(Upload).where(Upload.claimed_at.is_(None))
    assert db.session.scalar(unclaimed) == 0


def test_two_who_begin_at_once_get_the_same_draft(app: Flask) -> None:
    scene = a_scene()
    staff_id, clerk = scene.staff.id, scene.clerk
    db.session.remove()
    results = all_at_once(app, lambda _number: service.start(NEW_HIRE, staff_id=staff_id, by=clerk).id)
    assert len(set(results)) == 1, results
    assert db.session.scalar(select(func.count()).select_from(Application)) == 1
