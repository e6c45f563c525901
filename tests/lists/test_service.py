"""Kept lists: written alike, limited, named once, one of them first, and nobody's but their owner's."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.access.actor import Actor
from app.errors import Conflict, Invalid, NotFound
from app.lists import queries, service
from app.lists.rules import MOST_FOR_A_LIST, normalised, parts
from models import AuditEvent, SavedFilter, db
from tests.factories import a_unit, acting, an_account


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return acting(an_account("keeper", ("auditor", a_unit(), "SUBTREE")))


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@given(st.dictionaries(NAMES, st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)))
def test_the_order_of_choosing_makes_no_difference(chosen: dict[str, str]) -> None:
    forwards, backwards = normalised(chosen.items()), normalised(reversed(chosen.items()))
    assert forwards == backwards
    assert normalised(parts(forwards)) == forwards


def test_where_one_stands_in_a_list_is_not_kept() -> None:
    assert normalised([("page", "3"), ("page_size", "20"), ("flt_state", "ACTIVE"), ("search", " ")]) == (
        "flt_state=ACTIVE"
    )


def test_what_is_kept_is_found_again_and_written_down(clerk: Actor) -> None:
    service.save("staff", name="  在职 ", query="search=王&flt_state=ACTIVE&page=2", by=clerk)
    [kept] = queries.kept(clerk, "staff")
    assert (kept.name, kept.query) == ("在职", "flt_state=ACTIVE&search=%E7%8E%8B")
    assert queries.kept(clerk, "units") == []
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.record_kind == "saved_filter")).one()
    assert event.action == "saved_filter:create"


def test_the_same_name_again_takes_the_place_of_what_it_stood_for(clerk: Actor) -> None:
    service.save("staff", name="在职", query="flt_state=ACTIVE", by=clerk, opens_first=True)
    service.save("staff", name="在职", query="flt_state=ENDED", by=clerk)
    [kept] = queries.kept(clerk, "staff")
    assert kept.query == "flt_state=ENDED"
    assert kept.opens_first


def test_only_one_opens_with_the_list(clerk: Actor) -> None:
    first = service.save("staff", name="甲", query="search=a", by=clerk, opens_first=True)
    second = service.save("staff", name="乙", query="search=b", by=clerk, opens_first=True)
    assert [one.name for one in queries.kept(clerk, "staff") if one.opens_first] == ["乙"]
    service.change(first.id, name="甲", opens_first=True, by=clerk)
    assert [one.name for one in queries.kept(clerk, "staff") if one.opens_first] == ["甲"]
    service.change(second.id, name="丙", opens_first=False, by=clerk)
    assert [one.name for one in queries.kept(clerk, "staff") if one.opens_first] == ["甲"]


def test_two_may_not_be_called_the_same(clerk: Actor) -> None:
    service.save("staff", name="甲", query="search=a", by=clerk)
    other = service.save("staff", name="乙", query="search=b", by=clerk)
    with pytest.raises(Invalid) as refusal:
        service.change(other.id, name="甲", opens_first=False, by=clerk)
    assert "name" in refusal.value.fields


@pytest.mark.parametrize(("name", "query"), [("", "search=a"), ("长" * 41, "search=a"), ("甲", ""), ("甲", "page=3"),
                                             ("甲", "search=" + "x" * 1100)])  # fmt: skip
def test_what_cannot_be_kept_is_refused(clerk: Actor, name: str, query: str) -> None:
    with pytest.raises(Invalid):
        service.save("staff", name=name, query=query, by=clerk)
    assert db.session.scalars(select(SavedFilter)).all() == []


def test_there_is_a_most_for_one_list(clerk: Actor) -> None:
    for number in range(MOST_FOR_A_LIST):
        service.save("staff", name=f"第{number}", query=f"search={number}", by=clerk)
    with pytest.raises(Conflict):
        service.save("staff", name="再一个", query="search=x", by=clerk)
    service.save("units", name="别的列表", query="search=x", by=clerk)


def test_nobody_reaches_what_somebody_else_keeps(clerk: Actor) -> None:
    kept = service.save("staff", name="甲", query="search=a", by=clerk)
    other = acting(an_account("other", ("auditor", a_unit(), "SUBTREE")))
    assert queries.kept(other, "staff") == []
    with pytest.raises(NotFound):
        service.change(kept.id, name="乙", opens_first=False, by=other)
    with pytest.raises(NotFound):
        service.forget(kept.id, by=other)
    service.save("staff", name="甲", query="search=b", by=other)
    service.forget(kept.id, by=clerk)
    assert [one.query for one in queries.kept(other, "staff")] == ["search=b"]
