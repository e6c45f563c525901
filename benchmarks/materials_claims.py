"""Whether a page is known again, and what is said of claims, on papers that a browser sets, by the command itself."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from click.testing import CliRunner

from app.materials.cli import inspect_files
from benchmarks import materials_lens as lens
from benchmarks.materials_lens import Picture, Rng
from benchmarks.materials_spoiled import jpeg
from benchmarks.materials_typeset import LAYOUTS, Press, Typeset
from benchmarks.materials_typeset_forms import FORMS
from benchmarks.materials_typeset_ink import anybody

_NAMED = tuple(name for name, form in FORMS.items() if form.named)
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
        here = folder / f"twins{number}"
        here.mkdir()
        for name, data in (("1.jpg", first), ("2.jpg", again), ("3.jpg", other)):
            (here / name).write_bytes(data)
        lines = _lines_of(here, {})
        known, mistaken = bool(lines["2.jpg"]["duplicate_of"]), bool(lines["3.jpg"]["duplicate_of"])
        told[way, known] += 1
        told["another filling", not mistaken] += 1
        if not known or mistaken:
            print(f"  {layout}, {way}: known again {known}, another taken for it {mistaken}", flush=True)
    for way in (*_WAYS, "another filling"):
        print(f"{way:20}{told[way, True]:4} of {told[way, True] + told[way, False]} told rightly")


def measure_claims(folder: Path, press: Press, *, count: int, seed: int) -> None:
    """Each paper, scanned or photographed, against a right claim, another kind and another name."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    here = folder / "claims"
    here.mkdir()
    papers: dict[str, Typeset] = {}
    for number in range(count):
        rng = np.random.default_rng([seed, 8, number])
        paper = press.set(LAYOUTS[number % len(LAYOUTS)], (seed, 9, number))
        papers[f"{number:03}.jpg"] = paper
        (here / f"{number:03}.jpg").write_bytes(_taken(_pixels(paper), str(rng.choice(["photo", "scan"])), rng))
    for claim in ("right", "another kind", "another name"):
        lines = _lines_of(here, {name: _claimed(paper, claim) for name, paper in papers.items()})
        for name, paper in papers.items():
            line, numbered = lines[name], FORMS[paper.layout].numbered
            if claim == "another name" and not paper.name:
                continue
            said[claim, line["claim"]] += 1
            if line["claim"] != ("match" if claim == "right" else "mismatch"):
                print(f"  {paper.layout}, {claim} claimed: {line['claim']}, read {line['kind']} {line['name']} "
                      f"of {paper.kind} {paper.name}, flags {line['flags']}", flush=True)  # fmt: skip
            if claim != "right":
                continue
            for what, value, wanted in (
                ("kind", line["kind"], paper.kind),
                ("name", line["name"], paper.name),
                ("id_number", line["id_number"], paper.who.id_number if numbered else ""),
            ):
                if wanted:
                    asked[what] += 1
                    right[what] += value == wanted
                else:
                    said["nothing to be read", what if value else "none"] += 1
    for what in asked:
        print(f"{what:12}{right[what]:4} of {asked[what]} right")
    for (claim, answer), times in sorted(said.items()):
        print(f"{claim:20}{answer:12}{times:4}")


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
