"""The look of the back office: Flask-Admin templates of our own, on the same components as the portal."""

from __future__ import annotations

from pathlib import Path

from flask_admin.theme import Theme

# Flask-Admin joins the folder to its own package; an absolute path leads out of it, so that none of its Bootstrap
# templates can be reached by accident: a template that we forgot fails loudly instead of showing inline script.
FOLDER = Path(__file__).resolve().parent / "templates" / "zt"

theme = Theme(folder=str(FOLDER), base_template="admin/base.html")
