"""Answers that crawlers may ask for a thousand times: made once for each state of the guide, and not sent twice.

The tag of an answer is made from its address, from the state of the guide and from the version of the assets, so it is
known before anything is rendered: whoever has the answer already is told so after one statement. What was rendered is
kept by this process under that tag, so a change of the guide, which changes the tag, makes every process render anew.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from threading import Lock
from typing import Any

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, event

from app import clock
from app.public import state
from app.web.assets import current

FRESH_SECONDS = 300
MOST_BYTES = 48 * 1024 * 1024
_NOT_WORTH_ZIPPING = 500
Made = tuple[bytes, bytes | None, str, str]
"""A body whole and compressed, of what kind it is, and what it links to."""
_kept: OrderedDict[str, Made] = OrderedDict()
_bytes_kept = 0
_lock = Lock()
Page = Callable[..., ResponseReturnValue]


def kept(view: Callable[..., Any]) -> Page:
    """A page of the guide: `view` gets the present state, and the parts of its address, and is run once for each state.

    A question after the address (`?…`) belongs to the tag, and what is rendered for it is not kept, since anybody
    could ask a million different ones.
    """

    @wraps(view)
    def answer(**parts: Any) -> ResponseReturnValue:
        now = state.present()
        tag = _tag(now.stamp)
        response = Response(status=304) if request.if_none_match.contains(tag) else None
        if response is None:
            body, zipped, kind, link = _taken(tag) or _made(tag, make_response(view(now, **parts)))
            zips = zipped is not None and "gzip" in request.accept_encodings
            response = Response(zipped if zips else body, content_type=kind)
            if zips:
                response.content_encoding = "gzip"
            if link:
                response.headers["Link"] = link
        response.set_etag(tag)
        response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}, stale-while-revalidate=86400"
        return response

    return answer


@event.listens_for(Engine, "engine_disposed")
def forget(_engine: Engine | None = None) -> None:
    """Let go of everything that was rendered: whoever lets go of a database may come back to another one."""
    global _bytes_kept
    with _lock:
        _kept.clear()
        _bytes_kept = 0


def _tag(stamp: str) -> str:
    shown = clock.today().isoformat() if clock.shifted() else ""
    told = "\n".join((request.full_path, request.host_url, stamp, current().version, shown))
    return sha256(told.encode()).hexdigest()[:24]


def _taken(tag: str) -> Made | None:
    with _lock:
        if tag in _kept:
            _kept.move_to_end(tag)
            return _kept[tag]
    return None


def _made(tag: str, response: Response) -> Made:
    """The body, whole and compressed, remembered where it has an address of its own."""
    global _bytes_kept
    body = response.get_data()
    kind = response.mimetype or ""
    text = kind.startswith("text/") or "json" in kind or "xml" in kind
    zipped = gzip.compress(body, 6, mtime=0) if text and len(body) > _NOT_WORTH_ZIPPING else None
    made = body, zipped, response.content_type or "application/octet-stream", response.headers.get("Link", "")
    if not request.query_string:
        with _lock:
            _kept[tag] = made
            _bytes_kept += _size(made)
            while _bytes_kept > MOST_BYTES:
                _, oldest = _kept.popitem(last=False)
                _bytes_kept -= _size(oldest)
    return made


def _size(made: Made) -> int:
    return len(made[0]) + len(made[1] or b"")
