"""A check that is killed, with its examiner, its worker or the whole process, is done again and leaves nothing half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.jobs import service as jobs
from app.materials import again, incoming, sandbox
from models import AuditEvent, Examination, IncomingFile, Job, MaterialCheck, Upload, db
from models.jobs import JobState
from tests.applications.scene import Scene, a_draft, a_scene, add
from tests.databases import Database
from tests.materials import files

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


@pytest.fixture(scope="module")
def long_scan() -> bytes:
    """A file whose check takes long enough to be killed in the middle of it."""
    return files.scan_pdf(5)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def the_examiner_below(pid: int, *, while_: threading.Thread | subprocess.Popen[str]) -> int | None:
    """The process that has a file open just now: the fork of the worker of this process. None once all is over."""
    while while_.is_alive() if isinstance(while_, threading.Thread) else while_.poll() is None:
        for worker in children_of(pid):
            for examiner in children_of(worker):
                return examiner
        time.sleep(0.001)
    return None


def arrived(scene: Scene, content: bytes) -> str:
    """A file that has come in whole and is not checked yet."""
    draft = a_draft(scene)
    key = incoming.begin(
        draft.id, "M01", filename="scan.pdf", declared_type="application/pdf", size=len(content), by=scene.clerk
    ).key
    incoming.append(key, 0, BytesIO(content), by=scene.clerk)
    return key


def kept(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("victim", ["examiner", "worker"])
def test_an_upload_whose_check_is_killed_gets_its_verdict_all_the_same(
    scene: Scene, long_scan: bytes, victim: str
) -> None:
    add(scene, a_draft(scene).id, "M02")  # the worker is warm
    (worker,) = {one._pipe.pid for one in sandbox._Pool.idle[-1:]}
    over, killed = threading.Event(), []

    def kill() -> None:
        while not over.is_set() and not killed:
            for examiner in children_of(worker):
                os.kill(examiner if victim == "examiner" else worker, signal.SIGKILL)
                killed.append(examiner)

    killer = threading.Thread(target=kill)
    killer.start()
    upload = add(scene, a_draft(scene).id, "M01", long_scan, "scan.pdf")
    over.set()
    killer.join()
    assert killed
    assert (upload.accepted, upload.file.pages) == (True, 5)
    assert kept(Upload) == 2


def test_a_process_killed_during_a_check_leaves_the_file_to_be_checked_again(
    scene: Scene, long_scan: bytes, database: Database, uploads: Path
) -> None:
    key, clerk = arrived(scene, long_scan), scene.clerk
    assert _killed_during_a_check(database, uploads, key)
    assert (kept(Upload), kept(MaterialCheck), kept(Examination)) == (0, 0, 0)
    assert db.session.get_one(IncomingFile, key).finished_at is None
    upload = incoming.finish(key, by=clerk)
    assert (upload.accepted, upload.file.pages) == (True, 5)
    assert incoming.finish(key, by=clerk).id == upload.id
    assert kept(Upload) == 1
    events = db.session.scalars(select(AuditEvent.action).where(AuditEvent.record_kind == "upload")).all()
    assert events == ["material:upload"]


def test_a_run_killed_during_a_check_goes_on_once_its_lease_is_over(
    scene: Scene, long_scan: bytes, database: Database, uploads: Path
) -> None:
    add(scene, a_draft(scene).id, "M01", long_scan, "scan.pdf")
    today = clock.today()
    job_id = again.begin(since=today - timedelta(days=30), until=today, by=scene.approver).id
    assert _killed_during_a_check(database, uploads, "again")
    job = db.session.get_one(Job, job_id)
    assert (job.state, job.handled) == (JobState.RUNNING, 0)
    with clock.frozen(clock.now() + jobs.LEASE + timedelta(minutes=2)):
        assert jobs.work_off() == 1
    db.session.refresh(job)
    assert (job.state, job.handled) == (JobState.DONE, 1)
    assert db.session.scalars(select(Examination.cause).order_by(Examination.id)).all() == ["upload", "again"]


def _killed_during_a_check(database: Database, uploads: Path, what: str) -> bool:
    """Check in a process of its own and kill that as soon as its examiner has the file open; its worker ends too."""
    db.session.remove()
    db.engine.dispose()
    command = [sys.executable, "-m", "tests.materials_records.checking", database.url, str(uploads), what]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        if the_examiner_below(process.pid, while_=process) is None:
            return False
        workers = children_of(process.pid)
        os.kill(process.pid, signal.SIGKILL)
    while any(Path(f"/proc/{worker}/stat").exists() and not _is_dead(worker) for worker in workers):
        time.sleep(0.01)
    return True


def _is_dead(pid: int) -> bool:
    """Whether it has ended and nobody has asked for how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
