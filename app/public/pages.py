"""The pages of the open guide: the same address gives everybody the same, so they know nothing of sessions.

Each language has addresses of its own, so that whoever looks for something in English finds it too.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.documents.blank import print_blank
from app.documents.voice import Voice
from app.errors import NotFound
from app.items.queries import parts
from app.public import figures, machine, needs, policies, samples
from app.public.caching import kept
from app.public.progress import code_for
from app.public.searching import LOCALES
from app.public.state import State
from app.public.telling import ItemTold, tell
from app.search import queries as searching
from app.search import rules
from app.search.registry import sources
from app.web.guard import open_to_all
from app.web.languages import chosen_locale
from models import Application
from models.applications import ApplicationState

guide_pages = Blueprint("guide", __name__)
pages = Blueprint("public", __name__)
"""What greets whoever comes from the product itself, and what asks: these know the session."""
LANGUAGE = "<any(zh, en):language>"
KEPT_QUESTIONS = ("q", *(f"q{number}" for number in range(1, needs.MOST + 1)))
"""What of a question is kept when the page is shown in the other language."""


@guide_pages.app_context_processor
def addresses() -> dict[str, Any]:
    """This page in the other language, for the frame and for crawlers; the code that opens progress; the search box."""
    return {"in_language": in_language, "progress_code": progress_code, "search_url": url_for("portal.search")}


def progress_code(application: Application) -> str | None:
    """The code that is handed to whoever filed; a draft has none."""
    if application.state == ApplicationState.DRAFT:
        return None
    return code_for(application.id, application.number)


def in_language(language: str) -> str:
    """The address of this page in a language."""
    asked = {name: request.args[name] for name in KEPT_QUESTIONS if name in request.args}
    values: dict[str, Any] = {**asked, **(request.view_args or {}), "language": language}
    return url_for(request.endpoint or "guide.index", **values)


@pages.get("/guide")
@open_to_all
def guide() -> ResponseReturnValue:
    """To the guide in the reader's language."""
    return redirect(url_for("guide.index", language="zh" if chosen_locale() != "en" else "en"))


@guide_pages.get(f"/guide/{LANGUAGE}/")
@open_to_all
@kept
def index(now: State, *, language: str) -> ResponseReturnValue:
    """Every item in force, with what is promised and what really happens."""
    del language
    return render_template("public/index.html", rows=_all(now), counting=figures.counting(now.count_id))


@guide_pages.get(f"/guide/{LANGUAGE}/items/<code>")
@open_to_all
@kept
def item(now: State, *, language: str, code: str) -> ResponseReturnValue:
    """Everything that is published of an item."""
    told = _told(now, code)
    return render_template(
        "public/item.html", told=told, figures=figures.told(now.count_id).get(code),
        counting=figures.counting(now.count_id), asks=bool(needs.questions(told.version)),
        linked=machine.as_text(machine.government_service(told, language)), has_sample=samples.has_sample,
    )  # fmt: skip


@guide_pages.get(f"/guide/{LANGUAGE}/items/<code>/needed")
@open_to_all
@kept
def needed(now: State, *, language: str, code: str) -> ResponseReturnValue:
    """What will I need? The answers stand in the address, so that it can be kept or sent on."""
    del language
    one = now.item(code)
    version = parts(one.version_id)
    asked = needs.questions(version)
    lines = needs.settle(version, needs.answered(asked, request.args))
    return render_template(
        "public/needed.html", told=tell(version, one), questions=asked, lines=lines, given=request.args,
        answered=any(request.args.get(question.name) for question in asked),
    )  # fmt: skip


@guide_pages.get(f"/guide/{LANGUAGE}/items/<code>/materials/<material>")
@open_to_all
@kept
def sample(now: State, *, language: str, code: str, material: str) -> ResponseReturnValue:
    """A sample of a material: what must be readable on a right one, and what is often wrong."""
    told = _told(now, code)
    shown = samples.sample_of(told, material, language=language)
    return render_template("public/sample.html", told=told, sample=shown)


@guide_pages.get(f"/guide/{LANGUAGE}/items/<code>/forms/<form>.pdf")
@open_to_all
@kept
def blank_form(now: State, *, language: str, code: str, form: str) -> ResponseReturnValue:
    """A form with nothing filled in."""
    one = now.item(code)
    voice = Voice(gettext, language == "zh", lambda _code: "")
    pdf = print_blank(parts(one.version_id), form, since=one.effective_from, voice=voice)
    return Response(pdf, content_type="application/pdf")


@guide_pages.get(f"/guide/{LANGUAGE}/policies")
@open_to_all
@kept
def policy(now: State, *, language: str) -> ResponseReturnValue:
    """The documents on which items rest, and the wage rules."""
    del language
    return render_template("public/policies.html", bases=policies.bases(now.versions()), rules=policies.rules())


