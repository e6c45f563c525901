"""The registry of field types: how an answer is read, refused in words, stored, shown, and asked for on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from app import clock
from app.errors import Invalid
from app.forms import choices as lists
from app.forms import reading
from app.forms.choices import Choices, Name
from app.messages import Message, Named

FIRST_YEAR, LAST_YEAR = 1949, 2100
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
LINE, TEXT = 200, 2000  # characters of a line and of a long text, unless the options allow fewer
LARGEST, LARGEST_FEN = 10**13, 10**13

Options = Mapping[str, Any]
Value = str | int | bool | None


class Asked(Protocol):
    """What is read of a field of an item version."""

    @property
    def key(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def options(self) -> dict[str, Any]: ...
    @property
    def required(self) -> bool: ...
    @property
    def label_zh(self) -> str: ...
    @property
    def label_en(self) -> str: ...


@dataclass(frozen=True)
class Control:
    """How a page asks: `kind` is input, textarea, select or radio; attributes are those of the HTML element."""

    kind: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[tuple[str, Name], ...] = ()


@dataclass(frozen=True)
class FieldType:
    """A type. `kind` is how conditions compare its values: choice, date, month, year, integer, amount, text, yes_no."""

    code: str
    name: Message
    kind: str
    read: Callable[[Any, Options], Value]
    show: Callable[[Any, Options], Name | str]
    control: Callable[[Options], Control]
    choices: Callable[[Options], Choices] | None = None
    accepts: tuple[str, ...] = ()  # names of the options that a designer may set


def parse(type_code: str, options: Options | None, raw: Any) -> Value:
    """The answer as it is stored (JSON), or None for nothing. Raises Invalid with one sentence."""
    if raw is None or (isinstance(raw, str) and not reading.clean(raw)):
        return None
    if isinstance(raw, Mapping | list | tuple | set | bytes):
        raise Invalid(Message("One answer is expected here."))
    return FIELD_TYPES[type_code].read(raw, options or {})


def parse_answers(fields: Iterable[Asked], raws: Mapping[str, Any]) -> dict[str, Value]:
    """All answers among `raws` that belong to `fields`. Raises Invalid with the sentence of every wrong one.

    An empty answer is taken as None: a draft may be saved with gaps. What is missing is said by `missing`.
    """
    values, wrong = read_answers(fields, raws)
    if wrong:
        raise Invalid(fields=wrong)
    return values


def read_answers(fields: Iterable[Asked], raws: Mapping[str, Any]) -> tuple[dict[str, Value], dict[str, Message]]:
    """The answers among `raws` that can be read, and of every other one the sentence that says why not, by key."""
    values: dict[str, Value] = {}
    wrong: dict[str, Message] = {}
    for asked in fields:
        if asked.key not in raws:
            continue
        try:
            values[asked.key] = parse(asked.type, asked.options, raws[asked.key])
        except Invalid as refusal:
            wrong[asked.key] = refusal.message
    return values, wrong


def missing(fields: Iterable[Asked], values: Mapping[str, Any]) -> dict[str, Message]:
    """The sentence for each required field that has no answer yet."""
    return {
        asked.key: Message("Please give: %(label)s.", label=Named(asked.label_zh, asked.label_en))
        for asked in fields
        if asked.required and values.get(asked.key) in (None, "")
    }


def shown(type_code: str, options: Options | None, value: Any) -> Name | str:
    """A stored answer as people read it. A value that does not fit its type any more is shown as it stands."""
    if value is None or value == "":
        return Message("Not given")
    try:
        return FIELD_TYPES[type_code].show(value, options or {})
    except (KeyError, ValueError, TypeError, AttributeError):
        return str(value)


def control(type_code: str, options: Options | None) -> Control:
    """How a page asks for an answer of this type."""
    return FIELD_TYPES[type_code].control(options or {})


def check_options(type_code: str, options: Any) -> list[Message]:
    """What is wrong with a designer's options, in sentences."""
    known = FIELD_TYPES.get(type_code)
    if known is None:
        return [Message("There is no field type “%(type)s”.", type=type_code)]
    if not isinstance(options, Mapping):
        return [Message("The options are to be given as names and values.")]
    wrong = [
        Message("The type “%(type)s” has no option “%(option)s”.", type=known.name, option=name)
        for name in options
        if name not in known.accepts
    ]
    if known.code == "choice":
        wrong += _check_choices(options.get("choices"))
    bounds: list[Any] = []
    for name in ("minimum", "maximum"):
        if name not in options or name not in known.accepts:
            continue
        try:
            bound = _bound(known, options[name])
        except Invalid as refusal:
            wrong.append(Message("The option “%(option)s”: %(sentence)s", option=name, sentence=refusal.message))
        else:
            bounds.append(bound)
    if len(bounds) == 2 and "today" not in bounds and bounds[0] > bounds[1]:
        wrong.append(Message("The smallest value is above the largest."))
    length = options.get("max_length", 1)
    if not isinstance(length, int) or isinstance(length, bool) or not 1 <= length <= TEXT:
        wrong.append(Message("The longest text is a number of characters from 1 to %(most)s.", most=TEXT))
    return wrong


