"""The command says of every path what it found, one line each, and never fails."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from app.materials.cli import materials
from tests.materials import files


def _lines(*paths: Path) -> list[dict]:
    runner = CliRunner()
    told = runner.invoke(materials, ["inspect", *map(str, paths)], obj=ScriptInfo(create_app=lambda: Flask(__name__)))
    assert told.exit_code == 0, told.output
    return [json.loads(line) for line in told.output.splitlines()]


def test_one_line_of_json_for_each_file(tmp_path: Path) -> None:
    good, bad = tmp_path / "好.jpg", tmp_path / "a.pdf"
    good.write_bytes(files.jpeg())
    bad.write_bytes(files.jpeg())
    assert _lines(good, bad) == [
        {"file": str(good), "verdict": "accept", "flags": [], "codes": []},
        {"file": str(bad), "verdict": "reject", "flags": [], "codes": ["type_mismatch"]},
    ]


def test_a_directory_stands_for_its_files(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "empty.pdf").write_bytes(b"")
    assert [line["codes"] for line in _lines(tmp_path)] == [["empty"]]


def test_what_cannot_be_read_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    missing, empty = _lines(tmp_path / "missing.jpg", tmp_path / "nothing")
    assert missing["verdict"] == "reject"
    assert missing["error"] == "There is no such file."
    assert empty["error"] == "The directory holds no file."
