"""Good PDFs as offices get them: from word processors, scanners, printers, phones and signing programs."""

from __future__ import annotations

import io
import struct
import zlib
from base64 import a85encode

import numpy as np
import pikepdf
from PIL import Image, ImageCms

from tests.fuzz.cases import Chance, Maker, a_page, pick, saved
from tests.fuzz.good_pictures import XMP
from tests.fuzz.signing import signed
from tests.fuzz.writing import (
    HEAD,
    Objects,
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

# ---- scans


def scan_of_a_copier(rng: Chance) -> bytes:
    """Pages of JPEG, as most copiers send them."""
    first, *more = [a_page(rng) for _ in range(int(rng.integers(1, 5)))]
    return saved(first, "PDF", save_all=True, append_images=more, resolution=130, quality=80, title="扫描件")


def scan_with_odd_filters(rng: Chance) -> bytes:
    """A JPEG that was deflated once more or written in text, as some libraries do."""
    jpeg = photo(int(rng.integers(0, 5)))
    with Image.open(io.BytesIO(jpeg)) as opened:
        width, height = opened.size
    body, filters = pick(
        rng,
        (jpeg, b"/DCTDecode"),
        (jpeg, b"[/DCTDecode]"),
        (zlib.compress(jpeg), b"[/FlateDecode /DCTDecode]"),
        (a85encode(jpeg) + b"~>", b"[/ASCII85Decode /DCTDecode]"),
        (jpeg.hex().encode() + b">", b"[/AHx /DCT]"),
    )
    return written(picture_page(image(body, width, height, filters)))


def scan_in_grey_or_ink(rng: Chance) -> bytes:
    mode, colours = pick(rng, ("L", b"/DeviceGray"), ("CMYK", b"/DeviceCMYK"))
    jpeg = saved(a_page(rng).convert(mode), "JPEG", quality=85)
    with Image.open(io.BytesIO(jpeg)) as opened:
        size = opened.size
    more = b"/Decode [1 0 1 0 1 0 1 0]" if mode == "CMYK" else b""
    return written(picture_page(image(jpeg, *size, b"/DCTDecode", colours=colours, more=more)))


def fax_strip(page: Image.Image) -> tuple[bytes, int, int]:
    """A bilevel page in G4, with its size."""
    # A fax counts white as nothing; the pixels of this TIFF count black so, hence the page is turned to its negative.
    ink = page.convert("L").point(lambda value: 255 * (value <= 150)).convert("1")
    whole = saved(ink, "TIFF", compression="group4", strip_size=1 << 30)
    with Image.open(io.BytesIO(whole)) as opened:
        tags = opened.tag_v2  # type: ignore[attr-defined]
        at, size = int(tags[273][0]), int(tags[279][0])
    return whole[at : at + size], ink.width, ink.height


def scan_in_black_and_white(rng: Chance) -> bytes:
    """G4, as fax machines and archives scan."""
    fax, width, height = fax_strip(a_page(rng))
    parms = b"/DecodeParms << /K -1 /Columns %d /Rows %d /BlackIs1 false >>" % (width, height)
    return written(
        picture_page(image(fax, width, height, b"/CCITTFaxDecode", colours=b"/DeviceGray", bits=1, more=parms))
    )


def jbig2(page: Image.Image) -> tuple[bytes, int, int]:
    """A bilevel page in JBIG2: a page segment and one region whose lines are coded as in a fax."""
    fax, width, height = fax_strip(page)
    about = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    first = struct.pack(">IBBBI", 0, 48, 0, 1, len(about)) + about
    region = struct.pack(">IIIIB", width, height, 0, 0, 0) + b"\x01" + fax
    return first + struct.pack(">IBBBI", 1, 38, 0, 1, len(region)) + region, width, height


def scan_in_jbig2(rng: Chance) -> bytes:
    packed, width, height = jbig2(a_page(rng))
    return written(picture_page(image(packed, width, height, b"/JBIG2Decode", colours=b"/DeviceGray", bits=1)))


def scan_in_jpeg2000(rng: Chance) -> bytes:
    packed = saved(a_page(rng, height=1000), "JPEG2000", quality_mode="rates", quality_layers=[12])
    with Image.open(io.BytesIO(packed)) as opened:
        width, height = opened.size
    bare = b"<< /Length %d /Type /XObject /Subtype /Image /Width %d /Height %d /Filter /JPXDecode >>\nstream\n" % (
        len(packed),
        width,
        height,
    )  # the colours are in the picture itself
    return written(picture_page(bare + packed + b"\nendstream"))


def scan_with_hidden_text(rng: Chance) -> bytes:
    """What recognition leaves behind a scan: the same words in ink that is not drawn."""
    jpeg = photo(int(rng.integers(0, 5)))
    with Image.open(io.BytesIO(jpeg)) as opened:
        size = opened.size
    made = picture_page(image(jpeg, *size, b"/DCTDecode"))
    made[4] = made[4].replace(b"/XObject", b"/Font << /F1 3 0 R >> /XObject")
    made[5] = flate(b"q 595 0 0 842 0 0 cm /Im0 Do Q\n3 Tr\n" + text(20))
    return written(made)


def scan_in_strips(rng: Chance) -> bytes:
    """A page in several stripes, with a mask over one of them, as copiers compress."""
    page = a_page(rng)
    strips, drawing, high = int(rng.integers(2, 9)), b"", page.height
    made = picture_page(b"null")
    names = b""
    for n in range(strips):
        top, bottom = high * n // strips, high * (n + 1) // strips
        part = saved(page.crop((0, top, page.width, bottom)), "JPEG", quality=84)
        drawing += b"q 595 0 0 %.3f 0 %.3f cm /Im%d Do Q\n" % (
            842 * (bottom - top) / high,
            842 * (high - bottom) / high,
            n,
        )
        names += b"/Im%d %d 0 R " % (n, 6 + n)
        made[6 + n] = image(part, page.width, bottom - top, b"/DCTDecode")
    made[4] = made[4].replace(b"/Im0 6 0 R", names)
    made[5] = flate(drawing)
    return written(made)


def scan_raw(rng: Chance) -> bytes:
    """Pixels without any picture format: deflated with a predictor, by runs, or as they are."""
    page = a_page(rng).convert("L")
    plain = page.tobytes()
    rows = np.asarray(page)
    with_up = np.concatenate(
        [np.full((page.height, 1), 2, np.uint8), np.diff(rows, axis=0, prepend=0).astype(np.uint8)], axis=1
    ).tobytes()
    predictor = b"/DecodeParms << /Predictor 15 /Columns %d /Colors 1 /BitsPerComponent 8 >>" % page.width
    body, filters, more = pick(
        rng,
        (zlib.compress(plain), b"/FlateDecode", b""),
        (zlib.compress(with_up), b"/FlateDecode", predictor),
        (_by_runs(plain), b"/RunLengthDecode", b""),
    )
    return written(picture_page(image(body, *page.size, filters, colours=b"/DeviceGray", more=more)))


def _by_runs(plain: bytes) -> bytes:
    return b"".join(bytes([len(piece) - 1]) + piece for piece in _pieces(plain, 128)) + b"\x80"


def _pieces(plain: bytes, size: int) -> list[bytes]:
    return [plain[at : at + size] for at in range(0, len(plain), size)]


# ---- from programs


def from_a_library(rng: Chance) -> bytes:
    """Any of the ways in which one library can write the same pages."""
    pdf = pikepdf.open(io.BytesIO(written(text_pages(int(rng.integers(1, 6))))))
    buffer = io.BytesIO()
    options = pick(
        rng,
        {"linearize": True},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"qdf": True},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "linearize": True},
        {"compress_streams": False},
        {"force_version": "1.3"},
        {"min_version": "2.0"},
        {
            "encryption": pick(
                rng,
                pikepdf.Encryption(owner="bureau", user=""),
                pikepdf.Encryption(owner="bureau", user="", R=3, aes=False, metadata=False),
            )
        },
    )
    pdf.save(buffer, **options)
    return buffer.getvalue()


