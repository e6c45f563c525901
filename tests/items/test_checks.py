"""What would leave applications stuck is found before an item is published, and said in words."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.items import catalogue
from app.items.deciders import without_decider
from app.items.difference import difference
from app.items.rules import BLOCKING, WARNING, findings
from tests.factories import Reach, a_unit, an_account

NEW_HIRE = catalogue.items()[0][3]
Change = Callable[[dict[str, Any]], Any]
EQ_MASTER = {"fact": "field.education", "op": "eq", "value": "MASTER"}


def changed(change: Change) -> dict[str, Any]:
    definition = copy.deepcopy(NEW_HIRE)
    change(definition)
    return definition


def field(definition: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in definition["fields"] if one["key"] == key)
    return found


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["steps"].clear(), "There is no step"),
        (lambda d: d["steps"].pop(), "The last step, Second review, does not decide"),
        (lambda d: d["steps"][-1].update(skip_condition=EQ_MASTER), "can be skipped, and then nobody decides"),
        (lambda d: [step.update(skip_condition=EQ_MASTER) for step in d["steps"]], "All steps can be skipped at once"),
        (lambda d: d["steps"][0].update(permission="unit:edit"), "no permission to decide"),
        (lambda d: d["materials"][0].update(accepts=[]), "accepts no type of file"),
        (lambda d: d["materials"][0].update(accepts=["video/mp4"]), "accepts no type of file"),
        (lambda d: d["materials"][0].update(condition=EQ_MASTER), "necessity and condition do not fit"),
        (lambda d: d["materials"][4].update(condition={"fact": "field.gone", "op": "filled"}), "field “gone”"),
        (
            lambda d: d["materials"][4].update(condition={"all": [EQ_MASTER, {**EQ_MASTER, "value": "DOCTOR"}]}),
            "This condition can never hold",
        ),
        (lambda d: d["materials"].append(dict(d["materials"][0])), "The code “M01” is used 2 times"),
        (lambda d: d["fields"].append(dict(d["fields"][0])), "The code “joined_on” is used 2 times"),
        (lambda d: d.update(effect="teleport"), "There is no effect “teleport”"),
        (lambda d: d.update(effect_map={}), "The effect needs “day”, and no field gives it"),
        (lambda d: d["effect_map"].update(day="start"), "comes from the field “start”, which does not exist"),
        (lambda d: d["effect_map"].update(speed="joined_on"), "The effect knows no fact “speed”"),
        (lambda d: field(d, "joined_on").update(type="text"), "is of a type that cannot give “day”"),
        (lambda d: field(d, "joined_on").update(required=False), "The effect always needs “day”"),
        (lambda d: field(d, "joined_on").update(prefill="staff.shoe_size"), "filled in from “staff.shoe_size”"),
        (lambda d: field(d, "joined_on").update(condition=EQ_MASTER), "asked for later"),
        (lambda d: field(d, "joined_on").update(options={"pattern": "x"}), "has no option “pattern”"),
    ],
)
def test_what_would_leave_an_application_stuck_blocks_publication(change: Change, says: str) -> None:
    blocking = [str(one.message) for one in findings(changed(change)) if one.severity == BLOCKING]
    assert any(says in sentence for sentence in blocking), blocking


def test_the_item_as_it_is_has_no_finding() -> None:
    assert findings(NEW_HIRE) == []


def test_limits_that_do_not_add_up_only_warn() -> None:
    found = findings(changed(lambda d: d.update(promised_days=7)))
    assert [(one.severity, str(one.message)) for one in found] == [
        (WARNING, "The limits of the steps add up to 5 working days, promised are 7.")
    ]


def test_steps_that_exclude_each_others_skipping_are_no_dead_end() -> None:
    def skip_either(definition: dict[str, Any]) -> None:
        definition["steps"] = definition["steps"][:1] + definition["steps"][-1:]
        definition["steps"][0]["skip_condition"] = EQ_MASTER

    assert [one for one in findings(changed(skip_either)) if one.severity == BLOCKING] == []


def test_units_that_nobody_reaches_are_named(app: Flask) -> None:
    bureau = a_unit("教育局")
    school = a_unit("第一中学", parent=bureau)
    lonely = a_unit("独立事务所")
    an_account("department", ("department", bureau, Reach.SUBTREE))
    an_account("head", ("head", school, Reach.UNIT))
    for role in ("reviewer", "rechecker", "approver"):
        an_account(role, (role, None, Reach.ALL))
    found = without_decider(NEW_HIRE["steps"])
    # a unit without a supervising department skips that step, so only the unit heads are missing
    assert [(one.severity, one.place) for one in found] == [(WARNING, "steps.unit_confirm")]
    assert "for 2 units" in str(found[0].message)
    assert bureau.name in str(found[0].message)
    assert lonely.name in str(found[0].message)


def test_an_account_that_is_disabled_decides_nothing(app: Flask) -> None:
    from models import db

    account = an_account("approver", ("approver", None, Reach.ALL))
    assert "steps.decision" not in [one.place for one in without_decider(NEW_HIRE["steps"])]
    account.state = "DISABLED"
    db.session.commit()
    assert (BLOCKING, "steps.decision") in [(one.severity, one.place) for one in without_decider(NEW_HIRE["steps"])]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["materials"].pop(0), ["Material removed: Recruitment approval or appointment notice."]),
        (lambda d: d["materials"][0].update(max_pages=12),
         ["Recruitment approval or appointment notice: the most pages is now “12”, it was “10”."]),
        (lambda d: d["materials"][7].update(condition=EQ_MASTER),
         ["Employment contract and post-appointment filing roster: the condition is now “Education is master”, "
          "it was “staff type is Institution staff”."]),
        (lambda d: d["steps"][1].update(limit_days=3),
         ["Competent department reviews: the working days is now “3”, it was “1”."]),
        (lambda d: d["fields"].pop(), ["Question removed: First year that counts for the step."]),
        (lambda d: field(d, "education").update(required=False),
         ["Education: whether it must be answered is now “No”, it was “Yes”."]),
        (lambda d: d.update(effect=None), ["Effect: no effect instead of Wage of a new employee."]),
        (lambda d: d["forms"].pop(), ["Form removed: Personal wage card."]),
        (lambda d: d["elements"]["consult"].update(zh="0791"), ["Changed in the guide: Consultation."]),
        (lambda d: None, []),
    ],
)  # fmt: skip
def test_the_difference_of_two_versions_is_told_in_words(change: Change, says: list[str]) -> None:
    assert [str(one) for one in difference(NEW_HIRE, changed(change))] == says
