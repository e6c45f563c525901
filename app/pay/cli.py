"""Commands of pay: answer career cases, write one out, prove the kept wages."""

from __future__ import annotations

import json
import math
import sys
import traceback
from collections.abc import Callable

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.pay.answers import answer_case, id_of
from app.pay.proof import differences, export_case
from app.pay.queries import people_with_a_wage
from models import Staff, db

_MOST_DIGITS = 100

pay = AppGroup("pay", help="Replay careers and prove the wages that are kept.")


@pay.command("replay")
def replay_cases() -> None:
    """Read career cases as JSON lines on standard input; write one answer for each."""
    # Bytes, and answers in plain ASCII: a line that is no proper text is one bad case, not the end of the run.
    for line in sys.stdin.buffer:
        if line.strip():
            click.echo(json.dumps(_answer(line)))


def _answer(line: bytes, answer: Callable[[object], dict[str, object]] = answer_case) -> dict[str, object]:
    """The answer to one line. Whatever goes wrong in it, the cases after it are still answered."""
    try:
        case = json.loads(line, parse_int=_number)
    except (ValueError, RecursionError):
        return _refused(None, "This line is not JSON.")
    try:
        return answer(case)
    except Exception:  # a fault of ours in one case must not cost the answers to hundreds of others
        traceback.print_exc()
        return _refused(id_of(case), "This case could not be read because of a fault in the program.")


def _number(digits: str) -> float:
    """A whole number. One of more digits than any field holds is only known to be too large, which ends no line."""
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


def _refused(case_id: str | int | None, message: str) -> dict[str, object]:
    return {"id": case_id, "status": "error", "error": {"code": "MALFORMED_CASE", "message": message}}


@pay.command("export")
@click.argument("staff_no")
def export_one(staff_no: str) -> None:
    """Write the career of one employee as a career case."""
    staff = db.session.scalars(select(Staff).where(Staff.staff_no == staff_no)).one_or_none()
    if staff is None:
        raise click.ClickException(f"No employee has the number {staff_no}.")
    click.echo(json.dumps(export_case(staff), ensure_ascii=False))


@pay.command("prove")
def prove() -> None:
    """Replay every kept chain. Names whose wage differs, and then ends with status 1."""
    wrong = 0
    for difference in differences():
        wrong += 1
        click.echo(f"{difference.staff_no}: {difference.reason}")
    click.echo(f"{people_with_a_wage()} chains replayed, {wrong} differ.")
    if wrong:
        raise SystemExit(1)
