"""Where the pages are: for every GET address of the url map examples from the demo city, or why it is not a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import and_, inspect, select
from werkzeug.routing import Rule as Route

from app.access.actor import Actor
from app.batches import queries as batches
from app.items import rehearsal
from app.web.guard import rule_of
from models import (
    Application,
    Batch,
    BatchWorkbook,
    CopyTo,
    ItemVersion,
    Job,
    PaymentBatch,
    PaymentInstruction,
    SavedFilter,
    Upload,
    db,
)
from models.applications import ApplicationState as State
from models.batches import BatchState
from models.distributions import PlanState
from models.items import VersionState
from tests.journeys.pages import figures, fund, lessons, office, open_pages, performance, scene
from tests.journeys.pages.asking import Asking, Examples, Visit, firsts

Kind = TypeVar("Kind")

NOBODY, PHONE = "nobody", "phone"  # not logged in; and a phone that has opened a link
JSON, DOWNLOAD, PICTURE = "JSON for a script", "a file to save", "a picture"

NOT_PAGES = {
    "assets.file": "style, script or picture of the pages",
    "health.healthz": "JSON for a monitor",
    "portal.find_staff": JSON,
    "portal.original": DOWNLOAD,
    "portal.picture": PICTURE,
    "portal.thumbnail": PICTURE,
    "queue.original": DOWNLOAD,
    "queue.picture": PICTURE,
    "portal.offset": JSON,
    "portal.materials_since": JSON,
    "portal.still_read": JSON,
    "phone.offset": JSON,
    **lessons.NOT_PAGES,
    **open_pages.NOT_PAGES,
    "phone.thumbnail": PICTURE,
    "phone.picture": PICTURE,
    "factors.codes": "the codes, once, to whoever has just asked for new ones; the tests of second factors look at it",
    "phone.pages_of": "what a phone has just sent; the journey from photo to page looks at it",
    "shell.manifest": JSON,
    "shell.pulse": JSON,
    "shell.worker": "the script of the service worker",
    "finance.sheet": DOWNLOAD,
    "items.export_item": DOWNLOAD,
    "standards.template": DOWNLOAD,
    "portal.print_form": DOWNLOAD,
    "portal.plan_workbook": DOWNLOAD,
    "portal.distribution_template": DOWNLOAD,
    "portal.marked_budget_workbook": DOWNLOAD,
    "portal.payroll_template": DOWNLOAD,
    "portal.report_units": JSON,
    "portal.take_report_file": DOWNLOAD,
    "portal.batch_template": DOWNLOAD,
    "portal.marked_batch_workbook": DOWNLOAD,
    "portal.dossier": DOWNLOAD,
    "own.wage_card": DOWNLOAD,
    ".ajax_lookup": JSON,
    ".export": DOWNLOAD,
}
"""By endpoint, or by its last part for what every list has."""


GONE = {"phone.here": 404}  # a page that says there is no link, to whoever has not opened one

_WAITING = [
    Application.step_permission == f"application:{step}"
    for step in ("confirm", "review", "first_review", "recheck", "approve")
]
_OTHERS = [Application.state == state for state in State if state != State.IN_REVIEW]


def _applications(*conditions: Any) -> Examples:
    def find(asking: Asking) -> Iterator[str]:
        for found in firsts(asking, Application, "application:read", *conditions):
            yield asking.address(application_id=found)

    return find


def _desks(asking: Asking) -> Iterator[str]:
    """What waits for this decider, and what is over."""
    assert asking.actor is not None
    own = [one for one in _WAITING if asking.actor.holds(str(one.right.value))]
    over = [Application.state == state for state in (State.RETURNED, State.PAID, State.REJECTED)]
    for found in firsts(asking, Application, "application:read", *own, *over):
        yield asking.address(application_id=found)


def _own_desk(asking: Asking) -> Iterator[str]:
    """What waits for this decider alone."""
    assert asking.actor is not None
    own = [one for one in _WAITING if asking.actor.holds(str(one.right.value))]
    for found in firsts(asking, Application, "application:read", *own):
        yield asking.address(application_id=found)


def _copies(asking: Asking) -> Iterator[str]:
    """A copy that was sent to this person; it opens the application."""
    assert asking.actor is not None
    mine = select(CopyTo.id).where(CopyTo.to_id == asking.actor.account_id).order_by(CopyTo.id).limit(1)
    for found in db.session.scalars(mine):
        yield asking.address(copy_id=found)


def _filed_for_many(*conditions: Any) -> Examples:
    def find(asking: Asking) -> Iterator[str]:
        assert asking.actor is not None
        seen = [and_(batches.visible(asking.actor), each) for each in conditions]
        for found in firsts(asking, Batch, "application:read", *seen):
            yield asking.address(staff_batch_id=found)

    return find


def _workbooks(asking: Asking) -> Iterator[str]:
    for found in firsts(asking, BatchWorkbook, "application:start", BatchWorkbook.id > 0):
        yield asking.address(batch_workbook_id=found)


def _uploads(asking: Asking) -> Iterator[str]:
    for found in firsts(asking, Upload, "material:read", Upload.id > 0):
        yield asking.address(upload_id=found)


def _batches(asking: Asking) -> Iterator[str]:
    taken = select(PaymentInstruction.batch_id).join(
        Application, Application.id == PaymentInstruction.application_id
    ).where(Application.state == State.AT_FINANCE)  # fmt: skip
    for condition in (PaymentBatch.id.in_(taken), PaymentBatch.id > 0):
        for found in db.session.scalars(select(PaymentBatch.id).where(condition).limit(1)):
            yield asking.address(batch_id=found)


def _parts(asking: Asking) -> Iterator[str]:
    """An empty and a filled part of each kind of an item version in work."""
    draft = _draft()
    for part, key in (
        ("fields", draft.fields[0].key), ("materials", draft.materials[0].code), ("steps", draft.steps[0].key),
        ("forms", draft.forms[0].code if draft.forms else None),
    ):  # fmt: skip
        yield asking.address(id=draft.id, part=part)
        if key is not None:
            yield asking.address(id=draft.id, part=part, key=key)


def _draft() -> ItemVersion:
    return db.session.scalars(select(ItemVersion).where(ItemVersion.state == VersionState.DRAFT)).one()


def _drafts(asking: Asking) -> Iterator[str]:
    yield asking.address(id=_draft().id)


def _weighed(asking: Asking) -> Iterator[str]:
    """A draft and what is in force, of which the weights are only read."""
    in_force = select(ItemVersion.id).where(ItemVersion.state == VersionState.PUBLISHED).order_by(ItemVersion.id)
    for found in (_draft().id, db.session.scalars(in_force.limit(1)).one()):
        yield asking.address(id=found)


def _tried(asking: Asking) -> Iterator[str]:
    """The draft as its applicant would see it: nobody chosen yet, and somebody invented."""
    draft = _draft()
    yield asking.address(id=draft.id)
    yield asking.address(id=draft.id, kind=draft.staff_types[0])


def _hints(asking: Asking) -> Iterator[str]:
    """A question and a material of the draft."""
    draft = _draft()
    yield asking.address(id=draft.id, part="fields", key=draft.fields[0].key)
    yield asking.address(id=draft.id, part="materials", key=draft.materials[0].code)


def _rehearsals(asking: Asking) -> Iterator[str]:
    for job in db.session.scalars(select(Job).where(Job.kind == rehearsal.KIND)):
        yield asking.address(id=job.params["version"], job=job.id)


def _versions(asking: Asking) -> Iterator[str]:
    for found in firsts(asking, ItemVersion, "item:read", *(ItemVersion.state == state for state in VersionState)):
        yield asking.address(id=found)


def _records(asking: Asking) -> Iterator[str]:
    """The first and the last row of a view that this person reaches."""
    view = asking.view
    rows = asking.rows(view.model, view.permission_read)
    key = inspect(view.model).primary_key[0]
    ends = (rows.limit(1), rows.order_by(None).order_by(key.desc()).limit(1))
    for found in dict.fromkeys(filter(None, (db.session.scalars(end).first() for end in ends))):
        yield asking.address(id=found)


def _first_record(asking: Asking) -> Iterator[str]:
    yield from list(_records(asking))[:1]


def _lists(asking: Asking) -> Iterator[str]:
    """A list as it opens, and one in which nothing is found."""
    yield asking.address()
    if hasattr(asking.view, "model"):
        yield asking.address(search="无此内容")


def _queues(asking: Asking) -> Iterator[str]:
    yield asking.address()
    yield asking.address(tab="claimed")
    yield asking.address(light="red", search="无此内容")


def _itself(asking: Asking) -> list[str]:
    return [] if asking.route.arguments else [asking.address()]


def _filters(asking: Asking) -> Iterator[str]:
    assert asking.actor is not None
    for found in db.session.scalars(select(SavedFilter.id).where(SavedFilter.account_id == asking.actor.account_id)):
        yield asking.address(filter_id=found)


EXAMPLES: dict[str, Examples] = {
    "checks.check": office.checks,
    **lessons.EXAMPLES,
    **open_pages.EXAMPLES,
    "cases.opened": fund.cases,
    "portal.case": fund.cases,
    "portal.payroll": fund.payrolls,
    "portal.report": figures.reports,
    "portal.pivots_page": figures.questions_asked,
    "portal.open_pivot": figures.kept,
    "portal.report_file": figures.files,
    "budgets.total": performance.totals("budget:read"),
    "budgets.plan": performance.plans("budget:read", *PlanState),
    "budgets.distribution": performance.distributions,
    "budgets.person": performance.people,
    "portal.budget_ledger": performance.totals("budget:read"),
    "portal.budget_plan": performance.plans("budget:read", *PlanState),
    "portal.budget_distribution": performance.distributions,
    "portal.budget_workbook": performance.workbooks_sent,
    "portal.new_plan": performance.totals("budget:plan"),
    "portal.new_distribution": performance.totals("budget:distribute"),
    "portal.distribute_by_plan": performance.plans("budget:distribute", PlanState.APPROVED),
    "risk.rule": fund.rules,
    "risk.job": fund.runs,
    "thresholds.opened": office.thresholds,
    "material_desk.job": office.material_runs,
    "portal.januaries": office.januaries,
    "staff.undo": office.undoings,
    "standards.edition": office.editions,
    "standards.cost": office.costs,
    "standards.run": office.runs,
    "standards.table": office.tables,
    "portal.phone_link": _applications(Application.state == State.DRAFT),
    "phone.opening": lambda asking: [scene.a_phone_link()],
    "check.show": lambda asking: [asking.address(code=scene.a_check_code())],
    "shell.offline": lambda asking: [asking.address() + "?lang={language}"],
    "saved_filters.change": _filters,
    "saved_filters.delete": _filters,
    "portal.application": _applications(*_OTHERS, *_WAITING),
    "portal.return_application": _applications(_WAITING[0]),
    "portal.withdraw": _applications(*_WAITING[:1]),
    "portal.recall_application": _applications(*_WAITING),
    "portal.read_copy": _copies,
    "portal.batch": _filed_for_many(*(Batch.state == state for state in BatchState)),
    "portal.review_batch": _filed_for_many(Batch.state == BatchState.FILED),
    "portal.batch_workbook": _workbooks,
    "portal.pages_of": _uploads,
    "portal.applications": lambda asking: [asking.address(), asking.address(text="无此内容")],
    "portal.roster": lambda asking: [asking.address(), asking.address(text="无此内容")],
    "queue.desk": _desks,
    "queue.pass_on": _own_desk,
    "queue.index": _queues,
    "finance.batch": _batches,
    "item_versions.part": _parts,
    "item_versions.details_view": _versions,
    "item_versions.guide": _drafts,
    "item_versions.preview": _tried,
    "item_versions.weights": _weighed,
    "item_versions.hint": _hints,
    "item_versions.rehearsal": _rehearsals,
    "items.copy_item": _first_record,
    ".index_view": _lists,
    ".details_view": _records,
    ".edit_view": _first_record,
    ".delete_view": _first_record,
    ".history_view": _first_record,
}
"""By endpoint, or by its last part for what every list has. An address without parameters is its own example."""

SENT_EMPTY = {
    "access.login": 401,
    "access.change_password": 422,
    "portal.register": 422,
    "portal.return_application": 422,
    "portal.withdraw": 422,
    "portal.new_plan": 422,
    "portal.recall_application": 422,
    "accounts.create_view": 422,
    "grants.create_view": 422,
    "calendar.create_view": 422,
    "units.create_view": 422,
    "items.import_item": 422,
}
"""Forms that are also looked at with what they say when nothing was filled in, and with which status."""


def known(table: dict[str, Kind], endpoint: str) -> Kind | None:
    """What a table says of an endpoint, by its whole name or by its last part."""
    return table.get(endpoint) or table.get("." + endpoint.rpartition(".")[2])


def routes(app: Flask) -> list[Route]:
    """Every address that answers to GET."""
    found = (route for route in app.url_map.iter_rules() if "GET" in (route.methods or ()))
    return sorted(found, key=lambda route: (route.rule, route.endpoint))


def without_example(app: Flask) -> list[str]:
    """Addresses of which nobody said how to look at them."""
    return [
        route.rule for route in routes(app)
        if route.arguments and not known(NOT_PAGES, route.endpoint) and not known(EXAMPLES, route.endpoint)
    ]  # fmt: skip


def visits(app: Flask, actor: Actor | None) -> list[Visit]:
    """Every page that this person may open, and one of each kind that they may not."""
    found: dict[str, Visit] = {}
    with app.test_request_context():
        for route in routes(app):
            rule = rule_of(app, route.endpoint)
            if rule is None or known(NOT_PAGES, route.endpoint) or not rule.lets_in(actor):
                continue
            if actor is not None and route.endpoint == "access.login":
                continue  # sends on whoever is logged in
            examples = known(EXAMPLES, route.endpoint) or _itself
            for address in examples(Asking(app, actor, route)):
                found.setdefault(address, Visit(route.endpoint, address, GONE.get(route.endpoint, 200)))
                if route.endpoint in SENT_EMPTY:
                    found.setdefault(
                        address + " ", Visit(route.endpoint, address, SENT_EMPTY[route.endpoint], sent_empty=True)
                    )
    refused = [Visit("", "/no/such/page", 404)]
    if actor is not None:
        closed = next((route for route in routes(app) if not route.arguments and not _lets(app, route, actor)), None)
        refused += [Visit(closed.endpoint, closed.rule, 403)] if closed else []
    return [*found.values(), *refused]


def _lets(app: Flask, route: Route, actor: Actor) -> bool:
    rule = rule_of(app, route.endpoint)
    return rule is not None and rule.lets_in(actor)


def visits_of(app: Flask, person: str) -> list[Visit]:
    """The pages of a demo account, of nobody, or of a phone with a link."""
    if person == PHONE:
        return [Visit("phone.here", "/phone")]
    return visits(app, None if person == NOBODY else scene.actor_of(person))
