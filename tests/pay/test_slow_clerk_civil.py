"""A second, slower way to a civil servant's wage: a clerk who walks month by month (C-1, C-4 to C-10).

The clerk shares no code with the engine but the printed tables of 2006, so that a mistake must be made twice to stay
unseen. Level and step are chosen with the printed rows and constant widths, as C-1 says.
"""

from __future__ import annotations

import calendar
import csv
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import app.pay
from app.pay.careers import Person, Settings
from app.pay.events import Event, event_from_json
from app.pay.replay import replay

DATA = Path(app.pay.__file__).parent / "data"
FIRST, LAST = 2007, 2022


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


BASE: dict[int, int] = {}
WIDTH: dict[int, int] = {}
for row in rows("civil_level_wage"):
    if row["standard_code"] == "CIVIL-2006-07" and row["step"] == "1":
        BASE[int(row["level"])] = int(row["monthly_yuan"])
for row in rows("civil_level_wage"):
    if row["standard_code"] == "CIVIL-2006-07" and row["step"] == "2":
        WIDTH[int(row["level"])] = int(row["monthly_yuan"]) - BASE[int(row["level"])]
DUTY = {
    (row["level"], row["category"] == "duty_leading"): int(row["monthly_yuan"])
    for row in rows("civil_duty_wage")
    if row["standard_code"] == "CIVIL-2006-07"
}
RANGE = {
    row["position_code"]: (int(row["lowest_level"]), int(row["highest_level"])) for row in rows("civil_level_range")
}
TIERS = [row["position_code"] for row in rows("civil_level_range") if row["kind"] == "duty"]
RANKS = [row["position_code"] for row in rows("civil_level_range") if row["kind"] == "rank"]
RANK_TIER = dict(zip(RANKS, [4, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 11], strict=True))
PAIRED = [("RESEARCHER_4", "RESEARCHER_3"), ("RESEARCHER_2", "RESEARCHER_1"),
          ("CHIEF_CLERK_4", "CHIEF_CLERK_3"), ("CHIEF_CLERK_2", "CHIEF_CLERK_1")]  # fmt: skip
MONTHS = {"WARNING": 6, "DEMERIT": 12, "MAJOR_DEMERIT": 18, "DOWNGRADE": 24, "REMOVAL": 24}


def pays(level: int, step: int) -> int:
    return BASE[level] + WIDTH[level] * (step - 1)


NO = "EVENT_NOT_APPLICABLE"


