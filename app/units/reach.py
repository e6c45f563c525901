"""How far an office reaches: itself, what lies below it in the tree, what it supervises, and so on down."""

from __future__ import annotations

from sqlalchemy import delete, exists, insert, select, union_all

from models import Unit, UnitReach, db


def rebuild_reach(below: int | None = None) -> None:
    """Write the closure anew for all units, or for those that `below` reaches. Set-based; call it in a transaction."""
    seeds = select(Unit.id)
    stale = delete(UnitReach)
    if below is not None:
        affected = list(db.session.scalars(select(UnitReach.unit_id).where(UnitReach.upper_id == below)))
        affected = affected or [below]
        seeds = seeds.where(Unit.id.in_(affected))
        stale = stale.where(UnitReach.unit_id.in_(affected))
    db.session.execute(stale.execution_options(synchronize_session=False))
    edges = union_all(
        select(Unit.id.label("unit_id"), Unit.parent_id.label("upper_id")).where(Unit.parent_id.is_not(None)),
        select(Unit.id, Unit.supervising_id).where(Unit.supervising_id.is_not(None)),
    ).subquery()
    chosen = seeds.subquery()
    up = select(chosen.c.id.label("upper_id"), chosen.c.id.label("unit_id")).cte("up", recursive=True)
    up = up.union(select(edges.c.upper_id, up.c.unit_id).join(edges, edges.c.unit_id == up.c.upper_id))
    db.session.execute(insert(UnitReach).from_select(["upper_id", "unit_id"], select(up.c.upper_id, up.c.unit_id)))


def reaches(upper_id: int, unit_id: int) -> bool:
    """Whether `upper` reaches `unit`."""
    return bool(db.session.scalar(select(exists().where(UnitReach.upper_id == upper_id, UnitReach.unit_id == unit_id))))
