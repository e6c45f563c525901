"""Those who design and publish, and those who decide, made for a test."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.actor import Actor
from app.items import service
from app.jobs import service as jobs
from tests.factories import Reach, acting, an_account


@dataclass(frozen=True)
class Office:
    designer: Actor
    publisher: Actor


def an_office() -> Office:
    """A designer, a publisher, and somebody for every step, all with reach over the whole city."""
    for role in ("head", "department", "reviewer", "rechecker", "approver"):
        an_account(role, (role, None, Reach.ALL))
    return Office(
        acting(an_account("designer", ("designer", None, Reach.ALL))),
        acting(an_account("publisher", ("publisher", None, Reach.ALL))),
    )


MASTERS_ONLY = {
    "code": "M99", "name_zh": "硕士学位认证报告", "name_en": "Verification of the master's degree",
    "form": "original_scan", "necessity": "CONDITIONAL", "copies": "１", "min_pages": "1", "max_pages": "4",
    "max_megabytes": "20", "accepts": ["application/pdf", "image/jpeg"],
    "condition-0-fact": "field.education", "condition-0-op": "eq", "condition-0-value": "MASTER",
}  # fmt: skip


def rehearsed(version_id: int, by: Actor) -> None:
    """The version has been rehearsed as it stands, to the end."""
    service.rehearse(version_id, by=by)
    jobs.work_off()
