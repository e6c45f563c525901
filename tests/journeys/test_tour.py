"""The tour of the README is true: its buttons are called as it says, and its files lie where it says."""

from __future__ import annotations

import re

from app.materials.inspection import inspect
from tests.architecture.test_catalogues import ROOT, catalogue

TOUR = (ROOT / "README.md").read_text(encoding="utf-8").split("## A tour in five minutes")[1].split("\n## ")[0]
BUTTON = re.compile(r"\*\*([^*]*[\u4e00-\u9fff][^*]*)\*\*\s+\(((?:[^()]|\([^()]*\))+)\)")
FILE = re.compile(r"`([\w./]+\.(?:jpg|pdf))`")


def test_buttons_are_called_as_the_tour_says() -> None:
    known = catalogue()
    named = {english: chinese for chinese, english in BUTTON.findall(TOUR)}
    assert len(named) > 10
    assert named == {english: known.get(english) for english in named}


def test_files_of_the_tour_exist_and_do_what_it_says() -> None:
    pictures = ROOT / "app/demo/pictures"
    for name in FILE.findall(TOUR):
        path = ROOT / name if "/" in name else pictures / name
        verdict = inspect(path, filename=path.name)
        assert (verdict.findings == ()) is ("blurred" not in name), name
