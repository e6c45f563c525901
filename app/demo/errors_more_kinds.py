"""Kinds of mistakes around an application: others in its way, and wrong, foreign or unreadable materials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from app.demo import errors_papers as papers
from app.demo.errors_filing import Attempt, Paper, Spoil, file_another, with_answers
from app.demo.errors_kinds import OF_ANSWERS, Kind
from app.demo.errors_town import settle
from app.demo.errors_valid import MAKERS, Sample


def _first(
    group: str, name: str, item: str, other: str, *, at: tuple[str, ...], answers: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None, decided: bool = False, with_: Callable[[Sample], Sample] | None = None,
) -> Kind:  # fmt: skip
    """Another application of the same person (or unit) was submitted before this one is begun."""

    def before(attempt: Attempt) -> None:
        mine = attempt.sample
        sample = mine if other == item else MAKERS[other](attempt.random)
        sample = replace(with_answers(sample, **(theirs or {})), today=mine.today, unit=mine.unit)
        file_another(attempt, sample, decided=decided)
        attempt.answers.update(answers or {})
        attempt.expect(*at)

    return Kind(group, name, item, Spoil(before=before), with_ or (lambda sample: sample))


def _five_years_qualified(sample: Sample) -> Sample:
    earlier = [{"type": "assessment", "year": year, "result": "QUALIFIED"} for year in (2006, 2007, 2008)]
    return replace(sample, events=(*sample.events, *earlier))


def _with_event(event: dict[str, Any]) -> Callable[[Sample], Sample]:
    return lambda sample: replace(sample, events=(*sample.events, event))


def _recorded(name: str, item: str, event: dict[str, Any], at: tuple[str, ...], **answers: str) -> Kind:
    def change(attempt: Attempt) -> None:
        attempt.answers.update(answers)
        attempt.expect(*at)

    return Kind("conflicting", name, item, Spoil(answers=change), _with_event(event))


_POST_IN_MARCH = {"appointed_on": "2018-03-20", "post": "TECH-11"}
IN_THE_WAY = (
    _first("twice filed", "the same change is under way", "NCGZ-11", "NCGZ-11", at=("who",)),
    _first("twice filed", "the same increment was decided", "NCGZ-12", "NCGZ-12", at=("who", "answer-assessment_year",
           "pay"), decided=True),
    _first("twice filed", "the total of the year is under way", "NCGZ-26", "NCGZ-26", at=("who",)),
    _first("twice filed", "the total of the year was decided", "NCGZ-26", "NCGZ-26", at=("who", "answer-year"),
           decided=True),
    _first("twice filed", "an allowance that is paid already", "NCGZ-18", "NCGZ-18", at=("answer-action",),
           theirs={"starts_on": "2018-02-05"}, decided=True),
    _first("twice filed", "the assessment is under way with the level", "NCGZ-10", "NCGZ-09",
           at=("answer-assessment_year",), theirs={"result_1": "QUALIFIED"}),
    _first("conflicting", "appointed after a resignation under way", "NCGZ-11", "NCGZ-24", at=("answer-appointed_on",),
           answers={"appointed_on": "2018-03-28"}, theirs={"left_on": "2018-03-15"}),
    _first("conflicting", "two kinds of leaving at once", "NCGZ-24", "NCGZ-04", at=("answer-left_on",)),
    _first("conflicting", "leaves before an appointment under way", "NCGZ-24", "NCGZ-11", at=("answer-left_on",),
           answers={"left_on": "2018-03-05"}, theirs={**_POST_IN_MARCH}),
    _first("conflicting", "two changes of the post in one month", "NCGZ-06", "NCGZ-11", at=("answer-changed_on",),
           answers={"changed_on": "2018-03-12"}, theirs={**_POST_IN_MARCH},
           with_=lambda sample: replace(sample, today=date(2018, 4, 3), events=MAKERS["NCGZ-11"](Random(1)).events)),
    _recorded("an appointment that is not later than one on record", "NCGZ-11",
              {"type": "post_appointment", "date": "2018-03-25", "post": "TECH-11"}, ("answer-appointed_on",),
              appointed_on="2018-03-05", post="TECH-10"),
    _recorded("a leave that overlaps one on record", "NCGZ-21",
              {"type": "sick_leave", "date": "2017-11-06", "end_date": "2018-02-20"}, ("answer-leave_from",)),
    Kind("wrong item", "a step where the level is due", "NCGZ-10",
         Spoil(answers=lambda attempt: attempt.expect("pay")), _five_years_qualified),
)  # fmt: skip


def _paper(attempt: Attempt) -> Paper:
    """One of the materials, drawn by chance."""
    return attempt.random.choice(attempt.papers)


def _bad(name: str, make: Callable[[Random], bytes], filename: str, item: str = "NCGZ-01") -> Kind:
    """One material is a file that cannot be used."""

    def change(attempt: Attempt) -> None:
        paper = _paper(attempt)
        paper.content, paper.filename = make(attempt.random), filename
        attempt.expect(f"material-{paper.code}")

    return Kind("unreadable material", name, item, Spoil(papers=change))


def _missing(name: str, item: str, code: str | None = None) -> Kind:
    def change(attempt: Attempt) -> None:
        gone = next((one for one in attempt.papers if one.code == code), None) if code else _paper(attempt)
        assert gone is not None
        attempt.papers.remove(gone)
        attempt.expect(f"material-{gone.code}")

    return Kind("missing material", name, item, Spoil(papers=change))


def _of_papers(group: str, name: str, item: str, change: Callable[[Attempt], None]) -> Kind:
    return Kind(group, name, item, Spoil(papers=change))


def _places(attempt: Attempt) -> None:
    attempt.expect(*(f"material-{one.code}" for one in attempt.papers))


def _swap_named(attempt: Attempt) -> None:
    """The files say by their names what they are, and lie in each other's place."""
    names = attempt.names_of()
    for one in attempt.papers:
        one.filename = f"{names[one.code].replace('/', '')}.{one.filename.rpartition('.')[2]}"
    _swap(attempt)


