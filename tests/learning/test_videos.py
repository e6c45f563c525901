"""A video is looked through before it is taken; each fault has its sentence, and nothing is left behind."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from app.access.actor import Actor
from app.errors import Conflict, NotAllowed, NotFound, Refused
from app.learning import arriving, authoring, places, videos
from app.learning.loading import DATA, shipped
from app.materials.incoming import WrongOffset
from models import Lesson, db
from tests.learning import films

GOOD = films.film()


@pytest.fixture
def lesson(author: Actor) -> Lesson:
    """A video lesson of a new draft."""
    version = authoring.new_course("films", "影片", "Films", by=author)
    values = {"kind": "VIDEO", "key": "one", "title_zh": "一", "title_en": "One"}
    return authoring.add_lesson(version.id, values, by=author, revision=version.revision)


def kept() -> list[Path]:
    """The files in the store of lessons, and those on their way."""
    root = places.store().root
    return [one for one in root.rglob("*") if one.is_file() and "drawn" not in one.parts]


def test_a_sound_video_is_known_by_its_facts(tmp_path: Path) -> None:
    path = tmp_path / "anything.txt"
    path.write_bytes(GOOD)
    facts = videos.video_facts(path)
    assert facts["media_type"] == "video/webm"
    assert (facts["seconds"], facts["width"], facts["height"], facts["sound"]) == (4, 64, 64, False)


def test_the_video_that_ships_is_what_its_course_says(tmp_path: Path) -> None:
    told = [one for _code, course in shipped() for one in course["lessons"] if "file" in one]
    assert told
    for one in told:
        path = DATA / one["file"]
        assert videos.video_facts(path) == one["facts"]
        assert path.stat().st_size < 2 * 1024 * 1024


def _spoilt() -> dict[str, tuple[bytes, str]]:
    return {
        "text under the name of a video": (b"this is no video at all\n" * 50, "no_video"),
        "a picture": (b"\xff\xd8\xff\xe0" + bytes(2000), "no_video"),
        "a head without a body": (GOOD[:200], "broken"),
        "noise behind a right head": (b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 40, "broken"),
        "an MP4 of noise": (b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40, "broken"),
        "sound alone": (films.sound_alone(), "no_picture"),
        "a codec that browsers do not play": (films.other_codec(), "codec"),
    }


@pytest.mark.parametrize("name", list(_spoilt()))
def test_what_is_no_video_is_refused_in_its_sentence_and_not_kept(lesson: Lesson, author: Actor, name: str) -> None:
    content, code = _spoilt()[name]
    before = kept()
    with pytest.raises(Refused) as refused:
        arriving.receive(lesson.id, BytesIO(content), filename="film.webm", by=author)
    assert refused.value.code == code
    assert refused.value.remedy is not None
    assert kept() == before
    assert db.session.get_one(Lesson, lesson.id).file_sha256 is None


def test_a_video_that_breaks_off_is_refused(lesson: Lesson, author: Actor) -> None:
    content = films.film(20, side=160)
    with pytest.raises(Refused) as refused:
        arriving.receive(lesson.id, BytesIO(content[: len(content) // 2]), filename="film.webm", by=author)
    assert refused.value.code in ("cut_off", "broken")


def test_two_gigabytes_are_refused_before_the_first_byte(lesson: Lesson, author: Actor) -> None:
    with pytest.raises(Refused) as refused:
        arriving.begin(lesson.id, filename="long.mp4", size=2 * 1024**3, by=author)
    assert refused.value.code == "too_large"
    assert "300" in str(refused.value.message)


def test_a_stream_that_says_nothing_of_its_size_ends_at_the_limit(
    lesson: Lesson, author: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless:
        """More than anybody keeps, made as it is read."""

        sent = 0

        def read(self, size: int) -> bytes:
            Endless.sent += size
            return bytes(size)

    monkeypatch.setattr(places, "_video_megabytes", 2)
    before = kept()
    with pytest.raises(Refused) as refused:
        arriving.receive(lesson.id, Endless(), filename="endless.mp4", by=author)  # type: ignore[arg-type]
    assert refused.value.code == "too_large"
    assert Endless.sent < 4 * 1024 * 1024
    assert kept() == before


def test_a_video_comes_in_pieces_and_goes_on_where_the_line_broke(lesson: Lesson, author: Actor) -> None:
    key = arriving.begin(lesson.id, filename="film.webm", size=len(GOOD), by=author).key
    reached = arriving.append(key, 0, BytesIO(GOOD[:100]), by=author)
    assert reached == 100
    with pytest.raises(WrongOffset) as wrong:
        arriving.append(key, 0, BytesIO(GOOD[:100]), by=author)
    assert wrong.value.offset == 100
    with pytest.raises(WrongOffset):
        arriving.finish(key, by=author)
    arriving.append(key, 100, BytesIO(GOOD[100:]), by=author)
    assert arriving.finish(key, by=author) == lesson.id
    assert arriving.finish(key, by=author) == lesson.id
    found = db.session.get_one(Lesson, lesson.id)
    assert found.file_sha256 is not None
    assert places.store().path(found.file_sha256).read_bytes() == GOOD
    assert found.file_facts["seconds"] == 4


def test_more_than_was_announced_is_refused(lesson: Lesson, author: Actor) -> None:
    key = arriving.begin(lesson.id, filename="film.webm", size=10, by=author).key
    with pytest.raises(Refused) as refused:
        arriving.append(key, 0, BytesIO(bytes(11)), by=author)
    assert refused.value.code == "too_much_data"


def test_a_file_on_its_way_is_its_senders_alone(lesson: Lesson, author: Actor, learner: Actor) -> None:
    key = arriving.begin(lesson.id, filename="film.webm", size=10, by=author).key
    with pytest.raises(NotFound):
        arriving.append(key, 0, BytesIO(b"x"), by=learner)
    with pytest.raises(NotAllowed):
        arriving.begin(lesson.id, filename="film.webm", size=10, by=learner)


def test_a_published_edition_takes_no_file(courses: Flask, author: Actor) -> None:
    version = next(one for one in authoring.all_versions(by=author) if one.course.code == "first-filing")
    tour = authoring.opened(version.id, by=author).lessons[0]
    with pytest.raises(Conflict):
        arriving.receive(tour.id, BytesIO(GOOD), filename="film.webm", by=author)
