"""What speaks against a picture being a paper at all: its ground, its colours, and how little in it stands like print.

The thresholds stand between the measures of papers and of what is none (docs/materials.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from app.materials.readable import Thresholds

_DARK_GROUND = 120.0
"""Light of the even ground below which it is no white paper."""
_KEYS, _LEAST_KEYS = 0.8, 5.0
"""Part of the letters that stand alone, from which they are those on keys and not in words, and their least number."""
_FEW_LETTERS = 45.0
"""Marks that stand like print, from which no colour makes a picture anything but a paper."""
_DEEP, _YELLOW = 28.0, 36.0
"""How far from grey no paper is, and how far yellow paper in good light may be."""
_DIM, _LIGHT = 160.0, 205.0
"""Light of the even ground, below which coloured ground is hardly paper, and from which paper may have any pale
colour."""
_COOL = 8.0
"""How far the ground is towards green or blue, from which it may be a painted wall."""
_SKY = 14.0
"""The same, from which it is no paper where no print can be seen on it."""
_SOME_CHAT = 0.5
"""Part of the bubbles of a chat that are enough on a screenful of pictures."""
_TALL, _SOME_COLOUR, _NO_GRAIN = 1.7, 10.0, 0.3
"""Sides of a phone's screen, colours and grain of what was never in front of a lens."""
_PURE, _HALF, _NO_LETTERS = 254.0, 0.62, 3.0
"""Light of a ground that no camera saw, the part of the page that it is beside a code, and letters that are none."""
_NIGHT = 100.0
"""Light of the even ground, below which only light marks stand out from it."""
_NO_GROUND = 0.3
"""Part of the picture that is one even ground, below which it has none."""
_WEAVE = 1500.0
"""Marks of the size of letters, more than any page has."""
_HUES_OF_A_MAP = 3.0
"""Colours that lie in areas on a map."""
_NAMES_ON_A_MAP = 8.0
"""Thousandths of the page that are ink, up to which there are names on a drawing but no text."""
_TWO_COLOURS, _TWO_GREYS = 0.9, 0.7
"""Part of a picture without any mark that is one even ground, below which there are areas of several colours or greys;
the shadows on an empty sheet leave more."""
_COLOURLESS = 4.0
"""Levels by which the colours of a grey ground differ."""
_LIGHT_PAPER, _ALL_GROUND, _NO_TINT = 185.0, 0.98, 12.0
"""Light of paper in a room, the part of a picture that is nothing but paper, and how far that is from grey."""
_BRIGHT, _PALE_YELLOW = 195.0, 22.0
"""The same of paper that is yellowish: it is lighter than wood and stone."""
_JOINTS = 5.0
"""Marks that touch one edge of a picture with nothing else on it; the folds of an empty sheet are one or two."""
_ROWS = 3.0
"""Rows of letters from which a picture is a paper."""
_READ_ON_COVER, _READ_ON_PAPER = 3, 6
"""Letters that can be read without doubt, from which a picture is a paper."""
_MANY_READ = 40.0
"""The same whatever else speaks against it."""


def is_no_paper(measures: Mapping[str, float], thresholds: Thresholds, *, unclear: bool) -> bool:
    """Neither print nor even ground; where print is unclear, ground alone must tell."""
    if is_a_drawing(measures, thresholds) or _is_deeply_coloured(measures) or _is_lit_up(measures):
        return True
    if not unclear and (is_a_screen(measures) or is_of_keys(measures) or _is_lively(measures)):
        return True
    letters, lettered, ground = measures["letters"], measures["lettered"], measures["ground"]
    if letters >= thresholds.least_letters:
        return unclear and _is_a_view(measures)
    light, tint = measures["light"], measures["tint"]
    papery = light > 120 and tint < (_YELLOW if light > _LIGHT else 26) and ground > 0.8
    # What is dim and coloured is brick or skin; white paper in a dim room has no colour at all.
    plain = papery and (light > _DIM or (tint < 12 and ground > 0.9) or tint < _COLOURLESS)
    if unclear and plain and measures["colour"] < 14:
        return False
    if letters >= 3 and lettered > 0.2 and (papery or (ground > 0.55 and measures["colour"] < 12)):
        return False
    if ground > 0.97 and measures["content"] > 60 and measures["paper"] > 140:
        return False  # an even light ground, written upon all over
    if light > 150 and tint < 12 and measures["colour"] < 6 and ground > 0.45:
        return False  # white paper under a shadow, with a seal or two
    if light > _DIM and tint < 12 and measures["colour"] < 14 and ground > 0.9:
        return False  # the same, shimmering
    return not (letters >= 4 and (ground > 0.97 or papery))


