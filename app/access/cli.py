"""Commands of access: create the first administrator, and print who may open which page."""

from __future__ import annotations

import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.access import queries, service
from app.access.actor import system
from app.access.roles import ROLES
from app.errors import Refused
from app.uow import transaction
from app.web.guard import Rule, rule_of
from app.web.showing import say
from models.accounts import Reach

accounts = AppGroup("accounts", help="Accounts of people.")
access = AppGroup("access", help="Who may do what.")


@accounts.command("create-administrator")
@click.argument("username")
@click.option("--name", default="", help="The name shown to others; the user name if left out.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
@click.option("--force-additional", is_flag=True, help="Create one although there is an administrator already.")
def create_administrator(username: str, name: str, password_stdin: bool, force_additional: bool) -> None:
    """Create the first administrator. There is no default password: a random one is printed once."""
    if queries.another_administrator() and not force_additional:
        raise click.ClickException(
            "There is an active administrator already, who can create accounts on screen. "
            "Add --force-additional to create another one from here."
        )
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    by = system("command line")
    try:
        with transaction():
            made = service.create_account(username, display_name=name or username, password=password, by=by)
            service.grant(made.account_id, role="administrator", reach=Reach.ALL, by=by)
    except Refused as refusal:
        raise click.ClickException(_in_words(refusal)) from None
    click.echo(f"Administrator {made.username} is created.")
    if password is None:
        click.echo(f"First password, shown only now: {made.first_password}")
        click.echo("It must be changed at the first login and is good for 7 days.")


def _in_words(refusal: Refused) -> str:
    fields = [say(sentence) for sentence in getattr(refusal, "fields", {}).values()]
    return " ".join([*fields] if fields else [say(refusal.message), say(refusal.remedy)])


@access.command("matrix")
@click.option("--role", "only", type=click.Choice(sorted(ROLES)), help="Only the pages that this role may open.")
def matrix(only: str | None) -> None:
    """Print role by route: who may open which page, computed from the pages themselves."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    rows = [row for row in matrix_of(app) if only is None or row[3][only]]
    codes = list(ROLES)
    width = max(len(row[0]) for row in rows)
    rule_width = max(len(row[2]) for row in rows)
    head = [f"{'route':<{width}}  {'methods':<12}  {'rule':<{rule_width}}  nobody"]
    click.echo("  ".join([*head, *codes]))
    for route, methods, rule, allowed in rows:
        marks = [f"{'yes' if allowed[code] else '-':<{len(code)}}" for code in ("nobody", *codes)]
        click.echo("  ".join([f"{route:<{width}}  {methods:<12}  {rule:<{rule_width}}", *marks]).rstrip())
    click.echo(f"{len(rows)} routes, {len(codes)} roles. A role still opens only the rows within its reach.")


def matrix_of(app: Flask) -> list[tuple[str, str, str, dict[str, bool]]]:
    """Each route with its methods, its rule in words, and whether nobody and each role may enter."""
    rows = []
    for route in sorted(app.url_map.iter_rules(), key=lambda route: (route.rule, sorted(route.methods or ()))):
        rule = rule_of(app, route.endpoint)
        methods = ",".join(sorted((route.methods or set()) - {"HEAD", "OPTIONS"}))
        allowed = {"nobody": rule is not None and rule.anybody}
        allowed |= {code: rule is not None and _lets_in(rule, code) for code in ROLES}
        rows.append((route.rule, methods, str(rule) if rule else "closed: no rule", allowed))
    return rows


def _lets_in(rule: Rule, code: str) -> bool:
    return rule.anybody or not rule.permissions or bool(ROLES[code].permissions & set(rule.permissions))
