"""Who may go where in the back office: every road of every view names its permission, and a road that names none is
not built at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, has_request_context
from flask_admin import Admin, BaseView

from app.access.actor import Actor
from app.access.permissions import PERMISSIONS
from app.access.policy import require
from app.errors import NotFound
from app.web.guard import Rule, current_actor, name_rule, signed_in

View = TypeVar("View", bound=Callable[..., Any])


def needs(*permissions: str) -> Callable[[View], View]:
    """Holders of one of these permissions may take this road; the row itself is still looked up within their reach."""
    unknown = set(permissions) - PERMISSIONS.keys()
    if unknown or not permissions:
        raise ValueError(f"unknown permissions: {sorted(unknown)}")

    def mark(view: View) -> View:
        view.needed_permissions = permissions  # type: ignore[attr-defined]
        return view

    return mark


class Guarded(BaseView):
    """What every view of the back office is: closed until a permission is named, road by road."""

    permission_read: str = ""
    static_folder = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if self.permission_read not in PERMISSIONS:
            raise TypeError(f"{type(self).__name__}: permission_read names no permission")
        super().__init__(*args, **kwargs)

    def permissions_of(self, road: str) -> tuple[str, ...]:
        """Who may take a road, by the name of its method; nobody when empty."""
        named: tuple[str, ...] = getattr(getattr(type(self), road), "needed_permissions", ())
        return named

    def create_blueprint(self, admin: Admin) -> Blueprint:
        """Build the open roads only, and name their rules at the door."""
        self._urls = [road for road in self._all_roads() if self.permissions_of(road[1])]
        blueprint = super().create_blueprint(admin)
        for _, road, _ in self._urls:
            name_rule(admin.app, f"{self.endpoint}.{road}", Rule(self.permissions_of(road)))
        return blueprint

    def _all_roads(self) -> list[Any]:
        """The roads that the class knows, open or not."""
        known: Any = type(self)
        return list(known._urls)

    def open_roads(self) -> frozenset[str]:
        """The names of the roads that were built."""
        return frozenset(road[1] for road in self._urls)

    def is_accessible(self) -> bool:
        actor = signed_in()
        return actor is not None and actor.holds(self.permission_read)

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        """The second lock, behind the one at the door: the road must be open, and open to this person."""
        permissions = self.permissions_of(name)
        if not permissions:
            raise NotFound
        actor = current_actor()
        if not any(actor.holds(permission) for permission in permissions):
            require(actor, permissions[0])

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run the view as it is; the stock one calls a view that fails with a TypeError a second time."""
        return fn(self, *args, **kwargs)

    @property
    def actor(self) -> Actor:
        return current_actor()

    def holds(self, permission: str) -> bool:
        """Whether the person of this request holds a permission; False outside a request."""
        actor = signed_in() if has_request_context() else None
        return bool(permission) and actor is not None and actor.holds(permission)
