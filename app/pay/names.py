"""What codes are called by people: posts, education, components, tables, assessment results, events."""

from __future__ import annotations

import re

from app.messages import Message, Named, joined

_SOURCE = re.compile(r"S\d\d|OFFICIAL")
OFFICIAL = "OFFICIAL"
RECALLED = "memory"
"""The source of a figure that somebody remembered and no document confirms."""
SERIES_OF_CATEGORY = {"tech_post": "TECH", "mgmt_post": "MGMT", "worker_post": "WORKER"}
CATEGORY_OF_SERIES = {series: category for category, series in SERIES_OF_CATEGORY.items()}
ORDINARY = "WORKER-ORDINARY"

SERIES = {
    "TECH": Message("professional posts"),
    "MGMT": Message("management posts"),
    "WORKER": Message("worker posts"),
}
COMPONENTS = {
    "PROBATION_WAGE": Message("Probation wage"),
    "INITIAL_WAGE": Message("Initial wage"),
    "POST_WAGE": Message("Post wage"),
    "GRADE_WAGE": Message("Grade wage"),
    "UPLIFT": Message("Uplift for teachers and nurses"),
    "SENIORITY_ALLOWANCE": Message("Teaching or nursing seniority allowance"),
    "CIVIL_PROBATION_WAGE": Message("Probation wage of a civil servant"),
    "DUTY_WAGE": Message("Duty wage"),
    "RANK_WAGE": Message("Rank wage"),
    "LEVEL_WAGE": Message("Level wage"),
    "ORGAN_POST_WAGE": Message("Post wage of organ workers"),
    "TECHNICAL_GRADE_WAGE": Message("Technical grade wage"),
    "LIVING_ALLOWANCE": Message("Living allowance"),
    "SICK_LEAVE_DEDUCTION": Message("Deduction for sick leave"),
}
TABLES = {
    "institution_post_wage": Message("Post wage standards of public institutions"),
    "institution_grade_wage_cadre": Message("Grade wage standards of professional and management staff"),
    "institution_grade_wage_worker": Message("Grade wage standards of workers in institutions"),
    "institution_probation_grading": Message("Probation wages and grading by education, institutions"),
    "institution_start_grade": Message("Starting grades of posts"),
    "teacher_nurse_seniority_allowance": Message("Seniority allowance of teachers and nurses"),
    "civil_duty_wage": Message("Duty wage standards of civil servants"),
    "civil_rank_wage": Message("Rank wage standards of civil servants"),
    "civil_level_wage": Message("Level wage standards of civil servants"),
    "organ_worker_wage": Message("Wage standards of organ workers"),
    "civil_probation_grading": Message("Probation wages and grading by education, civil servants"),
    "sick_leave_ratio": Message("Percentages of sick pay"),
}
POSITIONS = {
    "STATE_CHIEF": Message("State leader"),
    "STATE_DEPUTY": Message("Deputy state leader"),
    "PROV_CHIEF": Message("Head at provincial level"),
    "PROV_DEPUTY": Message("Deputy head at provincial level"),
    "BUREAU_CHIEF": Message("Head at bureau level"),
    "BUREAU_DEPUTY": Message("Deputy head at bureau level"),
    "DIV_CHIEF": Message("Head at division level"),
    "DIV_DEPUTY": Message("Deputy head at division level"),
    "SECT_CHIEF": Message("Head at section level"),
    "SECT_DEPUTY": Message("Deputy head at section level"),
    "STAFF": Message("Section member"),
    "CLERK": Message("Office clerk"),
    "RANK_INSPECTOR_1": Message("First-class inspector"),
    "RANK_INSPECTOR_2": Message("Second-class inspector"),
    "RANK_RESEARCHER_1": Message("First-class researcher"),
    "RANK_RESEARCHER_2": Message("Second-class researcher"),
    "RANK_RESEARCHER_3": Message("Third-class researcher"),
    "RANK_RESEARCHER_4": Message("Fourth-class researcher"),
    "RANK_CHIEF_CLERK_1": Message("First-class chief clerk"),
    "RANK_CHIEF_CLERK_2": Message("Second-class chief clerk"),
    "RANK_CHIEF_CLERK_3": Message("Third-class chief clerk"),
    "RANK_CHIEF_CLERK_4": Message("Fourth-class chief clerk"),
    "RANK_CLERK_1": Message("First-class clerk"),
    "RANK_CLERK_2": Message("Second-class clerk"),
}
TECHNICAL_GRADES = {
    "SENIOR_TECHNICIAN": Message("Senior technician"),
    "TECHNICIAN": Message("Technician"),
    "SENIOR_WORKER": Message("Senior worker"),
    "INTERMEDIATE_WORKER": Message("Intermediate worker"),
    "JUNIOR_WORKER": Message("Junior worker"),
    "ORDINARY_WORKER": Message("Ordinary worker"),
}
RESULTS = {
    "EXCELLENT": Message("Excellent"),
    "QUALIFIED": Message("Qualified"),
    "BASICALLY_QUALIFIED": Message("Basically qualified"),
    "UNQUALIFIED": Message("Not qualified"),
    "NO_GRADE": Message("Assessed without a grade"),
    "NOT_ASSESSED": Message("Not assessed"),
}
OCCUPATIONS = {
    "TEACHER": Message("Teacher"),
    "COMPULSORY_TEACHER": Message("Teacher in compulsory education"),
    "NURSE": Message("Nurse"),
}
MATTERS = {
    "SANCTION": Message("A sanction was decided"),
    "LIFTED": Message("A sanction was lifted early"),
    "MEASURE": Message("A coercive measure was taken"),
    "MEASURE_ENDED": Message("A coercive measure has ended"),
}
SANCTIONS = {
    "WARNING": Message("Warning"),
    "DEMERIT": Message("Demerit"),
    "MAJOR_DEMERIT": Message("Major demerit (civil servants)"),
    "DOWNGRADE": Message("Downgrade (civil servants)"),
    "REMOVAL": Message("Removal from position (civil servants)"),
    "POST_LOWERED": Message("Lowering of post (institution staff and organ workers)"),
    "EXPULSION": Message("Expulsion"),
}
MEASURES = {
    "BAIL": Message("Bail pending trial"),
    "RESIDENTIAL_SURVEILLANCE": Message("Residential surveillance"),
    "CRIMINAL_DETENTION": Message("Criminal detention"),
    "ARREST": Message("Arrest"),
    "ADMINISTRATIVE_DETENTION": Message("Administrative detention"),
    "AT_LARGE": Message("At large"),
    "SUSPENDED_SENTENCE_WORK": Message("Suspended short-term detention with temporary work"),
}
SEPARATIONS = {
    "RESIGNATION": Message("Resignation"),
    "DISMISSAL": Message("Dismissal"),
    "TERMINATION": Message("Termination of the contract"),
    "EXPULSION": SANCTIONS["EXPULSION"],
    "IMPRISONMENT": Message("Imprisonment"),
}
DEATH_CAUSES = {
    "ON_DUTY": Message("On duty"),
    "ILLNESS": Message("Illness or other causes"),
    "MARTYR": Message("Martyr"),
}
STAFF_TYPES = {
    "INSTITUTION": Message("Institution staff"),
    "CIVIL_SERVANT": Message("Civil servants"),
    "ORGAN_WORKER": Message("Organ workers"),
}
CONFIDENCES = {
    "high": Message("high confidence"),
    "medium-high": Message("medium to high confidence"),
    "medium": Message("medium confidence"),
    "medium-low": Message("medium to low confidence"),
    "low": Message("low confidence"),
}
# What each source is that the tables name; where it is found stands in data/README.md.
SOURCES = {
    OFFICIAL: Message("the official table, loaded by the bureau"),
    "S01": Message("2006 tables of institutions, management and professional posts"),
    "S02": Message("2006 probation wages and post wages"),
    "S03": Message("2006 comparison table with workers and starting grades"),
    "S04": Message("2006 tables, another copy"),
    "S05": Message("2006 table of institution workers"),
    "S06": Message("one-page table in force from 2016-07"),
    "S07": Message("2016 tables, partly readable"),
    "S08": Message("text of the 2018 adjustment with old and new ranges"),
    "S09": Message("article on worker wages of 2018"),
    "S10": Message("article on teachers' wages of 2018"),
    "S11": Message("starting grades of posts"),
    "S12": Message("2006 duty wages and level ranges"),
    "S13": Message("2006 level wages in full"),
    "S14": Message("2014 tables of a wage tool"),
    "S15": Message("history of adjustments"),
    "S16": Message("answer of a wage officer"),
    "S20": Message("press report of 2015"),
    "S21": Message("2016 tables, another copy"),
    "S26": Message("sick leave rules"),
    "S33": Message("rules on coercive measures"),
    "S22": Message("a wage system in production"),
    "S36": Message("a wage platform of another city"),
}
CAUSES = {
    "join": Message("Joined the unit"),
    "opening": Message("Taken over from the file"),
    "grading": Message("Grading after probation"),
    "increment": Message("Annual increment"),
    "promotion": Message("Normal promotion of level and step"),
    "repricing": Message("New wage standard"),
    "seniority": Message("More years of teaching or nursing"),
    "assessment": Message("Annual assessment"),
    "post_appointment": Message("Post appointment"),
    "position_change": Message("Change of position"),
    "rank_change": Message("Change of rank"),
    "technical_grade_change": Message("Change of technical grade"),
    "education_change": Message("Change of education"),
    "occupation_change": Message("Change of occupation"),
    "sanction": Message("Sanction"),
    "sanction_lifted": Message("Sanction lifted"),
    "transfer": Message("Transfer"),
    "sick_leave": Message("Sick leave"),
    "coercive_measure": Message("Coercive measure"),
    "measure_ended": Message("End of a coercive measure"),
    "separation": Message("Separation"),
    "retirement": Message("Retirement"),
    "death": Message("Death"),
}