def day_shown(value: date) -> Named:
    """A day as it is written in the office."""
    return Named(f"{value.year}年{value.month}月{value.day}日", f"{value:%Y-%m-%d}")


def month_shown(year: int, month: int) -> Named:
    """A wage month."""
    return Named(f"{year}年{month}月", f"{year:04d}-{month:02d}")


def yuan_shown(fen: int) -> Named:
    """An amount in yuan."""
    sign, rest = ("-" if fen < 0 else ""), abs(fen)
    figure = f"{sign}{rest // 100:,}.{rest % 100:02d}"
    return Named(f"{figure}元", f"{figure} yuan")


def _bound(known: FieldType, raw: Any) -> Any:
    if known.kind == "date" and raw == "today":
        return "today"
    if known.kind == "amount":
        if isinstance(raw, int) and not isinstance(raw, bool):
            return raw  # bounds of amounts are kept in fen
        raise Invalid(Message("Please give a whole number, in figures."))
    return known.read(raw, {})


def _check_choices(given: Any) -> list[Message]:
    if not isinstance(given, list) or not given:
        return [Message("A choice needs its list of choices.")]
    wrong: list[Message] = []
    seen: set[str] = set()
    for one in given:
        if not isinstance(one, Mapping) or not all(isinstance(one.get(name), str) and one[name].strip()
                                                   for name in ("value", "zh", "en")):  # fmt: skip
            return [Message("Each choice needs a value and its name in Chinese and English.")]
        if one["value"] in seen:
            wrong.append(Message("The choice “%(value)s” stands in the list twice.", value=one["value"]))
        seen.add(one["value"])
    return wrong


def _read_line(raw: Any, options: Options) -> str:
    return _within_length(reading.clean(raw), options.get("max_length", LINE))


def _read_text(raw: Any, options: Options) -> str:
    return _within_length(reading.clean(raw, lines=True), options.get("max_length", TEXT))


def _within_length(text: str, most: int) -> str:
    if len(text) > most:
        raise Invalid(Message("At most %(most)s characters fit here; yours are %(count)s.", most=most, count=len(text)))
    return text


def _read_day(raw: Any, options: Options) -> str:
    found = reading.day_in(reading.plain(raw))
    if found is None:
        raise Invalid(Message("Please give a day that exists, for example 2018-04-03."))
    first, last = _day_bound(options.get("minimum"), FIRST_DAY), _day_bound(options.get("maximum"), LAST_DAY)
    if not first <= found <= last:
        raise Invalid(
            Message("The day must lie between %(first)s and %(last)s.", first=day_shown(first), last=day_shown(last))
        )
    return found.isoformat()


def _day_bound(given: Any, otherwise: date) -> date:
    if given == "today":
        return clock.today()
    return date.fromisoformat(given) if given else otherwise


def _read_month(raw: Any, options: Options) -> str:
    text = reading.plain(raw)
    found = reading.month_in(text)
    if found is None:
        raise Invalid(Message("Please give a month, for example 2018-04."))
    kept = f"{found[0]:04d}-{found[1]:02d}"
    first = str(options.get("minimum") or f"{FIRST_YEAR}-01")
    last = str(options.get("maximum") or f"{LAST_YEAR}-12")
    if not first <= kept <= last:
        raise Invalid(Message("The month must lie between %(first)s and %(last)s.",
                              first=_show_month(first, {}), last=_show_month(last, {})))  # fmt: skip
    return kept


def _read_year(raw: Any, options: Options) -> int:
    found = reading.year_in(reading.plain(raw))
    first, last = options.get("minimum", FIRST_YEAR), options.get("maximum", LAST_YEAR)
    if found is None or not first <= found <= last:
        raise Invalid(
            Message("Please give a year with four digits, from %(first)s to %(last)s.", first=first, last=last)
        )
    return found


def _read_whole(raw: Any, options: Options) -> int:
    found = None if isinstance(raw, bool) else reading.whole_in(reading.plain(raw))
    if found is None:
        raise Invalid(Message("Please give a whole number, in figures."))
    least, most = options.get("minimum", -LARGEST), options.get("maximum", LARGEST)
    if not least <= found <= most:
        raise Invalid(Message("The number must lie between %(least)s and %(most)s.", least=least, most=most))
    return found


def _read_amount(raw: Any, options: Options) -> int:
    found = None if isinstance(raw, bool) else reading.fen_in(reading.plain(raw))
    if found is None:
        raise Invalid(Message("Please give an amount in yuan with at most two decimals, for example 1490.00."))
    least, most = options.get("minimum", 0), options.get("maximum", LARGEST_FEN)
    if not least <= found <= most:
        raise Invalid(
            Message("The amount must lie between %(least)s and %(most)s.",
                    least=yuan_shown(least), most=yuan_shown(most))
        )  # fmt: skip
    return found


