"""Searching: the documents that a person may see and that hold what was asked for, the best first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, and_, case, distinct, func, literal, or_, select, true, union_all

from app.access import scope
from app.access.actor import Actor
from app.access.permissions import PERMISSIONS
from app.search import rules
from app.search.pinyin import BEGUN
from app.search.snippets import Found, rank, show
from models import SearchDocument, SearchToken, SearchWord, Unit, db
from models.search import Reader

PAGE = 20
_LOOKED_AT = 60
_MOST_WORDS = 400


@dataclass(frozen=True)
class Result:
    """What was found: the documents in order, of which there may be more than are shown."""

    asked: rules.Asked
    found: tuple[Found, ...]
    more: bool


def search(asked: rules.Asked, *, actor: Actor | None, chinese: bool, kinds: Collection[str] | None = None) -> Result:
    """The best documents for a question, of those that the actor, or anybody for None, may see.

    A document that exists in both languages is shown once: in the reader's, if that was found too.
    """
    if not asked:
        return Result(asked, (), False)
    words, spoken = _looked_up(asked)
    wanted = rules.wanted(asked, words, spoken)
    language = "zh" if chinese else "en"
    best: dict[tuple[str, str], tuple[float, SearchDocument]] = {}
    for row in _matching(wanted, asked, visible(actor), kinds):
        one = row.SearchDocument
        twin = best.get((one.kind, one.key))
        if twin is None or (one.language == language and twin[1].language != language):
            best[one.kind, one.key] = rank(one, asked, hits=row.hits, score=row.score), one
    ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].language != language, pair[1].kind, pair[1].key))
    return Result(asked, tuple(show(one, wanted) for _, one in ranked[:PAGE]), len(ranked) > PAGE)


def visible(actor: Actor | None) -> ColumnElement[bool]:
    """The documents that somebody may see; for None, what anybody may."""
    ways = [SearchDocument.reader == Reader.PUBLIC]
    if actor is not None and actor.within is None:
        held = [permission for permission in PERMISSIONS if actor.holds(permission)]
        ways.append(SearchDocument.reader == Reader.LOGGED_IN)
        ways.append(and_(SearchDocument.reader == Reader.PERMISSION, SearchDocument.permission.in_(held)))
        ways.append(and_(SearchDocument.reader == Reader.UNIT, _in_reach(actor, held)))
        if actor.staff_id is not None:
            ways.append(and_(SearchDocument.reader == Reader.PERSON, SearchDocument.staff_id == actor.staff_id))
    return or_(*ways)


def _in_reach(actor: Actor, held: list[str]) -> ColumnElement[bool]:
    """Units by permission; permissions that reach alike are asked for together."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for permission in held:
        alike.setdefault(tuple(actor.grants_for(permission)), []).append(permission)
    return or_(
        literal(False),
        *(
            and_(
                SearchDocument.permission.in_(permissions),
                SearchDocument.unit_id.in_(select(Unit.id).where(scope.units(actor, permissions[0]))),
            )
            for permissions in alike.values()
        ),
    )


def _looked_up(asked: rules.Asked) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The known words that begin as what was typed, and those that sound as it; asks nothing where no letters are."""
    lookup = rules.lookup_of(asked)
    words: dict[str, set[str]] = {}
    spoken: dict[str, set[str]] = {}
    if lookup is None:
        return words, spoken
    ways: list[ColumnElement[bool]] = [
        SearchWord.word.startswith(one, autoescape=True) if len(one) > 2 else SearchWord.word == one
        for one in lookup.beginnings
    ]
    whole = [one for one in lookup.pinyin if not one.endswith(BEGUN)]
    begun = [one.removesuffix(BEGUN) for one in lookup.pinyin if one.endswith(BEGUN)]
    if whole:
        ways.append(SearchWord.pinyin.in_(whole))
    ways += [SearchWord.pinyin.startswith(one, autoescape=True) for one in begun]
    rows = db.session.execute(select(SearchWord.word, SearchWord.pinyin).where(or_(*ways)).limit(_MOST_WORDS)).all()
    for row in rows:
        if row.pinyin:
            spoken.setdefault(row.pinyin, set()).add(row.word)
            for one in begun:
                if row.pinyin.startswith(one):
                    spoken.setdefault(one + BEGUN, set()).add(row.word)
        for one in lookup.beginnings:
            if row.word.startswith(one):
                words.setdefault(one, set()).add(row.word)
    return words, spoken


def _matching(
    wanted: list[frozenset[str]], asked: rules.Asked, seen: ColumnElement[bool], kinds: Collection[str] | None
) -> list[Row[tuple[SearchDocument, int, int]]]:
    """Documents by how many wanted tokens they hold and what these count for, or by the initials of a title."""
    place = case(
        *((SearchToken.token.in_(sorted(tokens)), number) for number, tokens in enumerate(wanted)), else_=-1
    )  # fmt: skip
    hits = func.count(distinct(place))
    by_tokens = (
        select(SearchToken.document_id, hits.label("hits"), func.sum(SearchToken.weight).label("score"))
        .where(SearchToken.token.in_(sorted(frozenset().union(*wanted))))
        .group_by(SearchToken.document_id)
        .having(hits >= rules.least_of(len(wanted)))
    )
    named = _by_initials(asked)
    ways = (
        by_tokens
        if named is None
        else union_all(by_tokens, select(SearchDocument.id, literal(0), literal(0)).where(named))
    )
    way = ways.subquery("way")
    held = (
        select(way.c.document_id, func.max(way.c.hits).label("hits"), func.max(way.c.score).label("score"))
        .group_by(way.c.document_id)
        .subquery("held")
    )
    best = (
        select(SearchDocument.id, held.c.hits, held.c.score)
        .join(held, held.c.document_id == SearchDocument.id)
        .where(seen, true() if kinds is None else SearchDocument.kind.in_(kinds))
        .order_by(held.c.hits.desc(), held.c.score.desc(), SearchDocument.id)
        .limit(_LOOKED_AT)
        .subquery("best")
    )  # their texts are read last: only of these few
    chosen = select(SearchDocument, best.c.hits, best.c.score).join(best, best.c.id == SearchDocument.id)
    return list(db.session.execute(chosen.order_by(best.c.hits.desc(), best.c.score.desc(), SearchDocument.id)))


def _by_initials(asked: rules.Asked) -> ColumnElement[bool] | None:
    """A single word of two letters or more may be the initials in a title: xjry is 新进人员."""
    if len(asked.runs) != 1 or not asked.letters or not asked.letters[0].isalpha() or len(asked.letters[0]) < 2:
        return None
    return SearchDocument.initials.contains(asked.letters[0], autoescape=True)
