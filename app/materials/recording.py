"""Writes down what an examination found: the examination with its measures, and a row for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app import clock
from app.materials.verdicts import CHECKER_VERSION, Finding, Verdict
from models import Application, Examination, MaterialCheck, Upload, db


def write_down(
    upload: Upload,
    application: Application,
    verdict: Verdict,
    findings: Iterable[Finding],
    *,
    thresholds: Mapping[str, float],
    cause: str = "upload",
) -> None:
    """Keep an examination of an upload and its findings."""
    findings = list(findings)
    keep_examination(
        upload, application, verdict, codes=[one.code for one in findings], thresholds=thresholds, cause=cause
    )
    db.session.add_all([check_row(upload, application, finding) for finding in findings])


def keep_examination(
    upload: Upload, application: Application, verdict: Verdict, *, codes: list[str], thresholds: Mapping[str, float],
    cause: str,
) -> None:  # fmt: skip
    """By which version and under which thresholds the upload was examined, and what each page measured."""
    db.session.add(
        Examination(
            upload_id=upload.id, application_id=application.id, unit_id=application.unit_id,
            item_id=application.item_id, material_code=upload.material_code, cause=cause,
            checker_version=CHECKER_VERSION, thresholds=dict(thresholds), accepted=upload.accepted,
            codes=sorted(set(codes)), looks=list(verdict.looks), examined_at=clock.now(),
        )
    )  # fmt: skip


def check_row(upload: Upload, application: Application, finding: Finding) -> MaterialCheck:
    """The row of one finding, with where it was made and by which version of the checks."""
    return MaterialCheck(
        upload_id=upload.id,
        application_id=application.id,
        unit_id=application.unit_id,
        item_id=application.item_id,
        material_code=upload.material_code,
        checker_version=CHECKER_VERSION,
        code=finding.code,
        severity=finding.severity,
        page=finding.page or 0,
        message=finding.message.to_json(),
        remedy=finding.remedy.to_json(),
        measures=finding.measures,
        checked_at=clock.now(),
    )
