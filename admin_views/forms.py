"""Forms of the back office: their base, the fields they share, and how refusals are put at the fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_admin.form import BaseForm
from flask_babel import gettext as _
from wtforms import DateField, Field, HiddenField, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields import choices
from wtforms.validators import InputRequired, Length, Optional

from admin_views.lookups import ScopedLookup
from admin_views.widgets import LookupWidget
from app.errors import Invalid
from app.forms.reading import day_in, plain
from app.messages import Message
from app.web.showing import say

LONGEST = 500
Option: Any = getattr(choices, "Choice")  # noqa: B009  # newer than the types we have for it


class AdminForm(BaseForm):
    """The base of the forms. The token against forgery is checked for the whole product, so it is not a field here."""

    revision = HiddenField()


class Required(InputRequired):
    """An answer is needed."""

    def __init__(self) -> None:
        super().__init__()

    def __call__(self, form: Any, field: Any) -> None:
        self.message = _("Please fill this in.")
        super().__call__(form, field)


class NoNul:
    """Text that a database can keep."""

    def __call__(self, form: Any, field: Any) -> None:
        if isinstance(field.data, str) and "\x00" in field.data:
            raise ValidationError(_("This text contains a character that cannot be stored. Type it again."))


def text(label: Any, *, longest: int = LONGEST, required: bool = True, **kwargs: Any) -> StringField:
    """One line of text."""
    validators: list[Any] = [Required()] if required else [Optional()]
    return StringField(
        label, [*validators, Longest(longest), NoNul()], filters=[lambda typed: (typed or "").strip()], **kwargs
    )


class Longest(Length):
    """No longer than the database keeps."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)

    def __call__(self, form: Any, field: Any) -> None:
        self.message = _("At most %(count)s characters fit here.", count=self.max)
        super().__call__(form, field)


class Day(DateField):
    """A day, in any of the ways that people write one; what cannot be read gets a sentence."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = day_in(plain(typed)) if typed else None
        if typed and self.data is None:
            raise ValueError(_("Write the day as year-month-day, for example 2018-04-03."))


def day(label: Any, *, required: bool = True, **kwargs: Any) -> Day:
    return Day(label, [Required() if required else Optional()], **kwargs)


class Number(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if not (typed.isascii() and typed.lstrip("-").isdigit() and len(typed) < 10):
            raise ValueError(_("Write a whole number."))
        self.data = int(typed)


def number(label: Any, *, required: bool = True, **kwargs: Any) -> Number:
    return Number(label, [Required() if required else Optional()], **kwargs)


class Choice(SelectField):
    """One of known codes, with words asked for at each request."""

    def __init__(
        self, label: Any, options: Callable[[], Sequence[tuple[str, Any]]], *, required: bool = True, **kwargs: Any
    ) -> None:
        self._options = options
        self._open = not required
        super().__init__(label, [Required() if required else Optional()], choices=[], validate_choice=False, **kwargs)

    def offered(self) -> list[tuple[str, str]]:
        options = [(code, say(word) if isinstance(word, Message) else str(word)) for code, word in self._options()]
        if self._open:
            return [("", "—"), *options]
        # Nothing is chosen for a person who has not chosen yet.
        return options if self.data in dict(options) else [("", _("Please choose")), *options]

    def iter_choices(self) -> Any:
        for code, word in self.offered():
            yield Option(code, word, code == (self.data or ""), {})

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data not in {code for code, _word in self.offered()}:
            raise ValidationError(_("Choose one of the list."))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = (valuelist[0] or None) if valuelist else None


class Chosen(Field):
    """A row chosen by look-up: its key travels, its name is shown. A key out of reach is as unknown."""

    def __init__(self, label: Any, loader: ScopedLookup, *, required: bool = True, **kwargs: Any) -> None:
        self.loader = loader
        self.needed = required
        self.typed = ""
        kwargs.setdefault("widget", LookupWidget())
        super().__init__(label, **kwargs)
        if required:
            self.flags.required = True

    def process_data(self, value: Any) -> None:
        self.data = value

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = self.loader.get_one(self.typed) if self.typed else None

    def pre_validate(self, form: Any) -> None:
        if self.data is None and (self.needed or self.typed):
            raise ValidationError(_("Choose one of those that the search finds."))

    @property
    def key(self) -> int | None:
        """The chosen row's key."""
        return self.data.id if self.data is not None else None


def add_errors(form: Any, refusal: Invalid) -> None:
    """Put each sentence of a refusal at its field; those without one stand above the form."""
    for name, message in refusal.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, say(message)]
        else:
            form.form_errors.append(say(message))
    if not refusal.fields:
        form.form_errors.append(say(refusal.message))


__all__ = ["AdminForm", "Choice", "Chosen", "add_errors", "day", "number", "text"]
