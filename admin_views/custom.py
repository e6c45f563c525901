"""What the views that are not generated share: verbs behind POST forms, and refusals put into words on the page."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, jsonify, request
from flask.typing import ResponseReturnValue

from admin_views.lookups import ScopedLookup
from admin_views.roads import Guarded
from app.errors import NotAllowed, NotFound, NotLoggedIn, Refused
from app.web.showing import say
from models import db


class WorkView(Guarded):
    """A page where work is done. Its verbs are those of the services."""

    page_lead: Any = None
    lookups: dict[str, ScopedLookup]

    def look_up(self) -> ResponseReturnValue:
        """Answer a look-up of this view: only rows in reach, and only for those who may see such rows."""
        loader = self.lookups.get(request.args.get("name", ""))
        if loader is None or not self.holds(loader.permission):
            raise NotFound
        text = request.args.get("q", request.args.get("query", ""))
        return jsonify({"results": [loader.found(row) for row in loader.get_list(text)]})

    def attempt(self, verb: Callable[[], Any], done: str = "") -> tuple[Any, Refused | None]:
        """Carry out a verb. What is refused comes back as the refusal, and as a sentence on the next page."""
        try:
            result = verb()
        except (NotFound, NotAllowed, NotLoggedIn):
            raise
        except Refused as refusal:
            db.session.rollback()
            flash(" ".join(filter(None, (say(refusal.message), say(refusal.remedy)))), "error")
            return None, refusal
        if done:
            flash(done, "success")
        return result, None


def fresh_key() -> str:
    """A key that makes two sendings of one form one deed."""
    return secrets.token_urlsafe(16)


def sent_key() -> str | None:
    """The key that the form carries."""
    key = request.form.get("key", "")
    return key if 8 <= len(key) <= 80 and key.isascii() else None


def sent_number(name: str) -> int:
    """A whole number of the form; 0, which no record has, for anything else."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def sent_text(name: str, *, longest: int = 2000) -> str:
    """A text of the form, without what a database cannot keep."""
    return request.form.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()[:longest]
