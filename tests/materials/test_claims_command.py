"""The command reads each file and holds it against a list of what it is said to be; a bad list is a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from app.materials.cli import materials
from tests.materials import told_papers


def _ran(*arguments: str) -> Result:
    info = ScriptInfo(create_app=lambda: Flask(__name__))
    return CliRunner().invoke(materials, ["inspect", *arguments], obj=info)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("papers")
    for number, kind in enumerate(("appointment", "diploma", "identity_card")):
        told = told_papers.PAPERS[kind](1400, np.random.default_rng([5, number]))
        picture = told.picture.rotate(180) if kind == "diploma" else told.picture
        picture.save(place / f"{kind}.jpg", quality=85)
        (place / f"{kind}.txt").write_text(f"{told.name},{told.id_number or ''}")
    return place


def _truth(papers: Path, kind: str) -> tuple[str, str]:
    name, number = (papers / f"{kind}.txt").read_text().split(",")
    return name, number


def test_each_file_is_read_and_held_against_its_claim(papers: Path, tmp_path: Path) -> None:
    appointed, graduate, card = (_truth(papers, kind) for kind in ("appointment", "diploma", "identity_card"))
    listed = tmp_path / "claims.csv"
    listed.write_text(
        f"file,kind,name\nappointment.jpg,任职文件,{appointed[0]}\n{papers}/diploma.jpg,appointment,{graduate[0]}\n"
        "identity_card.jpg,identity card,赵钱孙\n",
        encoding="gb18030",
    )
    ran = _ran(
        *(str(papers / f"{kind}.jpg") for kind in ("appointment", "diploma", "identity_card")), "--claims", str(listed)
    )
    lines = [json.loads(line) for line in ran.output.splitlines()]
    assert [(line["kind"], line["name"], line["claim"]) for line in lines] == [
        ("appointment", appointed[0], "match"),
        ("diploma", graduate[0], "mismatch"),
        ("identity_card", card[0], "mismatch"),
    ]
    assert lines[2]["id_number"] == card[1]
    assert [line["duplicate_of"] for line in lines] == [None] * 3


def test_a_refused_file_leaves_its_claim_unsure(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "claims.csv").write_text("file,kind,name\nempty.jpg,diploma,张三\n")
    line = json.loads(_ran(str(tmp_path / "empty.jpg"), "--claims", str(tmp_path / "claims.csv")).output)
    assert {name: line[name] for name in ("kind", "name", "id_number", "duplicate_of", "claim")} == {
        "kind": None, "name": None, "id_number": None, "duplicate_of": None, "claim": "unsure",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("file,name\na.jpg,张三\n", "lacks the column kind"),
        ("file,kind,name\na.jpg,bill,张三\n", 'Line 2 of the list of claims: "bill" is no kind of document'),
        ("file,kind,name\n,diploma,张三\n", "Line 2 of the list of claims names no file"),
        ('file,kind,name\n"a.jpg,diploma,张三\n', "is not written as CSV"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_list_is_a_sentence_and_a_failure(tmp_path: Path, content: str | None, sentence: str) -> None:
    listed = tmp_path / "claims.csv"
    if content is not None:
        listed.write_text(content)
    ran = _ran(str(tmp_path), "--claims", str(listed))
    assert ran.exit_code != 0
    assert sentence in ran.output


def test_the_help_names_the_kinds() -> None:
    assert "identity_card" in "".join(_ran("--help").output.split())
