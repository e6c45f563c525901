"""Searching from everywhere: items, policies, lessons and answers, and the people in one's reach."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.portal.blueprint import pages
from app.search import queries, rules, service
from app.search.registry import sources
from app.web.guard import current_actor, logged_in
from app.web.showing import is_chinese


@pages.get("/search")
@logged_in
def search() -> ResponseReturnValue:
    """What was found, with the place in the text. That people were found is written down."""
    actor = current_actor()
    asked = rules.read(request.args.get("q", ""))
    people = service.find_people(asked, by=actor)
    result = queries.search(asked, actor=actor, chinese=is_chinese())
    return render_template("portal/search.html", result=result, people=people, kinds=sources())
