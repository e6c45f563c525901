"""Start the product: bring the database up to date, load the demo data on a first start in development, and serve."""

from __future__ import annotations

import os
import sys

from app.config import ROOT, BadSetting, Settings, settings_from


def main() -> None:
    """Prepare and serve. Exits with a sentence where a setting is missing or weak."""
    try:
        settings = settings_from()
    except BadSetting as problem:
        sys.exit(f"ZeroTrip does not start: {problem}")
    prepare(settings)
    print(f"\nZeroTrip 智慧工资 is served at http://127.0.0.1:{settings.port}  (Ctrl-C ends it)", flush=True)
    serve(settings)


def prepare(settings: Settings) -> None:
    """Migrate, and in development see to it that there is something to look at."""
    from flask_migrate import upgrade
    from sqlalchemy import select

    from app import MIGRATIONS, create_app
    from models import Unit, db

    app = create_app(settings)
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        if not settings.development:
            return
        from app.demo import accounts, employee, loading

        if db.session.scalar(select(Unit.id).limit(1)) is None:
            print("Loading the demo data (once, about half a minute) …", flush=True)
            loading.load("small")
        print(accounts.as_text(), employee.as_text(), sep="\n")
        db.session.remove()
        db.engine.dispose()


def serve(settings: Settings) -> None:
    """Hand the process over to gunicorn. A phone on a bad line holds a thread for each piece it sends, so there are
    some; behind a proxy that buffers, one a process is faster."""
    workers, threads = os.environ.get("WEB_WORKERS", "2"), os.environ.get("WEB_THREADS", "4")
    os.chdir(ROOT)
    os.execv(
        sys.executable,
        [
            sys.executable, "-m", "gunicorn", "--workers", workers, "--threads", threads,
            "--bind", f"127.0.0.1:{settings.port}", "--timeout", "60", "--graceful-timeout", "20",
            "--preload", "--no-control-socket", "--config", "python:app.start",
            "--access-logfile", os.environ.get("ACCESS_LOG", "/dev/null"), "wsgi:create_app()",
        ],
    )  # fmt: skip


def post_worker_init(_worker: object) -> None:
    """Called by gunicorn in each process that serves: what opens files is started beside it, for the first upload not
    to wait for it."""
    from app.materials.sandbox import warm_up

    warm_up()


if __name__ == "__main__":
    main()
