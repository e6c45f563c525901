"""Both languages are complete: English is the source, and every message has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from app.pay.cases import cases

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
IN_TEMPLATE = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            called = node.func
            name = (
                called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            )
            first = node.args[0]
            shows = name in ("_", "_l", "gettext", "lazy_gettext", "Message")
            if shows and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def used() -> dict[str, str]:
    """Every message id that the product can show, with a place where it stands."""
    found: dict[str, str] = {}
    for top in ("app", "admin_views"):
        for path in sorted((ROOT / top).rglob("*.py")):
            for msgid in in_python(path):
                found.setdefault(msgid, str(path.relative_to(ROOT)))
        for path in sorted((ROOT / top).rglob("*.html")):
            for double, single in IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
                msgid = (double or single).replace('\\"', '"').replace("\\'", "'")
                found.setdefault(msgid, str(path.relative_to(ROOT)))
    return found


def catalogue() -> dict[str, str]:
    entries: dict[str, str] = {}
    for path in sorted((ROOT / "app/translations").glob("*/zh_Hans_CN/LC_MESSAGES/messages.po")):
        with path.open("rb") as text:
            for message in read_po(text):
                if message.id and isinstance(message.id, str):
                    assert message.string, f"{path}: {message.id!r} has no Chinese"
                    assert not message.fuzzy, f"{path}: {message.id!r} is marked fuzzy"
                    entries[message.id] = str(message.string)
    return entries


def test_every_message_has_its_chinese() -> None:
    known = catalogue()
    missing = {msgid: place for msgid, place in used().items() if msgid.strip() and msgid not in known}
    assert not missing, f"{len(missing)} without Chinese: {dict(list(missing.items())[:40])}"


def test_english_screens_carry_no_chinese_of_the_program() -> None:
    chinese = {msgid: place for msgid, place in used().items() if CHINESE.search(msgid)}
    assert not chinese


def test_a_translation_keeps_the_placeholders() -> None:
    wrong = [
        msgid
        for msgid, text in catalogue().items()
        if set(PLACEHOLDER.findall(msgid)) != set(PLACEHOLDER.findall(text))
    ]
    assert not wrong


def test_one_message_has_one_chinese() -> None:
    texts: dict[str, set[str]] = {}
    for path in sorted((ROOT / "app/translations").glob("*/zh_Hans_CN/LC_MESSAGES/messages.po")):
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id and isinstance(message.id, str):
                    texts.setdefault(message.id, set()).add(str(message.string))
    differing = {msgid: found for msgid, found in texts.items() if len(found) > 1}
    assert not differing


def test_every_worked_case_has_its_chinese() -> None:
    known = catalogue()
    said = {text for case in cases() for text in (case.title, case.note) if text}
    assert not said - known.keys()