def by_hand(rng: Chance) -> bytes:
    """Line ends, heads, tables and tails of many kinds."""
    objects = text_pages(int(rng.integers(1, 4)), page=pick(rng, b"", b"/Rotate 0", b"/CropBox [10 10 585 832]"))
    head = pick(
        rng,
        HEAD,
        b"%PDF-1.4\r\n",
        b"%PDF-1.2\n%\xff\xff\xff\xff\n",
        b"%PDF-2.0\n",
        b"\xef\xbb\xbf%PDF-1.5\n",
        b"\r\n\r\n%PDF-1.4\n",
        b"%PDF-1.3\r%\xe2\xe3\r",
    )
    if rng.uniform() < 0.3:
        whole = written_with_stream(objects, head=head)
    else:
        whole = written(
            objects,
            head=head,
            eol=pick(rng, b"\n", b"\r\n", b"\r"),
            trailer=b"/ID [<%s> <%s>]" % (rng.bytes(16).hex().encode(), rng.bytes(16).hex().encode()),
        )
    return whole + pick(rng, b"", b"\n", b"\r\n\r\n", bytes(512), b" " * 100, b"\x1a", b"\x00" * 3 + rng.bytes(8))


def saved_again(rng: Chance) -> bytes:
    """Updates behind updates: a note, a changed page, a new title."""
    pages = int(rng.integers(1, 4))
    whole, size = written(text_pages(pages)), 4 + 2 * pages
    for _ in range(int(rng.integers(1, 5))):
        changes: Objects = {size: b"<< /Title (%s) /Producer (WPS)>>" % rng.bytes(6).hex().encode(), 5: flate(text(25))}
        whole = updated(whole, changes, size=size + 1, trailer=b"/Info %d 0 R" % size)
        size += 1
    return whole


