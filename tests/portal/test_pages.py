"""The pages of the clerk and the head, as a browser without script sees them."""

from __future__ import annotations

from flask import Flask

from tests.access.browsing import somebody
from tests.applications.scene import a_draft, a_scene


def test_the_pages_open(app: Flask) -> None:
    scene = a_scene()
    draft = a_draft(scene)
    clerk = somebody(app, "clerk")
    for url in ("/", "/applications", "/applications/new", "/roster", "/roster/new", f"/applications/{draft.id}",
                f"/applications/{draft.id}/withdraw"):  # fmt: skip
        assert clerk.get(url).status_code == 200, url
