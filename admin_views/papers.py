"""What the papers say, on the reviewer's desk: corrected where it was misread, an identity number seen whole."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from admin_views.custom import sent_number, sent_text
from admin_views.desk import open_desk
from admin_views.roads import needs
from app.errors import Invalid, Refused
from app.materials import queries as materials
from app.materials.correcting import correct, reveal_identity
from app.portal.papers import typed_correction
from app.web.showing import say
from models import db


class ReadsPapers:
    """The roads of the desk to what was read on the papers. For a view that has a desk."""

    actor: Any
    get_url: Any
    _desk: Any

    @expose("/materials/<int:upload_id>/reading/", methods=("POST",))
    @needs("check:override")
    def correct_reading(self, upload_id: int) -> ResponseReturnValue:
        """Say what the paper is where it was misread; the comparison with the application is made anew."""
        application_id = materials.opened(self.actor, upload_id).application_id
        typed, revision = typed_correction(), sent_number("revision")
        try:
            correct(upload_id, typed, revision=revision, by=self.actor)
        except Invalid as refusal:
            return self._again(application_id, refusal, corrected={"upload": upload_id, "typed": typed,
                                                                   "errors": refusal.fields})  # fmt: skip
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            return self._again(application_id, refusal)
        flash(_("Corrected. It was held against the application anew."), "success")
        return redirect(self.get_url(".desk", application_id=application_id, _anchor=f"upload-{upload_id}"))

    @expose("/materials/<int:upload_id>/identity/", methods=("POST",))
    @needs("staff:read_identity")
    def reveal_identity(self, upload_id: int) -> ResponseReturnValue:
        """Show the identity numbers on a paper whole, for a reason that is written down."""
        application_id = materials.opened(self.actor, upload_id).application_id
        try:
            numbers = reveal_identity(upload_id, reason=sent_text("reason"), by=self.actor)
        except Invalid as refusal:
            return self._again(application_id, refusal)
        return self._shown(application_id, 200, revealed={upload_id: numbers})

    def _again(self, application_id: int, refusal: Refused, **typed: Any) -> ResponseReturnValue:
        db.session.rollback()
        sentences = list(refusal.fields.values()) if isinstance(refusal, Invalid) else [refusal.message]
        flash(" ".join(say(one) for one in sentences), "error")
        return self._shown(application_id, refusal.status, **typed)

    def _shown(self, application_id: int, status: int, **typed: Any) -> ResponseReturnValue:
        answer: ResponseReturnValue = self._desk(open_desk(self.actor, application_id), status, **typed)
        return answer