def of_an_office_program(rng: Chance) -> bytes:
    """Tags, outlines, named places, links, labels, layers, metadata: what Word, WPS and LibreOffice add."""
    pages = int(rng.integers(2, 6))
    parts = [
        b"/Metadata 90 0 R",
        b"/MarkInfo << /Marked true >> /StructTreeRoot 91 0 R /Lang (zh-CN)",
        b"/Outlines 93 0 R /PageMode /UseOutlines",
        b"/Names << /Dests 95 0 R /EmbeddedFiles << /Names [] >> >>",
        b"/PageLabels << /Nums [0 << /S /r >> 1 << /S /D >>] >>",
        b"/OpenAction [4 0 R /XYZ 0 842 0]",
        b"/OpenAction << /S /GoTo /D [4 0 R /Fit] >>",
        b"/ViewerPreferences << /DisplayDocTitle true >>",
        b"/OCProperties << /OCGs [96 0 R] /D << /ON [96 0 R] /Order [96 0 R] >> >>",
        b"/OutputIntents [ << /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) "
        b"/DestOutputProfile 97 0 R >> ]",
        b"/PieceInfo << /WPS << /LastModified (D:20180326091401+08'00') /Private << /EF (notes) /JS 7 >> >> >>",
    ]
    kept, opening = [], False
    for part in parts:
        if rng.uniform() < 0.7 and not (opening and b"OpenAction" in part):
            kept.append(part)
            opening = opening or b"OpenAction" in part
    page = pick(
        rng,
        b"",
        b"/Annots [98 0 R 99 0 R 100 0 R]",
        b"/Group << /S /Transparency /CS /DeviceRGB >> /Tabs /S",
        b"/Trans << /Type /Trans /S /Dissolve /D 1 >> /StructParents 0",
    )
    made = text_pages(pages, catalog=b" ".join(kept), page=page)
    made[90] = stream(XMP, b"/Type /Metadata /Subtype /XML")
    made[91] = b"<< /Type /StructTreeRoot /K 92 0 R /RoleMap << /Normal /P /Title /H1 >> >>"
    made[92] = b"<< /Type /StructElem /S /Document /P 91 0 R /K [ << /Type /StructElem /S /P /P 92 0 R >> ] >>"
    made[93] = b"<< /Type /Outlines /First 94 0 R /Last 94 0 R /Count 1 >>"
    made[94] = b"<< /Title <FEFF5DE58D44> /Parent 93 0 R /Dest [4 0 R /Fit] >>"
    made[95] = b"<< /Names [ (first) [4 0 R /Fit] (second) << /D [6 0 R /Fit] >> ] >>"
    made[96] = b"<< /Type /OCG /Name (Layer 1) >>"
    made[97] = flate(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"/N 3")
    made[98] = (
        b"<< /Type /Annot /Subtype /Link /Rect [60 700 200 720] /Border [0 0 0] "
        b"/A << /S /URI /URI (https://example.org/a?b=c) >> >>"
    )
    made[99] = b"<< /Type /Annot /Subtype /Link /Rect [60 600 200 620] /A << /S /Named /N /NextPage >> >>"
    made[100] = (
        b"<< /Type /Annot /Subtype /Highlight /Rect [60 500 200 520] "
        b"/QuadPoints [60 520 200 520 60 500 200 500] /C [1 1 0] >>"
    )
    return written(made, trailer=b"/Info << /Creator (WPS \xce\xc4\xd7\xd6) >>")


def filled_form(rng: Chance) -> bytes:
    """A form with fields and no script."""
    fields = b" ".join(b"%d 0 R" % (50 + n) for n in range(4))
    made = text_pages(
        1,
        catalog=b"/AcroForm << /Fields [%s] /DA (/F1 12 Tf 0 g) /DR << /Font << /F1 3 0 R >> >> %s >>"
        % (fields, pick(rng, b"", b"/NeedAppearances true")),
        page=b"/Annots [%s]" % fields,
    )
    kinds = (
        b"/FT /Tx /V (Wang Xiaoming)",
        b"/FT /Btn /V /Yes /AS /Yes",
        b"/FT /Ch /Opt [(A) (B)] /V (A) /Ff 131072",
        b"/FT /Tx /Ff 4096 /V <FEFF738B> /MaxLen 40",
    )
    for n, kind in enumerate(kinds):
        made[50 + n] = (
            b"<< /Type /Annot /Subtype /Widget /F 4 /Rect [100 %d 300 %d] /T (field%d) /P 4 0 R %s "
            b"/DA (/F1 12 Tf 0 g) /MK << /BC [0 0 0] >> >>" % (300 + 40 * n, 325 + 40 * n, n, kind)
        )
    return written(made)


