"""A learner watches a video, leaves it and goes on at the second; fails an exercise on a wrong paper, and passes it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Request, expect
from sqlalchemy import select

from app.applications import service as applications
from app.learning.exercises import PAPERS
from models import Account, Staff, db
from tests.factories import acting

TOUR = "/learning/first-filing/tour"
PRACTICE = "/learning/post-change/practice/practice"
_READY = "document.querySelector('video').readyState >= 1"  # its length is known; a busy browser draws no picture yet
_AT = "document.querySelector('video').currentTime"


def _video(page: Page, told: str) -> Any:
    return page.evaluate(f"document.querySelector('video').{told}")


def _wait_until(page: Page, said: str) -> None:
    """Asked from outside again and again: what the page itself would evaluate later is refused by its policy."""
    for _turn in range(600):
        if page.evaluate(said):
            return
        page.wait_for_timeout(100)
    raise AssertionError(said)


def test_a_video_is_watched_in_parts_left_and_gone_on_with(visit: Any) -> None:
    clerk = visit("clerk")
    asked: list[Request] = []
    answered: list[int] = []

    def note(request: Request) -> None:
        if request.url.split("#")[0].endswith("/video"):
            asked.append(request)
            answer = request.response()
            answered.append(answer.status if answer else 0)

    clerk.page.on("requestfinished", note)
    clerk.page.on("requestfailed", note)  # a player breaks off what it has enough of
    clerk.go(TOUR)
    _wait_until(clerk.page, _READY)
    assert _video(clerk.page, "duration") > 40
    with clerk.page.expect_response(lambda answer: answer.url.endswith("/place") and answer.request.method == "POST"):
        clerk.page.evaluate("document.querySelector('video').currentTime = 21")
    _wait_until(clerk.page, f"{_AT} >= 21")
    clerk.go("/learning/first-filing")
    expect(clerk.page.locator(".lessons li").first).to_contain_text("0:21")
    clerk.go(TOUR)
    _wait_until(clerk.page, f"{_READY} && {_AT} >= 20.5 && {_AT} < 23")
    clerk.sees("从上次看到的 0:21 继续")
    assert any("range" in request.headers for request in asked)
    captions = clerk.page.evaluate(
        """async () => {
          const track = document.querySelector("track[srclang=zh]").track;
          track.mode = "showing";
          const rest = () => new Promise((go) => setTimeout(go, 100));
          for (let turn = 0; turn < 100 && !track.cues?.length; turn += 1) await rest();
          return [...track.cues].map((cue) => cue.text);
        }"""
    )
    assert len(captions) == 10
    assert "首页告诉您今天要办什么" in captions[0]


def test_why_beside_a_question_opens_the_lesson_at_its_place(visit: Any) -> None:
    clerk = visit("clerk", phone=True)
    actor = acting(db.session.scalars(select(Account).where(Account.username == "clerk")).one())
    teacher = db.session.scalars(
        select(Staff.id).where(Staff.unit_id == actor.unit_id, Staff.post.like("TECH-%")).order_by(Staff.id)
    ).first()
    assert teacher is not None
    draft = applications.start("NCGZ-11", staff_id=teacher, by=actor).id
    db.session.rollback()
    clerk.go(f"/applications/{draft}")
    assert clerk.fits_the_screen()
    with clerk.page.context.expect_page() as opened:
        clerk.page.get_by_role("link", name="为什么？聘任日期").click()
    lesson = opened.value
    place = lesson.locator("#at-day")
    expect(place).to_be_in_viewport()
    assert lesson.url.endswith("/learning/post-change/rules#at-day")
    lesson.close()
    with clerk.page.context.expect_page() as opened:
        clerk.page.get_by_role("link", name="为什么？事业单位聘用合同").click()
    video = opened.value
    expect(video.locator("video")).to_be_attached()  # the window opens before its page has come
    _wait_until(video, f"{_READY} && {_AT} >= 17.5 && {_AT} < 21")
    video.close()


def test_a_learner_fails_on_a_wrong_paper_and_passes_with_the_right_one(visit: Any) -> None:
    clerk = visit("clerk")
    clerk.go(PRACTICE)
    clerk.sees("IMG_2031.jpg")
    clerk.press("提交")
    summary = clerk.page.locator(".error-summary")
    expect(summary).to_contain_text("还不能通过")
    expect(summary.locator("a[href='#material-M14']").first).to_be_visible()
    clerk.page.fill("[name=answer-appointed_on]", "2018-03-20")
    clerk.page.check("#paper-M14-3")
    clerk.press("放入这份材料：岗位聘任文件")
    clerk.page.check("#paper-M15-1")
    clerk.press("放入这份材料：专业技术职务")
    clerk.press("提交")
    clerk.sees("次后通过")
    clerk.press("重新开始")
    clerk.page.locator("main details.disclosure > summary", has_text="用自己的文件试一试").click()
    clerk.page.set_input_files("#own-M14", str(PAPERS / "flawed" / "dark.jpg"))
    clerk.press("检查：岗位聘任文件")
    expect(clerk.page.locator("#material-M14 .finding.tone-bad").first).to_be_visible()
