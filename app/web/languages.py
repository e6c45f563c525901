"""Languages: Chinese unless the person chose English; catalogues are kept per subject and compiled when they change."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, request, session
from flask_babel import Babel

LOCALES = {"zh_Hans_CN": "中文", "en": "English"}
DEFAULT = "zh_Hans_CN"
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def speak(app: Flask) -> None:
    """Set up the translations of every subject."""
    compile_catalogues()
    folders = sorted(path for path in TRANSLATIONS.iterdir() if path.is_dir()) if TRANSLATIONS.exists() else []
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Shanghai",
        default_translation_directories=";".join(str(folder) for folder in folders),
        locale_selector=chosen_locale,
    )


def chosen_locale() -> str:
    """The language of this request: the person's choice, kept in the session."""
    if not request:
        return DEFAULT
    chosen = session.get("locale")
    return chosen if chosen in LOCALES else DEFAULT


def compile_catalogues(folder: Path = TRANSLATIONS) -> None:
    """Compile each catalogue in `folder` that is newer than its compiled form.

    Several processes start at once (workers of the server, of the tests): each writes a file of its own and puts it in
    the place of the compiled form as a whole, so that nobody reads half of one or moves another's away.
    """
    for source in folder.glob("*/*/LC_MESSAGES/messages.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text)
        with NamedTemporaryFile(dir=compiled.parent, suffix=".mo.new", delete=False) as out:
            write_mo(out, catalogue)
        fresh = Path(out.name)
        fresh.chmod(0o644)
        fresh.replace(compiled)
