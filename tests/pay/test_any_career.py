"""Careers of every kind of event, sensible or not: always an answer, and the past never depends on the future."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.pay.answers import answer_case

POSTS = ["TECH-5", "TECH-7", "TECH-10", "TECH-12", "MGMT-6", "MGMT-9", "WORKER-3", "WORKER-ORDINARY"]
DAYS = st.dates(date(2007, 1, 1), date(2019, 12, 31)).map(date.isoformat)
GRADES = st.integers(1, 66)
MONTHS = [f"{year}-{month:02d}" for year in range(2007, 2020) for month in (1, 2, 8)]


OFFICE = {"position": "STAFF", "leading": False, "level": 25, "step": 2, "level_clock": 2008, "step_clock": 2009}
BENCH = {"technical_grade": "JUNIOR_WORKER", "step": 2, "step_clock": 2009}
PEOPLE = {"post": "INSTITUTION", "level": "CIVIL_SERVANT", "technical_grade": "ORGAN_WORKER"}


ALWAYS = [
    {"id": "fee", "type": "retirement_fee"},
    {"id": "death", "type": "death_benefit", "national_urban_income": "20000.00"},
    *({"id": f"bonus-{year}", "type": "year_end_bonus", "year": year} for year in (2006, 2012, 2017)),
    {"id": "sick", "type": "sick_pay", "month": "2012-05"},
    {"id": "years", "type": "service_years", "month": "2012-05"},
]


def dated(kind: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind), "date": DAYS, **fields})


@st.composite
def transfers(draw: st.DrawFn) -> dict[str, Any]:
    first = date(draw(st.integers(2007, 2019)), draw(st.sampled_from([1, 2, 7])), 1)
    event: dict[str, Any] = {
        "type": "transfer",
        "date": first.isoformat(),
        "same_system": draw(st.booleans()),
        "last_paid_month": (first - timedelta(days=1)).isoformat()[:7],
        "first_paid_month": first.isoformat()[:7],
    }
    if not event["same_system"]:
        event["target"] = draw(
            st.sampled_from(
                [
                    {"staff_type": "INSTITUTION", "post": "TECH-9", "grade": 20},
                    {"staff_type": "ORGAN_WORKER", "technical_grade": "TECHNICIAN", "step": 2, "step_clock": 2010},
                    {"staff_type": "CIVIL_SERVANT", **OFFICE},
                ]
            )
        )
    return event


EVENTS = st.one_of(
    dated("grading", post=st.sampled_from(POSTS), grade=GRADES),
    dated("grading"),
    dated("post_appointment", post=st.sampled_from(POSTS)),
    dated("post_appointment", post=st.sampled_from(POSTS)),
    dated("post_appointment", post=st.sampled_from(POSTS), grade=GRADES),
    dated("education_change", education=st.sampled_from(["MASTER", "DOCTOR"])),
    dated("occupation_change", occupation=st.sampled_from(["TEACHER", "NURSE", "COMPULSORY_TEACHER", None])),
    dated("sanction", kind=st.sampled_from(["WARNING", "DEMERIT", "EXPULSION", "REMOVAL"])),
    dated("sanction", kind=st.just("POST_LOWERED"), post=st.sampled_from(POSTS)),
    dated("sanction", kind=st.just("POST_LOWERED"), no_lower_post=st.just(True)),
    dated("separation", reason=st.just("RESIGNATION")),
    dated("retirement"),
    dated("coercive_measure", kind=st.just("ARREST")),
    dated("rank_change", rank=st.sampled_from(["RANK_CLERK_1", "RANK_CHIEF_CLERK_4", "RANK_CHIEF_CLERK_1"])),
    dated("position_change", position=st.sampled_from(["CLERK", "STAFF", "SECT_CHIEF"]), leading=st.booleans()),
    dated("position_change", position=st.none()),
    dated("technical_grade_change", technical_grade=st.sampled_from(["JUNIOR_WORKER", "TECHNICIAN"])),
    dated("sanction", kind=st.sampled_from(["DOWNGRADE", "MAJOR_DEMERIT"])),
    dated("sanction", kind=st.just("REMOVAL"), position=st.just("CLERK"), leading=st.just(False)),
    dated("death", cause=st.just("ILLNESS")),
    transfers(),
    st.fixed_dictionaries(
        {
            "type": st.just("assessment"),
            "year": st.integers(2006, 2019),
            "result": st.sampled_from(["EXCELLENT", "QUALIFIED", "UNQUALIFIED"]),
        }
    ),
)
STARTS = st.one_of(
    st.just({"type": "join", "date": "2007-01-01"}),
    st.builds(
        lambda post, grade: {"type": "opening", "date": "2007-01-01", "post": post, "grade": grade},
        st.sampled_from(POSTS),
        GRADES,
    ),
    st.just({"type": "opening", "date": "2007-01-01", **OFFICE}),
    st.just({"type": "opening", "date": "2007-01-01", **BENCH}),
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "uplift_rounding": st.sampled_from(["yuan", "cent"]),
        "grading_year_counts": st.booleans(),
        "category_change": st.sampled_from(["family", "explicit"]),
        "post_lowering_unit": st.sampled_from(["level", "tier"]),
        "institution_education_change": st.booleans(),
        "strictly_higher": st.booleans(),
        "technical_grade_in_comparison": st.booleans(),
        "repricing": st.sampled_from(["automatic", "by_event"]),
    },
)


def answers(
    start: dict[str, Any], events: list[dict[str, Any]], chosen: dict[str, Any], months: list[str]
) -> list[dict[str, Any]]:
    case = {
        "format": "career-case/1",
        "id": "F",
        "person": {
            "staff_type": next((kind for field, kind in PEOPLE.items() if field in start), "INSTITUTION"),
            "education": "BACHELOR",
            "teaching_start_year": 2000,
        },
        "settings": chosen,
        "events": [{"id": f"e{index}", **event} for index, event in enumerate([start, *events])],
        "queries": [
            *(
                {"id": f"{kind}-{month}", "type": kind, "month": month}
                for month in months
                for kind in ("wage", "state")
            ),
            *(ALWAYS if months == MONTHS else ()),
        ],
    }
    answer = answer_case(case)
    json.dumps(answer)
    assert answer["status"] == "ok", answer
    given_answers: list[dict[str, Any]] = answer["answers"]
    return given_answers


@settings(max_examples=150, deadline=None)
@given(STARTS, st.lists(EVENTS, max_size=8), SETTINGS)
def test_every_month_of_any_career_is_answered_or_refused_in_words(
    start: dict[str, Any], events: list[dict[str, Any]], chosen: dict[str, Any]
) -> None:
    wages = [answer for answer in answers(start, events, chosen, MONTHS) if answer["type"] == "wage"]
    for wage in wages:
        if wage["status"] == "error":
            assert wage["error"]["message"]
            assert "components" not in wage
        else:
            amounts = [float(part["amount"]) for part in wage["components"]]
            assert f"{sum(amounts):.2f}" == wage["total"]
            assert all(amounts)
            assert (wage["pay_status"] == "STOPPED") == (wage["state"]["phase"] == "ENDED")


@settings(max_examples=100, deadline=None)
@given(STARTS, st.lists(EVENTS, max_size=6), EVENTS, SETTINGS)
def test_the_past_does_not_depend_on_what_comes_later(
    start: dict[str, Any], events: list[dict[str, Any]], later: dict[str, Any], chosen: dict[str, Any]
) -> None:
    if later["type"] == "assessment" or later["type"] == "sanction":
        return
    # What is dated in a month counts from that month at the earliest.
    begins = min(later["date"][:7], later.get("first_paid_month", "9999"))
    months = [month for month in MONTHS if month < begins]
    assert answers(start, [*events, later], chosen, months) == answers(start, events, chosen, months)