class Clerk:
    def __init__(self, opening: dict[str, Any], events: list[dict[str, Any]], *, strict: bool, at_27: int) -> None:
        self.position, self.leading = opening["position"], opening["leading"]
        self.rank, self.level, self.step = None, opening["level"], opening["step"]
        self.level_clock, self.step_clock = opening["level_clock"], opening["step_clock"]
        self.good = {
            e["year"] for e in events if e["type"] == "assessment" and e["result"] in ("EXCELLENT", "QUALIFIED")
        }
        self.strict, self.at_27 = strict, at_27
        self.sanctions = []
        for event in events:
            if event["type"] == "sanction":
                start = date.fromisoformat(event["date"])
                index = start.year * 12 + start.month - 1 + MONTHS[event["kind"]]
                year, month = index // 12, index % 12 + 1
                end = date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
                self.sanctions.append((event["kind"], start, end))

    def tier(self, code: str) -> int:
        return RANK_TIER[code] if code in RANK_TIER else TIERS.index(code)

    def top(self) -> int:
        return min(RANGE[code][1] for code in (self.position, self.rank) if code)

    def up(self, levels: int, year: int) -> None:
        for _ in range(levels):
            had, following = pays(self.level, self.step), pays(self.level, self.step + 1)
            self.level -= 1
            self.step = 1
            while pays(self.level, self.step) < had or (self.strict and pays(self.level, self.step) == had):
                self.step += 1
            if pays(self.level, self.step) > following:
                self.step_clock = max(self.step_clock, year)

    def down(self, levels: int) -> None:
        for _ in range(levels):
            had = pays(self.level, self.step)
            self.level += 1
            self.step = 150
            while self.step > 1 and pays(self.level, self.step) > had:
                self.step -= 1

    def january(self, year: int) -> None:
        day = date(year, 1, 1)
        under = {kind for kind, start, end in self.sanctions if start <= day < end}
        if len([y for y in self.good if self.level_clock <= y < year]) >= 5 and not under:
            if self.level > self.top():
                self.up(1, year)
            else:
                self.step += 1
            self.level_clock = max(self.level_clock, year)
        if len([y for y in self.good if self.step_clock <= y < year]) >= 2 and not under - {"WARNING"}:
            self.step += 1
            self.step_clock = max(self.step_clock, year)

    def promoted(self, code: str, day: date, year: int, *, pair: bool = False) -> str:
        if any(start <= day < end for _, start, end in self.sanctions):
            return "PROMOTION_DURING_SANCTION"
        lowest = RANGE[code][0]
        if self.level > lowest:
            levels = self.level - lowest
        elif pair:
            levels = 0
        else:
            levels = 1 if self.level > self.top() else 0
        self.up(levels, year)
        if levels >= 2 or (pair and levels):
            self.level_clock = max(self.level_clock, year)
        return ""

    def under_the_top(self) -> str:
        if self.level < self.top():
            self.down(self.top() - self.level)
        return ""

    def change(self, event: dict[str, Any], year: int) -> str:
        """Make a change; what is said back is the code with which the clerk refuses it."""
        day = date.fromisoformat(event["date"])
        if event["type"] == "sanction":
            return self.sanctioned(event)
        if event["type"] == "rank_change":
            return self.ranked(event["rank"], day, year)
        if event["position"] is None:
            if self.rank is None or self.position is None:
                return NO
            self.position = self.leading = None
            return self.under_the_top()
        before = min(self.tier(code) for code in (self.position, self.rank) if code)
        self.position, self.leading = event["position"], event["leading"]
        if self.tier(self.position) < before:
            return self.promoted(self.position, day, year)
        return self.under_the_top() if self.tier(self.position) > before else ""

    def ranked(self, rank: str, day: date, year: int) -> str:
        old = self.rank
        if old == rank:
            return NO
        if old is None and not self.leading and self.tier(str(self.position)) != self.tier(rank):
            return NO
        self.rank = rank
        if old is None:
            if not self.leading:
                self.position = self.leading = None
            return ""
        if RANKS.index(rank) < RANKS.index(old):
            pair = (old.removeprefix("RANK_"), rank.removeprefix("RANK_")) in PAIRED
            return self.promoted(rank, day, year, pair=pair)
        return self.under_the_top()

    def sanctioned(self, event: dict[str, Any]) -> str:
        if event["kind"] == "DOWNGRADE":
            if self.level == 27:
                self.step = max(1, self.step - self.at_27)
            else:
                self.down(1)
        elif event["kind"] == "REMOVAL":
            tiers = self.tier(event["position"]) - self.tier(str(self.position or self.rank))
            if tiers <= 0:
                return NO
            if self.rank:
                return "NOT_COVERED"
            self.position, self.leading = event["position"], event["leading"]
            self.down(min(2 * tiers, 27 - self.level))
        return ""

    def state(self) -> dict[str, Any]:
        names = ("position", "leading", "rank", "level", "step", "level_clock", "step_clock")
        return {name: getattr(self, name) for name in names}


POSITIONS = [
    ("SECT_DEPUTY", True),
    ("SECT_DEPUTY", False),
    ("SECT_CHIEF", True),
    ("SECT_CHIEF", False),
    ("STAFF", False),
    ("CLERK", False),
    ("DIV_DEPUTY", True),
    ("DIV_CHIEF", True),
    ("BUREAU_DEPUTY", False),
]
DAYS = st.dates(date(FIRST, 1, 1), date(LAST - 1, 12, 31)).map(date.isoformat)


