"""Commands speak as pages do: a refusal, and a database that is not ready, become a sentence and no trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.errors import Refused


def speaking(group: AppGroup) -> AppGroup:
    """The group, whose failures are said in a sentence."""
    invoke: Callable[[click.Context], Any] = group.invoke

    def invoke_and_say(context: click.Context) -> Any:
        try:
            return invoke(context)
        except Refused as refusal:
            raise click.ClickException(
                " ".join(filter(None, map(str, (refusal.message, refusal.remedy or ""))))
            ) from None
        except (OperationalError, ProgrammingError) as problem:
            raise click.ClickException(
                f"The database is not ready: {problem.orig}. If it is new, bring it up to date first: flask db upgrade"
            ) from None

    group.invoke = invoke_and_say  # type: ignore[assignment,method-assign]
    return group
