"""Conditions hold or do not, never fail, can be put in words, and are caught when they can never hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from app.config import ROOT
from app.forms.checking import check
from app.forms.condition_rows import as_rows, from_form
from app.forms.conditions import OPERATORS, because, holds, in_words
from app.forms.facts import FACTS, Fact, facts_of, known_facts
from app.forms.satisfying import can_hold
from app.messages import Message

FIELDS = [
    SimpleNamespace(key="education", type="education", options={}, label_zh="学历", label_en="Education"),
    SimpleNamespace(key="post", type="post", options={}, label_zh="岗位", label_en="Post"),
    SimpleNamespace(key="on_duty", type="yes_no", options={}, label_zh="是否因公", label_en="On duty"),
    SimpleNamespace(key="joined_on", type="date", options={}, label_zh="到职日期", label_en="Day of joining"),
    SimpleNamespace(
        key="extra", type="integer", options={"minimum": 0, "maximum": 3}, label_zh="高定级数", label_en="Extra grades"
    ),
]
KNOWN = known_facts(FIELDS)
MASTER = {"fact": "field.education", "op": "eq", "value": "MASTER"}


def test_a_condition_on_an_answer_decides() -> None:
    assert holds(MASTER, {"field.education": "MASTER"})
    assert not holds(MASTER, {"field.education": "BACHELOR"})
    assert not holds(MASTER, {})
    assert holds(None, {})
    assert not holds({"all": [None]}, {})


def test_what_is_not_known_fails_every_comparison_but_its_denial() -> None:
    for operator, value in (
        ("eq", "MASTER"),
        ("in", ["MASTER"]),
        ("filled", None),
        ("lt", "x"),
        ("between", ["a", "z"]),
    ):
        assert not holds({"fact": "field.education", "op": operator, "value": value}, {})
    for operator, value in (("ne", "MASTER"), ("not_in", ["MASTER"]), ("empty", None)):
        assert holds({"fact": "field.education", "op": operator, "value": value}, {})


def test_yes_is_not_one() -> None:
    assert not holds({"fact": "field.extra", "op": "eq", "value": True}, {"field.extra": 1})
    assert not holds({"fact": "field.on_duty", "op": "eq", "value": 1}, {"field.on_duty": True})


def test_days_are_compared_as_days() -> None:
    before = {"fact": "field.joined_on", "op": "lt", "value": "2018-04-01"}
    assert holds(before, {"field.joined_on": "2018-03-31"})
    assert not holds(before, {"field.joined_on": "2018-04-01"})
    assert not holds(before, {"field.joined_on": 20180331})


def test_the_kind_of_a_post_follows_from_the_post() -> None:
    facts = facts_of(answers={"post": "TECH-12"})
    assert holds({"fact": "field.post_series", "op": "eq", "value": "TECH"}, facts)


def chinese(message: Message) -> str:
    texts: dict[str, str] = {}
    for path in (ROOT / "app/translations").glob("*/zh_Hans_CN/LC_MESSAGES/messages.po"):
        with path.open("rb") as source:
            texts |= {str(entry.id): str(entry.string) for entry in read_po(source) if entry.id}
    return message.text(lambda msgid: texts.get(msgid, msgid), chinese=True)


@pytest.mark.parametrize(
    ("condition", "facts", "zh", "en"),
    [
        (MASTER, {"field.education": "MASTER"}, "因为您选择了学历：硕士", "because you chose Education: master"),
        (
            {"fact": "field.on_duty", "op": "eq", "value": True}, {"field.on_duty": True},
            "因为您对“是否因公”选择了“是”", "because you answered “On duty” with yes",
        ),
        (
            {"any": [MASTER, {"fact": "field.joined_on", "op": "lt", "value": "2018-04-01"}]},
            {"field.joined_on": "2018-03-01"},
            "因为到职日期早于2018年4月1日（现为2018年3月1日）",
            "because Day of joining is before 2018-04-01 (given: 2018-03-01)",
        ),
        (
            {"all": [MASTER, {"fact": "unit.supervised", "op": "eq", "value": True}]},
            {"field.education": "MASTER", "unit.supervised": True},
            "因为您选择了学历：硕士，且单位有主管部门：是",
            "because you chose Education: master and the unit has a supervising department: yes",
        ),
        (MASTER, {}, "仅限学历为硕士", "only if Education is master"),
    ],
)  # fmt: skip
def test_the_reason_is_told_in_words(condition: dict[str, Any], facts: dict[str, Any], zh: str, en: str) -> None:
    said = because(condition, facts, KNOWN)
    assert str(said) == en
    assert chinese(said) == zh


@pytest.mark.parametrize(
    "condition",
    [
        {"all": [MASTER, {**MASTER, "value": "DOCTOR"}]},
        {"all": [MASTER, {"not": MASTER}]},
        {"all": [{**MASTER, "op": "in", "value": ["MASTER"]}, {**MASTER, "op": "not_in", "value": ["MASTER"]}]},
        {"all": [MASTER, {"fact": "field.education", "op": "empty"}]},
        {"all": [{"fact": "field.extra", "op": "gt", "value": 1}, {"fact": "field.extra", "op": "lt", "value": 2}]},
        {"fact": "field.extra", "op": "gt", "value": 3},
        {"all": [{"fact": "field.joined_on", "op": "gt", "value": "2018-04-01"},
                 {"fact": "field.joined_on", "op": "lt", "value": "2018-04-02"}]},
        {"fact": "field.joined_on", "op": "lt", "value": "1949-01-01"},
        {"fact": "staff.staff_type", "op": "empty"},
        {"fact": "field.education", "op": "in", "value": []},
        {"fact": "field.joined_on", "op": "between", "value": ["2018-04-02", "2018-04-01"]},
        {"any": [{"all": [MASTER, {**MASTER, "value": "DOCTOR"}]}, {"fact": "unit.unit_type", "op": "empty"}]},
    ],
)  # fmt: skip
def test_a_condition_that_can_never_hold_is_found(condition: dict[str, Any]) -> None:
    assert check(condition, KNOWN), condition


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({"fact": "field.gone", "op": "eq", "value": 1}, "field “gone”, which this version does not have"),
        ({"fact": "staff.shoe_size", "op": "eq", "value": 1}, "fact “staff.shoe_size”, which does not exist"),
        ({"fact": "field.education", "op": "like", "value": "M"}, "no comparison “like”"),
        ({**MASTER, "value": "PHD"}, "not among the choices"),
        ({**MASTER, "op": "lt"}, "has no order"),
        ({"fact": "field.extra", "op": "eq", "value": "two"}, "not a value"),
        ({"fact": "field.extra", "op": "eq", "value": True}, "not a value"),
        ({"fact": "field.joined_on", "op": "lt", "value": "2018-02-30"}, "not a value"),
        ({"all": []}, "at least one condition"),
        ({"all": [MASTER], "any": [MASTER]}, "nothing beside it"),
        ("MASTER", "A condition is a comparison"),
        ({**MASTER, "because": "x"}, "has no part “because”"),
    ],
)
def test_a_wrong_condition_is_named(condition: Any, says: str) -> None:
    assert says in " ".join(str(sentence) for sentence in check(condition, KNOWN))


def test_nesting_without_end_is_refused() -> None:
    condition: dict[str, Any] = MASTER
    for _ in range(50):
        condition = {"not": condition}
    assert "nested" in str(check(condition, KNOWN)[0])


def values_of(fact: Fact) -> st.SearchStrategy[Any]:
    if fact.choices is not None:
        return st.sampled_from(sorted(fact.choices))
    return {
        "yes_no": st.booleans(),
        "integer": st.integers(-2, 6),
        "year": st.sampled_from([1949, 2017, 2018, 2100]),
        "date": st.sampled_from(["1949-01-01", "2018-03-31", "2018-04-01", "2018-04-02", "2100-12-31"]),
    }[fact.kind]


def comparisons() -> st.SearchStrategy[dict[str, Any]]:
    def of(fact: Fact) -> st.SearchStrategy[dict[str, Any]]:
        value = values_of(fact)
        ordered = fact.choices is None and fact.kind != "yes_no"
        single = st.sampled_from(("eq", "ne", "lt", "le", "gt", "ge") if ordered else ("eq", "ne"))
        ways = [
            st.builds(lambda op, v: {"fact": fact.code, "op": op, "value": v}, single, value),
            st.builds(
                lambda op, v: {"fact": fact.code, "op": op, "value": v},
                st.sampled_from(("in", "not_in")), st.lists(value, min_size=1, max_size=3),
            ),
            st.sampled_from(("filled", "empty")).map(lambda op: {"fact": fact.code, "op": op}),
        ]  # fmt: skip
        if ordered:
            ways.append(
                st.lists(value, min_size=2, max_size=2).map(
                    lambda ends: {"fact": fact.code, "op": "between", "value": sorted(ends)}
                )
            )
        return st.one_of(ways)

    return st.sampled_from(sorted(KNOWN)).flatmap(lambda code: of(KNOWN[code]))


well_formed = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)
some_facts = st.fixed_dictionaries({}, optional={code: values_of(fact) for code, fact in KNOWN.items()})
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["all", "any", "not", "fact", "op", "value", "x"]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(condition=well_formed, facts=some_facts)
def test_a_condition_or_its_denial_holds(condition: dict[str, Any], facts: dict[str, Any]) -> None:
    assert holds(condition, facts) is not holds({"not": condition}, facts)


@settings(max_examples=60, deadline=None)
@given(condition=well_formed, facts=some_facts)
def test_every_condition_has_words_and_every_outcome_a_reason(condition: dict[str, Any], facts: dict[str, Any]) -> None:
    assert str(in_words(condition, KNOWN))
    said = because(condition, facts, KNOWN)
    assert Message.from_json(said.to_json()).text() == said.text()


def possible(fact: Fact) -> st.SearchStrategy[Any]:
    least, most = fact.least if fact.least is not None else -(10**6), fact.most if fact.most is not None else 10**6
    return values_of(fact).filter(lambda value: fact.kind != "integer" or least <= value <= most)


possible_facts = st.fixed_dictionaries(
    {code: possible(fact) for code, fact in KNOWN.items() if fact.always},
    optional={code: possible(fact) for code, fact in KNOWN.items() if not fact.always},
)


@settings(max_examples=60, deadline=None)
@given(condition=well_formed, facts=possible_facts)
def test_what_holds_for_somebody_is_never_called_impossible(condition: dict[str, Any], facts: dict[str, Any]) -> None:
    assert can_hold(condition, KNOWN) or not holds(condition, facts)


@settings(max_examples=60, deadline=None)
@given(condition=json_values, facts=st.dictionaries(st.sampled_from(sorted(FACTS)), json_values))
def test_no_shape_of_condition_or_fact_breaks_anything(condition: Any, facts: dict[str, Any]) -> None:
    assert holds(condition, facts) in (True, False)
    assert str(in_words(condition, KNOWN))
    assert str(because(condition, facts, KNOWN))
    for sentence in check(condition, KNOWN):
        assert str(sentence)


@settings(max_examples=60, deadline=None)
@given(condition=well_formed)
def test_a_form_gives_back_the_condition_it_was_filled_with(condition: dict[str, Any]) -> None:
    shown = as_rows(condition)
    raws: dict[str, Any] = {"condition-joint": shown.joint, "condition": shown.text}
    for number, row in enumerate(shown.rows):
        raws |= {f"condition-{number}-{name}": getattr(row, name) for name in ("fact", "op", "value")}
    again = from_form("condition", raws, KNOWN)
    single = condition.get("all", condition.get("any", []))
    assert again == (single[0] if len(single) == 1 and "fact" in single[0] else condition)


def test_a_form_takes_the_name_of_a_choice_too() -> None:
    raws = {"condition-0-fact": "field.education", "condition-0-op": "in", "condition-0-value": "硕士，博士"}
    assert from_form("condition", raws, KNOWN) == {"fact": "field.education", "op": "in", "value": ["MASTER", "DOCTOR"]}
    assert set(OPERATORS) >= {"eq", "in"}


def test_a_single_possible_day_is_found() -> None:
    first_day = {"not": {"fact": "application.filed_on", "op": "gt", "value": "1949-01-01"}}
    assert can_hold(first_day, KNOWN)
