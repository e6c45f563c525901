"""Thresholds of the checks that people may set, within bounds, and what an examination says under other ones.

What a page measured is kept with its examination, so a flag follows from numbers: no file is opened here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.errors import Invalid
from app.materials.flagging import flags_of
from app.materials.readable import THRESHOLDS, Thresholds
from app.materials.verdicts import Finding, Verdict
from app.messages import Message

Values = dict[str, float]
"""Thresholds that depart from the product's, by name."""


@dataclass(frozen=True)
class Knob:
    """One threshold that may be set: what it is of, between which bounds, and which way is stricter."""

    name: str
    flag: str
    label: Message
    unit: Message
    lowest: float
    highest: float
    digits: int
    higher_is_stricter: bool


_PIXELS, _LEVELS = Message("pixels"), Message("grey levels of 255")
_SHARE, _TIMES = Message("part of the light"), Message("times")
_SHEET, _OF_100 = Message("part of the sheet"), Message("of 100")
_KNOBS = (
    Knob("lowres_pixels", "lowres", Message("Pixels along a page, at least"), _PIXELS, 400, 2000, 0, True),
    Knob("lowres_card_pixels", "lowres", Message("Pixels along a card, at least"), _PIXELS, 300, 1600, 0, True),
    Knob("dark_paper", "dark", Message("Light of the paper, at least"), _LEVELS, 30, 160, 0, True),
    Knob("washed_contrast", "washed", Message("Contrast of the print, at least"), _SHARE, 0.05, 0.40, 2, True),
    Knob("washed_levels", "washed", Message("Difference of print and paper, at least"), _LEVELS, 8, 80, 0, True),
    Knob("blur_width", "blur", Message("Spread of an edge, at most"), _PIXELS, 1.4, 5.0, 1, False),
    Knob("motion_spread", "blur", Message("Spread of a moved edge, at most"), _PIXELS, 2.0, 7.0, 1, False),
    Knob("sideways_ratio", "rotated", Message("Lines clearer sideways, at most"), _TIMES, 1.1, 3.0, 1, False),
    Knob("skew_angle", "skew", Message("Lines off level, at most"), Message("degrees"), 2, 20, 1, False),
    Knob("cut_places", "cutoff", Message("Places where print is cut, at most"), Message("places"), 2, 20, 0, False),
    Knob("glare_share", "glare", Message("Sheet lost to a shining spot, at most"), _SHEET, 0.004, 0.1, 3, False),
    Knob("moire_light", "moire", Message("Waves of light, at most"), _LEVELS, 2, 12, 1, False),
    Knob("coarse_quality", "overcompressed", Message("Quality of the compression, at least"), _OF_100, 3, 30, 1, True),
)
KNOBS: dict[str, Knob] = {knob.name: knob for knob in _KNOBS}


def defaults() -> Values:
    """The product's own values of what may be set."""
    return {name: float(getattr(THRESHOLDS, name)) for name in KNOBS}


def complete(values: Mapping[str, float]) -> Thresholds:
    """All thresholds, the product's own where none is set."""
    known: dict[str, Any] = {name: value for name, value in values.items() if name in KNOBS}
    return replace(THRESHOLDS, **known)


def read_values(typed: Mapping[str, str]) -> Values:
    """What was typed, as numbers; an empty field leaves the value above in force. Raises Invalid by field."""
    values: Values = {}
    wrong: dict[str, Message] = {}
    for name, knob in KNOBS.items():
        text = str(typed.get(name) or "").strip().replace(",", ".").replace("，", ".")
        if not text:
            continue
        try:
            number = round(float(text), knob.digits) if len(text) < 12 else float("nan")
        except ValueError:
            number = float("nan")
        if not knob.lowest <= number <= knob.highest:
            wrong[name] = Message("Enter a number from %(lowest)s to %(highest)s.",
                                  lowest=written(knob, knob.lowest), highest=written(knob, knob.highest))  # fmt: skip
        else:
            values[name] = number
    if wrong:
        raise Invalid(fields=wrong)
    return values


def written(knob: Knob, value: float) -> str:
    """The value with the digits that mean something."""
    return f"{value:.{knob.digits}f}"


def is_stricter(knob: Knob, value: float, than: float) -> bool:
    """Whether a page passes less easily under `value`."""
    return value > than if knob.higher_is_stricter else value < than


def flags_under(looks: Iterable[Mapping[str, Any]], values: Mapping[str, float]) -> set[tuple[str, int]]:
    """The flags of pages that were measured, under these thresholds, each with its page. Measures of an older version
    of the checks that lack something are passed over."""
    thresholds = complete(values)
    found: set[tuple[str, int]] = set()
    for look in looks:
        try:
            found.update((flag, int(look["page"])) for flag in flags_of(look["measures"], thresholds))
        except KeyError:
            continue
    return found


def judged_under(verdict: Verdict, values: Mapping[str, float]) -> Verdict:
    """The same examination under the thresholds of a material: flags of its pages come and go, all else stays."""
    if not values or not verdict.looks:
        return verdict
    from app.materials.inspection import page_findings

    before, after = flags_under(verdict.looks, {}), flags_under(verdict.looks, values)
    gone, new = before - after, after - before
    if not gone and not new:
        return verdict
    several = verdict.pages > 1
    kept = tuple(one for one in verdict.findings if not _is_of(one, gone, several=several))
    looks = {int(look["page"]): look for look in verdict.looks}
    fresh = page_findings([(page, flag, _with_place(looks[page], flag)) for flag, page in sorted(new)], verdict.pages)
    return replace(verdict, findings=kept + fresh)


def _with_place(look: Mapping[str, Any], flag: str) -> dict[str, Any]:
    """What was measured of a page, with the marks of this flag where it has a place."""
    marks = look.get("marks", {}).get(flag)
    return {**look["measures"], "marks": marks} if marks else dict(look["measures"])


def _is_of(finding: Finding, flags: set[tuple[str, int]], *, several: bool) -> bool:
    """Whether a finding is one of these flags of a page that was measured."""
    if "ratio" not in finding.measures:  # found otherwise than from what was measured of a page
        return False
    return (finding.code, (finding.page or 1) if several else 1) in flags