def series_of(post: str) -> str:
    """`TECH`, `MGMT` or `WORKER` of a post code."""
    return post.split("-", 1)[0]


def level_of(post: str) -> str:
    """The level of a post as tables write it: `12`, or `ordinary`."""
    return post.split("-", 1)[1].lower()


_WORDED_DIGITS = 2


def post_name(post: str) -> Message:
    """The name of a post: `TECH-12` is 专业技术十二级岗位. An unknown code is shown as it is."""
    if post == ORDINARY:
        return Message("Ordinary worker post")
    series, _, level = post.partition("-")
    # A look-up may ask for any level; only those below a hundred have words.
    number = _number(int(level)) if level.isdecimal() and len(level) <= _WORDED_DIGITS else level
    if series == "TECH":
        return Message("Professional post, level %(level)s", level=number)
    if series == "MGMT":
        return Message("Management post, level %(level)s", level=number)
    if series == "WORKER":
        return Message("Technical worker post, level %(level)s", level=number)
    return Message("%(code)s", code=post)


def series_name(series: str) -> Message:
    """The name of a series of posts."""
    return SERIES[series]


def position_name(code: str) -> Message:
    """The name of a position or rank of civil servants. An unknown code is shown as it is."""
    return POSITIONS.get(code) or Message("%(code)s", code=code)


