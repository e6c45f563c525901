"""The front door of access: every verb on accounts, grants and sessions."""

from __future__ import annotations

from app.access.accounts import (
    NewAccount,
    choose_language,
    create_account,
    disable,
    enable,
    end_own_session,
    end_session,
    end_sessions,
    log_out,
    reset_password,
    unlock,
)
from app.access.entering import Entry, LoginRefused, Visitor, change_password, log_in
from app.access.granting import end_grant, grant

__all__ = [
    "Entry",
    "LoginRefused",
    "NewAccount",
    "Visitor",
    "change_password",
    "choose_language",
    "create_account",
    "disable",
    "enable",
    "end_grant",
    "end_own_session",
    "end_session",
    "end_sessions",
    "grant",
    "log_in",
    "log_out",
    "reset_password",
    "unlock",
]
