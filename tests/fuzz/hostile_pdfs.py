"""Hostile PDFs: that act, carry, unfold, lie about themselves or never end."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

import pikepdf

from tests.fuzz.cases import Case, Chance, pick, saved, sheet
from tests.fuzz.foreign import PROGRAM, SCRIPTS, archive
from tests.fuzz.hostile_files import HostileMaker, a_case
from tests.fuzz.writing import (
    HEAD,
    body,
    flate,
    image,
    photo,
    picture_page,
    stream,
    text,
    text_pages,
    updated,
    written,
    written_with_stream,
)

_SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
_ACTIONS = (
    _SCRIPT,
    b"<< /S /JavaScript /JS 60 0 R >>",
    b"<< /S /Launch /F (cmd.exe) >>",
    b"<< /S /Launch /Win << /F (calc.exe) >> >>",
    b"<< /S /SubmitForm /F (http://example.org/) >>",
    b"<< /S /ImportData /F (x.fdf) >>",
    b"<< /S /GoToE /T << /R /C >> >>",
    b"<< /S /Rendition /OP 0 /R 60 0 R >>",
    b"<< /S /Sound /Sound 60 0 R >>",
    b"<< /S /Movie /T (a) >>",
    b"<< /S /#4aavaScript /#4a#53 (app.alert\\(1\\)) >>",
    b"<< /S /URI /URI (javascript:alert\\(1\\)) >>",
    b"<< /S /GoTo /D [4 0 R /Fit] /Next << /S /JavaScript /JS (x) >> >>",
)


def with_action(rng: Chance) -> Case:
    """A script or an order, at any of the places where a reader looks for one."""
    action = bytes(pick(rng, *_ACTIONS))
    place = int(rng.integers(0, 9))
    catalog, page, more = b"", b"", {60: flate(b"app.alert(1)")}
    if place == 0:
        catalog = b"/OpenAction " + action
    elif place == 1:
        catalog = b"/AA << /WC " + action + b" >>"
    elif place == 2:
        catalog = b"/Names << /JavaScript << /Names [(a) " + action + b"] >> >>"
    elif place == 3:
        page = b"/AA << /O " + action + b" >>"
    elif place == 4:
        page = b"/Annots [ << /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A " + action + b" >> ]"
    elif place == 5:
        catalog = b"/AcroForm << /Fields [61 0 R] >>"
        more[61] = b"<< /FT /Tx /T (a) /AA << /K " + action + b" /F " + action + b" >> >>"
    elif place == 6:
        catalog = b"/Outlines << /First 62 0 R /Last 62 0 R /Count 1 >>"
        more[62] = b"<< /Title (a) /Parent 1 0 R /A " + action + b" >>"
    elif place == 7:
        catalog = b"/OpenAction 63 0 R"
        more[63] = b"64 0 R"
        more[64] = action
    else:  # hidden deep inside
        depth = int(rng.integers(5, 40))
        page = b"/PieceInfo " + b"<< /A " * depth + action + b" >>" * depth
    made = {**text_pages(1, catalog=catalog, page=page), **more}
    whole = written(made)  # written anew, a reference to a reference is lost, and the script with it
    return a_case("a.pdf", whole if place == 7 else _in_some_form(whole, rng), "pdf_active")


def _in_some_form(whole: bytes, rng: Chance) -> bytes:
    """As it is, or written anew so that everything lies in compressed objects, or locked with an empty password."""
    if rng.uniform() < 0.5:
        return whole
    options = pick(
        rng,
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"linearize": True},
        {"encryption": pikepdf.Encryption(owner="x", user="")},
    )
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        buffer = io.BytesIO()
        pdf.save(buffer, **options)
    return buffer.getvalue()


def with_attachment(rng: Chance) -> Case:
    carried = pick(rng, PROGRAM, archive(), b"name,id\n", written(text_pages()))
    made = text_pages(1)
    made[60] = flate(carried, b"/Type /EmbeddedFile") if rng.uniform() < 0.7 else flate(carried)
    made[61] = b"<< /Type /Filespec /F (a.exe) /UF (a.exe) /EF << /F 60 0 R >> >>"
    place = int(rng.integers(0, 4))
    if place == 0:
        made[1] = made[1].replace(b"/Pages", b"/Names << /EmbeddedFiles << /Names [(a.exe) 61 0 R] >> >> /Pages", 1)
    elif place == 1:
        note = b"/Annots [ << /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS 61 0 R >> ]"
        made[4] = made[4].replace(b"/Contents", note + b" /Contents", 1)
    elif place == 2:
        made[1] = made[1].replace(b"/Pages", b"/AF [61 0 R] /Pages", 1)
    else:
        made[1] = made[1].replace(b"/Pages", b"/Collection << /View /D >> /AF [61 0 R] /Pages", 1)
    return a_case("a.pdf", _in_some_form(written(made), rng), "pdf_active")


def with_media(rng: Chance) -> Case:
    kind = pick(
        rng,
        b"/Subtype /RichMedia /RichMediaContent << >>",
        b"/Subtype /Screen",
        b"/Subtype /Movie /Movie << /F (a.avi) >>",
        b"/Subtype /Sound /Sound 60 0 R",
        b"/Subtype /3D /3DD 60 0 R",
    )
    made = text_pages(1, page=b"/Annots [ << /Type /Annot /Rect [0 0 90 90] " + kind + b" >> ]")
    made[60] = flate(b"RIFF")
    return a_case("a.pdf", _in_some_form(written(made), rng), "pdf_active")


def with_program_form(rng: Chance) -> Case:
    form = pick(rng, b"60 0 R", b"[(xdp:xdp) 60 0 R (template) 60 0 R]")
    made = text_pages(1, catalog=b"/AcroForm << /Fields [] /XFA " + form + b" >> /NeedsRendering true")
    made[60] = flate(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    return a_case("a.pdf", _in_some_form(written(made), rng), "pdf_active")


def locked(rng: Chance) -> Case:
    level = pick(
        rng,
        pikepdf.Encryption(owner="a", user="b"),
        pikepdf.Encryption(owner="a", user="b", R=3, aes=False, metadata=False),
    )
    with pikepdf.open(io.BytesIO(written(text_pages(2)))) as pdf:
        buffer = io.BytesIO()
        pdf.save(buffer, encryption=level)
    return a_case("a.pdf", buffer.getvalue(), "encrypted")


def locked_by_an_unknown_lock(rng: Chance) -> Case:
    lock = b"/Encrypt << /Filter /%s /V %d /R %d /O <%s> /U <%s> /P -1 >> /ID [<00> <00>]" % (
        pick(rng, b"Adobe.PubSec", b"FoxitRMS", b"Standard"),
        int(pick(rng, 4, 9)),
        int(pick(rng, 4, 9)),
        b"00" * 32,
        b"00" * 32,
    )
    return a_case("a.pdf", written(text_pages(), trailer=lock), "encrypted", "corrupt")


def unfolding(rng: Chance) -> Case:
    """A stream that unfolds to hundreds of megabytes, at once or layer by layer."""
    entries, packed = _folded(int(rng.integers(0, 4)))
    made = text_pages(1)
    made[5] = stream(packed, entries)
    return a_case("a.pdf", written(made), "bomb", "corrupt")


@cache
def _folded(kind: int) -> tuple[bytes, bytes]:
    blank = b" " * 120_000_000
    if kind == 0:
        return b"/Filter /FlateDecode", zlib.compress(blank, 9)
    if kind == 1:
        return b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(zlib.compress(blank * 4, 9), 9)
    if kind == 2:
        many = b" ".join([b"/FlateDecode"] * 12)
        packed = zlib.compress(blank, 9)
        for _ in range(11):
            packed = zlib.compress(packed, 9)
        return b"/Filter [" + many + b"]", packed
    return b"/Filter [/Fl /Fl /Fl /A85 /AHx /RL]", zlib.compress(blank, 9)


def huge_picture(rng: Chance) -> Case:
    width, height = pick(rng, (65_535, 65_535), (2**31 - 1, 2), (400_000, 400_000))
    made = picture_page(
        image(zlib.compress(bytes(2_000_000), 9), width, height, b"/FlateDecode", colours=b"/DeviceGray")
    )
    return a_case("a.pdf", written(made), "bomb")


def huge_page(rng: Chance) -> Case:
    box = pick(
        rng, b"[0 0 5000000 5000000]", b"[0 0 99999999999 1]", b"[-1000000000 -1000000000 1000000000 1000000000]"
    )
    made = text_pages(1)
    made[4] = made[4].replace(b"[0 0 595 842]", box)
    return a_case("a.pdf", written(made), "bomb", "corrupt")


def many_pages(rng: Chance) -> Case:
    count = int(pick(rng, 31, 60, 400, 3000))
    return a_case("a.pdf", written(text_pages(count)), "too_many_pages", "bomb")


def pages_of_pages(rng: Chance) -> Case:
    """A tree whose branches repeat, or that leads back to its root."""
    made = text_pages(1)
    if rng.uniform() < 0.5:
        for depth in range(int(rng.integers(6, 14))):
            made[100 + depth] = b"<< /Type /Pages /Count 10 /Kids [%s] >>" % (b"%d 0 R " % (101 + depth) * 10)
        made[max(made) + 1] = b"<< /Type /Page /MediaBox [0 0 9 9] >>"
        made[2] = made[100]
    else:
        made[2] = b"<< /Type /Pages /Count 99999 /Kids [2 0 R 4 0 R 2 0 R] >>"
    return a_case("a.pdf", written(made), "too_many_pages", "bomb", "corrupt", "no_pages")


def no_page(rng: Chance) -> Case:
    tree = pick(
        rng, b"<< /Type /Pages /Count 0 /Kids [] >>", b"<< /Type /Pages /Count 3 >>", b"null", b"(pages)", b"[]"
    )
    made = text_pages(1)
    made[2] = tree
    del made[4]
    return a_case("a.pdf", written(made), "no_pages", "corrupt")


def nested_deep(rng: Chance) -> Case:
    """Lists within lists, or dictionaries, thousands deep."""
    depth = int(pick(rng, 100, 400, 3000, 60_000))
    opened, closed = pick(rng, (b"[", b"]"), (b"<< /A ", b" >>"))
    made = text_pages(1, catalog=b"/Deep " + opened * depth + closed * depth)
    return a_case("a.pdf", written(made), "bomb", "corrupt", "no_pages", "pdf_active")


def drawn_without_end(rng: Chance) -> Case:
    """Forms that draw one another, so that one page takes billions of steps."""
    made = text_pages(1, drawing=b"/X0 Do " * 30)
    levels = int(rng.integers(7, 12))
    made[4] = made[4].replace(b"/Font <<", b"/XObject << /X0 40 0 R >> /Font <<")
    for n in range(levels):
        inner = b"/X%d Do " % (n + 1) * 30 if n + 1 < levels else b"0 0 m 595 842 l S " * 30
        below = (
            b"/Resources << /XObject << /X%d %d 0 R >> >>" % (n + 1, 41 + n) if n + 1 < levels else b"/Resources << >>"
        )
        made[40 + n] = flate(inner, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + below)
    return a_case("a.pdf", written(made), "bomb", "corrupt")


def table_going_round(rng: Chance) -> Case:
    """Tables of objects that point back to themselves, or lie."""
    whole = written(text_pages(1))
    start = int(whole[whole.rfind(b"startxref") + 9 :].split()[0])
    kind = int(rng.integers(0, 3))
    if kind == 0:
        whole = whole.replace(b"trailer\n<<", b"trailer\n<< /Prev %010d" % start)
        return Case("a.pdf", whole, frozenset({"corrupt", "truncated", ANY}))
    if kind == 1:
        whole = whole.replace(b"/Size 6", b"/Size 2147483647")
        return Case("a.pdf", whole, frozenset({"corrupt", "bomb", ANY}))
    made = text_pages(1)
    made[5] = made[5].replace(b"/Length", b"/Length 5 0 R /L")
    return Case("a.pdf", written(made), frozenset({"corrupt", ANY}))


ANY = "*"
"""Readers repair such a file without asking, so it may be taken when all its pages can be drawn."""


def something_before(rng: Chance) -> Case:
    before = pick(
        rng,
        *SCRIPTS,
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
        PROGRAM,
        b"GARBAGE\n",
        photo(1)[:900],
        archive(),
        b"\x1b%-12345X@PJL JOB\r\n",
    )
    whole = pick(rng, before + b"\n" + written(text_pages()), written(text_pages(), head=before + b"\n" + HEAD))
    return a_case("a.pdf", whole, "polyglot", "unsupported", "type_mismatch")


def something_beside(rng: Chance) -> Case:
    """A page or an archive within a PDF, where other programs would find it first."""
    kind = int(rng.integers(0, 5))
    if kind == 0:
        whole = written(text_pages(), head=HEAD + b"%<html><script>alert(1)</script>\n")
    elif kind == 1:
        whole = written(text_pages()) + b"<html><body onload=alert(1)>"
    elif kind == 2:
        whole = written({**text_pages(), 60: stream(archive())}) + archive()
    elif kind == 3:
        whole = written(text_pages()) + written(text_pages(1, drawing=text(3, word="Another")))
    else:
        whole = written(text_pages()) + PROGRAM
    return a_case("a.pdf", whole, "polyglot")


def update_cut_off(rng: Chance) -> Case:
    whole = written(text_pages(2))
    longer = updated(whole, {5: flate(text(9)), 9: flate(text(12))}, size=12)
    return a_case("a.pdf", longer[: int(rng.integers(len(whole) + 40, len(longer) - 8))], "truncated", "corrupt")


def picture_lost(rng: Chance) -> Case:
    """The scan inside is cut or has a hole, while the PDF around it is whole."""
    jpeg = photo(int(rng.integers(0, 5)))
    at = int(len(jpeg) * rng.uniform(0.3, 0.7))
    broken = pick(rng, jpeg[:at], jpeg[:at] + bytes(2048) + jpeg[at + 2048 :], jpeg[:at] + b"\xff\xd9")
    size = sheet(0).size
    packed, filters = pick(rng, (broken, b"/DCTDecode"), (zlib.compress(broken), b"[/FlateDecode /DCTDecode]"))
    return a_case("a.pdf", written(picture_page(image(packed, *size, filters))), "corrupt", "truncated")


def text_lost(rng: Chance) -> Case:
    """A hole in a printed page or between its objects."""
    whole = written(text_pages(3)) if rng.uniform() < 0.6 else written_with_stream(text_pages(3))
    size = int(pick(rng, 256, 512))
    at = int(rng.integers(200, len(whole) - size - 200))
    return Case("a.pdf", whole[:at] + bytes(size) + whole[at + size :], frozenset({"corrupt", "truncated", "no_pages"}))


def picture_claims_more(rng: Chance) -> Case:
    """A picture of 50 by 50 that says it is 9,000 by 9,000, or whose own header says so."""
    small = saved(sheet(2).resize((50, 50)), "JPEG")
    frame = small.find(b"\xff\xc0")
    lying = small[: frame + 5] + struct.pack(">HH", 65_500, 65_500) + small[frame + 9 :]
    made = picture_page(image(lying, 50, 50, b"/DCTDecode"))
    return a_case("a.pdf", written(made), "bomb", "corrupt", "truncated")


def objects_unfolding(rng: Chance) -> Case:
    """A stream of objects that unfolds to hundreds of megabytes before any of it can be read."""
    plain = b"60 0 " + b" " * 300_000_000 + b"<< /A 1 >>"
    packed = _folded_objects(plain) if rng.uniform() < 2 else b""
    made, places = body({**text_pages(1)}, len(HEAD))
    start = len(HEAD) + len(made)
    holder = b"50 0 obj\n" + stream(packed, b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode") + b"\nendobj\n"
    rows = b"".join(
        struct.pack(">BIH", 1, places[n], 0)
        if n in places
        else struct.pack(">BIH", 1, start, 0)
        if n == 50
        else struct.pack(">BIH", 2, 50, 0)
        if n == 60
        else bytes(7)
        for n in range(61)
    )
    table = flate(rows, b"/Type /XRef /W [1 4 2] /Size 62 /Root 1 0 R")
    at = start + len(holder)
    whole = HEAD + made + holder + b"61 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % at
    return a_case("a.pdf", whole, "bomb", "corrupt")


@cache
def _folded_objects(plain: bytes) -> bytes:
    return zlib.compress(plain, 9)


PDFS: tuple[HostileMaker, ...] = (
    with_action,
    with_attachment,
    with_media,
    with_program_form,
    locked,
    locked_by_an_unknown_lock,
    unfolding,
    huge_picture,
    huge_page,
    many_pages,
    pages_of_pages,
    no_page,
    nested_deep,
    drawn_without_end,
    table_going_round,
    something_before,
    something_beside,
    update_cut_off,
    picture_lost,
    text_lost,
    picture_claims_more,
    objects_unfolding,
)
