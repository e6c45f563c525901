"""Workbooks are read and written without lxml, whoever asks for openpyxl first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_openpyxl_leaves_lxml_alone_and_reads_through_defusedxml() -> None:
    asked = "import app; import openpyxl.xml as how; print(how.LXML, how.DEFUSEDXML)"
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=root)
    assert told.stdout.split() == ["False", "True"]
