"""A good file is taken, however oddly its program wrote it: a refusal costs a trip."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from tests.fuzz import good_pdfs, good_pictures
from tests.fuzz.signing import signed
from tests.fuzz.writing import text_pages, updated
from tests.materials.files import examined

MAKERS = [
    pytest.param(ending, maker, id=maker.__name__)
    for ending, makers in chain(good_pictures.MAKERS.items(), good_pdfs.MAKERS.items())
    for maker in makers
]


@pytest.mark.parametrize(("ending", "maker"), MAKERS)
def test_a_good_file_is_taken(ending: str, maker, tmp_path: Path) -> None:
    verdict = examined(maker(np.random.default_rng(1)), f"材料.{ending}", tmp_path)
    assert (verdict.accepted, verdict.codes) == (True, [])
    assert verdict.pages >= 1


def test_the_name_on_a_signature_is_said_and_that_nobody_verified_it(tmp_path: Path) -> None:
    whole = signed(text_pages(1), name="南江市人力资源和社会保障局")
    verdict = examined(whole, "a.pdf", tmp_path)
    (said,) = [finding for finding in verdict.findings if finding.code == "signed"]
    assert verdict.accepted
    assert "南江市人力资源和社会保障局" in str(said.message)
    assert "not verified" in str(said.remedy)
    assert "added after it" not in str(said.message)


def test_what_was_added_after_a_signature_is_said(tmp_path: Path) -> None:
    whole = updated(signed(text_pages(1), name="Wang Xiaoming"), {300: b"<< /Title (later) >>"}, size=301)
    (said,) = [one for one in examined(whole, "a.pdf", tmp_path).findings if one.code == "signed"]
    assert "added after it" in str(said.message)


def test_the_bytes_of_a_signed_document_stay_as_they_came(tmp_path: Path) -> None:
    whole = signed(text_pages(1), name="Wang Xiaoming")
    examined(whole, "a.pdf", tmp_path)
    assert (tmp_path / "upload").read_bytes() == whole