def _swap(attempt: Attempt) -> None:
    one, other = attempt.papers[:2]
    one.content, other.content = other.content, one.content
    one.filename, other.filename = other.filename, one.filename
    attempt.expect(f"material-{one.code}", f"material-{other.code}")


def _swap_unnamed(attempt: Attempt) -> None:
    for number, one in enumerate(attempt.papers):
        one.filename = f"scan{number}.{one.filename.rpartition('.')[2]}"
    _swap(attempt)


def _send_twice(attempt: Attempt) -> None:
    one, other = attempt.papers[:2]
    other.content, other.filename = one.content, one.filename
    attempt.expect(f"material-{other.code}")


def _scan_twice(attempt: Attempt) -> None:
    one, other = attempt.papers[:2]
    one.content, one.filename = papers.scan(attempt.random), "scan1.jpg"
    other.content, other.filename = papers.rescanned(one.content), "scan2.jpg"
    attempt.expect(f"material-{other.code}")


def _from_another_application(attempt: Attempt) -> None:
    """The file that a colleague's application was filed with."""
    sample = MAKERS[attempt.sample.item](attempt.random)
    colleague = settle(attempt.town, attempt.unit, sample.events, **sample.person)
    theirs = file_another(attempt, sample, staff=colleague)
    paper = attempt.papers[0]
    same = next(one for one in theirs.papers if one.code == paper.code)
    paper.content, paper.filename = same.content, f"scan.{same.filename.rpartition('.')[2]}"
    attempt.expect(f"material-{paper.code}")


def _named_after_a_colleague(attempt: Attempt) -> None:
    colleague = settle(attempt.town, attempt.unit, attempt.sample.events, **attempt.sample.person)
    paper = _paper(attempt)
    paper.filename = f"{colleague.name}.{paper.filename.rpartition('.')[2]}"
    attempt.expect(f"material-{paper.code}")


