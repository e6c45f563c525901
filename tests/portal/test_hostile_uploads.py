"""Hostile files through the page: each gets its answer in words, none a broken page, none is accepted.

A dozen every day; FUZZ_UPLOADS=2000 sends so many, as `make fuzz` does where it is set, and says what it cost;
FUZZ_SERVED=200 sends so many more to a server on this machine.
"""

from __future__ import annotations

import os
import re
import resource
import time
from collections import Counter
from io import BytesIO
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from app import clock
from app.materials import sandbox
from app.materials.verdicts import Limits
from app.messages import Message
from models import MaterialCheck, Upload, db
from tests.access.browsing import somebody, token_on
from tests.applications.scene import a_draft, a_scene
from tests.factories import PASSWORD
from tests.fuzz.cases import Case
from tests.fuzz.hostile_bombs import BOMBS, tiles_without_end
from tests.fuzz.hostile_files import PICTURES
from tests.fuzz.hostile_pdfs import ANY, PDFS, drawn_without_end
from tests.journeys.serving import at_a_free_port

SERVED = int(os.environ.get("FUZZ_SERVED", "3"))
MANY = int(os.environ.get("FUZZ_UPLOADS", "12"))
_TOGETHER = 12
_SLOW = {drawn_without_end} if MANY > _TOGETHER else {drawn_without_end, tiles_without_end}
"""By nature they take all the time that a file may take."""
_MAKERS = [maker for maker in (*PICTURES, *PDFS, *BOMBS) if maker not in _SLOW]


def test_hostile_files_never_break_the_page(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    draft = a_draft(a_scene())
    clerk = somebody(app, "clerk")
    url = f"/applications/{draft.id}"
    token = token_on(clerk.get(url))
    said: Counter[str] = Counter()
    slowest = 0.0
    for first in range(0, MANY, _TOGETHER):
        cases = {n: _MAKERS[n * 7 % len(_MAKERS)](np.random.default_rng(n)) for n in range(first, first + _TOGETHER)}
        began = time.monotonic()
        sent = clerk.post(
            f"{url}/materials/M01",
            data={
                "csrf_token": token,
                "files": [(BytesIO(one.content), f"{n}-{one.name}") for n, one in cases.items()],
            },
            headers={"X-Fragment": "1"},
        )
        slowest = max(slowest, (time.monotonic() - began) / _TOGETHER)
        assert sent.status_code == 200
        said += _said_of(cases)
        db.session.execute(update(Upload).values(removed_at=clock.now()).execution_options(synchronize_session=False))
        db.session.commit()
    assert sum(said.values()) == -(-MANY // _TOGETHER) * _TOGETHER
    _memory_within_the_limit(said, slowest, capsys)


def test_a_server_answers_every_hostile_file_over_the_line(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    draft = a_draft(a_scene())
    url = f"/applications/{draft.id}"
    slowest = 0.0
    db.session.remove()
    with at_a_free_port(app) as address:
        browser = build_opener(HTTPCookieProcessor())

        def asked(path: str, values: dict[str, Any] | None = None) -> str:
            request = Request(address + path, headers={"X-Fragment": "1"} if values and "files" in values else {})
            if values is not None:
                stream, _, boundary = stream_encode_multipart(values)
                request.data = stream.read()
                request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
            try:
                with browser.open(request) as answer:
                    return str(answer.read().decode())
            except HTTPError as refusal:  # as of an empty file
                if refusal.code != 422:
                    raise
                return str(refusal.read().decode())

        def token(path: str) -> str:
            found = re.search(r'name="csrf_token" value="([^"]+)"', asked(path))
            assert found
            return found[1]

        asked("/login", {"csrf_token": token("/login"), "username": "clerk", "password": PASSWORD})
        kept = token(url)
        for number in range(SERVED):
            case = _MAKERS[number * 11 % len(_MAKERS)](np.random.default_rng(number + 50_000))
            began = time.monotonic()
            told = asked(
                f"{url}/materials/M01",
                {"csrf_token": kept, "files": FileStorage(BytesIO(case.content), f"{number}-{case.name}")},
            )
            slowest = max(slowest, time.monotonic() - began)
            assert told.strip()
            found = db.session.scalars(select(MaterialCheck.code)).all()
            assert found or not case.content or ANY in case.codes, case.name
            db.session.execute(delete(MaterialCheck))
            db.session.execute(update(Upload).values(removed_at=clock.now()))
            db.session.commit()
    if MANY > _TOGETHER:
        with capsys.disabled():
            print(f"\n{SERVED} uploads to a server on this machine, the slowest {slowest:.1f} s")


def _said_of(cases: dict[int, Case]) -> Counter[str]:
    """By outcome what became of each file. Every file that was kept and not accepted has a sentence and a remedy."""
    uploads = db.session.scalars(select(Upload).where(Upload.removed_at.is_(None))).all()
    by_number = {int(one.filename.partition("-")[0]): one for one in uploads}
    outcomes: Counter[str] = Counter()
    for number, case in cases.items():
        upload = by_number.get(number)
        if upload is None:
            assert not case.content, "only an empty file is refused without being kept"
            outcomes["empty"] += 1
            continue
        found = db.session.execute(
            select(MaterialCheck.code, MaterialCheck.message, MaterialCheck.remedy).where(
                MaterialCheck.upload_id == upload.id
            )
        ).all()
        if upload.accepted:
            assert ANY in case.codes, case.name
            outcomes["accepted, as readers repair it"] += 1
            continue
        assert found, case.name
        assert all(str(Message.from_json(words)).strip() for _, *both in found for words in both)
        codes = {code for code, _, _ in found}
        assert codes & case.codes or ANY in case.codes, (case.name, codes)
        outcomes[min(codes & case.codes or codes)] += 1
    return outcomes


def _memory_within_the_limit(said: Counter[str], slowest: float, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox.close_workers()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with capsys.disabled():
        if MANY > _TOGETHER:
            seconds, megabytes = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
            print(f"\n{sum(said.values())} uploads, the slowest dozen {slowest:.1f} s a file;", end=" ")
            print(f"the examiners took {seconds:.0f} s in all and {megabytes:.0f} MB at most")
            print(*(f"  {what}: {count}" for what, count in said.most_common()), sep="\n")
    assert used.ru_maxrss / 1024 < Limits.memory_mb + 400  # with what the worker holds before it opens a file
