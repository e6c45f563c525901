"""Which pages and commands the product has: each room is registered here once."""

from __future__ import annotations

from flask import Flask

from app.config import Settings


def open_rooms(app: Flask, settings: Settings) -> None:
    """Register the blueprints, the back office and the commands."""
    from admin_views import open_back_office
    from app.access import cli as access_commands
    from app.access import pages as access_pages
    from app.audit import cli as audit_commands
    from app.batches import cli as batch_commands
    from app.budgets import cli as budget_commands
    from app.demo import cli as demo_commands
    from app.items import cli as item_commands
    from app.learning import cli as learning_commands
    from app.materials import cli as material_commands
    from app.notify import cli as message_commands
    from app.pay import cli as pay_commands
    from app.portal import lesson_files, own_activation, own_factors, own_pay, own_wage, phone, printing
    from app.portal import rooms as portal_rooms
    from app.proposals import cli as proposal_commands
    from app.public import asking
    from app.public import cli as guide_commands
    from app.public import pages as guide
    from app.reports import cli as report_commands
    from app.risk import cli as risk_commands
    from app.search import cli as search_commands
    from app.web import health
    from app.web.commands import speaking
    from app.web.jobs import go_on_after_a_restart
    from app.workflow import cli as workflow_commands

    app.register_blueprint(health.pages)
    app.register_blueprint(access_pages.pages)
    app.register_blueprint(portal_rooms.pages)
    app.register_blueprint(own_activation.pages)
    app.register_blueprint(own_factors.pages)
    app.register_blueprint(own_wage.pages)
    app.register_blueprint(own_pay.pages)
    app.register_blueprint(phone.pages)
    app.register_blueprint(lesson_files.pages)
    app.register_blueprint(printing.checks)
    app.register_blueprint(guide.guide_pages)
    app.register_blueprint(asking.pages)
    for commands in (
        access_commands.accounts,
        access_commands.access,
        audit_commands.audit,
        batch_commands.batches,
        budget_commands.budgets,
        guide_commands.guide,
        item_commands.items,
        learning_commands.learning,
        message_commands.notify,
        material_commands.materials,
        pay_commands.pay,
        proposal_commands.proposals,
        report_commands.reports,
        risk_commands.risk,
        search_commands.search,
        workflow_commands.workflow,
        demo_commands.commands,
    ):
        app.cli.add_command(speaking(commands))
    open_back_office(app)
    go_on_after_a_restart(app)
    if settings.development:
        from app.web import styleguide

        app.register_blueprint(styleguide.pages)
