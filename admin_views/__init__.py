"""The back office: Flask-Admin on one safe base view. Screens only; rules and commits are elsewhere."""

from __future__ import annotations

from flask import Flask
from flask_admin import Admin
from flask_babel import lazy_gettext

from admin_views.accounts import AccountView, GrantView, SessionView
from admin_views.applications import ApplicationView
from admin_views.audit import AuditView
from admin_views.budgets import BudgetsView
from admin_views.calendar import CalendarView
from admin_views.cases import CasesView
from admin_views.checks import ChecksView
from admin_views.courses import CoursesView
from admin_views.delegations import DelegationView
from admin_views.finance import FinanceView
from admin_views.home import HomeView
from admin_views.items import ItemVersionView, ItemView, MaterialView
from admin_views.material_desk import MaterialDeskView
from admin_views.messages import DeliveryView, MessageTemplatesView
from admin_views.proposals import ProposalView
from admin_views.queue import QueueView
from admin_views.reasons import ReasonView
from admin_views.risk import RiskView
from admin_views.saved import SavedFilterView
from admin_views.staff import StaffView
from admin_views.standards import StandardsView
from admin_views.theme import theme
from admin_views.thresholds import ThresholdsView
from admin_views.units import UnitView
from admin_views.words import action_name, permission_name
from app.pay.names import CONFIDENCES, source_name
from app.pay.trace import document_name
from models import (
    Account,
    Application,
    AuditEvent,
    CalendarDay,
    Delegation,
    Delivery,
    ItemMaterial,
    ItemVersion,
    LoginSession,
    Proposal,
    Reason,
    RoleGrant,
    ServiceItem,
    Staff,
    Unit,
)

_l = lazy_gettext


def open_back_office(app: Flask) -> Admin:
    """Build every view of the back office and hang it into its place of the menu."""
    admin = Admin(app, name="ZeroTrip", index_view=HomeView(), theme=theme)
    work, people, items, safety = _l("Work"), _l("Units and people"), _l("Service items"), _l("Access and audit")
    for view in (
        QueueView(),
        ApplicationView(Application, name=_l("Applications"), endpoint="applications", category=work,
                        menu_icon_value="file"),
        ProposalView(Proposal, name=_l("Proposals"), endpoint="proposals", category=work, menu_icon_value="calendar"),
        CasesView(),
        RiskView(),
        MaterialDeskView(),
        ChecksView(),
        FinanceView(),
        BudgetsView(),
        UnitView(Unit, name=_l("Units"), endpoint="units", category=people, menu_icon_value="building"),
        StaffView(Staff, name=_l("Roster"), endpoint="staff", category=people, menu_icon_value="user"),
        ItemView(ServiceItem, name=_l("Items"), endpoint="items", category=items, menu_icon_value="list"),
        ItemVersionView(ItemVersion, name=_l("Versions"), endpoint="item_versions", category=items,
                        menu_icon_value="edit"),
        MaterialView(ItemMaterial, name=_l("Required materials"), endpoint="item_materials", category=items,
                     menu_icon_value="file"),
        ThresholdsView(),
        ReasonView(Reason, name=_l("Reasons library"), endpoint="reasons", category=items, menu_icon_value="book"),
        CalendarView(CalendarDay, name=_l("Calendar"), endpoint="calendar", category=items, menu_icon_value="calendar"),
        StandardsView(),
        CoursesView(),
        AccountView(Account, name=_l("Accounts"), endpoint="accounts", category=safety, menu_icon_value="key"),
        GrantView(RoleGrant, name=_l("Grants"), endpoint="grants", category=safety, menu_icon_value="shield"),
        DelegationView(Delegation, name=_l("Delegations"), endpoint="delegations", category=safety,
                       menu_icon_value="user"),
        SessionView(LoginSession, name=_l("Sessions"), endpoint="sessions", category=safety, menu_icon_value="clock"),
        AuditView(AuditEvent, name=_l("Audit"), endpoint="audit_events", category=safety, menu_icon_value="history"),
        DeliveryView(Delivery, name=_l("Messages sent"), endpoint="deliveries", category=safety,
                     menu_icon_value="send"),
        MessageTemplatesView(),
        SavedFilterView(),
    ):  # fmt: skip
        admin.add_view(view)
    app.jinja_env.globals.update(
        action_name=action_name, permission_name=permission_name, source_name=source_name, document_name=document_name,
        confidence_name=CONFIDENCES.get,
    )  # fmt: skip
    return admin
