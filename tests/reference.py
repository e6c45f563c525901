"""The reference data in the template of every test database: the published service items."""

from __future__ import annotations


def load_reference() -> None:
    try:
        from app.items.loading import load_catalogue
    except ImportError:
        return
    from app.access.actor import system

    load_catalogue(by=system("tests"))
