"""A pytest plugin for the mutation run: nothing remembered, the quickest tests first, and none without end."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

TIMES = Path("mutmut-stats.json")  # how long each test took when nothing was changed
PATIENCE = 5  # seconds of work that any test may take on top


def times() -> dict[str, float]:
    taken: dict[str, float] = json.loads(TIMES.read_text("utf-8"))["duration_by_test"] if TIMES.exists() else {}
    return taken


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Most changes fail a quick test already."""
    forget()
    gc.freeze()  # looking for garbage in what is loaded once for thousands of short runs would take most of their time
    taken = times()
    items.sort(key=lambda item: taken.get(item.nodeid, 0))


def pytest_runtest_setup() -> None:
    """Which functions a test reaches is noted once, and not all of it lies with the test that came first."""
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        forget()


def forget() -> None:
    """What a changed function would have computed may lie in a cache already."""
    for name, module in list(sys.modules.items()):
        if name.startswith("app.pay"):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A change that makes a loop endless is noticed by the time it takes; work is counted, not waiting."""
    taken = times().get(item.nodeid)
    if taken is None:
        return (yield)
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE + 5 * taken)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _give_up(*_: object) -> None:
    pytest.fail("takes far longer than without the change")
