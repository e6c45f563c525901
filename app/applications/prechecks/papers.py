"""Materials as far as a program sees them without reading: pages, names of files, the same page twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.applications.prechecks.case import WARNING, Case, Group, Said, check
from app.applications.sheet import MaterialLine, UploadLine
from app.items.editions import Material
from app.messages import Message, Named
from models.applications import ApplicationState
from models.items import Necessity

_SEPARATORS = re.compile(r"[\s、，,；;（）()《》“”/／+＋_\-—.]+|或者|或|及|和")
_SHORTEST = 3  # characters of a name that say which paper it is


@check("papers.pages", Group.PAPERS, Message("Every material has the pages that it must have, and no more"))
def _pages(case: Case) -> Iterable[Said]:
    for line in case.sheet.materials:
        if line.shared or not line.accepted:
            continue
        if line.pages < line.material.min_pages:
            yield Said(
                Message("%(name)s has %(pages)s pages; at least %(least)s are needed.",
                        name=line.name, pages=line.pages, least=line.material.min_pages),
                Message("Add the missing pages."),
                line.anchor,
                None if line.needed else WARNING,
            )  # fmt: skip
        elif line.pages > line.material.max_pages:
            yield Said(
                Message("%(name)s has %(pages)s pages in all; usually there are at most %(most)s.",
                        name=line.name, pages=line.pages, most=line.material.max_pages),
                Message("Check whether other papers are among them, and take away what does not belong here."),
                line.anchor,
                WARNING,
            )  # fmt: skip


@check("papers.refused", Group.PAPERS, Message("No file that was refused is left without another"), severity=WARNING)
def _refused(case: Case) -> Iterable[Said]:
    for line in case.sheet.materials:
        if line.refused and (line.accepted or not line.needed) and line.pages >= line.material.min_pages:
            yield Said(
                Message("%(file)s was refused and will not be filed.", file=line.refused[0].filename),
                Message("If it is needed, send a better one; otherwise nothing needs to be done."),
                line.anchor,
            )


@check("papers.held", Group.PAPERS, Message("No file waits for the virus scanner"))
def _held(case: Case) -> Iterable[Said]:
    """A file that nobody could scan is neither filed nor dropped: the application waits for it."""
    for line in case.sheet.materials:
        for upload in line.refused:
            if any(finding.code == "held" for finding in upload.findings):
                yield Said(
                    Message("%(file)s waits for the virus scanner, which does not answer at the moment.",
                            file=upload.filename),
                    Message("Submit again in a few minutes, or take the file away if it is not needed."),
                    line.anchor,
                )  # fmt: skip


@check("papers.corrected", Group.PAPERS, Message("What a return marked has been replaced"), severity=WARNING)
def _corrected(case: Case) -> Iterable[Said] | None:
    if case.sheet.application.state != ApplicationState.RETURNED:
        return None
    return [
        Said(
            Message("%(name)s was marked and has not been replaced.", name=line.name),
            Message("The reviewer wrote: %(reason)s", reason=line.reason),
            line.anchor,
        )
        for line in case.sheet.materials
        if line.reason and not line.shared and not any(upload.is_new for upload in line.uploads)
    ]


@check("papers.asked_for", Group.PAPERS, Message("Every file belongs to a material that is asked for"),
       severity=WARNING)  # fmt: skip
def _asked_for(case: Case) -> Iterable[Said]:
    """A paper that the answers do not ask for was either sent for nothing, or an answer is wrong."""
    for line in case.sheet.materials:
        if line.accepted and not line.needed and line.material.necessity == Necessity.CONDITIONAL:
            yield Said(
                Message("%(name)s was sent, and the present answers do not ask for it.", name=line.name),
                Message("Check the answers on which it depends, or take the file away."),
                line.anchor,
            )


@check("papers.named_so", Group.PAPERS, Message("No file is named like another material"), severity=WARNING)
def _named_so(case: Case) -> Iterable[Said]:
    """A file that says by its name that it is another of the materials was probably put in the wrong place."""
    words = _words_of(case.sheet.version.materials)
    for line, upload in _files(case):
        plain = _SEPARATORS.sub("", upload.filename)
        if any(word in plain for word in words.get(line.code, ())):
            continue
        other = next((code for code, own in words.items() if code != line.code and any(w in plain for w in own)), None)
        material = case.sheet.version.material(other) if other is not None else None
        if material is not None:
            yield Said(
                Message("%(file)s stands under %(here)s, and by its name it is: %(there)s.",
                        file=upload.filename, here=line.name, there=Named(material.name_zh, material.name_en)),
                Message("Open it and look. If it is in the wrong place, send it there and the right one here."),
                line.anchor,
            )  # fmt: skip


def _words_of(materials: Iterable[Material]) -> dict[str, set[str]]:
    """The parts of the names by which each material is known among those of the item, by code."""
    words = {one.code: {part for part in _SEPARATORS.split(one.name_zh) if len(part) >= _SHORTEST} for one in materials}
    return {
        code: {
            word
            for word in own
            if not any(word in other or other in word for key, rest in words.items() if key != code for other in rest)
        }
        for code, own in words.items()
    }


@check("papers.own", Group.PAPERS, Message("No file is named after somebody else"), severity=WARNING)
def _own(case: Case) -> Iterable[Said] | None:
    if case.staff is None:
        return None
    return [
        Said(
            Message("The name of %(file)s names %(other)s, and the application is for %(name)s.",
                    file=upload.filename, other=case.sheet.around.colleagues[upload.id], name=case.staff.name),
            Message("Open it and look whose paper it is; if it is not of %(name)s, replace it.", name=case.staff.name),
            line.anchor,
        )
        for line, upload in _files(case)
        if upload.id in case.sheet.around.colleagues
    ]  # fmt: skip


@check("papers.dated", Group.PAPERS, Message("No date on a paper contradicts an answer"), severity=WARNING)
def _dated(case: Case) -> Iterable[Said]:
    """As far as the papers have been read; what was misread, a person corrects beside the paper."""
    for line, upload in _files(case):
        if upload.doubt is not None:
            yield Said(
                Message("%(file)s: %(what)s", file=upload.filename, what=upload.doubt.message),
                upload.doubt.remedy,
                line.anchor,
            )


@check("papers.once", Group.PAPERS, Message("No page was sent under two materials"), severity=WARNING)
def _once(case: Case) -> Iterable[Said]:
    """Exactly the same file is named where it was sent; here the same page scanned or saved anew, as far as laying one
    over the other showed it when it came in. Two fillings of one form look alike from afar and are two pages."""
    seen: list[tuple[MaterialLine, UploadLine]] = []
    for line, upload in _files(case):
        twin = next((there for there, other in seen if there.code != line.code and _same_page(upload, other)), None)
        if twin is not None:
            yield Said(
                Message("%(file)s looks like the page that was sent for %(there)s.",
                        file=upload.filename, there=twin.name),
                Message("Compare the two; replace the one that is in the wrong place."),
                line.anchor,
            )  # fmt: skip
        seen.append((line, upload))


def _same_page(one: UploadLine, other: UploadLine) -> bool:
    """Whichever came in later says of which file it shows the page."""
    return any(
        finding.code == "duplicate_here" and finding.measures.get("of") == earlier.sha256
        for later, earlier in ((one, other), (other, one))
        for finding in later.findings
    )


def _files(case: Case) -> Iterator[tuple[MaterialLine, UploadLine]]:
    for line in case.sheet.materials:
        for upload in line.accepted:
            yield line, upload
