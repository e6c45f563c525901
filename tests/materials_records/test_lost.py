"""A process that is killed between taking a file and putting its reading into the queue loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.jobs import service as jobs
from app.materials import saying
from models import Job, Upload, db
from tests.applications.scene import a_draft, a_scene
from tests.databases import Database

ROOT = Path(__file__).resolve().parents[2]


def test_a_reading_lost_with_its_process_is_found_and_done(app: Flask, database: Database, uploads: Path) -> None:
    application_id = a_draft(a_scene()).id
    db.session.remove()
    db.engine.dispose()
    module = "tests.materials_records.sending_one"
    command = [sys.executable, "-m", module, database.url, str(uploads), str(application_id)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "kept\n"
        os.kill(process.pid, signal.SIGKILL)
    upload = db.session.scalars(select(Upload)).one()
    assert upload.accepted
    assert db.session.scalars(select(Job)).all() == []
    assert jobs.take_up_lost() == 1
    assert jobs.work_off() == 1
    assert saying.reading_of(upload) is not None
    assert jobs.take_up_lost() == 0
