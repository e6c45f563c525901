"""Style sheets, scripts and icons: served from memory, compressed, under an address that changes with their content.

The version in the address is the hash of all of them, so that a script's `import "./live.js"` stays within its version
and browsers may keep everything for ever. The style sheets are written in several files and sent as one.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, g, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.config import ROOT
from app.errors import NotFound
from app.web.guard import open_to_all

pages = Blueprint("assets", __name__)

FOLDER = ROOT / "app" / "static"
SHEET = "zerotrip.css"
STYLES = (
    "tokens", "page", "frame", "controls", "calendar", "status", "tables", "uploads", "phone", "amounts", "own",
    "extras", "desk", "office", "reports", "budgets", "learning", "guide", "messages", "last",
)  # fmt: skip
"""In the order of the cascade: what comes later may override what comes before."""
_ZIPPED = (".css", ".js", ".svg", ".json", ".webmanifest")
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    zipped: bytes | None
    media_type: str
    etag: str


@dataclass(frozen=True)
class Assets:
    """All files, and the version under which they are addressed."""

    version: str
    files: dict[str, Asset]


def read_assets() -> Assets:
    """Read everything below the folder; the style sheets become one."""
    bodies = {str(path.relative_to(FOLDER)): path.read_bytes() for path in _sources() if path.suffix != ".css"}
    bodies[SHEET] = b"\n".join((FOLDER / "css" / f"{name}.css").read_bytes() for name in STYLES)
    files = {name: _asset(name, body) for name, body in sorted(bodies.items())}
    version = sha256("".join(name + one.etag for name, one in files.items()).encode()).hexdigest()[:10]
    return Assets(version, files)


def asset(name: str) -> str:
    """The address of a file, with the version of its content. Raises KeyError for one that does not exist."""
    known = current()
    if name not in known.files:
        raise KeyError(f"no such asset: {name}")
    return f"{_prefix()}/{known.version}/{name}"


def current() -> Assets:
    """The files of this process. In development they are read again, once a request, when one has changed."""
    kept: Assets = current_app.extensions["assets"]
    if not current_app.config.get("ASSETS_MAY_CHANGE") or "assets_seen" in g:
        return kept
    g.assets_seen = True
    stamp = _stamp()
    if current_app.extensions["assets_stamp"] != stamp:
        kept = current_app.extensions["assets"] = read_assets()
        current_app.extensions["assets_stamp"] = stamp
    return kept


def open_assets(app: Flask, *, may_change: bool) -> None:
    """Read the files and serve them."""
    app.config["ASSETS_MAY_CHANGE"] = may_change
    app.extensions["assets"], app.extensions["assets_stamp"] = read_assets(), _stamp()
    app.register_blueprint(pages)


@pages.get("/assets/<version>/<path:name>")
@open_to_all
def file(version: str, name: str) -> ResponseReturnValue:
    """One file. An address of another version gives what is current, to be asked for anew each time."""
    known = current()
    found = known.files.get(name)
    if found is None:
        raise NotFound
    return answer_with(found, for_ever=version == known.version)


def answer_with(found: Asset, *, for_ever: bool) -> Response:
    """The answer for one file, compressed where the browser takes that."""
    zipped = found.zipped is not None and "gzip" in request.accept_encodings
    answer = make_response(found.zipped if zipped else found.body)
    answer.content_type = found.media_type
    if zipped:
        answer.content_encoding = "gzip"
    if found.zipped is not None:
        answer.vary.add("Accept-Encoding")
    answer.set_etag(found.etag + ("-gz" if zipped else ""))
    answer.headers["Cache-Control"] = _FOR_EVER if for_ever else "no-cache"
    answer.make_conditional(request)
    return answer


def _prefix() -> str:
    if "assets_prefix" not in g:
        g.assets_prefix = url_for("assets.file", version="-", name="-").removesuffix("/-/-")
    prefix: str = g.assets_prefix
    return prefix


def _asset(name: str, body: bytes) -> Asset:
    kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind == "image/svg+xml":
        kind += "; charset=utf-8"
    zipped = gzip.compress(body, 9, mtime=0) if name.endswith(_ZIPPED) else None
    return Asset(body, zipped, kind, sha256(body).hexdigest()[:16])


def _sources() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.is_file())


def _stamp() -> tuple[tuple[str, int], ...]:
    return tuple((str(path), path.stat().st_mtime_ns) for path in _sources())
