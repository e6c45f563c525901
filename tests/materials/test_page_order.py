"""Pages in order, pages missing, and documents mixed, by what each page says of itself."""

from __future__ import annotations

import pytest

from app.materials.order import PageSaid, number_in, order_findings


def codes(*pages: PageSaid) -> list[str]:
    return [finding.code for finding in order_findings(pages)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("第2页/共3页", (2, 3)), ("第 2 页 共 3 页", (2, 3)), ("第十二页", (12, None)), ("- 4 -", (4, None)),
        ("Page 2 of 5", (2, 5)), ("3/7", (3, 7)), ("2018年3月", (None, None)), ("第5页/共3页", (None, None)),
    ],
)  # fmt: skip
def test_page_numbers_are_read_in_the_forms_that_papers_use(line: str, told: tuple[int | None, int | None]) -> None:
    assert number_in(["某某通知", line]) == told


def test_pages_that_follow_each_other_are_not_mentioned() -> None:
    assert codes(*(PageSaid(number=number, total=3) for number in (1, 2, 3))) == []
    assert codes(PageSaid(), PageSaid(), PageSaid(number=3)) == []


def test_a_page_that_comes_too_late_is_named() -> None:
    assert codes(PageSaid(number=1, total=3), PageSaid(number=3, total=3), PageSaid(number=2, total=3)) == [
        "wrong_order"
    ]


def test_a_missing_page_is_named_only_where_every_page_is_numbered() -> None:
    assert codes(PageSaid(number=1, total=3), PageSaid(number=3, total=3)) == ["pages_missing"]
    assert codes(PageSaid(number=1, total=3), PageSaid()) == []


def test_pages_of_two_kinds_or_two_people_are_mixed() -> None:
    assert codes(PageSaid(kind="diploma"), PageSaid(kind="identity_card")) == ["mixed_documents"]
    assert codes(PageSaid(name="王伟"), PageSaid(name="李娜")) == ["mixed_documents"]
    assert codes(PageSaid(kind="assessment"), PageSaid(kind="other"), PageSaid()) == []
