"""Several walks at a time: each process has a demo city, a server and a browser of its own."""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from typing import Any

from flask import Flask
from playwright.sync_api import sync_playwright

from app import clock, create_app
from app.config import settings_from
from app.demo import loading
from models import db
from tests.databases import SqliteDatabase
from tests.journeys import serving
from tests.journeys.pages import addresses, scene
from tests.journeys.pages.languages import note_chinese
from tests.journeys.pages.walking import WHO, Findings, Seen, Walk, everything, in_turn

HEAVY_FIRST = ("auditor", "approver", "reviewer", "rechecker", "department", "administrator", "clerk", "head")


def build(folder: Path) -> None:
    """The demo city with what the pages need besides, kept in the folder for every process."""
    app, database = _product(folder)
    with app.app_context():
        database.make_template(db.engine)
        loading.load("small")
        scene.prepare()
        database.keep(db.engine, "demo")


def _product(folder: Path) -> tuple[Flask, SqliteDatabase]:
    """The product on a database in this folder."""
    database = SqliteDatabase(folder)
    app = create_app(
        settings_from(
            {
                "ZEROTRIP_ENV": "development",
                "DATABASE_URL": database.url,
                "UPLOADS_DIR": str(folder / "uploads"),
                "SECRET_KEY": "a secret that only the tests know, long enough",
            }
        )
    )
    return app, database


def walk_all(folder: Path, options: argparse.Namespace) -> Findings:
    """Build the city in a process of its own, then everybody's walk, one after the other in each process."""
    spawn = multiprocessing.get_context("spawn")
    builder = spawn.Process(target=build, args=(folder,))
    builder.start()
    builder.join()
    if builder.exitcode:
        sys.exit("The demo city could not be built: the error stands above.")
    waiting: Any = spawn.Queue()
    found: Any = spawn.Queue()
    people = sorted(options.people, key=lambda person: [*HEAVY_FIRST, *WHO].index(person))
    for person in people:
        waiting.put(person)
    workers = [spawn.Process(target=_work, args=(folder, number, waiting, found, options))
               for number in range(options.processes)]  # fmt: skip
    for worker in workers:
        worker.start()
    findings = Findings()
    for _ in people:
        person, walked, seconds = _next(found, workers)
        print(f"  {person}: {len(walked.pages)} pages, {seconds:.0f} s", file=sys.stderr, flush=True)
        findings.add(walked)
    for worker in workers:
        worker.join()
    return findings


def _next(found: Any, workers: Sequence[Any]) -> tuple[str, Findings, float]:
    """What the next walk found; a process that broke off ends it all."""
    while True:
        try:
            walked: tuple[str, Findings, float] = found.get(timeout=2)
            return walked
        except Empty:
            if any(worker.exitcode for worker in workers):
                for worker in workers:
                    worker.terminate()
                sys.exit("A walk broke off: its error stands above.")


def _work(folder: Path, number: int, waiting: Any, found: Any, options: argparse.Namespace) -> None:
    """Walk as whoever waits, until nobody does."""
    own = folder / str(number)
    own.mkdir()
    shutil.copy(folder / "demo.db", own / "test.db")
    shutil.copytree(folder / "uploads", own / "uploads")
    app, _database = _product(own)
    clock.shift(loading.NOW - datetime.now(UTC))
    seen = Seen()
    with app.app_context(), serving.at_a_free_port(app) as home, sync_playwright() as playwright:
        browser = serving.start_chromium(playwright)
        while True:
            try:
                person = waiting.get(timeout=1)
            except Empty:
                break
            began = time.monotonic()
            visits = [one for one in addresses.visits_of(app, person) if options.only in one.address]
            db.session.remove()
            walk = Walk(browser, home, person, seen, dark=not options.light)
            walk.tell = _tell if options.tell else None
            walked = walk.go(visits, in_turn(person) if options.once else everything)
            note_chinese(walked)
            found.put((person, walked, time.monotonic() - began))
        browser.close()


def _tell(text: str) -> None:
    print("    " + text, file=sys.stderr, flush=True)
