"""Where a web server and the `flask` command find the product."""

from __future__ import annotations

import sys

from flask import Flask

import app as product
from app.config import BadSetting


def create_app() -> Flask:
    """The product, or the sentence that says which setting keeps it from starting."""
    try:
        return product.create_app()
    except BadSetting as problem:
        sys.exit(f"ZeroTrip does not start: {problem}")
