"""The start of the back office: what waits for this person, and where to go."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext

from admin_views.figures import DECIDE, figures_for
from admin_views.roads import Guarded
from app.access.roles import ROLES
from app.errors import NotAllowed
from app.messages import Message
from app.web.guard import Rule, name_rule
from app.workflow import queries

_l = lazy_gettext
BACK_OFFICE = tuple(
    sorted({permission for role in ROLES.values() if role.back_office for permission in role.permissions})
)


class HomeView(Guarded):
    """Open to everybody whose place of work is the back office."""

    permission_read = "unit:read"

    def __init__(self) -> None:
        super().__init__(name=_l("Overview"), endpoint="admin", url="/admin", menu_icon_value="home")

    def permissions_of(self, road: str) -> tuple[str, ...]:
        return _TELLING

    def create_blueprint(self, admin: Any) -> Any:
        blueprint = super().create_blueprint(admin)
        name_rule(admin.app, "admin.index", Rule(_TELLING))
        return blueprint

    def is_accessible(self) -> bool:
        return any(self.holds(permission) for permission in _TELLING)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        actor = self.actor
        if not any(ROLES[role].back_office for role in actor.roles if role in ROLES):
            raise NotAllowed(
                Message("The back office is for those who review, pay, design or administer."),
                remedy=Message("Your own work is on the start page."),
            )
        decides = any(actor.holds(permission) for permission in DECIDE)
        urgent = queries.queue(actor, per_page=6).rows if decides else []
        return str(self.render("admin/index.html", figures=figures_for(actor, url_for), urgent=urgent))


# Permissions that only roles of the back office hold: the door tells by them who works here.
_FRONT = {permission for role in ROLES.values() if not role.back_office for permission in role.permissions}
_TELLING = tuple(permission for permission in BACK_OFFICE if permission not in _FRONT)
