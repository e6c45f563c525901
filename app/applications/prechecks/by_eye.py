"""What no program has checked: for each material that was sent, the points that a person must look at."""

from __future__ import annotations

from dataclasses import dataclass

from app.applications.sheet import ApplicationSheet
from app.messages import Message, Named


@dataclass(frozen=True)
class Look:
    """One thing for a person. `place` is its anchor; `mistakes` is what is often wrong with it."""

    name: Named | Message
    points: Named | Message
    place: str
    mistakes: Named | None = None


def to_look_at(sheet: ApplicationSheet) -> list[Look]:
    """The materials with their points, and what holds for all of them: no content of a page has been read."""
    sent = [line for line in sheet.materials if line.accepted and not line.shared]
    looks = []
    if sent and sheet.staff is not None:
        looks.append(
            Look(
                Message("All materials"),
                Message("Each is about %(name)s, and its dates, posts and amounts are those that were answered.",
                        name=sheet.staff.name),
                "who",
            )
        )  # fmt: skip
    for line in sent:
        material = line.material
        if not material.notes_zh and not material.mistakes_zh:
            continue
        looks.append(
            Look(
                line.name,
                Named(material.notes_zh, material.notes_en),
                line.anchor,
                Named(material.mistakes_zh, material.mistakes_en) if material.mistakes_zh else None,
            )
        )
    return looks
