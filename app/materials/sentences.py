"""The sentences of an examination: for each code and flag its title, what is wrong, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.messages import Message


@dataclass(frozen=True)
class Wording:
    """How one code is put to people."""

    title: Message
    message: Message
    remedy: Message


def _wording(title: str, message: str, remedy: str) -> Wording:
    return Wording(Message(title), Message(message), Message(remedy))


CODES: dict[str, Wording] = {
    "unsupported": _wording(
        "File type not accepted",
        "This type of file cannot be taken.",
        "Send a photo (JPEG, PNG, HEIC), a TIFF scan, or a PDF. Save a Word or WPS document as PDF first.",
    ),
    "type_mismatch": _wording(
        "Name and content differ",
        "The file is not of the type that its name says.",
        "Do not change the ending of a file name by hand. Save it from its program in the right type, then send it.",
    ),
    "corrupt": _wording(
        "Damaged file",
        "The file is damaged and cannot be opened whole.",
        "Open it on your own device first; if it does not open there, scan or photograph the page again.",
    ),
    "truncated": _wording(
        "Incomplete file",
        "The file ends too early: the last part is missing.",
        "Copy or download it again in full, and wait for the end before you send it.",
    ),
    "empty": _wording(
        "Empty file",
        "The file is empty.",
        "Choose the right file, or save it again from the scanner or the phone.",
    ),
    "too_small": _wording(
        "Picture too small",
        "The picture is too small to be a page that anyone can read.",
        "Send the original picture, not its thumbnail or preview.",
    ),
    "bomb": _wording(
        "Abnormally large content",
        "The content unfolds to an abnormal size, so the examination was stopped.",
        "Scan at 300 dpi in A4 size, or print the file to PDF, and send the new file.",
    ),
    "encrypted": _wording(
        "Password protected",
        "The PDF is protected by a password and cannot be opened.",
        "Remove the password in the program that made it, or print it to PDF, and send the new file.",
    ),
    "pdf_active": _wording(
        "Scripts or attachments inside",
        "The PDF contains scripts, automatic actions, media or attached files, which are not allowed.",
        "Print it to PDF, which keeps only the pages, and send attachments as materials of their own.",
    ),
    "polyglot": _wording(
        "Other content hidden inside",
        "Content of another type is hidden in the file.",
        "Send the original photo or scan; if this is the original, take it again.",
    ),
    "no_pages": _wording(
        "No pages",
        "The PDF has no page.",
        "Make the PDF again, check that it shows its pages, and send it.",
    ),
    "too_many_pages": _wording(
        "Too many pages",
        "The file has too many pages.",
        "Send only the pages that this material asks for.",
    ),
    "multi_frame": _wording(
        "Several pictures in one file",
        "The file holds several pictures or an animation, where one page is expected.",
        "Save pages that belong together as one PDF; save an animation as a single picture.",
    ),
}

FLAGS: dict[str, Wording] = {
    "lowres": _wording(
        "Resolution too low",
        "The picture has too few pixels to read its text.",
        "Scan at 300 dpi, or photograph the page so that it fills the frame, and send the original picture.",
    ),
    "blur": _wording(
        "Blurred",
        "The picture is too blurred to read its text.",
        "Wipe the lens, turn on a light, hold the phone still and take it again.",
    ),
    "dark": _wording(
        "Too dark",
        "The picture is too dark to read its text.",
        "Move to a bright place or turn on a light, keep your shadow off the page, and take it again.",
    ),
    "washed": _wording(
        "Washed out",
        "The picture is washed out: the text hardly stands out from the paper.",
        "Turn off the flash and avoid direct light, or make the scan darker, and take it again.",
    ),
    "blank": _wording(
        "Blank page",
        "There is nothing on the page.",
        "Check that the right side was facing the lens or the scanner, and take it again.",
    ),
    "rotated": _wording(
        "Not upright",
        "The page is lying on its side or upside down; it will be shown turned upright.",
        "Nothing needs to be done; next time hold the phone the way the page lies.",
    ),
    "skew": _wording(
        "Askew",
        "The page lies askew in the picture.",
        "Hold the phone straight above the page, its edges along those of the frame, and take it again.",
    ),
    "cutoff": _wording(
        "Cut off",
        "Part of the page lies outside the picture: print is cut at its edge.",
        "Move back until all four corners of the page are in the frame, and take it again.",
    ),
    "glare": _wording(
        "Glare",
        "A shining spot hides part of the text.",
        "Turn off the flash, tilt the page away from the lamp, and take it again.",
    ),
    "moire": _wording(
        "Waves over the page",
        "Waves lie over the page, as when a screen is photographed.",
        "Photograph or scan the paper itself; of a document on a screen, send the file.",
    ),
    "overcompressed": _wording(
        "Compressed too much",
        "The picture was compressed so much that blocks cover the text.",
        "Send the original picture from the phone or scanner, not one that a chat program has passed on.",
    ),
    "not_document": _wording(
        "Not a document",
        "The picture shows no document.",
        "Choose the photo or scan of the material itself.",
    ),
}

_MINOR = {
    "blank": Wording(
        FLAGS["blank"].title,
        Message("This page is blank; the other pages are not."),
        Message("If it is the empty back of a sheet, nothing needs to be done; otherwise scan this page again."),
    ),
}

_PAGE_LIMIT = Message("The file has %(pages)s pages; at most %(limit)s are taken.")
_ON_PAGE = "Page %(page)s: %(sentence)s"


def sentence_for(code: str, *, page: int | None, measures: Mapping[str, Any]) -> tuple[Message, Message]:
    """What is wrong and what to do, for one finding; the page is named where the file has several."""
    wording = FLAGS.get(code) or CODES[code]
    if measures.get("minor"):
        wording = _MINOR.get(code, wording)
    message = wording.message
    if code == "too_many_pages" and "limit" in measures and "pages" in measures:
        message = Message(_PAGE_LIMIT.msgid, pages=measures["pages"], limit=measures["limit"])
    if page is not None:
        message = Message(_ON_PAGE, page=page, sentence=message)
    return message, wording.remedy
