"""How much a novice must do to file a first wage for somebody whose data is on file: counted, printed and limited.

Counted from the log-in page to the page that says who has it now. A file that is chosen counts as one choice, however
many are chosen in one window; opening that window is a click.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.demo.accounts import PASSWORD
from models import Application, db
from tests.journeys.filing import EXAMINED, following, is_ready
from tests.journeys.papers import Papers
from tests.journeys.person import Person

Visit = Callable[..., Person]

# What scans are called in an office; the page finds the material of each by these names.
SCANS = {
    "M01": "录用审批表.jpg", "M02": "行政介绍信.jpg", "M03": "编制核定通知单.jpg", "M04": "学历学位证书.jpg",
    "M05": "报到证.jpg", "M06": "人事档案.pdf", "M07": "居民身份证.jpg", "M08": "聘用合同.jpg", "M25": "教师资格证.jpg",
}  # fmt: skip


@dataclass
class Effort:
    """What was done by hand."""

    page: Page
    typed: list[str] = field(default_factory=list)
    clicks: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", lambda page: self.pages.append(page.url))

    def type(self, name: str, value: str) -> None:
        self.typed.append(name)
        one = self.page.locator(f"[name={name}]")
        one.fill(value)
        one.blur()

    def click(self, one: Locator) -> None:
        self.clicks.append(one.inner_text().strip())
        one.click()

    def choose(self, opener: Locator, files: Sequence[Path]) -> None:
        with self.page.expect_file_chooser() as window:
            self.click(opener)
        window.value.set_files(list(files))
        self.chosen += [one.name for one in files]

    def said(self) -> str:
        return (
            f"{len(self.typed)} fields typed ({', '.join(self.typed)}), {len(self.clicks)} clicks, "
            f"{len(self.chosen)} files chosen, {len(self.pages)} pages"
        )


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_first_wage_is_filed_with_little_effort(
    app: Flask, visit: Visit, tmp_path: Path, phone: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = _papers(tmp_path)
    effort = _at_the_login(visit, phone=phone)
    _begin(effort)
    _answer(effort)
    effort.choose(effort.page.locator("[data-sort]"), list(papers.values()))
    for code in SCANS:  # every name has found its material, so nothing is left to be chosen
        expect(effort.page.locator(f"#sorting select option[value=material-{code}]:checked")).to_have_count(1)
    effort.click(effort.page.locator("[data-sorting-send]"))
    _everything_is_taken(effort)
    _submit(effort)
    with capsys.disabled():
        print(f"\nA first wage, all scans at once, {'on a phone' if phone else 'at the desk'}: {effort.said()}")
    assert effort.typed == ["username", "password", "answer-graduation_year"]
    assert len(effort.clicks) <= 5, effort.clicks
    assert len(effort.chosen) == len(SCANS)
    assert len(effort.pages) <= 4, effort.pages


def test_the_same_one_material_after_the_other(
    app: Flask, visit: Visit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = _papers(tmp_path)
    effort = _at_the_login(visit)
    _begin(effort)
    _answer(effort)
    for code, paper in papers.items():
        effort.choose(effort.page.locator(f"#material-{code} [data-choose]"), [paper])
        expect(effort.page.locator(f"#material-{code} li.file[id]")).to_have_count(1, timeout=EXAMINED)
    _everything_is_taken(effort)
    _submit(effort)
    with capsys.disabled():
        print(f"\nA first wage, one material after the other: {effort.said()}")
    assert len(effort.typed) <= 3, effort.typed
    assert len(effort.clicks) <= 3 + len(SCANS), effort.clicks
    assert len(effort.pages) <= 4, effort.pages


def _papers(folder: Path) -> dict[str, Path]:
    papers = Papers(folder)
    return {code: papers.pdf(name) if name.endswith(".pdf") else papers.photo(name) for code, name in SCANS.items()}


def _at_the_login(visit: Visit, *, phone: bool = False) -> Effort:
    """A clerk whose session has not begun; the visit itself is what opens the browser."""
    clerk = visit("clerk", phone=phone)
    clerk.page.context.clear_cookies()
    clerk.go("/login")
    # Counted from here: the page that the visit opened may still have been on its way.
    effort = Effort(clerk.page, pages=[clerk.page.url])
    effort.typed += ["username", "password"]
    clerk.page.fill("input[name=username]", "clerk")
    clerk.page.fill("input[name=password]", PASSWORD)
    effort.click(clerk.page.locator("main button[type=submit]"))
    expect(clerk.page.locator("#pile-due")).to_be_visible()
    return effort


def _begin(effort: Effort) -> None:
    """Home says who is due; one press begins, and the roster answers."""
    effort.click(effort.page.get_by_role("button", name="开始申报：林晓雨"))
    effort.page.wait_for_url(re.compile(r"/applications/\d+$"))


def _answer(effort: Effort) -> None:
    """What no record knows is the only thing that is typed; the page follows at once."""
    empty = [one for one in effort.page.locator("[name^=answer-][required]").all() if not one.input_value()]
    for name in [one.get_attribute("name") or "" for one in empty if one.is_visible()]:
        with following(effort.page):
            effort.type(name, "2018")


def _everything_is_taken(effort: Effort) -> None:
    expect(effort.page.locator("#live li.file[id]")).to_have_count(len(SCANS), timeout=EXAMINED * len(SCANS))
    is_ready(effort.page)


def _submit(effort: Effort) -> None:
    effort.click(effort.page.locator("button[formaction$='/submit']"))
    expect(effort.page.locator("#now")).to_contain_text("正在办理：单位负责人确认")
    expect(effort.page.locator("#now")).to_contain_text("最迟2018年4月11日办结")
    number = int(effort.page.url.rsplit("/", 1)[1])
    db.session.expire_all()
    assert db.session.get_one(Application, number).state == "IN_REVIEW"
