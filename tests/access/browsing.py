"""A person at a browser without script: logs in, sends forms with the token that their page carries."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import PASSWORD


def token_on(response: TestResponse) -> str:
    """The token against forged requests on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found, response.text[:500]
    return found.group(1)


def send(client: FlaskClient, url: str, *, page: str = "/login", **values: Any) -> TestResponse:
    """Post a form as the page `page` would."""
    token = token_on(client.get(page, follow_redirects=True))
    return client.post(url, data={"csrf_token": token, **values})


def log_in(
    client: FlaskClient, username: str, password: str = PASSWORD, *, address: str = "10.0.0.1", **values: Any
) -> TestResponse:
    token = token_on(client.get("/login", environ_overrides={"REMOTE_ADDR": address}))
    return client.post(
        "/login",
        data={"csrf_token": token, "username": username, "password": password, **values},
        environ_overrides={"REMOTE_ADDR": address},
    )


def somebody(app: Flask, username: str) -> FlaskClient:
    """A browser in which this account is logged in."""
    client = app.test_client()
    assert log_in(client, username).status_code == 302
    return client


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is still logged in."""
    return client.get("/sessions").status_code == 200
