"""What a PDF would do by itself, and what it carries along: scripts, actions, media, forms that are programs, files."""

from __future__ import annotations

import re
from typing import Any

import pikepdf

_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound", "/GoToE",
    "/RichMediaExecute", "/GoTo3DView",
}  # fmt: skip
"""Refused wherever they stand, asked for or not."""
_KINDS = {"/RichMedia", "/FileAttachment", "/Movie", "/Sound", "/Screen", "/3D"}
_ASKED_FOR = {"/GoTo", "/Named"}
_SCRIPTED_LINK = re.compile(r"\s*(javascript|vbscript|data|file|jar|shell|ms-[\w-]+):|\s*\\\\", re.IGNORECASE)


def is_active(value: Any) -> bool:
    """Whether a dictionary, wherever it stands, acts or carries a file. A key counts only with the value that acts: a
    font may be called /JS, and many programs leave an empty list of attachments behind."""
    if "/JS" in value and isinstance(value["/JS"], pikepdf.String | pikepdf.Stream):
        return True
    if "/EF" in value and isinstance(value["/EF"], pikepdf.Dictionary) and _holds_file(value["/EF"]):
        return True
    if any(_lists_something(value.get(key)) for key in ("/EmbeddedFiles", "/JavaScript")):
        return True
    if _says(value, "/Type") == "/EmbeddedFile" or _is_program_form(value.get("/XFA")):
        return True
    if "/RichMediaContent" in value or "/RichMediaSettings" in value:
        return True
    action = _says(value, "/S")
    if action in _ACTIONS or (action == "/URI" and _SCRIPTED_LINK.match(_text(value.get("/URI")))):
        return True
    return _says(value, "/Subtype") in _KINDS and ("/Rect" in value or _says(value, "/Type") == "/Annot")


def acts_when_opened(pdf: pikepdf.Pdf) -> bool:
    """Opening at a page is what every program writes; opening a link or another file is not."""
    return _unasked(pdf.Root.get("/OpenAction")) or _any_unasked(pdf.Root.get("/AA")) or "/Collection" in pdf.Root


def acts_unasked(value: Any) -> bool:
    """Whether a page, a field or a mark does something when it is merely seen, entered or left."""
    return _any_unasked(value.get("/AA"))


def _any_unasked(actions: Any) -> bool:
    return isinstance(actions, pikepdf.Dictionary) and any(_unasked(action) for _, action in actions.items())


def _unasked(action: Any, depth: int = 0) -> bool:
    if not isinstance(action, pikepdf.Dictionary):
        return False  # a place in the document
    if _says(action, "/S", "/GoTo") not in _ASKED_FOR or depth > 20:
        return True
    following = action.get("/Next")
    chain = list(following) if isinstance(following, pikepdf.Array) else [following]
    return any(_unasked(one, depth + 1) for one in chain)


def _holds_file(files: Any) -> bool:
    return any(isinstance(file, pikepdf.Stream) for _, file in files.items())


def _lists_something(tree: Any) -> bool:
    if not isinstance(tree, pikepdf.Dictionary) or isinstance(tree, pikepdf.Stream):
        return False
    return any(isinstance(tree.get(key), pikepdf.Array) and len(tree[key]) for key in ("/Names", "/Kids"))


def _is_program_form(form: Any) -> bool:
    return isinstance(form, pikepdf.Stream) or (isinstance(form, pikepdf.Array) and len(form) > 0)


def _says(value: Any, key: str, default: str = "") -> str:
    told = value.get(key, None)
    return str(told) if isinstance(told, pikepdf.Name) else default


def _text(value: Any) -> str:
    return str(value) if isinstance(value, pikepdf.String) else ""
