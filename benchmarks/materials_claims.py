"""Whether a page is known again, and what is said of claims, on papers that a browser sets, by the command itself."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from click.testing import CliRunner

from app.materials.cli import inspect_files
from app.materials.inspection import examine
from app.materials.recognising import AT_A_GLANCE, WHOLE, recognise
from app.materials.twins import Twins
from app.materials.verdicts import Limits, Verdict
from app.materials.written import ReadPage
from benchmarks import materials_lens as lens
from benchmarks.materials_lens import Picture, Rng
from benchmarks.materials_spoiled import jpeg
from benchmarks.materials_typeset import LAYOUTS, Press, Typeset
from benchmarks.materials_typeset_forms import FORMS
from benchmarks.materials_typeset_ink import anybody

_NAMED = tuple(name for name, form in FORMS.items() if form.named)
_CLAIMS = ("right", "another kind", "another name")
_WAYS = ("photo", "scan", "saved anew", "photo after photo")


def measure_repeats(folder: Path, press: Press, *, count: int, seed: int) -> None:
    """Each paper is taken once, then again in some way; then the same form filled for somebody else is taken."""
    told: Counter[tuple[str, bool]] = Counter()
    for number in range(count):
        rng = np.random.default_rng([seed, 5, number])
        layout = _NAMED[number % len(_NAMED)]
        mine = press.set(layout, (seed, 6, number))
        theirs = press.set(layout, (seed, 6, number), who=anybody(rng))
        way = _WAYS[number % len(_WAYS)]
        first, again = _twice(_pixels(mine), way, rng)
        other = _taken(_pixels(theirs), "photo" if "photo" in way else "scan", rng)
        seen = [_seen(folder / f"twin{place}.jpg", data) for place, data in enumerate((first, again, other))]
        known, mistaken = _repeats(folder, seen[0], seen[1]), _repeats(folder, seen[0], seen[2])
        told[way, known] += 1
        told["another filling", not mistaken] += 1
        if not known or mistaken:
            print(f"  {layout}, {way}: known again {known}, another taken for it {mistaken}", flush=True)
    for way in (*_WAYS, "another filling"):
        print(f"{way:20}{told[way, True]:4} of {told[way, True] + told[way, False]} told rightly", flush=True)


def _seen(place: Path, data: bytes) -> tuple[str, Verdict, Sequence[ReadPage]]:
    """A picture as the command looks at it and reads it."""
    place.write_bytes(data)
    verdict = examine(place, filename=place.name, declared_type=None, limits=Limits(seconds=60))
    return place.name, verdict, recognise(place, "image/jpeg", at_most=1, budget=AT_A_GLANCE).pages


def _repeats(folder: Path, *seen: tuple[str, Verdict, Sequence[ReadPage]]) -> bool:
    """Whether the last is called a duplicate of one before it."""
    twins = Twins(lambda name: recognise(folder / name, "image/jpeg", at_most=1, budget=WHOLE).pages)
    return [twins.first_of(*one) for one in seen][-1] is not None


def measure_claims(folder: Path, press: Press, *, count: int, seed: int) -> None:
    """Each paper, scanned or photographed, against a right claim, another kind or another name, in turn."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    here = folder / "claims"
    here.mkdir()
    papers: dict[str, tuple[Typeset, str]] = {}
    for number in range(count):
        rng = np.random.default_rng([seed, 8, number])
        paper = press.set(LAYOUTS[number % len(LAYOUTS)], (seed, 9, number))
        claim = _CLAIMS[(number + number // len(LAYOUTS)) % 3]
        papers[f"{number:03}.jpg"] = paper, claim if paper.name else "right"
        (here / f"{number:03}.jpg").write_bytes(_taken(_pixels(paper), str(rng.choice(["photo", "scan"])), rng))
    lines = _lines_of(here, {name: _claimed(*one) for name, one in papers.items()})
    for name, (paper, claim) in papers.items():
        line = lines[name]
        said[claim, line["claim"]] += 1
        wanted = {
            "kind": paper.kind,
            "name": paper.name,
            "id_number": paper.who.id_number if FORMS[paper.layout].numbered else "",
        }
        for what, value in wanted.items():
            if value:
                asked[what] += 1
                right[what] += line[what] == value
            elif line[what]:
                said[f"no {what} there", "read one"] += 1
        good = line["claim"] == ("match" if claim == "right" else "mismatch")
        if not good or any(value and line[what] != value for what, value in wanted.items()):
            read = {what: line[what] for what in wanted}
            print(f"  {paper.layout}, {claim} claimed: {line['claim']}, {wanted} read as {read}", flush=True)
    for what in asked:
        print(f"{what:12}{right[what]:4} of {asked[what]} right")
    for (claim, answer), times in sorted(said.items()):
        print(f"{claim:20}{answer:12}{times:4}", flush=True)


def _claimed(paper: Typeset, claim: str) -> tuple[str, str]:
    if claim == "another kind":
        return ("assessment" if paper.kind != "assessment" else "diploma"), ""
    if claim == "another name":
        return paper.kind, "司徒望舒"
    return paper.kind, paper.name


def _lines_of(here: Path, claims: dict[str, tuple[str, str]]) -> dict[str, dict[str, Any]]:
    listed = here.parent / "claims.csv"
    with listed.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["file", "kind", "name"])
        rows.writerows([name, *claim] for name, claim in claims.items())
    ran = CliRunner().invoke(inspect_files, [str(here), "--claims", str(listed)])
    assert ran.exit_code == 0, ran.output
    return {Path(line["file"]).name: line for line in map(json.loads, ran.output.splitlines())}


def _pixels(paper: Typeset) -> Picture:
    return np.asarray(paper.picture)


def _taken(paper: Picture, way: str, rng: Rng) -> bytes:
    scale = min(1.0, rng.uniform(1500, 1900) / max(paper.shape))
    sheet = np.asarray(cv2.resize(paper, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    view = lens.scanned(sheet, rng) if way == "scan" else lens.photographed(sheet, rng)
    return jpeg(lens.sensed(view.light, rng, grain=rng.uniform(0.2, 1.5)), int(rng.integers(65, 95)))


def _twice(paper: Picture, way: str, rng: Rng) -> tuple[bytes, bytes]:
    if way == "saved anew":
        first = _taken(paper, "scan", rng)
        opened = np.asarray(
            cv2.cvtColor(cv2.imdecode(np.frombuffer(first, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        )
        scale = rng.uniform(0.75, 1.0)
        return first, jpeg(
            np.asarray(cv2.resize(opened, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8), 60
        )
    if way == "scan":
        return _taken(paper, "scan", rng), _taken(paper, "scan", rng)
    return _taken(paper, "scan" if way == "photo" else "photo", rng), _taken(paper, "photo", rng)
