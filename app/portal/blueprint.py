"""The blueprint that every page of the portal belongs to."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("portal", __name__)
