"""What is taken and what is refused for what the file is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from app.materials.containers import walk_jpeg
from app.materials.filetypes import HEIC
from app.materials.pictures import Unreadable, read_picture
from app.materials.verdicts import Limits, Verdict
from tests.materials import files
from tests.materials.files import examined, letter, pdf_bytes, saved, text_pdf


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (files.jpeg, "page.jpg", "image/jpeg"),
        (files.png, "page.PNG", "image/png"),
        (files.heic, "IMG_2041.HEIC", "image/heic"),
        (files.tiff, "scan.tif", "image/tiff"),
        (files.scan_pdf, "扫描件.pdf", "application/pdf"),
    ],
)
def test_a_good_page_is_accepted_in_every_type(content, name, media_type, tmp_path: Path) -> None:
    verdict = examined(content(), name, tmp_path)
    assert (verdict.accepted, verdict.flags, verdict.codes) == (True, [], [])
    assert verdict.media_type == media_type
    assert verdict.pages == 1
    assert verdict.fingerprint is not None
    assert len(verdict.fingerprint) == 16


def test_a_verdict_survives_being_kept(tmp_path: Path) -> None:
    verdict = examined(files.scan_pdf(2)[:-2000], "scan.pdf", tmp_path)
    assert Verdict.from_json(verdict.to_json()) == verdict


def test_the_name_may_be_silent_but_not_wrong(tmp_path: Path) -> None:
    assert examined(files.jpeg(), "upload", tmp_path).codes == []
    assert examined(files.jpeg(), "2018.03.26 扫描", tmp_path).codes == []
    assert examined(files.jpeg(), "page.jpg", tmp_path, declared="application/octet-stream").codes == []
    assert examined(files.jpeg(), "page.pdf", tmp_path).codes == ["type_mismatch"]
    assert examined(files.jpeg(), "page.jpg.exe", tmp_path).codes == ["type_mismatch"]
    assert examined(files.jpeg(), "page.jpg", tmp_path, declared="application/pdf").codes == ["type_mismatch"]
    assert examined(files.scan_pdf(), "page.jpg", tmp_path).codes == ["type_mismatch"]


def test_other_types_are_not_taken_under_any_name(tmp_path: Path) -> None:
    gif = saved(letter(400), "GIF")
    assert examined(gif, "page.gif", tmp_path).codes == ["unsupported"]
    assert examined(gif, "page.jpg", tmp_path).codes == ["unsupported", "type_mismatch"]
    assert examined(files.archive(), "form.docx", tmp_path).codes == ["unsupported"]
    assert examined("王小明，男".encode(), "note.txt", tmp_path).codes == ["unsupported"]
    assert examined("王小明，男".encode("gb18030"), "note.pdf", tmp_path).codes == ["unsupported", "type_mismatch"]
    assert "corrupt" in examined(files.rng().bytes(4000), "page.jpg", tmp_path).codes


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    assert examined(b"", "page.jpg", tmp_path).codes == ["empty"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.jpeg, "a.jpg"),
        (files.png, "a.png"),
        (files.heic, "a.heic"),
        (files.tiff, "a.tif"),
        (files.scan_pdf, "a.pdf"),
    ],
)
@pytest.mark.parametrize("part", [0.3, 0.7, 0.97])
def test_a_file_that_ends_early_is_incomplete(content, name, part, tmp_path: Path) -> None:
    whole = content()
    verdict = examined(whole[: int(len(whole) * part)], name, tmp_path)
    assert "truncated" in verdict.codes


def test_a_photo_cut_short_and_closed_again_is_still_incomplete(tmp_path: Path) -> None:
    half = files.jpeg()[: len(files.jpeg()) // 2] + b"\xff\xd9"
    assert "truncated" in examined(half, "a.jpg", tmp_path).codes


def test_a_hole_in_a_file_is_damage(tmp_path: Path) -> None:
    for content, name in ((files.jpeg(), "a.jpg"), (files.png(), "a.png")):
        middle = len(content) // 2
        holed = content[:middle] + bytes(2000) + content[middle + 2000 :]
        assert examined(holed, name, tmp_path).codes == ["corrupt"]


def test_a_hole_in_a_deflated_scan_is_told_by_its_sum_though_it_can_be_drawn(tmp_path: Path) -> None:
    noise = Image.fromarray(files.rng(5).integers(0, 256, (1100, 800, 3), dtype=np.uint8))  # packs into itself
    page = letter().convert("RGB").resize(noise.size)
    page.paste(noise.crop((0, 0, 400, 300)), (200, 700))
    scan = saved(page, "TIFF", compression="tiff_deflate")
    assert examined(scan, "a.tif", tmp_path).codes == []
    at = len(scan) // 2
    assert examined(scan[:at] + bytes(300) + scan[at + 300 :], "a.tif", tmp_path).codes == ["corrupt"]


@pytest.mark.parametrize("part", [0.3, 0.5, 0.75, 0.9])
def test_a_hole_among_the_details_of_a_progressive_photo_is_damage_though_it_can_be_drawn(
    part: float, tmp_path: Path
) -> None:
    photo = saved(letter(), "JPEG", progressive=True)
    at = int(len(photo) * part)
    holed = photo[:at] + bytes(600) + photo[at + 600 :]
    codes = examined(holed, "a.jpg", tmp_path).codes
    assert codes
    assert set(codes) <= {"corrupt", "truncated"}
    assert examined(photo, "a.jpg", tmp_path).accepted


@pytest.mark.parametrize("even", ["white", "grey", "red"])
def test_an_even_ground_in_a_progressive_photo_is_no_hole(even: str) -> None:
    assert walk_jpeg(saved(Image.new("RGB", (3000, 4000), even), "JPEG", progressive=True, quality=95)).codes == []


def test_damage_that_a_decoder_forgives_is_still_damage(tmp_path: Path) -> None:
    photo = saved(letter(), "JPEG", quality=85)
    half = len(photo) // 2
    assert examined(photo[:half] + photo[half + 2000 :], "a.jpg", tmp_path).codes == ["corrupt"]
    bilevel = saved(letter().convert("1"), "TIFF", compression="group4")
    assert examined(bilevel, "a.tif", tmp_path).accepted
    third = len(bilevel) // 3
    torn = bilevel[:third] + b"\xff" * 400 + bilevel[third + 400 :]
    assert examined(torn, "a.tif", tmp_path).codes == ["corrupt"]


def test_noise_in_a_heic_photo_is_damage_though_its_decoder_is_silent(tmp_path: Path) -> None:
    photo, noise = files.heic(), files.rng(4)
    third, half = len(photo) * 3 // 10, len(photo) // 2
    assert examined(photo[:third] + noise.bytes(half - third) + photo[half:], "a.heic", tmp_path).codes == ["corrupt"]
    assert examined(photo, "a.heic", tmp_path).accepted


@pytest.mark.parametrize("longest_side", [200, 400, 900, 1600, 2400])
def test_what_a_heic_never_drew_is_damage_at_whatever_size_it_is_shown(longest_side: int) -> None:
    page = np.full((1100, 800, 3), 240, np.uint8)
    page[1000:, 300:] = (0, 135, 0)
    with pytest.raises(Unreadable, match="corrupt"):
        read_picture(saved(Image.fromarray(page), "HEIF", quality=90), HEIC, longest_side=longest_side, limits=Limits())


def test_noise_where_the_words_of_a_pdf_stood_is_damage(tmp_path: Path) -> None:
    pdf = files.text_pdf()
    pdf.pages[0].obj.Lost = pdf.make_indirect(pikepdf.Dictionary(Words=pikepdf.Array(["lost"] * 40)))
    content = files.pdf_bytes(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    at = content.index(b"/Words")
    assert examined(content, "a.pdf", tmp_path).accepted
    spoiled = content[: at + 8] + b")}>{x)" * 20 + content[at + 128 :]
    assert examined(spoiled, "a.pdf", tmp_path).codes == ["corrupt"]


def test_a_tiff_that_names_its_orientation_is_turned_once(tmp_path: Path) -> None:
    turned = letter().transpose(Image.Transpose.ROTATE_90)
    verdict = examined(saved(turned, "TIFF", tiffinfo={274: 6}), "a.tif", tmp_path)
    assert verdict.accepted
    assert verdict.flags == []


def test_a_picture_too_small_for_a_page_is_refused(tmp_path: Path) -> None:
    for size in ((1, 1), (64, 64), (100, 140)):
        assert examined(saved(Image.new("RGB", size, "white"), "PNG"), "a.png", tmp_path).codes == ["too_small"]


def test_several_pictures_are_not_one_page(tmp_path: Path) -> None:
    small = letter()
    turned = small.rotate(2)
    assert examined(saved(small, "PNG", save_all=True, append_images=[turned]), "a.png", tmp_path).codes == [
        "multi_frame"
    ]
    many = saved(small, "TIFF", save_all=True, append_images=[turned, small], compression="tiff_lzw")
    assert examined(many, "a.tif", tmp_path).codes == ["multi_frame"]
    assert examined(many, "a.tif", tmp_path, limits=Limits(tiff_pages=True)).pages == 3
    heif = saved(small, "HEIF", save_all=True, append_images=[turned])
    assert examined(heif, "a.heic", tmp_path).codes == ["multi_frame"]


def test_a_huge_picture_in_a_small_file_is_a_bomb(tmp_path: Path) -> None:
    assert examined(files.png_claiming(60_000, 60_000), "a.png", tmp_path).codes == ["bomb"]
    flat = saved(Image.new("L", (10_000, 10_000), 255), "PNG")
    assert examined(flat, "a.png", tmp_path).codes == ["bomb"]


@pytest.mark.parametrize(
    "appended", [files.archive(), b"<html><script>alert(1)</script></html>", b"%PDF-1.4\n", b"MZ" + bytes(200)]
)
def test_content_behind_a_picture_is_found(appended: bytes, tmp_path: Path) -> None:
    assert examined(files.jpeg() + appended, "a.jpg", tmp_path).codes == ["polyglot"]
    assert examined(files.png() + appended, "a.png", tmp_path).codes == ["polyglot"]


def test_content_around_or_inside_is_found(tmp_path: Path) -> None:
    jpeg, pdf = files.jpeg(), files.scan_pdf()
    comment = b"<?php system($_GET['c']); ?>"
    inside = jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]
    assert examined(inside, "a.jpg", tmp_path).codes == ["polyglot"]
    assert examined(pdf + files.archive(), "a.pdf", tmp_path).codes == ["polyglot"]
    assert examined(b"GARBAGE\n" + pdf, "a.pdf", tmp_path).codes == ["polyglot"]
    assert "polyglot" in examined(b"<html><script>1</script>\n" + pdf, "a.pdf", tmp_path).codes
    assert "polyglot" in examined(b"GIF89a" + pdf, "a.gif", tmp_path).codes


@pytest.mark.parametrize("between", [b"", b"\r\n", bytes(16), b" \x00\n"])
def test_a_second_pdf_behind_the_first_is_found_whatever_blanks_stand_between(between: bytes, tmp_path: Path) -> None:
    first = pdf_bytes(text_pdf())
    assert examined(first + between + first, "a.pdf", tmp_path).codes == ["polyglot"]


def test_padding_behind_a_picture_is_harmless(tmp_path: Path) -> None:
    assert examined(files.jpeg() + bytes(64), "a.jpg", tmp_path).accepted
    assert examined(files.scan_pdf() + b"\n\n", "a.pdf", tmp_path).accepted


def test_orientation_from_the_camera_is_honoured(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    page = letter()
    lying = page.transpose(Image.Transpose.ROTATE_90)
    verdict = examined(saved(lying, "JPEG", exif=exif), "a.jpg", tmp_path)
    assert verdict.flags == []
    assert (verdict.width, verdict.height) == page.size
    assert examined(saved(lying, "JPEG"), "a.jpg", tmp_path).flags == ["rotated"]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_read(mode: str, tmp_path: Path) -> None:
    grey = letter().convert("L")
    if mode == "I;16":
        page = Image.frombytes("I;16", grey.size, b"".join(bytes((0, value)) for value in grey.tobytes()))
        content, name = saved(page, "PNG"), "a.png"
    elif mode == "CMYK":
        content, name = saved(letter().convert("CMYK"), "JPEG"), "a.jpg"
    else:  # a scanner draws a line between black and white, it does not scatter dots
        content, name = saved(letter().convert(mode, dither=Image.Dither.NONE), "PNG"), "a.png"
    assert examined(content, name, tmp_path).flags == []


def test_transparent_paper_is_white(tmp_path: Path) -> None:
    grey = letter().convert("L")
    ink = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    ink.putalpha(grey.point(lambda value: 255 - value))
    assert examined(saved(ink, "PNG"), "a.png", tmp_path).flags == []


def test_text_and_scans_in_a_pdf_are_accepted(tmp_path: Path) -> None:
    verdict = examined(pdf_bytes(text_pdf(3)), "a.pdf", tmp_path)
    assert (verdict.accepted, verdict.flags, verdict.pages) == (True, [], 3)
    assert examined(files.scan_pdf(3), "a.pdf", tmp_path).pages == 3


def test_pages_are_counted_before_they_are_drawn(tmp_path: Path) -> None:
    assert examined(pdf_bytes(pikepdf.new()), "a.pdf", tmp_path).codes == ["no_pages"]
    many = examined(pdf_bytes(text_pdf(200, lines=1)), "a.pdf", tmp_path)
    assert many.codes == ["too_many_pages"]
    assert "200" in str(many.findings[0].message)


def test_a_password_is_named_and_mere_restrictions_are_not(tmp_path: Path) -> None:
    locked = pdf_bytes(text_pdf(), encryption=pikepdf.Encryption(owner="a", user="b"))
    assert examined(locked, "a.pdf", tmp_path).codes == ["encrypted"]
    restricted = pdf_bytes(text_pdf(), encryption=pikepdf.Encryption(owner="a", user=""))
    assert examined(restricted, "a.pdf", tmp_path).codes == []


def _active_pdfs() -> dict[str, pikepdf.Pdf]:
    name, dictionary, array = pikepdf.Name, pikepdf.Dictionary, pikepdf.Array
    script = dictionary(S=name.JavaScript, JS="app.alert(1)")
    made = {key: text_pdf() for key in ("open", "names", "launch", "attached", "annotation", "form", "page", "uri")}
    made["open"].Root.OpenAction = script
    made["names"].Root.Names = dictionary(JavaScript=dictionary(Names=array(["a", script])))
    made["launch"].Root.OpenAction = dictionary(S=name.Launch, F="cmd.exe")
    made["attached"].attachments["a.exe"] = pikepdf.AttachedFileSpec(made["attached"], b"MZ")
    rich = dictionary(Type=name.Annot, Subtype=name.RichMedia, Rect=array([0, 0, 1, 1]))
    made["annotation"].pages[0].Annots = array([made["annotation"].make_indirect(rich)])
    made["form"].Root.AcroForm = dictionary(Fields=array([]), XFA=made["form"].make_stream(b"<xdp/>"))
    made["page"].pages[0].AA = dictionary(O=script)
    made["uri"].Root.OpenAction = dictionary(S=name.URI, URI="http://example.org/")
    return made


@pytest.mark.parametrize("kind", ["open", "names", "launch", "attached", "annotation", "form", "page", "uri"])
def test_a_pdf_that_does_something_is_refused(kind: str, tmp_path: Path) -> None:
    assert examined(pdf_bytes(_active_pdfs()[kind]), "a.pdf", tmp_path).codes == ["pdf_active"]


def test_opening_at_a_page_and_linking_are_harmless(tmp_path: Path) -> None:
    pdf = text_pdf()
    pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=pikepdf.Array([0, 0, 9, 9]),
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://example.org/"),
    )
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(link)])
    assert examined(pdf_bytes(pdf), "a.pdf", tmp_path).codes == []


def test_pdf_bombs_are_stopped(tmp_path: Path) -> None:
    wide = text_pdf()
    wide.pages[0].MediaBox = pikepdf.Array([0, 0, 5_000_000, 5_000_000])
    assert examined(pdf_bytes(wide), "a.pdf", tmp_path).codes == ["bomb"]

    flate = text_pdf()
    flate.pages[0].Contents = flate.make_stream(b" " * (90 * 1024 * 1024))
    assert examined(pdf_bytes(flate, compress_streams=True), "a.pdf", tmp_path).codes == ["bomb"]


def test_a_page_tree_that_repeats_its_branches_is_refused_at_once(tmp_path: Path) -> None:
    tree = text_pdf()
    node = tree.Root.Pages
    for _ in range(9):
        kids = pikepdf.Array([node] * 10)
        node = tree.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=kids, Count=10))
    tree.Root.Pages = node
    assert not examined(pdf_bytes(tree), "a.pdf", tmp_path).accepted


def test_blank_backs_are_mentioned_and_blank_documents_refused(tmp_path: Path) -> None:
    page = letter(1200)
    empty = Image.new("RGB", page.size, (250, 250, 248))
    mixed = examined(saved(page, "PDF", save_all=True, append_images=[empty]), "a.pdf", tmp_path)
    assert mixed.accepted
    assert [(finding.code, finding.page) for finding in mixed.findings] == [("blank", 2)]
    nothing = examined(saved(empty, "PDF", save_all=True, append_images=[empty]), "a.pdf", tmp_path)
    assert (nothing.accepted, nothing.flags) == (False, ["blank"])
