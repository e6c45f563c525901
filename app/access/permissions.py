"""Every permission as `record:verb`, with its name for people. Nothing may ask for one that is not listed here."""

from __future__ import annotations

from app.messages import Message

PERMISSIONS: dict[str, Message] = {
    "application:start": Message("Start an application"),
    "application:read": Message("See applications"),
    "application:edit": Message("Edit drafts and correct what was returned"),
    "application:submit": Message("Submit an application"),
    "application:withdraw": Message("Withdraw an application"),
    "application:confirm": Message("Confirm for the unit"),
    "application:review": Message("Review as supervising department"),
    "application:first_review": Message("First review at the bureau"),
    "application:recheck": Message("Recheck at the bureau"),
    "application:approve": Message("Approve at the bureau"),
    "application:export": Message("Export applications"),
    "delegation:give": Message("Let another decide in one's name"),
    "delegation:read": Message("See delegations"),
    "delegation:edit": Message("Arrange and revoke delegations of others"),
    "reason:read": Message("See the reasons library"),
    "reason:edit": Message("Edit the reasons library"),
    "proposal:read": Message("See proposals"),
    "proposal:confirm": Message("Confirm proposals or set them aside"),
    "proposal:refresh": Message("Bring proposals up to date"),
    "proposal:run": Message("Work out proposals for everybody"),
    "material:upload": Message("Upload materials"),
    "material:read": Message("See materials"),
    "check:read": Message("See material checks"),
    "check:override": Message("Override a material check"),
    "staff:read": Message("See the roster"),
    "staff:register": Message("Register an employee"),
    "staff:edit": Message("Correct the roster"),
    "staff:read_identity": Message("See a full identity number"),
    "staff:export": Message("Export the roster"),
    "pay:read": Message("See wages"),
    "pay:read_own": Message("See one's own wage"),
    "pay:undo": Message("Undo the newest wage record"),
    "unit:read": Message("See units"),
    "unit:edit": Message("Change units"),
    "item:read": Message("See service items"),
    "item:design": Message("Design service items"),
    "item:publish": Message("Publish service items"),
    "item:try": Message("Try service items on real employees"),
    "standard:read": Message("See wage standards"),
    "standard:import": Message("Import wage standards"),
    "standard:publish": Message("Publish wage standards"),
    "payment:read": Message("See payment instructions"),
    "payment:take": Message("Take a payment batch"),
    "payment:confirm": Message("Confirm or return payments"),
    "payment:release": Message("Release a returned payment again"),
    "account:read": Message("See accounts"),
    "account:edit": Message("Manage accounts"),
    "grant:read": Message("See role grants"),
    "grant:edit": Message("Grant and end roles"),
    "calendar:read": Message("See the working-day calendar"),
    "calendar:edit": Message("Change the working-day calendar"),
    "audit:read": Message("See the audit chain"),
    "history:read": Message("See the history of a record"),
}

WHOLE_CITY = frozenset(
    {
        "item:design",
        "item:publish",
        "standard:import",
        "standard:publish",
        "calendar:edit",
        "proposal:run",
        "reason:edit",
    }
)
"""What holds for every unit at once: only a role with reach over all of them gives it."""
