"""A list of what files are said to be: a CSV with the columns file, kind and name."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import Invalid
from app.materials.kinds import Kind, kind_named
from app.messages import Message

_COLUMNS = ("file", "kind", "name")


@dataclass(frozen=True)
class Claimed:
    """What is said of one file; an empty part is not compared."""

    kind: Kind | None
    name: str


class Claims:
    """What is said of each file, found by its path as given, beside the list, or by its bare name."""

    def __init__(self, rows: dict[str, Claimed], beside: Path) -> None:
        self._rows, self._beside = rows, beside
        self._by_name: dict[str, Claimed | None] = {}
        for file, claimed in rows.items():
            name = _bare(file)
            self._by_name[name] = None if name in self._by_name and self._by_name[name] != claimed else claimed

    def of(self, file: str) -> Claimed | None:
        """What is said of a file; None when the list does not name it, or names two of its name."""
        if file in self._rows:
            return self._rows[file]
        place = Path(file).resolve()
        for named, claimed in self._rows.items():
            if named and (self._beside / named).resolve() == place:
                return claimed
        parts = place.parts
        for length in range(len(parts) - 1, 1, -1):
            if (ending := "/".join(parts[-length:])) in self._rows:
                return self._rows[ending]
        return self._by_name.get(place.name)


def read_claims(path: Path) -> Claims:
    """Read the list. Raises Invalid with a sentence that names the line and what is wrong with it."""
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise _wrong(Message("The list of claims %(file)s cannot be read.", file=str(path))) from error
    rows = _rows(text)
    if not rows:
        raise _wrong(Message("The list of claims is empty. It needs the columns file, kind and name."))
    head = [cell.strip().lower().lstrip("\ufeff") for cell in rows[0][1]]
    if missing := [column for column in _COLUMNS if column not in head]:
        raise _wrong(
            Message(
                "The list of claims lacks the column %(columns)s. It needs the columns file, kind and name.",
                columns=", ".join(missing),
            )
        )
    places = [head.index(column) for column in _COLUMNS]
    told: dict[str, Claimed] = {}
    for number, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        file, kind, name = (cells[place].strip() if place < len(cells) else "" for place in places)
        told[_as_named(file, number)] = Claimed(_kind(kind, number), name)
    return Claims(told, path.resolve().parent)


def _decoded(raw: bytes) -> str:
    """As the programs of offices write it: UTF-8, or the older Chinese coding."""
    for coding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(coding)
        except UnicodeDecodeError:
            continue
    raise _wrong(Message("The list of claims is not text. Save it as CSV in UTF-8."))


def _rows(text: str) -> list[tuple[int, Sequence[str]]]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise _wrong(
            Message("Line %(line)s of the list of claims is not written as CSV.", line=reader.line_num)
        ) from error


def _as_named(file: str, line: int) -> str:
    if not file:
        raise _wrong(Message("Line %(line)s of the list of claims names no file.", line=line))
    return file.replace("\\", "/").removeprefix("./")


def _kind(given: str, line: int) -> Kind | None:
    if not given:
        return None
    kind = kind_named(given)
    if kind is None:
        raise _wrong(
            Message(
                'Line %(line)s of the list of claims: "%(kind)s" is no kind of document. The kinds are: %(kinds)s.',
                line=line, kind=given[:60], kinds=", ".join(Kind),
            )
        )  # fmt: skip
    return kind


def _bare(file: str) -> str:
    return file.rsplit("/", 1)[-1]


def _wrong(sentence: Message) -> Invalid:
    return Invalid(fields={"claims": sentence})
