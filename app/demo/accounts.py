"""The demo accounts: one for each role, all with the same password, in development only."""

from __future__ import annotations

from dataclasses import dataclass

from models.accounts import Reach

PASSWORD = "zerotrip-demo"


@dataclass(frozen=True)
class DemoAccount:
    username: str
    name: str
    role: str
    place: str  # key of the unit in the small demo: school, education, personnel, treasury, city
    reach: str
    task: str


ACCOUNTS = (
    DemoAccount("clerk", "经办人·演示", "clerk", "school", Reach.UNIT, "单位经办人 files for the school"),
    DemoAccount("head", "负责人·演示", "head", "school", Reach.UNIT, "单位负责人 confirms for the school"),
    DemoAccount(
        "department", "主管部门·演示", "department", "education", Reach.SUBTREE, "主管部门 reviews its schools"
    ),
    DemoAccount("reviewer", "初审·演示", "reviewer", "personnel", Reach.ALL, "人社初审 first review"),
    DemoAccount("rechecker", "复审·演示", "rechecker", "personnel", Reach.ALL, "人社复审 recheck"),
    DemoAccount("approver", "审批·演示", "approver", "personnel", Reach.ALL, "人社审批 approval"),
    DemoAccount("finance", "财政·演示", "finance", "treasury", Reach.ALL, "财政 takes and confirms payments"),
    DemoAccount("designer", "事项设计·演示", "designer", "personnel", Reach.ALL, "IT team: designs service items"),
    DemoAccount("publisher", "事项发布·演示", "publisher", "personnel", Reach.ALL, "publishes service items"),
    DemoAccount("administrator", "管理员·演示", "administrator", "city", Reach.ALL, "accounts, roles, units"),
    DemoAccount("auditor", "审计·演示", "auditor", "city", Reach.ALL, "sees everything, changes nothing"),
    DemoAccount(
        "employee", "职工·演示", "employee", "school", Reach.SELF, "工作人员 a new colleague; sees the first wage"
    ),
    DemoAccount("colleague", "职工·演示", "employee", "school", Reach.SELF, "工作人员 with a wage history"),
)


def as_text() -> str:
    """What `make run` prints."""
    lines = [f"  {account.username:<14} {account.task}" for account in ACCOUNTS]
    return "\n".join([f"Demo accounts (password {PASSWORD}):", *lines])
