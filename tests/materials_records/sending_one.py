"""Sends one file in a process of its own, which a test kills before the reading has come into the queue."""

from __future__ import annotations

import sys
import time
from io import BytesIO

from sqlalchemy import select

from app import clock, create_app
from app.access.queries import actor_of
from app.config import settings_from
from app.materials import saying, service
from models import Account, db
from tests.conftest import MORNING
from tests.materials import files


def main(url: str, uploads: str, application_id: int) -> None:
    """Take a file for a material, say so, and put its reading into the queue only much later."""
    app = create_app(
        settings_from(
            {"ZEROTRIP_ENV": "development", "DATABASE_URL": url, "UPLOADS_DIR": uploads,
             "SECRET_KEY": "a secret that only the tests know, long enough"}
        )
    )  # fmt: skip
    with app.app_context(), clock.frozen(MORNING):
        clerk = db.session.scalars(select(Account).where(Account.username == "clerk")).one()
        content = BytesIO(files.jpeg())
        upload = service.receive(application_id, "M04", content, filename="page.jpg", by=actor_of(clerk))
        print("kept", flush=True)
        time.sleep(60)
        saying.have_read(upload)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
