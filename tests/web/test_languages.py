"""Catalogues are compiled by whoever starts first, and several start at once."""

from __future__ import annotations

import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from babel.messages.mofile import read_mo

from app.web.languages import TRANSLATIONS, compile_catalogues


def test_processes_that_start_at_once_on_a_fresh_checkout_each_find_whole_catalogues(tmp_path: Path) -> None:
    source = next(TRANSLATIONS.glob("*/*/LC_MESSAGES/messages.po"))
    for subject in range(12):
        kept = tmp_path / f"subject{subject}" / "en" / "LC_MESSAGES"
        kept.mkdir(parents=True)
        shutil.copy(source, kept / "messages.po")

    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        for started in [processes.submit(compile_catalogues, tmp_path) for _ in range(8)]:
            started.result()

    compiled: list[Path] = sorted(tmp_path.glob("*/*/LC_MESSAGES/*.mo"))
    assert len(compiled) == 12
    assert len({len(_read(path)) for path in compiled}) == 1
    assert not list(tmp_path.glob("*/*/LC_MESSAGES/*.new"))


def _read(path: Path) -> Any:
    with path.open("rb") as kept:
        return read_mo(kept)
