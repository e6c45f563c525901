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
from app.access.activating import Activated, Claim, NotActivated, activate
from app.access.activation_codes import HandedCode, issue_code
from app.access.entering import Entry, LoginRefused, Visitor, change_password, confirm_password, log_in
from app.access.granting import end_grant, grant

__all__ = [
    "Activated",
    "Claim",
    "Entry",
    "HandedCode",
    "LoginRefused",
    "NewAccount",
    "NotActivated",
    "Visitor",
    "activate",
    "change_password",
    "choose_language",
    "confirm_password",
    "create_account",
    "disable",
    "enable",
    "end_grant",
    "end_own_session",
    "end_session",
    "end_sessions",
    "grant",
    "issue_code",
    "log_in",
    "log_out",
    "reset_password",
    "unlock",
]
