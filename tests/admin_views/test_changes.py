"""A history tells what changed in the words of the pages: every field that the services write has one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from admin_views.change_words import FIELDS, UNWORDED, field_word
from admin_views.changes import changes_of
from app import clock
from models import (
    Account,
    AuditEvent,
    CalendarDay,
    Delegation,
    ItemField,
    ItemMaterial,
    ItemStep,
    Reason,
    RoleGrant,
    Staff,
    Unit,
)
from tests.factories import a_unit, an_account

ROOT = Path(__file__).resolve().parents[2]
TOLD = ("before", "after")


def _keys_of(value: ast.expr, within: ast.AST) -> Iterator[str]:
    """The names in a mapping as it is written down, also where it is made of several or has a name of its own."""
    if isinstance(value, ast.Dict):
        for key, inner in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value
            elif key is None:
                yield from _keys_of(inner, within)
    elif isinstance(value, ast.IfExp):
        yield from _keys_of(value.body, within)
        yield from _keys_of(value.orelse, within)
    elif isinstance(value, ast.BinOp):
        yield from _keys_of(value.left, within)
        yield from _keys_of(value.right, within)
    elif isinstance(value, ast.Name):
        for made in ast.walk(within):
            if isinstance(made, ast.Assign) and any(isinstance(t, ast.Name) and t.id == value.id for t in made.targets):
                itself = {part.id for part in ast.walk(made.value) if isinstance(part, ast.Name)}
                yield from () if value.id in itself else _keys_of(made.value, within)


def _written() -> dict[str, str]:
    """The fields that the services write into the audit in so many words, and where."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        for verb in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(verb, ast.FunctionDef):
                continue
            for call in ast.walk(verb):
                if isinstance(call, ast.Call) and any(word.arg == "record_id" for word in call.keywords):
                    for word in call.keywords:
                        if word.arg in TOLD:
                            found |= {key: str(path.relative_to(ROOT)) for key in _keys_of(word.value, verb)}
    return found


def test_the_walk_over_the_services_sees_what_they_write() -> None:
    assert {"state", "total_fen", "valid_to", "to_id", "working", "kind", "document"} <= _written().keys()


def test_every_field_that_a_service_writes_has_a_word_or_is_listed() -> None:
    assert not {key: place for key, place in _written().items() if key not in FIELDS and key not in UNWORDED}


@pytest.mark.parametrize(
    "model", [Account, CalendarDay, Delegation, ItemField, ItemMaterial, ItemStep, Reason, RoleGrant, Staff, Unit]
)
def test_every_column_that_a_verb_can_change_has_a_word_or_is_listed(model: type[object]) -> None:
    """Rows are changed column by column, and the audit is told the columns."""
    outside = {"version_id", "granted_by_id", "revoked_by_id", "last_login_at", "sample_sha256", "uses"}
    columns = {column.key for column in inspect(model).column_attrs} - outside
    assert not columns - FIELDS.keys() - UNWORDED


def test_no_field_is_told_twice() -> None:
    """A field that stands among those without a word has none, in any kind of record."""
    assert not {name.rsplit(".", 1)[-1] for name in FIELDS} & UNWORDED


def test_the_same_field_means_what_it_means_in_its_record(app: Flask) -> None:
    with app.test_request_context():
        assert [str(field_word(kind, "name")) for kind in ("unit", "staff")] == ["单位名称", "姓名"]
        assert field_word("unit", "nothing_like_this") is None


def _event(kind: str, before: dict[str, object] | None, after: dict[str, object] | None) -> AuditEvent:
    return AuditEvent(seq=1, at=clock.now(), record_kind=kind, record_id="1", before=before, after=after)


def _told(kind: str, before: dict[str, object] | None, after: dict[str, object] | None) -> list[tuple[str, str, str]]:
    return [(one.name, one.before, one.after) for one in changes_of([_event(kind, before, after)])[1]]


def test_truths_states_days_and_amounts_are_told_in_words(app: Flask) -> None:
    with app.test_request_context():
        assert _told("calendar_day", None, {"working": False, "note": "停电"}) == [
            ("工作日", "", "否"),
            ("原因", "", "停电"),
        ]
        assert _told("application", {"state": "DRAFT"}, {"state": "IN_REVIEW"}) == [("状态", "草稿", "审核中")]
        assert _told("case", {"state": "OPEN"}, {"state": "CLOSED"})[0][2] != "CLOSED"
        assert _told("staff", {"total_fen": None}, {"total_fen": 149000}) == [("合计（元）", "–", "1,490.00")]
        assert _told("grant", {"valid_to": None}, {"valid_to": "2018-04-03"}) == [("截止日期", "–", "2018年4月3日")]
        assert _told("reason", None, {"kind": "REJECT", "item_id": None}) == [("用途", "", "不予批准")]
        assert _told("application", None, {"path": ["started", "paid"]})[0][2] == "开始填报、发放完毕"


def test_a_number_is_told_by_what_it_names_or_stays_a_number(app: Flask) -> None:
    with app.test_request_context():
        unit, account = a_unit("江城市第一小学"), an_account("colleague")
        told = _told("delegation", None, {"to_id": account.id, "unit_id": unit.id, "staff_id": 999_999})
        assert [after for _name, _before, after in told] == [account.display_name, "江城市第一小学", "999999"]


def test_a_field_without_a_word_stays_as_it_is_and_says_so(app: Flask) -> None:
    with app.test_request_context():
        change = changes_of([_event("item_version", None, {"sha256": "ab12"})])[1][0]
        assert (change.name, change.after, change.coded) == ("sha256", "ab12", True)
