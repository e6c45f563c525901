"""What policy says to a plan before it is approved: each finding a sentence with its people and figures. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.budgets.findings import BLOCK, NOTE, Finding, Share, leader_cap, levelling, named
from app.budgets.people import Colleague
from app.budgets.rules import Policy, yuan
from app.budgets.sharing import Row
from app.messages import Message
from app.pay.names import ORDINARY, SANCTIONS, level_of, post_name, series_of


@dataclass(frozen=True)
class Around:
    """What a plan is held against: the unit's roster, everybody it names, who stands in another unit's plan."""

    unit_id: int
    roster: Mapping[int, Colleague]
    people: Mapping[int, Colleague]
    elsewhere: Mapping[int, str]  # staff -> the other unit
    total_fen: int
    basic_percent: int


def of_plan(
    item: str, pool_fen: int, rows: Sequence[Row], amounts: Sequence[int], around: Around, policy: Policy
) -> list[Finding]:
    """Everything that is to be said, what stops the plan first."""
    shares = [
        Share(row.staff_id, around.people[row.staff_id].name, amount, row.leader)
        for row, amount in zip(rows, amounts, strict=True)
        if row.staff_id in around.people
    ]
    found = [*_who(rows, around), *_pool(item, pool_fen, amounts, around), *_own_shares(rows, around, policy)]
    found += _rising(rows, around)
    if item == "INCENTIVE":
        found += leader_cap(shares, policy) + levelling(shares, policy)
        if rows and not any(row.leader for row in rows):
            found.append(
                Finding("NO_LEADER", "P-4", NOTE, Message("Nobody is marked as the unit's main leader, so the leader's "
                                                          "multiple cannot be checked."))
            )  # fmt: skip
    order = {BLOCK: 0, "hold": 1, NOTE: 2}
    return sorted(found, key=lambda one: order[one.severity])


def _who(rows: Sequence[Row], around: Around) -> list[Finding]:
    """People twice, of other units, who have left, in two plans, and those who are missing."""
    found = []
    times = Counter(row.staff_id for row in rows)
    names = {staff_id: one.name for staff_id, one in around.people.items()}
    twice = [staff_id for staff_id, count in times.items() if count > 1]
    if twice:
        found.append(
            _about("TWICE", BLOCK, Message("Counted twice: %(names)s.", names=_of(twice, names)), twice)
        )  # fmt: skip
    foreign = [one for one in times if around.people[one].unit_id != around.unit_id]
    if foreign:
        found.append(
            _about("FOREIGN", BLOCK, Message("On the roster of another unit: %(names)s.", names=_of(foreign, names)),
                   foreign)
        )  # fmt: skip
    gone = [one for one in times if one not in around.roster and one not in foreign]
    if gone:
        found.append(
            _about("GONE", BLOCK, Message("No longer, or not yet, on the roster: %(names)s.", names=_of(gone, names)),
                   gone)
        )  # fmt: skip
    both = [one for one in times if one in around.elsewhere]
    for staff_id in both:
        found.append(
            _about("TWO_UNITS", NOTE, Message("%(name)s also stands in the plan of %(unit)s.", name=names[staff_id],
                                              unit=around.elsewhere[staff_id]), [staff_id])
        )  # fmt: skip
    missing = [one for one in around.roster if one not in times]
    if missing:
        roster = {staff_id: one.name for staff_id, one in around.roster.items()}
        found.append(
            _about("MISSING", NOTE, Message("On the roster and not in the plan, %(count)s people: %(names)s.",
                                            count=len(missing), names=_of(missing, roster)), missing)
        )  # fmt: skip
    return found


def _pool(item: str, pool_fen: int, amounts: Sequence[int], around: Around) -> list[Finding]:
    percent = around.basic_percent if item == "BASIC" else 100 - around.basic_percent
    allowed = around.total_fen * percent // 100
    found = []
    if not sum(amounts):
        found.append(Finding("EMPTY", "P-3", BLOCK, Message("Nobody would get anything.")))
    if pool_fen > around.total_fen:
        found.append(
            Finding(
                "OVER_TOTAL", "P-5", BLOCK,
                Message("The plan distributes %(pool)s yuan, %(more)s yuan more than the total of %(total)s yuan.",
                        pool=yuan(pool_fen), more=yuan(pool_fen - around.total_fen), total=yuan(around.total_fen)),
                (), {"pool_fen": pool_fen, "total_fen": around.total_fen},
            )
        )  # fmt: skip
    elif pool_fen > allowed:
        found.append(
            Finding(
                "OVER_PART", "P-3", NOTE,
                Message(
                    "The plan distributes %(pool)s yuan, %(more)s yuan more than its %(percent)s percent of the total.",
                    pool=yuan(pool_fen), more=yuan(pool_fen - allowed), percent=percent,
                ),
                (), {"pool_fen": pool_fen, "allowed_fen": allowed},
            )
        )  # fmt: skip
    return found


def _own_shares(rows: Sequence[Row], around: Around, policy: Policy) -> list[Finding]:
    """P-5: staff on probation, on long sick leave or under sanction follow their own share."""
    found = []
    for row in rows:
        one = around.roster.get(row.staff_id)
        if one is None:
            continue
        for key, code, what in (
            ("probation_share", "PROBATION", Message("is on probation") if one.on_probation else None),
            ("sick_share", "SICK_LEAVE",
             Message("has been on sick leave since %(day)s", day=one.sick_since) if one.sick_since else None),
            ("sanction_share", "SANCTION",
             Message("is under sanction until %(day)s (%(kind)s)", day=one.sanction_until,
                     kind=SANCTIONS.get(one.sanction or "", Message("Sanction"))) if one.sanction else None),
        ):  # fmt: skip
            most = policy[key]
            if what is None or (row.share_percent < 100 and row.share_percent <= most):
                continue
            said = (
                Message("%(name)s %(what)s and counts with a full share; such staff follow their own (P-5).",
                        name=one.name, what=what)
                if most >= 100
                else Message("%(name)s %(what)s and counts with %(share)s percent; at most %(most)s are allowed (P-5).",
                             name=one.name, what=what, share=row.share_percent, most=f"{most.normalize():f}")
            )  # fmt: skip
            found.append(_about(code, NOTE, said, [row.staff_id]))
    return found


def _rising(rows: Sequence[Row], around: Around) -> list[Finding]:
    """Coefficients rise with the post: within a series, the higher post has the higher one."""
    by_series: dict[str, dict[int, list[Row]]] = {}
    for row in rows:
        if row.post and "-" in row.post:
            by_series.setdefault(series_of(row.post), {}).setdefault(_rank(row.post), []).append(row)
    found = []
    for levels in by_series.values():
        ranks = sorted(levels)  # 1 is the highest
        for higher, lower in pairwise(ranks):
            least, most = min(levels[higher], key=_by_coefficient), max(levels[lower], key=_by_coefficient)
            if least.coefficient > most.coefficient:
                continue
            names = [around.people[one.staff_id].name for one in (least, most) if one.staff_id in around.people]
            found.append(
                Finding(
                    "NOT_RISING", "P-5", NOTE,
                    Message(
                        "The coefficient does not rise with the post: %(high)s counts %(high_by)s (%(first)s), "
                        "%(low)s counts %(low_by)s (%(second)s).",
                        high=post_name(least.post or ""), high_by=f"{least.coefficient / 100:.2f}",
                        low=post_name(most.post or ""), low_by=f"{most.coefficient / 100:.2f}",
                        first=names[0] if names else "", second=names[-1] if names else "",
                    ),
                    (least.staff_id, most.staff_id),
                    {"higher": least.coefficient, "lower": most.coefficient},
                )
            )  # fmt: skip
    return found


def _rank(post: str) -> int:
    return 99 if post == ORDINARY else int(level_of(post))


def _by_coefficient(row: Row) -> int:
    return row.coefficient


def _of(ids: Sequence[int], names: Mapping[int, str]) -> str:
    return named([names.get(one, str(one)) for one in ids])


def _about(code: str, severity: str, said: Message, people: Collection[int]) -> Finding:
    return Finding(code, "P-5", severity, said, tuple(people))
