"""The courses that ship, in force, and people who learn and write."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.access.actor import Actor, system
from app.learning.loading import load_courses
from models import db
from tests.access.browsing import somebody
from tests.factories import Reach, a_unit, acting, an_account


@pytest.fixture
def courses(app: Flask) -> Flask:
    """The product with the courses that ship."""
    load_courses(by=system("test"))
    db.session.remove()
    return app


def _account(name: str, role: str, *, everywhere: bool = False) -> Actor:
    place = None if everywhere else a_unit()
    return acting(an_account(name, (role, place, Reach.ALL if everywhere else Reach.UNIT)))


@pytest.fixture
def learner(courses: Flask) -> Actor:
    """A clerk of some unit."""
    return _account("learner", "clerk")


@pytest.fixture
def author(courses: Flask) -> Actor:
    """Who writes courses."""
    return _account("author", "designer", everywhere=True)


@pytest.fixture
def publisher(courses: Flask) -> Actor:
    """Who publishes them."""
    return _account("publisher", "publisher", everywhere=True)


@pytest.fixture
def reader(courses: Flask, learner: Actor) -> FlaskClient:
    """The learner at a browser without script."""
    return somebody(courses, "learner")