def is_a_chat(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Flat bubbles on flat ground, all over the picture: a sheet that lies on something was photographed."""
    some = _SOME_CHAT * thresholds.chat_share if _is_a_screenful(measures) else thresholds.chat_share
    return measures["chat"] > some and not _lies_on_something(measures)


def _is_a_screenful(measures: Mapping[str, float]) -> bool:
    """As tall as a phone, with pictures of several colours, and without the grain of any lens."""
    coloured = measures["colour"] >= _SOME_COLOUR and measures["hues"] >= 2
    return measures["ratio"] > _TALL and coloured and measures["noise"] < _NO_GRAIN


def is_a_screen(measures: Mapping[str, float]) -> bool:
    """As long as the screen of a phone, and all colours: icons with their names, which can be read."""
    if measures["ratio"] < 1.7:
        return False
    if measures["letters"] >= _FEW_LETTERS:
        return measures["ground"] < _NO_GROUND and measures["colour"] > 40
    bright = measures["light"] >= 180 and measures["colour"] < 38  # a card, or a diploma in its frame
    return measures["colour"] > 30 and not bright and measures["ground"] < 0.8


def _is_deeply_coloured(measures: Mapping[str, float]) -> bool:
    """A ground of a deep colour that is not light: cloth, leaves, sky. Covers are too, and can be read."""
    return measures["tint"] > _DEEP and measures["light"] < 180


def _is_lit_up(measures: Mapping[str, float]) -> bool:
    """Light marks on dark ground: windows at night, and the print on covers, which can be read."""
    return measures["light"] < _NIGHT and measures["contrast"] > 1.2


def is_a_code(measures: Mapping[str, float]) -> bool:
    """Black bars or squares on half of a page as white as a program makes it, and no letters: a code to be scanned."""
    written = measures["letters"] >= _NO_LETTERS or measures.get("text_rows", 0.0) > 0
    return measures["light"] >= _PURE and measures["ground"] < _HALF and measures["noise"] < 1 and not written


def is_of_keys(measures: Mapping[str, float]) -> bool:
    """Letters that stand alone, each on a dark key of its own; on light ground they may be figures in a table."""
    alone = measures.get("alone", 0.0) > _KEYS and measures["letters"] >= _LEAST_KEYS
    return alone and measures["light"] < _DARK_GROUND


def _is_lively(measures: Mapping[str, float]) -> bool:
    """Few marks stand like print, and the ground is dark and coloured, or nearly all marks are something else."""
    if measures["candidates"] > _WEAVE and measures["lettered"] < 0.2 and not _lies_on_something(measures):
        return True  # as many specks as carpets and plaster have
    if measures["colour"] > 18 and measures["light"] < 120 and measures["ground"] < 0.7:
        return True  # between leaves, marks stand like print too
    if measures["letters"] >= _FEW_LETTERS:
        return False
    return measures["lettered"] < 0.06 and measures["content"] > 250


def is_a_drawing(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Hardly anything that could be print, and areas of other colours: a map, a chart, a flag, light of two colours."""
    if measures["content"] == 0 and is_a_chat(measures, thresholds):
        return True
    if _lies_on_something(measures):
        return False
    if measures["content"] == 0:
        return measures["ground"] < (_TWO_COLOURS if measures["colour"] > 10 else _TWO_GREYS)
    if measures["colour"] <= 10:
        return False
    # A sheet on a table has two colours, the table's and its seal's.
    few = measures["content"] < _NAMES_ON_A_MAP and measures["letters"] < _FEW_LETTERS
    return few and measures.get("hues", 0.0) >= _HUES_OF_A_MAP


def _is_a_view(measures: Mapping[str, float]) -> bool:
    """Hardly any even ground, or much that is coloured beside it: no sheet, however its marks stand."""
    ground, colour = measures["ground"], measures["colour"]
    return ground < 0.45 or (ground < 0.7 and colour > 15) or measures.get("cool", 0.0) > _SKY


def is_doubtful(measures: Mapping[str, float]) -> bool:
    """Whether a picture is unlike pages in anything, so that it is read to tell that it is one."""
    if measures["light"] < _DIM or measures["ground"] < 0.75 or measures["colour"] > 24:
        return True
    return measures["lettered"] < 0.15 or measures["tint"] > _DEEP or measures.get("alone", 0.0) > _KEYS


def can_be_read(measures: Mapping[str, float]) -> bool:
    """Whether rows of letters were found, or so many letters were read as only papers have."""
    rows = measures.get("rows", 0.0)
    if rows >= _ROWS:
        return True
    alone = measures.get("alone", 0.0) > _KEYS and measures["letters"] >= _LEAST_KEYS
    return not alone and measures.get("letters_read", 0.0) >= _letters_enough(measures)


def is_full_of_letters(measures: Mapping[str, float]) -> bool:
    """Whether so many letters were read in a few lines as the names of icons and the bubbles of a chat never have."""
    return measures.get("letters_read", 0.0) >= _MANY_READ


def _letters_enough(measures: Mapping[str, float]) -> int:
    """The cover of a booklet says less than a page: light print on an even dark ground."""
    return _READ_ON_COVER if measures["contrast"] > 1.5 and measures["ground"] > 0.55 else _READ_ON_PAPER


def is_bare_desk(measures: Mapping[str, float]) -> bool:
    """Nothing on the ground, and the ground is no paper: wood, stone, cloth, skin."""
    if measures["light"] < 135 or measures["tint"] > _DEEP:
        return True
    if measures.get("cool", 0.0) > _SKY and measures["light"] < _LIGHT:
        return True  # the sea, and a sky without clouds
    return measures["tint"] > 14 and measures["light"] < 190 and not _lies_on_something(measures)


def is_even_paper(measures: Mapping[str, float]) -> bool:
    """Nothing but one light ground of hardly any colour: what is too blurred to be seen on it may be print."""
    light, warm = measures["light"], measures.get("cool", 0.0) < _COOL
    tint = _PALE_YELLOW if light > _BRIGHT and warm else _NO_TINT
    even = measures["ground"] > _ALL_GROUND and measures["colour"] < _COLOURLESS
    return even and light > _LIGHT_PAPER and measures["tint"] < tint


def may_be_tiled(measures: Mapping[str, float]) -> bool:
    """Hardly any marks but many that touch one edge: joints, or lines of a page that is cut."""
    return measures.get("cut_touching", 0.0) >= _JOINTS


def is_tiled(measures: Mapping[str, float]) -> bool:
    """The same, where rows were looked for and none was found, raised neither."""
    rows = measures.get("text_rows", 1.0) + measures.get("raised_rows", 1.0)
    return may_be_tiled(measures) and not rows


def is_a_wall(measures: Mapping[str, float]) -> bool:
    """An empty ground that may be a painted wall as well: paper of a cool colour is light."""
    cool = measures.get("cool", 0.0) > _COOL and measures["light"] < _LIGHT
    return cool and not _lies_on_something(measures)


def _lies_on_something(measures: Mapping[str, float]) -> bool:
    """Whether the outline of a sheet was found in the picture."""
    return measures["page_pixels"] < measures["pixels"]
