"""Form controls of the back office that work under the strict content policy: look-ups, days, plain menus.

A view takes all of them by `model_form_converter = PlainConverter`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.helpers import get_url
from flask_admin.model.form import converts
from flask_babel import gettext as _
from markupsafe import Markup, escape
from wtforms import DateField, DateTimeLocalField, SelectFieldBase, TimeField
from wtforms.widgets import DateInput, DateTimeLocalInput, Select, TimeInput, html_params


class LookupWidget:
    """A field that asks the server while one types (static/js/combobox.js); one row or, with `multiple`, several."""

    input_type = "text"

    def __init__(self, *, multiple: bool = False) -> None:
        self.multiple = multiple

    def __call__(self, field: Any, **given: Any) -> Markup:
        chosen = self._chosen(field)
        hidden = html_params(type="hidden", name=field.name, value=",".join(key for key, _text in chosen))
        shown: dict[str, Any] = {
            "type": "text",
            "id": field.id,
            "class": "input",
            "autocomplete": "off",
            "placeholder": _("Type to search"),
            "value": "" if self.multiple or not chosen else chosen[0][1],
        }
        shown |= {name: value for name, value in given.items() if name not in ("name", "value", "type", "class")}
        chips = self._chips(chosen) if self.multiple else Markup("")
        return Markup('{}<div class="lookup" {}><input {}><input {}></div>').format(
            chips, Markup(html_params(**self._settings(field))), Markup(hidden), Markup(html_params(**shown))
        )

    def _settings(self, field: Any) -> dict[str, str | bool]:
        settings: dict[str, str | bool] = {
            "data-lookup": get_url(".ajax_lookup", name=field.loader.name),
            "data-lookup-param": "query",
            "data-none": _("Nothing found. Try another spelling."),
            "data-failed": _("The search did not answer. Try again."),
            "data-found": _("{n} found. Arrow keys choose, Enter takes."),
            "data-remove": _("Remove {text}"),
        }
        if self.multiple:
            settings["data-lookup-many"] = True
        return settings

    def _chosen(self, field: Any) -> list[tuple[str, str]]:
        rows: Iterable[Any] = field.data or [] if self.multiple else [field.data] if field.data is not None else []
        formatted = (field.loader.format(row) for row in rows)
        return [(str(pair[0]), str(pair[1])) for pair in formatted if pair]

    def _chips(self, chosen: list[tuple[str, str]]) -> Markup:
        items = Markup("").join(
            Markup('<li class="chip">{}<button type="button" data-id="{}" aria-label="{}">×</button></li>').format(
                text, key, _("Remove {text}").replace("{text}", text)
            )
            for key, text in chosen
        )
        return Markup('<ul class="chips" data-chips>{}</ul>').format(items)


class CheckboxesWidget:
    """Several of few, as check boxes in a row; for `QuerySelectMultipleField` and `SelectMultipleField`."""

    is_group = True

    def __call__(self, field: SelectFieldBase, **given: Any) -> Markup:
        boxes = []
        for place, choice in enumerate(field.iter_choices(), start=1):
            value, label, selected = choice[0], choice[1], choice[2]
            params: dict[str, Any] = {"type": "checkbox", "name": field.name, "value": value}
            params |= {"id": f"{field.id}-{place}", "checked": bool(selected)}
            boxes.append(
                Markup('<label class="choice"><input {}><span>{}</span></label>').format(
                    Markup(html_params(**params)), escape(label)
                )
            )
        return Markup('<div class="choices choices-inline" id="{}">{}</div>').format(field.id, Markup("").join(boxes))


class PlainConverter(AdminModelConverter):
    """Turns columns and relations into fields whose controls are the browser's own, or our look-up."""

    def _model_select_field(self, prop: Any, multiple: Any, remote_model: Any, **kwargs: Any) -> Any:
        is_lookup = prop.key in (getattr(self.view, "_form_ajax_refs", None) or {})
        if is_lookup:
            kwargs.setdefault("widget", LookupWidget(multiple=bool(multiple)))
        elif multiple:
            kwargs.setdefault("widget", CheckboxesWidget())
        else:
            kwargs.setdefault("widget", Select())
        return super()._model_select_field(prop, multiple, remote_model, **kwargs)

    @converts("Date")
    def convert_date(self, field_args: dict[str, Any], **extra: Any) -> Any:
        field_args.setdefault("widget", DateInput())
        return DateField(**field_args)

    @converts("DateTime")
    def convert_datetime(self, field_args: dict[str, Any], **extra: Any) -> Any:
        field_args.setdefault("widget", DateTimeLocalInput())
        return DateTimeLocalField(**field_args)

    @converts("Time")
    def convert_time(self, field_args: dict[str, Any], **extra: Any) -> Any:
        field_args.setdefault("widget", TimeInput())
        return TimeField(**field_args)
