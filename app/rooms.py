"""Which pages and commands the product has: each room is registered here once."""

from __future__ import annotations

from flask import Flask

from app.config import Settings


def open_rooms(app: Flask, settings: Settings) -> None:
    """Register the blueprints, the back office and the commands."""
    from app.web import health

    app.register_blueprint(health.pages)
