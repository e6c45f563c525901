"""Samples of materials: made of what the item publishes, one for each that somebody has to bring."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.errors import NotFound
from app.public import state
from app.public.samples import has_sample, places_in, sample_of
from app.public.telling import ItemTold, tell


def _told(code: str) -> ItemTold:
    now = state.present()
    return next(tell(version, one) for one, version in zip(now.items, now.versions(), strict=True) if one.code == code)


@pytest.mark.parametrize(
    ("clause", "language", "places"),
    [
        ("文号、任免职务、任职时间和印章清晰", "zh", ["文号", "任免职务", "任职时间", "印章"]),
        ("合同期限、岗位类别和等级、双方签章齐全", "zh", ["合同期限", "岗位类别和等级", "双方签章"]),
        ("学历、学位证书一并上传", "zh", []),
        ("每页方向一致、字迹清晰", "zh", []),
        ("整页拍摄", "zh", []),
        ("opinions, seal and date readable", "en", ["opinions", "seal", "date"]),
        ("diploma and degree together", "en", []),
    ],
)
def test_what_a_note_lists_as_readable_are_places(clause: str, language: str, places: list[str]) -> None:
    assert places_in(clause, language) == places


def test_every_material_that_somebody_brings_has_a_sample_in_both_languages(app: Flask) -> None:
    now = state.present()
    for one, version in zip(now.items, now.versions(), strict=True):
        told = tell(version, one)
        for material in told.materials:
            assert has_sample(material) != material.shared
            for language in ("zh", "en") if has_sample(material) else ():
                sample = sample_of(told, material.material.code, language=language)
                assert sample.places or sample.besides


def test_a_sample_says_nothing_that_the_item_does_not_say(app: Flask) -> None:
    told = _told("NCGZ-01")
    sample = sample_of(told, "M01", language="zh")
    assert sample.told.notes is not None
    assert all(one in sample.told.notes.zh for one in (*sample.places, *sample.besides))
    assert sample.sealed


@pytest.mark.parametrize(("item", "material"), [("NCGZ-02", "M10"), ("NCGZ-01", "M99"), ("NCGZ-01", "")])
def test_what_nobody_brings_has_no_sample(app: Flask, item: str, material: str) -> None:
    with pytest.raises(NotFound):
        sample_of(_told(item), material, language="zh")


def test_an_item_leads_to_its_samples_and_they_lead_back(visitor: FlaskClient) -> None:
    where = "/guide/en/items/NCGZ-01/materials/M01"
    assert f'href="{where}"' in visitor.get("/guide/en/items/NCGZ-01").text
    page = visitor.get(where)
    assert "#material-M01" in page.text
    assert visitor.get("/guide/zh/items/NCGZ-01/materials/M99").status_code == 404
