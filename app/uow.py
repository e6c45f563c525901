"""The unit of work: the only place that commits. Audit events are sealed inside it, messages leave after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from app.audit.chain import seal_pending
from models.base import db

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def transaction() -> Iterator[Session]:
    """Whole or nothing. An inner transaction joins the outer one.

    The reading done before is ended first, so that the work sees what others have committed since, and so that SQLite
    can take its write lock at the start, where waiting is fair, rather than in the middle, where it fails.
    """
    session = db.session()
    if session.info.get("in_work"):
        yield session
        return
    session.commit()
    session.info["in_work"] = True
    session.info["after_commit"] = []
    try:
        yield session
        seal_pending(session)
        session.commit()
    except BaseException:
        session.info.pop("audit", None)
        session.rollback()
        raise
    finally:
        session.info["in_work"] = False
    for leave in session.info.pop("after_commit"):
        leave()


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that only writes down a reading: what the page has loaded stays loaded, for none of it changes."""
    session = db.session()
    session.expire_on_commit = False
    try:
        with transaction():
            yield session
    finally:
        session.expire_on_commit = True


def atomic(verb: Callable[P, R]) -> Callable[P, R]:
    """A verb that is one transaction."""

    @wraps(verb)
    def in_transaction(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction():
            return verb(*args, **kwargs)

    return in_transaction


def after_commit(leave: Callable[[], None]) -> None:
    """Have something done once the present work is durable; it is forgotten if the work fails."""
    db.session().info["after_commit"].append(leave)


def lock_timeout_seconds() -> int:
    """How long a writer waits for another before it is told to try again."""
    return 15


def prepare_engine(engine: Engine) -> None:
    """Make the engine durable and fair: WAL with full synchronisation and early write locks on SQLite."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-64000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout={lock_timeout_seconds() * 1000}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = db.session.registry.has() and db.session().info.get("in_work")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
