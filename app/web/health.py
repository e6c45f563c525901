"""Is the product alive, and can it reach its database?"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.web.guard import open_to_all
from models import db

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@open_to_all
def healthz() -> ResponseReturnValue:
    """200 when the database answers; the error handler makes it 503 otherwise."""
    db.session.execute(text("SELECT 1"))
    return jsonify({"status": "ok"})
