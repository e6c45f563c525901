"""Every page as everybody who may open it, each once in another language and width; `make pages` looks at all four."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from models import db
from tests.journeys.pages import addresses, scene
from tests.journeys.pages.languages import note_chinese
from tests.journeys.pages.walking import WHO, Walk, in_turn


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """What somebody has looked at already: where two people get the same page, it is measured once."""
    return set()


@pytest.mark.journey
@pytest.mark.look
@pytest.mark.parametrize("person", WHO)
def test_no_page_has_a_fault(demo_city: Flask, server: str, browser: Browser, seen: set[str], person: str) -> None:
    scene.prepare()
    visits = addresses.visits_of(demo_city, person)
    db.session.remove()
    findings = Walk(browser, server, person, seen, sparing=True).go(visits, in_turn(person))
    note_chinese(findings)
    assert findings.pages
    assert {fault: places for fault, places in findings.faults.items() if fault.counts} == {}
    assert findings.closed == []
