"""What can be refused: each refusal says what happened, why, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping

from app.messages import Message


class Refused(Exception):
    """A request that is understood and not carried out. `status` is the HTTP status that a page answers with."""

    status = 400

    def __init__(self, message: Message, *, remedy: Message | None = None, code: str = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.remedy = remedy
        self.code = code or type(self).__name__.lower()


class Invalid(Refused):
    """Input that cannot be taken as it is; `fields` maps the name of a field to its sentence."""

    status = 422

    def __init__(
        self,
        message: Message | None = None,
        *,
        fields: Mapping[str, Message] | None = None,
        remedy: Message | None = None,
        code: str = "",
    ) -> None:
        super().__init__(
            message or Message("Some answers need your attention."),
            remedy=remedy or Message("Correct the marked places and send again. Nothing you typed is lost."),
            code=code,
        )
        self.fields = dict(fields or {})


class NotFound(Refused):
    """No such record, or none that this person may know of: both look the same."""

    status = 404

    def __init__(self, message: Message | None = None, *, remedy: Message | None = None) -> None:
        super().__init__(
            message or Message("This page or record does not exist, or it is not yours to see."),
            remedy=remedy or Message("Go back to the list and open the record from there."),
        )


class NotAllowed(Refused):
    """The person is known and may not do this."""

    status = 403


class NotLoggedIn(Refused):
    """Nobody is logged in, or the session has ended."""

    status = 401


class Conflict(Refused):
    """The record is no longer in the state that this needs."""

    status = 409


class Stale(Conflict):
    """The page is older than the record: somebody has changed it since."""


class TooMany(Refused):
    """A limit is reached for now; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: Message, *, retry_after: int, remedy: Message | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after
