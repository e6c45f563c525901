"""Whether waves lie over a page, from what was measured of them: of a screen's grid or of a printed raster."""

from __future__ import annotations

from collections.abc import Mapping

from app.materials.readable import Thresholds

_OWN_LINES = 14.0
"""Period from which waves that run along the lines of a page may be those lines."""
_STRONG_BANDS, _CLEAR_BANDS = 14.0, 40.0
"""Height of straight bands in levels, and their clarity, that no lines of a page and no moving hand leave."""
_SHARE_OF_STRONG = 0.27
"""Part of all that changes in a window that is one band, where it is as strong as print."""


_FRINGES, _SHARE_OF_FRINGES = 40.0, 0.38
"""Height in levels of coloured bands that no cloth and no picture has, and how much of what changes they must be."""
_FINE_FRINGES, _CLEAR_FRINGES = 20.0, 100.0
"""The same of fine coloured waves, and how far they must stand out."""

_SOME_COLOUR, _NO_GUILLOCHE = 3.0, 2.5
"""Height of coloured waves that bear coloured bands out; times by which those must be higher without them."""
_SHORT_LINES = 8.0
"""Period up to which straight waves cannot be lines of print."""
_GRID = 26.0
"""Grain that no camera leaves: the dots of a screen, each of its colour."""

_NO_SCREEN = 28.0
"""How far from grey a page behind fringes is not, all of it together: striped cloth is of its colours."""


def has_fringes(measures: Mapping[str, float]) -> bool:
    """Whether colours as strong as print run over the page as only the grid of a screen makes them."""
    height, share = (measures.get(name, measures[f"band_colour{name[8:]}"]) for name in ("band_any", "band_any_share"))
    if measures["tint"] > _NO_SCREEN:
        return False
    bands = height > _FRINGES and share > _SHARE_OF_FRINGES
    return bands or (measures["wave_colour"] > _FINE_FRINGES and measures["wave_colour_clarity"] > _CLEAR_FRINGES)


def has_waves(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    if has_fringes(measures) or _has_bands(measures, thresholds) or measures["noise"] > _GRID:
        return True
    clear = thresholds.moire_clarity
    # Coloured rules leave waves too, straight and long ones.
    higher = 1.5 if measures.get("wave_colour_long", 0.0) >= _OWN_LINES else 1.0
    if measures["wave_colour"] > higher * thresholds.moire_colour and measures["wave_colour_clarity"] > clear:
        return True
    # What is left of small print and grain is slanted too, but hardly stands out; so are the rows of a skewed table.
    clearer = 6.0 if measures["wave_period"] >= _OWN_LINES else 1.7
    if measures["wave_light"] > thresholds.moire_light and measures["wave_clarity"] > clearer * clear:
        return True
    straight, period = measures["wave_straight"], measures["wave_period"]
    if straight > _STRONG_BANDS and measures["wave_clarity"] > _CLEAR_BANDS * clear:
        return True
    if measures["evenness"] < thresholds.motion_evenness:
        return False  # what a moving hand has smeared is straight too
    # Lines of text and rules leave straight waves too, but long ones and of many frequencies.
    return straight > 2.0 * thresholds.moire_light and measures["wave_clarity"] > 6 * clear and period < _SHORT_LINES


def _has_bands(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Bands as of a screen, seen through whatever is printed. Those along the page must be strong: it has rules too."""
    share = thresholds.band_share
    coloured = measures.get("band_colour", 0.0)
    waved = measures["wave_colour"] > _SOME_COLOUR and measures["wave_colour_clarity"] > thresholds.moire_clarity
    # The fine coloured lines of a card or a certificate are bands, too, but pale ones and of many directions.
    least = thresholds.band_colour if waved else _NO_GUILLOCHE * thresholds.band_colour
    if coloured > least and measures["band_colour_share"] > share:
        return True
    light_share = measures.get("band_light_share", 0.0)
    # The frame and the rules of a page that lies askew are slanted themselves.
    askew = abs(measures["angle"]) > thresholds.skew_angle and measures["clarity"] > thresholds.skew_clarity
    enough = share if askew else thresholds.band_light_share
    if measures.get("band_light", 0.0) > thresholds.band_light and light_share > enough:
        return True
    if measures.get("band_light", 0.0) > 1.6 * thresholds.band_light and light_share > _SHARE_OF_STRONG:
        return True  # dots of a printed raster, in which print all but drowns
    strong = 3.0 * thresholds.band_colour
    return measures.get("band_any", 0.0) > strong and measures["band_any_share"] > share


def has_strong_waves(measures: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Waves such as no cloth and no wood have, fine and all over, coloured or from black to white."""
    clear = 3.0 * thresholds.moire_clarity
    if measures["wave_colour"] > 2.0 * thresholds.moire_colour and measures["wave_colour_clarity"] > clear:
        return True
    return measures["wave_light"] > 10.0 * thresholds.moire_light and measures["wave_clarity"] > clear
