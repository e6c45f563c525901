"""Assets: kept for ever under the address of their content, compressed, and never out of the folder."""

from __future__ import annotations

import gzip
import re

from flask import Flask
from flask.testing import FlaskClient

from app.web.assets import FOLDER, SHEET, STYLES, asset, read_assets


def test_an_address_is_kept_for_ever_and_changes_with_the_content(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = asset(SHEET)
    answer = client.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    old = client.get(address.replace(read_assets().version, "0" * 10))
    assert old.status_code == 200
    assert old.headers["Cache-Control"] == "no-cache"


def test_a_browser_that_takes_gzip_gets_it_and_another_does_not(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = asset("js/page.js")
    zipped, plain = client.get(address, headers={"Accept-Encoding": "gzip"}), client.get(address)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_the_sheets_are_all_sent_in_their_order() -> None:
    assert set(STYLES) == {path.stem for path in (FOLDER / "css").glob("*.css")}
    assert STYLES[0] == "tokens"
    assert STYLES[-1] == "last"


def test_nothing_outside_the_folder_is_sent(client: FlaskClient) -> None:
    for name in ("../config.py", "..%2fconfig.py", "css/tokens.css", "nothing.js", "x/../../config.py"):
        assert client.get(f"/assets/x/{name}").status_code == 404


def test_a_module_imports_only_by_relative_address() -> None:
    """So that what it imports comes from the same version."""
    for name, one in read_assets().files.items():
        if name.endswith(".js"):
            for address in re.findall(r"""(?:from|import)\s*\(?["']([^"']+)["']""", one.body.decode()):
                assert address.startswith("./"), f"{name} imports {address}"
