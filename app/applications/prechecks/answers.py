"""Complete: every question is answered and can be read, every material that is needed is there with its pages."""

from __future__ import annotations

from collections.abc import Iterable

from app.applications.prechecks.case import Case, Group, Said, check
from app.applications.sheet import MaterialLine
from app.messages import Message


@check("answers.readable", Group.COMPLETE, Message("Every answer can be read"), settable=False)
def _readable(case: Case) -> Iterable[Said]:
    for line in case.sheet.fields:
        if line.problem is not None:
            named = Message("“%(label)s”: %(problem)s", label=line.label, problem=line.problem)
            yield Said(named, Message("Correct the answer."), line.anchor)


@check("answers.given", Group.COMPLETE, Message("Every required question is answered"), settable=False)
def _given(case: Case) -> Iterable[Said]:
    for line in case.lines.values():
        if line.required and line.value in (None, ""):
            yield Said(
                Message("“%(label)s” is not answered yet.", label=line.label), Message("Answer it."), line.anchor
            )


@check("materials.there", Group.COMPLETE, Message("Every material that is needed has a usable file"), settable=False)
def _there(case: Case) -> Iterable[Said]:
    for line in case.sheet.materials:
        if line.needed and not line.shared and not line.accepted:
            yield _nothing_usable(line)


def _nothing_usable(line: MaterialLine) -> Said:
    if line.refused:
        return Said(
            Message("Everything sent for %(name)s was refused.", name=line.name),
            Message("See at the file what is wrong with it, and send a better one."),
            line.anchor,
        )
    return Said(
        Message("%(name)s is missing.", name=line.name),
        Message("Upload it, %(because)s.", because=line.because) if line.because else Message("Upload it."),
        line.anchor,
    )
