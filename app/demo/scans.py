"""The demo's materials: a handful of drawn pages, each stored once and offered for many applications."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, select

from app.demo import bulk, rows
from app.forms.conditions import holds
from app.materials.storage import Store
from app.materials.verdicts import CHECKER_VERSION
from models import ItemMaterial, StoredFile, Upload

PICTURES = Path(__file__).resolve().parent / "pictures"
OF_MATERIAL = {
    "M01": "appointment",
    "M02": "letter",
    "M04": "diploma",
    "M05": "letter",
    "M06": "file",
    "M07": "identity",
    "M08": "post",
    "M09": "assessment",
    "M14": "post",
    "M15": "form",
    "M25": "diploma",
    "M17": "assessment",
}
TITLES = {
    "appointment": "录用通知",
    "letter": "介绍信",
    "diploma": "毕业证书",
    "identity": "身份证",
    "assessment": "考核登记表",
    "post": "岗位聘任表",
    "form": "证明材料",
    "file": "人事档案",
}

_asked: dict[int, list[tuple[str, Any]]] = {}  # by version: code of the material and its condition


def write(connection: Connection, applications: list[rows.Filed], roles: rows.Roles) -> int:
    """Keep the pages in the store and offer them for every required material; returns how many uploads."""
    manifest = _keep_pages(connection, applications)
    return bulk.write(
        connection,
        Upload,
        (
            "application_id",
            "material_code",
            "position",
            "sha256",
            "filename",
            "accepted",
            "checker_version",
            "uploaded_by_id",
            "uploaded_at",
            "claimed_at",
            "claimed_round",
            "revision",
        ),
        _uploads(applications, roles, manifest),
    )


def asked_of(filed: rows.Filed) -> list[str]:
    """Codes of the materials that an application must carry, by the conditions of its version."""
    facts = {
        "staff.staff_type": "INSTITUTION",
        "staff.education": filed.person.education,
        **{f"field.{key}": value for key, value in filed.change.answers.items()},
    }
    if "post" in filed.change.answers:
        facts["field.post_series"] = filed.change.answers["post"].split("-")[0]
    return [
        code for code, condition in _asked.get(filed.version_id, []) if condition is None or holds(condition, facts)
    ]


def first_material(filed: rows.Filed) -> str:
    """The material that a returned demo application was returned for."""
    return next(iter(asked_of(filed)), "M17")


def prepare(connection: Connection) -> None:
    """Know which materials each item asks for, before decisions are written."""
    _asked.clear()
    _asked.update(_required(connection))


def _keep_pages(connection: Connection, applications: list[rows.Filed]) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((PICTURES / "manifest.json").read_text(encoding="utf-8"))
    store = Store(current_app.config["SETTINGS"].uploads_dir)
    for page in manifest.values():
        with (PICTURES / page["file"]).open("rb") as stream:
            store.receive(stream, limit_bytes=page["size"])
    earliest = min(filed.story.created for filed in applications)
    bulk.write(
        connection,
        StoredFile,
        ("sha256", "size", "media_type", "pages", "fingerprint", "stored_at"),
        [(p["sha256"], p["size"], p["media_type"], p["pages"], p["fingerprint"], earliest) for p in manifest.values()],
    )
    return manifest


def _required(connection: Connection) -> dict[int, list[tuple[str, Any]]]:
    """Materials to upload, by version; what the system holds itself is not asked for."""
    found: dict[int, list[tuple[str, Any]]] = {}
    for version_id, code, condition, elements in connection.execute(
        select(ItemMaterial.version_id, ItemMaterial.code, ItemMaterial.condition, ItemMaterial.elements)
        .where(ItemMaterial.necessity != "OPTIONAL")
        .order_by(ItemMaterial.version_id, ItemMaterial.position)
    ):
        if "mat.sharing" not in elements:
            found.setdefault(version_id, []).append((code, condition))
    return found


def _uploads(applications: list[rows.Filed], roles: rows.Roles, manifest: dict[str, Any]) -> Iterator[rows.Row]:
    for filed in applications:
        story = filed.story
        for code in asked_of(filed):
            kind = OF_MATERIAL.get(code, "form")
            page = manifest[kind]
            suffix = page["file"].rsplit(".", 1)[1]
            yield (
                filed.id,
                code,
                1,
                page["sha256"],
                f"{TITLES[kind]}（演示）.{suffix}",
                True,
                CHECKER_VERSION,
                roles.clerks[filed.person.unit.id],
                story.created,
                story.submitted,
                story.round or None,
                1,
            )
