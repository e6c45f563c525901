"""Hostile files through the page: each gets its answer in words, none a broken page, none is accepted.

A dozen every day; FUZZ_UPLOADS=2000 sends so many, as `make fuzz` does where it is set.
"""

from __future__ import annotations

import os
from io import BytesIO

import numpy as np
from flask import Flask
from sqlalchemy import select, update

from app import clock
from models import Upload, db
from tests.access.browsing import somebody, token_on
from tests.applications.scene import a_draft, a_scene
from tests.fuzz.hostile_files import PICTURES
from tests.fuzz.hostile_pdfs import ANY, PDFS, drawn_without_end

MANY = int(os.environ.get("FUZZ_UPLOADS", "12"))
_TOGETHER = 12


def test_hostile_files_never_break_the_page(app: Flask) -> None:
    draft = a_draft(a_scene())
    clerk = somebody(app, "clerk")
    url = f"/applications/{draft.id}"
    token = token_on(clerk.get(url))
    makers = [maker for maker in (*PICTURES, *PDFS) if maker is not drawn_without_end]
    for first in range(0, MANY, _TOGETHER):
        cases = [makers[n * 7 % len(makers)](np.random.default_rng(n)) for n in range(first, first + _TOGETHER)]
        sent = clerk.post(
            f"{url}/materials/M01",
            data={
                "csrf_token": token,
                "files": [(BytesIO(one.content), f"{n}-{one.name}") for n, one in enumerate(cases)],
            },
            headers={"X-Fragment": "1"},
        )
        assert sent.status_code == 200
        taken = set(db.session.scalars(select(Upload.filename).where(Upload.accepted, Upload.removed_at.is_(None))))
        may_be_taken = {str(n) for n, one in enumerate(cases) if ANY in one.codes}
        assert {name.partition("-")[0] for name in taken} <= may_be_taken
        db.session.execute(update(Upload).values(removed_at=clock.now()).execution_options(synchronize_session=False))
        db.session.commit()