def technical_grade_name(code: str) -> Message:
    """The name of a technical grade of organ workers."""
    return TECHNICAL_GRADES.get(code) or Message("%(code)s", code=code)


def education_name(code: str) -> Named | Message:
    """The name of an education, as the grading table prints it."""
    # The names are data of the standards, which use this module for their errors.
    from app.pay.standards import standards

    row = standards().educations.get(code)
    return Named(row.name_zh, row.name_en) if row else Message("%(code)s", code=code)


def post_codes() -> tuple[str, ...]:
    """Every post code, in the order of the table of starting grades."""
    from app.pay.standards import standards

    return tuple(standards().start_grades)


def education_codes() -> tuple[str, ...]:
    """Every education code, from the highest."""
    from app.pay.standards import standards

    return tuple(standards().educations)


def result_name(result: str) -> Message:
    """The name of an assessment result."""
    return RESULTS[result]


def occupation_name(occupation: str | None) -> Message:
    """Teacher or nurse, or none of them."""
    return OCCUPATIONS[occupation] if occupation else Message("Neither teacher nor nurse")


def source_name(source: str) -> Message:
    """Which sources a figure was taken from, in words where they are known: `S01;S02`."""
    if source == RECALLED:
        return Message("from memory, not found in a document")
    named = [SOURCES[code] for code in dict.fromkeys(_SOURCE.findall(source)) if code in SOURCES]
    if not named:
        return Message("%(code)s", code=source)
    return Message("%(code)s, %(names)s", code=source, names=joined(named))


def cause_name(kind: str) -> Message:
    """What kind of event changed a wage."""
    return CAUSES[kind]


def component_name(code: str) -> Message:
    """The name of a part of the wage."""
    return COMPONENTS.get(code) or Message("%(code)s", code=code)


def table_name(table: str) -> Message:
    """The title of a table of standards."""
    return TABLES.get(table) or Message("%(code)s", code=table)


def row_name(category: str | None, level: str | None, step: int | None = None) -> Message:
    """Which row of a table: `professional post 12`, `grade 7`, or an education."""
    shown = level or ""
    if category in SERIES_OF_CATEGORY:
        return post_name(f"{SERIES_OF_CATEGORY[category]}-{shown.upper()}")
    if category == "compulsory_teacher_post":
        return Message(
            "%(post)s, teachers in compulsory education",
            post=post_name(f"TECH-{shown}" if shown.isdecimal() else shown),
        )
    if category == "compulsory_teacher_grade":
        return Message("Grade %(level)s, teachers in compulsory education", level=shown)
    if category in ("tech_mgmt_grade", "worker_grade"):
        return Message("Grade %(level)s", level=shown)
    if category in ("probation", "initial"):
        return Message("%(education)s", education=education_name(shown))
    if category == "teacher_nurse_seniority":
        return Message("%(years)s years", years=shown)
    if category == "duty_leading":
        return Message("%(position)s, leading", position=position_name(shown))
    if category == "duty_non_leading":
        return Message("%(position)s, not leading", position=position_name(shown))
    if category == "rank_wage":
        return position_name(shown)
    if category == "level_wage":
        return Message("Level %(level)s, step %(step)s", level=shown, step=step or "")
    if category == "organ_worker_post":
        return Message("%(grade)s, step %(step)s", grade=technical_grade_name(shown), step=step or "")
    if category == "organ_worker_technical_grade":
        return technical_grade_name(shown)
    if category == "sick_leave":
        return Message("Month %(level)s of the leave", level=shown)
    if step is not None:
        return Message("%(category)s %(level)s, step %(step)s", category=category or "", level=shown, step=step)
    return Message("%(category)s %(level)s", category=category or "", level=shown)


def _number(value: int) -> Named:
    """Levels are written in words in Chinese: 十二."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    chinese = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
    return Named(chinese or digits[0], str(value))