def one(kind: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind), "date": DAYS, **fields})


def at(pair: tuple[str, bool]) -> dict[str, Any]:
    return {"position": pair[0], "leading": pair[1]}


CHANGES = st.one_of(
    st.tuples(one("position_change"), st.sampled_from(POSITIONS).map(at)).map(lambda both: {**both[0], **both[1]}),
    st.tuples(one("position_change"), st.sampled_from(POSITIONS).map(at)).map(lambda both: {**both[0], **both[1]}),
    one("position_change", position=st.none()),
    one("rank_change", rank=st.sampled_from(RANKS)),
    one("sanction", kind=st.sampled_from(["WARNING", "DEMERIT", "MAJOR_DEMERIT", "DOWNGRADE"])),
    st.tuples(one("sanction", kind=st.just("REMOVAL")), st.sampled_from(POSITIONS).map(at)).map(
        lambda both: {**both[0], **both[1]}
    ),
)


@st.composite
def careers(draw: st.DrawFn) -> list[dict[str, Any]]:
    position, leading = draw(st.sampled_from(POSITIONS))
    lowest, highest = RANGE[position]
    opening = {
        "type": "opening",
        "date": f"{FIRST}-01-01",
        "position": position,
        "leading": leading,
        "level": draw(st.integers(highest, lowest)),
        "step": draw(st.integers(1, 8)),
        "level_clock": draw(st.integers(2002, 2008)),
        "step_clock": draw(st.integers(2004, 2008)),
    }
    changes = draw(st.lists(CHANGES, max_size=5, unique_by=lambda event: event["date"]))
    results = [
        {"type": "assessment", "year": year, "result": result}
        for year in range(2003, LAST)
        if (result := draw(st.sampled_from(["EXCELLENT", "QUALIFIED", "QUALIFIED", "BASICALLY_QUALIFIED", None])))
    ]
    return [opening, *changes, *results]


@settings(max_examples=200, deadline=None)
@given(careers(), st.booleans(), st.sampled_from([1, 2]))
def test_the_engine_and_the_slow_clerk_agree_in_every_month(
    told: list[dict[str, Any]], strict: bool, at_27: int
) -> None:
    events: list[Event] = [event_from_json({"id": f"e{index}", **event}) for index, event in enumerate(told)]
    chosen = Settings(repricing="by_event", strictly_higher=strict, downgrade_steps_at_level_27=at_27)
    career = replay(Person(staff_type="CIVIL_SERVANT"), events, settings=chosen)
    clerk = Clerk(told[0], told, strict=strict, at_27=at_27)
    dated = sorted(
        (event for event in told[1:] if event["type"] != "assessment"),
        key=lambda event: event["date"],
    )
    for index in range((LAST - FIRST) * 12):
        year, month = FIRST + index // 12, index % 12 + 1
        before = f"{year}-{month - 1:02d}" if month > 1 else f"{year - 1}-12"
        if month == 1 and index:
            clerk.january(year)
        due = [event for event in dated if event["date"][:7] == before]
        refused = ""
        for event in sorted(due, key=lambda event: event["type"] != "sanction"):
            refused = refused or clerk.change(event, year)
        if refused:
            assert career.stopped is not None
            assert (career.stopped.month, career.stopped.error.code) == (date(year, month, 1), refused)
            return
        state = career.state_in(date(year, month, 1))
        assert {name: state[name] for name in clerk.state()} == clerk.state(), (year, month)
        if clerk.rank is None and (clerk.position, clerk.leading) in DUTY:
            total = DUTY[str(clerk.position), bool(clerk.leading)] + pays(clerk.level, clerk.step)
            assert career.wage_in(date(year, month, 1)).total == total
    assert career.stopped is None or career.stopped.month >= date(LAST, 1, 1)
