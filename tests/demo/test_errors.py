"""`flask demo errors`: mistakes of every kind are put into valid applications, and valid ones raise no alarm."""

from __future__ import annotations

from collections import Counter

import pytest

from app.demo import errors
from app.demo.errors_shares import check_valid
from app.demo.errors_town import found
from app.demo.errors_valid import MAKERS
from app.items.queries import published_items

pytestmark = pytest.mark.usefixtures("app")
TRIED_HERE = (
    "a day that does not exist",
    "retirement two years before the age",
    "for who has left",
    "another result than was reported",
    "the teacher's certificate, asked for by an answer",
    "blurred",
)


def test_there_are_sixty_kinds_and_each_has_its_name() -> None:
    assert len(errors.KINDS) >= 60
    assert [name for name, count in Counter(one.name for one in errors.KINDS).items() if count > 1] == []


def test_there_is_a_valid_application_of_every_item() -> None:
    assert set(MAKERS) == {version.code for version in published_items()}


def test_mistakes_are_caught_by_a_sentence_at_their_place() -> None:
    kinds = [kind for kind in errors.KINDS if kind.name in TRIED_HERE]
    assert len(kinds) == len(TRIED_HERE)
    outcome = errors.try_kinds(kinds=kinds)
    assert [one.kind.name for one in outcome.tried if not one.caught] == []
    told = "\n".join(errors.as_text(outcome))
    assert "6 of 6 kinds of mistakes named before submission: 100.0%" in told


def test_valid_applications_raise_no_alarm() -> None:
    outcome = errors.Outcome(valid=check_valid(found(1), seed=1, valid=2))
    assert [(code, str(one.message)) for code, one in outcome.valid.alarms] == []
    assert "0 false alarms on 2 valid applications of 2 items" in "\n".join(errors.as_text(outcome))


def test_what_is_not_caught_is_told_as_not_caught() -> None:
    kind = next(one for one in errors.KINDS if one.name == "a possible day, but not the one in the document")
    outcome = errors.try_kinds(kinds=[kind])
    assert next(iter(errors.as_text(outcome))).startswith("NOT CAUGHT")
