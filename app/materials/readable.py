"""Where a page stops being readable: the thresholds that the settings of a material may move.

Each was chosen from measured distributions (`python -m benchmarks materials` and `materials_unseen` print them): midway
between pages that must be taken and pages that nobody can read, nearer to the unreadable ones, because a refusal costs
a trip. How each was found stands in `docs/materials.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

WORKING_SIDE = 1600
"""Pixels of the longer side at which pages are looked at."""


@dataclass(frozen=True)
class Thresholds:
    """Where a page stops being readable."""

    lowres_pixels: int = 720
    """Pixels along the page: 12-point characters are then 10 pixels high."""
    lowres_card_pixels: int = 375
    """The same for cards, whose print is larger for their size: the smallest characters are then 12 pixels high."""
    lowres_line_pixels: float = 17.5
    """Height of its smaller lines, with the space about them, from which print is as large as on a card."""
    enlarged: float = 0.36
    """How much more light bends where pixels were worked out from fewer; 1 where it bends nowhere else."""
    enlarged_clarity: float = 7.0
    """How far the distance of such places stands out among all."""
    dark_paper: float = 80.0
    """Grey level of the paper, of 255."""
    dark_brightest: float = 85.0
    """A page with nothing lighter than this is dark, whatever is on it."""
    dark_by_nature: float = 1.5
    """On a dark cover the print is lighter than the ground by more than this; on a dark photo nothing is."""
    washed_contrast: float = 0.13
    """Part of the paper's light that the ink takes away."""
    washed_levels: float = 22.0
    """The same in grey levels of 255, for pages that are grey throughout."""
    washed_ink: float = 52.0
    """Levels by which the darkest strokes differ from the paper, below which no letter makes up for it."""
    washed_ink_part: float = 0.3
    """The same as a part of the paper's light, for pages in poor light."""
    faint_rows: float = 2.0
    """Rows that stand on a page without marks once its faintest are made to show, from which it is written."""
    blur_width: float = 2.4
    """Spread of an edge in pixels at the working size; 12-point characters are 23 pixels high there."""
    blur_small_width: float = 2.0
    """The same for small print, of whose height an edge takes the part below."""
    blur_of_character: float = 0.06
    blur_native_width: float = 1.4
    """An edge sharper than this in the picture's own pixels is limited by its resolution, not blurred."""
    motion_evenness: float = 0.42
    """Below this the strokes of one direction are missing: the picture was moved, if its edges have spread too."""
    motion_spread: float = 4.5
    """Spread of edges over evenness from which a moved picture is unreadable."""
    sideways_ratio: float = 1.3
    """By how much lines of text must show more clearly sideways than upright."""

    skew_angle: float = 6.0
    """Degrees by which lines may run off level."""
    skew_clarity: float = 1.9
    """How far that angle must stand out among all others; scattered marks show some angle too, at 1.1 to 1.7."""
    cut_places: float = 5.0
    """Places along one edge at which print is cut."""
    glare_share: float = 0.014
    """Part of the sheet that one shining spot takes from the print."""
    glare_white: float = 0.22
    """Part of the spot that is white to the end of the scale, beyond the paper around it."""
    glare_faded: float = 0.7
    """Part of the spot's border in which print fades, for paper that is all white."""
    moire_colour: float = 6.4
    """Height of coloured waves, in levels of 255."""
    moire_light: float = 3.3
    """Height of slanted waves of light."""
    moire_clarity: float = 100.0
    """How far a wave must stand out from its neighbours in frequency."""
    band_colour: float = 8.0
    """Height of slanted coloured bands that are in most windows of the sheet, print or not."""
    band_light: float = 13.0
    """The same of bands of light."""
    band_share: float = 0.45
    """Part of all that changes in a window that is one band; print spreads over many frequencies."""
    band_light_share: float = 0.35
    """The same of bands of light, which print disturbs more."""
    coarse_quality: float = 10.5
    """Quality of a JPEG, of 100, up to which its blocks deface the print."""
    coarse_steps: float = 0.3
    """The same in pixels that were compressed so and saved anew."""
    plateaus: float = 3.0
    """Levels in even steps, at least, that the shades of a picture are left with where it was compressed hard."""
    plateaus_share: float = 0.9
    """Part of the even areas that must have just these levels."""
    ringing: float = 5.0
    """Levels by which light bends beside letters on paper without grain, at a tenth of the places."""
    ringing_most: float = 12.0
    """The same at the worst of them, three in a hundred."""
    least_letters: float = 14.0
    """Marks that stand like print, from which a picture is a paper whatever else it shows."""
    chat_share: float = 0.07
    """Part of a tall picture that is flat bubbles on flat ground."""


THRESHOLDS = Thresholds()
