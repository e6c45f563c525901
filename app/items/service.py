"""The front door of service items: every verb that writes, and what pages ask before one."""

from __future__ import annotations

from app.items.beginning import copy_item, create_item
from app.items.drafting import (
    begin_draft,
    change_version,
    discard_draft,
    move_part,
    remove_part,
    save_part,
    set_weights,
)
from app.items.exchange import Imported, Read, export_item, import_item, read_item
from app.items.forms import part_as_form
from app.items.hints import add_hint
from app.items.loading import Loaded, load_catalogue
from app.items.publication import (
    NotReady,
    changes,
    drafts_of,
    may_publish,
    moved_message,
    propose,
    publish,
    publish_findings,
    refuse,
    take_back,
    withdraw,
)
from app.items.rehearsal import rehearse

__all__ = [
    "Imported",
    "Loaded",
    "NotReady",
    "Read",
    "add_hint",
    "begin_draft",
    "change_version",
    "changes",
    "copy_item",
    "create_item",
    "discard_draft",
    "drafts_of",
    "export_item",
    "import_item",
    "load_catalogue",
    "may_publish",
    "move_part",
    "moved_message",
    "part_as_form",
    "propose",
    "publish",
    "publish_findings",
    "read_item",
    "refuse",
    "rehearse",
    "remove_part",
    "save_part",
    "set_weights",
    "take_back",
    "withdraw",
]