def with_other_annotations(rng: Chance) -> bytes:
    """Stamps, notes, ink and pop-ups of a reader."""
    kinds = (
        b"/Subtype /Text /Contents (note) /Name /Comment",
        b"/Subtype /Ink /InkList [[100 100 200 200 300 150]]",
        b"/Subtype /FreeText /Contents (seen) /DA (/F1 10 Tf)",
        b"/Subtype /Stamp /Name /Approved /AP << /N 60 0 R >>",
        b"/Subtype /Popup /Open false",
        b"/Subtype /Square /C [1 0 0]",
        b"/Subtype /Watermark /AP << /N 60 0 R >>",
    )
    chosen = [kind for kind in kinds if rng.uniform() < 0.6]
    made = text_pages(2, page=b"/Annots [%s]" % b" ".join(b"%d 0 R" % (70 + n) for n in range(len(chosen))))
    made[60] = flate(b"1 0 0 RG 2 w 0 0 80 30 re S", b"/Type /XObject /Subtype /Form /BBox [0 0 80 30]")
    for n, kind in enumerate(chosen):
        made[70 + n] = b"<< /Type /Annot /Rect [100 %d 180 %d] /F 4 %s >>" % (100 + 50 * n, 130 + 50 * n, kind)
    return written(made)


def of_another_size(rng: Chance) -> bytes:
    """A3, lying, turned, in units of its own, with a page that only gets its size from above."""
    made = text_pages(2, page=pick(rng, b"/Rotate 0", b"/UserUnit 1.5", b"/Rotate 360"))
    box = pick(rng, b"[0 0 1191 842]", b"[-20 -20 600 850]", b"[0 0 612 1008]", b"[0.0 0.0 595.276 841.89]")
    if rng.uniform() < 0.5:
        made[4] = made[4].replace(b"/MediaBox [0 0 595 842]", b"")
        made[2] = made[2].replace(b"/Kids", b"/MediaBox " + box + b" /Kids")
    else:
        made[4] = made[4].replace(b"[0 0 595 842]", box)
    return written(made)


def with_nested_forms(rng: Chance) -> bytes:
    """Drawings within drawings, a soft mask, a shading, an inline picture: what design programs write."""
    depth = int(rng.integers(1, 6))
    made = text_pages(
        1,
        drawing=b"q /X0 Do Q\nq 40 0 0 40 450 40 cm BI /W 8 /H 8 /CS /G /BPC 8 ID "
        + bytes(range(64))
        + b" EI Q\n"
        + text(22),
    )
    made[4] = made[4].replace(
        b"/Font <<",
        b"/XObject << /X0 40 0 R >> /ExtGState << /G0 << /ca 0.5 /SMask /None >> >> "
        b"/Shading << /S0 << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 9 9] "
        b"/Function << /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [1] /N 1 >> >> >> /Font <<",
    )
    for n in range(depth):
        inner = b"/X%d Do" % (n + 1) if n + 1 < depth else b"0 0 1 RG 40 30 500 6 re S"
        below = (
            b"/Resources << /XObject << /X%d %d 0 R >> >>" % (n + 1, 41 + n) if n + 1 < depth else b"/Resources << >>"
        )
        made[40 + n] = flate(inner, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + below)
    return written(made)


def signed_by_a_bureau(rng: Chance) -> bytes:
    """A decision with an electronic signature: over the whole file, or over what was there before an update."""
    return signed(text_pages(int(rng.integers(1, 3))), name=pick(rng, "南江市人力资源和社会保障局", "Wang Xiaoming"))


def with_names_like_actions(rng: Chance) -> bytes:
    """Fonts and pictures that are called what elsewhere is an action."""
    name = pick(rng, b"JS", b"EF", b"Movie", b"XFA", b"JavaScript", b"RichMedia")
    made = text_pages(1, drawing=text().replace(b"/F1", b"/" + name))
    made[4] = made[4].replace(b"/F1 3 0 R", b"/" + name + b" 3 0 R")
    return written(made)


MAKERS: dict[str, tuple[Maker, ...]] = {
    "pdf": (
        scan_of_a_copier,
        scan_with_odd_filters,
        scan_in_grey_or_ink,
        scan_in_black_and_white,
        scan_in_jbig2,
        scan_in_jpeg2000,
        scan_with_hidden_text,
        scan_in_strips,
        scan_raw,
        from_a_library,
        by_hand,
        saved_again,
        of_an_office_program,
        filled_form,
        with_other_annotations,
        of_another_size,
        with_nested_forms,
        signed_by_a_bureau,
        with_names_like_actions,
    )
}
