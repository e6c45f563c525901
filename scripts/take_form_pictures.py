"""Takes the pictures of three printed forms for docs/screens, from the demo city; part of `make screens`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from flask_babel import gettext
from sqlalchemy import func, select

from app.documents import service
from app.documents.voice import Voice
from models import Application, ApplicationEmployee, ServiceItem, db
from models.applications import ApplicationState
from scripts.take_screens import OUT, smaller, throwaway_city
from tests.journeys import deciding

PIXELS_A_POINT = 1.35


def main() -> None:
    """Print an approval form, a roster and a wage card, and keep the first page of each as a picture."""
    wanted = frozenset(sys.argv[1:])
    OUT.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, throwaway_city(Path(folder)) as (app, _), app.test_request_context():
        for name, pdf in prints().items():
            if not wanted or name in wanted:
                keep(name, pdf)


def prints() -> dict[str, bytes]:
    """The three, as the approver and a colleague with some years of service print them."""
    voice = Voice(gettext, True, lambda code: f"https://zerotrip.example/check/{code}")
    approver, colleague = deciding.demo_actor("approver"), deciding.demo_actor("colleague")
    return {
        "form-approval": service.print_form(fullest("NCGZ-11"), "F01", by=approver, voice=voice).pdf,
        "form-roster": service.print_form(fullest("NCGZ-12"), "F11", by=approver, voice=voice).pdf,
        "form-wage-card": service.print_own_card(by=colleague, voice=voice).pdf,
    }


def fullest(item: str) -> int:
    """The application of an item with the most people, of those that are decided or on their way."""
    found = db.session.scalar(
        select(Application.id)
        .join(ServiceItem, ServiceItem.id == Application.item_id)
        .join(ApplicationEmployee, ApplicationEmployee.application_id == Application.id)
        .where(ServiceItem.code == item, Application.state.in_([ApplicationState.APPROVED, ApplicationState.IN_REVIEW]))
        .group_by(Application.id)
        .order_by(func.count().desc(), Application.state, Application.id)
        .limit(1)
    )
    assert found is not None
    return found


def keep(name: str, pdf: bytes) -> None:
    """The first page as a small picture."""
    document = pypdfium2.PdfDocument(pdf)
    page = io.BytesIO()
    document[0].render(scale=PIXELS_A_POINT).to_pil().save(page, "PNG")
    document.close()
    body = smaller(page.getvalue())
    (OUT / f"{name}.png").write_bytes(body)
    print(f"{name}.png  {len(body) // 1024} kB")


if __name__ == "__main__":
    main()