def _read_yes_no(raw: Any, _options: Options) -> bool:
    if isinstance(raw, bool):
        return raw
    answer = {"yes": True, "true": True, "1": True, "是": True, "no": False, "false": False, "0": False, "否": False}
    found = answer.get(reading.plain(raw).lower())
    if found is None:
        raise Invalid(Message("Please choose yes or no."))
    return found


def _one_of(listed: Callable[[Options], Choices]) -> Callable[[Any, Options], str]:
    def read(raw: Any, options: Options) -> str:
        given, known = reading.clean(raw), listed(options)
        if given not in known:
            raise Invalid(Message("Please choose one of the list."))
        return given

    return read


def _named(listed: Callable[[Options], Choices]) -> Callable[[Any, Options], Name | str]:
    return lambda value, options: listed(options)[value]


def _select(listed: Callable[[Options], Choices]) -> Callable[[Options], Control]:
    return lambda options: Control("select", {}, tuple(listed(options).items()))


def _own_choices(options: Options) -> Choices:
    return {one["value"]: Named(one["zh"], one["en"]) for one in options.get("choices", [])}


def _show_day(value: Any, _options: Options) -> Named:
    return day_shown(date.fromisoformat(value))


def _show_month(value: Any, _options: Options) -> Named:
    year, month = value.split("-")
    return month_shown(int(year), int(month))


def _ask_day(options: Options) -> Control:
    first, last = _day_bound(options.get("minimum"), FIRST_DAY), _day_bound(options.get("maximum"), LAST_DAY)
    return Control("input", {"type": "date", "min": first.isoformat(), "max": last.isoformat()})


def _ask_figures(most_digits: int) -> Callable[[Options], Control]:
    attributes = {"type": "text", "inputmode": "numeric", "autocomplete": "off", "maxlength": str(most_digits)}
    return lambda _options: Control("input", attributes)


def _closed(code: str, name: Message, listed: Callable[[Options], Choices], *accepts: str) -> FieldType:
    return FieldType(code, name, "choice", _one_of(listed), _named(listed), _select(listed), listed, accepts)


def _vocabulary(code: str, name: Message) -> FieldType:
    return _closed(code, name, lambda options: lists.VOCABULARIES[code])


FIELD_TYPES: dict[str, FieldType] = {
    known.code: known
    for known in (
        FieldType(
            "text", Message("One line of text"), "text", _read_line, lambda value, _: str(value),
            lambda options: Control("input", {"type": "text", "maxlength": str(options.get("max_length", LINE))}),
            accepts=("max_length",),
        ),
        FieldType(
            "long_text", Message("Several lines of text"), "text", _read_text, lambda value, _: str(value),
            lambda options: Control("textarea", {"rows": "4", "maxlength": str(options.get("max_length", TEXT))}),
            accepts=("max_length",),
        ),
        FieldType("date", Message("Day"), "date", _read_day, _show_day, _ask_day, accepts=("minimum", "maximum")),
        FieldType(
            "month", Message("Month"), "month", _read_month, _show_month,
            lambda options: Control("input", {"type": "month"}), accepts=("minimum", "maximum"),
        ),
        FieldType(
            "year", Message("Year"), "year", _read_year, lambda value, _: Named(f"{value}年", str(value)),
            _ask_figures(5), accepts=("minimum", "maximum"),
        ),
        FieldType(
            "integer", Message("Whole number"), "integer", _read_whole, lambda value, _: str(value),
            _ask_figures(16), accepts=("minimum", "maximum"),
        ),
        FieldType(
            "amount", Message("Amount in yuan"), "amount", _read_amount, lambda value, _: yuan_shown(value),
            lambda options: Control("input", {"type": "text", "inputmode": "decimal", "autocomplete": "off"}),
            accepts=("minimum", "maximum"),
        ),
        FieldType(
            "yes_no", Message("Yes or no"), "yes_no", _read_yes_no, lambda value, _: lists.YES_NO[value],
            lambda options: Control("radio", {}, (("yes", lists.YES_NO[True]), ("no", lists.YES_NO[False]))),
        ),
        _closed("choice", Message("Choice from a list"), _own_choices, "choices"),
        _closed("post", Message("Post"), lambda options: lists.posts()),
        _closed("education", Message("Education"), lambda options: lists.educations()),
        _closed("occupation", Message("Occupation"), lambda options: lists.occupations()),
        _closed("assessment", Message("Assessment result"), lambda options: lists.assessments()),
        _closed("position", Message("Position"), lambda options: lists.positions()),
        _closed("rank", Message("Rank"), lambda options: lists.ranks()),
        _vocabulary("technical_grade", Message("Technical grade")),
        _vocabulary("staff_type", Message("Staff type")),
        _vocabulary("matter", Message("Sanction or measure, and its end")),
        _vocabulary("sanction", Message("Kind of sanction")),
        _vocabulary("measure", Message("Kind of coercive measure")),
        _vocabulary("separation", Message("Reason of the separation")),
        _vocabulary("death_cause", Message("Cause of death")),
    )
}  # fmt: skip
