"""The style guide: every component in its states. Development only."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.web.guard import open_to_all

pages = Blueprint("styleguide", __name__)


@pages.get("/styleguide")
@open_to_all
def show() -> ResponseReturnValue:
    return render_template("styleguide.html", now=clock.now())
