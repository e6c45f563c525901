"""The pages of a phone link, at the desk and on the phone, in browsers without script."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.applications import service as filing
from app.phone import service
from app.phone.rules import ONCE_OPENED, TO_OPEN
from models import Account, PhoneLink, RoleGrant, Upload, db
from tests.access.browsing import log_in, somebody, token_on
from tests.applications.scene import Scene, a_draft, a_scene, add, ready
from tests.conftest import MORNING
from tests.materials.files import another, jpeg
from tests.phone.scene import a_link, a_phone, photograph
from tests.statements import counted


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


# At the desk


def test_the_desk_makes_a_link_and_shows_its_code(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    page = clerk.get(f"/applications/{draft.id}")
    assert "用手机继续上传" in page.text
    made = clerk.post(f"/applications/{draft.id}/phone", data={"csrf_token": token_on(page)})
    assert (made.status_code, made.location) == (302, f"/applications/{draft.id}/phone")
    for address in (made.location, f"/applications/{draft.id}"):  # also after a reload, and on the application
        shown = clerk.get(address).text
        assert 'src="data:image/svg+xml' in shown
        assert "http://localhost/phone/" in shown
    assert " style=" not in shown


def test_the_code_is_shown_only_to_the_browser_that_made_it(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    a_link(scene, draft)
    assert "data:image/svg" not in somebody(app, "clerk").get(f"/applications/{draft.id}").text


def test_the_offer_stands_only_where_files_may_be_added(app: Flask, scene: Scene) -> None:
    draft = ready(scene)
    assert "用手机继续上传" not in somebody(app, "head").get(f"/applications/{draft.id}").text
    filing.submit(draft.id, by=scene.clerk, revision=draft.revision, key=None)
    clerk = somebody(app, "clerk")
    page = clerk.get(f"/applications/{draft.id}")
    assert "用手机继续上传" not in page.text
    assert clerk.post(f"/applications/{draft.id}/phone", data={"csrf_token": token_on(page)}).status_code == 409
    assert clerk.get(f"/applications/{draft.id}/phone").status_code == 302


def test_the_desk_hears_what_arrives_in_three_statements(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    token = token_on(clerk.get(f"/applications/{draft.id}"))
    clerk.post(f"/applications/{draft.id}/phone", data={"csrf_token": token})
    link = db.session.scalars(select(PhoneLink)).one()
    url = f"/applications/{draft.id}/materials/since?link={link.id}"
    quiet = clerk.get(url + "&after=0")
    assert (quiet.json["state"], quiet.json["said"]) == ("waiting", [])
    again = clerk.get(url + "&after=0", headers={"If-None-Match": quiet.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    address = re.search(r"http://localhost/phone/([\w-]{43})", clerk.get(f"/applications/{draft.id}/phone").text)
    assert address
    phone = a_phone(app, service.NewLink(link.id, address.group(1), link.expires_at))
    assert clerk.get(url, headers={"If-None-Match": quiet.headers["ETag"]}).json["state"] == "open"
    photograph(phone, "M01")
    photograph(phone, "M01", content=b"no picture", name="b.jpg")
    with counted() as sent:
        news = clerk.get(url + "&after=0")
    assert len(sent) <= 3, sent
    assert news.json["uploads"] == list(db.session.scalars(select(Upload.id).order_by(Upload.id)))
    assert "2张照片" in news.json["said"][0]
    assert "1张需要重拍" in news.json["said"][1]
    assert clerk.get(url + f"&after={news.json['latest']}").json["said"] == []


def test_news_of_a_foreign_link_or_application_is_404(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    link = a_link(scene, draft)
    head = somebody(app, "clerk")
    assert head.get(f"/applications/{draft.id}/materials/since?link={link.id + 1}").status_code == 404
    assert head.get(f"/applications/{draft.id + 1}/materials/since?link={link.id}").status_code == 404
    assert head.get(f"/applications/{draft.id}/materials/since").status_code == 404
    assert head.get(f"/applications/{draft.id}/materials/since?link=x").status_code == 404


def test_the_desk_closes_its_link(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    link = a_link(scene, draft)
    phone = a_phone(app, link)
    clerk = somebody(app, "clerk")
    token = token_on(clerk.get(f"/applications/{draft.id}"))
    url = f"/applications/{draft.id}/phone/close"
    assert clerk.post(url, data={"csrf_token": token, "link": link.id + 1}).status_code == 404
    assert clerk.post(url, data={"csrf_token": token, "link": link.id}).status_code == 302
    gone = phone.get("/phone")
    assert gone.status_code == 410
    assert "电脑上已关闭这个链接" in gone.text


# On the phone


def test_looking_at_the_address_says_nothing_and_opens_nothing(app: Flask, scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    stranger = app.test_client()
    for _ in range(2):
        page = stranger.get(f"/phone/{link.token}")
        assert page.status_code == 200
        assert "陈静" not in page.text
        assert not [one for one in page.headers.getlist("Set-Cookie") if one.startswith("phone=")]
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"
    assert db.session.scalar(select(PhoneLink.opened_at)) is None


def test_opening_binds_the_device_and_leaves_no_token_in_the_address(app: Flask, scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    phone = app.test_client()
    answer = phone.post(f"/phone/{link.token}", data={"csrf_token": token_on(phone.get(f"/phone/{link.token}"))})
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("phone="))
    for part in ("HttpOnly", "SameSite=Strict", "Path=/phone"):
        assert part in cookie
    page = phone.get("/phone")
    assert page.status_code == 200
    assert link.token not in page.text
    assert "陈静" in page.text
    assert phone.get(f"/phone/{link.token}").location == "/phone"  # scanned once more with the same phone


def test_a_second_device_is_told_so(app: Flask, scene: Scene) -> None:
    link = a_link(scene, a_draft(scene))
    waiting = app.test_client()
    token = token_on(waiting.get(f"/phone/{link.token}"))
    a_phone(app, link)
    for answer in (
        waiting.post(f"/phone/{link.token}", data={"csrf_token": token}),
        app.test_client().get(f"/phone/{link.token}"),
    ):
        assert answer.status_code == 410
        assert "已在另一台设备上打开" in answer.text
        assert "陈静" not in answer.text


@pytest.mark.parametrize("address", ["/phone/" + "A" * 43, "/phone/x", "/phone", "/phone/%00", "/phone/" + "A" * 5000])
def test_without_a_link_there_is_a_sentence_and_nothing_else(app: Flask, scene: Scene, address: str) -> None:
    answer = app.test_client().get(address)
    assert answer.status_code == 404
    assert "扫描" in answer.text or "不存在" in answer.text  # the last of them is no address of ours at all


def test_each_end_of_a_link_has_its_sentence(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    link = a_link(scene, draft)
    with clock.frozen(MORNING + TO_OPEN):
        late = app.test_client().get(f"/phone/{link.token}")
        assert late.status_code == 410
        assert "已过期" in late.text
    phone = a_phone(app, link)
    with clock.frozen(MORNING + ONCE_OPENED):
        over = phone.get("/phone")
        assert over.status_code == 410
        assert "已满30分钟" in over.text
        assert photograph_blindly(phone) == 410
    db.session.execute(update(RoleGrant).values(valid_to=clock.today()))
    db.session.commit()
    lost = phone.get("/phone")
    assert lost.status_code == 410
    assert "已不能在此上传" in lost.text


def photograph_blindly(phone: object) -> int:
    """Send from a page that was opened before, whatever has happened since."""
    token = token_on(phone.get("/login"))  # type: ignore[attr-defined]
    answer = phone.post(  # type: ignore[attr-defined]
        "/phone/materials/M01", data={"csrf_token": token, "files": (BytesIO(jpeg()), "a.jpg")}
    )
    return int(answer.status_code)


def test_a_submission_meanwhile_is_said_with_what_went_along(app: Flask, scene: Scene) -> None:
    draft = ready(scene)
    phone = a_phone(app, a_link(scene, draft))
    photograph(phone, "M01")
    db.session.expire_all()
    filing.submit(draft.id, by=scene.clerk, revision=draft.revision, key=None)
    gone = phone.get("/phone")
    assert gone.status_code == 410
    assert "已经提交，本机上传的1个文件已随申请一并提交" in gone.text
    assert photograph_blindly(phone) == 410


def test_photos_get_their_verdict_in_words_and_can_be_taken_away(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    theirs = add(scene, draft.id, "M01", name="at-the-desk.jpg").id
    phone = a_phone(app, a_link(scene, draft))
    sent = photograph(phone, "M01", name="mine.png", content=another())  # another sheet than the one at the desk
    assert sent.location == "/phone#material-M01"
    photograph(phone, "M01", content=b"no picture", name="broken.jpg")
    page = phone.get("/phone").text
    assert "mine.png" in page
    assert "broken.jpg" in page
    assert "清晰可用" in page
    assert "at-the-desk.jpg" not in page
    assert "其他途径已上传1个文件" in page
    mine = db.session.scalars(select(Upload.id).where(Upload.filename == "mine.png")).one()
    assert phone.get(f"/phone/uploads/{mine}/thumbnail").mimetype == "image/jpeg"
    assert phone.get(f"/phone/uploads/{theirs}/thumbnail").status_code == 404
    token = token_on(phone.get("/phone"))
    assert phone.post(f"/phone/uploads/{theirs}/remove", data={"csrf_token": token}).status_code == 404
    assert phone.post(f"/phone/uploads/{mine}/remove", data={"csrf_token": token}).status_code == 302
    assert "mine.png" not in phone.get("/phone").text


def test_the_phone_page_needs_few_statements(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    phone = a_phone(app, a_link(scene, draft))
    photograph(phone, "M01")
    phone.get("/phone")
    with counted() as sent:
        phone.get("/phone")
    assert len(sent) <= 8, sent


def test_the_link_opens_no_other_page(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    upload = add(scene, draft.id, "M01").id
    phone = a_phone(app, a_link(scene, draft))
    for address in (
        "/", f"/applications/{draft.id}", "/applications", "/roster", "/my-wage", f"/materials/{upload}",
        f"/materials/{upload}/original", f"/materials/{upload}/thumbnails/1", "/sessions", "/admin/",
    ):  # fmt: skip
        answer = phone.get(address)
        assert answer.status_code in (302, 404), address
        if answer.status_code == 302:
            assert answer.location.startswith("/login"), address


def test_who_is_logged_in_on_the_phone_plays_no_part(app: Flask, scene: Scene) -> None:
    """Another person's phone, logged in: what is sent is the maker's, and the page shows nothing of the other."""
    draft = a_draft(scene)
    phone = a_phone(app, a_link(scene, draft))
    log_in(phone, "head")
    page = phone.get("/phone")
    assert "head" not in page.text.split("<main")[0].replace("<head", "").replace("</head", "").replace("-head", "")
    photograph(phone, "M01")
    sender = db.session.scalars(select(Upload.uploaded_by_id)).one()
    assert sender == db.session.scalar(select(Account.id).where(Account.username == "clerk"))


def test_a_link_for_one_material_shows_and_takes_only_that(app: Flask, scene: Scene) -> None:
    phone = a_phone(app, a_link(scene, a_draft(scene), code="M02"))
    page = phone.get("/phone").text
    assert "material-M02" in page
    assert "material-M01" not in page
    assert photograph(phone, "M01").status_code == 404


def test_the_phone_speaks_the_language_of_the_desk(app: Flask, scene: Scene) -> None:
    link = service.make(a_draft(scene).id, locale="en", by=scene.clerk)
    phone = app.test_client()
    assert "Open on this phone" in phone.get(f"/phone/{link.token}").text
    phone = a_phone(app, link)
    assert 'lang="en"' in phone.get("/phone").text


def test_done_closes_the_link_and_says_where_to_go_on(app: Flask, scene: Scene) -> None:
    phone = a_phone(app, a_link(scene, a_draft(scene)))
    done = phone.post("/phone/done", data={"csrf_token": token_on(phone.get("/phone"))}, follow_redirects=True)
    assert done.status_code == 200
    assert "请回到电脑上继续" in done.text
    assert photograph_blindly(phone) == 410


def test_a_file_in_pieces_comes_through_the_link_too(app: Flask, scene: Scene) -> None:
    draft = a_draft(scene)
    phone = a_phone(app, a_link(scene, draft))
    headers = {"X-CSRFToken": token_on(phone.get("/phone")), "X-Fragment": "1"}
    content = jpeg()
    told = {"filename": "pieces.jpg", "type": "image/jpeg", "size": len(content)}
    begun = phone.post("/phone/materials/M01/files", json=told, headers=headers)
    assert begun.status_code == 201
    where = begun.json["url"]
    assert where.startswith("/phone/files/")
    half = len(content) // 2
    assert phone.patch(where, data=content[:half], headers={**headers, "Upload-Offset": "0"}).status_code == 204
    assert phone.get(where).headers["Upload-Offset"] == str(half)
    phone.patch(where, data=content[half:], headers={**headers, "Upload-Offset": str(half)})
    tile = phone.post(where + "/finish", headers=headers)
    assert tile.status_code == 200
    assert "pieces.jpg" in tile.text
    assert "/phone/uploads/" in tile.text
    other = app.test_client()
    assert other.get(where).status_code == 404
    with clock.frozen(MORNING + ONCE_OPENED + timedelta(seconds=1)):
        assert phone.get(where).status_code == 410
