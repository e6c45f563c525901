"""A page that was photographed anew is known again by its words, once both are read; another filling is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.materials import places, queries, saying
from app.materials.worded import keep_words, says_the_same
from app.uow import transaction
from models import MaterialCheck, Upload, db
from tests.applications.scene import Scene, a_draft, a_scene
from tests.materials_records.read_papers import diploma, sent


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


def alike(upload: Upload, name: str = "陈静") -> list[int]:
    """The applications that say the same as this upload, if it says what a diploma of this person says."""
    twins = says_the_same(upload.sha256, [diploma(name)], queries.sent_by(upload.application.unit_id))
    return [twin.application_id for twin in twins]


def test_the_same_words_in_another_file_are_found_and_another_name_is_not(scene: Scene) -> None:
    draft = a_draft(scene)
    first, again = sent(scene, draft.id, "M04"), sent(scene, draft.id, "M05")
    assert alike(again) == []
    keep_words(first.sha256, [diploma()])
    keep_words(again.sha256, [diploma()])
    assert alike(again) == [draft.id]  # and not twice: a file is not like itself
    assert alike(again, "陈平") == []


def test_it_is_said_once_and_only_warns(scene: Scene) -> None:
    draft = a_draft(scene)
    first, again = sent(scene, draft.id, "M04"), sent(scene, draft.id, "M05")
    keep_words(first.sha256, [diploma()])
    twins = says_the_same(again.sha256, [diploma()], queries.sent_by(draft.unit_id))
    for _ in range(2):
        with transaction():
            saying.say_alike(again, twins)
    rows = db.session.scalars(select(MaterialCheck).where(MaterialCheck.upload_id == again.id)).all()
    assert [(row.code, row.severity, row.measures) for row in rows] == [
        ("duplicate_here", "warning", {"near": True, "certain": False})
    ]


def test_words_are_kept_encrypted_and_for_their_file_alone(scene: Scene) -> None:
    draft = a_draft(scene)
    first, again = sent(scene, draft.id, "M04"), sent(scene, draft.id, "M05")
    keep_words(first.sha256, [diploma()])
    kept = places.drawings_of(first.sha256, "words") / "words"
    assert "陈静".encode() not in kept.read_bytes()
    assert b"letters" not in kept.read_bytes()
    Path(kept).write_bytes(kept.read_bytes()[:-1] + b"x")
    assert alike(again) == []
