"""Activation: whether the time of a refused attempt tells who exists. `python -m benchmarks activation`.

Four kinds of people take turns, so that whatever else the machine does falls on all alike: nobody, somebody without a
code, somebody with a code, somebody whose account is open. Prints the medians of whole requests, by the clock and by
the work of the processor (which a busy machine does not stretch), and how far they lie apart in percent of the
smallest; hashing is at its real cost. Two kinds that are the same (nobody, twice) show what chance alone does.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.access import activating, service
from app.access.service import Visitor
from app.config import settings_from
from models import Base, db
from tests.access.browsing import token_on
from tests.employee.people import a_claim, a_number, a_school
from tests.factories import an_employee

ROUNDS = int(os.environ.get("ACTIVATION_ROUNDS", "200"))
GUESS = "22222-22222"
KINDS = ("nobody", "nobody, again", "no code yet", "a code waits", "account open")
ALLOWED = 5.0  # percent between medians


def main() -> None:
    """Measure on SQLite with argon2 at its real cost."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            settings_from({"DATABASE_URL": f"sqlite:///{folder}/a.db", "UPLOADS_DIR": str(Path(folder) / "uploads")})
        )
        with app.app_context():
            Base.metadata.create_all(db.engine)
            numbers = _people()
            db.session.remove()
        _without_limits()
        print(f"{ROUNDS} refused attempts of each kind, in turn; medians of a whole request in ms")
        for measure, medians in zip(("by the clock", "by the processor"), _medians(app, numbers), strict=True):
            _tell(measure, medians)


def _tell(measure: str, medians: dict[str, float]) -> None:
    print(measure)
    for kind, median in medians.items():
        print(f"  {kind:<16}{median:8.2f}")
    apart = 100 * (max(medians.values()) / min(medians.values()) - 1)
    chance = 100 * abs(medians[KINDS[0]] / medians[KINDS[1]] - 1)
    print(f"  furthest apart  {apart:8.2f} %   (allowed {ALLOWED} %; the same kind twice differs by {chance:.2f} %)")


def _people() -> dict[str, str]:
    """The numbers of the four kinds."""
    school = a_school()
    an_employee(school.unit, "没有码", id_number=a_number(31))
    waiting = an_employee(school.unit, "等着用", id_number=a_number(33))
    service.issue_code(waiting.id, by=school.clerk)
    handed = service.issue_code(school.person.id, by=school.clerk)
    service.activate(a_claim(handed.code), visitor=Visitor("10.0.0.1"))
    return dict(zip(KINDS, (a_number(99), a_number(97), a_number(31), a_number(33), a_number()), strict=True))


def _without_limits() -> None:
    """So that the same people can be tried again and again; what is counted stays counted."""
    activating.ATTEMPTS_PER_NUMBER = activating.ATTEMPTS_PER_ADDRESS = activating.ATTEMPTS_IN_ALL = 10**9


def _medians(app: Flask, numbers: dict[str, str]) -> list[dict[str, float]]:
    """By the clock, and by the processor."""
    client = app.test_client()
    token = token_on(client.get("/activate"))
    taken: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for turn in range(ROUNDS + 5):
        order = KINDS[turn % len(KINDS) :] + KINDS[: turn % len(KINDS)]
        for kind in order:
            spent = _one(client, token, numbers[kind])
            if turn >= 5:
                taken[kind].append(spent)
    return [{kind: statistics.median(one[at] for one in spent) for kind, spent in taken.items()} for at in (0, 1)]


def _one(client: FlaskClient, token: str, number: str) -> tuple[float, float]:
    claim = a_claim(GUESS, number=number)
    form = {"csrf_token": token, "number": number, "name": claim.name, "code": GUESS,
            "password": claim.password, "repeated": claim.repeated}  # fmt: skip
    begun, worked = time.perf_counter(), time.process_time()
    answer = client.post("/activate", data=form)
    spent = (1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - worked))
    assert answer.status_code == 401, answer.status_code
    return spent
