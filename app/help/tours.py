"""The tours, as their data file has them, and which of them are for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from app.access.actor import Actor
from app.messages import Named

_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Stop:
    """One page of a tour."""

    endpoint: str
    title: Named
    text: Named


@dataclass(frozen=True)
class Topic:
    """What helps on some pages."""

    code: str
    endpoints: tuple[str, ...]
    title: Named
    text: tuple[Named, ...]


@lru_cache(maxsize=1)
def tours() -> Mapping[str, tuple[Stop, ...]]:
    """The stops of each role's tour."""
    kept = yaml.safe_load((_FOLDER / "tours.yaml").read_text(encoding="utf-8"))
    return {
        role: tuple(
            Stop(one["at"], Named(one["zh"]["title"], one["en"]["title"]), Named(one["zh"]["text"], one["en"]["text"]))
            for one in stops
        )
        for role, stops in kept.items()
    }


@lru_cache(maxsize=1)
def topics() -> Mapping[str, Topic]:
    """What helps on single pages, by its code."""
    kept = yaml.safe_load((_FOLDER / "pages.yaml").read_text(encoding="utf-8"))
    return {
        code: Topic(
            code, tuple(one["for"]), Named(one["zh"]["title"], one["en"]["title"]),
            tuple(Named(zh, en) for zh, en in zip(one["zh"]["text"], one["en"]["text"], strict=True)),
        )
        for code, one in kept.items()
    }  # fmt: skip


@lru_cache(maxsize=1)
def topics_by_page() -> Mapping[str, Topic]:
    """The topic of each page that has one."""
    return {endpoint: topic for topic in topics().values() for endpoint in topic.endpoints}


def role_for_tour(actor: Actor) -> str | None:
    """The role whose tour a person is shown: the first of theirs, in the order of the file."""
    return next((role for role in tours() if role in actor.on_own_account.roles), None)
