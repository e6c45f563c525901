"""The reference data in the template of every test database: the published service items."""

from __future__ import annotations


def load_reference() -> None:
    try:
        from app.items.loading import load_catalogue
    except ImportError:
        return
    from app.access.actor import system

    load_catalogue(by=system("tests"))
    _empty_the_index()


def _empty_the_index() -> None:
    """Most tests search for nothing, and every row of the template is put back for each of them."""
    from app.uow import transaction
    from models import SearchDocument, SearchToken, SearchWord

    with transaction() as session:
        for model in (SearchToken, SearchDocument, SearchWord):
            session.query(model).delete()