def _foreign_unseen(attempt: Attempt) -> None:
    """A sound scan of somebody else's paper that nobody ever sent: only its content says whose it is."""
    paper = _paper(attempt)
    paper.content, paper.filename = papers.scan(attempt.random), "scan.jpg"
    attempt.expect(f"material-{paper.code}")


def _too_many_pages(attempt: Attempt) -> None:
    paper = next(one for one in attempt.papers if one.code == "M07")
    paper.content, paper.filename = papers.text_pdf(attempt.random, 5), "scan.pdf"
    attempt.expect("material-M07")


def _too_large(attempt: Attempt) -> None:
    paper = next(one for one in attempt.papers if one.code != "M06")
    paper.content, paper.filename = papers.scan(attempt.random) + bytes(21 * 1024 * 1024), "scan.jpg"
    attempt.expect(f"material-{paper.code}")


def _say_no_afterwards(attempt: Attempt) -> None:
    """The paper for an entitlement was sent, and the question about it is answered with no."""
    attempt.answers["raised_percentage"] = "no"
    attempt.expect("material-M37")


MATERIALS = (
    _missing("any material", "NCGZ-01"),
    _missing("any material of a transfer", "NCGZ-03"),
    _missing("the teacher's certificate, asked for by an answer", "NCGZ-01", "M25"),
    _missing("the approval of the sanction", "NCGZ-20"),
    _bad("blurred", papers.blurred, "scan.jpg"),
    _bad("too dark", papers.dark, "scan.jpg"),
    _bad("washed out", papers.washed, "scan.jpg"),
    _bad("blank", papers.blank, "scan.jpg"),
    _bad("a thumbnail", papers.thumbnail, "scan.jpg"),
    _bad("too coarse", papers.coarse, "scan.jpg"),
    _bad("cut off", papers.truncated, "scan.jpg"),
    _bad("damaged", papers.damaged, "scan.jpg"),
    _bad("empty", papers.empty, "scan.jpg"),
    _bad("a program under the name of a picture", papers.renamed, "scan.jpg"),
    _bad("a document of a word processor", papers.office_document, "证明.docx"),
    _bad("an archive", papers.archive, "材料.zip"),
    _bad("a PDF with a password", papers.locked_pdf, "scan.pdf"),
    _bad("a PDF with a script", papers.active_pdf, "scan.pdf"),
    _bad("a PDF without pages", papers.pageless_pdf, "scan.pdf"),
    _of_papers("unreadable material", "too many pages", "NCGZ-23", _too_many_pages),
    _of_papers("unreadable material", "too large", "NCGZ-23", _too_large),
    _of_papers("swapped material", "one file for two materials", "NCGZ-23", _send_twice),
    _of_papers("swapped material", "one page scanned for two materials", "NCGZ-23", _scan_twice),
    _of_papers("swapped material", "two materials changed places, named as what they are", "NCGZ-03", _swap_named),
    _of_papers("swapped material", "two materials changed places, without names", "NCGZ-03", _swap_unnamed),
    _of_papers("foreign material", "a file from a colleague's application", "NCGZ-11", _from_another_application),
    _of_papers("foreign material", "a file named after a colleague", "NCGZ-01", _named_after_a_colleague),
    _of_papers("foreign material", "a colleague's paper that nobody sent before", "NCGZ-01", _foreign_unseen),
    Kind("material not asked for", "sent for an answer that was changed", "NCGZ-23",
         Spoil(answers=lambda attempt: attempt.answers.update(raised_percentage="yes"),
               afterwards=_say_no_afterwards)),
)  # fmt: skip
KINDS: tuple[Kind, ...] = (*OF_ANSWERS, *IN_THE_WAY, *MATERIALS)


__all__ = ["IN_THE_WAY", "KINDS", "MATERIALS"]
