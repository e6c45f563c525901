"""Every page as everybody who may open it, each once in another language and width; `make pages` looks at all four.

A kind of page that was looked at often enough in a language and width is only asked for.
"""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from models import db
from tests.journeys.pages import addresses, scene
from tests.journeys.pages.languages import note_chinese
from tests.journeys.pages.walking import WHO, Seen, Walk, in_turn

ENOUGH = 1


@pytest.fixture(scope="module")
def seen() -> Seen:
    return Seen()


@pytest.mark.journey
@pytest.mark.look
@pytest.mark.parametrize("person", WHO)
def test_no_page_has_a_fault(demo_city: Flask, server: str, browser: Browser, seen: Seen, person: str) -> None:
    scene.prepare()
    visits = addresses.visits_of(demo_city, person)
    db.session.remove()
    findings = Walk(browser, server, person, seen, enough=ENOUGH).go(visits, in_turn(person))
    note_chinese(findings)
    assert findings.pages
    assert {fault: places for fault, places in findings.faults.items() if fault.counts} == {}
    assert findings.closed == []
