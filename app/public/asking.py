"""The one page of the guide that takes secrets: progress by number and code. It is never kept by anybody."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.errors import NotFound, TooMany
from app.public.pages import LANGUAGE, pages
from app.public.progress import look_up
from app.web.guard import open_to_all


@pages.route(f"/guide/{LANGUAGE}/progress", methods=["GET", "POST"])
@open_to_all
def progress(*, language: str) -> ResponseReturnValue:
    """How far an application has come, for whoever has its number and its code."""
    del language
    number, code = request.form.get("number", "")[:40], request.form.get("code", "")[:40]
    found, refused, status = None, None, 200
    if request.method == "POST":
        try:
            found = look_up(number, code, address=request.remote_addr or "")
        except (NotFound, TooMany) as refusal:
            refused, status = refusal, refusal.status
    page = render_template("public/progress.html", found=found, refused=refused, number=number, code=code)
    headers = {"Retry-After": str(refused.retry_after)} if isinstance(refused, TooMany) else {}
    return page, status, headers
