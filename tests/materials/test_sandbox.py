"""A hostile file costs only itself."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from app.materials import sandbox
from app.materials.verdicts import Limits
from tests.materials import files
from tests.materials.files import examined


def test_a_file_that_takes_too_long_is_a_bomb(tmp_path: Path) -> None:
    assert examined(files.png(), "a.png", tmp_path, limits=Limits(seconds=0.01)).codes == ["bomb"]


def test_a_file_that_takes_too_much_memory_is_a_bomb(tmp_path: Path) -> None:
    assert examined(files.wide_png(), "a.png", tmp_path).codes != ["bomb"], "its pixels alone are allowed"
    assert examined(files.wide_png(), "a.png", tmp_path, limits=Limits(memory_mb=10)).codes == ["bomb"]


def test_at_whatever_step_the_memory_ends_the_file_is_not_called_damaged(tmp_path: Path) -> None:
    content = files.wide_png()
    found = {
        code
        for room in range(8, 116, 6)
        for code in examined(content, "a.png", tmp_path, limits=Limits(memory_mb=room)).codes
    }
    assert found == {"bomb"}


def test_the_worker_serves_on_after_a_failure(tmp_path: Path) -> None:
    examined(files.wide_png(), "a.png", tmp_path, limits=Limits(memory_mb=10))
    assert examined(files.jpeg(), "a.jpg", tmp_path).accepted


def test_a_worker_that_was_ended_is_replaced(tmp_path: Path) -> None:
    examined(files.jpeg(), "a.jpg", tmp_path)
    for worker in sandbox._Pool.idle:
        os.kill(worker._pipe.pid, 9)
    assert examined(files.jpeg(), "a.jpg", tmp_path).accepted


def test_an_examination_that_somebody_else_ended_is_done_again(tmp_path: Path) -> None:
    examined(files.jpeg(), "warm.jpg", tmp_path)
    worker = sandbox._Pool.idle[-1]
    children = Path(f"/proc/{worker._pipe.pid}/task/{worker._pipe.pid}/children")
    verdicts = []
    examining = threading.Thread(target=lambda: verdicts.append(examined(files.scan_pdf(), "a.pdf", tmp_path)))
    examining.start()
    while not (begun := children.read_text().split()) and examining.is_alive():
        pass
    os.kill(int(begun[0]), 9)
    examining.join()
    assert verdicts[0].accepted


def test_two_files_at_once_get_their_own_verdicts(tmp_path: Path) -> None:
    codes: dict[str, list[str]] = {}

    def examine(name: str, content: bytes) -> None:
        place = tmp_path / name
        place.mkdir()
        codes[name] = examined(content, "a.jpg", place).codes

    orders = {"good": files.jpeg(), "cut": files.jpeg()[:9000], "pdf": files.scan_pdf()}
    threads = [threading.Thread(target=examine, args=order) for order in orders.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == {"good": [], "cut": ["truncated"], "pdf": ["type_mismatch"]}


def test_the_worker_knows_no_secret_of_the_application(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a-secret-that-stays-here")
    sandbox.close_workers()
    examined(files.jpeg(), "a.jpg", tmp_path)
    worker = sandbox._Pool.idle[-1]
    assert b"a-secret" not in Path(f"/proc/{worker._pipe.pid}/environ").read_bytes()
