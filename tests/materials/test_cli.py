"""The command says of every path what it found, one line each, and never fails."""

from __future__ import annotations

import json
import os
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


def test_names_and_places_that_no_program_expects_get_their_line_too(tmp_path: Path) -> None:
    odd = [os.fsdecode(b"\xff\xfe.jpg"), "\u202egpj.exe.jpg", "a\nb.pdf", "-x.png", " .pdf", "é" * 80 + ".heic"]
    for name in odd:
        (tmp_path / name).write_bytes(files.jpeg())
    (tmp_path / "round").symlink_to(tmp_path / "round")
    os.mkfifo(tmp_path / "pipe.jpg")
    asked = [*(tmp_path / name for name in odd), tmp_path / "round", tmp_path / "pipe.jpg", tmp_path / ("a" * 4000)]
    lines = _lines(*asked)
    assert [line["file"] for line in lines] == [str(place) for place in asked]
    assert [line["verdict"] for line in lines[:2]] == ["accept", "accept"]
    assert {line["verdict"] for line in lines[2:]} == {"reject"}
    assert all("error" in line for line in lines[-3:])


def test_hundreds_of_paths_at_once_come_back_in_their_order(tmp_path: Path) -> None:
    kept = [(b"", "empty"), (b"GIF89a" + bytes(40), "unsupported"), (b"%PDF-1.4 x", "corrupt"), (bytes(30), "corrupt")]
    asked = []
    for number in range(120):
        content, _ = kept[number % len(kept)]
        asked.append(tmp_path / f"{number:03}.pdf")
        asked[-1].write_bytes(content)
    lines = _lines(*asked)
    assert [line["file"] for line in lines] == [str(place) for place in asked]
    assert all(kept[number % len(kept)][1] in line["codes"] for number, line in enumerate(lines))