@guide_pages.get(f"/guide/{LANGUAGE}/figures")
@open_to_all
@kept
def real_figures(now: State, *, language: str) -> ResponseReturnValue:
    """What really happens, item by item."""
    del language
    return render_template("public/figures.html", rows=_all(now), counting=figures.counting(now.count_id))


@guide_pages.get(f"/guide/{LANGUAGE}/search")
@open_to_all
def search(*, language: str) -> ResponseReturnValue:
    """The guide searched: what anybody may find."""
    asked = rules.read(request.args.get("q", ""))
    result = searching.search(asked, actor=None, chinese=language == "zh")
    page = make_response(render_template("public/search.html", result=result, kinds=sources()))
    page.headers["Cache-Control"] = "public, max-age=60"
    return page


@guide_pages.get("/guide/items.json")
@open_to_all
@kept
def items_as_json(now: State) -> ResponseReturnValue:
    """Every item in force with the address of its own data."""
    counting = figures.counting(now.count_id)
    told = {
        "format": machine.FORMAT,
        "counted": counting and {
            "on": counting.counted_on.isoformat(), "since": counting.since.isoformat(),
            "last": counting.last.isoformat(), "least": counting.least,
        },
        "items": [
            {
                "code": one.code, "version": one.number,
                "effectiveFrom": one.effective_from.isoformat() if one.effective_from else None,
                "name": {"zh": one.name_zh, "en": one.name_en}, "promisedWorkingDays": version.promised_days,
                "pages": machine.pages_of(one.code),
                "data": url_for("guide.item_as_json", code=one.code, _external=True),
            }
            for one, version in zip(now.items, now.versions(), strict=True)
        ],
    }  # fmt: skip
    return _json(told, schema="items")


@guide_pages.get("/guide/items/<code>.json")
@open_to_all
@kept
def item_as_json(now: State, *, code: str) -> ResponseReturnValue:
    """Everything that is published of an item, as data."""
    return _json(machine.item_as_json(_told(now, code), figures.told(now.count_id).get(code)), schema="item")


@guide_pages.get(f"/guide/{LANGUAGE}/items/<code>.jsonld")
@open_to_all
@kept
def item_as_linked_data(now: State, *, language: str, code: str) -> ResponseReturnValue:
    """The item as GovernmentService of schema.org."""
    text = machine.as_text(machine.government_service(_told(now, code), language))
    return Response(text, content_type="application/ld+json; charset=utf-8")


@guide_pages.get("/guide/schemas/<name>.json")
@open_to_all
@kept
def schema(now: State, *, name: str) -> ResponseReturnValue:
    """What the data are like, as JSON Schema."""
    del now
    try:
        return Response(machine.schema(name), content_type="application/schema+json; charset=utf-8")
    except KeyError:
        raise NotFound from None


@guide_pages.get("/sitemap.xml")
@open_to_all
@kept
def sitemap(now: State) -> ResponseReturnValue:
    """Every page of the guide, in each language, with the same page in the other."""
    entries: list[tuple[str, dict[str, Any], str]] = [("guide.index", {}, ""), ("guide.policy", {}, "")]
    entries.append(("guide.real_figures", {}, ""))
    for one in now.items:
        entries.append(("guide.item", {"code": one.code}, one.effective_from.isoformat() if one.effective_from else ""))
    text = render_template("public/sitemap.xml", entries=entries, languages=list(LOCALES))
    return Response(text, content_type="application/xml; charset=utf-8")


@guide_pages.get("/robots.txt")
@open_to_all
@kept
def robots(now: State) -> ResponseReturnValue:
    """Crawlers may read the guide and nothing else: everything else is behind the log-in."""
    del now
    lines = ("User-agent: *", "Allow: /guide/", "Allow: /assets/", "Disallow: /guide/*/search", "Disallow: /",
             f"Sitemap: {url_for('guide.sitemap', _external=True)}", "")  # fmt: skip
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


def _told(now: State, code: str) -> ItemTold:
    one = now.item(code)
    return tell(parts(one.version_id), one)


def _all(now: State) -> list[tuple[Any, Any, Any]]:
    told = figures.told(now.count_id)
    return [(one, version, told.get(one.code)) for one, version in zip(now.items, now.versions(), strict=True)]


def _json(told: Any, *, schema: str) -> Response:
    response = Response(machine.as_text(told), content_type="application/json; charset=utf-8")
    response.headers["Link"] = f'<{url_for("guide.schema", name=schema, _external=True)}>; rel="describedby"'
    return response
