"""The closed lists that fields and facts choose from, each code with its name."""

from __future__ import annotations

from collections.abc import Mapping

from app.messages import Message, Named
from app.pay.names import (
    DEATH_CAUSES,
    MATTERS,
    MEASURES,
    OCCUPATIONS,
    RESULTS,
    SANCTIONS,
    SEPARATIONS,
    STAFF_TYPES,
    TECHNICAL_GRADES,
    education_name,
    position_name,
    post_name,
    series_of,
)
from app.pay.standards import standards
from models.staff import Education

Name = Message | Named
Choices = Mapping[str, Name]

UNIT_TYPES: Choices = {
    "ORGAN": Message("Organ"),
    "CIVIL_LAW_INSTITUTION": Message("Institution under the Civil Servant Law"),
    "FULLY_FUNDED": Message("Fully funded institution"),
    "PARTLY_FUNDED": Message("Partly funded institution"),
    "SELF_FUNDED": Message("Self-funded institution"),
}
SEXES: Choices = {"MALE": Message("Male"), "FEMALE": Message("Female")}
POST_SERIES: Choices = {
    "TECH": Message("Professional posts"),
    "MGMT": Message("Management posts"),
    "WORKER": Message("Technical worker posts"),
}
YES_NO: Mapping[bool, Message] = {True: Message("Yes"), False: Message("No")}


def educations() -> Choices:
    """Every level of education, the highest first."""
    return {code.value: education_name(code.value) for code in Education}


def occupations() -> Choices:
    """The occupations that the wage rules single out."""
    return OCCUPATIONS


def assessments() -> Choices:
    """The results of the annual assessment."""
    return RESULTS


def staff_types() -> Choices:
    """The kinds of staff whose wages differ by rule."""
    return STAFF_TYPES


def posts() -> Choices:
    """Every post of an institution that has a starting grade, in the order of the table."""
    return {code: post_name(code) for code in standards().start_grades}


def positions() -> Choices:
    """Every position of civil servants, the highest first."""
    return {code: position_name(code) for code, kind in standards().positions.items() if kind == "duty"}


def ranks() -> Choices:
    """Every rank of civil servants, the highest first."""
    return {code: position_name(code) for code, kind in standards().positions.items() if kind == "rank"}


# Closed lists of the engine that need no table.
VOCABULARIES: Mapping[str, Choices] = {
    "technical_grade": TECHNICAL_GRADES,
    "staff_type": STAFF_TYPES,
    "matter": MATTERS,
    "sanction": SANCTIONS,
    "measure": MEASURES,
    "separation": SEPARATIONS,
    "death_cause": DEATH_CAUSES,
}


def post_series_of(post: object) -> str | None:
    """`TECH`, `MGMT` or `WORKER` of a post code; nothing of anything else."""
    if isinstance(post, str) and (series := series_of(post)) in POST_SERIES:
        return series
    return None
