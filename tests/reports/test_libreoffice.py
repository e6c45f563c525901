"""Every export opens in LibreOffice as it is, and says there, to the fen, what the database says."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from flask import Flask

from app.reports import exporting, printing, questions
from app.reports.catalogue import ORDER
from app.reports.questions import PIVOT
from app.reports.registry import REPORTS, Report
from app.reports.voices import voice_of
from models import ReportExport
from tests.reports.making import fen, made
from tests.reports.walking import table, the

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"  # commas, quotes, UTF-8, from the first line
AS_DRAWING = "fodg"
MONTHS = {"since": "2018-03", "until": "2018-04"}
BY_UNIT = {"source": "wage-roster", "rows": "unit", "columns": "month", "measure": "total_fen", **MONTHS}
ASKED: dict[str, dict[str, str]] = dict.fromkeys(ORDER, MONTHS) | {PIVOT: BY_UNIT}
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"

HOW = "scripts/office installs it, or: apt-get install libreoffice-calc-nogui libreoffice-draw-nogui"


def has(part: str) -> bool:
    """Whether LibreOffice is here with a part of it, `calc` or `draw`."""
    if SOFFICE is None:
        return False
    return (Path(SOFFICE).resolve().parents[1] / "share" / "registry" / f"{part}.xcd").is_file()


pytestmark = pytest.mark.slow
with_calc = pytest.mark.skipif(not has("calc"), reason=f"LibreOffice Calc is not installed; {HOW}")
with_draw = pytest.mark.skipif(not has("draw"), reason=f"LibreOffice Draw is not installed; {HOW}")


def opened_in_libreoffice(folder: Path, files: Sequence[Path], kind: str, *options: str) -> tuple[str, list[Path]]:
    """What it says while it opens the files and keeps them in another form, and these."""
    out = folder / "opened"
    done = subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation=file://{folder}/profile", "--headless", *options, "--convert-to", kind,
         "--outdir", str(out), *(str(file) for file in files)],
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    ending = kind.partition(":")[0]
    return done.stdout + done.stderr, [out / f"{file.stem}.{ending}" for file in files]


def put_aside(folder: Path, export: ReportExport, name: str) -> Path:
    """A copy of the only file of an export, under a Chinese name as people keep it."""
    source = exporting.path_of(export, 1)
    target = folder / f"{name}-汇总{source.suffix}"
    shutil.copy(source, target)
    return target


def report_of(code: str) -> Report:
    return REPORTS[code] if code in REPORTS else questions.pivot(the("auditor"), ASKED[code])


def totals_in_database(code: str) -> dict[str, int]:
    """Read by the page, from SQL of its own where rows have parts."""
    if code in REPORTS:
        return dict(table(code, **MONTHS).totals)
    return {"whole": table("wage-roster", **MONTHS).totals["total_fen"]}


def number_in(field: Any, said: str) -> int:
    plain = said.replace(",", "")
    return fen(plain) if field.kind == "money" else int(plain or 0)


def no_complaint(told: str) -> None:
    assert not re.search(r"repair|corrupt|could not|error|fail(?!ed to launch javaldx)", told, re.IGNORECASE), told


@with_calc
def test_every_workbook_opens_without_repair_and_adds_up_to_the_database(demo_city: Flask, tmp_path: Path) -> None:
    exports = {code: made(code, **asked) for code, asked in ASKED.items()}
    files = [put_aside(tmp_path, export, code) for code, export in exports.items()]
    told, opened = opened_in_libreoffice(tmp_path, files, AS_CSV)
    no_complaint(told)
    for (code, export), file, sheet in zip(exports.items(), files, opened, strict=True):
        every_part_is_well_formed(file)
        lines = list(csv.reader(sheet.read_text(encoding="utf-8").splitlines()))
        fields = report_of(code).fields
        rows, total = lines[-1 - export.rows : -1], lines[-1]
        assert len(lines) > export.rows + 5, code
        for place, field in enumerate(fields):
            if field.kind == "month":
                assert {row[place] for row in rows} <= {"2018-03", "2018-04"}, code
        for place, field in enumerate(fields):
            wanted = totals_in_database(code).get(field.code)
            if wanted is None:
                continue
            assert number_in(field, total[place]) == wanted, (code, field.code)
            assert sum(number_in(field, row[place]) for row in rows) == wanted, (code, field.code)
            if field.kind == "money":
                assert all(re.fullmatch(r"-?[\d,]+\.\d\d", row[place]) for row in rows), (code, field.code)


def every_part_is_well_formed(file: Path) -> None:
    """LibreOffice forgives a sheet that breaks off; a reader that asks whether to repair it does not."""
    with ZipFile(file) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))


@with_draw
def test_every_print_opens_and_carries_the_totals_of_the_database(demo_city: Flask, tmp_path: Path) -> None:
    exports = {code: made(code, form="PDF", **asked) for code, asked in ASKED.items()}
    files = [put_aside(tmp_path, export, code) for code, export in exports.items()]
    told, opened = opened_in_libreoffice(tmp_path, files, AS_DRAWING, "--infilter=draw_pdf_import")
    no_complaint(told)
    voice = voice_of("zh")
    for code, drawing in zip(exports, opened, strict=True):
        words = " ".join("".join(one.itertext()) for one in ElementTree.parse(drawing).iter(_TEXT)).split()
        totals = [field for field in report_of(code).fields if field.code in totals_in_database(code)]
        below = words[len(words) - words[::-1].index("合计") :] if totals else []
        for field in totals:
            assert printing.said(field, totals_in_database(code)[field.code], voice) in below, (code, field.code)


@with_calc
def test_a_workbook_that_breaks_off_is_refused_so_the_others_were_really_read(demo_city: Flask, tmp_path: Path) -> None:
    whole = put_aside(tmp_path, made("fund", **MONTHS), "fund")
    torn = tmp_path / "torn.xlsx"
    torn.write_bytes(whole.read_bytes()[:-200])
    told, (opened,) = opened_in_libreoffice(tmp_path, [torn], AS_CSV)
    assert not opened.exists()
    with pytest.raises(AssertionError):
        no_complaint(told)
