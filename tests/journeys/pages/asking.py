"""What an address is looked at with: a visit, and who asks for examples of a route."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, url_for
from sqlalchemy import Select, inspect, select
from werkzeug.routing import Rule as Route

from app.access import scope
from app.access.actor import Actor
from models import db


@dataclass(frozen=True)
class Visit:
    """One address to look at; `sent_empty` presses the main button of its form without filling in anything."""

    endpoint: str
    address: str
    status: int = 200
    sent_empty: bool = False

    @property
    def kind(self) -> str:
        """What has the same make-up, whoever opens it."""
        return f"{self.endpoint} {self.status}" + (" sent empty" if self.sent_empty else "")

    def spoken(self, language: str) -> Visit:
        """The same page in a language, where the address itself names one."""
        return replace(self, address=re.sub("^/guide/(zh|en)/", f"/guide/{language}/", self.address))

    def __str__(self) -> str:
        return self.address + (" sent empty" if self.sent_empty else "")


@dataclass(frozen=True)
class Asking:
    """Who asks for examples, and of which route."""

    app: Flask
    actor: Actor | None
    route: Route

    @property
    def view(self) -> Any:
        """The view of the back office that the route belongs to."""
        name = self.route.endpoint.partition(".")[0]
        return next(view for view in self.app.extensions["admin"][0]._views if view.endpoint == name)

    def address(self, **values: Any) -> str:
        return url_for(self.route.endpoint, **values)

    def rows(self, model: type[Any], permission: str, *narrower: Any) -> Select[Any]:
        assert self.actor is not None
        key = inspect(model).primary_key[0]
        return select(key).where(scope.condition(self.actor, permission, model), *narrower).order_by(key)


Examples = Callable[[Asking], Iterable[str]]


def firsts(asking: Asking, model: type[Any], permission: str, *conditions: Any) -> list[Any]:
    """The first row in reach for each of the conditions."""
    found = (db.session.scalars(asking.rows(model, permission, each).limit(1)).first() for each in conditions)
    return list(dict.fromkeys(one for one in found if one is not None))
