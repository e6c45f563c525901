"""Where the sheet lies on a photographed page, how people are shown it, and where on it a finding is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.messages import Message

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in parts of the page's width and height."""

WHOLE: tuple[Point, ...] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
MOST_MARKS = 40


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Where the sheet lies on one page of a file, and how people are shown it."""

    page: int
    corners: tuple[Point, ...]
    """In parts of the picture's width and height, clockwise from the top left, as the examination found them."""
    turn: int = 0
    """Quarters by which a person had it turned clockwise since."""
    shown: bool = True
    """Whether people see it straightened, or the picture as it was taken."""

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Sheet:
        corners = tuple((float(x), float(y)) for x, y in kept["corners"])
        return cls(page=int(kept["page"]), corners=corners, turn=int(kept["turn"]), shown=bool(kept["shown"]))

    def to_json(self) -> dict[str, Any]:
        corners = [[round(x, 5), round(y, 5)] for x, y in self.corners]
        return {"page": self.page, "corners": corners, "turn": self.turn, "shown": self.shown}

    @property
    def placed(self) -> tuple[Point, ...]:
        """The corners clockwise from where reading begins."""
        return self.corners[-self.turn :] + self.corners[: -self.turn] if self.turn else self.corners

    @property
    def was_found(self) -> bool:
        """Whether there is a sheet to straighten; without, the page was only turned."""
        return self.corners != WHOLE

    def turned(self, quarters: int) -> Sheet:
        """The sheet turned clockwise by quarters."""
        return replace(self, turn=(self.turn + quarters) % 4)


def lies_inside(sheet: Sheet) -> bool:
    """Whether the whole sheet is on the picture."""
    return all(0.0 < x < 1.0 and 0.0 < y < 1.0 for x, y in sheet.corners)


def sheet_of(sheets: Iterable[Mapping[str, Any]], page: int) -> Sheet | None:
    """The sheet of a page among those kept with an upload."""
    return next((Sheet.from_json(one) for one in sheets if one["page"] == page), None)


def boxes_shown(measures: Mapping[str, Any], sheet: Sheet | None, *, as_sent: bool = False) -> list[Box]:
    """Where the marks of a finding lie on the picture that people see. They are kept on the page that was judged.

    A mark that is not four numbers is left out: what was found is said in words in any case.
    """
    boxes = [box for box in (_box(mark) for mark in _marks(measures)) if box is not None]
    if sheet is None:
        return boxes
    if as_sent or not sheet.shown:
        return [_around(_onto(sheet.corners, _corners(box))) for box in boxes]
    return [_around(_turned(sheet.turn, _corners(box))) for box in boxes]


def place_in_words(boxes: Sequence[Box]) -> Message | None:
    """Where on the page it is, for those who do not see the marks."""
    if not boxes:
        return None
    if len(boxes) > 3:
        return Message("at %(count)s places", count=len(boxes))
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    if right - left > 0.8 and bottom - top > 0.8:
        return Message("all over the page")
    down = _third((top + bottom) / 2)
    across = _third((left + right) / 2)
    return _PLACES[1 if bottom - top > 0.8 else down][1 if right - left > 0.8 else across]


_PLACES = (
    (Message("at the top left"), Message("at the top"), Message("at the top right")),
    (Message("at the left"), Message("in the middle"), Message("at the right")),
    (Message("at the bottom left"), Message("at the bottom"), Message("at the bottom right")),
)


def _third(place: float) -> int:
    return 0 if place < 1 / 3 else 1 if place < 2 / 3 else 2


def _marks(measures: Mapping[str, Any]) -> list[Any]:
    marks = measures.get("marks")
    return marks[:MOST_MARKS] if isinstance(marks, list) else []


def _box(mark: Any) -> Box | None:
    if not isinstance(mark, list) or len(mark) != 4 or not all(isinstance(one, int | float) for one in mark):
        return None
    left, top, right, bottom = (min(max(float(one), 0.0), 1.0) for one in mark)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _corners(box: Box) -> list[Point]:
    left, top, right, bottom = box
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _around(points: Iterable[Point]) -> Box:
    xs, ys = zip(*points, strict=True)
    left, top, right, bottom = (round(min(max(one, 0.0), 1.0), 4) for one in (min(xs), min(ys), max(xs), max(ys)))
    return left, top, right, bottom


def _turned(quarters: int, points: Iterable[Point]) -> list[Point]:
    turned = list(points)
    for _ in range(quarters):
        turned = [(1 - y, x) for x, y in turned]
    return turned


def _onto(corners: Sequence[Point], points: Iterable[Point]) -> list[Point]:
    """Points of the page on the picture from which it was straightened (the projective map of the unit square)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    dx1, dy1, dx2, dy2 = x1 - x2, y1 - y2, x3 - x2, y3 - y2
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    area = dx1 * dy2 - dx2 * dy1 or 1e-9
    g, h = (sx * dy2 - dx2 * sy) / area, (dx1 * sy - sx * dy1) / area
    a, b, c = x1 - x0 + g * x1, x3 - x0 + h * x3, x0
    d, e, f = y1 - y0 + g * y1, y3 - y0 + h * y3, y0
    mapped = []
    for u, v in points:
        w = g * u + h * v + 1 or 1e-9
        mapped.append(((a * u + b * v + c) / w, (d * u + e * v + f) / w))
    return mapped
