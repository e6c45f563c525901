"""A small back office on the theme, with two tables of its own: what the tests of the look drive in a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, render_template, render_template_string, request
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.actions import action
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.serving import make_server
from wtforms.validators import DataRequired

import app as product
from admin_views.saved import Bar, Kept
from admin_views.theme import theme
from admin_views.widgets import PlainConverter
from app.web.assets import open_assets
from app.web.headers import send_headers
from app.web.languages import speak
from app.web.shell import open_shell
from app.web.showing import offer_to_templates

db = SQLAlchemy()


class Office(db.Model):  # type: ignore[name-defined,misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    founded: Mapped[date | None]

    def __str__(self) -> str:
        return self.name


class Clerk(db.Model):  # type: ignore[name-defined,misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    joined: Mapped[date | None]
    wage: Mapped[int]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    office: Mapped[Office] = relationship()
    degrees: Mapped[list[Degree]] = relationship(back_populates="clerk")


class Degree(db.Model):  # type: ignore[name-defined,misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str]
    clerk_id: Mapped[int] = mapped_column(ForeignKey("clerk.id"))
    clerk: Mapped[Clerk] = relationship(back_populates="degrees")


class OfficeView(ModelView):  # type: ignore[misc]
    """A view that shows everything in dialogs, as Flask-Admin itself offers it."""

    model_form_converter = PlainConverter
    can_view_details = details_modal = create_modal = edit_modal = True
    column_list = ("name", "founded")
    column_labels = {"name": "名称", "founded": "成立"}  # noqa: RUF012
    form_columns = ("name", "founded")
    form_args = {"name": {"validators": [DataRequired("请填写名称。")]}}  # noqa: RUF012
    column_default_sort = "id"


class ClerkView(ModelView):  # type: ignore[misc]
    model_form_converter = PlainConverter
    can_view_details = True
    can_export = True
    can_set_page_size = True
    page_size = 20
    column_list = ("name", "office", "joined", "wage")
    column_numeric = ("wage",)
    column_labels = {"name": "姓名", "office": "单位", "joined": "参加工作", "wage": "工资"}  # noqa: RUF012
    column_searchable_list = ("name",)
    column_filters = ("name", "joined", "wage")
    form_columns = ("name", "office", "joined", "wage")
    form_ajax_refs = {"office": {"fields": ("name",)}}  # noqa: RUF012
    inline_models = ((Degree, {"form_columns": ("id", "school"), "form_label": "学历"}),)

    @action("retire", "办理退休")
    def retire(self, ids: list[str]) -> None:
        """Nothing happens here; the list only has to offer it."""

    def title_of(self, row: Clerk) -> str:
        return row.name

    def kept_lists(self, _state: Any) -> Bar:
        """As the bar above a list is given what a person keeps."""
        entries = [Kept(n, f"我的筛选{n}", f"/admin/clerk/?search=王{n}", n == 2, n == 1) for n in range(1, 7)]
        return Bar("clerk", "search=王2" if request.args else "", entries)

    @expose("/delete/", methods=("GET", "POST"))
    def delete_view(self) -> str:
        row = self.get_one(request.args.get("id"))
        page: str = self.render(
            "admin/confirm.html", title=f"删除“{row.name}”？", message="不能恢复。", items=[row.name], verb="删除",
            hanging=[{"label": "申请", "count": 12}], action="#", fields=[("id", row.id)], return_url="/admin/clerk/",
            ask_reason=True,
        )  # fmt: skip
        return page


class Start(AdminIndexView):  # type: ignore[misc]
    @expose("/")
    def index(self) -> str:
        page: str = self.render("admin/index.html", figures=[{"number": 12, "label": "等我审核", "url": "#"}])
        return page


def build(folder: Path) -> Flask:
    """The stage, with 45 people."""
    root = Path(product.__file__).parent
    stage = Flask("stage", template_folder=str(root / "templates"), static_folder=None)
    stage.config.update(SECRET_KEY="only for tests", SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder}/stage.db")
    db.init_app(stage)
    CSRFProtect(stage)
    speak(stage)
    send_headers(stage, secure=False)
    offer_to_templates(stage)
    open_assets(stage, may_change=False)
    open_shell(stage)
    received: list[str] = []
    stage.config["RECEIVED"] = received

    @stage.context_processor
    def frame() -> dict[str, Any]:
        menu = [{"label": "首页", "url": "/", "active": True}, {"label": "队列", "url": "/q", "count": 3}]
        return {"navigation": menu, "demo_today": date(2018, 4, 3), "sg_page": lambda n: f"?page={n}"}

    @stage.get("/styleguide")
    def styleguide() -> str:
        return render_template("styleguide.html", now=datetime(2018, 4, 3, 2, 20))

    @stage.get("/error")
    def error() -> str:
        return render_template("error.html", status=500, request_id="a1b2")

    @stage.get("/forms")
    def forms() -> str:
        return render_template_string(FORMS)

    @stage.get("/find")
    def find() -> Any:
        people = [{"id": n, "text": name, "hint": "市第一中学"} for n, name in enumerate(("王伟", "王芳", "李静"), 1)]
        return jsonify(results=[one for one in people if request.args["q"] in str(one["text"])])

    @stage.post("/take")
    def take() -> str:
        received.append(request.form.get("staff", ""))
        threading.Event().wait(0.4)
        return f"<!doctype html><title>taken</title><p>{len(received)}</p>"

    @stage.get("/kept/", endpoint="saved_filters.index")
    @stage.post("/kept/save/", endpoint="saved_filters.save")
    def kept() -> str:
        return f"<!doctype html><title>kept</title><p>{request.form.get('name')}: {request.form.get('query')}</p>"

    @stage.post("/preview")
    def preview() -> str:
        return f'<div id="preview"><strong>{request.form["name"]}</strong></div>'

    with stage.app_context():
        db.create_all()
        offices = [Office(name=f"市第{n}中学", founded=date(1990, 1, n)) for n in range(1, 10)]
        people = [
            Clerk(name=f"王{n}", office=offices[n % 9], wage=200000 + n, degrees=[Degree(school="师范大学")])
            for n in range(45)
        ]
        db.session.add_all([*offices, *people])
        db.session.commit()
        admin = Admin(stage, name="后台", theme=theme, index_view=Start(name="后台首页"))
        admin.add_view(OfficeView(Office, db, name="单位", category="资料"))
        admin.add_view(ClerkView(Clerk, db, name="工作人员", category="资料"))
    return stage


FORMS = """{% extends "layout.html" %}{% import "components.html" as ui with context %}
{% block title %}forms{% endblock %}
{% block main %}<h1>forms</h1>
{% call ui.form("/take", id="take", confirm="确定提交？") %}
{{ ui.lookup("staff", "工作人员", "/find") }}
{{ ui.button("提交", kind="primary") }}{% endcall %}
{% call ui.form("/preview", live_target="#preview") %}
{{ ui.field(name="name", label="姓名") }}
{{ ui.field(name="other", label="其他") }}
{{ ui.field(name="day", label="日期", type="date", attrs={"min": "1960-01-15"}) }}
{{ ui.field(name="month", label="月份", type="month") }}{% endcall %}
<div id="preview"></div>
{{ ui.upload_tile("m1", "毕业证书", "/upload", level=2) }}
{% endblock %}"""


@contextmanager
def running(stage: Flask) -> Iterator[str]:
    """Serve the stage on this machine; gives its address."""
    server = make_server("127.0.0.1", 0, stage, threaded=True)
    worker = threading.Thread(target=server.serve_forever, daemon=True)
    worker.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    worker.join(5)
    with stage.app_context():
        db.engine.dispose()
