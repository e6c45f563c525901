"""The shell: what makes the product installable, and what a browser may keep of it, which is assets and one page.

The worker keeps no page, no picture and no answer of the product: these hold pay and identity data. What people typed
and have not saved is kept by js/keep.js; here the server tells it what has arrived and who has left.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.web.assets import FOLDER, asset, current
from app.web.guard import open_to_all, signed_in
from app.web.languages import DEFAULT
from app.web.showing import is_chinese

pages = Blueprint("shell", __name__)

WITHOUT_ACTOR = frozenset({"shell.manifest", "shell.worker", "shell.offline"})
"""Endpoints that a browser asks for by itself: they concern nobody, and must not use up a sentence meant for a page."""
WITHOUT_ACTOR_WHOLE = frozenset({"guide"})
"""Rooms whose pages are the same for everybody, so that anybody between may keep them: they know no session."""
_LANGUAGES = {"zh": DEFAULT, "en": "en"}
_NOT_KEPT = ("js/worker.js", "icons/")  # the worker itself, and pictures that only the system shows
_IMPORT = re.compile(r"""^(?:import|export)\b[^"'();]*["']\./([\w-]+\.js)["']""", re.MULTILINE)
_KEPT = re.compile(r"[0-9a-f]{12}")
_ARRIVED_LASTS = 10 * 60  # seconds in which the next page is shown
_LEFT_LASTS = 7 * 24 * 3600  # as long as anything typed is kept
_TROUBLE = frozenset({"error", "danger", "bad", "warn", "warning"})


def open_shell(app: Flask) -> None:
    """Serve the shell, and tell each page's address of it to the frame."""
    app.register_blueprint(pages)
    app.after_request(tell_what_arrived)

    app.jinja_env.globals["module"] = module

    @app.context_processor
    def shell_values() -> dict[str, Any]:
        language = "zh" if is_chinese() else "en"
        return {
            "manifest_url": url_for("shell.manifest", lang=language),
            "worker_url": url_for("shell.worker", lang=language),
            "pulse_url": url_for("shell.pulse"),
            "theme_colours": colours(),
        }


@pages.get("/manifest.webmanifest")
@open_to_all
def manifest() -> ResponseReturnValue:
    """What the system needs to install the product."""
    light = colours()["light"]
    with force_locale(_asked_language()):
        said = {
            "id": "/",
            "name": _("ZeroTrip: wage services without a trip"),
            "short_name": _("ZeroTrip"),
            "description": _("File wage applications, review them and see one's own wage, from a desk or a phone."),
            "lang": _("en"),
            "dir": "ltr",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "theme_color": light["surface"],
            "background_color": light["paper"],
            "icons": [
                {"src": asset("icons/192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": asset("icons/512.png"), "sizes": "512x512", "type": "image/png"},
                {"src": asset("icons/maskable.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
                {"src": asset("mark.svg"), "sizes": "any", "type": "image/svg+xml"},
            ],
        }
    return _fresh(json.dumps(said, ensure_ascii=False), "application/manifest+json")


@pages.get("/worker.js")
@open_to_all
def worker() -> ResponseReturnValue:
    """The worker, with the addresses that it keeps written at its head."""
    assets = current()
    lang = "en" if request.args.get("lang") == "en" else "zh"
    offline_pages = {one: url_for("shell.offline", lang=one) for one in _LANGUAGES}
    texts = "".join(_offline_page(locale) for locale in _LANGUAGES.values())
    shell = {
        "version": f"{assets.version}-{sha256(texts.encode()).hexdigest()[:6]}",
        "assets": [asset(name) for name in assets.files if not name.startswith(_NOT_KEPT)],
        "pages": list(offline_pages.values()),
        "offline": offline_pages[lang],
    }
    source = f"const SHELL = {json.dumps(shell)};\n{assets.files['js/worker.js'].body.decode()}"
    response = _fresh(source, "text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@pages.get("/offline")
@open_to_all
def offline() -> ResponseReturnValue:
    """What is shown when there is no line: it names nobody, and nothing of the session is in it."""
    return _fresh(_offline_page(_asked_language()), "text/html; charset=utf-8")


@pages.get("/pulse")
@open_to_all
def pulse() -> ResponseReturnValue:
    """Whether the line holds, whose session this is, and a token for a form that was opened in an earlier one."""
    actor = signed_in()
    return jsonify({"actor": actor.account_id, "csrf": generate_csrf()} if actor else {"actor": None})


def module(name: str) -> Markup:
    """The tag of a script, and with it of what it imports: a slow line fetches all of it at once, not one by one."""
    said: set[str] = g.setdefault("modules_said", set())
    new = [one for one in _imports_of(current().version, name) if one not in said]
    said.update(new, (name,))
    script = Markup('<script type="module" src="{}"></script>').format(asset(name))
    return Markup("\n").join(
        (script, *(Markup('<link rel="modulepreload" href="{}">').format(asset(one)) for one in new))
    )


@lru_cache(maxsize=200)
def _imports_of(version: str, name: str) -> tuple[str, ...]:
    """What a module of this version imports, directly or through another, in the order of finding."""
    assets = current()
    found: list[str] = []
    ahead = [name]
    while ahead:
        body = assets.files[ahead.pop(0)].body.decode()
        for one in (f"js/{imported}" for imported in _IMPORT.findall(body)):
            if one not in (name, *found):
                found.append(one)
                ahead.append(one)
    return tuple(found)


def tell_what_arrived(response: Response) -> Response:
    """A form that says under which number its text is kept learns, by a cookie, that it was carried out.

    A redirect without any sentence of trouble means that, or JSON that is no refusal: a refusal shows the form again,
    and the log-in page comes where nobody is logged in.
    """
    done = response.status_code in (301, 302, 303) or (response.is_json and response.status_code < 300)
    if request.method != "POST" or not done:
        return response
    if g.get("actor") is None or g.get("must_change_password"):
        return response
    number = request.form.get("_kept", "")
    trouble = any(category in _TROUBLE for category, _text in session.get("_flashes", []))
    if _KEPT.fullmatch(number) and not trouble:
        response.set_cookie(f"kept-{number}", "1", max_age=_ARRIVED_LASTS, samesite="Lax", secure=request.is_secure)
    return response


def tell_who_left(response: Response, account_id: int | None) -> Response:
    """After a log-out the browser forgets what it kept of the account."""
    response.set_cookie("left", str(account_id), max_age=_LEFT_LASTS, samesite="Lax", secure=request.is_secure)
    return response


@cache
def colours() -> dict[str, dict[str, str]]:
    """The ground and the surface of pages, light and dark, as the tokens have them."""
    text = (FOLDER / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = text.split("@media (prefers-color-scheme: dark)", 1)
    return {
        "light": {name: _token(light, name) for name in ("paper", "surface")},
        "dark": {name: _token(dark, name) for name in ("paper", "surface")},
    }


def _token(text: str, name: str) -> str:
    found = re.search(rf"--{name}:\s*(#[0-9a-f]{{6}});", text)
    if found is None:
        raise LookupError(f"tokens.css has no colour {name}")
    return found.group(1)


def _asked_language() -> str:
    return _LANGUAGES.get(request.args.get("lang", ""), DEFAULT)


def _offline_page(locale: str) -> str:
    with force_locale(locale):
        return render_template("shell/offline.html")


def _fresh(body: str, media_type: str) -> Response:
    """To be asked for anew each time, so that a new version is noticed at once."""
    response = make_response(body)
    response.content_type = media_type
    response.headers["Cache-Control"] = "no-cache"
    return response
