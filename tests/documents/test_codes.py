"""Check codes: they name a record in a state, survive being typed, and cannot be made up."""

from __future__ import annotations

import pytest
from flask import Flask

from app.documents import codes

pytestmark = pytest.mark.usefixtures("app")  # the keys come from the secret of an installation


def made(record_id: int = 1234, standing: str = "7") -> str:
    code = codes.code_of("application", record_id, standing)
    assert code is not None
    return code


@pytest.mark.parametrize("record_id", [1, 2, 4095, 1_000_000, codes.LARGEST_ID])
def test_a_code_leads_back_to_its_record_and_its_state(record_id: int) -> None:
    signs = codes.plain(made(record_id))
    assert signs is not None
    assert codes.record_of("application", signs) == record_id
    assert codes.standing_of("application", signs, ["5", "6", "7", "8"]) == "7"


def test_a_code_may_be_typed_in_small_letters_with_or_without_its_dash() -> None:
    code = made()
    assert codes.plain(f" {code.lower()} ") == codes.plain(code.replace("-", "")) == code.replace("-", "")


def test_one_wrong_sign_never_passes() -> None:
    signs = made().replace("-", "")
    for place, right in enumerate(signs):
        for wrong in set(codes.ALPHABET) - {right}:
            assert codes.plain(signs[:place] + wrong + signs[place + 1 :]) is None


@pytest.mark.parametrize(
    "typed", ["", "K7QM2", "K7QM2-9RTXWW", "K7QM2-9RTX0", "IIIII-IIIII", "专业技术十二级岗位", "%00"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.plain(typed) is None


def test_a_code_of_another_kind_or_state_does_not_fit() -> None:
    signs = made().replace("-", "")
    assert codes.standing_of("application", signs, ["6", "8"]) is None
    assert codes.record_of("card", signs) != 1234 or codes.standing_of("card", signs, ["7"]) is None


def test_codes_of_neighbours_do_not_look_alike() -> None:
    some = [made(number).replace("-", "") for number in range(1, 200)]
    assert len({one[:4] for one in some}) > 150


def test_another_secret_gives_other_codes(app: Flask) -> None:
    from app import keys

    before = made()
    try:
        keys.configure("another secret that is long enough for this")
        assert made() != before
    finally:
        keys.configure(app.config["SECRET_KEY"])


def test_a_number_too_large_gets_no_code() -> None:
    assert codes.code_of("application", codes.LARGEST_ID + 1, "7") is None
