"""The library of reasons: what is most often wrong, ready to be chosen; the reviewer may always write another."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

ANSWER_REASONS = (
    _("It differs from the material sent."),
    _("It differs from the personnel file."),
    _("The day is wrong; compare it with the document."),
    _("It needs an explanation in the note."),
)
MATERIAL_REASONS = (
    _("The picture cannot be read; photograph it again in good light."),
    _("A page is missing."),
    _("The seal or the signature is missing."),
    _("It belongs to another person."),
    _("It is not the material asked for."),
    _("It has expired or is not the latest edition."),
    _("The edges are cut off; show all four corners."),
)
REJECT_REASONS = (
    _("The conditions of this item are not met."),
    _("The same change has been approved already."),
    _("This employee's wages are not fixed by this bureau."),
)
